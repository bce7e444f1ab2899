"""Nothing calls home: build, ask, serve and draw where there is only loopback, and whoever tries is counted.

    python benchmarks/measure/offline.py

In a network namespace without any interface but loopback and with a resolver that no way leads to. Counted
are the packets that other interfaces sent, the connections and datagrams that the kernel had no way for (of
any process, native code too), and the addresses that Python looked up or connected to. Writes
results/offline.json; ends with 1 where anything was counted, or where no such namespace can be made.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOBODY = "203.0.113.53"  # of the addresses that are kept for examples

# Put first on the path of every Python process below.
_SPY = """
import os, sys
_SENT = ("socket.connect", "socket.sendto", "socket.sendmsg")
_NAMED = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
def _spy(event, arguments):
    if event in _SENT or event in _NAMED:
        address = arguments[1] if event in _SENT else arguments[0]
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(host, bytes): host = host.decode()
        if isinstance(host, str) and not host.startswith(("127.", "::1", "localhost", "/", "0.0.0.0")):
            with open(os.environ["SPY_LOG"], "a") as log: log.write(f"{event} {host}\\n")
sys.addaudithook(_spy)
"""
# What briefqa has to set by itself, and what tells a library that it is only being tested.
_LEFT_TO_BRIEFQA = ("HF_", "GRADIO_", "TRANSFORMERS_", "ORT_", "DO_NOT_TRACK", "DISABLE_TELEMETRY")
_LEFT_TO_BRIEFQA += ("PYTEST", "CI", "GITHUB_", "TF_BUILD", "BUILD_", "JENKINS")
_QUESTION = "甲市有多少家智能工厂？"


def namespace() -> list[str]:
    """The command that runs another in a network namespace of its own; [] where that is refused."""
    for command in (["unshare", "-rnm"], ["unshare", "-nm"]):
        if not shutil.which(command[0]):
            return []
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return []


def enter(room: Path) -> None:
    """In a new namespace: bring loopback up, and have look-ups go where no way leads."""
    with socket.socket() as any_socket:  # SIOCGIFFLAGS, SIOCSIFFLAGS
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(any_socket, 0x8913, request))[1]
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", flags | 1))
    resolver = room / "resolv.conf"
    resolver.write_text(f"nameserver {NOBODY}\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", str(resolver), "/etc/resolv.conf"], check=True)


def counted() -> dict[str, Any]:
    """What this namespace has tried so far, since it was made."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    sent = {line.split(":")[0].strip(): int(line.split(":")[1].split()[9]) for line in lines}
    others = {name: packets for name, packets in sent.items() if name != "lo"}
    names, values = (line.split() for line in _lines("/proc/net/snmp") if line.startswith("Ip:"))
    refused = int(dict(zip(names, values, strict=True))["OutNoRoutes"])
    refused += sum(int(line.split()[1]) for line in _lines("/proc/net/snmp6") if "Ip6OutNoRoutes" in line)
    return {"other interfaces": len(others), "packets out": sum(others.values()), "refused tries": refused}


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def use(room: Path, model: str) -> None:
    """Use briefqa as people do: from the command line, from Python, by the page and its functions."""
    run = [sys.executable, "-m", "briefqa"]
    index = ["--index", str(room / "index")]
    other = ["--index", str(room / "other")]
    subprocess.run([*run, "build", str(room / "docs"), *index], check=True)
    told = subprocess.run([*run, "ask", _QUESTION, *index, "--json"], check=True, capture_output=True)
    assert json.loads(told.stdout)["found"], told.stdout
    server = subprocess.Popen([*run, "serve", "--port", "7871", *index, "--mcp"])
    try:
        _ask_page(server)
        served = time.monotonic()
        if (
            model
        ):  # read by sentence-transformers, which knows Hugging Face's hub; one process imports it once
            both = "import sys; from briefqa.cli import main; i = sys.argv.index('ask'); "
            both += "sys.exit(main(sys.argv[1:i]) or main(sys.argv[i:]))"
            build = ["build", str(room / "docs"), *other, "--model", model]
            subprocess.run(
                [sys.executable, "-c", both, *build, "ask", _QUESTION, *other],
                check=True,
                capture_output=True,
            )
        time.sleep(
            max(0.0, served + 20 - time.monotonic())
        )  # whatever a library does a while after the start
    finally:
        server.terminate()
        server.wait(60)
    import briefqa
    from briefqa.ui.source.pdfimage import draw

    with briefqa.open_index(room / "index") as opened:
        assert draw(opened.original("甲.pdf"), 0, 400)


def _ask_page(server: subprocess.Popen[bytes]) -> None:
    address = "http://127.0.0.1:7871"
    for _ in range(600):
        try:
            if urllib.request.urlopen(f"{address}/healthz", timeout=5).status == 200:
                break
        except OSError:
            assert server.poll() is None
        time.sleep(0.2)
    assert b"gradio" in urllib.request.urlopen(f"{address}/").read()
    data = json.dumps({"data": [_QUESTION, 5, [], []]}).encode()
    asked = urllib.request.Request(
        f"{address}/gradio_api/call/ask", data, {"content-type": "application/json"}
    )
    event = json.load(urllib.request.urlopen(asked))["event_id"]
    told = urllib.request.urlopen(f"{address}/gradio_api/call/ask/{event}").read().decode()
    assert "event: complete" in told, told


def run_offline(room: Path, command: list[str], model: str = "") -> dict[str, Any]:
    """Use briefqa in a namespace made by `command`; what was counted, and which addresses were tried."""
    sys.path.insert(0, str(ROOT / "tests"))
    from pdfs import Text, make_pdf

    (room / "docs").mkdir()
    (room / "docs" / "甲.pdf").write_bytes(make_pdf([[Text(72, 100, "甲市有12家智能工厂。")]]))
    (room / "docs" / "乙.md").write_text("# 乙市规划\n\n乙市到2030年建成地铁5条。\n", "utf-8")
    (room / "spy").mkdir()
    (room / "spy" / "sitecustomize.py").write_text(_SPY, "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_TO_BRIEFQA)}
    paths = [str(room / "spy"), str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = kept | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "SPY_LOG": str(room / "spied")}
    inside = [sys.executable, str(Path(__file__)), "--inside", str(room), model]
    done = subprocess.run(
        [*command, *inside], env=environment, capture_output=True, text=True, timeout=500, check=False
    )
    if done.returncode or not (room / "counted.json").is_file():
        raise AssertionError(done.stdout + done.stderr)
    spied = (room / "spied").read_text().splitlines() if (room / "spied").exists() else []
    return {**json.loads((room / "counted.json").read_text()), "addresses": sorted(set(spied))}


def main() -> int:
    if sys.argv[1:2] == ["--inside"]:
        room, model = Path(sys.argv[2]), sys.argv[3]
        enter(room)
        use(room, model)
        (room / "counted.json").write_text(json.dumps(counted()))
        return 0
    from benchmarks.common import write_results

    if not (command := namespace()):
        print("no network namespace can be made here", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, str(ROOT / "tests"))
        from tiny_models import save_tiny_model

        figures = run_offline(Path(folder), command, save_tiny_model(Path(folder) / "model"))
    write_results("offline", "use", figures)
    print(figures)
    return 1 if any(figures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
