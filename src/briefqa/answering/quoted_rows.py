"""The rows of a table that a quote consists of, as data, and the cell that answers."""

from __future__ import annotations

from collections.abc import Callable

from briefqa.question.asked_columns import asked_cell
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.table_spans import CELL_MARK, RowCell, Span, TableRow, split_cells, table_at
from briefqa.retrieval.ranking import Hit


def quoted_rows(document: Document, start: int, end: int) -> tuple[TableRow, ...]:
    """The rows at `[start, end)`, when it is nothing but rows of one table; else ().

    Of a row that holds paragraphs only a part may be quoted: its row has that part and its label.
    """
    first, last = document.block_at(start), document.block_at(max(end - 1, start))
    table = table_at(document.tables, first)
    blocks = document.blocks[first : last + 1]
    if table is None or last >= table.last or any(block.kind is not BlockKind.ROW for block in blocks):
        return ()
    rows = (document.row_context(block.start) for block in blocks)
    return tuple(row.part(start, end) for row in rows if row is not None)


def answering_cell(question: str, rows: tuple[TableRow, ...], title: str) -> Span | None:
    """`[start, end)` of the cell that a question asks for, when one row answers and names its column."""
    cell = asked_cell(question, rows[0], title) if len(rows) == 1 else None
    return (cell.start, cell.end) if cell is not None and not _is_blank(cell) else None


def leaves_blank(question: str, hit: Hit, document_of: Callable[[str], Document]) -> bool:
    """Whether a hit is a row of a table in which the cell that a question asks for is blank or a dash.

    The other figures of the row are of other columns: none of them answers.
    """
    cells = split_cells(hit.sentence.text) if CELL_MARK in hit.sentence.text else []
    if all(any(map(str.isalnum, cell)) for cell in cells):
        return False
    document = document_of(hit.passage.document_id)
    rows = quoted_rows(document, hit.sentence.start, hit.sentence.end)
    cell = asked_cell(question, rows[0], document.title) if len(rows) == 1 else None
    return cell is not None and _is_blank(cell)


def _is_blank(cell: RowCell) -> bool:
    return not any(map(str.isalnum, cell.text))
