"""The command line: thin words over the library.

Exit codes: 0 all is well (also when nothing answers a question), 1 an error that the message
explains, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

import briefqa
from briefqa.answering.answer import Answer
from briefqa.answering.jsonable import to_json
from briefqa.building.reports import BuildReport, Change
from briefqa.errors import BriefQAError
from briefqa.evaluation.question_sets import DEPTHS, EvaluationReport, evaluate_file, evaluate_folder
from briefqa.index import open_index, rollback, verify
from briefqa.progress import Progress, Stage

_STAGES = {
    Stage.READ: "读取 reading",
    Stage.PAGES: "页 pages",
    Stage.EMBED: "向量 embedding",
    Stage.WRITE: "写入 writing",
}
_CHANGES = {
    Change.ADDED: "新增 added",
    Change.REPLACED: "更新 replaced",
    Change.UNCHANGED: "未变 unchanged",
    Change.DUPLICATE: "重复 duplicate",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["serve"]:
        from briefqa.ui import main as serve  # Gradio takes seconds to import

        return int(serve(arguments[1:]))
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except BriefQAError as error:
        print(f"briefqa: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("briefqa: cancelled; the index is as it was.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="briefqa",
        description="回答政策文件中的问题：原文引用，注明出处。"
        "Answers questions with quotes from your documents.",
    )
    parser.add_argument("--version", action="version", version=f"briefqa {version('briefqa')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> Any:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--index", default="index", metavar="DIR", help="索引文件夹 (default: index)")
        sub.add_argument("--json", action="store_true", help="输出 JSON / print one JSON object")
        sub.set_defaults(run=run)
        return sub

    build = command("build", _build, "从文件重建索引 / replace the index by these documents")
    build.add_argument("sources", nargs="+", metavar="PATH", help="文件或文件夹 / files or folders")
    build.add_argument("--model", metavar="NAME", help="sentence-transformers 模型 / model name or folder")
    add = command("add", _add, "增加文件 / add documents to the index")
    add.add_argument("sources", nargs="+", metavar="PATH", help="文件或文件夹 / files or folders")
    for sub in (build, add):
        sub.add_argument(
            "--strict",
            action="store_true",
            help="任何文件或页面未读全即失败 / exit 1 if anything was not read",
        )
    remove = command("remove", _remove, "移除文件 / take documents out of the index")
    remove.add_argument("ids", nargs="+", metavar="ID", help="文件编号，见 info / ids, see info")
    for name, run, text in (
        ("search", _search, "检索段落 / find the best passages"),
        ("ask", _ask, "提问 / ask a question"),
    ):
        sub = command(name, run, text)
        sub.add_argument("question", metavar="QUESTION")
        sub.add_argument("-k", type=int, default=5, metavar="N", help="段落数 / number of passages (5)")
        sub.add_argument(
            "--document",
            action="append",
            metavar="ID",
            help="只查此文件，可重复 / only this document; repeatable",
        )
    command("info", _info, "索引里有什么 / what the index holds")
    command("verify", _verify, "核对校验和 / check every file of the index")
    command("rollback", _rollback, "回到上一次的索引 / go back to the build before")
    evaluate = command("eval", _eval, "用有答案的问题集测量 / measure with questions that have answers")
    evaluate.add_argument(
        "sets", nargs="+", type=Path, metavar="SET", help="问题文件或文件夹 / question file or folder"
    )
    evaluate.add_argument("--model", metavar="NAME", help="文件夹问题集所用模型 / model for folders")
    serve = commands.add_parser("serve", help="打开网页 / start the web page", add_help=False)
    serve.set_defaults(run=None)
    return parser


def _build(options: argparse.Namespace) -> int:
    with _Bars() as bars:
        report = briefqa.build_index(options.sources, options.index, model=options.model, progress=bars)
    return _show_build(report, options)


def _add(options: argparse.Namespace) -> int:
    with _Bars() as bars:
        report = briefqa.add_documents(options.sources, options.index, progress=bars)
    return _show_build(report, options)


def _remove(options: argparse.Namespace) -> int:
    with _Bars() as bars:
        report = briefqa.remove_documents(options.ids, options.index, progress=bars)
    return _show_build(report, options)


def _search(options: argparse.Namespace) -> int:
    with open_index(options.index) as index:
        hits = index.search(options.question, options.k, documents=options.document)
    if options.json:
        _print_json({"question": options.question, "hits": to_json(hits)})
        return 0
    for hit in hits:
        where = " › ".join(hit.passage.section)
        print(f"{hit.rank}. {hit.sentence.text}\n   {hit.passage.document_id}  {where}  {hit.score:.2f}\n")
    return 0


def _ask(options: argparse.Namespace) -> int:
    with open_index(options.index) as index:
        answer = index.ask(options.question, options.k, documents=options.document)
    if options.json:
        _print_json(to_json(answer))
    else:
        _print_answer(answer)
    return 0


def _print_answer(answer: Answer) -> None:
    print(answer.text)
    for citation in answer.citations:
        print(f"[{citation.number}] {citation.address}")
    if not answer.found:
        print("\n最接近的段落（不是答案）/ nearest passages (no answer):")
        for hit in answer.hits:
            print(f"· {hit.sentence.text}  ({hit.passage.document_id})")
    print(f"\n可信度 confidence: {answer.confidence:.0%}")


def _info(options: argparse.Namespace) -> int:
    with open_index(options.index) as index:
        info = index.info
        documents = [
            {
                "id": document.id,
                "title": document.title,
                "characters": len(document.text),
                "pages": len(document.page_starts),
                "metadata": dict(document.metadata),
                "names": list(document.names),
            }
            for document in index.documents
        ]
    if options.json:
        _print_json(info | {"documents": documents})
        return 0
    model = info["model"]
    print(f"build {info['build_id']}  format {info['format']}  model {model['name']} ({model['dimension']})")
    print("  ".join(f"{name} {count}" for name, count in info["counts"].items()))
    for document in documents:
        print(
            f"- {document['id']}  《{document['title']}》 {document['characters']} 字, {document['pages']} 页"
        )
    return 0


def _verify(options: argparse.Namespace) -> int:
    damaged = verify(options.index)
    if options.json:
        _print_json({"ok": not damaged, "damaged": damaged})
    elif not damaged:
        print("完好 ok: every file has its checksum")
    if damaged:
        print(
            f"briefqa: {len(damaged)} file(s) of the index are missing or changed, first {damaged[0]!r}; "
            f"go back with: briefqa rollback --index {options.index}, or build it again.",
            file=sys.stderr,
        )
    return 1 if damaged else 0


def _rollback(options: argparse.Namespace) -> int:
    build_id = rollback(options.index)
    if options.json:
        _print_json({"build_id": build_id})
    else:
        print(f"现用 live build: {build_id}")
    return 0


def _eval(options: argparse.Namespace) -> int:
    reports = []
    for path in options.sets:
        with tqdm(desc=path.name, unit="q", leave=False) as bar:

            def count(done: int, total: int, bar: Any = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            if path.is_dir():
                reports.append(evaluate_folder(path, count, model=options.model))
            else:
                with open_index(options.index) as index:
                    reports.append(evaluate_file(path, index, count))
    if options.json:
        _print_json({"sets": to_json(reports)})
    else:
        _print_reports(reports)
    return 0


def _print_reports(reports: Sequence[EvaluationReport]) -> None:
    for report in reports:
        print(
            f"\n{report.name}: {report.answerable} questions, {report.passages} passages, "
            f"{report.latency_p50:.0f} ms p50, {report.latency_p95:.0f} ms p95"
        )
        print("leg      " + "".join(f"  hit@{k:<3}" for k in DEPTHS) + "  MRR@10")
        for name, leg in report.legs.items():
            figures = "".join(f"  {leg.recall[k]:<7.3f}" for k in DEPTHS)
            print(f"{name:<9}{figures}  {leg.mrr:.3f}")
        if report.first_quote_right is not None:
            print(f"first quote right: {report.first_quote_right:.3f}")
        if refusal := report.refusal:
            print(
                f"refusals: precision {refusal.precision:.3f}, recall {refusal.recall:.3f}, "
                f"AUROC {refusal.auroc:.3f}; {refusal.refused_answerable} true questions refused"
            )
        if report.wrong and report.first_quote_right is not None:
            print("wrong: " + " ".join(report.wrong))


def _show_build(report: BuildReport, options: argparse.Namespace) -> int:
    flaws = _flaws(report)
    if options.json:
        _print_json(to_json(report))
    else:
        print(
            f"build {report.build_id}: {report.document_count} documents, {report.passages} passages, "
            f"{report.sentences} sentences; {report.embedded} embedded, {report.reused} reused; "
            f"{report.seconds:.1f} s"
        )
        for document in report.documents:
            pages = f"{document.pages} 页" + ("（推断）" if document.pages_inferred else "")
            print(
                f"- {document.id}  《{document.title}》 {document.characters} 字, {pages}, "
                f"{document.headings} 标题, 去除 {document.removed_lines} 行; {_CHANGES[document.change]}"
            )
        for flaw in flaws:
            print(f"! {flaw}")
    if flaws and getattr(options, "strict", False):
        print(f"briefqa: --strict: {len(flaws)} problem(s), first: {flaws[0]}", file=sys.stderr)
        return 1
    return 0


def _flaws(report: BuildReport) -> list[str]:
    """Everything that was not read, or not read for certain, a line each."""
    flaws = [f"未读 skipped {name}: {reason}" for name, reason in report.skipped]
    flaws += [f"重复 {name} = {other} (same text)" for name, other in report.duplicates]
    flaws += [f"近似 {one} ≈ {other} (most sentences are the same)" for one, other in report.near_duplicates]
    for document in report.documents:
        for label, pages in (
            ("OCR 识别页", document.ocr_pages),
            ("空白页 empty pages", document.empty_pages),
            ("可疑页 suspect pages", document.suspect_pages),
        ):
            if pages:
                flaws.append(f"{document.id}: {label} {', '.join(map(str, pages))}")
        flaws += [f"{document.id}: {warning}" for warning in document.warnings]
    return flaws


class _Bars:
    """Progress bars on standard error: files and passages as bars, pages beside the file's name."""

    def __init__(self) -> None:
        self._bars: dict[Stage, Any] = {}

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self._bars.values():
            bar.close()

    def __call__(self, progress: Progress) -> None:
        if progress.stage is Stage.PAGES:
            if Stage.READ in self._bars:
                page = f"{progress.detail} {progress.done}/{progress.total} 页"
                self._bars[Stage.READ].set_postfix_str(page)
            return
        if progress.stage not in self._bars:
            self._bars[progress.stage] = tqdm(desc=_STAGES[progress.stage], file=sys.stderr)
        bar = self._bars[progress.stage]
        bar.total = progress.total
        bar.update(progress.done - bar.n)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1))
