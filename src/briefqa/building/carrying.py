"""An index as one file, to carry to another machine or to keep: the live build as a ZIP, checked both ways.

Nothing in it is compressed, so that what it unpacks to is as large as it looks.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from pathlib import Path
from typing import IO

from briefqa.errors import IndexCorruptError, InputError
from briefqa.remote.anywhere import anywhere, read_anywhere
from briefqa.store.build import Build
from briefqa.store.builds import changing, current_build, publish, writing
from briefqa.store.durable import remove, storage, sync_folder
from briefqa.store.leases import Lease
from briefqa.store.manifest import MANIFEST, build_id_of, damaged_files, files_of, read_manifest

_MOST_FILES = 2_000_000
_THEN = (1980, 1, 1, 0, 0, 0)  # the same build gives the same bytes


@read_anywhere
def export_index(file: str | Path, index_dir: str | Path = "index") -> str:
    """Write the live build into one file; returns the file's SHA-256.

    Raises:
        InputError: the file exists.
        IndexNotFoundError, IndexMismatchError: as `open_index`.
        IndexCorruptError: the index is damaged.
        StorageError: the disk refuses.
    """
    file, folder = Path(file), Path(index_dir)
    if os.path.lexists(file):
        raise InputError(f"The file {str(file)!r} exists; give another name, or delete it first.")
    with storage(file.parent):
        live = current_build(folder)
        lease = Lease(live / MANIFEST)
        if damaged := damaged_files(live):
            raise IndexCorruptError(
                f"The index is damaged ({damaged[0]!r}) and so not exported; go back with: "
                f"briefqa rollback --index {folder}, or build it again."
            )
        aside = file.with_name(f".{file.name}.new")
        try:
            with aside.open("wb") as target:
                _pack(live, target)
                target.flush()
                os.fsync(target.fileno())
            with aside.open("rb") as packed:
                digest = hashlib.file_digest(packed, "sha256").hexdigest()
            os.replace(aside, file)
            sync_folder(file.absolute().parent)
        finally:
            remove(aside)
            lease.release()
    return digest


def _pack(live: Path, target: IO[bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in (MANIFEST, *sorted(files_of(read_manifest(live)))):
            entry = zipfile.ZipInfo(name, _THEN)
            entry.external_attr = 0o644 << 16
            with (live / name).open("rb") as source, archive.open(entry, "w", force_zip64=True) as packed:
                shutil.copyfileobj(source, packed, 2**20)


@anywhere
def import_index(file: str | Path, index_dir: str | Path = "index") -> str:
    """Make the build in an exported file the live one; `rollback` goes back. Returns its id.

    Raises:
        InputError: there is no such file, or it is no exported index.
        IndexCorruptError: it is damaged.
        IndexMismatchError: another version of briefqa wrote it.
        IndexBusyError: another process is changing the index.
        StorageError: the disk refuses.
    """
    file, folder = Path(file), Path(index_dir)
    if not file.is_file():
        raise InputError(f"There is no file {str(file)!r}; give one that briefqa export wrote.")
    with changing(folder), writing(folder) as aside:
        try:
            with zipfile.ZipFile(file) as archive:
                _unpack(archive, aside)
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
            raise InputError(
                f"{file.name} is no index that briefqa export wrote, or is damaged ({error}); "
                "export it again, or copy it again."
            ) from error
        build_id = build_id_of(read_manifest(aside))
        if damaged := damaged_files(aside):
            raise IndexCorruptError(f"{file.name} is damaged ({damaged[0]!r}); export it again.")
        _check_opens(aside, file)
        publish(folder, aside, build_id, Build.open)
    return build_id


def _unpack(archive: zipfile.ZipFile, aside: Path) -> None:
    """Raise ValueError for anything but plain files of the sizes that the manifest names."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    if len(entries) != len(archive.infolist()) or not 1 < len(entries) <= _MOST_FILES:
        raise ValueError("it holds a file twice, too many, or too few")
    if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries.values()):
        raise ValueError("its files are compressed or encrypted")
    if MANIFEST not in entries or entries[MANIFEST].file_size > 2**28:
        raise ValueError("it has no manifest")
    (aside / MANIFEST).write_bytes(archive.read(MANIFEST))
    sizes = read_manifest(aside)["sizes"]
    held = {name: entry.file_size for name, entry in entries.items() if name != MANIFEST}
    if held != sizes:
        raise ValueError("its files are not those of its manifest")
    for name in sizes:  # the manifest's names lead nowhere else, see `manifest`
        target = aside / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, target.open("wb") as unpacked:
            shutil.copyfileobj(source, unpacked, 2**20)


def _check_opens(aside: Path, file: Path) -> None:
    try:
        Build.open(aside)
    except Exception as error:  # a hostile file can fail in any way
        raise IndexCorruptError(f"{file.name} holds no whole index ({error}); export it again.") from error
