"""Nothing calls home: build, serve, ask and draw where there is only loopback, and nobody even tries."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pdfs import Text, make_pdf

ROOT = Path(__file__).parents[1]

# Put first on the path of every Python process below: notes each address that is looked up or connected to.
SPY = """
import os, sys
def _spy(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        address = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(host, bytes): host = host.decode()
        if isinstance(host, str) and not host.startswith(("127.", "::1", "localhost", "/", "0.0.0.0")):
            with open(os.environ["SPY_LOG"], "a") as log: log.write(f"{event} {host}\\n")
sys.addaudithook(_spy)
"""

WORK = """
import fcntl, json, os, socket, struct, subprocess, sys, time, urllib.request
from pathlib import Path
with socket.socket() as s:  # loopback up: SIOCGIFFLAGS, SIOCSIFFLAGS
    request = struct.pack("16sh", b"lo", 0)
    flags = struct.unpack("16sh", fcntl.ioctl(s, 0x8913, request))[1]
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", flags | 1))
assert os.listdir("/sys/class/net") == ["lo"] or [n for _, n in socket.if_nameindex()] == ["lo"]
room = Path(sys.argv[1])
run = [sys.executable, "-m", "briefqa"]
subprocess.run([*run, "build", str(room / "docs"), "--index", str(room / "index")], check=True)
asked = [*run, "ask", "甲市有多少家智能工厂？", "--index", str(room / "index"), "--json"]
answer = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
assert answer["found"], answer
server = subprocess.Popen([*run, "serve", "--port", "7871", "--index", str(room / "index"), "--mcp"])
try:
    for _ in range(600):
        try:
            if urllib.request.urlopen("http://127.0.0.1:7871/healthz", timeout=5).status == 200: break
        except OSError:
            assert server.poll() is None
        time.sleep(0.2)
    page = urllib.request.urlopen("http://127.0.0.1:7871/").read().decode()
    assert "gradio" in page
    data = json.dumps({"data": ["甲市有多少家智能工厂？", 5, [], []]}).encode()
    kind = {"content-type": "application/json"}
    call = "http://127.0.0.1:7871/gradio_api/call/ask"
    event = json.load(urllib.request.urlopen(urllib.request.Request(call, data, kind)))["event_id"]
    told = urllib.request.urlopen(f"{call}/{event}").read().decode()
    assert "event: complete" in told, told
    time.sleep(5)  # whatever a library does a while after the start
finally:
    server.terminate()
    server.wait(60)
import briefqa
from briefqa.ui.source.pdfimage import draw
with briefqa.open_index(room / "index") as index:
    assert draw(index.original("甲.pdf"), 0, 400)
print("done")
"""


def _namespace() -> list[str]:
    for command in (["unshare", "-rn"], ["unshare", "-n"]):
        if (
            shutil.which(command[0])
            and subprocess.run([*command, "true"], capture_output=True).returncode == 0
        ):
            return command
    pytest.skip("no network namespace can be made here")


def test_everything_works_with_loopback_only(tmp_path: Path) -> None:
    """In a network namespace without any other interface, and without one attempt to reach another host."""
    namespace = _namespace()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "甲.pdf").write_bytes(make_pdf([[Text(72, 100, "甲市有12家智能工厂。")]]))
    (tmp_path / "docs" / "乙.md").write_text("# 乙市规划\n\n乙市到2030年建成地铁5条。\n", "utf-8")
    (tmp_path / "spy").mkdir()
    (tmp_path / "spy" / "sitecustomize.py").write_text(SPY, "utf-8")
    (tmp_path / "work.py").write_text(WORK, "utf-8")
    paths = [str(tmp_path / "spy"), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "SPY_LOG": str(tmp_path / "spied"),
    }
    done = subprocess.run(
        [*namespace, sys.executable, str(tmp_path / "work.py"), str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.stdout.endswith("done\n"), done.stdout + done.stderr
    spied = (tmp_path / "spied").read_text() if (tmp_path / "spied").exists() else ""
    assert spied == ""
