"""How results look in a terminal, as text for people and as JSON for programs."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from briefqa.answering.answer import Answer
from briefqa.answering.jsonable import to_json
from briefqa.building.reports import BuildReport
from briefqa.cli.words import SHOWN, STAGES
from briefqa.progress import Progress, Stage

if TYPE_CHECKING:
    from briefqa.evaluation.question_sets import EvaluationReport


def fit_console() -> None:
    """Let a console that cannot show a character print a question mark in its place, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_json(value: Any) -> None:
    """Print one JSON object in UTF-8, whatever the console's encoding: it is for programs."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1))


def print_answer(answer: Answer) -> None:
    """Print an answer, where it stands and how sure it is."""
    print(answer.text)
    for citation in answer.citations:
        print(f"[{citation.number}] {citation.address}")
        if citation.context:  # a row alone does not tell its columns
            print(f"    {citation.context}")
    if not answer.found:
        print("\n" + SHOWN["nearest"])
        for hit in answer.hits:
            print(f"· {hit.sentence.text}  ({hit.passage.document_id})")
    print("\n" + SHOWN["confidence"].format(confidence=answer.confidence))


def shown_recall(nearest: Mapping[str, Any]) -> str:
    """How the nearest passages are found, from `Index.info`."""
    if nearest["exact"]:
        return "nearest passages: exact, all are compared"
    return f"nearest passages: approximate, recall@10 {nearest['recall@10']:.3f} of {nearest['drawn']} drawn"


def print_reports(reports: Sequence[EvaluationReport]) -> None:
    """Print the figures of each question set."""
    for report in reports:
        print(
            f"\n{report.name}: {report.answerable} questions, {report.passages} passages, "
            f"{report.latency_p50:.0f} ms p50, {report.latency_p95:.0f} ms p95"
        )
        depths = next(iter(report.legs.values())).recall
        print("leg      " + "".join(f"  hit@{k:<3}" for k in depths) + "  MRR@10")
        for name, leg in report.legs.items():
            figures = "".join(f"  {leg.recall[k]:<7.3f}" for k in depths)
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


def show_build(report: BuildReport, options: argparse.Namespace) -> int:
    """Print what a build did; 1 when --strict was given and something was not read."""
    flaws = _flaws(report)
    if options.json:
        print_json(to_json(report))
    else:
        print(
            f"build {report.build_id}: {report.document_count} documents, {report.passages} passages, "
            f"{report.sentences} sentences; {report.embedded} embedded, {report.reused} reused "
            f"({report.precision}); "
            f"{report.seconds:.1f} s"
        )
        for document in report.documents:
            print(
                SHOWN["read"].format(
                    id=document.id,
                    title=document.title,
                    characters=document.characters,
                    pages=document.pages,
                    inferred=SHOWN["inferred"] if document.pages_inferred else "",
                    headings=document.headings,
                    removed=document.removed_lines,
                    change=SHOWN[document.change],
                )
            )
        for flaw in flaws:
            print(f"! {flaw}")
    if flaws and getattr(options, "strict", False):
        print(f"briefqa: --strict: {len(flaws)} problem(s), first: {flaws[0]}", file=sys.stderr)
        return 1
    return 0


def _flaws(report: BuildReport) -> list[str]:
    """Everything that was not read, or not read for certain, a line each."""
    flaws = [SHOWN["skipped"].format(name=name, reason=reason) for name, reason in report.skipped]
    flaws += [SHOWN["same"].format(name=name, other=other) for name, other in report.duplicates]
    flaws += [SHOWN["nearly"].format(name=one, other=other) for one, other in report.near_duplicates]
    for document in report.documents:
        for label, pages in (
            (SHOWN["ocr_pages"], document.ocr_pages),
            (SHOWN["empty_pages"], document.empty_pages),
            (SHOWN["suspect_pages"], document.suspect_pages),
        ):
            if pages:
                flaws.append(f"{document.id}: {label} {', '.join(map(str, pages))}")
        flaws += [f"{document.id}: {warning}" for warning in document.warnings]
    return flaws


class ProgressBars:
    """Progress bars on standard error: files and passages as bars, pages beside the file's name."""

    def __init__(self) -> None:
        self._bars: dict[Stage, Any] = {}

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self._bars.values():
            bar.close()

    def __call__(self, progress: Progress) -> None:
        """Move the bar of a stage, or tell the page beside the file's name."""
        if progress.stage is Stage.PAGES:
            if Stage.READ in self._bars:
                page = SHOWN["page"].format(name=progress.detail, done=progress.done, total=progress.total)
                self._bars[Stage.READ].set_postfix_str(page)
            return
        if progress.stage not in self._bars:
            self._bars[progress.stage] = tqdm(desc=STAGES[progress.stage], file=sys.stderr)
        bar = self._bars[progress.stage]
        bar.total = progress.total
        bar.update(progress.done - bar.n)
