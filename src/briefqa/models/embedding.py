"""Text → unit vectors and token states: what every model gives, and how one is opened.

Query and passage are two methods because the models want a different prompt for each.
Texts are embedded in simplified characters and without their language, see `language`.
A text's vector does not depend, not even in the last bit, on what else is embedded with it: an
index that grew document by document has the same bytes as one that was built at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from briefqa.models.language import Vectors
from briefqa.models.late import QuestionTokens
from briefqa.models.token_codes import Codes

Done = Callable[[int], None]

PACKAGED = "multilingual-e5-small"
PROMPTS = {"query": "query: ", "passage": "passage: "}  # the packaged model's


@dataclass(frozen=True, slots=True)
class EmbeddedQuestion:
    """A question's vector, float32 (dimension,), of unit length, and its tokens."""

    vector: Vectors
    tokens: QuestionTokens


class Embedder(Protocol):
    """What the index needs of a model.

    Attributes:
        name: by which `open_embedder` finds it.
        dimension: length of its vectors.
    """

    name: str
    dimension: int

    def __hash__(self) -> int:
        """By identity: a fingerprint is taken once of each loaded model."""

    @property
    def digest(self) -> str:
        """Of all that its vectors depend on (weights, prompts, data), the same on every machine."""

    @property
    def precision(self) -> str:
        """In which arithmetic it embeds passages and sentences on this machine."""

    @property
    def direction(self) -> Vectors | None:
        """The language direction that a build has to keep; None when it comes with the package."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length."""

    def embed_question(self, text: str) -> EmbeddedQuestion:
        """One question with its tokens; a model without a token basis gives none."""

    def embed_passages(self, texts: Sequence[str], done: Done | None = None) -> Vectors:
        """Likewise for passages; `done` is told how many more texts are finished."""

    def embed_sentences(self, texts: Sequence[str], done: Done | None = None) -> tuple[Vectors, list[Codes]]:
        """Like `embed_passages`, and the tokens of each text, uint8 (tokens, token_codes.CODE)."""


def open_embedder(
    model: str | None = None, direction: Sequence[float] = (), *, fetch: bool = False
) -> Embedder:
    """The packaged model, or the sentence-transformers model of that name or folder; kept for reuse.

    Args:
        model: None for the packaged one.
        direction: the language direction of another model, where a build has kept it.
        fetch: whether a model that is not on this machine may be fetched: only where a user has named it,
            for an index can come from anybody.

    Raises:
        ModelUnavailableError: it cannot be loaded.
    """
    with _OPENING:
        name = PACKAGED if model is None else model
        return _open_embedder(name, tuple(direction), fetch and not Path(name).is_dir())


_OPENING = threading.Lock()


@lru_cache(maxsize=2)
def _open_embedder(model: str, direction: tuple[float, ...], fetch: bool) -> Embedder:
    if model == PACKAGED:
        from briefqa.models.packaged import PackagedEmbedder

        return PackagedEmbedder()
    from briefqa.models.sentence import open_sentence_embedder  # torch takes seconds to import

    return open_sentence_embedder(model, direction, fetch=fetch)
