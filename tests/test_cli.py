"""The command line: exit codes, one sentence on standard error, one JSON object on standard output."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from briefqa.cli import main

COMMANDS = ("build", "add", "remove", "search", "ask", "info", "verify", "rollback", "eval", "serve")
ROOT = Path(__file__).parents[1]


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(list(arguments)) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_from_build_to_rollback(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command on one small index, with --json."""
    index = str(tmp_path / "index")
    report = _json(capsys, "build", str(folder), "--index", index, "--json")
    assert report["document_count"] == 2
    answer = _json(capsys, "ask", "甲市有多少家智能工厂？", "--index", index, "--json")
    assert answer["found"]
    assert answer["citations"][0]["quote"] == "甲市有12家智能工厂。"  # type: ignore[index]
    hits = _json(capsys, "search", "地铁", "--index", index, "--json", "-k", "1", "--document", "乙.md")[
        "hits"
    ]
    assert [hit["passage"]["document_id"] for hit in hits] == ["乙.md"]  # type: ignore[attr-defined]
    assert len(_json(capsys, "info", "--index", index, "--json")["documents"]) == 2  # type: ignore[arg-type]
    assert _json(capsys, "verify", "--index", index, "--json")["ok"]
    removed = _json(capsys, "remove", "乙.md", "--index", index, "--json")
    assert removed["removed"] == ["乙.md"]
    assert not _json(capsys, "ask", "法国的首都是哪里？", "--index", index, "--json")["found"]
    assert _json(capsys, "rollback", "--index", index, "--json")["build_id"] == report["build_id"]
    extra = tmp_path / "新.txt"
    extra.write_text("新区有9座桥。", "utf-8")
    assert _json(capsys, "add", str(extra), "--index", index, "--json")["document_count"] == 3


def test_an_import_of_what_is_live_is_said_to_change_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else who imports and goes back is surprised to be two builds back; going back names both."""
    index, file = str(tmp_path / "index"), str(tmp_path / "papers.briefqa")
    first = _json(capsys, "build", str(folder), "--index", index, "--json")["build_id"]
    second = _json(capsys, "remove", "乙.md", "--index", index, "--json")["build_id"]
    assert main(["export", file, "--index", index]) == 0
    capsys.readouterr()
    assert main(["import", file, "--index", index]) == 0
    assert "unchanged" in capsys.readouterr().out
    assert _json(capsys, "import", file, "--index", index, "--json") == {
        "build_id": second,
        "unchanged": True,
    }
    assert _json(capsys, "rollback", "--index", index, "--json") == {"build_id": first, "before": second}
    assert not _json(capsys, "import", file, "--index", index, "--json")["unchanged"]
    assert _json(capsys, "rollback", "--index", index, "--json") == {"build_id": first, "before": second}
    assert main(["rollback", "--index", index]) == 0
    told = capsys.readouterr().out
    assert told.index(str(second)) < told.index(str(first))
    other = str(tmp_path / "other")
    assert not _json(capsys, "import", file, "--index", other, "--json")["unchanged"]


@pytest.mark.parametrize(
    ("nearest", "said"),
    [
        ({"exact": True}, "nearest passages: exact, all are compared"),
        (
            {"exact": False, "recall@10": 0.9734, "drawn": 64},
            "nearest passages: approximate, recall@10 0.973 of 64 drawn",
        ),
    ],
)
def test_info_says_how_the_nearest_are_found(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    nearest: dict[str, object],
    said: str,
) -> None:
    """All compared in a small index; beyond, the share of the ten nearest that was measured at build."""
    monkeypatch.setattr("briefqa.store.build.told_recall", lambda _: nearest)
    index = str(tmp_path / "index")
    assert main(["build", str(folder), "--index", index]) == 0
    capsys.readouterr()
    assert _json(capsys, "info", "--index", index, "--json")["nearest"] == nearest
    assert main(["info", "--index", index]) == 0
    assert said in capsys.readouterr().out.splitlines()


def test_plain_output_quotes_with_its_address(
    committed_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --json the quote comes first, then its address, then the confidence."""
    assert main(["ask", "苏州有多少家灯塔工厂？", "--index", str(committed_index)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("苏州坐拥 7 家灯塔工厂")
    assert out[1].startswith("[1] 《")


def test_a_row_is_told_with_its_headers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a console a table's row has its caption, and each cell its header: 90 and 110 alone tell nothing."""
    (tmp_path / "beds.md").write_text(
        "# 养老统计\n\n表1 养老床位\n\n| 区 | 2023年（张） | 2024年（张） |\n|---|---|---|\n"
        "| 西区 | 90 | 110 |\n| 东区 | 70 | 85 |\n"
    )
    index = str(tmp_path / "index")
    assert main(["build", str(tmp_path / "beds.md"), "--index", index]) == 0
    capsys.readouterr()
    assert main(["ask", "西区2024年有多少张养老床位？", "--index", index]) == 0
    told = capsys.readouterr().out
    assert "2024年（张）：110" in told
    assert "表1 养老床位" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "no-such-folder"),
        ("ask", "苏州", "--index", "no-such-index"),
        ("ask", ""),
        ("ask", "苏" * 100_000),
        ("search", "苏州", "-k", "0"),
        ("remove", "no-such-document"),
        ("eval", "no-such-file.jsonl"),
        ("build", ".", "--model", "no-such-model"),
    ],
)
def test_an_error_is_one_sentence_and_exit_code_1(
    arguments: tuple[str, ...],
    committed_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On standard error, without a traceback."""
    (tmp_path / "x.txt").write_text("一句话。", "utf-8")
    monkeypatch.chdir(tmp_path)
    options = (
        ()
        if "--index" in arguments
        else ("--index", str(committed_index) if arguments[0] != "build" else "new")
    )
    assert main([*arguments, *options]) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("briefqa: ")
    assert not (tmp_path / "new" / "CURRENT").exists()


def test_wrong_usage_is_exit_code_2() -> None:
    """Unknown commands and options, and missing arguments."""
    for arguments in (["nonsense"], ["ask"], ["search", "x", "-k", "many"], ["build", "--nonsense"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2


def test_strict_fails_when_a_file_was_not_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--strict turns the report's first complaint into exit code 1."""
    (folder / "bad.txt").write_bytes(b"\x00\x01" * 100)
    assert main(["build", str(folder), "--index", str(tmp_path / "i")]) == 0
    assert main(["build", str(folder), "--index", str(tmp_path / "i"), "--strict"]) == 1
    assert "bad.txt" in capsys.readouterr().err


def test_the_readme_names_every_command() -> None:
    """What can be done is written down."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"briefqa {name}" not in readme] == []


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_any_console_shows_an_answer(folder: Path, tmp_path: Path, encoding: str) -> None:
    """A console that lacks characters gets question marks, and --json is UTF-8 on all of them."""
    index = str(tmp_path / "index")
    assert main(["build", str(folder), "--index", index]) == 0
    asked = [sys.executable, "-m", "briefqa", "ask", "甲市有多少家智能工厂？🙂", "--index", index]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    shown = subprocess.run(asked, env=environment, capture_output=True, timeout=120, check=True)
    assert b"12" in shown.stdout
    told = subprocess.run([*asked, "--json"], env=environment, capture_output=True, timeout=120, check=True)
    assert json.loads(told.stdout.decode("utf-8"))["question"].endswith("🙂")
    wrong = [*asked[:-1], str(tmp_path / "没有🙂")]
    failed = subprocess.run(wrong, env=environment, capture_output=True, timeout=120, check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith(b"briefqa: ")
