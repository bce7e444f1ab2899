"""What a worker of a cluster does with one document: reads it, splits it, embeds what it says.

It is given bytes and gives bytes: an .npz of arrays and of JSON, without pickle. The same document and model
give the same result, so that a task that is done twice changes nothing.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from briefqa.building.reading_apart import ReadingProcess
from briefqa.building.reading_worker import boxes_of, told_of
from briefqa.errors import BriefQAError, DocumentError
from briefqa.models.embedding import open_embedder
from briefqa.models.late import TokenIndex
from briefqa.reading.document import Document
from briefqa.splitting.units import Units
from briefqa.store.searchable import searched_texts

_one_at_a_time = threading.Lock()


def read_and_embed(data: bytes, name: str, document_id: str, model: str, direction: Sequence[float]) -> bytes:
    """What one document comes to.

    Args:
        data: the bytes of its file.
        name: the file's name, by which readers know its kind.
        document_id: its id in the index.
        model: name of the model; "" embeds nothing.
        direction: of languages, see `open_embedder`.

    Returns:
        see `opened_result`; what failed is told in it.
    """
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="briefqa-") as room:
        path = Path(room) / Path(name).name
        path.write_bytes(data)
        told: dict[str, Any]
        arrays: dict[str, Any] = {}
        try:
            reading = _reading().read(path, document_id)
            told = {"reading": told_of(reading)}
            arrays["boxes"] = np.frombuffer(boxes_of(reading), np.uint8)
            if model:
                more, embedded = _embedded(reading.document, model, direction)
                told |= more
                arrays |= embedded
        except DocumentError as error:
            told = {"unread": str(error)}
        except BriefQAError as error:
            told = {"failed": str(error)}
    packed = BytesIO()
    arrays["told"] = np.frombuffer(json.dumps(told).encode(), np.uint8)
    np.savez(packed, **arrays)
    return packed.getvalue()


def opened_result(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what is told, arrays) of a result.

    `reading`: as `reading_apart` tells it; or `unread`: why the file cannot be read; or `failed`: what the
    worker lacks. With a model `digest` and `precision` of it, the texts of `passages` and `sentences`, and
    the arrays `passage_vectors`, `sentence_vectors`, `tokens` and `starts`.

    Raises:
        ValueError, KeyError: it is none.
    """
    with np.load(BytesIO(data), allow_pickle=False) as packed:
        arrays = {name: packed[name] for name in packed.files}
    return json.loads(arrays.pop("told").tobytes()), arrays


def _embedded(
    document: Document, model: str, direction: Sequence[float]
) -> tuple[dict[str, Any], dict[str, Any]]:
    embedder = open_embedder(model, direction)
    passages, sentences = (list(dict.fromkeys(each)) for each in searched_texts(Units.split([document])))
    vectors, tokens = embedder.embed_sentences(sentences)
    index = TokenIndex.of(tokens)
    told = {
        "digest": embedder.digest,
        "precision": embedder.precision,
        "passages": passages,
        "sentences": sentences,
    }
    return told, {
        "passage_vectors": embedder.embed_passages(passages),
        "sentence_vectors": vectors,
        "tokens": index.codes,
        "starts": index.starts,
    }


@lru_cache(maxsize=1)
def _reading() -> ReadingProcess:
    return ReadingProcess()
