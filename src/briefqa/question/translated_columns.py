"""Which column of figures an English question asks for, by what its words may say in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefqa.reading.table_figures import figure_of
from briefqa.reading.table_spans import RowCell, TableRow


def translated_cell(
    words: Sequence[Mapping[str, float]], row: TableRow, least: float = 0.0
) -> RowCell | None:
    """The cell whose headers hold what most of the words may say; None where two do, or none does.

    Args:
        words: of the question, each with its translations and how exact they are; see `Question.translated`.
        row: of a table.
        least: share of the words that the headers must hold.
    """
    cells = [cell for cell in row.cells[1:] if figure_of(cell.text) is not None]
    said = [_said(words, "".join(row.headers_of(cell))) for cell in cells]
    best = max(said, default=0.0)
    first = [cell for cell, weight in zip(cells, said, strict=True) if weight == best]
    enough = best >= least * len(words) and (best or len(cells) == 1)
    return first[0] if len(first) == 1 and enough else None


def _said(words: Sequence[Mapping[str, float]], header: str) -> float:
    return sum(
        max((weight for word, weight in each.items() if word in header), default=0.0) for each in words
    )
