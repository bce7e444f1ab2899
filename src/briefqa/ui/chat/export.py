"""The conversation with its citations as a file: Markdown or DOCX."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from briefqa.answering.answer import Answer, Citation
from briefqa.errors import BriefQAError
from briefqa.index import Index
from briefqa.ui.chat.citing import gbt7714, literal, markdown_lines
from briefqa.ui.chat.row_tables import row_table
from briefqa.ui.chat.turns import Turn
from briefqa.ui.words import Language, say

_NAME = "briefqa"


def to_markdown(turns: Sequence[Turn], index: Index, language: Language) -> Path:
    """Write the answered turns as Markdown into a temporary folder."""
    lines = [f"# {say('export_title', language)}", ""]
    for number, answer, build in _answered(turns):
        lines += [f"## {number}. {literal(answer.question)}", ""]
        for citation in answer.citations:
            lines += [*(f"> {line}".rstrip() for line in markdown_lines(citation)), ">"]
            lines += [f"> [{citation.number}] {literal(citation.address)}", ""]
        if not answer.found:
            lines += [f"**{say('not_found', language)}** {literal(answer.reason)}", ""]
        elif answer.reason:
            lines += [literal(answer.reason), ""]
        lines += [f"{_confidence(answer, language)} · {say('export_basis', language, build=build)}", ""]
    lines += [f"## {say('sources', language)}", ""]
    lines += [f"- {literal(each)}" for each in _references(turns, index)]
    path = _folder() / f"{_NAME}.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def to_docx(turns: Sequence[Turn], index: Index, language: Language) -> Path:
    """Write the answered turns as DOCX into a temporary folder."""
    import docx  # only when somebody asks for it

    document = docx.Document()
    document.add_heading(say("export_title", language), 0)
    for number, answer, build in _answered(turns):
        document.add_heading(f"{number}. {_printable(answer.question)}", 1)
        for citation in answer.citations:
            _add_quote(document, citation)
            document.add_paragraph(_printable(f"[{citation.number}] {citation.address}"))
        if not answer.found:
            paragraph = document.add_paragraph()
            paragraph.add_run(say("not_found", language)).bold = True
            paragraph.add_run(f" {_printable(answer.reason)}")
        elif answer.reason:
            document.add_paragraph(_printable(answer.reason))
        basis = say("export_basis", language, build=build)
        document.add_paragraph(f"{_confidence(answer, language)} · {basis}")
    document.add_heading(say("sources", language), 1)
    for reference in _references(turns, index):
        document.add_paragraph(_printable(reference), style="List Bullet")
    path = _folder() / f"{_NAME}.docx"
    document.save(str(path))
    return path


def _add_quote(document: Any, citation: Citation) -> None:
    """The quote as a paragraph, or as a table with its caption above."""
    table = row_table(citation)
    if table is None:
        document.add_paragraph(_printable(f"{citation.quote} [{citation.number}]"), style="Quote")
        return
    if head := citation.rows[0].head:
        document.add_paragraph(_printable(head), style="Caption").paragraph_format.keep_with_next = True
    lines = [*table.head, *table.body]
    grid = document.add_table(len(lines), table.width, style="Table Grid")
    for cell in (each for line in lines for each in line):
        place = grid.cell(cell.row, cell.column)
        if cell.rows > 1 or cell.columns > 1:
            place = place.merge(grid.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1))
        run = place.paragraphs[0].add_run(_printable(cell.text))
        run.bold = cell.row < len(table.head) or cell.is_asked


def _answered(turns: Sequence[Turn]) -> Iterator[tuple[int, Answer, str]]:
    for number, turn in enumerate(turns, start=1):
        if turn.answer is not None:
            yield number, turn.answer, turn.build[:8]


def _confidence(answer: Answer, language: Language) -> str:
    return f"{say('confidence', language)} {answer.confidence:.0%}"


def _references(turns: Sequence[Turn], index: Index) -> list[str]:
    """One reference for each cited place, in the order of the answers."""
    references = []
    for _, answer, _build in _answered(turns):
        for citation in answer.citations:
            try:
                metadata = index.document(citation.document_id).metadata
            except BriefQAError:  # removed since it was cited
                metadata = {}
            references.append(gbt7714(citation, metadata))
    return list(dict.fromkeys(references))


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(each for each in text if each in "\t\n" or ord(each) >= 32)


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix=f"{_NAME}-export-"))
