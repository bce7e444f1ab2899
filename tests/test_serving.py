"""The server starts behind a proxy's settings, and gives agents JSON."""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from tests.apart import run_apart

from briefqa import build_index
from servers import Server

_DIRECT = build_opener(ProxyHandler({}))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with what the server prints."""
    return tmp_path_factory.mktemp("said") / "out.txt"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, said: Path) -> Iterator[tuple[str, int]]:
    """Address and process of a server that was started with a proxy in its environment that is dead."""
    room = tmp_path_factory.mktemp("served")
    (room / "甲.txt").write_text("甲市工业\n甲市有12家智能工厂。\n", "utf-8")
    build_index(room / "甲.txt", room / "index")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dead = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    environment = {k: v for k, v in os.environ.items() if k.lower() not in ("no_proxy", *dead)} | dead
    arguments = ["serve", "--mcp", "--read-only", "--port", str(port), "--index", str(room / "index")]
    command = [sys.executable, "-m", "briefqa", *arguments]
    with said.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out)
    try:
        for _ in range(240):
            try:
                _DIRECT.open(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except URLError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/", server.pid
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def url(served: tuple[str, int]) -> str:
    """Its address."""
    return served[0]


def test_where_the_page_is_and_how_it_ends_is_said_once(served: tuple[str, int], said: Path) -> None:
    """The address, how to stop it, where agents go; nothing of Gradio's about links into the world."""
    url, _ = served
    latest = time.monotonic() + 120
    while not (told := said.read_text("utf-8")) and time.monotonic() < latest:
        time.sleep(0.2)
    assert told.splitlines() == [f"网页 page: {url}  停止 stop: Ctrl+C", f"MCP: {url}gradio_api/mcp/"]


def test_a_proxy_does_not_stop_the_start(url: str) -> None:
    """The page answers although http_proxy names a proxy that does not."""
    time.sleep(4)  # Gradio asks its own address once it listens, for three seconds at most
    assert _DIRECT.open(url, timeout=10).status == 200


def test_a_question_loads_no_tables_and_no_plots(served: tuple[str, int]) -> None:
    """Gradio counts events by pandas and prepares matplotlib for each: the server has neither loaded."""
    url, process = served
    maps = Path(f"/proc/{process}/maps")
    if not maps.is_file():
        pytest.skip("what a process has loaded is not told on this system")
    asked = Request(f"{url}gradio_api/call/ask", b'{"data": ["?", 5, null, null]}')
    asked.add_header("content-type", "application/json")
    for _ in range(2):
        event = json.load(_DIRECT.open(asked, timeout=60))["event_id"]
        assert b"event:" in _DIRECT.open(f"{url}gradio_api/call/ask/{event}", timeout=120).read()
    time.sleep(1)
    loaded = maps.read_text()
    assert "onnxruntime" in loaded
    assert not re.search(r"/(?:pandas|matplotlib)/", loaded)


def test_agents_get_json(url: str) -> None:
    """A tool's result is JSON as text, and the same object as structured content."""
    pytest.importorskip("mcp", reason="needs the mcp package: pip install 'briefqa[mcp]'")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def talk() -> None:
        async with (
            streamablehttp_client(f"{url}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            name = next(each.name for each in tools if each.name.endswith("ask"))
            result = await session.call_tool(name, {"question": "甲市有多少家智能工厂？"})
            assert result.structuredContent == json.loads(result.content[0].text)
            assert result.structuredContent["citations"][0]["quote"] == "甲市有12家智能工厂。"
            wrong = await session.call_tool(name, {"question": "甲市有多少家智能工厂？", "k": 0})
            assert wrong.isError

    run_apart(talk())


def test_agents_log_in_with_name_and_password(small_index: Path, tmp_path: Path) -> None:
    """Behind --auth a tool is called with the right Basic credentials; without or with others none is."""
    pytest.importorskip("mcp", reason="needs the mcp package: pip install 'briefqa[mcp]'")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    server = Server(index, "--mcp", "--read-only", "--auth", "程序:secret")
    url = f"http://127.0.0.1:{server.port}/gradio_api/mcp/"

    def as_user(password: str) -> dict[str, str]:
        return {"authorization": f"Basic {base64.b64encode(f'程序:{password}'.encode()).decode()}"}

    async def called(headers: dict[str, str]) -> object:
        async with (
            streamablehttp_client(url, headers=headers) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            name = next(each.name for each in (await session.list_tools()).tools if each.name.endswith("ask"))
            result = await session.call_tool(name, {"question": "甲市有多少家智能工厂？"})
            return result.structuredContent

    begin = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {}}}
    both = {"accept": "application/json, text/event-stream"}
    try:
        answer = run_apart(called(as_user("secret")))
        assert answer["citations"][0]["quote"] == "甲市有12家智能工厂。"
        for headers in ({}, as_user("wrong"), {"x-briefqa-own": "guessed"}, {"x-briefqa-own": ""}):
            reply = server.post("/gradio_api/mcp/", begin, both | headers)
            assert (reply.status, "result" in json.loads(reply.text)) == (401, False)
    finally:
        server.stop()
