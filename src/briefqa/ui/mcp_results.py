"""What agents get from the MCP tools: JSON, as text and as structured content.

Gradio 6.31 gives a tool's dictionary as Python writes it, and as structured content only that text
in a list; it declares no output schema; and for each tool it asks its own address, where a login may
be asked for. Its server is amended in three places before it starts.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from briefqa.ui.web.login import own_credentials


def answer_in_json() -> None:
    """Let the MCP server of this process answer with JSON, behind a login too; needs the package `mcp`."""
    from gradio.mcp import GradioMCPServer
    from gradio_client import Client
    from mcp import types

    create = GradioMCPServer.create_mcp_server
    connect = GradioMCPServer._get_or_create_client

    def connected(self: Any) -> Client:
        if self._client_instance is None and self.local_url:  # elsewhere nobody is told the credentials
            self._client_instance = Client(
                self.local_url,
                download_files=False,
                verbose=False,
                analytics_enabled=False,
                _skip_components=False,
                headers={"x-gradio-user": "mcp", **own_credentials()},
            )
        return connect(self)

    def texts(_: object, data: list[Any], root_url: str) -> list[types.TextContent]:
        return [types.TextContent(type="text", text=_json(each)) for each in data]

    def create_answering(self: Any) -> Any:
        server = create(self)
        call = server.request_handlers[types.CallToolRequest]

        async def structured(request: types.CallToolRequest) -> types.ServerResult:
            answered = await call(request)
            result = answered.root
            if isinstance(result, types.CallToolResult) and not result.isError:
                result.structuredContent = _object(result.content)
            return types.ServerResult(result)

        server.request_handlers[types.CallToolRequest] = structured
        return server

    server_class: Any = GradioMCPServer
    server_class.postprocess_output_data = texts
    server_class.create_mcp_server = create_answering
    server_class._get_or_create_client = connected


def print_no_messages() -> None:
    """What agents sent is not printed when the package `mcp` cannot use it: questions are in it."""
    from mcp.shared import session

    def without_message(record: logging.LogRecord) -> bool:
        if record.pathname == session.__file__:
            record.msg, record.args, record.exc_info = "An agent sent what cannot be used", (), None
        return True

    logging.getLogger().addFilter(without_message)  # where it logs
    logging.getLogger("mcp").setLevel(logging.ERROR)  # its warnings name what was asked for


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _object(content: Any) -> dict[str, Any] | None:
    """The object that a result's only text holds."""
    value = json.loads(content[0].text) if len(content) == 1 and content[0].type == "text" else None
    return value if isinstance(value, dict) else None
