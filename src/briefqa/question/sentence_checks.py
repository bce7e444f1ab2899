"""The conditions of a question held against one sentence, and what counts as its surroundings.

A row of a table is judged with its own caption, headers and unit, and with the prose around it;
what another table in the same passage says is not about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from briefqa.question.conditions import Check, Condition, NameCondition, Surroundings
from briefqa.reading.document import Document
from briefqa.reading.table_spans import TableRow, TableSpan, table_at
from briefqa.splitting.passages import Passage, Sentence


def check_sentence(
    conditions: Sequence[Condition], sentence: Sentence, passage: Passage, document: Document
) -> tuple[Check, ...]:
    """One check for each condition, in their order."""
    row = document.row_context(sentence.start) if conditions else None
    if row is None:
        where = Surroundings(sentence.text, passage.text, passage.section, document, sentence.start)
        return tuple(condition.check(where) for condition in conditions)
    row = row.part(sentence.start, sentence.end)
    where = _around_row(row, sentence, passage, document)
    # A place above a column is said of the row's cell; numbers and years stay the row's own.
    named = replace(where, sentence=row.told)
    return tuple(
        condition.check(named if isinstance(condition, NameCondition) else where) for condition in conditions
    )


def _around_row(row: TableRow, sentence: Sentence, passage: Passage, document: Document) -> Surroundings:
    own = table_at(document.tables, document.block_at(sentence.start))
    headers = tuple(dict.fromkeys(cell.header for cell in row.cells if cell.header))
    around = _without_other_tables(passage, document, own)
    return Surroundings(
        sentence.text,
        f"{row.told}\n{around}",
        (*passage.section, row.head, *headers),
        document,
        sentence.start,
    )


def _without_other_tables(passage: Passage, document: Document, own: TableSpan | None) -> str:
    """The passage's text but for captions, headers and rows of other tables."""
    first, last = document.block_at(passage.start), document.block_at(max(passage.end - 1, passage.start))
    others = [each for each in document.tables_between(first, last + 1) if each is not own]
    captions = {each.caption[0] for each in others if each.caption}
    return "\n".join(
        document.text[max(block.start, passage.start) : min(block.end, passage.end)]
        for number, block in enumerate(document.blocks[first : last + 1], first)
        if block.start not in captions and not any(each.first <= number < each.last for each in others)
    )
