"""Users' verdicts as a question set that `briefqa eval` reads: `feedback.jsonl` in the index folder.

One line a question, the last verdict wins: {"id", "question", "answerable", "quotes", …}.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

from briefqa.ui.chat.turns import Turn

FILE = "feedback.jsonl"
_writing = threading.Lock()


def record(index_dir: Path, turn: Turn, verdict: str, quote: str = "") -> None:
    """Keep what a user says of an answered turn.

    Args:
        index_dir: the index's folder.
        turn: the question with its answer.
        verdict: "up" (right), "down" (wrong), or "this" (`quote` answers it).
        quote: the sentence that answers, for "this".
    """
    if turn.answer is None:
        return
    cited = [each.quote for each in turn.answer.citations]
    known: dict[str, tuple[bool, list[str]]] = {
        "up": (turn.answer.found, cited),
        # Wrong quotes: the opposite of what was answered is the best that is known.
        "down": (not turn.answer.found, []),
        "this": (True, [quote]),
    }
    answerable, quotes = known[verdict]
    line = {
        "id": hashlib.sha256(turn.question.encode()).hexdigest()[:12],
        "question": turn.question,
        "answerable": answerable,
        "quotes": quotes,
        "verdict": verdict,
        "build": turn.build,
    }
    with _writing:
        _write(index_dir / FILE, line)


def _write(path: Path, line: dict[str, Any]) -> None:
    lines = {each["id"]: each for each in _read(path)}
    lines[line["id"]] = line
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines.values())
    aside = path.with_suffix(".new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(aside, path)


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
