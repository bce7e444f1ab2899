"""Files → document ids: the path below the source root; a file keeps its id as long as it is indexed."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from briefqa.text.unseen import shown


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the documents of an index came from, as this machine remembers it.

    Attributes:
        roots: absolute paths of the folders that were given as sources.
        files: id of each document → absolute path of its file; "" when that is not known, as of an
            uploaded file, or in an index that came from another machine.
        passing: absolute path of a folder whose files are on their way only (uploads), so that where
            they lie says nothing.
    """

    roots: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    passing: str = ""

    def passes(self, file: Path) -> bool:
        """Whether where the file lies says nothing."""
        return bool(self.passing) and Path(absolute_path(file)).is_relative_to(self.passing)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file and the source folder that it was found in."""

    path: Path
    root: Path


def absolute_path(path: Path) -> str:
    """A file's place on this machine; a file that is a link is not followed."""
    return str(path.parent.resolve() / path.name)


def readable_name(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8 are read as GB18030.

    What is left of them, and what is not seen or breaks the line, is replaced by �.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        with suppress(UnicodeError):
            name = name.encode(errors="surrogateescape").decode("gb18030")
    return shown(name)


def readable_path(path: PurePath) -> str:
    """A path in POSIX form, each part as `readable_name` gives it."""
    return PurePath(*map(readable_name, path.parts)).as_posix()


def name_files(found: Sequence[FoundFile], known: Origins) -> list[tuple[str, Path]]:
    """(document id, path) of each file, sorted; ids are distinct.

    A file that the index holds keeps its id, and so replaces what it was. Another one is named by its
    path below a folder that the index was built from, else below its own source. Where that id is
    another file's, the name of the source folder goes in front, or a number behind.
    """
    held = _Held(known)
    replaced: dict[str, int] = {}
    for number, file in enumerate(found):
        document_id = held.id_of(file)
        if document_id is not None:
            replaced.setdefault(document_id, number)
    named = {number: document_id for document_id, number in replaced.items()}
    wanted = {n: held.wanted(file) for n, file in enumerate(found) if n not in named}
    times = Counter(wanted.values())
    taken = {*replaced, *known.files}
    for number, name in wanted.items():
        label = held.label(found[number])
        if label and (times[name] > 1 or name in taken):
            name = f"{label}/{name}"
        named[number] = next(each for each in _numbered(name) if each not in taken)
        taken.add(named[number])
    return sorted((named[number], file.path) for number, file in enumerate(found))


class _Held:
    """What an index says of a file that is given to it."""

    def __init__(self, known: Origins) -> None:
        self._known = known
        self._by_place = {place: document_id for document_id, place in known.files.items() if place}
        self._placeless = {document_id for document_id, place in known.files.items() if not place}

    def id_of(self, file: FoundFile) -> str | None:
        """The id of the document that the file replaces; None when it is new."""
        if self._passes(file):
            name = _below(file.path, file.root)
            return name if name in self._known.files else None
        if absolute_path(file.path) in self._by_place:
            return self._by_place[absolute_path(file.path)]
        parts = readable_path(PurePath(absolute_path(file.path))).split("/")
        ends = ("/".join(parts[at:]) for at in range(1, len(parts)))  # the longest first
        return next((each for each in ends if each in self._placeless), None)

    def wanted(self, file: FoundFile) -> str:
        """The id of a new file if nobody else has it."""
        if not self._passes(file):
            place = Path(absolute_path(file.path))
            above = [root for root in self._known.roots if place.is_relative_to(root)]
            if above:
                return _below(place, Path(max(above, key=len)))
        return _below(file.path, file.root)

    def label(self, file: FoundFile) -> str:
        """The name of the file's source folder; "" when that says nothing."""
        return "" if self._passes(file) else readable_name(file.root.resolve().name)

    def _passes(self, file: FoundFile) -> bool:
        return self._known.passes(file.path)


def _below(path: Path, root: Path) -> str:
    return readable_path(path.relative_to(root))


def _numbered(name: str) -> Iterable[str]:
    """The name, then name#2, name#3, … with the number before the suffix, which tells the format."""
    stem, dot, suffix = name.rpartition(".")
    yield name
    yield from (f"{stem}#{n}{dot}{suffix}" if dot else f"{name}#{n}" for n in itertools.count(2))
