"""Which group rows of a table belong to that are called alike: income from wages in towns, and in villages.

Told by the table's form alone: a line of one cell names the rows below it; or rows of the same names stand in
several runs, with a row of a name of its own above each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from briefqa.reading.table_labels import bare_label, is_total, row_labels
from briefqa.reading.table_spans import Span, cell_spans
from briefqa.text.numbering import number_of

_LONGEST_NAME = 40  # characters of a group's name; a longer cell is a text
_SHORTEST_STEM = 2
Labels = tuple[str, ...]


def row_groups(lines: Sequence[str]) -> dict[int, tuple[int, Span]]:
    """For lines of a table's body the line that names their group, and `[start, end)` of the name in it.

    Of names that begin and end alike only what tells them apart: town and village of two kinds of income.
    Only rows that share their labels with another, and of which each has a name above it, are in it.
    """
    cells = [cell_spans(line, 0, len(line)) for line in lines]
    labels = [
        tuple(map(bare_label, row_labels([line[start:end] for start, end in spans])))
        for line, spans in zip(lines, cells, strict=True)
    ]
    counts = Counter(labels)
    alone = [number for number, spans in enumerate(cells) if len(spans) == 1 and counts[labels[number]] == 1]
    alike: dict[Labels, list[tuple[int, int]]] = defaultdict(list)
    for number, head in _under(labels, counts, alone):
        alike[labels[number]].append((number, head))
    found: dict[int, tuple[int, Span]] = {}
    for each, members in alike.items():
        heads = [head for _, head in members]
        if len(set(heads)) < counts[each] or any(len(labels[head][0]) > _LONGEST_NAME for head in heads):
            continue
        names = {head: _unnumbered(labels[head][0]) for head in heads}
        first, last = _shared(list(names.values()))
        for number, head in members:
            name = names[head]
            start = lines[head].index(name)
            found[number] = head, (start + first, start + len(name) - last)
    return found


def _unnumbered(name: str) -> str:
    number = number_of(name)
    return name[number.end :].strip() or name if number else name


def _under(
    labels: Sequence[Labels], counts: Counter[Labels], alone: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Each row that shares its labels with another, and the line above it that names its group."""
    shared = [bool(each) and counts[each] > 1 for each in labels]
    if len(alone) > 1:
        heads = alone
    else:
        # Every row with a name of its own, from the first such run on, must be above one. What is called a
        # sum comes below the rows that it is of.
        if all(map(is_total, chain.from_iterable(each for each in labels if counts[each] > 1))):
            return
        heads = [number for number, (own, below) in enumerate(pairwise(shared)) if below and not own]
        first = heads[0] if heads else len(labels)
        if sum(not each for each in shared[first:]) > len(heads):
            return
    head = -1
    named = set(heads)
    for number, each in enumerate(shared):
        head = number if number in named else head
        if each and head >= 0 and labels[head]:
            yield number, head


def _shared(names: Sequence[str]) -> Span:
    """How many characters some names begin with and end with alike; fewer where too little is left of one."""
    first = _alike(names)
    last = _alike([name[first:][::-1] for name in names])
    left = min(map(len, names)) - first - _SHORTEST_STEM
    return (first, min(last, left)) if left >= 0 else (0, 0)


def _alike(names: Sequence[str]) -> int:
    differ = (place for place, each in enumerate(zip(*names, strict=False)) if len(set(each)) > 1)
    return next(differ, min(map(len, names)))
