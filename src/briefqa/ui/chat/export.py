"""Answered turns with their citations as a file: Markdown, or the sources as a table (CSV, XLSX)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date

from briefqa.answering.answer import Citation
from briefqa.errors import BriefQAError
from briefqa.index import Index
from briefqa.reading.document import Document
from briefqa.ui.chat.citing import gbt7714, literal, markdown_lines
from briefqa.ui.chat.reasons import told_reason
from briefqa.ui.chat.spreadsheet import to_sheet
from briefqa.ui.chat.sureness import sureness, told_level, told_sureness
from briefqa.ui.chat.turns import Turn
from briefqa.ui.source.places import Place, link
from briefqa.ui.words import Language, say

_BEGINS = frozenset("=+-@＝＋－＠")  # what programs in Chinese take for a formula too
_BREAKS = frozenset("\t\r\n")
Writer = Callable[[Sequence[Turn], Index, Language, str], bytes]

_COLUMNS = (
    *("question", "understood", "found", "quote", "document", "page", "section", "address"),
    *("confidence", "sureness", "reference", "link"),
)


def to_markdown(turns: Sequence[Turn], index: Index, language: Language, page: str = "") -> bytes:
    """The turns as Markdown in UTF-8; `page`: address of the web page that links lead to, "" for none."""
    dated = say("export_dated", language, date=date.today().isoformat())
    lines = [f"# {say('export_title', language)}", "", f"{dated}　{say('export_basis', language)}", ""]
    for number, turn in enumerate(turns, start=1):
        answer = turn.answer
        lines += [f"## {number}. {literal(answer.question)}", ""]
        if answer.searched != answer.question:
            lines += [literal(say("searched_as", language, question=answer.searched)), ""]
        for citation in answer.citations:
            lines += [*(f"> {line}".rstrip() for line in markdown_lines(citation)), ">"]
            back = link_back(page, turn, citation)
            link = f" [{say('open_here', language)}](<{back}>)" if back else ""
            lines += [f"> [{citation.number}] {literal(citation.address)}{link}", ""]
        reason = literal(told_reason(answer, language, documents_of(index)))
        if not answer.found:
            lines += [f"**{say('not_found', language)}** {reason}", ""]
        elif reason:
            lines += [reason, ""]
        lines += [told_sureness(answer, language), ""]
    lines += [f"## {say('sources', language)}", ""]
    lines += [f"- [{n}] {literal(each)}" for n, each in enumerate(references(turns, index), start=1)]
    return ("\n".join(lines) + "\n").encode(errors="replace")


def link_back(page: str, turn: Turn, citation: Citation) -> str:
    """The address at which the page shows the question with this place; "" without a page."""
    place = Place(citation.document_id, citation.start, citation.end)
    return page + link(place, turn.question) if page else ""


def documents_of(index: Index) -> Callable[[str], Document | None]:
    """The documents of an index by their ids; None for one that was removed."""

    def found(name: str) -> Document | None:
        try:
            return index.document(name)
        except BriefQAError:
            return None

    return found


def to_csv(turns: Sequence[Turn], index: Index, language: Language, page: str = "") -> bytes:
    """The citations as CSV, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(
        [_harmless(cell) for cell in row] for row in _table(turns, index, language, page)
    )
    return text.getvalue().encode("utf-8-sig", "replace")


def to_xlsx(turns: Sequence[Turn], index: Index, language: Language, page: str = "") -> bytes:
    """The citations as a workbook of one sheet."""
    return to_sheet(_table(turns, index, language, page))


def references(turns: Sequence[Turn], index: Index) -> list[str]:
    """One GB/T 7714 reference for each cited place, in the order of the answers."""
    cited = (gbt7714(each, _metadata(index, each.document_id)) for t in turns for each in t.answer.citations)
    return list(dict.fromkeys(cited))


def _table(turns: Sequence[Turn], index: Index, language: Language, page: str) -> list[list[str]]:
    """A header, then a row for each citation, and one for each question without."""
    rows = [[say(f"column_{name}", language) for name in _COLUMNS]]
    for turn in turns:
        answer = turn.answer
        asked = [answer.question, answer.searched if answer.searched != answer.question else ""]
        rows += [
            [
                *(*asked, say("answered", language), each.quote, each.document_title),
                *(str(each.page or ""), " › ".join(each.section), each.address, f"{sure:.0%}"),
                told_level(sure, language),
                gbt7714(each, _metadata(index, each.document_id)),
                link_back(page, turn, each),
            ]
            for each, sure in zip(answer.citations, sureness(answer), strict=True)
        ]
        if not answer.found:
            rows.append(
                [*asked, say("not_found", language), *("",) * 5, f"{answer.confidence:.0%}", "", "", ""]
            )
    return rows


def _metadata(index: Index, document_id: str) -> dict[str, str]:
    document = documents_of(index)(document_id)
    return dict(document.metadata) if document is not None else {}


def _harmless(cell: str) -> str:
    """A text that no spreadsheet program takes for a formula, whatever blanks are before it."""
    return f"'{cell}" if cell[:1] in _BREAKS or cell.lstrip()[:1] in _BEGINS else cell
