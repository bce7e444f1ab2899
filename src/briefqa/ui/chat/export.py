"""Answered turns with their citations as a file: Markdown, or the sources as a table (CSV, XLSX)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date

from briefqa.errors import BriefQAError
from briefqa.index import Index
from briefqa.ui.chat.citing import gbt7714, literal, markdown_lines
from briefqa.ui.chat.spreadsheet import to_sheet
from briefqa.ui.chat.turns import Turn
from briefqa.ui.words import Language, say

Writer = Callable[[Sequence[Turn], Index, Language], bytes]

_COLUMNS = (
    *("question", "understood", "found", "quote", "document", "page", "section", "address"),
    *("confidence", "reference"),
)


def to_markdown(turns: Sequence[Turn], index: Index, language: Language) -> bytes:
    """The turns as Markdown in UTF-8."""
    dated = say("export_dated", language, date=date.today().isoformat())
    lines = [f"# {say('export_title', language)}", "", f"{dated}　{say('export_basis', language)}", ""]
    for number, turn in enumerate(turns, start=1):
        answer = turn.answer
        lines += [f"## {number}. {literal(answer.question)}", ""]
        if answer.searched != answer.question:
            lines += [literal(say("searched_as", language, question=answer.searched)), ""]
        for citation in answer.citations:
            lines += [*(f"> {line}".rstrip() for line in markdown_lines(citation)), ">"]
            lines += [f"> [{citation.number}] {literal(citation.address)}", ""]
        if not answer.found:
            lines += [f"**{say('not_found', language)}** {literal(answer.reason)}", ""]
        elif answer.reason:
            lines += [literal(answer.reason), ""]
        lines += [told_confidence(turn, language), ""]
    lines += [f"## {say('sources', language)}", ""]
    lines += [f"- [{n}] {literal(each)}" for n, each in enumerate(references(turns, index), start=1)]
    return ("\n".join(lines) + "\n").encode()


def to_csv(turns: Sequence[Turn], index: Index, language: Language) -> bytes:
    """The citations as CSV, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in _table(turns, index, language))
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(turns: Sequence[Turn], index: Index, language: Language) -> bytes:
    """The citations as a workbook of one sheet."""
    return to_sheet(_table(turns, index, language))


def told_confidence(turn: Turn, language: Language) -> str:
    """The answer's probability in words."""
    key = "chance_right" if turn.answer.found else "chance"
    return say(key, language, value=turn.answer.confidence)


def references(turns: Sequence[Turn], index: Index) -> list[str]:
    """One GB/T 7714 reference for each cited place, in the order of the answers."""
    cited = (gbt7714(each, _metadata(index, each.document_id)) for t in turns for each in t.answer.citations)
    return list(dict.fromkeys(cited))


def _table(turns: Sequence[Turn], index: Index, language: Language) -> list[list[str]]:
    """A header, then a row for each citation, and one for each question without."""
    rows = [[say(f"column_{name}", language) for name in _COLUMNS]]
    for turn in turns:
        answer = turn.answer
        asked = [answer.question, answer.searched if answer.searched != answer.question else ""]
        sure = f"{answer.confidence:.0%}"
        rows += [
            [
                *(*asked, say("answered", language), each.quote, each.document_title),
                *(str(each.page or ""), " › ".join(each.section), each.address, sure),
                gbt7714(each, _metadata(index, each.document_id)),
            ]
            for each in answer.citations
        ]
        if not answer.found:
            rows.append([*asked, say("not_found", language), *("",) * 5, sure, ""])
    return rows


def _metadata(index: Index, document_id: str) -> dict[str, str]:
    try:
        return dict(index.document(document_id).metadata)
    except BriefQAError:  # removed since it was cited
        return {}


def _harmless(cell: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
