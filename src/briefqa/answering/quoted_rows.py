"""The rows of a table that a quote consists of, as data, and the cell that answers."""

from __future__ import annotations

from collections.abc import Callable

from briefqa.question.asked import AskedKind
from briefqa.question.asked_columns import asked_cell
from briefqa.question.parsing import Question
from briefqa.question.slots import SlotKind
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.table_spans import CELL_MARK, RowCell, Span, TableRow, split_cells, table_at
from briefqa.retrieval.ranking import Hit
from briefqa.splitting.passages import Sentence
from briefqa.text.folding import fold


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


def listed_rows(question: Question, sentence: Sentence, document: Document, most: int) -> Span | None:
    """`[start, end)` of all rows of a table, where a list is asked for and no word tells this one.

    Args:
        question: one that asks which, and names no number.
        sentence: a row of the table.
        most: characters; of a longer table no more than the row is quoted.
    """
    if question.asked.kind is not AskedKind.LIST or any(
        each.kind is SlotKind.NUMBER for each in question.slots
    ):
        return None
    first = document.block_at(sentence.start)
    table, block = table_at(document.tables, first), document.blocks[first]
    if table is None or (block.start, block.end) != (sentence.start, sentence.end):
        return None
    rows = [each for each in document.blocks[table.first : table.last] if each.kind is BlockKind.ROW]
    texts = [fold(document.text[each.start : each.end]) for each in rows]
    own = fold(sentence.text)
    named = (word.text for word in question.words if word.text in own)
    if any(word not in text for word in named for text in texts):
        return None
    span = rows[0].start, rows[-1].end
    return span if span[1] - span[0] <= most else None


def _is_blank(cell: RowCell) -> bool:
    return not any(map(str.isalnum, cell.text))
