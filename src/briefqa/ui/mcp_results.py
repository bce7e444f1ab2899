"""What agents get from the MCP tools: JSON, as text and as structured content.

Gradio 6.31 gives a tool's dictionary as Python writes it, and as structured content only that text
in a list; it declares no output schema. Its server is amended in two places before it starts.
"""

from __future__ import annotations

import json
import logging
from typing import Any


def answer_in_json() -> None:
    """Let the MCP server of this process answer with JSON; needs the package `mcp`."""
    from gradio.mcp import GradioMCPServer
    from mcp import types

    create = GradioMCPServer.create_mcp_server

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
