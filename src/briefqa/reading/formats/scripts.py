"""Superscripts and subscripts as plain characters: m², 10³, CO₂, x^(n+k), one rule for every format.

A raised or lowered text is written with Unicode's own small characters when all of it has them.
What has none is marked with ^ when it is an exponent, and stays plain where a mark would only
be in the way: PM2.5, reference marks [1], ordinals (1st), Chinese characters.
"""

from __future__ import annotations

import re

_RAISED = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_FORMULA = re.compile(r"[\w.,+\-−=()*/·×∞ αβγδεθλμπρστφω]+", re.ASCII)
_ORDINAL = re.compile(r"st|nd|rd|th|TM|SM", re.ASCII)


def raised(text: str) -> str:
    """A superscript in one line: ``2`` → ``²``, ``n+k`` → ``^(n+k)``, ``[1]`` and ``th`` as they are."""
    return _written(text, _RAISED, "^")


def lowered(text: str) -> str:
    """A subscript in one line: ``2`` → ``₂``, ``2.5`` → ``2.5``, ``AB`` → ``_AB``, others as they are."""
    if re.fullmatch(r"\d+(?:[.,]\d+)+", text.strip()):
        return text  # PM2.5 is written so by everyone who cannot lower it
    return _written(text, _LOWERED, "_")


def _written(text: str, small: dict[str, str], mark: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    if all(char in small for char in inner):
        done = "".join(small[char] for char in inner)
    elif not _FORMULA.fullmatch(inner) or _ORDINAL.fullmatch(inner):
        done = inner
    else:
        done = mark + (inner if inner.isalnum() or inner.replace(".", "").isdigit() else f"({inner})")
    return text.replace(inner, done, 1)
