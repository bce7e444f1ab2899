"""Superscripts and subscripts in one line of plain characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa.reading.formats.scripts import lowered, raised


@pytest.mark.parametrize(
    ("text", "up", "down"),
    [
        ("2", "²", "₂"), ("-3", "⁻³", "₋₃"), ("n", "ⁿ", "ₙ"), ("n+k", "^(n+k)", "ₙ₊ₖ"),
        ("0.5", "^0.5", "0.5"),
        ("AB", "^AB", "_AB"), ("[1]", "[1]", "[1]"), ("th", "th", "ₜₕ"), ("注", "注", "注"), ("", "", ""),
    ],
)  # fmt: skip
def test_small_characters(text: str, up: str, down: str) -> None:
    """Unicode's own characters, else a mark for an exponent, else nothing but the text."""
    assert (raised(text), lowered(text)) == (up, down)


@given(st.text(max_size=12))
def test_no_character_is_lost(text: str) -> None:
    """Undone, a raised or lowered text is the text again, but for the mark and its brackets."""
    for made in (raised(text), lowered(text)):
        left, right = (
            [c for c in unicodedata.normalize("NFKC", t).replace("−", "-") if c not in "^_()"]
            for t in (text, made)
        )
        assert left == right
