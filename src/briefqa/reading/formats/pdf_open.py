"""Tables that no rules part into cells: three-line tables and those without any line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from briefqa.reading.formats.pdf_glyphs import Piece
from briefqa.reading.formats.pdf_levels import Level, rows_of
from briefqa.reading.formats.pdf_rules import Rules
from briefqa.reading.formats.pdf_tables import Row, row_of_levels
from briefqa.reading.tables import is_value
from briefqa.text.numbering import NAMED, TO_TEN, is_contents_line, number_of

_ABOVE = re.compile(rf"[（(]?\s*(?:计量)?单\s*位\s*[:：]|[（(【]?(?:续|附)?[图表]\s*[\d{TO_TEN}]")
_LEADERS = " \u3000.．·…()（）-—"  # around a page number
_FAR = 3.5  # font sizes between two lines of one table
_LONGEST_HEAD = 20  # characters of a header that stands beside its column
_WIDE = 0.6  # font sizes of a blank that can part two cells
_EDGE = 6.0  # points by which the rules of one table differ in length
Intervals = list[tuple[float, float]]


def open_runs(
    lines: Sequence[Sequence[Piece]], rules: Rules, before: Intervals | None = None
) -> list[tuple[int, int, Intervals]]:
    """Which lines, each given as its pieces from the left, are tables: (first, last + 1, columns).

    A table is two lines of three columns, or three of two, below each other with the columns at
    the same places, and what lies between its rules or continues its columns. `before`: the
    columns of the table that the page before ends with, which can go on in the first lines.
    """
    found: list[tuple[int, int, Intervals]] = []
    if before and (end := _continued(lines, before)):
        found.append((0, end, before))
    for start, end in _seeds(lines):
        columns = _columns(lines[start:end])
        if columns is None or (found and start < found[-1][1]):
            continue
        low = found[-1][1] if found else 0
        first, last = _framed(lines, start, end, rules)
        first = max(low, _upward(lines, min(first, start), low, columns))
        last = _downward(lines, max(last, end), columns)
        columns = _columns(lines[first:last]) or columns
        if found and found[-1][1] == first and _same(found[-1][2], columns):
            first = found.pop()[0]
            columns = _columns(lines[first:last]) or columns
        found.append((first, last, columns))
    return found


def _continued(lines: Sequence[Sequence[Piece]], columns: Intervals) -> int:
    end = 0
    while end < len(lines) and (not end or _near(lines[end - 1], lines[end])) and _fits(lines[end], columns):
        end += 1
    return end


def _seeds(lines: Sequence[Sequence[Piece]]) -> list[tuple[int, int]]:
    seeds: list[tuple[int, int]] = []
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and _aligned(lines[end - 1], lines[end]):
            end += 1
        figures = all(len(line) == 2 and is_value(line[1].text) for line in lines[start:end])
        if len(lines[start]) >= 2 and end - start >= (2 if len(lines[start]) >= 3 or figures else 3):
            seeds.append((start, end))
        start = end
    return seeds


def _aligned(a: Sequence[Piece], b: Sequence[Piece]) -> bool:
    if len(a) < 2 or len(a) != len(b) or _is_contents(a) or _is_contents(b):
        return False
    size = max(p.size for p in (*a, *b))
    if b[0].baseline - a[0].baseline > _FAR * size:
        return False

    def near(p: Piece, q: Piece) -> bool:
        middle = abs(p.left + p.right - q.left - q.right) / 2
        return min(abs(p.left - q.left), abs(p.right - q.right), middle) <= 0.8 * size

    if len(a) >= 3 and all(
        is_value(piece.text) for piece in b[1:]
    ):  # figures at the right, words at the left
        return all(
            p.right < q.left
            for line, other in ((a, b), (b, a))
            for p, q in zip(line, other[1:], strict=False)
        )
    return all(near(p, q) for p, q in zip(a, b, strict=True))


def _is_contents(line: Sequence[Piece]) -> bool:
    """A line of a table of contents: a chapter's number, its heading and perhaps its page, set apart.

    Dots that lead to the page tell of one whatever its number is.
    """
    if is_contents_line(" ".join(piece.text for piece in line)):
        return True
    number = number_of(line[0].text)
    if number is None or number.style not in NAMED:
        return False
    paged = line[-1].text.strip(_LEADERS).isdecimal()
    apart = not line[0].text[number.end :].strip()
    return (apart and len(line) == 2 + paged) or (not apart and paged and len(line) == 2)


def _columns(lines: Sequence[Sequence[Piece]]) -> Intervals | None:
    """From where to where each column reaches, by the lines that fill the most of them."""
    counts = Counter(len(line) for line in lines if len(line) >= 2)
    if not counts:
        return None
    for count in sorted(counts, reverse=True):
        full = [line for line in lines if len(line) == count]
        if len(full) < 2 and len(counts) > 1 and counts[count] * 3 < len(lines):
            continue
        columns = [
            (min(line[k].left for line in full), max(line[k].right for line in full)) for k in range(count)
        ]
        if all(a[1] < b[0] for a, b in pairwise(columns)):
            return columns
    return None


def _same(a: Intervals, b: Intervals) -> bool:
    return len(a) == len(b) and all(p[0] < q[1] and q[0] < p[1] for p, q in zip(a, b, strict=True))


def _framed(lines: Sequence[Sequence[Piece]], start: int, end: int, rules: Rules) -> tuple[int, int]:
    """The lines between the outer ones of the long rules around a seed."""
    left = min(p.left for line in lines[start:end] for p in line)
    right = max(p.right for line in lines[start:end] for p in line)
    top, bottom = lines[start][0].baseline, lines[end - 1][0].baseline
    wide = [r for r in rules.horizontal if r[1] <= left + _EDGE and r[2] >= right - _EDGE]
    sizes = [(round(r[1] / _EDGE), round(r[2] / _EDGE)) for r in wide]
    same = [r for r, size in zip(wide, sizes, strict=True) if sizes.count(size) >= 2]
    above = [y for y, _, _ in same if y < top]
    below = [y for y, _, _ in same if y > bottom]
    if not above or not below:
        return start, end
    upper = max(above)  # the nearest one, or the one above the header
    higher = [y for y in above if y < upper and _only_columns(lines, y, upper)]
    upper = min(higher, default=upper)
    lower = min(below)
    inside = [i for i, line in enumerate(lines) if upper < line[0].baseline <= lower]
    return (inside[0], inside[-1] + 1) if inside else (start, end)


def _only_columns(lines: Sequence[Sequence[Piece]], top: float, bottom: float) -> bool:
    between = [line for line in lines if top < line[0].baseline < bottom]
    return 0 < len(between) <= 4 and all(len(line) >= 2 for line in between[-1:])


def _fits(line: Sequence[Piece], columns: Intervals) -> bool:
    """Several pieces, each of which stands in or over columns of its own."""
    if len(line) < 2 or any(_ABOVE.match(p.text) for p in line) or _is_contents(line):
        return False
    spans = [_over(piece, columns) for piece in line]
    if len(line) == len(columns) and all(len(p.text) <= _LONGEST_HEAD for p in line):
        # Words at the left of a column may stand beside its figures at the right.
        spans = [over or [k] for k, over in enumerate(spans)]
    return all(spans) and all(a[-1] < b[0] for a, b in pairwise(spans))


def _over(piece: Piece, columns: Intervals) -> list[int]:
    return [k for k, (left, right) in enumerate(columns) if piece.left < right and piece.right > left]


def _upward(lines: Sequence[Sequence[Piece]], first: int, low: int, columns: Intervals) -> int:
    while first > low and _near(lines[first - 1], lines[first]) and _fits(lines[first - 1], columns):
        first -= 1
    return first


def _downward(lines: Sequence[Sequence[Piece]], last: int, columns: Intervals) -> int:
    """Rows with empty cells and labels that go on in a second line, as long as a fuller row follows."""
    end = last
    while end < len(lines) and end - last <= 2 and _near(lines[end - 1], lines[end]):
        if _fits(lines[end], columns):
            last = end + 1
        elif not _is_label(lines[end], columns):
            break
        end += 1
    return last


def _is_label(line: Sequence[Piece], columns: Intervals) -> bool:
    return (
        len(line) == 1
        and line[0].right < columns[1][0]
        and abs(line[0].left - columns[0][0]) < 3 * line[0].size
    )


def _near(a: Sequence[Piece], b: Sequence[Piece]) -> bool:
    return b[0].baseline - a[0].baseline <= _FAR * max(p.size for p in (*a, *b))


def open_rows(lines: Sequence[Sequence[Piece]], columns: Intervals) -> list[Row]:
    """The rows of a table without cells drawn around them."""
    edges = (columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1])
    placed: list[tuple[Level, dict[int, int]]] = []
    for line in lines:
        level = Level()
        width: dict[int, int] = {}
        parts = [part for piece in line for part in _parted(piece, columns)]
        for number, part in enumerate(parts):
            over = [number] if len(parts) == len(columns) else _over(part, columns)
            column = over[0] if over else _nearest(part, columns)
            level.cells.setdefault(column, []).append(part)
            width[column] = max(len(over), width.get(column, 1))
        placed.append((level, width))
    # A row that fills every column goes on nothing: without rules no edge tells which cells were full.
    rights = [*(b[0] - 6.0 for b in columns[1:]), columns[-1][1]]
    widths = {id(level): width for level, width in placed}
    rows = []
    for group in rows_of([level for level, _ in placed], rights):
        merged: dict[int, int] = {}
        for level in group:
            for column, wide in widths[id(level)].items():
                merged[column] = max(wide, merged.get(column, 1))
        rows.append(row_of_levels(group, merged, edges))
    return rows


def _parted(piece: Piece, columns: Intervals) -> list[Piece]:
    """A piece over several columns, cut where its blanks are as wide as those between cells."""
    if len(_over(piece, columns)) < 2:
        return [piece]
    wide = piece.boxes[:, 2] - piece.boxes[:, 0] >= _WIDE * piece.size
    parts: list[Piece] = []
    start = 0
    for at, char in enumerate([*piece.text, " "]):
        if at == len(piece.text) or (char.isspace() and wide[at]):
            if piece.text[start:at].strip():
                parts.append(Piece(piece.text[start:at], piece.boxes[start:at], piece.baseline, piece.size))
            start = at + 1
    return parts


def _nearest(piece: Piece, columns: Intervals) -> int:
    return min(
        range(len(columns)), key=lambda k: max(columns[k][0] - piece.right, piece.left - columns[k][1])
    )
