"""Which rows of a table are the list that a question asks for: by what its label column is called."""

from __future__ import annotations

from briefqa.question.article_questions import OF_LISTS
from briefqa.question.asked import AskedKind
from briefqa.question.slots import SlotKind
from briefqa.question.table_questions import TableQuestion, is_told_in
from briefqa.reading.table_figures import FiguredRow
from briefqa.text.folding import fold


def rows_listed(asked: TableQuestion) -> tuple[FiguredRow, ...]:
    """The rows that are asked for, where the thing next to the asking word heads a column of labels.

    Or is what several rows are called. () where the table has not every other word of the question, or it
    names a row: what it tells of that is asked then.
    """
    question = asked.question
    if question.asked.kind is not AskedKind.LIST or question.is_english or asked.named_rows:
        return ()
    rows = tuple(each for each in asked.rows if asked.group_labels <= {*each.labels} and not each.is_total)
    labels = max(len(each.labels) for each in asked.rows)
    called = {*asked.group_labels, *(cell.text for line in asked.context.headers for cell in line[:labels])}
    at = question.text.find(question.asked.text)
    words = [word for word in question.words if len(word.text) > 1 and not {*word.text} <= OF_LISTS]
    behind = [word for word in words if word.start >= at]
    thing = next((word for word in (*reversed(behind), *reversed(words)) if word.is_noun), None)
    if len(rows) < 2 or thing is None or not any(_is_kind(thing.text, fold(each)) for each in called):
        return ()
    placed = [slot for slot in question.slots if slot.kind in (SlotKind.PLACE, SlotKind.SCOPE)]  # conditions
    rest = [word for word in words if not any(s.start < word.end and word.start < s.end for s in placed)]
    return rows if all(is_told_in(word.text, asked.told) for word in rest) else ()


def _is_kind(thing: str, called: str) -> bool:
    """Whether a thing is what a header or a group of rows is called, or one kind of that."""
    return thing in called or (len(called) > 1 and thing.endswith(called))
