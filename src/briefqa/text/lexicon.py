"""The one lexicon: closed lists of words that documents and questions are read by.

data/lexicon.toml holds every list under a dotted name, one table a subject. A list ranks or
recognises; none refuses by itself. benchmarks/ablate.py empties each list in turn and prints what
the held-out sets lose by it; a list that loses nothing goes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import chain, product, zip_longest
from typing import Any

_BRACES = re.compile(r"\{([^}]*)\}")
_emptied: set[str] = set()


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    text = (files("briefqa") / "data" / "lexicon.toml").read_text("utf-8")
    tables: dict[str, Any] = tomllib.loads(text)
    return tables


def list_names() -> tuple[str, ...]:
    """The dotted names of all lists, in the order of the file."""
    return tuple(f"{table}.{name}" for table, lists in _tables().items() for name in lists)


def words_of(name: str) -> tuple[str, ...]:
    """The words of the list with that dotted name, in the order of the file.

    Raises:
        KeyError: there is no such list.
    """
    table, _, key = name.partition(".")
    words = _tables()[table][key]
    return () if name in _emptied else tuple(each for word in words.split() for each in _spelled_out(word))


def _spelled_out(word: str) -> Iterator[str]:
    """What one entry of a list stands for: {which,what}{year,day} for four words."""
    parts = [part.split(",") for part in _BRACES.findall(word)]
    between = _BRACES.split(word)[::2]
    for chosen in product(*parts):
        yield "".join(chain.from_iterable(zip_longest(between, chosen, fillvalue="")))


def any_of(*names: str) -> str:
    """A pattern that matches any word of the lists, the longest first; never anything when they are empty."""
    words = sorted({word for name in names for word in words_of(name)}, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, words))})" if words else "(?!)"


def keyed(table: str) -> dict[str, tuple[str, ...]]:
    """Every list of a table by its name: the labels of each field, say."""
    return {name: words_of(f"{table}.{name}") for name in _tables()[table]}


def empty_list(name: str) -> None:
    """Leave a list out, for `benchmarks/ablate.py`; before the modules that read it are imported."""
    _emptied.add(name)  # first: reading the file imports the package, and with it the readers of the lists
    if name not in list_names():
        raise KeyError(name)
