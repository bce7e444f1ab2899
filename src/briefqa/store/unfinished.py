"""The vectors of a build that is under way, so that a killed one goes on where it stopped.

index/.unfinished/<model>-<precision>/000001.npz   a few hundred texts each; deleted when the build is live
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import Embedder
from briefqa.models.language import Vectors
from briefqa.models.late import Bytes, TokenIndex
from briefqa.store.durable import remove
from briefqa.store.fits import are_unit, fits_sentences

_FOLDER = ".unfinished"


class UnfinishedVectors:
    """Vectors that one model, in one arithmetic, gave for a build that is not live yet.

    Attributes:
        passages: text → vector, float32 (dimension,).
        sentences: text → vector, float32 (dimension,), and tokens.
    """

    def __init__(self, index_dir: Path, embedder: Embedder) -> None:
        self.passages: dict[str, Vectors] = {}
        self.sentences: dict[str, tuple[Vectors, Bytes]] = {}
        self._root = index_dir / _FOLDER
        self._embedder = embedder
        self._count = 0
        if self._root.is_symlink() or self._folder.is_symlink():  # it may lead anywhere
            remove(self._root)
        if self._root.is_dir():
            self._read()

    def keep_passages(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of some passages."""
        self._write("passages", texts, vectors, TokenIndex.of([]))
        self.passages.update(zip(texts, vectors, strict=True))

    def keep_sentences(self, texts: Sequence[str], vectors: Vectors, tokens: Sequence[Bytes]) -> None:
        """Keep the vectors and tokens of some sentences."""
        self._write("sentences", texts, vectors, TokenIndex.of(tokens))
        self.sentences.update(zip(texts, zip(vectors, tokens, strict=True), strict=True))

    @contextlib.contextmanager
    def giving_way(self) -> Iterator[None]:
        """Where the disk is full inside, delete them: the room is wanted for the index itself."""
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                self.clear()
            raise

    def clear(self) -> None:
        """Delete them, and those of other models: the build is live."""
        with contextlib.suppress(OSError):
            remove(self._root)

    @cached_property
    def _folder(self) -> Path:
        made_by = f"{self._embedder.digest} {self._embedder.precision}"
        return self._root / hashlib.sha256(made_by.encode()).hexdigest()[:16]

    def _write(self, kind: str, texts: Sequence[str], vectors: Vectors, index: TokenIndex) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._count:06}.npz"
        aside = path.with_suffix(".new")
        with aside.open("wb") as file:
            np.savez(
                file,
                kind=np.array(kind),
                texts=np.frombuffer(json.dumps(list(texts)).encode(), np.uint8),
                vectors=vectors,
                tokens=index.vectors,
                starts=index.starts,
            )
        os.replace(aside, path)
        self._count += 1

    def _read(self) -> None:
        for path in sorted(self._folder.glob("*.npz")):
            try:
                self._take(_stored(path))
            except Exception:  # half written, or somebody's: its texts are embedded again
                remove(path)
            else:
                self._count = int(path.stem) + 1

    def _take(self, stored: dict[str, npt.NDArray[Any]]) -> None:
        texts, vectors = json.loads(stored["texts"].tobytes()), stored["vectors"]
        shape = (len(texts), self._embedder.dimension)
        if vectors.dtype != np.float32 or vectors.shape != shape or not are_unit(vectors).all():
            raise ValueError("its vectors are none")
        if str(stored["kind"]) == "passages":
            self.passages.update(zip(texts, vectors, strict=True))
            return
        index = TokenIndex(stored["tokens"], stored["starts"])
        if not fits_sentences(index, len(texts)):
            raise ValueError("its tokens are none")
        for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
            self.sentences[text] = vector, index.of_sentence(number)


def _stored(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a file that `np.savez` wrote, which packs nothing: they are as large as it looks."""
    if path.is_symlink() or not path.is_file() or not path.stem.isdigit():
        raise ValueError("it is no file of ours")
    with zipfile.ZipFile(path) as archive:
        if any(each.compress_type != zipfile.ZIP_STORED for each in archive.infolist()):
            raise ValueError("its arrays are compressed")
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored)
