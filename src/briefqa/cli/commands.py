"""What each command does: a call of the library, and its result shown."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from tqdm import tqdm

import briefqa
from briefqa.answering.jsonable import to_json
from briefqa.cli.showing import (
    ProgressBars,
    print_answer,
    print_json,
    print_reports,
    show_build,
    shown_recall,
)
from briefqa.cli.words import SHOWN
from briefqa.errors import BriefQAError
from briefqa.index import open_index, rollback, verify


def run_build(options: argparse.Namespace) -> int:
    """Replace the index by these documents."""
    with ProgressBars() as bars:
        report = briefqa.build_index(
            options.sources, options.index, model=options.model, progress=bars, cluster=options.cluster
        )
    return show_build(report, options)


def run_add(options: argparse.Namespace) -> int:
    """Add documents to the index."""
    with ProgressBars() as bars:
        report = briefqa.add_documents(options.sources, options.index, progress=bars, cluster=options.cluster)
    return show_build(report, options)


def run_remove(options: argparse.Namespace) -> int:
    """Take documents out of the index."""
    with ProgressBars() as bars:
        report = briefqa.remove_documents(options.ids, options.index, progress=bars)
    return show_build(report, options)


def run_search(options: argparse.Namespace) -> int:
    """Find the best passages."""
    with open_index(options.index) as index:
        hits = index.search(options.question, options.k, documents=options.document)
    if options.json:
        print_json({"question": options.question, "hits": to_json(hits)})
        return 0
    for hit in hits:
        where = " › ".join(hit.passage.section)
        print(f"{hit.rank}. {hit.sentence.text}\n   {hit.passage.document_id}  {where}  {hit.score:.2f}\n")
    return 0


def run_ask(options: argparse.Namespace) -> int:
    """Answer a question."""
    with open_index(options.index) as index:
        answer = index.ask(options.question, options.k, documents=options.document)
    if options.json:
        print_json(to_json(answer))
    else:
        print_answer(answer)
    return 0


def run_info(options: argparse.Namespace) -> int:
    """Tell what the index holds."""
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
        print_json(info | {"documents": documents})
        return 0
    model = info["model"]
    print(f"build {info['build_id']}  format {info['format']}  model {model['name']} ({model['dimension']})")
    print("  ".join(f"{name} {count}" for name, count in info["counts"].items()))
    print(shown_recall(info["nearest"]))
    for document in documents:
        print(SHOWN["document"].format(**document))
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Check every file of the index; 1 when one is damaged."""
    damaged = verify(options.index)
    if options.json:
        print_json({"ok": not damaged, "damaged": damaged})
    elif not damaged:
        print(SHOWN["whole"])
    if damaged:
        print(
            f"briefqa: {len(damaged)} file(s) of the index are missing or changed, first {damaged[0]!r}; "
            f"go back with: briefqa rollback --index {options.index}, or build it again.",
            file=sys.stderr,
        )
    return 1 if damaged else 0


def run_rollback(options: argparse.Namespace) -> int:
    """Go back to the build before."""
    before = _live_build(options.index)
    build_id = rollback(options.index)
    if options.json:
        print_json({"build_id": build_id, "before": before})
    else:
        note = f" (before: {before or '?'}; once more undoes this)"
        print(SHOWN["live"].format(build_id=build_id, note=note))
    return 0


def run_export(options: argparse.Namespace) -> int:
    """Write the index into one file."""
    digest = briefqa.export_index(options.file, options.index)
    if options.json:
        print_json({"file": options.file, "sha256": digest})
    else:
        print(f"{options.file}  sha256 {digest}")
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Make an exported file the live index; say so where it was that already."""
    before = _live_build(options.index)
    build_id = briefqa.import_index(options.file, options.index)
    unchanged = build_id == before
    if options.json:
        print_json({"build_id": build_id, "unchanged": unchanged})
    else:
        same = " (unchanged: it was live before, so there is no import to roll back)" if unchanged else ""
        print(SHOWN["live"].format(build_id=build_id, note=same))
    return 0


def _live_build(index_dir: str) -> str:
    """The id of the build that is live; "" where none can be opened."""
    try:
        with open_index(index_dir) as index:
            return index.build_id
    except BriefQAError:
        return ""


def run_eval(options: argparse.Namespace) -> int:
    """Measure with questions that have answers."""
    from briefqa.evaluation.question_sets import evaluate_file, evaluate_folder  # they import all readers

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
        print_json({"sets": to_json(reports)})
    else:
        print_reports(reports)
    return 0
