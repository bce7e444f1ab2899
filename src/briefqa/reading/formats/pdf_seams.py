"""Rules that are drawn cell by cell: where two of them meet, two columns of a table do.

Browsers and Word draw the lines of a table so, also where nothing is drawn between the columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from briefqa.reading.formats.pdf_glyphs import Piece
from briefqa.reading.formats.pdf_rules import Rules

_SAME = 1.5  # points between the ends of two rules that meet
EDGE = 6.0  # points by which the rules of one table differ in length
_GAP = 0.2  # font sizes between characters of two cells


@dataclass(frozen=True, slots=True)
class WholeRule:
    """A horizontal line at `y` from `left` to `right`; `seams`: where its parts meet."""

    y: float
    left: float
    right: float
    seams: tuple[float, ...] = ()

    @property
    def ends(self) -> tuple[int, int]:
        """The same for rules of one table."""
        return round(self.left / EDGE), round(self.right / EDGE)


def whole_rules(rules: Rules) -> list[WholeRule]:
    """The horizontal rules of a page from the top, those that go on each other as one."""
    found: list[WholeRule] = []
    by_height = sorted(rules.horizontal, key=lambda rule: (round(rule[0]), rule[1]))
    for y, left, right in by_height:
        last = found[-1] if found else None
        if last and abs(last.y - y) <= 1 and last.left <= left <= last.right + _SAME:
            meets = left >= last.right - _SAME
            seams = (*last.seams, left) if meets else last.seams
            found[-1] = WholeRule(last.y, last.left, max(last.right, right), seams)
        else:
            found.append(WholeRule(y, left, right))
    return found


def parted_at_seams(pieces: Sequence[Piece], rules: Rules) -> list[Piece]:
    """The pieces of a page, cut between the columns that rules above and below them show.

    Not where a character stands on the border: there a cell spans both columns, or it is no table.
    """
    parted = list(pieces)
    for above, below in _neighbours(whole_rules(rules)):
        seams = [x for x in above.seams if any(abs(x - other) <= _SAME for other in below.seams)]
        inside = {
            id(p)
            for p in parted
            if seams
            and above.y < p.baseline <= below.y
            and p.left > above.left - 1
            and p.right < above.right + 1
        }
        for x in seams:
            crossing = [p for p in parted if id(p) in inside and p.left < x < p.right]
            places = [_place(p, x) for p in crossing]
            if crossing and all(places):
                cut = {id(p): place for p, place in zip(crossing, places, strict=True)}
                parted = [part for p in parted for part in _parts(p, cut.get(id(p), 0))]
                inside |= {id(p) for p in parted if above.y < p.baseline <= below.y}
    return parted


def _neighbours(rules: Sequence[WholeRule]) -> Iterator[tuple[WholeRule, WholeRule]]:
    """Rules of one table, one below the other, that both show columns."""
    tables: dict[tuple[int, int], list[WholeRule]] = defaultdict(list)
    for rule in rules:
        if rule.seams:
            tables[rule.ends].append(rule)
    for same in tables.values():
        yield from pairwise(same)


def _place(piece: Piece, x: float) -> int:
    """Before which character of a piece `x` parts it; 0 where one stands on it."""
    lefts, rights = piece.boxes[:, 0], piece.boxes[:, 2]
    shown = [k for k, char in enumerate(piece.text) if not char.isspace()]
    after = next((k for k in shown if lefts[k] >= x - 1), 0)
    before = [k for k in shown if k < after]
    if not before or max(rights[k] for k in before) > x + 1:
        return 0
    return after if lefts[after] - rights[before[-1]] >= _GAP * piece.size else 0


def _parts(piece: Piece, at: int) -> list[Piece]:
    if not at:
        return [piece]
    end = len(piece.text[:at].rstrip())
    return [
        Piece(piece.text[low:high], piece.boxes[low:high], piece.baseline, piece.size)
        for low, high in ((0, end), (at, len(piece.text)))
    ]


def seams_between(
    columns: Sequence[tuple[float, float]], rules: Sequence[WholeRule], top: float, bottom: float
) -> list[float]:
    """The borders of the cells of columns, from the left, by a rule that shows all; [] where none does."""
    for rule in rules:
        if not top <= rule.y <= bottom or len(rule.seams) < len(columns) - 1:
            continue
        borders = [
            next((x for x in rule.seams if a[1] - 1 <= x <= b[0] + 1), None) for a, b in pairwise(columns)
        ]
        if None not in borders:
            return [rule.left, *(x for x in borders if x is not None), rule.right]
    return []
