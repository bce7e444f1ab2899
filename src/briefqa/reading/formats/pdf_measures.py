"""What the printed lines of a PDF have in common: margins, leading, font size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from briefqa.reading.formats.pdf_layout import Line

_Margin = tuple[float, float]


@dataclass(slots=True, eq=False)
class Measures:
    """What the lines of this file have in common."""

    margins: dict[tuple[object, ...], _Margin]
    leading: dict[int, float]  # font size in points → usual distance of two lines
    body: float  # font size of the text
    indents: bool

    def margin(self, line: Line) -> _Margin:
        """Left and right edge of the lines around this one."""
        return self.margins.get(_key(line)) or self.margins[line.column]

    def gap(self, above: Line, line: Line) -> int:
        """Lines that would fit between two lines; 1 where that cannot be told."""
        if above.page != line.page or above.column != line.column:
            return 1
        leading = self.leading.get(round(line.size), 1.5 * line.size)
        return max(0, round((line.baseline - above.baseline) / leading - 1))


def _key(line: Line) -> tuple[object, ...]:
    """Lines that share margins: one column, on left or right pages."""
    return (*line.column, line.page % 2)


def measures_of(lines: Sequence[Line]) -> Measures:
    """Margins, distances of lines and font size, by the printed lines of a file."""
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        groups.setdefault(_key(line), []).append(line)
        groups.setdefault(line.column, []).append(line)
    margins = {
        key: _margin(group) for key, group in groups.items() if len(group) >= 12 or key == group[0].column
    }
    steps: dict[int, list[float]] = {}
    for a, b in pairwise(lines):
        step = b.baseline - a.baseline
        if a.page == b.page and a.column == b.column and 0 < step < 4 * b.size:
            steps.setdefault(round(b.size), []).append(step)
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    measures = Measures(margins, {size: _usual(found) for size, found in steps.items()}, body, False)
    indented = sum(1.2 <= (line.left - measures.margin(line)[0]) / line.size <= 5 for line in lines)
    measures.indents = indented >= max(2, 0.02 * len(lines))
    return measures


def _usual(steps: Sequence[float]) -> float:
    """The smallest step that is common: larger ones part paragraphs."""
    common = Counter(round(step) for step in steps)
    least = max(2, 0.15 * len(steps))
    return float(min((step for step, n in common.items() if n >= least), default=median(steps)))


def _margin(lines: Sequence[Line]) -> _Margin:
    """Left and right edge of full lines."""
    lefts = Counter(round(line.left / 2) * 2 for line in lines)
    common = [x for x, n in lefts.items() if n >= 0.15 * len(lines)]
    left = float(min(common or [min(lefts)]))
    exact = [line.left for line in lines if abs(line.left - left) <= 2]
    rights = sorted(line.right for line in lines)
    right = rights[min(len(rights) - 1, int(0.9 * len(rights)))]
    return float(median(exact)), right
