"""A scripted list of attacks against the real server: each is refused, and nothing is told or written."""

import base64
import hashlib
import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from servers import Reply, Server

LOGIN = {"authorization": "Basic " + base64.b64encode(b"user:secret").decode()}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def server(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a login, agents' tools and a log."""
    index = tmp_path_factory.mktemp("attacked") / "index"
    shutil.copytree(small_index, index)
    running = Server(index, "--mcp", "--log", "--auth", "user:secret", "--allow-host", "papers.example")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def read_only(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Server]]:
    """Gives a server that may not write, without a login; another one when that was stopped."""
    index = tmp_path_factory.mktemp("read-only") / "index"
    shutil.copytree(small_index, index)
    started: list[Server] = []

    def running() -> Server:
        if not started or started[-1].process.poll() is not None:
            started.append(Server(index, "--read-only", anew=True))
        return started[-1]

    yield running
    if started and started[-1].process.poll() is None:
        started[-1].stop()


FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1.evil.example",
    "localhost.evil.example:{port}",
    "user@127.0.0.1",
    "127.0.0.1/@evil.example",
    "169.254.169.254",
    "192.168.0.7",
    "[::ffff:7f00:1]",
    "papers.example.evil",
    "2130706433",
    "xn--localhost-9za",
    ":{port}",
    "",
]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused(server: Server, host: str) -> None:
    """DNS rebinding: a name that is not this server's, with or without the right login."""
    for name in ("host", "x-forwarded-host"):
        if name == "x-forwarded-host" and not host:
            continue
        reply = server.ask("GET", "/config", LOGIN | {name: host.format(port=server.port)})
        assert reply.status in (421, 400)
        assert "components" not in reply.text


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:{port}", "[::1]", "PAPERS.example", "papers.example:443"]
)
def test_its_own_names_are_answered(server: Server, host: str) -> None:
    """Loopback names and the one that was allowed."""
    assert server.ask("GET", "/config", LOGIN | {"host": host.format(port=server.port)}).status == 200


FOREIGN_ORIGINS = [
    "http://evil.example",
    "null",
    "http://127.0.0.1:1",
    "http://localhost:{port}",  # another name than the one that is asked
    "http://127.0.0.1.evil.example:{port}",
    "file://",
    "http://127.0.0.1:{port}@evil.example",
    "chrome-extension://abcdef",
    "",
    "http://[",
]


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_foreign_origin_is_refused(server: Server, method: str, origin: str) -> None:
    """Pages of other sites: no reading, no changing, no preflight, and no CORS header in any answer."""
    headers = LOGIN | {"origin": origin.format(port=server.port), "access-control-request-method": "POST"}
    path = "/gradio_api/call/ask" if method == "POST" else "/config"
    reply = server.ask(method, path, headers | {"content-type": "application/json"}, b"{}")
    assert reply.status == 403
    assert not any(name.startswith("access-control") for name in reply.headers)


def test_the_page_itself_may_ask(server: Server) -> None:
    """Its own origin is let in, and still no other site is told that it may read."""
    origin = f"http://127.0.0.1:{server.port}"
    reply = server.ask("GET", "/config", LOGIN | {"origin": origin, "sec-fetch-site": "same-origin"})
    assert reply.status == 200
    assert not any(name.startswith("access-control") for name in reply.headers)


@pytest.mark.parametrize(
    ("method", "fetch"),
    [
        (
            "POST",
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
        ),
        ("POST", {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}),
    ],
)
def test_what_a_browser_calls_cross_site_is_refused(
    server: Server, method: str, fetch: dict[str, str]
) -> None:
    """Forms, images, scripts and frames of other sites, although they send no origin."""
    assert (
        server.ask(method, "/gradio_api/call/ask" if method == "POST" else "/", LOGIN | fetch).status == 403
    )


BEHIND_LOGIN = [
    ("GET", "/config"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/openapi.json"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/user"),
    ("GET", "/theme.css"),
    ("GET", "/static/img/logo.svg"),
    ("GET", "/assets/index.js"),
    ("GET", "/svelte/svelte.js"),
    ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("GET", "/gradio_api/queue/status"),
    ("GET", "/gradio_api/heartbeat/x"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("GET", "/gradio_api/mcp/schema"),
    ("GET", "/gradio_api/mcp/sse"),
    ("GET", "/gradio_api/mcp/"),
    ("POST", "/gradio_api/mcp/"),
    ("POST", "/gradio_api/mcp/messages/"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/call/ask"),
    ("POST", "/gradio_api/run/ask"),
    ("POST", "/gradio_api/api/get_document"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/cancel"),
]


@pytest.mark.parametrize(("method", "path"), BEHIND_LOGIN)
def test_everything_lies_behind_the_login(server: Server, method: str, path: str) -> None:
    """Pages, schema, queue, files, agents' tools, and Gradio's own files too."""
    for headers in ({}, {"cookie": "briefqa-session=guessed"}, {"cookie": "access-token=x; \x80"}):
        reply = server.ask(method, path, headers | {"content-type": "application/json"}, b"{}")
        assert reply.status == 401
        assert "components" not in reply.text


NOT_THERE = [
    "/gradio_api/proxy=http://169.254.169.254/",
    "/gradio_api/file=http://169.254.169.254/",
    "/gradio_api/file=file:///etc/passwd",
    "/gradio_api/token",
    "/gradio_api/dev/reload",
    "/gradio_api/deep_link?session_hash=x",
    "/gradio_api/vibe-code",
    "/gradio_api/runs",
    "/gradio_api/run-history/buckets",
    "/gradio_api/stream/x/y/1/playlist.m3u8",
    "/gradio_api/custom_component/x/client/component/index.js",
    "/gradio_api/profiling/traces",
    "/monitoring",
    "/monitoring/summary",
    "/manifest.json",
    "/docs",
    "/openapi.json",
    "/assets/../../../../etc/passwd",
    "/assets/..%2f..%2f..%2fetc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%5c..%5cetc/passwd",
    "/gradio_api/file=../../etc/passwd",
    "/gradio_api/file=/tmp/%00/etc/passwd",
    "//etc/passwd",
    "/index/CURRENT",
    "/.git/config",
]


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_the_page_does_not_need_is_not_there(server: Server, path: str) -> None:
    """Proxies, editors, monitoring, tokens, paths that climb: not found, logged in or not."""
    assert server.ask("GET", path, LOGIN).status == 404
    assert server.ask("POST", path, LOGIN, b"{}").status == 404


@pytest.mark.parametrize("path", ["/etc/passwd", "{index}/CURRENT", "{index}/builds", "src/briefqa/index.py"])
def test_no_file_of_the_machine_is_served(server: Server, path: str) -> None:
    """Neither the index nor anything beside it; only what was uploaded or exported."""
    reply = server.ask("GET", "/gradio_api/file=" + path.format(index=server.index), LOGIN)
    assert reply.status in (403, 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "DELETE", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    """The page needs none of them."""
    assert server.ask(method, "/config", LOGIN).status == 404


def _status_of(server: Server, raw: bytes) -> int:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(raw)
        answer = connection.recv(64)
    return int(answer.split()[1]) if answer.startswith(b"HTTP/") else 0


def test_a_large_body_is_refused(server: Server) -> None:
    """Announced or in chunks; and nothing of it is kept."""
    head = "POST /gradio_api/queue/join HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Authorization: {LOGIN['authorization']}\r\n"
    assert _status_of(server, f"{head}Content-Length: 999999999\r\n\r\n".encode()) == 413
    chunk = b"100000\r\n" + b"1" * 0x100000 + b"\r\n"
    assert _status_of(server, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 9) == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /config HTTP/1.1\r\n\r\n",
        b"GET /config HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/config HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /config HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Length: 3\r\n\r\nabc",
        b"GET /gradio_api/queue/join HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Version: 13\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
    ],
    ids=["no host", "two hosts", "absolute", "two lengths", "websocket", "no http"],
)
def test_a_malformed_request_gets_nothing(server: Server, raw: bytes) -> None:
    """Refused before anything reads it."""
    assert _status_of(server, raw) in (0, 400, 401, 403, 404, 421)


STRANGE = [
    b"",
    b"null",
    b"[]",
    b'{"data": null}',
    b"[" * 100_000,
    b'{"data":' * 5_000 + b"1",
    b'{"data": ["\\ud800", 5, [], []]}',
    b'{"data": [{"a": 1}, "x", 3, 4, 5, 6]}',
    b'{"data": ["x", ' + b"9" * 5_000 + b", [], []]}",
    b'{"data": ["x", 1e999, [], []]}',
    b'{"data": ["x", 5, [], []], "fn_index": -1, "session_hash": "x"}',
    b'{"data": ["x", 5, [], []], "fn_index": 99999, "session_hash": "x"}',
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("body", STRANGE, ids=range(len(STRANGE)))
@pytest.mark.parametrize("path", ["/gradio_api/call/ask", "/gradio_api/queue/join", "/gradio_api/run/ask"])
def test_strange_json_tells_nothing(server: Server, path: str, body: bytes) -> None:
    """Whatever is posted: an answer, without paths and traces, and the server goes on."""
    reply = server.ask("POST", path, LOGIN | {"content-type": "application/json"}, body)
    for secret in ("Traceback", "site-packages", str(server.index), "/src/briefqa"):
        assert secret not in reply.text
    assert server.ask("GET", "/healthz").status == 200


def _begun(server: Server, endpoint: str, data: list[object], headers: dict[str, str]) -> str:
    reply = server.post(f"/gradio_api/call/{endpoint}", {"data": data}, headers)
    return str(json.loads(reply.body)["event_id"])


def _ended(server: Server, endpoint: str, event: str, headers: dict[str, str]) -> str:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        lines = [f"GET /gradio_api/call/{endpoint}/{event} HTTP/1.0", "Host: localhost"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts).decode()


def _answer(server: Server, endpoint: str, data: list[object], headers: dict[str, str]) -> str:
    return _ended(server, endpoint, _begun(server, endpoint, data, headers), headers)


@pytest.mark.parametrize(
    ("endpoint", "data"),
    [
        ("get_document", ["../../etc/passwd", 0, 10]),
        ("get_document", ["no such", 0, 10]),
        ("ask", ["智能工厂", 5, [], ["no such"]]),
        ("ask", ["智能工厂", 10**30, [], []]),
        ("ask", ["", 5, [], []]),
        ("ask", ["长" * 2_001, 5, [], []]),
        ("search", ["智能工厂", -1, []]),
        ("search", ["智能工厂", "x", []]),
    ],
)
def test_errors_tell_no_paths(server: Server, endpoint: str, data: list[object]) -> None:
    """One sentence, that would be the same on any other machine."""
    told = _answer(server, endpoint, data, LOGIN)
    assert "event: error" in told
    assert str(server.index.parent) not in told
    assert "/tmp" not in told


def test_a_login_has_a_strict_cookie(server: Server) -> None:
    """Not for scripts, not for other sites; it opens everything, and logging out closes it."""
    reply = server.ask("POST", "/login", FORM, b"username=user&password=secret")
    assert reply.status == 200
    cookie = reply.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    session = {"cookie": cookie.split(";")[0]}
    assert server.ask("GET", "/config", session).status == 200
    assert "set-cookie" not in server.ask("GET", "/logout").headers  # a link of another site
    assert server.ask("GET", "/config", session).status == 200
    assert server.ask("GET", "/logout", session).status == 303
    assert server.ask("GET", "/config", session).status == 401


def test_the_login_page_runs_nothing(server: Server) -> None:
    """It stands in place of the page, has a policy without scripts, and shows nothing that was posted."""
    page = server.ask("GET", "/")
    assert 'type="password"' in page.text
    assert "gradio" not in page.text
    headers = FORM | {"accept": "text/html"}
    reply = server.ask("POST", "/login", headers, b"username=<script>alert(1)</script>&password=x")
    assert reply.status == 401
    assert "<script" not in reply.text
    assert "script-src" not in reply.headers["content-security-policy"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]


HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/", "/config", "/no/such", "/healthz", "/gradio_api/info", "/static/img/logo.svg"]
)
def test_every_answer_has_the_security_headers(server: Server, path: str) -> None:
    """Refusals too; the page runs no script but its own, and nothing is kept by caches but Gradio's files."""
    for headers in (LOGIN, {}):
        reply = server.ask("GET", path, headers)
        assert HEADERS.items() <= reply.headers.items()
        policy = dict(
            each.strip().partition(" ")[::2] for each in reply.headers["content-security-policy"].split(";")
        )
        scripts = policy.get("script-src", policy["default-src"])
        assert "unsafe-inline" not in scripts
        assert policy["frame-ancestors"] == "'none'"
        assert reply.headers.get("cache-control") == "no-store" or path.startswith("/static")


def test_the_log_has_no_questions(server: Server) -> None:
    """Method, path, status, time and client; no query, no text, no file name, no password."""
    _answer(server, "ask", ["绝密问题是什么？", 5, [], []], LOGIN)
    server.ask("GET", "/?q=" + quote("绝密问题"), LOGIN)
    server.ask("GET", "/gradio_api/file=/secret-name.txt", LOGIN)
    said = server.said()
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert {"time", "method", "path", "status", "ms", "client"} == set().union(*lines)
    for secret in ("绝密", quote("绝密"), "secret-name", "secret\n", "c2VjcmV0", LOGIN["authorization"][6:]):
        assert secret not in said


def test_questions_are_logged_when_asked_for(small_index: Path, tmp_path: Path) -> None:
    """By the page, programs and searches; by nothing but --log-questions."""
    shutil.copytree(small_index, tmp_path / "index")
    for option, wanted in (("--log", []), ("--log-questions", ["页面上问？", "程序问？", "检索词"])):
        server = Server(tmp_path / "index", option)
        try:
            _called(server, "ask_question", {**VISITOR, "question": "页面上问？"})
            _answer(server, "ask", ["程序问？", 5, [], []], {})
            _answer(server, "search", ["检索词", 5, []], {})
        finally:
            server.stop()
        said = Path(server.log.name).read_text("utf-8")
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        assert [each["question"] for each in lines if "question" in each] == wanted
        assert wanted or not any(each in said for each in ("页面上问", "程序问", "检索词"))


def _digest(folder: Path) -> str:
    """Of names, contents and times: what is written again as it was is written too."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(f"{path} {path.stat().st_mtime_ns} ".encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _functions(server: Server) -> dict[str, int]:
    """The functions that the page's script can call → the part of the page that they belong to."""
    parts = json.loads(server.ask("GET", "/config").body)["components"]
    return {name: each["id"] for each in parts for name in each["props"].get("server_fns") or ()}


def _called(server: Server, name: str, data: dict[str, object]) -> Reply:
    body = {"session_hash": "s", "component_id": _functions(server)[name], "fn_name": name, "data": data}
    return server.post("/gradio_api/component_server/", body)


VISITOR = {"language": "zh", "visitor": "x"}
# Every call of the page by which something is written, and whether it is one that waits for its turn.
WRITING: dict[str, tuple[str, dict[str, object], bool]] = {
    "a verdict": ("keep_rating", {}, False),
    "a removal": ("change_documents", {"what": "remove", "doc": "乙.md"}, True),
    "a rollback": ("change_documents", {"what": "rollback"}, True),
    "a rebuild": ("change_documents", {"what": "rebuild"}, True),
    "a cancellation": ("change_documents", {"what": "cancel", "job": "x"}, False),
    "a dismissal": ("change_documents", {"what": "dismiss", "job": "x"}, False),
}


def _rated(server: Server) -> dict[str, object]:
    answer = json.loads(_data_of(_answer(server, "ask", ["甲市有多少家智能工厂？", 5, [], []], {})))[0]
    build = (server.index / "CURRENT").read_text().strip()
    turn = {"question": "甲市有多少家智能工厂？", "state": "done", "answer": answer, "build": build}
    return {"turn": {**turn, "rating": "up"}, "quote": ""}


def _write(server: Server, what: str) -> dict[str, object]:
    name, data, _ = WRITING[what]
    told = {**VISITOR, **data, **(_rated(server) if name == "keep_rating" else {})}
    reply = _called(server, name, told)
    assert reply.status == 200, reply.text
    return dict(json.loads(reply.body))


def _wait_for_jobs(server: Server) -> None:
    latest = time.monotonic() + 120
    while json.loads(_called(server, "follow_job", VISITOR).body).get("running"):
        assert time.monotonic() < latest
        time.sleep(0.2)


@pytest.mark.parametrize("what", WRITING)
def test_a_read_only_server_writes_nothing(read_only: Callable[[], Server], what: str) -> None:
    """Each call that writes elsewhere is refused with a sentence, and no byte of the folder changes."""
    server = read_only()
    before = _digest(server.index)
    assert "只读" in str(_write(server, what).get("error"))
    _wait_for_jobs(server)
    assert _digest(server.index) == before


def test_the_same_calls_write_elsewhere(small_index: Path, tmp_path: Path) -> None:
    """On a server that is not read-only: else the test above says nothing."""
    shutil.copytree(small_index, tmp_path / "index")
    server = Server(tmp_path / "index")
    try:
        for what, (_, _, waits) in WRITING.items():
            before = _digest(server.index)
            told = _write(server, what)
            _wait_for_jobs(server)
            if waits or what == "a verdict":
                assert "error" not in told, told
                assert _digest(server.index) != before, what
    finally:
        server.stop()


def test_a_read_only_server_has_no_other_way_to_write(read_only: Callable[[], Server]) -> None:
    """Every function of the page is known here; uploads are refused; no event takes a file."""
    server = read_only()
    reading = {"page_parts", "ask_question", "draw_turns", "open_place", "find_documents", "write_export"}
    reading |= {"library_parts", "list_documents", "follow_job"}
    assert set(_functions(server)) == reading | {name for name, _, _ in WRITING.values()}
    before = _digest(server.index)
    boundary = {"content-type": "multipart/form-data; boundary=x"}
    body = b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\nx\r\n--x--\r\n'
    assert server.ask("POST", "/gradio_api/upload", boundary, body).status == 403
    config = json.loads(server.ask("GET", "/config").body)
    files = {each["id"] for each in config["components"] if each["type"] == "file"}
    assert not [each for each in config["dependencies"] if files & set(each["inputs"])]
    for name in reading:
        _called(server, name, {**VISITOR, **_rated(server), "doc": "乙.md", "turns": []})
    assert _digest(server.index) == before


def _data_of(stream: str) -> str:
    return next(line[6:] for line in stream.splitlines() if line.startswith("data: ["))


def test_a_stop_lets_answers_come(read_only: Callable[[], Server]) -> None:
    """SIGTERM while people wait: their answers come, then it ends with 0."""
    running = read_only()
    questions = ["甲市有多少家智能工厂？" * (number + 20) for number in range(6)]
    events = [_begun(running, "ask", [each, 5, [], []], {}) for each in questions]
    with ThreadPoolExecutor(len(events)) as threads:
        asked = [threads.submit(_ended, running, "ask", each, {}) for each in events]
        code = running.stop()
        answers = [each.result() for each in asked]
    assert code == 0
    assert all("event: complete" in each for each in answers)


def test_guessing_a_password_is_slowed(small_index: Path, tmp_path: Path) -> None:
    """After some failures even the right one has to wait; naming other addresses does not help."""
    shutil.copytree(small_index, tmp_path / "index")
    running = Server(tmp_path / "index", "--auth", "user:secret")

    def attempt(n: int, password: str) -> Reply:
        headers = FORM | {"x-forwarded-for": f"203.0.113.{n}" if n % 2 else "127.0.0.1"}
        return running.ask("POST", "/login", headers, f"username=user&password={password}".encode())

    try:
        statuses = [attempt(n, f"guess{n}").status for n in range(12)]
        assert statuses[:5] == [401] * 5
        assert set(statuses[6:]) == {429}
        assert attempt(98, "secret").status == 429
        assert attempt(99, "secret").status == 429
        assert running.ask("GET", "/config", LOGIN).status == 401
        assert running.ask("GET", "/healthz").status == 200
    finally:
        running.stop()
