"""Documents → an index; what an older one says of those that it has too is not found out again."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from briefqa.reading.document import Document
from briefqa.splitting.units import Units
from briefqa.store.growing import GrownUnits
from briefqa.store.searchable import Searchable, searched_texts
from briefqa.store.vectors import UnitVectors

_LOGGER = logging.getLogger("briefqa")


def indexed(documents: Sequence[Document], vectors: UnitVectors, old: Searchable | None) -> Searchable:
    """The index of documents; what an old one of the same rules says of them is taken over."""
    grown = None if old is None else _grown_units(old.units, documents)
    if old is not None and grown is not None:
        texts = grown.fresh_texts()
        fresh = vectors.of(*texts)
        try:
            return old.grown(grown, texts, *fresh)
        except Exception as error:  # whatever is wrong with it, all is found out again
            warn_ungrown(error)
    units = Units.split(documents)
    texts = searched_texts(units)
    return Searchable.of(units, texts, *vectors.of(*texts))


def _grown_units(old: Units, documents: Sequence[Document]) -> GrownUnits | None:
    try:
        return GrownUnits.of(old, documents)
    except Exception as error:  # likewise
        warn_ungrown(error)
        return None


def warn_ungrown(error: Exception) -> None:
    """Log it, for the index is right without it, and only slow: a slip of ours would never be seen."""
    at_length = _LOGGER.isEnabledFor(logging.DEBUG)
    what = f"{type(error).__name__}: {error}"
    _LOGGER.warning("Nothing is taken over from the live build (%s).", what, exc_info=at_length and error)
