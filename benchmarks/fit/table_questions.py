"""Questions about the rows of tables, made by rule: for a cell that is there, and for what no cell tells.

Answerable: row and column named, the total asked for. Not: a column of another table, another row, a cell
that is left blank, and what would have to be worked out (the difference of two rows, the highest of all).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefqa.reading.cells import is_value
from briefqa.reading.table_spans import RowCell, TableRow
from briefqa.text.folding import fold

_ASKED = (
    "{L}{H}是多少", "{L}的{H}是多少？", "{L}{H}", "{L}{H}多少", "{L}{H}有多少{U}？", "{H}，{L}是多少",
    "{L}{H}达到多少{U}", "{L}的{H}", "请问{L}{H}是多少？",
)  # fmt: skip
_OF_ALL = (
    "一共有多少{H}", "{H}合计多少{U}？", "总共{H}多少{U}", "{H}总数是多少", "全部{H}加起来是多少",
    "全市{H}一共多少{U}", "总的{H}是多少？",
)  # fmt: skip
_WORKED_OUT = (
    "{L}比{M}{H}多多少{U}", "{H}最高的是哪个{K}？", "{H}最少的是哪个{K}", "{L}和{M}{H}一共多少{U}",
    "平均{H}是多少{U}", "{L}{H}占全部的比重是多少", "{L}{H}比上年增长百分之几", "哪个{K}{H}排第一",
    "{L}{H}是{M}的几倍", "{L}{H}与{M}相差多少",
)  # fmt: skip
_BLANK = re.compile(r"[\s—–\-－…/*·]*")
_TOTAL = re.compile(r"[合总小]\s*计|总数|全[市县区省国体部]|合计数")
_UNIT = re.compile(r"[（(\[【]([^）)\]】]*)[）)\]】]\s*$")
_LABEL = re.compile(r"^(?:其中[:：]?|[#＃]|[一二三四五六七八九十]+、|\d+[.、])\s*")
_COMPARED = re.compile("[比占增减升降率均]")
_LONGEST = 24  # characters of a label or a header that somebody types


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """A question for a row, and whether the row answers it."""

    text: str
    answerable: bool


def row_questions(
    row: TableRow, others: Sequence[TableRow], foreign: Sequence[str], rng: random.Random
) -> Iterator[RowQuestion]:
    """Questions for a row with a label and headers.

    Args:
        others: rows of the same table.
        foreign: headers of other tables.
    """
    label, cells = _label(row), [cell for cell in row.cells[row.labels :] if cell.header]
    told = [cell for cell in cells if is_value(cell.text) and not _BLANK.fullmatch(cell.text)]
    if not label or not told:
        return
    for cell in rng.sample(told, min(2, len(told))):
        forms = _OF_ALL if _TOTAL.fullmatch(label) else _ASKED
        yield RowQuestion(_asked(rng.choice(forms), label, cell, row, rng), True)
    for cell in cells:
        if _BLANK.fullmatch(cell.text):
            yield RowQuestion(_asked(rng.choice(_ASKED), label, cell, row, rng), False)
    own = fold(row.told)
    strange = [each for each in foreign if not any(pair in own for pair in _pairs(each))]
    if strange:
        text = rng.choice(_ASKED).format(L=label, H=_UNIT.sub("", rng.choice(strange)), U="")
        yield RowQuestion(text, False)
    names = [name for each in others if (name := _label(each)) and fold(name) not in own]
    if names and not re.fullmatch(r"\d{4}年?", label):
        other, cell = rng.choice(names), rng.choice(told)
        yield RowQuestion(_asked(rng.choice(_ASKED), other, cell, row, rng), False)
        if not _COMPARED.search("".join(each.header for each in row.cells)):
            form = rng.choice(_WORKED_OUT)
            yield RowQuestion(_asked(form, label, cell, row, rng, other), False)


def header_names(row: TableRow) -> list[str]:
    """The headers of a row's figures, their units left out."""
    return [
        name
        for cell in row.cells[1:]
        if 1 < len(name := _UNIT.sub("", cell.header.split(" ")[-1])) <= _LONGEST
    ]


def _asked(form: str, label: str, cell: RowCell, row: TableRow, rng: random.Random, other: str = "") -> str:
    levels = cell.header.split(" ")
    unit = _UNIT.search(levels[-1])
    alone = sum(each.header.split(" ")[-1] == levels[-1] for each in row.cells) == 1
    name = levels[-1] if alone and rng.random() < 0.5 else "".join(levels)
    kind = row.cells[0].header if len(row.cells[0].header) <= 4 else ""
    year = f"{label}年" if re.fullmatch(r"(?:19|20)\d{2}", label) else label
    words = _UNIT.sub("", name)[:_LONGEST]
    return form.format(L=year, M=other, H=words, K=kind, U=unit[1] if unit and len(unit[1]) <= 3 else "")


def _label(row: TableRow) -> str:
    found = [
        _UNIT.sub("", _LABEL.sub("", cell.text))
        for cell in row.cells[: row.labels]
        if cell.text and "单位" not in cell.header
    ]
    text = "".join(each for each in found if not each.isdecimal() or len(each) == 4)
    return text if 1 < len(text) <= _LONGEST else ""


def _pairs(text: str) -> set[str]:
    folded = fold(text)
    return {folded[at : at + 2] for at in range(len(folded) - 1)}
