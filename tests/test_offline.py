"""Nothing calls home: build, serve, ask and draw where there is only loopback, and nobody even tries."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.measure.offline import NOBODY, namespace, run_offline
from huggingface_hub import constants
from sentence_transformers import SentenceTransformer

from briefqa.models.embedding import open_embedder

ROOT = Path(__file__).parents[1]


@pytest.fixture
def apart() -> list[str]:
    """The command that runs another in a network namespace; where it must be possible, it is not skipped."""
    command = namespace()
    if not command and os.environ.get("BRIEFQA_INSIST"):
        pytest.fail("no network namespace can be made, and BRIEFQA_INSIST is set")
    if not command:
        pytest.skip("no network namespace can be made here")
    return command


def test_everything_works_with_loopback_only(apart: list[str], tmp_path: Path, tiny_model: str) -> None:
    """In a namespace without any other interface: no packet, no try that the kernel refused, no look-up."""
    told = run_offline(tmp_path, apart, tiny_model)
    assert told == {"other interfaces": 0, "packets out": 0, "refused tries": 0, "addresses": []}


TRIES = {
    "a connection of native code": f"timeout 5 bash -c 'exec 3<>/dev/tcp/{NOBODY}/443'",
    "a datagram of native code": f"timeout 5 bash -c 'echo x >/dev/udp/{NOBODY}/53'",
    "a look-up of native code": "timeout 20 getent ahosts papers.example",
    "an address of the sixth version": "timeout 5 bash -c 'exec 3<>/dev/tcp/2001:db8::1/443'",
}


@pytest.mark.parametrize("tried", TRIES.values(), ids=TRIES)
def test_a_try_to_leave_is_counted(apart: list[str], tmp_path: Path, tried: str) -> None:
    """The count has teeth, also for what Python does not see."""
    work = (
        "import json, subprocess, sys; from pathlib import Path; from benchmarks.measure import offline\n"
        "offline.enter(Path(sys.argv[1])); subprocess.run(sys.argv[2], shell=True)\n"
        "print(json.dumps(offline.counted()))"
    )
    done = subprocess.run(
        [*apart, sys.executable, "-c", work, str(tmp_path), tried],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout)["refused tries"] > 0


def _after(code: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "ORT_"))}
    run = [sys.executable, "-c", code]
    return subprocess.run(
        run, env=kept | environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_engine_sends_no_telemetry() -> None:
    """ONNX Runtime's is off before it is imported, and where others have imported it, before a session."""
    before = (
        "import os, sys\n"
        "class Seen:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'onnxruntime': print(os.environ.get('ORT_DISABLE_TELEMETRY'))\n"
        "sys.meta_path.insert(0, Seen())\n"
    )
    assert _after(f"{before}import briefqa.models.packaged") == "1"
    assert _after(f"{before}from briefqa.reading.formats.ocr import find_engine; find_engine()") in ("1", "")
    code = (
        "import onnxruntime; told = []\n"
        "onnxruntime.disable_telemetry_events = lambda: told.append('off')\n"
        "made = onnxruntime.InferenceSession.__init__\n"
        "def noted(*a, **k): told.append('session'); made(*a, **k)\n"
        "onnxruntime.InferenceSession.__init__ = noted\n"
        "from briefqa.models.embedding import open_embedder\n"
        "open_embedder().embed_queries(['甲']); print(*told[:2])"
    )
    assert _after(code) == "off session"


def test_a_model_in_a_folder_asks_no_hub(
    tiny_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is read the hub's client is off, as a library too, and its telemetry always.

    With HF_HUB_OFFLINE=1 the process of the tests began, as conftest says; without it another one does.
    """
    code = (
        "import sentence_transformers as st; from huggingface_hub import constants; import sys\n"
        "made = st.SentenceTransformer.__init__\n"
        "def noted(*a, **k): print(constants.HF_HUB_OFFLINE, end=' '); made(*a, **k)\n"
        "st.SentenceTransformer.__init__ = noted\n"
        "from briefqa.models.embedding import open_embedder\n"
        f"open_embedder({tiny_model!r}); print(constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY)"
    )
    assert _after(code) == "True False True"
    new = str(shutil.copytree(tiny_model, tmp_path / "new"))  # read for the first time
    made, told = SentenceTransformer.__init__, list[bool]()

    def noted(*given: Any, **named: Any) -> None:
        told.append(constants.HF_HUB_OFFLINE)
        made(*given, **named)

    monkeypatch.setattr(SentenceTransformer, "__init__", noted)
    open_embedder(new)
    assert [*told, constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY] == [True, True, True]
