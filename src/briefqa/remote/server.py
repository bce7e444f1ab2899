"""A Milvus server, and the only module that knows pymilvus: every refusal becomes one sentence.

Its token, BRIEFQA_MILVUS_TOKEN, says what one may do. Nothing waits over BRIEFQA_MILVUS_TIMEOUT seconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.errors import BriefQAError, IndexMismatchError, InputError, ServerError
from briefqa.remote.address import Address
from briefqa.remote.outage import Outage
from briefqa.remote.refusals import refused, unasked
from briefqa.store.dense import EXACT_UP_TO

Row = dict[str, Any]
Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], list[Row]]

OLDEST = (2, 4)  # the first with sparse vectors of one's own
_LONGEST_WAIT = 86_400  # seconds
LONGEST = 65_535  # bytes of a text; one that is longer is cut into pieces
MOST_YEARS = 1_024  # of a passage
_MOST_FOUND = 16_384  # by one search
_ASKED_AT_ONCE = 1_000
_CHANNEL = {
    # Of its own, and tried again soon: else a server that was started again is not found for minutes.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_reconnect_backoff_ms": 5_000,
    # Ten times the largest answer. The default's key is of bytes: one of text would stand beside it.
    b"grpc.max_receive_message_length": 2**28,
}
_NOT_LOADED = re.compile(r"released|not loaded", re.IGNORECASE)


class Kind(Enum):
    """The kinds of collections: what each row of them has beside its number `id`."""

    PASSAGES = "passages"
    WORDS = "words"
    FILES = "files"
    READERS = "readers"


class Server:
    """A connection to a server; threads may share it. `outage`: of those who do not wait for a lost server.

    Raises:
        InputError: pymilvus is not installed.
        ServerError: the server cannot be reached, or lets nobody in.
        IndexMismatchError: it is older than `OLDEST`.

    Everything else that is asked of it raises ServerError where it is lost, refuses, or answers with what was
    not asked for, and IndexCorruptError where a collection is gone.
    """

    def __init__(self, address: Address, outage: Outage | None = None) -> None:
        self.address = address
        self._outage = outage
        self._timeout = _seconds(os.environ.get("BRIEFQA_MILVUS_TIMEOUT", "30"))
        try:
            import pymilvus
        except ImportError as error:
            raise InputError(
                f"{str(address)!r} needs pymilvus; install it with: pip install 'briefqa[milvus]'"
            ) from error
        # Whatever fails is told by the error; pymilvus prints a traceback of its own before.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
        self._milvus = pymilvus
        token = os.environ.get("BRIEFQA_MILVUS_TOKEN", "")
        self._client = self._told(
            lambda: pymilvus.MilvusClient(
                uri=address.server,
                token=token,
                timeout=self._timeout,
                grpc_options=_CHANNEL,
                dedicated=True,
            )
        )
        try:
            self._require_version(str(self._call("get_server_version")))
        except BaseException:
            self.close()
            raise

    def _require_version(self, version: str) -> None:
        found = re.search(r"(\d{1,4})\.(\d{1,4})", version)
        if found is None or (int(found[1]), int(found[2])) < OLDEST:
            needed = f"{OLDEST[0]}.{OLDEST[1]} or newer: take another server, or an index in a folder."
            raise IndexMismatchError(
                f"{self.address.server} is Milvus {version[:40]}; briefqa needs {needed}"
            )

    def _call(self, name: str, *values: Any, **named: Any) -> Any:
        return self._told(lambda: getattr(self._client, name)(*values, timeout=self._timeout, **named))

    def _read(self, method: str, name: str, **named: Any) -> Any:
        """Read a collection, which a server that was started again has not loaded."""
        try:
            return self._call(method, name, **named)
        except ServerError as error:
            if not _NOT_LOADED.search(str(error)):
                raise
        self._call("load_collection", name)
        return self._call(method, name, **named)

    def _told(self, ask: Callable[[], Any]) -> Any:
        with self._outage.asking() if self._outage else contextlib.nullcontext():
            try:
                return ask()
            except Exception as error:  # of pymilvus, of gRPC, of the channel
                raise refused(self.address, error) from error

    def collections(self) -> list[str]:
        """The names of all collections."""
        return [str(each) for each in self._call("list_collections")]

    def has(self, name: str) -> bool:
        """Whether there is a collection, or an alias, of that name."""
        return bool(self._call("has_collection", name))

    def named(self, alias: str) -> str | None:
        """The collection that has an alias; None when there is no such alias."""
        try:
            found = self._call("describe_alias", alias)
        except BriefQAError as told:
            if re.search(r"not (exist|found)|can't find", str(told)):
                return None
            raise
        return str(self._told(lambda: found["collection_name"]))

    def take(self, alias: str, collection: str) -> bool:
        """Give a collection an alias that nobody has; False when another collection has it."""
        try:
            self._call("create_alias", collection, alias)
        except ServerError:
            if self.named(alias) is not None:
                return False
            raise
        return True

    def point(self, alias: str, collection: str) -> None:
        """Give an alias to a collection, in one step, whoever had it before."""
        if self.named(alias) is None:
            self._call("create_alias", collection, alias)
        else:
            self._call("alter_alias", collection, alias)

    def free(self, alias: str) -> None:
        """Take an alias away."""
        if self.named(alias) is not None:
            self._call("drop_alias", alias)

    def drop(self, name: str) -> None:
        """Delete a collection; one that is not there is no error."""
        self._call("drop_collection", name)

    def make(self, name: str, kind: Kind, dimension: int = 2, rows: int = 0) -> None:
        """Make an empty collection; `finish` has it searched.

        Args:
            dimension: of the vectors of passages.
            rows: how many it is to have; up to `EXACT_UP_TO` all of them are compared.
        """
        types, client = self._milvus.DataType, self._client
        schema = client.create_schema(auto_id=False, description=f"briefqa {kind.value}")
        schema.add_field("id", types.INT64, is_primary=True)
        # Every collection must have a vector; but for that of passages nobody searches it.
        schema.add_field("vector", types.FLOAT_VECTOR, dim=dimension)
        indexes = client.prepare_index_params()
        exact = rows <= EXACT_UP_TO
        indexes.add_index("vector", index_type="FLAT" if exact else "AUTOINDEX", metric_type="IP")
        if kind is Kind.PASSAGES:
            schema.add_field("terms", types.SPARSE_FLOAT_VECTOR)
            indexes.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            schema.add_field("years", types.ARRAY, element_type=types.INT64, max_capacity=MOST_YEARS)
        for field in NUMBERS[kind]:
            schema.add_field(field, types.INT64)
        if kind in (Kind.FILES, Kind.READERS):
            schema.add_field("data", types.VARCHAR, max_length=LONGEST)
        properties = {"mmap.enabled": "true"} if kind is Kind.FILES else {}
        self._call(
            "create_collection",
            name,
            schema=schema,
            consistency_level="Strong",  # who reads after a writer reads what it wrote
            properties=properties,
        )
        # Nothing is in it yet to wait for; pymilvus would, for half a second or as long as the server likes.
        self._call("create_index", name, indexes, sync=False)

    def insert(self, name: str, rows: Sequence[Row], replace: bool = False) -> None:
        """Add rows; `replace`: in place of those that have their ids."""
        filled = [row if "vector" in row else {**row, "vector": [0.0, 1.0]} for row in rows]
        done = self._call("upsert" if replace else "insert", name, filled)
        if self._told(lambda: done.get("upsert_count" if replace else "insert_count")) != len(rows):
            raise ServerError(f"The server {self.address.server} took a part of what was sent; try again.")

    def finish(self, name: str) -> None:
        """Have all rows written down and searched."""
        self._call("flush", name)
        self._call("load_collection", name)

    def rows(self, name: str, ids: Iterable[int], fields: Sequence[str]) -> dict[int, Row]:
        """Some rows by their ids; those that are not there are left out."""
        wanted = sorted(set(ids))
        found: dict[int, Row] = {}
        for at in range(0, len(wanted), _ASKED_AT_ONCE):
            asked = wanted[at : at + _ASKED_AT_ONCE]
            part = {int(row["id"]): row for row in self.where(name, f"id in {asked}", fields)}
            if part.keys() - set(asked):
                raise unasked(self.address, "rows that nobody asked for")
            found |= part
        return found

    def where(self, name: str, condition: str, fields: Sequence[str]) -> list[Row]:
        """The rows that meet a condition; numbers and texts in them are such."""
        found = self._read("query", name, filter=condition, output_fields=["id", *fields])
        rows: list[Row] = self._told(lambda: [dict(row) for row in found])  # they are read as they come
        if all(_fits(row, fields) for row in rows):
            return rows
        raise unasked(self.address, "rows of another kind")

    def forget(self, name: str, ids: Sequence[int]) -> None:
        """Delete some rows."""
        self._call("delete", name, ids=list(ids))

    def nearest(
        self,
        name: str,
        query: Mapping[int, float] | npt.NDArray[np.float32],
        k: int,
        condition: str = "",
        fields: Sequence[str] = (),
    ) -> Found:
        """The k rows with the greatest product with `query`: ids, products, rows, best first.

        Args:
            query: a vector, or the weights of terms.
        """
        terms = isinstance(query, Mapping)
        found = self._read(
            "search",
            name,
            data=[dict(query) if isinstance(query, Mapping) else query.tolist()],
            anns_field="terms" if terms else "vector",
            search_params={"metric_type": "IP"},
            limit=min(k, _MOST_FOUND),
            filter=condition,
            output_fields=["id", *fields],
        )
        ids, products, rows = self._told(lambda: _of_search(found[0]))
        if len(ids) > k or not np.isfinite(products).all():
            raise unasked(self.address, "passages that nobody asked for")
        return ids, products, rows

    def close(self) -> None:
        """Let go of the connection; a second time does nothing."""
        with contextlib.suppress(Exception):  # the server may be gone
            self._client.close()


NUMBERS = {
    Kind.PASSAGES: ("document", "start", "stop", "first", "last"),
    Kind.WORDS: ("row", "found", "at"),
    Kind.FILES: (),
    Kind.READERS: ("until",),
}
_KINDS = {"id": int, "data": str} | dict.fromkeys(chain(*NUMBERS.values()), int)


def _seconds(written: str) -> float:
    """How long a request may take.

    Raises:
        InputError: it is no number of seconds.
    """
    with contextlib.suppress(ValueError):
        if 0 < (seconds := float(written)) < _LONGEST_WAIT:
            return seconds
    raise InputError(f"BRIEFQA_MILVUS_TIMEOUT is {written[:40]!r}; give a number of seconds, such as 30.")


def _fits(row: Row, fields: Sequence[str]) -> bool:
    return all(type(row.get(name)) is _KINDS[name] for name in ("id", *fields) if name in _KINDS)


def _of_search(found: Sequence[Row]) -> Found:
    ids = np.array([each["id"] for each in found], np.int64)
    products = np.array([each["distance"] for each in found], np.float32)
    return ids, products, [dict(each["entity"]) for each in found]
