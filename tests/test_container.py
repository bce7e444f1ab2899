"""The container file: what runs in it has no rights, no network, no secrets, and says whether it is well."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from briefqa.cli import main
from briefqa.ui.serving import _parser
from briefqa.ui.web.policy import HEALTH

ROOT = Path(__file__).parents[1]


def _instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Containerfile").read_text("utf-8")
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines if line.strip()]


INSTRUCTIONS = _instructions()


def _last(name: str) -> str:
    return [rest for word, rest in INSTRUCTIONS if word == name][-1]


def test_it_runs_as_a_user_without_rights() -> None:
    """By number, for the system may forbid names; nothing is run, copied or owned by another afterwards."""
    assert int(_last("USER")) >= 1000
    words = [word for word, _ in INSTRUCTIONS]
    assert not {"RUN", "COPY", "ADD", "USER"} & set(words[words.index("USER") + 1 :])
    made = next(rest for word, rest in INSTRUCTIONS if word == "RUN" and "useradd" in rest)
    assert f"--uid {_last('USER')} " in made
    assert "nologin" in made


def test_it_asks_nobody() -> None:
    """Its variables switch off what could ask, before anything is run."""
    given = dict(
        each.split("=", 1) for word, rest in INSTRUCTIONS if word == "ENV" for each in shlex.split(rest)
    )
    assert (
        given["HF_HUB_OFFLINE"] == given["HF_HUB_DISABLE_TELEMETRY"] == given["ORT_DISABLE_TELEMETRY"] == "1"
    )
    assert given["GRADIO_ANALYTICS_ENABLED"] == "False"
    words = [word for word, _ in INSTRUCTIONS]
    assert words.index("ENV") < words.index("RUN")


def test_it_holds_no_secret() -> None:
    """No name or password, no argument that could be one, no address; and only what is named is copied."""
    text = (ROOT / "Containerfile").read_text("utf-8")
    assert not re.search(r"(?i)password|secret|token|api_?key|BRIEFQA_AUTH=|https?://(?!127\.0\.0\.1)", text)
    assert [rest for word, rest in INSTRUCTIONS if word == "ARG"] == ["PIP_EXTRA_INDEX_URL"]
    copied = [each for word, rest in INSTRUCTIONS if word in ("COPY", "ADD") for each in rest.split()[:-1]]
    sources = [each for each in copied if not each.startswith("--")]
    assert all((ROOT / each).exists() for each in sources), sources
    assert not {".", "*", ".git", "/"} & set(sources)


def test_what_it_runs_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """The command and its options; the health check asks where the server tells; a stop is heard."""
    (program,) = ast.literal_eval(_last("ENTRYPOINT"))
    command, *options = ast.literal_eval(_last("CMD"))
    assert (program, command) == ("briefqa", "serve")
    given = _parser().parse_args(options)
    assert given.host == "0.0.0.0"
    assert not given.log_questions
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    check = _last("HEALTHCHECK")
    assert f"127.0.0.1:{given.port}{HEALTH}" in check
    compile(ast.literal_eval(check[check.index("CMD ") + 4 :])[2], "check", "exec")
    assert _last("EXPOSE") == str(given.port)
    assert _last("STOPSIGNAL") == "SIGTERM"


def test_it_installs_what_was_locked() -> None:
    """Every package by its digest, and briefqa itself without asking for others."""
    run = " ".join(rest for word, rest in INSTRUCTIONS if word == "RUN")
    assert re.search(r"lock\.py --only mcp > (\S+) && pip install --require-hashes --no-deps -r \1 ", run)
    assert [each.split()[2:4] for each in re.findall(r"pip install [^&]*", run)] == [
        ["--require-hashes", "--no-deps"],
        ["--no-deps", "."],
    ]
