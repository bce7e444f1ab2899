"""Whether a build is as it was written, and whether what was written can be an index."""

from __future__ import annotations

from pathlib import Path

from briefqa.errors import BriefQAError, IndexCorruptError
from briefqa.store.build import Build
from briefqa.store.fits import check_values
from briefqa.store.manifest import damaged_files


def wrong_files(build: Path) -> list[str]:
    """Names of the files that are missing, changed, or not the build's own; reads all of it.

    Raises:
        IndexCorruptError: none is, and yet they are no index: somebody wrote them so, checksums included.
        IndexMismatchError: another version of briefqa wrote it.
    """
    if damaged := damaged_files(build):
        return damaged
    try:
        check_values(Build.open(build).searchable)
    except BriefQAError:
        raise
    except Exception as error:  # a hostile file can fail in any way
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise IndexCorruptError(
            f"The files of build {build.name!r} are as they were written, but no index ({reason}); "
            "go back with: briefqa rollback, or build it again with: briefqa build FOLDER"
        ) from error
    return []
