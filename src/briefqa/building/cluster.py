"""A build by the workers of a Dask cluster: each document is a task; this machine puts the build together.

A task that is lost with its worker is done by another one. What comes back goes into the vectors of
unfinished builds, by their texts; the build takes them from there, and embeds itself what is missing, so that
it is the same build as one without a cluster.

Dask unpickles what its scheduler and workers send: whoever can reach them can run programs on all of them
and on this machine. They belong into a network of their own, or behind TLS (tls://, as Dask is configured).
"""

from __future__ import annotations

import contextlib
import hashlib
import time
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from briefqa.building.cluster_task import opened_result, read_and_embed
from briefqa.building.reading_apart import reading_of
from briefqa.errors import DocumentError, IndexMismatchError, InputError, ModelUnavailableError, ServerError
from briefqa.models.embedding import Embedder
from briefqa.models.late import TokenIndex
from briefqa.reading.files import FileReading
from briefqa.reading.formats.base import OnPage
from briefqa.store.fits import fits_sentences
from briefqa.store.unfinished import UnfinishedVectors

_CONNECTS_IN = 20.0  # seconds
_LOOKS_EVERY = 2.0  # seconds
_WITHOUT_WORKERS = 60.0  # seconds after which a cluster without workers is given up
_TASKS_A_THREAD = 3  # handed out: one is worked on, others wait beside it
_MOST_BYTES = 256 * 2**20  # of files that are handed out


class ClusterReading:
    """Reads files like `ReadingProcess`, on a cluster, and keeps the vectors of what they say.

    Args:
        url: of the scheduler, tcp://HOST:PORT or tls://HOST:PORT.
        embedder: the model that the workers take, too.
        folder: of the index, for the vectors.
        known: id → digest of the documents whose texts are embedded already.

    Attributes:
        unfinished: what the workers embed goes there.

    Raises:
        InputError: Dask is not installed, or this is no address; on entering.
        ServerError: the scheduler cannot be reached; likewise.
    """

    def __init__(self, url: str, embedder: Embedder, folder: Path, known: Mapping[str, str]) -> None:
        self._url, self._embedder, self._known = url, embedder, known
        self._client: Any = None
        self.unfinished = UnfinishedVectors(folder, embedder)
        self._waiting: deque[tuple[str, Path]] = deque()
        self._running: dict[str, tuple[Any, int]] = {}

    def __enter__(self) -> Self:
        self._client = _connected(self._url)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(Exception):  # the cluster may be gone
            self._client.cancel([future for future, _ in self._running.values()], force=True)
            self._client.close(timeout=2)

    def expect(self, files: Sequence[tuple[str, Path]]) -> None:
        """The files that will be asked for, in this order: tasks are handed out ahead."""
        self._waiting.extend(files)
        self._hand_out()

    def _hand_out(self) -> None:
        threads = max(sum(each["nthreads"] for each in self._workers().values()), 1)
        while self._waiting and len(self._running) < threads * _TASKS_A_THREAD:
            if self._running and sum(size for _, size in self._running.values()) > _MOST_BYTES:
                return
            self._submit(*self._waiting.popleft())

    def _submit(self, document_id: str, path: Path) -> None:
        try:
            data = path.read_bytes()
        except OSError:
            return  # told when its turn comes
        digest = hashlib.sha256(data).hexdigest()
        model = "" if self._known.get(document_id) == digest else self._embedder.name
        direction = self._embedder.direction
        values = (data, path.name, document_id, model, [] if direction is None else direction.tolist())
        with warnings.catch_warnings():  # of the size of what is sent: a file has to be
            warnings.simplefilter("ignore")
            future = self._asked(lambda: self._client.submit(read_and_embed, *values, pure=False, retries=2))
        self._running[document_id] = future, len(data)

    def _workers(self) -> dict[str, Any]:
        workers: dict[str, Any] = self._asked(lambda: self._client.scheduler_info(n_workers=-1)["workers"])
        return workers

    def _asked(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Exception as error:  # of Dask, of its channel
            raise self._lost(str(error)) from error

    def read(self, path: Path, document_id: str, *, on_page: OnPage | None = None) -> FileReading:
        """The document of a file; its vectors are kept.

        Raises:
            DocumentError: the file cannot be read.
            ServerError: the cluster was lost.
            IndexMismatchError, ModelUnavailableError: a worker has another model, or none.
        """
        if document_id not in self._running:
            self._waiting = deque(each for each in self._waiting if each[0] != document_id)
            self._submit(document_id, path)
        if document_id not in self._running:
            raise DocumentError(path, f"{path.name} cannot be read; check its permissions.")
        future, _ = self._running[document_id]
        try:
            told, arrays = self._result(future, path)
        finally:  # a file that broke its workers is done with, too
            del self._running[document_id]
        self._hand_out()
        if "unread" in told:
            raise DocumentError(path, str(told["unread"]))
        if "failed" in told:
            raise ModelUnavailableError(f"A worker of the cluster {self._url} cannot embed: {told['failed']}")
        try:
            if "digest" in told:
                self._keep(told, arrays)
            return reading_of(told["reading"], arrays["boxes"].tobytes())
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._lost(f"a worker sent what is no document: {error}") from error

    def _keep(self, told: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        if told["digest"] != self._embedder.digest:
            raise IndexMismatchError(
                f"A worker of the cluster {self._url} has another model than this machine; "
                "install the same version of briefqa on all of them."
            )
        index, count = TokenIndex(arrays["tokens"], arrays["starts"]), len(told["sentences"])
        if not fits_sentences(index, count):
            raise ValueError("its tokens are none")
        precision, tokens = str(told["precision"]), [index.of_sentence(number) for number in range(count)]
        with self.unfinished.giving_way():
            self.unfinished.keep_passages(told["passages"], arrays["passage_vectors"], precision)
            self.unfinished.keep_sentences(told["sentences"], arrays["sentence_vectors"], tokens, precision)

    def _result(self, future: Any, path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
        from distributed import KilledWorker

        alone_since = None
        while True:
            try:
                return opened_result(future.result(timeout=_LOOKS_EVERY))
            except TimeoutError:
                alone = not self._workers()
                alone_since = (alone_since or time.monotonic()) if alone else None
                if alone_since is not None and time.monotonic() - alone_since > _WITHOUT_WORKERS:
                    raise self._lost("it has no workers left") from None
            except KilledWorker as error:
                raise DocumentError(
                    path, f"{path.name} broke the workers that read it; save it in a plainer form."
                ) from error
            except Exception as error:  # of Dask, of its channel, of what a worker sent
                raise self._lost(str(error)) from error

    def _lost(self, why: str) -> ServerError:
        return ServerError(
            f"The cluster {self._url} was lost on the way ({why[:200]}); the index is as it was, "
            "and what has been embedded is kept. Start it again, or build without it."
        )


def _connected(url: str) -> Any:
    if not url.startswith(("tcp://", "tls://")):
        raise InputError(f"{url!r} is no address of a cluster; give tcp://HOST:PORT or tls://HOST:PORT.")
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(f"{url!r} needs Dask; install it with: pip install 'briefqa[cluster]'") from error
    try:
        return Client(url, timeout=_CONNECTS_IN, set_as_default=False)
    except Exception as error:  # of Dask, of the channel, of TLS
        said = " ".join(str(error).split())[:200]
        raise ServerError(
            f"The cluster {url} cannot be reached ({said}); see whether its scheduler runs and try again."
        ) from error
