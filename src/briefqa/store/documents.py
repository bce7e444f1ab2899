"""The documents of a build: few are read at once, of many each when it is asked for.

corpus.json says of each file its id and where it lies, and of each distinct text what the others of the index
say of it (`briefqa.store.corpus.distinct`), so that opening an index reads no document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache, partial
from typing import Any, overload

import numpy as np

from briefqa.errors import IndexCorruptError
from briefqa.reading.document import Document

READ_AT_ONCE = 256  # documents of an index that has no more of them
KEPT = 256  # documents of a larger one; a report takes some 150 kB
HEADS_KEPT = 4_096  # what documents say of themselves; some 2 kB each


@dataclass(frozen=True, slots=True)
class DistinctText:
    """A text of the index: the number of the first file that has it, its length, what others tell of it."""

    file: int
    length: int
    names: tuple[str, ...]
    shares_title: bool
    newest: str
    repealed_by: str


_TOLD = tuple(each.name for each in fields(DistinctText))


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is known of the files of a build without reading them.

    Attributes:
        ids: of the files, in order.
        originals: names of their stored copies.
        starts: where the record of each begins in the file of records, in bytes, and where the last one ends.
        digests: SHA-256 of each record, hexadecimal.
        texts: the distinct texts, in the order of their numbers.
    """

    ids: tuple[str, ...]
    originals: tuple[str, ...]
    starts: tuple[int, ...]
    digests: tuple[str, ...]
    texts: tuple[DistinctText, ...]

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        originals: Sequence[str],
        starts: Sequence[int],
        digests: Sequence[str],
        distinct: Sequence[Document],
    ) -> Corpus:
        """The corpus of some files, with the distinct documents among them."""
        files = {document_id: number for number, document_id in enumerate(ids)}
        texts = [
            DistinctText(
                files[each.id], len(each.text), each.names, each.shares_title, each.newest, each.repealed_by
            )
            for each in distinct
        ]
        return cls(tuple(ids), tuple(originals), tuple(starts), tuple(digests), tuple(texts))

    def to_json(self) -> bytes:
        """The corpus as JSON."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        said["texts"] = [{name: getattr(text, name) for name in _TOLD} for text in self.texts]
        return json.dumps(said, ensure_ascii=False).encode()

    @classmethod
    def of_json(cls, data: bytes) -> Corpus:
        """What `to_json` gave.

        Raises:
            ValueError: the parts do not fit each other.
        """
        record = json.loads(data)
        texts = (DistinctText(**each | {"names": tuple(each["names"])}) for each in record.pop("texts"))
        corpus = cls(**{name: tuple(values) for name, values in record.items()}, texts=tuple(texts))
        corpus._check_kinds()
        counts = {len(corpus.ids), len(corpus.originals), len(corpus.starts) - 1, len(corpus.digests)}
        if len(counts) > 1 or not all(0 <= text.file < len(corpus.ids) for text in corpus.texts):
            raise ValueError("the list of documents does not fit itself")
        corpus._check_names()
        return corpus

    def _check_kinds(self) -> None:
        """Raise ValueError unless every value is of its kind."""
        texts, numbers = [*self.ids, *self.originals, *self.digests], [*self.starts]
        for each in self.texts:
            texts += [*each.names, each.newest, each.repealed_by]
            numbers += [each.file, each.length]
        if not all(type(each) is str for each in texts) or not all(type(each) is int for each in numbers):
            raise ValueError("a value in the list of documents is of another kind")
        if not all(type(each.shares_title) is bool for each in self.texts):
            raise ValueError("a value in the list of documents is of another kind")

    def _check_names(self) -> None:
        """Raise ValueError unless every file has one text, and its stored copy its number."""
        held = [name for each in self.texts for name in (self.ids[each.file], *each.names)]
        if sorted(held) != sorted(self.ids) or len(set(held)) < len(held):
            raise ValueError("the texts are not those of the documents")
        stems = [name.partition(".")[0] for name in self.originals]
        if stems != [f"{number:06}" for number in range(1, len(stems) + 1)]:
            raise ValueError("an original is that of another document")

    def numbers(self) -> dict[str, int]:
        """Id of a file → number of its text."""
        found = {self.ids[text.file]: number for number, text in enumerate(self.texts)}
        return found | {name: number for number, text in enumerate(self.texts) for name in text.names}


class StoredDocuments(Sequence[Document]):
    """The distinct documents of a build, all of them kept, or those asked for last.

    Args:
        corpus: what is known of the files.
        read: gives the document of a file, by its number.
        read_head: gives the document of a text, by its number, without text and blocks.
    """

    def __init__(
        self, corpus: Corpus, read: Callable[[int], Document], read_head: Callable[[int], Document]
    ) -> None:
        self._corpus = corpus
        self._document = lru_cache(maxsize=KEPT)(partial(_whole, corpus, read))
        self.head = lru_cache(maxsize=HEADS_KEPT)(partial(_head, corpus, read_head))
        if len(corpus.texts) <= READ_AT_ONCE:
            list(self)  # what is damaged is told at once

    def __len__(self) -> int:
        return len(self._corpus.texts)

    @overload
    def __getitem__(self, number: int) -> Document: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Document, ...]: ...
    def __getitem__(self, number: int | slice) -> Document | tuple[Document, ...]:
        if isinstance(number, slice):
            return tuple(self._document(each) for each in range(*number.indices(len(self))))
        return self._document(range(len(self))[number])

    def __iter__(self) -> Iterator[Document]:
        return map(self._document, range(len(self)))

    def lengths(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many characters each text has, int64, without reading them."""
        return np.array([text.length for text in self._corpus.texts], np.int64)


def _whole(corpus: Corpus, read: Callable[[int], Document], number: int) -> Document:
    text = corpus.texts[number]
    document = read(text.file)
    if len(document.text) != text.length:
        raise IndexCorruptError(
            f"The text of {document.id!r} in the index has another length than was noted; "
            "build the index again with: briefqa build FOLDER"
        )
    return _with_what_is_told(document, text)


def _head(corpus: Corpus, read: Callable[[int], Document], number: int) -> Document:
    document, text = read(number), corpus.texts[number]
    if document.id != corpus.ids[text.file]:
        raise ValueError(f"{document.id!r} is not {corpus.ids[text.file]!r}")
    return _with_what_is_told(document, text)


def _with_what_is_told(document: Document, text: DistinctText) -> Document:
    return replace(
        document,
        names=text.names,
        shares_title=text.shares_title,
        newest=text.newest,
        repealed_by=text.repealed_by,
    )
