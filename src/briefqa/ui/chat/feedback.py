"""Users' verdicts as a question set that `briefqa eval` reads: `feedback.jsonl` in the index folder.

One line a verdict, appended: {"id", "question", "answerable", "quotes", …}. Of those on one question the last
counts, and one that is taken back leaves none. Turns come from browsers, so only what could have come from
this index is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from briefqa.question.limits import HALVES, MAX_QUESTION
from briefqa.store.durable import storage, sync_folder
from briefqa.ui.chat.turns import Rating, Turn

FILE = "feedback.jsonl"
_MOST_BYTES = 32 * 2**20  # some 100,000 verdicts; more is no feedback
_MOST_QUOTES = 20
_LONGEST_QUOTE = 20_000  # characters
_writing = threading.Lock()


def record(
    index_dir: Path, turn: Turn, verdict: Rating, quote: str = "", *, text_of: Callable[[str], str]
) -> bool:
    """Keep what a user says of an answer; False when it is nothing that this index can have answered.

    Args:
        index_dir: the index's folder.
        turn: the question with its answer.
        verdict: NOTHING takes back what was said before.
        quote: the sentence that answers, for THIS.
        text_of: the text of a document by its id, "" when there is none.

    Raises:
        StorageError: the file cannot be written.
    """
    cited = [each.quote for each in turn.answer.citations]
    known: dict[Rating, tuple[bool, list[str]]] = {
        Rating.RIGHT: (turn.answer.found, cited),
        Rating.WRONG: (True, []),
        Rating.NO_ANSWER: (False, []),
        Rating.MISSED: (True, []),
        Rating.THIS: (True, [quote]),
        Rating.NOTHING: (False, []),
    }
    answerable, quotes = known[verdict]
    if not _is_question(turn.question) or not _are_quotes(quotes, turn, text_of):
        return False
    line = {
        "id": hashlib.sha256(turn.question.encode()).hexdigest()[:12],
        "question": turn.question,
        "answerable": answerable,
        "quotes": quotes,
        "verdict": verdict.value,
        "build": turn.build[:64],
    }
    with _writing, storage(index_dir):
        return _append(index_dir / FILE, line)


def _is_question(text: str) -> bool:
    return 0 < len(text.strip()) <= MAX_QUESTION and not HALVES.search(text)


def _are_quotes(quotes: list[str], turn: Turn, text_of: Callable[[str], str]) -> bool:
    """Whether each quote stands in a document that the turn shows."""
    if not quotes:
        return True
    if len(quotes) > _MOST_QUOTES or not all(map(_is_sentence, quotes)):
        return False
    shown = {each.document_id for each in turn.answer.citations}
    shown |= {each.passage.document_id for each in turn.answer.hits}
    texts = [text_of(each) for each in sorted(shown)[:_MOST_QUOTES]]
    return all(any(quote in text for text in texts) for quote in quotes)


def _is_sentence(quote: str) -> bool:
    return len(quote.strip()) > 0 and len(quote) <= _LONGEST_QUOTE


def _append(path: Path, line: dict[str, Any]) -> bool:
    """Add a line in one write, in place of half a line that a killed process left."""
    data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
    if path.is_symlink() or (path.exists() and not path.is_file()):  # it may lead anywhere
        return False
    new = not path.exists()
    path.touch()
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size + len(data) > _MOST_BYTES:
            return False
        start = max(size - 2 * _LONGEST_QUOTE * _MOST_QUOTES, 0)
        file.seek(start)
        file.seek(start + file.read().rfind(b"\n") + 1)
        file.truncate()
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_folder(path.parent)
    return True
