"""Milvus Lite on 127.0.0.1, as a program: prints its port. What is sent can be made to fail.

The command of Lite itself listens on every address when it is not told otherwise; this one never does.
"""

from __future__ import annotations

import sys
from typing import Any

from milvus_lite.adapter.grpc import server as lite
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from pymilvus.grpc_gen import common_pb2, milvus_pb2


class OldServicer(MilvusServicer):
    """A server of another version."""

    def GetVersion(self, request: Any, context: Any) -> Any:
        """What a server before sparse vectors says."""
        return milvus_pb2.GetVersionResponse(status=common_pb2.Status(), version="v2.2.9")


class FullServicer(MilvusServicer):
    """A server whose disk is full."""

    def Insert(self, request: Any, context: Any) -> Any:
        """What the server says of a disk that takes no more."""
        reason = "OSError: [Errno 28] No space left on device: '/var/lib/milvus/wal'"
        status = common_pb2.Status(code=65535, error_code=common_pb2.UnexpectedError, reason=reason)
        return milvus_pb2.MutationResult(status=status)


KINDS = {"whole": MilvusServicer, "old": OldServicer, "full": FullServicer}

if __name__ == "__main__":
    lite.MilvusServicer = KINDS[sys.argv[2]]  # type: ignore[misc]
    running, _, port = lite.start_server_in_thread(sys.argv[1], host="127.0.0.1", port=int(sys.argv[3]))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    running.wait_for_termination()
