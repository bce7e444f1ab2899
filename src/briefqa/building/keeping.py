"""The documents that a change keeps from the live build: checked, or read again from their originals.

A new build gets new checksums, so whatever is taken over is held against the old ones first; else damage
would come out of the next change as if it were the text.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from briefqa.errors import DocumentError, IndexCorruptError
from briefqa.store.build import originals_of, read_from, stored_sources
from briefqa.store.checked import CheckedBuild
from briefqa.store.corpus import Source
from briefqa.store.manifest import damaged_files, files_of, read_manifest
from briefqa.store.sums import BySums


def kept_sources(
    live: Path, left_out: Collection[str], aside: Path
) -> tuple[dict[str, Source], CheckedBuild]:
    """The documents of a build by their ids, but for those left out; and what was found out about it.

    Args:
        live: the build's folder.
        left_out: ids that are replaced or removed; damage to them does not matter.
        aside: an empty folder, in which originals lie that are read again.

    Raises:
        IndexCorruptError: a document and its original are damaged, or the manifest is.
        IndexMismatchError: another version of briefqa wrote the build.
    """
    manifest = read_manifest(live)
    names = files_of(manifest)
    damaged = frozenset(damaged_files(live, BySums(live)))
    numbers = {name: number for number, name in enumerate(manifest["documents"], start=1)}
    kept = {name: number for name, number in numbers.items() if name not in left_out}
    again = {name: number for name, number in kept.items() if damaged & read_from(number)}
    # All are read where all is well: the next build takes over what the arrays say of each by its number.
    unread = {number for name, number in numbers.items() if name in again or name not in kept}
    read = not damaged or len(again) < len(kept)
    stored = stored_sources(live, unread if damaged else ()) if read else ()
    held = {each.document.id: each for each in stored}
    sources = {name: held[name] for name in kept if name not in again}
    originals = _whole_originals(live, kept, originals_of(names), damaged)
    if again:
        sources |= _read_again(live, {name: originals[name] for name in again}, aside)
    return sources, CheckedBuild(damaged, () if damaged else stored)


def require_originals(live: Path) -> None:
    """Raise IndexCorruptError, with the document's name, where a stored source file is damaged."""
    manifest = read_manifest(live)
    numbers = {name: number for number, name in enumerate(manifest["documents"], start=1)}
    _whole_originals(live, numbers, originals_of(files_of(manifest)), set(damaged_files(live)))


def _whole_originals(
    live: Path, numbers: Mapping[str, int], stored: Mapping[int, str], damaged: Collection[str]
) -> dict[str, Path]:
    """The stored source files of documents by their ids; raises IndexCorruptError where one is damaged."""
    found = {}
    for name, number in numbers.items():
        original = stored.get(number)
        if original is None or original in damaged:
            raise IndexCorruptError(_lost(live, name))
        found[name] = live / original
    return found


def _read_again(live: Path, originals: Mapping[str, Path], aside: Path) -> dict[str, Source]:
    """Read originals under the names of their files, which readers may take for titles."""
    from briefqa.building.reading_apart import ReadingProcess  # all readers: only when there is damage

    manifest = read_manifest(live)
    sources = {}
    with ReadingProcess() as process:
        for name, original in originals.items():
            room = Path(tempfile.mkdtemp(dir=aside)) / os.path.basename(name).replace("\\", "_")
            try:
                shutil.copyfile(original, room)
                document = process.read(room, name).document
            except DocumentError as error:
                raise IndexCorruptError(_lost(live, name)) from error
            if document.sha256 != manifest["documents"][name]:
                raise IndexCorruptError(_lost(live, name))
            sources[name] = Source(document, original)
    return sources


def _lost(live: Path, name: str) -> str:
    return (
        f"The document {name!r} is damaged in build {live.name!r}, and so nothing is changed; "
        "give its file again with: briefqa add FILE, take it out with: briefqa remove, "
        "or build the index again with: briefqa build FOLDER"
    )
