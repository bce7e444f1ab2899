"""What a Milvus server says when it does not do what it is asked → one sentence."""

from __future__ import annotations

import re

from briefqa.errors import BriefQAError, IndexCorruptError, ServerError
from briefqa.remote.address import Address

_TOO_LONG = re.compile(r"message larger than max", re.IGNORECASE)  # gRPC calls it exhausted, too
_NO_COLLECTION = re.compile(r"\bcollection\b.*\bnot (found|exist)|can't find collection", re.IGNORECASE)
_FULL = re.compile(r"no space left|disk (is )?full|quota (is )?exceeded|exhausted|Errno 28", re.IGNORECASE)
_GONE = re.compile(r"UNAVAILABLE|DEADLINE|Fail connecting|timeout|closed channel", re.IGNORECASE)
_REFUSED = re.compile(r"UNAUTHENTICATED|PERMISSION_DENIED|auth check|privilege", re.IGNORECASE)


class LostServerError(ServerError):
    """The server does not answer at all."""


def refused(address: Address, error: Exception) -> BriefQAError:
    """The sentence about an error of pymilvus, of gRPC, or of the channel."""
    said = " ".join(str(getattr(error, "message", "") or error).split())[:300]
    where = f"The server {address.server}"
    if _TOO_LONG.search(said):
        return unasked(address, "more than was asked for")
    if _NO_COLLECTION.search(said):
        return IndexCorruptError(
            f"{where} has not all of the index {address.name!r} any more ({said}); "
            f"go back with: briefqa rollback --index {address}, or build it again."
        )
    if _FULL.search(said):
        return ServerError(
            f"{where} takes no more: its disk or its share is full ({said}); the index is as it was. "
            "Free some space there and try again."
        )
    if _REFUSED.search(said):
        return ServerError(f"{where} does not let this user in ({said}); set BRIEFQA_MILVUS_TOKEN.")
    if _GONE.search(f"{getattr(error, 'code', '')} {said}"):
        return LostServerError(
            f"{where} cannot be reached, or does not answer ({said[:120]}); the index is as it was. "
            "See whether the server runs and try again."
        )
    return ServerError(f"{where} refuses what is asked of it: {said}.")


def damaged(address: Address, error: Exception) -> IndexCorruptError:
    """The sentence about what is stored on a server and does not fit."""
    said = next(iter(str(error).splitlines()), "") or type(error).__name__
    return IndexCorruptError(
        f"The index {str(address)!r} cannot be read ({said[:200]}); "
        f"go back with: briefqa rollback --index {address}, or build it again."
    )


def unasked(address: Address, what: str) -> ServerError:
    """The sentence about an answer that is none to what was asked."""
    return ServerError(f"The server {address.server} answers with {what}; see what answers at this address.")
