"""Requests made from a server's own schemas, most of them wrong: programs, agents, the page's functions.

    python benchmarks/measure/hostile_requests.py [--requests 3000] [--seed 0]

Once with and once without --auth, and a tenth of them without the login where there is one. An answer of 500
and above (but for busy), one that does not come in half a minute, a trace or a path of this machine in it, or
anything but a refusal without the login is a fault. Writes results/hostile_requests.json; ends with 1 where
there was one.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import write_results

import briefqa

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from servers import Server

_PATIENCE = 30.0  # seconds
_BETWEEN = 0.06  # seconds; more than twenty questions a second are not read at all
_LOGIN = "user:a long secret"
_BUSY = (429, 503)
_ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 10**400, 2**63, "", " ", "甲市有多少家工厂？", "年" * 2_001, "\x00", "\ud800",
    "9" * 5_000, "2024年" * 300, "{question}", "%s%n", "<script>", "../../etc/passwd", "file:///etc/passwd",
    "http://127.0.0.1:9/", [], [None], [[[[[]]]]], ["甲.txt"] * 3_000, {}, {"path": "/etc/passwd"},
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, {"__proto__": {}}, "zh", "en",
    "甲.txt", "0-9", "99999999999999999999-1", "docx", "remove", "rollback", "rebuild", "cancel",
)  # fmt: skip
_FIELDS = (
    *("question", "history", "documents", "language", "visitor", "turns", "turn", "at", "doc", "view"),
    *("page", "kind", "what", "wanted", "by", "down", "seen", "chosen", "quote", "id", "ids", "document"),
)
_METHODS = ("tools/list", "tools/call", "resources/read", "prompts/get", "initialize", "ping", "x")


class Attack:
    """One server, what was sent to it and what it answered."""

    def __init__(self, server: Server, chance: random.Random, login: str = "") -> None:
        self.server, self.chance = server, chance
        self.login = {"authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
        self.told: Counter[str] = Counter()
        self.faults: list[str] = []
        self._leak = re.compile(rf"Traceback|site-packages|\.py\b|{re.escape(str(server.index.parent))}")
        self._paths = self._read("/gradio_api/openapi.json")["paths"]
        self._tools = [each["name"] for each in self._read("/gradio_api/mcp/schema")]
        parts = self._read("/config")["components"]
        served = [(each["id"], name) for each in parts for name in _functions(each)]
        self._functions = served or [(1, "ask_question")]

    def _read(self, path: str) -> Any:
        return json.loads(self._sent("GET", path, b"", self.login)[1])

    def _sent(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=_PATIENCE)
        accepted = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
        try:
            connection.request(method, path, body, {**accepted, **headers})
            reply = connection.getresponse()
            return reply.status, reply.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def send(self) -> None:
        """One request of a kind by chance; its answer, and where that is another address, what is there."""
        kinds: tuple[Callable[[], tuple[str, Any]], ...] = (self._of_schema, self._of_agent, self._of_page)
        path, value = self.chance.choice(kinds)()
        stranger = bool(self.login) and self.chance.random() < 0.1
        headers = {} if stranger else self.login
        time.sleep(_BETWEEN)
        said = self._judged("POST", path, self._body(value), headers, stranger)
        if found := re.search(r'"event_id":\s*"(\w+)"', said):
            name = path.rpartition("/")[2]
            self._judged("GET", f"/gradio_api/call/{name}/{found[1]}", b"", headers, stranger)

    def _judged(self, method: str, path: str, body: bytes, headers: dict[str, str], stranger: bool) -> str:
        try:
            status, said = self._sent(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            status, said = 0, ""
            self._fault(f"{type(error).__name__} at {path}", body)
        self.told[str(status)] += 1
        if status >= 500 and status not in _BUSY:
            self._fault(f"{status} at {path}: {said[:200]}", body)
        if leak := self._leak.search(said):
            self._fault(f"{leak.group()} in an answer of {path}: {said[:300]}", body)
        if stranger and status not in (401, *_BUSY):
            self._fault(f"{status} without the login at {path}", body)
        return said

    def _fault(self, what: str, body: bytes) -> None:
        self.faults.append(f"{what} ← {body[:300]!r}")

    def _body(self, value: Any) -> bytes:
        body = json.dumps(value, ensure_ascii=self.chance.random() < 0.5).encode("utf-8", "surrogatepass")
        if self.chance.random() < 0.03:  # cut off, or no JSON at all
            return body[: self.chance.randrange(len(body) + 1)]
        return body

    def _odd(self) -> Any:
        return self.chance.choice(_ODD)

    def _of_schema(self) -> tuple[str, Any]:
        path = self.chance.choice([each for each, ways in self._paths.items() if "post" in ways])
        if self.chance.random() < 0.3:  # the older form, by places
            return path.replace("/v2/", "/"), {"data": [self._odd() for _ in range(self.chance.randrange(6))]}
        names = re.findall(r'"(question|k|history|documents|document_id|start|end)"', json.dumps(self._paths))
        return path, {name: self._odd() for name in set(names) if self.chance.random() < 0.5}

    def _of_agent(self) -> tuple[str, Any]:
        named = self.chance.choice([*self._tools, "__class__", self._odd()])
        wanted = {name: self._odd() for name in _FIELDS if self.chance.random() < 0.2}
        given = {"name": named, "arguments": self.chance.choice([wanted, self._odd()])}
        method = self.chance.choice(_METHODS)
        call = {"jsonrpc": "2.0", "id": self._odd(), "method": method, "params": given}
        return "/gradio_api/mcp/", call if self.chance.random() < 0.8 else {**call, "id": 1}

    def _of_page(self) -> tuple[str, Any]:
        component, name = self.chance.choice(self._functions)
        if self.chance.random() < 0.1:
            component, name = self._odd(), self.chance.choice([name, "__class__", "postprocess"])
        data = {each: self._odd() for each in _FIELDS if self.chance.random() < 0.4}
        given = data if self.chance.random() < 0.9 else self._odd()
        told = {"session_hash": "x", "component_id": component, "fn_name": name, "data": given}
        return "/gradio_api/component_server/", told


def _functions(component: Any) -> Iterator[str]:
    for name in component.get("props", {}).get("server_fns", ()):
        yield str(name)


def _run(requests: int, chance: random.Random, login: str) -> Attack:
    with tempfile.TemporaryDirectory(prefix="attacked-") as name:
        papers = Path(name) / "papers"
        papers.mkdir()
        for place in "甲乙":
            text = f"{place}市工业\n\n{place}市有12家智能工厂。\n"
            (papers / f"{place}.txt").write_text(text, "utf-8")
        index = Path(name) / "index"
        briefqa.build_index(papers, index)
        server = Server(index, "--mcp", *(["--auth", login] if login else []))
        try:
            attack = Attack(server, chance, login)
            for _ in range(requests):
                attack.send()
            if (status := server.ask("GET", "/healthz").status) != 200:
                attack.faults.append(f"{status}: it is not well afterwards")
            if trace := re.search(r"Traceback[\s\S]{0,4000}", server.said()):
                attack.faults.append(f"a trace in its log: {trace.group()}")
        finally:
            server.stop()
    return attack


def main() -> int:
    """Attack both servers; 1 where there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    figures: dict[str, Any] = {"seed": options.seed}
    faults = 0
    for kind, login in (("open", ""), ("with --auth", _LOGIN)):
        attack = _run(options.requests // 2, random.Random(options.seed), login)
        for each in attack.faults[:40]:
            print(f"{kind}: {each}", file=sys.stderr)
        faults += len(attack.faults)
        figures[kind] = {"answers": dict(sorted(attack.told.items())), "faults": len(attack.faults)}
    write_results("hostile_requests", "requests", figures)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
