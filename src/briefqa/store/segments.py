"""Large arrays of a build in several files, so that one document more leaves most of them as they are.

    tokens.npy  tokens_000002.npy  …      rows of whole documents each, in their order

Where a file begins is told by the documents themselves: a few are drawn by their digests. So the same
documents give the same files, however an index came to them, and a change alters little more than the file of
its document. The others are links to those of the build before. They are few, for each stays open.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from briefqa.splitting.units import Units
from briefqa.store.growing import document_bounds
from briefqa.store.links import Links
from briefqa.store.rows import JoinedRows, Numbers, Rows, rows_between, save_rows, write_rows
from briefqa.store.vocabulary import mapped

# A further file for so many sentences, which have 12 MB of vectors and some 15 of tokens; at most so many.
_SENTENCES, _MOST = 2**14, 8


def segment_name(name: str, number: int) -> str:
    """The file of the part `number`, from 1, of an array whose first part has the given name."""
    path = PurePosixPath(name)
    return name if number == 1 else f"{path.stem}_{number:06}{path.suffix}"


def first_name(name: str) -> str:
    """The file of the first part of the array that a file is a part of; of any other file its name."""
    return re.sub(r"_\d{6}(?=(\.\w+)?$)", "", name)


def segment_names(name: str, names: Container[str]) -> list[str]:
    """The files of an array, in order, among those of a build."""
    found = [name]
    while (following := segment_name(name, len(found) + 1)) in names:
        found.append(following)
    return found


def segment_bounds(units: Units) -> Numbers:
    """The first passage and sentence of each part, and what comes after the last: int64 (parts + 1, 2)."""
    bounds = document_bounds(units)
    lengths = np.diff(bounds[:, 1])
    begins = min(len(units.sentences) // _SENTENCES, _MOST)
    if not begins:
        return bounds[[0, -1]]
    draws = np.array([_draw(document.sha256) for document in units.documents])
    first = np.argsort(-lengths / draws, kind="stable")[:begins]  # long ones sooner: one in so many sentences
    found: Numbers = np.unique(bounds[[0, *first, len(lengths)]], axis=0)
    return found


def _draw(text: str) -> int:
    """From 1 to 2**32, as by chance, always the same of a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) + 1


def save_segments(folder: Path, name: str, rows: Rows, bounds: Sequence[int], links: Links) -> None:
    """Write rows into files that `numpy.load` reads; what lies whole in a file of an earlier build is linked.

    Args:
        bounds: where each part begins, and where the last one ends.
    """
    for number, part in _parts(rows, bounds):
        if not _linked(folder, segment_name(name, number), part, links):
            save_rows(folder / segment_name(name, number), part)


def save_raw_segments(folder: Path, name: str, rows: Rows, bounds: Sequence[int], links: Links) -> None:
    """Likewise, the bytes of the rows alone."""
    for number, part in _parts(rows, bounds):
        if not _linked(folder, segment_name(name, number), part, links):
            with (folder / segment_name(name, number)).open("xb") as file:
                write_rows(file, part)


def mapped_segments(folder: Path, name: str, names: Container[str]) -> Any:
    """What `save_segments` wrote, on disk until it is read; an array where it has one part.

    Args:
        names: of all files of the build.
    """
    paths = [folder / each for each in segment_names(name, names)]
    parts = [mapped(path) for path in paths]
    return joined_parts(parts, paths)


def joined_parts(parts: Sequence[Any], paths: Sequence[Path]) -> Any:
    """Parts as one, an array where it is one.

    Raises:
        ValueError: they are not of one kind.
    """
    require_one_kind(paths[0].name, parts)
    return parts[0] if len(parts) == 1 else JoinedRows(parts, paths)


def require_one_kind(name: str, parts: Iterable[Any]) -> None:
    """Raise ValueError unless the parts of an array have rows of one kind."""
    if len({(part.dtype, part.shape[1:]) for part in parts}) > 1:
        raise ValueError(f"the parts of {name!r} are of several kinds")


def _parts(rows: Rows, bounds: Sequence[int]) -> Iterable[tuple[int, JoinedRows]]:
    return ((number, rows_between(rows, *span)) for number, span in enumerate(pairwise(bounds), 1))


def _linked(folder: Path, name: str, part: JoinedRows, links: Links) -> bool:
    file = part.files[0] if len(part.parts) == 1 else None
    return file is not None and links.link(file.parent, file.name, name)
