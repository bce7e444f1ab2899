"""The rows of a table that a quote consists of, as data, and the cell that answers."""

from __future__ import annotations

from collections.abc import Callable

from briefqa.question.asked import AskedKind
from briefqa.question.asked_columns import asked_cell
from briefqa.question.parsing import Question
from briefqa.question.slots import SlotKind
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.table_labels import is_total
from briefqa.reading.table_spans import RowCell, Span, TableRow, split_cells, table_at
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
    return (cell.start, cell.end) if cell is not None and not is_blank(cell) else None


def leaves_blank(question: str, hit: Hit, document_of: Callable[[str], Document]) -> bool:
    """Whether a hit is a row of a table in which the cell that a question asks for is blank or a dash.

    The other figures of the row are of other columns: none of them answers.
    """
    document = document_of(hit.passage.document_id)
    rows = quoted_rows(document, hit.sentence.start, hit.sentence.end)
    if len(rows) != 1 or not any(map(is_blank, rows[0].cells)):
        return False
    cell = asked_cell(question, rows[0], document.title)
    return cell is not None and is_blank(cell)


def listed_rows(question: Question, sentence: Sentence, document: Document, most: int) -> Span | None:
    """`[start, end)` of the rows of a table that have what a question for a list says of this one.

    Those are all of them where no word tells one row from another. What only adds the others up is none.

    Args:
        question: one that asks which, and names no number.
        sentence: a row of the table.
        most: characters; of more rows no more than the row is quoted, nor where others stand between.
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
    own, above = fold(sentence.text), _above(document, sentence)
    named = [word.text for word in question.words if word.text in own and word.text not in above]
    having = [n for n, text in enumerate(texts) if all(word in text for word in named)]
    parts = [n for n in having if not is_total(split_cells(texts[n])[0])] or having
    if len(parts) < 2 or parts[-1] - parts[0] >= len(parts) or own not in (texts[n] for n in parts):
        return None
    span = rows[parts[0]].start, rows[parts[-1]].end
    return span if span[1] - span[0] <= most else None


def _above(document: Document, sentence: Sentence) -> str:
    """What stands above a row: title, headings, caption and headers."""
    row = document.row_context(sentence.start)
    headers = [cell.text for line in row.headers for cell in line] if row is not None else []
    titles = [heading.title for heading in document.section_at(sentence.start)]
    return fold("\n".join((document.title, *titles, row.caption if row is not None else "", *headers)))


def is_blank(cell: RowCell) -> bool:
    """Whether a cell tells nothing: it is empty, or a dash stands in it."""
    return not any(map(str.isalnum, cell.text))
