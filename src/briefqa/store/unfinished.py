"""The vectors of a build that is under way, so that a killed one goes on where it stopped.

index/.unfinished/<model>/000001.npz   a few hundred texts each, in one precision; gone when the build is live
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.errors import ModelUnavailableError
from briefqa.models.embedding import Embedder
from briefqa.models.language import Vectors
from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import Codes
from briefqa.store.durable import remove
from briefqa.store.fits import at_most_unit, fits_sentences

_FOLDER = ".unfinished"
_LONGEST_PRECISION = 32  # characters


class UnfinishedVectors:
    """Vectors that one model gave for a build that is not live yet, here or on the workers of a cluster.

    Attributes:
        passages: text → vector, float32 (dimension,).
        sentences: text → vector, float32 (dimension,), and tokens.
    """

    def __init__(self, index_dir: Path, embedder: Embedder) -> None:
        self.passages: dict[str, Vectors] = {}
        self.sentences: dict[str, tuple[Vectors, Codes]] = {}
        self._made_in: dict[str, dict[str, str]] = {"passages": {}, "sentences": {}}
        self._root = index_dir / _FOLDER
        self._embedder = embedder
        self._count = 0
        if self._root.is_symlink() or self._folder.is_symlink():  # it may lead anywhere
            remove(self._root)
        if self._root.is_dir():
            self._read()

    def keep_passages(self, texts: Sequence[str], vectors: Vectors, precision: str = "") -> None:
        """Keep the vectors of some passages, made in a precision; "" is that of the model here.

        Raises:
            ModelUnavailableError: they are none of this model.
        """
        self._keep("passages", texts, vectors, TokenIndex.of([]), precision)

    def keep_sentences(
        self, texts: Sequence[str], vectors: Vectors, tokens: Sequence[Codes], precision: str = ""
    ) -> None:
        """Keep the vectors and tokens of some sentences; likewise."""
        self._keep("sentences", texts, vectors, TokenIndex.of(tokens), precision)

    def precisions(self, passages: Iterable[str], sentences: Iterable[str]) -> set[str]:
        """In which precisions the vectors of some texts were made that are kept."""
        asked = {"passages": passages, "sentences": sentences}
        return {self._made_in[kind][text] for kind, texts in asked.items() for text in texts}

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
        return self._root / hashlib.sha256(self._embedder.digest.encode()).hexdigest()[:16]

    def _keep(
        self, kind: str, texts: Sequence[str], vectors: Vectors, tokens: TokenIndex, precision: str
    ) -> None:
        made_in = precision or self._embedder.precision
        try:
            self._take(kind, texts, vectors, tokens, made_in)
        except ValueError as error:
            raise ModelUnavailableError(
                f"The model {self._embedder.name!r} gave what cannot be kept ({error}); take another model."
            ) from error
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._count:06}.npz"
        aside = path.with_suffix(".new")
        with aside.open("wb") as file:
            np.savez(
                file,
                kind=np.array(kind),
                precision=np.array(made_in),
                texts=np.frombuffer(json.dumps(list(texts)).encode(), np.uint8),
                vectors=vectors,
                tokens=tokens.codes,
                starts=tokens.starts,
            )
        os.replace(aside, path)
        self._count += 1

    def _read(self) -> None:
        for path in sorted(self._folder.glob("*.npz")):
            try:
                stored = _stored(path)
                tokens = TokenIndex(stored["tokens"], stored["starts"])
                texts, vectors = json.loads(stored["texts"].tobytes()), stored["vectors"]
                self._take(str(stored["kind"]), texts, vectors, tokens, str(stored["precision"]))
            except Exception:  # half written, or somebody's: its texts are embedded again
                remove(path)
            else:
                self._count = int(path.stem) + 1

    def _take(
        self, kind: str, texts: Sequence[str], vectors: Vectors, tokens: TokenIndex, precision: str
    ) -> None:
        made_in, shape = self._made_in[kind], (len(texts), self._embedder.dimension)
        if vectors.dtype != np.float32 or vectors.shape != shape or not at_most_unit(vectors).all():
            raise ValueError("its vectors are none")
        if not 0 < len(precision) <= _LONGEST_PRECISION:
            raise ValueError("its precision is none")
        if kind == "passages":
            self.passages.update(zip(texts, vectors, strict=True))
        elif fits_sentences(tokens, len(texts)):
            for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
                self.sentences[text] = vector, tokens.of_sentence(number)
        else:
            raise ValueError("its tokens are none")
        made_in.update(dict.fromkeys(texts, precision))


def _stored(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a file that `np.savez` wrote, which packs nothing: they are as large as it looks."""
    if path.is_symlink() or not path.is_file() or not path.stem.isdigit():
        raise ValueError("it is no file of ours")
    with zipfile.ZipFile(path) as archive:
        if any(each.compress_type != zipfile.ZIP_STORED for each in archive.infolist()):
            raise ValueError("its arrays are compressed")
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored)
