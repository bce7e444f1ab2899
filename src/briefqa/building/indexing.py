"""Documents → an index; what an older one says of those that it has too is not found out again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from briefqa.reading.document import Document
from briefqa.splitting.units import Units
from briefqa.store.growing import GrownUnits
from briefqa.store.searchable import Searchable, searched_texts
from briefqa.store.vectors import UnitVectors


def indexed(documents: Sequence[Document], vectors: UnitVectors, old: Searchable | None) -> Searchable:
    """The index of documents; what an old one of the same rules says of them is taken over."""
    grown = None if old is None else _grown_units(old.units, documents)
    if old is not None and grown is not None:
        fresh = vectors.of(*grown.fresh_texts())
        with suppress(Exception):  # whatever is wrong with it, all is found out again
            return old.grown(grown, *fresh)
    units = Units.split(documents)
    return Searchable.of(units, *vectors.of(*searched_texts(units)))


def _grown_units(old: Units, documents: Sequence[Document]) -> GrownUnits | None:
    try:
        return GrownUnits.of(old, documents)
    except Exception:  # likewise
        return None
