"""Which group rows of a table belong to that are called alike: income from wages in towns, and in villages.

Told by the table's form alone: a line over all its columns names the rows below it; or rows of the same names
stand in several runs, with a row of a name of its own above each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, pairwise

from briefqa.reading.table_labels import bare_label, is_total, row_labels
from briefqa.reading.table_spans import Span, cell_spans
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.names import chinese_names
from briefqa.text.numbering import number_of

_LONGEST_NAME = 40  # characters of a group's name; a longer cell is a text
_SHORTEST_STEM = 2  # letters or characters by which a question can tell a group
Labels = tuple[str, ...]


def row_groups(lines: Sequence[str], alone: Collection[int] = ()) -> dict[int, tuple[int, Span]]:
    """For lines of a table's body the line that names their group, and `[start, end)` of the name in it.

    Of names that begin and end alike only what tells them apart: town and village of two kinds of income.
    Only rows that share their labels with another, and of which each has a name above it, are in it.

    Args:
        lines: as they are printed, see `table_spans`.
        alone: the lines that are one cell over all columns.
    """
    cells = [cell_spans(line, 0, len(line)) for line in lines]
    labels = [
        tuple(map(bare_label, row_labels([line[start:end] for start, end in spans])))
        for line, spans in zip(lines, cells, strict=True)
    ]
    counts = Counter(labels)
    heads = [number for number in sorted(alone) if counts[labels[number]] == 1]
    alike: dict[Labels, list[tuple[int, int]]] = defaultdict(list)
    for number, head in _under(labels, counts, heads):
        alike[labels[number]].append((number, head))
    found: dict[int, tuple[int, Span]] = {}
    for each, members in alike.items():
        above = [head for _, head in members]
        if len(set(above)) < counts[each] or any(len(labels[head][0]) > _LONGEST_NAME for head in above):
            continue
        names = {head: _unnumbered(labels[head][0]) for head in above}
        first, last = _shared(list(names.values()))
        for number, head in members:
            start = lines[head].index(names[head])
            found[number] = head, (start + first, start + len(names[head]) - last)
    return found


def _unnumbered(name: str) -> str:
    number = number_of(name)
    return name[number.end :].strip() or name if number else name


def _under(
    labels: Sequence[Labels], counts: Counter[Labels], alone: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Each row that shares its labels with another, and the line above it that names its group."""
    shared = [bool(each) and counts[each] > 1 for each in labels]
    heads = alone if len(alone) > 1 else _above_runs(labels, counts, shared)
    head, named = -1, set(heads)
    for number, each in enumerate(shared):
        head = number if number in named else head
        if each and head >= 0 and labels[head]:
            yield number, head


def _above_runs(labels: Sequence[Labels], counts: Counter[Labels], shared: Sequence[bool]) -> list[int]:
    """The rows above runs that all have the same labels; [] where a row beside them tells another form.

    What is called a sum comes below the rows that it is of.
    """
    runs = {each: count for each, count in counts.items() if each and count > 1}
    heads = [number for number, (own, below) in enumerate(pairwise(shared)) if below and not own]
    others = sum(not each for each in shared[heads[0] :]) - len(heads) if heads else 0
    if others or all(map(is_total, chain.from_iterable(runs))) or set(runs.values()) != {len(heads)}:
        return []
    return heads


def _shared(names: Sequence[str]) -> Span:
    """How many characters some names begin with and end with alike; (0, 0) where they must be whole.

    Cut by characters where enough is left, else by words. A place is called by all of its name, and a number
    is no name.
    """
    if any(map(chinese_names, names)):
        return 0, 0
    by_characters = [list(name) for name in names]
    by_words = [[word for word, _ in tagged(fold(name))] for name in names]
    return next(filter(None, map(_cut, (by_characters, by_words))), (0, 0))


def _cut(names: Sequence[Sequence[str]]) -> Span | None:
    """Likewise of names in parts; None where too little is left of one, or a number would be cut in two."""
    first = _alike(names)
    last = _alike([each[first:][::-1] for each in names])
    before = "".join(names[0][:first])
    after = "".join(names[0][len(names[0]) - last :])
    for each in names:
        left = "".join(each[first : len(each) - last])
        ends = (before[-1:] + left[:1], left[-1:] + after[:1])
        cuts = any(len(pair) == 2 and pair.isdigit() for pair in ends)
        if cuts or sum(map(str.isalpha, left)) < _SHORTEST_STEM:
            return None
    return len(before), len(after)


def _alike(names: Sequence[Sequence[str]]) -> int:
    differ = (place for place, each in enumerate(zip(*names, strict=False)) if len(set(each)) > 1)
    return next(differ, min(map(len, names)))
