"""Whoever asks much, slowly, or for what is not theirs, costs himself: others are answered meanwhile."""

import asyncio
import http.client
import http.server
import json
import shutil
import socket
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from gradio.state_holder import StateHolder
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apart import run_apart

from briefqa.ui.web import bodies, connections, gradio_bounds
from briefqa.ui.web.bodies import BoundedBody, is_question, is_text
from briefqa.ui.web.connections import MOST_EACH, MOST_TOLD, WAITED
from briefqa.ui.web.gate import Gate
from briefqa.ui.web.hosts import Hosts
from briefqa.ui.web.limits import AtOnce
from briefqa.ui.web.login import Accounts
from servers import Reply, Server

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def server(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that everybody may use."""
    index = tmp_path_factory.mktemp("bounded") / "index"
    shutil.copytree(small_index, index)
    running = Server(index, "--mcp")
    yield running
    running.stop()


SHORT = 2.0  # seconds that the server below waits
IMPATIENT = dict.fromkeys(
    [f"briefqa.ui.web.{name}" for name in ("connections.WAITED", "connections.LOOK", "bodies.BETWEEN_PARTS")],
    SHORT,
)


@pytest.fixture(scope="module")
def impatient(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits a tenth of the time, so that the tests need not."""
    index = tmp_path_factory.mktemp("impatient") / "index"
    shutil.copytree(small_index, index)
    running = Server(index, settings=IMPATIENT)
    yield running
    running.stop()


def _open(server: Server, said: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=120)
    connection.sendall(said)
    return connection


def _is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(65_536) == b""
    except ConnectionError:
        return True


HALF = [
    b"",
    b"GET /config HT",
    b"GET /config HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
]


def test_the_server_waits_for_slow_clients_but_not_for_long() -> None:
    """Seconds for the head of a request, between the parts of a body, and for all of a body of JSON."""
    assert (connections.WAITED, connections.LOOK) == (20, 5)
    assert (bodies.BETWEEN_PARTS, bodies._IN_ALL) == (20, 60)


def test_connections_that_say_nothing_are_closed(impatient: Server) -> None:
    """Silent, in the middle of a head, and after an answer; byte after byte does not help."""
    silent = [_open(impatient, each) for each in HALF]
    dripping = _open(impatient, HALF[2])
    began = time.monotonic()
    while time.monotonic() - began < SHORT + 30:
        try:
            dripping.sendall(b"x")
        except ConnectionError:
            break
        time.sleep(0.5)
    else:
        pytest.fail("a head of one byte after the other is waited for")
    for each in silent[:3]:
        assert _is_closed(each)
    rest = silent[3]
    assert b"200 OK" in rest.recv(65_536)
    while not _is_closed(rest):
        pass


def test_a_body_that_does_not_come_is_not_waited_for(impatient: Server) -> None:
    """A question and a login of which one byte comes: refused."""
    begun = []
    for path in ("/gradio_api/call/ask", "/login"):
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        begun.append(_open(impatient, f"{head}Content-Length: 1000\r\n\r\n{{".encode()))
    for each in begun:
        each.settimeout(SHORT + 60)
        assert b" 408 " in each.recv(65_536).split(b"\r\n")[0]


def _end(server: Server, held: list[socket.socket]) -> None:
    """Close connections, and wait until the server has seen it."""
    for each in held:
        each.close()
    latest = time.monotonic() + 120
    while time.monotonic() < latest:
        with suppress(OSError):
            if server.ask("GET", "/healthz").status == 200:
                return
        time.sleep(0.5)
    pytest.fail("the server does not answer")


def _has_ended(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_one_client_leaves_connections_to_others(server: Server) -> None:
    """Those above its share are told that the server is busy, and soon they are closed at once."""
    held = [_open(server) for _ in range(MOST_EACH + 20)]
    began = time.monotonic()
    told = server.ask("GET", "/healthz").status
    late = time.monotonic() - began > WAITED / 2  # the silent ones may be gone by then
    held += [_open(server) for _ in range(MOST_TOLD - MOST_EACH + 60)]
    while sum(map(_has_ended, held)) < 60 and time.monotonic() - began < 60:
        time.sleep(0.5)
    ended = sum(map(_has_ended, held))
    _end(server, held)
    assert told == 503 or late
    assert ended >= 60


STREAMS = ["/gradio_api/heartbeat/{n}", "/gradio_api/queue/data?session_hash={n}"]


def test_streams_held_open_do_not_stop_others(server: Server) -> None:
    """As many as one client may have; a question is answered beside them, and they end with the client."""
    held = []
    for number in range(150):
        path = STREAMS[number % 2].format(n=number)
        held.append(_open(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()))
    reply = server.post("/gradio_api/call/ask", {"data": ["甲市有多少家智能工厂？", 1, [], []]})
    assert reply.status == 200
    _end(server, held)


BAD = [
    {"data": [], "session_hash": "x" * 65},
    {"data": [], "session_hash": ["x"]},
    {"data": [], "event_id": "x" * 10_000},
    {"data": [], "fn_name": "__init__" * 9},
    [1],
    "text",
    None,
]


@pytest.mark.parametrize("path", ["queue/join", "component_server", "call/ask", "run/ask", "cancel", "reset"])
@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_nothing_is_kept_by_long_names(server: Server, path: str, body: Any) -> None:
    """Gradio keeps visitors and events by the names that they give: megabytes each, 10,000 of them."""
    assert server.post(f"/gradio_api/{path}", body).status == 400


MISUSED = [
    ("POST", "call/v2/ask", {}),
    ("POST", "call/v2/get_document", {"document_id": 1}),
    ("POST", "call/nothing", {"data": []}),
    ("POST", "run/ask", {"data": [], "fn_index": -1}),
    ("POST", "queue/join", {"data": [], "fn_index": 10**6, "session_hash": "x"}),
    (
        "POST",
        "component_server/",
        {"session_hash": "x", "component_id": 10**6, "fn_name": "ask_question", "data": {}},
    ),
    ("POST", "component_server/", {"session_hash": "x"}),
    ("POST", "upload", {}),
    ("POST", "reset", {}),
    ("GET", "call/ask/0", None),
    ("GET", "call/v2/ask", None),
    ("GET", "queue/data?session_hash=nobody", None),
    ("GET", "upload_progress?upload_id=0", None),
]


@pytest.mark.parametrize(("method", "path", "body"), MISUSED, ids=range(len(MISUSED)))
def test_misuse_is_answered_to_the_end(server: Server, method: str, path: str, body: Any) -> None:
    """Unknown functions, parts, events: a status and a whole answer, and no stream that breaks off."""
    data = None if body is None else json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        head = f"{method} /gradio_api/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(data or b'')}\r\n\r\n"
        connection.sendall(head.encode() + (data or b""))
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    answer = b"".join(parts)
    assert b"Internal Server Error" not in answer.split(b"\r\n\r\n", 1)[1]
    assert b"Traceback" not in answer
    if b"chunked" in answer.split(b"\r\n\r\n")[0].lower():
        assert answer.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("part", [10**6, -1, None, "1", True, [1], 1.0, 2, {}])
def test_a_part_without_functions_is_a_wrong_question(server: Server, part: Any) -> None:
    """It is said to be wrong, not that the server broke."""
    body = {"session_hash": "x", "component_id": part, "fn_name": "ask_question", "data": {}}
    assert server.post("/gradio_api/component_server/", body).status == 400


def test_what_was_asked_wrongly_is_not_printed(server: Server) -> None:
    """Too few values, values of another kind, by programs and by agents: the server's output names none."""
    secret = "无人可知的问题"
    for data in ([secret], [secret, secret, secret, secret], [secret, {}, 1, 2, 3], {"question": secret}):
        begun = server.post("/gradio_api/call/ask", {"data": data})
        if begun.status == 200:
            event = json.loads(begun.body)["event_id"]
            server.ask("GET", f"/gradio_api/call/ask/{event}")
    for params in (secret, [secret], {"name": secret, "arguments": secret}, {"uri": secret}):
        for method in ("\ud800", "tools/call", "resources/read", secret):
            _of_agent(server, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    time.sleep(1)
    said = server.said()
    assert secret not in said
    assert json.dumps(secret) not in said
    assert "Traceback" not in said


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write("甲市有99家智能工厂。".encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _dependency_with_files(server: Server) -> dict[str, Any]:
    config = json.loads(server.ask("GET", "/config").body)
    files = {each["id"] for each in config["components"] if each["type"] == "file"}
    return next(each for each in config["dependencies"] if files & set(each["inputs"]))


PLACES = [
    "http://127.0.0.1:{port}/a.txt",
    "http://papers.example/a.txt",
    "/etc/hostname",
    "{index}/CURRENT",
    "a/../..",
]


def test_only_what_was_uploaded_is_added(server: Server) -> None:
    """A file that is named by an address or a path: nothing is fetched, nothing of the machine is read."""
    elsewhere = http.server.HTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    before = (server.index / "CURRENT").read_text()
    dependency = _dependency_with_files(server)
    for place in PLACES:
        place = place.format(port=elsewhere.server_port, index=server.index)
        file = {"path": place, "url": place, "meta": {"_type": "gradio.FileData"}, "orig_name": "a.txt"}
        for files in ([file], file, [place]):
            event = {"data": [files, '{"visitor": "x", "language": "zh"}'], "fn_index": dependency["id"]}
            server.post("/gradio_api/queue/join", {**event, "session_hash": "elsewhere"})
    time.sleep(3)  # for all of them at once
    elsewhere.shutdown()
    assert _Elsewhere.asked == 0
    assert (server.index / "CURRENT").read_text() == before


def _uploaded(server: Server, name: str, data: bytes) -> str:
    head = f'--x\r\ncontent-disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    headers = {"content-type": "multipart/form-data; boundary=x"}
    reply = server.ask("POST", "/gradio_api/upload", headers, head + data + b"\r\n--x--\r\n")
    assert reply.status == 200, reply.text
    return str(json.loads(reply.body)[0])


def _status_of_upload(server: Server, size: int, user: str, address: str, chunked: bool = False) -> int:
    login = b64encode(f"{user}:secret".encode()).decode()
    head = b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    body = head + b"1" * size + b"\r\n--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x", "authorization": f"Basic {login}"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, 60, source_address=(address, 0))
    try:
        sent = iter([body[:1000], body[1000:]]) if chunked else body
        connection.request("POST", "/gradio_api/upload", sent, headers, encode_chunked=chunked)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="every address of 127.0.0.0/8 is this machine's")
def test_an_upload_beyond_the_quota_is_refused(small_index: Path, tmp_path: Path) -> None:
    """A user has one quota at all addresses, with and without a declared length; others have their own."""
    shutil.copytree(small_index, tmp_path / "index")
    logins = "\n".join(f"{user}:secret" for user in "abcdef")
    server = Server(tmp_path / "index", environment={"BRIEFQA_AUTH": logins, "BRIEFQA_UPLOAD_MB": "1"})
    try:
        assert _status_of_upload(server, 600_000, "a", "127.0.0.1") == 200
        assert _status_of_upload(server, 600_000, "a", "127.0.0.1") == 413
        assert _status_of_upload(server, 600_000, "a", "127.0.0.2") == 413
        assert _status_of_upload(server, 600_000, "a", "127.0.0.2", chunked=True) == 413
        assert [_status_of_upload(server, 900_000, user, "127.0.0.1") for user in "bcd"] == [200] * 3
        assert _status_of_upload(server, 900_000, "e", "127.0.0.1") == 413  # all together have four times one
    finally:
        server.stop()


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "a.txt", "a.pdf", "a.xhtml", "a.mht"])
def test_an_uploaded_file_is_not_a_page(server: Server, name: str) -> None:
    """It comes as a file to keep, of no kind, and could run nothing even if it were shown."""
    path = _uploaded(server, name, b"<script>alert(1)</script>")
    reply = server.ask("GET", f"/gradio_api/file={path}")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"] == "attachment"
    assert "sandbox" in reply.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name",
    [
        "../../a.txt",
        "/etc/a.txt",
        "..\\\\..\\\\a.txt",
        "a\x00b.txt",
        "CON.txt",
        "é" * 300 + ".txt",
        ".txt",
        " ",
    ],
)
def test_an_uploaded_name_leads_nowhere(server: Server, name: str) -> None:
    """Climbing, absolute, too long, reserved: a name below the folder for uploads, or a refusal."""
    head = f'--x\r\ncontent-disposition: form-data; name="files"; filename="{name}"\r\n\r\nx\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    reply = server.ask("POST", "/gradio_api/upload", headers, head.encode())
    if reply.status == 200:
        path = Path(json.loads(reply.body)[0])
        assert path.parent.parent.name == "gradio"
        assert ".." not in path.parts
    assert str(Path.cwd()) not in reply.text
    assert server.ask("GET", "/healthz").status == 200


RANGES = [
    "bytes=0-0",
    "bytes=-1",
    "bytes=5-1",
    "bytes=0-99999999999999999999",
    "bytes=" + "0-1," * 5_000,
    "lines=1",
    "bytes=0-" * 9,
]


@pytest.mark.parametrize("given", RANGES, ids=range(len(RANGES)))
def test_ranges_cost_no_more_than_the_file(server: Server, given: str) -> None:
    """Of an uploaded file: a part, all of it, or a refusal; never more than it has."""
    path = _uploaded(server, "a.txt", b"0123456789" * 100)
    reply = server.ask("GET", f"/gradio_api/file={path}", {"range": given})
    assert reply.status in (200, 206, 400, 416)
    assert len(reply.body) < 3_000


def _of_agent(server: Server, body: Any, **headers: str) -> Reply:
    accepted = {"accept": "application/json, text/event-stream", **headers}
    return server.post("/gradio_api/mcp/", body, accepted)


AGENTS = [
    [],
    [{"jsonrpc": "2.0", "id": n, "method": "tools/list"} for n in range(500)],
    {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "__class__", "arguments": {}}},
    {
        "jsonrpc": "2.0",
        "id": "x" * 10_000,
        "method": "resources/read",
        "params": {"uri": "file:///etc/passwd"},
    },
    {"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": {"name": "../x"}},
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"k": 10**30}},
    },
    {"jsonrpc": "1.0"},
    {"jsonrpc": "2.0", "id": "\ud800", "method": "tools/list"},
    {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "\udfff", "arguments": {}}},
]


@pytest.mark.parametrize("body", AGENTS, ids=range(len(AGENTS)))
def test_agents_get_their_tools_and_no_more(server: Server, body: Any) -> None:
    """No files, no other names, no traces; and no other site may be an agent."""
    reply = _of_agent(server, body)
    for secret in ("Traceback", "site-packages", "root:", str(server.index)):
        assert secret not in reply.text
    assert _of_agent(server, body, origin="http://evil.example").status == 403
    assert _of_agent(server, body, host="evil.example").status == 421
    assert server.ask("GET", "/healthz").status == 200


# -- the parts by themselves ---------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=60))
def test_no_more_are_under_way_than_may_be(steps: list[tuple[bool, str]]) -> None:
    """Each client has its share and all have one; what ends makes room."""
    at_once, held = AtOnce(2, 4), dict.fromkeys("abc", 0)
    for begins, client in steps:
        if begins:
            may = held[client] < 2 and sum(held.values()) < 4
            assert at_once.enter(client) == may
            held[client] += may
        elif held[client]:
            at_once.leave(client)
            held[client] -= 1


def test_a_slow_body_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a byte comes, all of a question must have come within its time."""
    monkeypatch.setattr(bodies, "_IN_ALL", 0.2)
    told: list[str] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def refuse(why: str) -> None:
        told.append(why)

    body = BoundedBody(receive, 10**6, lambda size: None, refuse)
    assert run_apart(body.read()) is None
    assert told == [bodies.TOO_SLOW]


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_what_is_no_object_is_no_question(body: bytes) -> None:
    """Nothing is raised, whatever the bytes are."""
    assert not is_question(body) or isinstance(json.loads(body), dict)


@given(st.text(st.characters()) | st.binary())
def test_halves_of_characters_are_no_text(given: str | bytes) -> None:
    """What cannot be said again is refused; what is no JSON at all is for others to tell."""
    if isinstance(given, bytes):
        assert isinstance(is_text(given), bool)
        return
    whole = not any("\ud800" <= each <= "\udfff" for each in given)
    assert is_text(json.dumps({"a": [given]}).encode()) == whole


def test_few_visitors_are_kept() -> None:
    """Gradio's own holder keeps 10,000 copies of the page's parts, made for every question of a program."""
    assert issubclass(gradio_bounds.FewVisitors, StateHolder)
    import gradio as gr

    with gr.Blocks() as app:
        gr.HTML("x")
    holder = gradio_bounds.FewVisitors()
    holder.set_blocks(app)
    for number in range(gradio_bounds.KEPT + 50):
        assert holder[str(number)] is not None
    assert len(holder.session_data) == gradio_bounds.KEPT


Visits = Callable[[str], Awaitable[None]]


def _gate(health: Callable[[], str], told: list[tuple[str, int]]) -> Visits:
    """What visits a gate with that health and keeps each path with the status that it was answered with."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    guarded = Gate(Hosts("127.0.0.1", []), Accounts([]), health=health).around(served)

    async def visit(path: str) -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                told.append((path, message["status"]))

        headers = [(b"host", b"127.0.0.1")]
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": headers,
            "client": ("127.0.0.1", 1),
        }
        await guarded({**scope, "server": ("127.0.0.1", 80)}, asyncio.Queue().get, send)

    return visit


def test_a_look_at_a_slow_disk_keeps_nobody_waiting() -> None:
    """While it is being found out how the server stands, others are answered."""
    found_out, told = threading.Event(), list[tuple[str, int]]()
    visit = _gate(lambda: "ok" if found_out.wait(60) else "failed", told)

    async def both() -> None:
        first = asyncio.ensure_future(visit("/healthz"))
        await asyncio.sleep(0)
        await visit("/robots.txt")
        found_out.set()
        await first

    run_apart(both())
    assert told == [("/robots.txt", 200), ("/healthz", 200)]


def test_looks_at_a_disk_that_hangs_do_not_pile_up() -> None:
    """Those who ask while a look goes on are answered by it, also when the first one goes away."""
    go_on, told, looks = threading.Event(), list[tuple[str, int]](), list[int]()

    def health() -> str:
        looks.append(1)
        return "ok" if go_on.wait(60) else "failed"

    visit = _gate(health, told)

    async def all_of_them() -> None:
        asked = [asyncio.ensure_future(visit("/healthz")) for _ in range(20)]
        while not looks:
            await asyncio.sleep(0.01)
        asked[0].cancel()
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(*asked[1:])
        assert len(looks) == 1
        await visit("/healthz")

    run_apart(all_of_them())
    assert told == [("/healthz", 200)] * 20
    assert len(looks) == 2
