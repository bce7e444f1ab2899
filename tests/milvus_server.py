"""Milvus Lite on 127.0.0.1, as a program: prints its port. What it says can be made another server's.

    python milvus_server.py FOLDER PORT

FOLDER.says tells what it is: `old`, of another version; `full`, without room on its disk; else it is whole.
The command of Lite itself listens on every address when it is not told otherwise; this one never does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from milvus_lite.adapter.grpc import server as lite
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from pymilvus.grpc_gen import common_pb2, milvus_pb2

SAYS = Path(f"{sys.argv[1]}.says")


class ChangingServicer(MilvusServicer):
    """A server that is what the file says."""

    def GetVersion(self, request: Any, context: Any) -> Any:
        """Its own version, or what a server before sparse vectors says."""
        if _says() != "old":
            return super().GetVersion(request, context)
        return milvus_pb2.GetVersionResponse(status=common_pb2.Status(), version="v2.2.9")

    def Insert(self, request: Any, context: Any) -> Any:
        """Insert, or say what the server says of a disk that takes no more."""
        if _says() != "full":
            return super().Insert(request, context)
        reason = "OSError: [Errno 28] No space left on device: '/var/lib/milvus/wal'"
        status = common_pb2.Status(code=65535, error_code=common_pb2.UnexpectedError, reason=reason)
        return milvus_pb2.MutationResult(status=status)


def _says() -> str:
    return SAYS.read_text("utf-8") if SAYS.exists() else ""


if __name__ == "__main__":
    lite.MilvusServicer = ChangingServicer
    running, _, port = lite.start_server_in_thread(sys.argv[1], host="127.0.0.1", port=int(sys.argv[2]))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    running.wait_for_termination()
