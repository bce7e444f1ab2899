"""A citation as text to paste elsewhere: plain quote, GB/T 7714-2015 reference, Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from briefqa.answering.answer import Citation
from briefqa.ui.chat.row_tables import flat_rows, row_table

_TYPES = (
    (re.compile(r"报告|白皮书|蓝皮书"), "R"),
    (re.compile(r"标准|规范$"), "S"),
)


def plain_citation(citation: Citation) -> str:
    """The quote and its address, as Chinese prose writes them."""
    return f"“{citation.quote}”（{citation.address}）"


def markdown(citation: Citation) -> str:
    """The quote as a Markdown quotation; characters that Markdown would read are escaped."""
    return "\n".join(
        [
            *(f"> {line}".rstrip() for line in markdown_lines(citation)),
            ">",
            f"> — {literal(citation.address)}",
        ]
    )


def markdown_lines(citation: Citation) -> list[str]:
    """The quote as lines of Markdown: a table's rows as a table, with caption and unit above."""
    table = row_table(citation)
    if table is None:
        return [literal(line) for line in citation.quote.splitlines()]
    header, rows = flat_rows(table, citation)
    above = literal(citation.rows[0].head)
    lines = [header, ["---"] * table.width, *rows]
    return [*([above, ""] if above else []), *("| " + " | ".join(_cells(line)) + " |" for line in lines)]


def _cells(texts: Sequence[str]) -> list[str]:
    return ["---" if text == "---" else literal(text).replace("\n", " ") for text in texts]


def gbt7714(citation: Citation, metadata: Mapping[str, str]) -> str:
    """A reference after GB/T 7714-2015; what the document does not say is left out.

    A brief with a series and an issue is a periodical [J], a report [R], anything else [Z]:
    徐枫. 题名[J]. 领军参阅, 2024(7): 3.
    """
    author = re.sub(r"[、，,；;]\s*", ", ", metadata.get("author") or metadata.get("issuer", ""))
    title = citation.document_title
    series, issue = metadata.get("series", ""), _digits(metadata.get("issue", ""))
    year = metadata.get("year", "") or _digits(metadata.get("date", ""))[:4]
    page = f": {citation.page}" if citation.page and not citation.page_inferred else ""
    opening = f"{author}. " if author else ""
    if series and issue:
        return f"{opening}{title}[J]. {series}{f', {year}' if year else ''}({issue}){page}."
    kind = next((code for pattern, code in _TYPES if pattern.search(title)), "Z")
    number = metadata.get("doc_number", "")
    issuer = metadata.get("issuer", "") if metadata.get("author") else ""
    imprint = ", ".join(filter(None, (issuer, number, metadata.get("date", "") or year)))
    return f"{opening}{title}[{kind}]{f'. {imprint}' if imprint else ''}{page}."


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d+", text)[:1])


def literal(text: str) -> str:
    """Text in which Markdown sees no marks of its own."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", text)
