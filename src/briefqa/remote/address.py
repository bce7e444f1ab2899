"""Where an index on a server is, `milvus://HOST:PORT/NAME`, and a folder here that stands for it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from briefqa.errors import InputError
from briefqa.store.durable import read_small, storage, write_atomically

_SCHEMES = ("milvus:", "milvus+tls:")
_URL = re.compile(
    r"milvus(?P<tls>\+tls)?:/{1,2}"  # a path takes two slashes for one
    r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})/(?P<name>[A-Za-z_][A-Za-z0-9_]{0,99})"
)
_MARKER = "SERVER"  # in a folder of this user that stands for an index on a server: its address


@dataclass(frozen=True, slots=True)
class Address:
    """An index by its name on a server; `tls`: whether what is sent is enciphered."""

    host: str
    port: int
    name: str
    tls: bool = False

    def __str__(self) -> str:
        return f"milvus{'+tls' * self.tls}://{self.host}:{self.port}/{self.name}"

    @property
    def server(self) -> str:
        """The server, as pymilvus is told it."""
        return f"http{'s' * self.tls}://{self.host}:{self.port}"


def address_of(place: str | Path) -> Address | None:
    """The index on a server that is meant; None when it is a folder of this machine.

    Raises:
        InputError: it begins like an address and is none.
    """
    written = str(place).replace("\\", "/")
    if not written.startswith(_SCHEMES):
        written = _marked(Path(place))
        if not written:
            return None
    found = _URL.fullmatch(written)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise InputError(
            f"{written!r} is no address of an index; give milvus://HOST:PORT/NAME, "
            "where NAME has letters, digits and _ only."
        )
    return Address(found["host"], int(found["port"]), found["name"], bool(found["tls"]))


def room_of(address: Address) -> Path:
    """The folder of this machine for what is on its way to an index on a server, and for what stays here.

    It lies in the user's state folder (XDG_STATE_HOME), is made, and stands for the index where a
    folder is asked for.

    Raises:
        StorageError: the disk refuses.
    """
    host = re.sub(r"[^A-Za-z0-9.]", "-", address.host)
    with storage(room := _rooms() / f"{host}-{address.port}-{address.name}"):
        room.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _marked(room) != str(address):
            write_atomically(room / _MARKER, str(address))
    return room


def _rooms() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "briefqa"


def _marked(room: Path) -> str:
    """What the marker in a folder says; "" where there is none.

    Only a folder that `room_of` made is believed: else a folder from somebody else could send questions and
    the token to a server of theirs.
    """
    try:
        if room.resolve().parent != _rooms().resolve():
            return ""
        return read_small(room / _MARKER, 1_000).decode("utf-8", "replace").strip()
    except (OSError, ValueError, RuntimeError):  # no path, or links in a circle
        return ""


def folder_of(place: str | Path) -> Path:
    """The folder itself, or that which stands for an index on a server."""
    address = address_of(place)
    return Path(place) if address is None else room_of(address)
