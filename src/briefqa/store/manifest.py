"""The manifest of a build: what the build is, how it was made here, and size and checksum of every file.

What a build is (format, model, settings, digests of the sources, texts, offsets, terms) is the same
on every machine, and its id is the digest of that alone. Vectors, and whatever else is computed in
floating point, differ in their last bits from processor to processor: they have checksums too, by
which damage is found, but they are no part of the id. The manifest ends with a digest of itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from briefqa.errors import BriefQAError, IndexCorruptError, IndexMismatchError
from briefqa.models.fingerprint import Fingerprint
from briefqa.store.recall import recall_of_json

FORMAT = 14
MANIFEST = "manifest.json"

_EXACT_FILES = "files"
_ROUNDED_FILES = "rounded_files"
_SIZES = "sizes"
_SEAL = "digest"
NEAREST_FOUND = "nearest"  # how many of the nearest passages are found, see `recall`
# No part of the id.
_MADE_HERE = ("precision", "probe", "direction", "rules", NEAREST_FOUND, _ROUNDED_FILES, _SIZES, _SEAL)
_SHOWN = ("format", "settings", "counts", "precision", NEAREST_FOUND)
_ID = re.compile(r"[0-9a-f]{16}")
_NAME = re.compile(r"[\w-]+(?:\.\w+)*(?:/[\w-]+(?:\.\w+)*)*")  # relative, and nowhere up
_MAX_BYTES = 256 * 2**20  # of a manifest: some 300 bytes a document
_SMALL = 2**16  # bytes of a file that is read at once: there are many
_CHECKED_ON_OPENING = 64 * 2**20  # bytes whose digests take a tenth of a second


def write_manifest(
    folder: Path,
    facts: Mapping[str, Any],
    made_here: Mapping[str, Any],
    is_rounded: Callable[[str], bool],
    linked: Mapping[str, str],
) -> str:
    """Write the manifest over the files in `folder`; returns the build's id.

    Args:
        folder: the build's folder, with all its other files.
        facts: what is the same on every machine.
        made_here: `precision`, `probe`, `rules`, `nearest`, and `direction`: of languages, where none comes
            with the model.
        is_rounded: whether a file, by its name, holds numbers that processors round differently.
        linked: digests of files that another build has too, as it was told when they were written: if one of
            them is damaged, it is damaged here as well.
    """
    names = sorted(_names_in(folder))
    digests = {name: linked.get(name) or digest_of(f"{folder}/{name}") for name in names}
    exact = {name: digest for name, digest in digests.items() if not is_rounded(name)}
    rounded = {name: digest for name, digest in digests.items() if is_rounded(name)}
    sizes = {name: os.stat(f"{folder}/{name}").st_size for name in names}
    manifest = {"format": FORMAT, **facts, _EXACT_FILES: exact}
    manifest |= {**made_here, _ROUNDED_FILES: rounded, _SIZES: sizes}
    (folder / MANIFEST).write_bytes(_json(sealed(manifest)))
    return build_id_of(manifest)


def sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the digest of all the rest of it at its end."""
    rest = {key: value for key, value in manifest.items() if key != _SEAL}
    return rest | {_SEAL: hashlib.sha256(_json(rest)).hexdigest()}


def build_id_of(manifest: Mapping[str, Any]) -> str:
    """The id of the build that has this manifest."""
    return hashlib.sha256(_json({k: v for k, v in manifest.items() if k not in _MADE_HERE})).hexdigest()[:16]


def is_build_id(name: str) -> bool:
    """Whether a build can have that name."""
    return _ID.fullmatch(name) is not None


def read_manifest(build: Path) -> dict[str, Any]:
    """The manifest of a build, after a check of its format, its own digest, and the build's id.

    Raises:
        IndexCorruptError: it cannot be read, or is not as it was written.
        IndexMismatchError: another version of briefqa wrote it.
    """
    try:
        if (build / MANIFEST).stat().st_size > _MAX_BYTES:
            raise ValueError(f"it is larger than {_MAX_BYTES:,} bytes")
        return dict(_checked((build / MANIFEST).read_bytes(), build.name))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexCorruptError(
            f"The manifest of build {build.name!r} cannot be read ({_first_line(error)}); "
            "go back with: briefqa rollback, or build the index again with: briefqa build FOLDER"
        ) from error


@lru_cache(maxsize=2)  # a change reads the same one or two over and over
def _checked(data: bytes, folder: str) -> Mapping[str, Any]:
    """What a manifest says in a folder of that name; raises an error of reading unless it is whole."""
    manifest = json.loads(data)
    if isinstance(manifest["format"], int) and manifest["format"] != FORMAT:
        raise IndexMismatchError(
            f"The index has format {manifest['format']}, this version of briefqa reads format {FORMAT}; "
            "build it again with: briefqa build FOLDER"
        )
    _check_whole(manifest, data, folder)
    return dict(manifest)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200]


def _check_whole(manifest: dict[str, Any], data: bytes, folder: str) -> None:
    """Raise an error of reading unless all that is asked of the manifest later is there and unchanged."""
    if _json(sealed(manifest)) != data:
        raise ValueError("it is not as it was written")
    if is_build_id(folder) and build_id_of(manifest) != folder:
        raise ValueError(f"it is that of build {build_id_of(manifest)!r}")
    checksums, sizes = files_of(manifest), manifest[_SIZES]
    if checksums.keys() != sizes.keys():
        raise ValueError("not every file has its size and its checksum")
    for name, size in sizes.items():
        if not _NAME.fullmatch(name) or name == MANIFEST or not isinstance(size, int):
            raise ValueError(f"it names a file {name!r}")
    model, made_by = manifest["model"], built_with(manifest)
    if not all(isinstance(each, str) for each in (made_by.name, model["digest"], manifest["precision"])):
        raise ValueError("a name of the model is no text")
    numbers = [made_by.dimension, *made_by.probe, *manifest.get("direction", ())]
    if not all(isinstance(each, int | float) for each in numbers):
        raise ValueError("a number of the model is none")
    recall_of_json(manifest[NEAREST_FOUND])
    if not all(isinstance(each, str) for pair in manifest["documents"].items() for each in pair):
        raise ValueError("a document has no digest")


def built_with(manifest: Mapping[str, Any]) -> Fingerprint:
    """The fingerprint of the model that a build was made with."""
    model = manifest["model"]
    return Fingerprint(model["name"], model["dimension"], tuple(manifest["probe"]))


def shown_facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a user is told of a build: its model's name and dimension, and what `_SHOWN` names."""
    model = {key: manifest["model"][key] for key in ("name", "dimension")}
    return {"model": model} | {key: manifest[key] for key in _SHOWN}


def damaged_files(build: Path, is_whole: Callable[[str, str], bool] | None = None) -> list[str]:
    """Names of the build's files that are missing, changed, or not its own, sorted; reads all of it.

    A manifest that cannot be read is named alone.

    Args:
        build: the build's folder.
        is_whole: whether the file of a name is the one with a digest; None reads it for its SHA-256.

    Raises:
        IndexMismatchError: another version of briefqa wrote it.
    """
    try:
        manifest = read_manifest(build)
    except IndexCorruptError:
        return [MANIFEST]
    checksums = files_of(manifest)
    wrong = dict(_wrong_at_sight(build, manifest))
    whole = is_whole or (lambda name, checksum: _digest_or_none(f"{build}/{name}") == checksum)
    changed = {
        name for name, checksum in checksums.items() if name not in wrong and not whole(name, checksum)
    }
    extra = set(_names_in(build)) - checksums.keys() - {MANIFEST}
    return sorted({*wrong, *changed, *extra})


def is_intact(build: Path, is_whole: Callable[[str, str], bool] | None = None) -> bool:
    """Whether the build is there, has this version's format, and no file of it is damaged.

    Args:
        build, is_whole: see `damaged_files`.
    """
    try:
        return not damaged_files(build, is_whole)
    except (BriefQAError, OSError):
        return False


def require_files(build: Path) -> None:
    """A quick check: every file is there, is a file, and has its size; small builds are read whole.

    Raises:
        IndexCorruptError: one is not; the message names it.
        IndexMismatchError: another version of briefqa wrote it.
    """
    manifest = read_manifest(build)
    wrong = next(_wrong_at_sight(build, manifest), None)
    if wrong is None and is_read_whole(manifest):
        checksums = files_of(manifest).items()
        changed = (name for name, checksum in checksums if _digest_or_none(build / name) != checksum)
        wrong = next(((name, "was changed") for name in changed), None)
    if wrong is not None:
        raise IndexCorruptError(
            f"The file {wrong[0]!r} of the index {wrong[1]}; go back with: briefqa rollback, "
            "or build it again with: briefqa build FOLDER"
        )


def is_read_whole(manifest: Mapping[str, Any]) -> bool:
    """Whether the build is so small that opening reads all of it."""
    return bool(sum(manifest[_SIZES].values()) <= _CHECKED_ON_OPENING)


def _wrong_at_sight(build: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, what is wrong) of files that are not files of this folder, or have another size."""
    folders: dict[str, bool] = {}  # whether each is a folder, and no link to one
    for name, size in manifest[_SIZES].items():
        inner = name.rpartition("/")[0]
        if inner not in folders:
            parts = Path(inner).parts
            above = (_status(build.joinpath(*parts[: n + 1])) for n in range(len(parts)))
            folders[inner] = all(each is not None and stat.S_ISDIR(each.st_mode) for each in above)
        status = _status(f"{build}/{name}")
        if not folders[inner] or status is None or not stat.S_ISREG(status.st_mode):
            yield name, "is missing, or is a link"
        elif status.st_size != size:
            yield name, "has another size"


def _status(path: str | Path) -> os.stat_result | None:
    """Of a path itself, not of what it leads to."""
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def files_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """All files of the build but the manifest: name → SHA-256."""
    return dict(manifest[_EXACT_FILES]) | dict(manifest[_ROUNDED_FILES])


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _names_in(folder: Path, above: str = "") -> Iterator[str]:
    """Names of all that is no folder itself, below a folder."""
    with os.scandir(folder) as entries:
        for each in entries:
            if each.is_dir(follow_symlinks=False):
                yield from _names_in(Path(each.path), f"{above}{each.name}/")
            else:
                yield f"{above}{each.name}"


def _digest_or_none(path: str | Path) -> str | None:
    try:
        return digest_of(path)
    except OSError:
        return None


def digest_of(path: str | Path) -> str:
    """The SHA-256 of a file, hexadecimal, read by parts.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:  # buffered: a read of the system alone may give a part of what is there
        data = file.read(_SMALL)
        if len(data) < _SMALL:
            return hashlib.sha256(data).hexdigest()
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()
