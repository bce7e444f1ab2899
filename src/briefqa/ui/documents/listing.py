"""The documents tab as HTML: the table of documents, the running job, the report of the last one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefqa.building.reports import BuildReport, DocumentReport
from briefqa.progress import Progress, Stage
from briefqa.reading.document import Document
from briefqa.ui.documents.jobs import Job, JobState
from briefqa.ui.html import button, element, escape
from briefqa.ui.words import Language, say


def documents(listed: Sequence[Document], language: Language, *, removable: bool) -> str:
    """The table of documents; the last one cannot be removed, for an index is never empty."""
    columns = [("title", ""), ("pages", "number"), ("date", "wide"), ("size", "number wide"), ("action", "")]
    heads = [
        element("th", escape(say(f"column_{name}", language)), scope="col", class_=kind or None)
        for name, kind in columns
    ]
    rows = [_row(each, language, removable=removable and len(listed) > 1) for each in listed]
    head = element("thead", element("tr", "".join(heads)))
    table = element("table", head + element("tbody", "".join(rows)), class_="documents-table")
    title = element("h2", escape(f"{say('documents_list', language)}（{len(listed)}）"))
    scroll = element(
        "div",
        table,
        class_="table-scroll",
        tabindex="0",
        role="region",
        aria_label=say("documents_list", language),
    )
    return element("section", title + scroll, class_="panel")


def _row(document: Document, language: Language, *, removable: bool) -> str:
    inferred = "≈" if document.pages_inferred else ""
    pages = f"{inferred}{len(document.page_starts)}" if document.page_starts else "–"
    names = ", ".join((document.id, *document.names))
    actions = button(
        say("open", language),
        "open",
        title=f"{say('open', language)}：{document.title}",
        class_="quiet",
        doc=document.id,
        at="0-0",
    )
    if removable:
        sure = button(say("remove_sure", language), "remove", class_="quiet", doc=document.id)
        summary = element(
            "summary",
            escape(say("remove", language)),
            aria_label=f"{say('remove', language)}：{document.title}",
        )
        actions += element("details", summary + sure)
    cells = [
        element("td", f"{escape(document.title)}<br><small>{escape(names)}</small>"),
        element("td", escape(pages), class_="number"),
        element("td", escape(document.metadata.get("date", "–")), class_="wide"),
        element("td", f"{len(document.text):,}", class_="number wide"),
        element("td", element("div", actions, class_="actions")),
    ]
    return element("tr", "".join(cells), data_document=document.id)


def message(text: str, kind: str = "") -> str:
    """One sentence in the place of a job."""
    return element("section", element("p", escape(text), class_=kind or None), class_="panel", role="status")


def job(current: Job | None, language: Language) -> str:
    """The running job's progress, or what came of the last one."""
    if current is None:
        return ""
    if current.state is JobState.CANCELLED:
        return message(say("cancelled", language), "warn")
    if current.state is JobState.FAILED:
        return message(say("failed", language, error=current.error), "bad")
    if current.report is not None:
        return _report(current.report, language)
    words, share = _progress(current.progress, language)
    bar = f'<progress max="1" value="{share:.3f}" aria-label="{escape(words)}"></progress>'
    if share == 0:
        bar = f'<progress aria-label="{escape(words)}"></progress>'
    cancel = button(say("cancel", language), "cancel")
    parts = (
        element("p", escape(say("building", language))),
        bar,
        element("p", escape(words), class_="progress-words"),
        cancel,
    )
    return element("section", "".join(parts), class_="panel running", role="status")


def _progress(progress: Progress | None, language: Language) -> tuple[str, float]:
    if progress is None:
        return say("stage_start", language), 0.0
    words = say(
        f"stage_{progress.stage.value}",
        language,
        done=progress.done,
        total=progress.total,
        detail=progress.detail,
    )
    share = progress.done / progress.total if progress.total else 0.0
    return words, share if progress.stage is not Stage.WRITE else 1.0


def _report(report: BuildReport, language: Language) -> str:
    counts = say(
        "report_counts",
        language,
        build=report.build_id[:8],
        documents=report.document_count,
        passages=report.passages,
        sentences=report.sentences,
        embedded=report.embedded,
        reused=report.reused,
        seconds=report.seconds,
    )
    lines = [element("h2", escape(say("report", language))), element("p", escape(counts))]
    items = [_read(each, language) for each in report.documents]
    items += [element("li", escape(text), class_=kind) for text, kind in _flaws(report, language)]
    if items:
        lines.append(element("ul", "".join(items)))
    return element("section", "".join(lines), class_="panel report", role="status")


def _read(document: DocumentReport, language: Language) -> str:
    counts = say(
        "report_document",
        language,
        characters=f"{document.characters:,}",
        pages=document.pages,
        headings=document.headings,
        removed=document.removed_lines,
    )
    notes = [say(f"change_{document.change}", language), counts]
    if document.pages_inferred:
        notes.append(say("report_inferred", language))
    warnings = [
        say(f"report_{key}", language, pages=", ".join(map(str, pages)))
        for key, pages in (
            ("ocr", document.ocr_pages),
            ("empty", document.empty_pages),
            ("suspect", document.suspect_pages),
        )
        if pages
    ]
    name = element("b", escape(document.title)) + element("small", escape(f" {document.id} "))
    text = name + escape("，".join(notes))
    flawed = "".join(element("div", escape(each), class_="warn") for each in (*warnings, *document.warnings))
    return element("li", text + flawed)


def _flaws(report: BuildReport, language: Language) -> Iterator[tuple[str, str]]:
    for path, reason in report.skipped:
        name = path.replace("\\", "/").rsplit("/", 1)[-1]
        yield f"{say('report_skipped', language)}：{name}：{reason}", "bad"
    for name, other in report.duplicates:
        yield f"{name}：{say('report_duplicate', language, other=other)}", "warn"
    for name, other in report.near_duplicates:
        yield f"{name}：{say('report_near_duplicate', language, other=other)}", "warn"
    if report.removed:
        yield say("report_removed", language, ids=", ".join(report.removed)), "warn"
