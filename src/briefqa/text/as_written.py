"""A question with its numbers written as a text writes them: 1亿1500万元 as 1.15亿元, 第2 as 第二.

A reader that is told of another number by other digits takes the same digits for the same number only.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefqa.text.folding import fold
from briefqa.text.ordinals import ordinals
from briefqa.text.quantities import Quantity, quantities

_ORDINAL = "第"  # before a number that counts nothing


def as_written(question: str, texts: Sequence[str]) -> str:
    """`question`, its quantities and ordinals as the texts write equal ones, where none writes its own."""
    told = "\n".join(texts)
    for own in ordinals(question):
        alike = (each for each in ordinals(told) if each.value == own.value and own.is_of_kind(each))
        if own.written not in told and (other := next(alike, None)):
            question = question.replace(own.written, other.written)
    folded, told = fold(question), fold(told)
    written = {_key(each): told[each.start : each.end] for each in quantities(told) if each.unit}
    for each in reversed(quantities(folded)):
        own_text = folded[each.start : each.end]
        other_text = written.get(_key(each), own_text)
        if own_text not in told and folded[each.start - 1 : each.start] != _ORDINAL:
            question = question[: each.start] + other_text + question[each.end :]
    return question


def _key(quantity: Quantity) -> tuple[str, str]:
    """Its value, as far as figures are printed, and its unit."""
    return f"{quantity.value:.9g}", quantity.unit
