"""What a row that was found for a question answers: itself, another row of its table, several, or nothing.

A row tells its own figures. Which row has the highest, what two of them differ by, and of what a figure is
a share, it does not tell: the first is read off the table, the others are not in the documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from briefqa.answering.extremes import AnsweringCell, ranked_cells
from briefqa.answering.quoted_rows import is_blank, leaves_blank, listed_rows
from briefqa.answering.quoting import MAX_QUOTE
from briefqa.question.asked import AskedKind
from briefqa.question.asked_columns import asked_cell
from briefqa.question.conditions import Check, ConditionKind, Verdict, breaks, rules_out
from briefqa.question.listed import rows_listed
from briefqa.question.not_in_table import column_not_told, row_not_meant
from briefqa.question.parsing import Question
from briefqa.question.sentence_checks import check_sentence
from briefqa.question.superlatives import Superlative, superlatives
from briefqa.question.table_questions import TableQuestion
from briefqa.question.worked_out import is_worked_out
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.table_figures import FiguredRow, figured_rows, is_too_long
from briefqa.reading.table_spans import Span, TableRow, table_at
from briefqa.retrieval.ranking import Hit
from briefqa.splitting.passages import Sentence, make_passage
from briefqa.text.folding import fold
from briefqa.text.quantities import years
from briefqa.text.said import Said

LOOKED_AT = 3  # hits among which a table is looked for that tells a rank
MOST_LISTED = 6  # rows that one question may ask for
# What a table tells by its own labels and figures, while it has every noun of the question: the learned
# confidence has seen no such question. Between "fair" and "high".
SETTLED = 0.6
_HOLDS = (Verdict.MET, Verdict.CONTEXT)
_NAMED = (ConditionKind.BODY, ConditionKind.PERSON)  # another place rules a row out before


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """The hits as the tables among them answer.

    Attributes:
        hits: best first.
        quoted: those to quote, where tables decide it; else ().
        cells: of each of those the cell that answers.
        settled: the table has every noun of the question: the answer is as sure as `SETTLED`. Never of an
            English question, whose words are only translated.
        refused: the first hit is no answer, however sure it is; its checks say why.
    """

    hits: tuple[Hit, ...]
    quoted: tuple[Hit, ...] = ()
    cells: tuple[Span | None, ...] = ()
    settled: bool = False
    refused: bool = False

    def at_least(self, probability: float) -> float:
        """The probability that the first hit answers, given the one that was learned."""
        return max(probability, SETTLED) if self.settled else probability


def read_tables(
    question: Question, hits: Sequence[Hit], document_of: Callable[[str], Document]
) -> TableAnswer:
    """What the first of some hits answers, where it is a row; of a rank, one of the first few."""
    wanted = superlatives(question)
    for place, hit in enumerate(hits[: LOOKED_AT if wanted else 1]):
        document = document_of(hit.passage.document_id)
        asked = _held_against(question, hit, document)
        if asked is None and place == 0 and wanted and _is_too_long(hit, document):
            return _refused(_untold(question, ConditionKind.RANK), hit, hits)
        if asked is None:
            if _tells_rank(question, wanted, hit):
                break
            continue
        answer = _decided(asked, wanted, hit, hits, document)
        if answer is not None and (place == 0 or answer.settled):
            return answer
    return TableAnswer(tuple(hits), refused=leaves_blank(question.text, hits[0], document_of))


def _held_against(question: Question, hit: Hit, document: Document) -> TableQuestion | None:
    """The question with the table that a hit is a row of; None for any other text."""
    if hit.scores.printed:
        return None
    block = document.block_at(hit.sentence.start)
    table = table_at(document.tables, block)
    if table is None or document.blocks[block].kind is not BlockKind.ROW:
        return None
    rows = figured_rows(document, table)
    sections = tuple(heading.title for heading in document.section_at(hit.sentence.start))
    return TableQuestion(question, rows, document.title, sections) if len(rows) > 1 else None


def _is_too_long(hit: Hit, document: Document) -> bool:
    """Whether a hit is a row of a table that is too long to be compared."""
    table = table_at(document.tables, document.block_at(hit.sentence.start))
    return table is not None and not hit.scores.printed and is_too_long(document, table)


def _tells_rank(question: Question, wanted: Sequence[Superlative], hit: Hit) -> bool:
    """Whether a sentence itself has the words that ask for a rank; of an English question any will do."""
    said = fold(hit.sentence.text)
    return question.is_english or any(fold(question.text[each.start : each.end]) in said for each in wanted)


def _decided(
    asked: TableQuestion, wanted: Sequence[Superlative], hit: Hit, hits: Sequence[Hit], document: Document
) -> TableAnswer | None:
    """What the table decides; None where the hit answers for itself."""
    own = next((each for each in asked.rows if each.row.start <= hit.sentence.start < each.row.end), None)
    if own is None:
        return None
    found = own.row
    if not asked.named_rows and _is_of_another(hit, found):
        return TableAnswer(tuple(hits), refused=True)
    is_figure = bool(wanted) or asked.question.asked.kind is AskedKind.FIGURE
    if is_figure and (missing := column_not_told(asked, own)) is not None:
        return _refused(missing, hit, hits)
    placed: tuple[AnsweringCell, ...] = ()
    kind = ConditionKind.WORKED_OUT
    if wanted and not asked.names_ranks(wanted, found):
        kind = ConditionKind.RANK
        placed = ranked_cells(asked, wanted[0], found) if len(wanted) == 1 else ()
        if asked.question.is_english and not placed:  # of a column that is not translated nothing is known
            return None
    elif not is_worked_out(asked, found):
        placed = _listed(asked)
        if not placed and (rows := rows_listed(asked)):
            return _quoting_list(asked, own if own in rows else rows[0], hit, hits, document)
        if not placed and _is_left_blank(asked):
            return TableAnswer(tuple(hits), refused=True)
        if not placed:
            named, failed = _named_whole(asked, hit, hits, document), row_not_meant(asked, own)
            return _refused(failed, hit, hits) if named is None and failed is not None else named
    if placed:
        return _quoting(asked, placed, hit, hits, document)
    return _refused(_untold(asked.question, kind), hit, hits)


def _is_of_another(hit: Hit, row: TableRow) -> bool:
    """Whether a row is called by another name than the one of its kind that the question has."""
    names = Said(" ".join(cell.text for cell in row.cells[: row.labels])).names
    return any(
        check.kind in _NAMED and check.verdict is Verdict.CONFLICT and name.text in check.instead
        for check in hit.checks
        for name in names
    )


def _untold(question: Question, kind: ConditionKind) -> Check:
    return Check(kind, question.asked.text or question.text, Verdict.CONFLICT)


def _refused(failed: Check, hit: Hit, hits: Sequence[Hit]) -> TableAnswer:
    first = replace(hit, checks=(failed, *hit.checks))
    return TableAnswer((first, *(each for each in hits if each is not hit)), refused=True)


def _listed(asked: TableQuestion) -> tuple[AnsweringCell, ...]:
    """The rows that are asked for by their names, several, or the one of the whole; () for any other."""
    if asked.is_of_several_years:
        return ()
    rows = [row for _, row in asked.meant_rows]
    if len(rows) == 1 and len(asked.named_years) > 1:
        return (AnsweringCell(rows[0].row, None),)
    if len(rows) > 1 and not asked.is_list([span for span, _ in asked.meant_rows]):
        return ()
    if len(rows) < 2:
        rows = [] if any(not each.is_total for each in rows) else asked.wholes
    if not rows or len(rows) > MOST_LISTED:
        return ()
    question = asked.question.text
    return tuple(AnsweringCell(each.row, asked_cell(question, each.row, asked.title)) for each in rows)


def _is_left_blank(asked: TableQuestion) -> bool:
    """Whether the one row that the question names has nothing where it asks: no other row has it either."""
    rows = [row.row for _, row in asked.meant_rows]
    cell = asked_cell(asked.question.text, rows[0], asked.title) if len(rows) == 1 else None
    return cell is not None and is_blank(cell) and asked.is_grounded


def _named_whole(
    asked: TableQuestion, hit: Hit, hits: Sequence[Hit], document: Document
) -> TableAnswer | None:
    """The one row that the question calls by its own label, where it names the column too and nothing else.

    The hit may be another row, whose longer label has more of the question.
    """
    if len(asked.meant_rows) != 1 or asked.is_of_several_years:
        return None
    row = asked.meant_rows[0][1].row
    cell = asked_cell(asked.question.text, row, asked.title)
    if cell is not None and asked.question.years and not years(fold(cell.header)) <= {*asked.question.years}:
        return None
    answer = _quoting(asked, [AnsweringCell(row, cell)], hit, hits, document)
    kept_to = all(each.verdict in _HOLDS for each in answer.hits[0].checks)
    return answer if answer.settled and kept_to else None


def _quoting(
    asked: TableQuestion, placed: Sequence[AnsweringCell], hit: Hit, hits: Sequence[Hit], document: Document
) -> TableAnswer:
    quoted = tuple(_hit_of(asked.question, each, hit, hits, document) for each in placed)
    cells = tuple((each.cell.start, each.cell.end) if each.cell is not None else None for each in placed)
    several = len(asked.named_years) > 1 and len(placed) == 1
    clear = several or all(each.cell and any(map(str.isalnum, each.cell.text)) for each in placed)
    told = clear and asked.is_grounded and not asked.question.is_english
    settled = told and not any(rules_out(each.checks) for each in quoted)
    others = [each for each in hits if each is not hit and each.passage.id != quoted[0].passage.id]
    return TableAnswer((quoted[0], *others), quoted, cells, settled)


def _quoting_list(
    asked: TableQuestion, row: FiguredRow, hit: Hit, hits: Sequence[Hit], document: Document
) -> TableAnswer:
    """All rows that a list is asked of, quoted with one of them; none is quoted by itself."""
    first = _hit_of(asked.question, AnsweringCell(row.row, None), hit, hits, document)
    whole = listed_rows(asked.question, first.sentence, document, MAX_QUOTE) is not None
    others = [each for each in hits if each is not hit and each.passage.id != first.passage.id]
    return TableAnswer((first, *others), settled=whole and not any(breaks(each) for each in first.checks))


def _hit_of(
    question: Question, placed: AnsweringCell, hit: Hit, hits: Sequence[Hit], document: Document
) -> Hit:
    """The hit with another row of its table."""
    row = placed.row
    if (row.start, row.end) == (hit.sentence.start, hit.sentence.end):
        passage = hit.passage
    else:
        near = (each.passage for each in (hit, *hits) if each.passage.document_id == document.id)
        holding = (each for each in near if each.start <= row.start and row.end <= each.end)
        passage = next(holding, None) or make_passage(document, row.start, row.end)
    sentence = Sentence(document.text[row.start : row.end], row.start, row.end)
    checks = check_sentence(question.checked, sentence, passage, document)
    if placed.cell is not None and years(fold(placed.cell.header)):  # the column tells the time
        checks = tuple(each for each in checks if each.kind is not ConditionKind.TIME)
    return replace(hit, passage=passage, sentence=sentence, checks=checks, seen=())
