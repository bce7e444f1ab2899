"""Tables that no rules part into cells: three-line tables and those without any line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from briefqa.reading.cells import is_value
from briefqa.reading.formats.pdf_bands import Cells, bands
from briefqa.reading.formats.pdf_glyphs import Piece
from briefqa.reading.formats.pdf_headers import (
    Intervals,
    cell_borders,
    columns_over,
    header_spans,
    names_rows,
    says_of_table,
)
from briefqa.reading.formats.pdf_rules import Rules
from briefqa.reading.formats.pdf_seams import EDGE, WholeRule, whole_rules
from briefqa.text.numbering import NAMED, is_contents_line, number_of

_LEADERS = " \u3000.．·…()（）-—"  # around a page number
_FAR = 3.5  # font sizes between two lines of one table
_LONGEST_HEAD = 20  # characters of a header that stands beside its column
_FULL = 1.3  # font sizes at the right of a column in which nothing more would have fitted
_LEADING = 1.75  # font sizes between two lines of one cell
_HANGING = 3  # lines of cells that go on, between two rows


def open_runs(
    lines: Sequence[Cells], rules: Rules, before: Intervals | None = None
) -> list[tuple[int, int, Intervals]]:
    """Which lines, each given as its pieces from the left, are tables: (first, last + 1, columns).

    A table is two lines of three columns, or three of two, below each other with the columns at
    the same places, and what lies between its rules or continues its columns. `before`: the
    columns of the table that the page before ends with, which can go on in the first lines.
    """
    whole = whole_rules(rules)
    rows = bands(lines, whole)
    found = _runs([row.cells for row in rows], whole, before)
    return [(rows[first].first, rows[last - 1].last, columns) for first, last, columns in found]


def _runs(
    rows: Sequence[Cells], rules: Sequence[WholeRule], before: Intervals | None
) -> list[tuple[int, int, Intervals]]:
    found: list[tuple[int, int, Intervals]] = []
    if before and (end := _continued(rows, before)):
        found.append((0, end, before))
    for start, end in _seeds(rows):
        columns = _columns(rows[start:end])
        if columns is None or (found and start < found[-1][1]):
            continue
        low = found[-1][1] if found else 0
        first, last = _framed(rows, start, end, rules)
        first = max(low, _upward(rows, min(first, start), low, columns, rules))
        last = _downward(rows, max(last, end), columns)
        columns = _columns(rows[first:last]) or columns
        if found and _joins(rows, found[-1], first, columns):
            first = found.pop()[0]
            columns = _columns(rows[first:last]) or columns
        found.append((first, last, columns))
    return found


def _joins(rows: Sequence[Cells], above: tuple[int, int, Intervals], first: int, columns: Intervals) -> bool:
    """Whether a table goes on with the one above it: at once, or after a line that names a group of rows."""
    between = rows[above[1] : first]
    named = not between or (len(between) == 1 and names_rows(rows, above[1], columns))
    return named and _same(above[2], columns)


def _continued(lines: Sequence[Cells], columns: Intervals) -> int:
    end = 0
    while end < len(lines) and (not end or _near(lines[end - 1], lines[end])) and _fits(lines[end], columns):
        end += 1
    return end


def _seeds(lines: Sequence[Cells]) -> list[tuple[int, int]]:
    seeds: list[tuple[int, int]] = []
    start = 0
    while start < len(lines):
        end = start + 1
        full = [lines[start]]
        while (below := _next_row(lines, end, full[-1])) < len(lines) and _aligned(full[-1], lines[below]):
            full.append(lines[below])
            end = below + 1
        figures = all(len(line) == 2 and is_value(line[1].text) for line in full)
        if len(full[0]) >= 2 and len(full) >= (2 if len(full[0]) >= 3 or figures else 3):
            labelled = start and _near(lines[start - 1], lines[start]) and _labels(lines[start - 1], full[0])
            seeds.append((start - 1 if labelled else start, end))
        start = end
    return seeds


def _labels(above: Cells, line: Cells) -> bool:
    """Whether a line has a label at the left of the cells of the one below, which stands for that one too."""
    return len(above) == len(line) + 1 and _aligned(above[1:], line)


def _next_row(lines: Sequence[Cells], at: int, above: Cells) -> int:
    """The next line with as many cells as the row above, past those in which cells of a row go on."""
    for below in range(at, min(at + _HANGING + 1, len(lines))):
        if not _near(lines[below - 1], lines[below]):
            break
        if len(lines[below]) >= len(above):
            return below
        if len(above) < 2 or (len(above) == 2 and not is_value(above[1].text)):
            break
        for piece in lines[below]:
            over = sum(piece.left < cell.right and piece.right > cell.left for cell in above)
            label = piece.right < above[1].left and abs(piece.left - above[0].left) < 3 * piece.size
            if over != 1 and not label:
                return len(lines)
    return len(lines)


def _aligned(a: Cells, b: Cells) -> bool:
    if len(a) < 2 or len(a) != len(b) or _is_contents(a) or _is_contents(b):
        return False
    size = max(p.size for p in (*a, *b))

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


def _is_contents(line: Cells) -> bool:
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


def _columns(lines: Sequence[Cells]) -> Intervals | None:
    """From where to where each column reaches, by the lines that fill the most of them."""
    counts = Counter(len(line) for line in lines if len(line) >= 2)
    if not counts:
        return None
    for count in sorted(counts, reverse=True):
        full = [line for line in lines if len(line) == count]
        columns = [
            (min(line[k].left for line in full), max(line[k].right for line in full)) for k in range(count)
        ]
        rare = len(full) < 2 and len(counts) > 1 and counts[count] * 3 < len(lines)
        if rare and not (_labels(full[0], lines[1]) and all(_fits(line, columns) for line in lines)):
            continue
        if all(a[1] < b[0] for a, b in pairwise(columns)):
            return columns
    return None


def _same(a: Intervals, b: Intervals) -> bool:
    return len(a) == len(b) and all(p[0] < q[1] and q[0] < p[1] for p, q in zip(a, b, strict=True))


def _framed(lines: Sequence[Cells], start: int, end: int, rules: Sequence[WholeRule]) -> tuple[int, int]:
    """The lines between the outer ones of the long rules around a seed."""
    left = min(p.left for line in lines[start:end] for p in line)
    right = max(p.right for line in lines[start:end] for p in line)
    top, bottom = lines[start][0].baseline, lines[end - 1][0].baseline
    wide = [rule for rule in rules if rule.left <= left + EDGE and rule.right >= right - EDGE]
    counts = Counter(rule.ends for rule in wide)
    heights = [rule.y for rule in wide if counts[rule.ends] >= 2]
    above = [y for y in heights if y < top]
    below = [y for y in heights if y > bottom]
    if not above or not below:
        return start, end
    upper = max(above)  # the nearest one, or the one above the header
    higher = [y for y in above if y < upper and _only_columns(lines, y, upper)]
    upper = min(higher, default=upper)
    lower = min(below)
    inside = [i for i, line in enumerate(lines) if upper < line[0].baseline <= lower]
    return (inside[0], inside[-1] + 1) if inside else (start, end)


def _only_columns(lines: Sequence[Cells], top: float, bottom: float) -> bool:
    between = [line for line in lines if top < line[0].baseline < bottom]
    return 0 < len(between) <= 4 and all(len(line) >= 2 for line in between[-1:])


def _fits(line: Cells, columns: Intervals) -> bool:
    """Several pieces, each of which stands in or over columns of its own."""
    if len(line) < 2 or says_of_table(line) or _is_contents(line):
        return False
    spans = [columns_over(piece, columns) for piece in line]
    if len(line) == len(columns) and all(len(p.text) <= _LONGEST_HEAD for p in line):
        # Words at the left of a column may stand beside its figures at the right.
        spans = [over or [k] for k, over in enumerate(spans)]
    return all(spans) and all(a[-1] < b[0] for a, b in pairwise(spans))


def _upward(
    lines: Sequence[Cells], first: int, low: int, columns: Intervals, rules: Sequence[WholeRule]
) -> int:
    while first > low and _near(lines[first - 1], lines[first]):
        above = lines[first - 1]
        if _fits(above, columns) or _heads(above, cell_borders(lines[first:], columns, rules)):
            first -= 1
        elif first - low > 1 and names_rows(lines, first - 1, columns) and _fits(lines[first - 2], columns):
            first -= 2
        else:
            break
    return first


def _heads(line: Cells, borders: Sequence[float]) -> bool:
    """Several headers, each over the middle of the columns that it is of."""
    return len(line) > 1 and not says_of_table(line) and header_spans(line, borders) is not None


def _downward(lines: Sequence[Cells], last: int, columns: Intervals) -> int:
    """Rows with empty cells and labels that go on in a second line.

    A fuller row follows them, or the label above was full.
    """
    end = last
    while end < len(lines) and end - last <= 2 and _near(lines[end - 1], lines[end]):
        if _fits(lines[end], columns):
            last = end + 1
        elif not _is_label(lines[end], columns):
            break
        end += 1
    full = columns[0][1] - _FULL * lines[last - 1][0].size
    while last < len(lines) and _is_label(lines[last], columns) and lines[last - 1][0].right >= full:
        if lines[last][0].baseline - lines[last - 1][0].baseline > _LEADING * lines[last][0].size:
            break
        last += 1
    return last


def _is_label(line: Cells, columns: Intervals) -> bool:
    return (
        len(line) == 1
        and line[0].right < columns[1][0]
        and abs(line[0].left - columns[0][0]) < 3 * line[0].size
    )


def _near(a: Cells, b: Cells) -> bool:
    size = max(p.size for p in (*a, *b))
    gap = b[0].baseline - a[0].baseline
    if gap > _FAR * size:  # cells of several lines may be that high
        gap = min(p.top for p in b) - max(p.bottom for p in a) + size
    return gap <= _FAR * size
