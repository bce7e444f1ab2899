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
from briefqa.store.build import original_of, read_from, stored_sources
from briefqa.store.corpus import Source
from briefqa.store.manifest import damaged_files, files_of, read_manifest


def kept_sources(live: Path, left_out: Collection[str], aside: Path) -> dict[str, Source]:
    """The documents of a build by their ids, but for those that are left out.

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
    damaged = set(damaged_files(live))
    numbers = {name: number for number, name in enumerate(manifest["documents"], start=1)}
    kept = {name: number for name, number in numbers.items() if name not in left_out}
    again = {name: number for name, number in kept.items() if damaged & read_from(number)}
    held = {} if len(again) == len(kept) else {each.document.id: each for each in stored_sources(live)}
    sources = {name: held[name] for name in kept if name not in again}
    for name in kept:
        original = original_of(live, numbers[name], names)
        if original is None or original.relative_to(live).as_posix() in damaged:
            raise IndexCorruptError(_lost(live, name))
    return sources | (_read_again(live, again, aside) if again else {})


def require_originals(live: Path) -> None:
    """Raise IndexCorruptError, with the document's name, where a stored source file is damaged."""
    manifest, damaged = read_manifest(live), set(damaged_files(live))
    for number, name in enumerate(manifest["documents"], start=1):
        original = original_of(live, number, files_of(manifest))
        if original is None or original.relative_to(live).as_posix() in damaged:
            raise IndexCorruptError(_lost(live, name))


def _read_again(live: Path, numbers: Mapping[str, int], aside: Path) -> dict[str, Source]:
    """Read originals under the names of their files, which readers may take for titles."""
    from briefqa.building.reading_apart import ReadingProcess  # all readers: only when there is damage

    manifest = read_manifest(live)
    sources = {}
    with ReadingProcess() as process:
        for name, number in numbers.items():
            original = original_of(live, number, files_of(manifest))
            if original is None:
                raise IndexCorruptError(_lost(live, name))
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
