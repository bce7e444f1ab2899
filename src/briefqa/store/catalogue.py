"""Which documents a question about a document can mean: by characters, sounds, fields and articles.

A document is meant by what stands in its titles and fields. Each of those characters has its postings, as has
the sound of what it may be called by, so that few documents are looked at, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from briefqa.reading.articles import articles_of
from briefqa.reading.called import called
from briefqa.reading.document import Document
from briefqa.store.growing import Moved, grown_postings
from briefqa.store.vocabulary import Postings, WordRows, mapped, postings_of
from briefqa.text.folding import fold
from briefqa.text.names import sound
from briefqa.text.numbering import ArticleNumber

_KEYS = "keys"
_STARTS = "starts.npy"
POSTINGS = "documents.npy"
_SOUND = 3  # letters of a sound that have their postings
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Postings of what documents are told by.

    Attributes:
        keys: characters, and with a mark in front sounds, fields and articles → their rows in `starts`.
        starts: int64 (keys + 1,): the documents of row r lie at starts[r]:starts[r + 1].
        documents: int32 (postings,): numbers, ascending within a key.
        count: number of documents.
    """

    keys: WordRows
    starts: npt.NDArray[np.int64]
    documents: Numbers
    count: int

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Catalogue:
        """The catalogue of documents in the order of their numbers."""
        found = postings_of(_keys(document) for document in documents)
        return cls(found.words, found.starts, found.numbers, len(found.lengths))

    def grown(self, moved: Moved, fresh: Iterable[Document]) -> Catalogue:
        """The catalogue of those documents that are kept, by their new numbers, and of fresh ones."""
        counts, lengths = np.ones(len(self.documents), np.int32), np.zeros(self.count, np.int64)
        old = Postings(self.keys, self.starts, self.documents, counts, lengths)
        found = grown_postings(old, moved, postings_of(_keys(document) for document in fresh))
        return Catalogue(found.words, found.starts, found.numbers, len(found.lengths))

    def with_characters(self, characters: Iterable[str]) -> Numbers:
        """The numbers of the documents in whose titles and fields all these characters stand."""
        return self._all_of(characters)

    def with_field(self, key: str, characters: Iterable[str], sounds: Iterable[str]) -> Numbers:
        """Likewise, that print the field, and whose names have all these sounds."""
        parts = [f"~{part}" for each in sounds for part in _parts(each)]
        return self._all_of([f"={key}", *characters, *parts])

    def with_article(self, number: ArticleNumber, characters: Iterable[str]) -> Numbers:
        """Likewise, that have an article of the number."""
        return self._all_of([f"#{number}", *characters])

    def _all_of(self, keys: Iterable[str]) -> Numbers:
        held = sorted((self._documents(key) for key in sorted(set(keys))), key=len)
        if not held:
            return np.arange(self.count, dtype=np.int32)
        found = held[0]
        for each in held[1:]:
            found = np.intersect1d(found, each, assume_unique=True)
        return found

    def _documents(self, key: str) -> Numbers:
        row = self.keys.get(key)
        return self.documents[:0] if row is None else self.documents[self.starts[row] : self.starts[row + 1]]

    def save(self, folder: Path) -> None:
        """Write the catalogue into `folder`, which is made."""
        folder.mkdir(parents=True)
        self.keys.save(folder, _KEYS)
        np.save(folder / _STARTS, self.starts)
        np.save(folder / POSTINGS, self.documents)

    @classmethod
    def load(cls, folder: Path, count: int) -> Catalogue:
        """Open what `save` wrote of `count` documents."""
        starts, documents = mapped(folder / _STARTS), mapped(folder / POSTINGS)
        return cls(WordRows.load(folder, _KEYS), starts, documents, count)


def _keys(document: Document) -> Iterator[str]:
    names = called(document)
    printed = (
        document.title,
        document.id,
        *(document.text[each.start : each.end] for each in document.fields),
    )
    yield from {character for text in (names.text, *map(fold, printed)) for character in text}
    yield from {f"~{part}" for part in _parts(sound(names.text))}
    yield from (f"={key}" for key in document.metadata)
    yield from {f"#{number}" for number, _ in articles_of(document)}


def _parts(letters: str) -> Sequence[str]:
    return [letters[at : at + _SOUND] for at in range(len(letters) - _SOUND + 1)]
