"""The manifest of a build: what the build is, how it was made here, and a checksum of every file.

What a build is (format, model, settings, digests of the sources, texts, offsets, terms) is the same
on every machine, and its id is the digest of that alone. Vectors, and whatever else is computed in
floating point, differ in their last bits from processor to processor: they have checksums too, by
which damage is found, but they are no part of the id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from briefqa.errors import BriefQAError, IndexCorruptError, IndexMismatchError
from briefqa.models.fingerprint import Fingerprint

FORMAT = 3
MANIFEST = "manifest.json"

_EXACT_FILES = "files"
_ROUNDED_FILES = "rounded_files"
_MADE_HERE = ("precision", "probe", "direction", _ROUNDED_FILES)  # no part of the id


def write_manifest(
    folder: Path, facts: Mapping[str, Any], made_here: Mapping[str, Any], is_rounded: Callable[[str], bool]
) -> str:
    """Write the manifest over the files in `folder`; returns the build's id.

    Args:
        folder: the build's folder, with all its other files.
        facts: what is the same on every machine.
        made_here: `precision`, `probe`, and `direction`: of languages, where none comes with the model.
        is_rounded: whether a file, by its name, holds numbers that processors round differently.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    digests = {name: _digest(folder / name) for name in names}
    exact = {name: digest for name, digest in digests.items() if not is_rounded(name)}
    rounded = {name: digest for name, digest in digests.items() if is_rounded(name)}
    manifest = {"format": FORMAT, **facts, _EXACT_FILES: exact, **made_here, _ROUNDED_FILES: rounded}
    (folder / MANIFEST).write_bytes(_json(manifest))
    return build_id_of(manifest)


def build_id_of(manifest: Mapping[str, Any]) -> str:
    """The id of the build that has this manifest."""
    return hashlib.sha256(_json({k: v for k, v in manifest.items() if k not in _MADE_HERE})).hexdigest()[:16]


def read_manifest(build: Path) -> dict[str, Any]:
    """The manifest of a build, after a check of its format.

    Raises:
        IndexCorruptError: it cannot be read.
        IndexMismatchError: another version of briefqa wrote it.
    """
    try:
        manifest = json.loads((build / MANIFEST).read_text("utf-8"))
        if manifest["format"] == FORMAT:  # all that is asked of it later is there
            _ = _checksums(manifest), built_with(manifest), manifest["model"]["digest"], manifest["precision"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorruptError(
            f"The manifest of build {build.name!r} cannot be read ({error}); build the index again."
        ) from error
    if manifest["format"] != FORMAT:
        raise IndexMismatchError(
            f"The index has format {manifest['format']}, this version of briefqa reads format {FORMAT}; "
            "build it again with: briefqa build FOLDER"
        )
    return dict(manifest)


def built_with(manifest: Mapping[str, Any]) -> Fingerprint:
    """The fingerprint of the model that a build was made with."""
    model = manifest["model"]
    return Fingerprint(model["name"], model["dimension"], tuple(manifest["probe"]))


def damaged_files(build: Path) -> list[str]:
    """Names of the build's files that are missing or whose checksum disagrees, sorted."""
    return sorted(
        name
        for name, checksum in _checksums(read_manifest(build)).items()
        if not (build / name).is_file() or _digest(build / name) != checksum
    )


def is_intact(build: Path) -> bool:
    """Whether the build is there, has this version's format, and no file of it is damaged."""
    try:
        return not damaged_files(build)
    except BriefQAError:
        return False


def require_files(build: Path) -> None:
    """A quick check that no file of the build is missing.

    Raises:
        IndexCorruptError: one is; the message names it.
    """
    for name in _checksums(read_manifest(build)):
        if not (build / name).is_file():
            raise IndexCorruptError(
                f"The index lacks its file {name!r}; go back with: briefqa rollback, "
                "or build it again with: briefqa build FOLDER"
            )


def _checksums(manifest: Mapping[str, Any]) -> dict[str, str]:
    return dict(manifest[_EXACT_FILES]) | dict(manifest[_ROUNDED_FILES])


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
