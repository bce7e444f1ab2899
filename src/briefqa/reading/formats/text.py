"""Plain text: encodings, line breaks and page breaks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from charset_normalizer import from_bytes

from briefqa.errors import DocumentError
from briefqa.reading.formats.base import MAX_TEXT_BYTES, MAX_TEXT_CHARS, Extract, OnPage
from briefqa.reading.formats.damage import damaged_pairs, damaged_utf8
from briefqa.reading.formats.lines import TextLine, columns, join_lines
from briefqa.reading.formats.page_marks import without_page_marks
from briefqa.text.unseen import INVISIBLE

_LINE_BREAK = re.compile("\r\n?|[\u2028\u2029\x85\x0b]")
_ORDINARY = re.compile("[\t\n\r\x20-\x7e\u2010-\u2026\u3000-\u30ff\u4e00-\u9fff\uff00-\uff5e]")
_LEGACY = ("gb18030", "big5", "euc_jp", "shift_jis", "cp1252")


def read_bytes(path: Path, limit: int = MAX_TEXT_BYTES) -> bytes:
    """The whole file; DocumentError when it is absent, empty or above `limit` bytes."""
    try:
        size = path.stat().st_size
        if size > limit:
            raise DocumentError(
                path,
                f"{path.name} holds {size / 2**20:.0f} MB, more than the limit of "
                f"{limit / 2**20:.0f} MB; split it into smaller files.",
            )
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise DocumentError(path, f"{path.name} cannot be opened ({reason}); check the file.") from error
    if not data:
        raise DocumentError(path, f"{path.name} is empty (0 bytes); give a file with text in it.")
    return data


def decode(data: bytes, path: Path, declared: str | None = None) -> str:
    """Bytes → text: UTF-8, UTF-16, the declared charset, GB18030, Big5; a few bad bytes become U+FFFD.

    Raises:
        DocumentError: the bytes are no text, or in no known encoding.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded(data, "utf-16", path)
    if b"\0" in data[:65536]:
        wide = _utf16(data)
        if wide is None:
            raise DocumentError(path, f"{path.name} is a binary file, not text; save it as UTF-8 text.")
        return _decoded(data, wide, path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if (damaged := damaged_utf8(data)) is not None:
        return damaged
    if declared:
        try:
            return data.decode(_widest(declared))
        except (LookupError, ValueError):  # no encoding of that name, none of text, or another one
            pass
    best = from_bytes(data[: 2**20], cp_isolation=list(_LEGACY)).best()
    if best is None and len(data) > 2**20:  # the sample may end inside a character
        best = from_bytes(data[: 2**20 - 1], cp_isolation=list(_LEGACY)).best()
    if best is not None:
        try:
            return data.decode(_widest(best.encoding))
        except UnicodeDecodeError:
            pass
    if (damaged := damaged_pairs(data)) is None:
        raise DocumentError(path, f"{path.name} is in no known encoding; save it again as UTF-8 text.")
    return damaged


def _decoded(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            path,
            f"{path.name} looks like {encoding} but byte {error.start} is wrong; "
            "save it again as UTF-8 text.",
        ) from error


def _widest(encoding: str) -> str:
    """GBK and GB2312 are subsets of GB18030, which decodes their undefined bytes too."""
    name = encoding.lower().replace("-", "").replace("_", "")
    return "gb18030" if name in ("gbk", "gb2312", "cp936", "gb18030", "hz") else encoding


def _utf16(data: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, when one of the two gives ordinary text."""
    sample = data[: 8192 & ~1]
    if len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = sample.decode(encoding, errors="strict" if len(sample) == len(data) else "ignore")
        except UnicodeDecodeError:
            continue
        if text and len(_ORDINARY.findall(text)) >= 0.9 * len(text):
            return encoding
    return None


def clean(text: str) -> str:
    """Line breaks folded to newlines; zero-width and control characters removed."""
    return INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))


def split_lines(text: str) -> list[TextLine]:
    """Non-empty lines with the blank lines, page breaks and indent before each."""
    lines: list[TextLine] = []
    gap = pages = 0
    first = True
    for page in _LINE_BREAK.sub("\n", text).split("\f"):
        if not first:
            pages += 1
        first = False
        for raw in page.split("\n"):
            line = INVISIBLE.sub("", raw)
            stripped = line.strip()
            if stripped:
                gap = 1 if pages else gap
                indent = columns(line[: len(line) - len(line.lstrip())].expandtabs(4))
                lines.append(TextLine(stripped, gap, indent, pages))
                gap = pages = 0
            elif line == raw:  # a line of zero-width marks only is no blank line
                gap += 1
    return [TextLine(lines[0].text, 0, lines[0].indent, lines[0].pages), *lines[1:]] if lines else []


def read_text(path: Path, on_page: OnPage | None = None) -> Extract:
    """A plain text file; pages come from form feeds."""
    text = decode(read_bytes(path), path)
    check_length(text, path)
    text = text.strip("\f\r\n\ufeff")  # a closing form feed begins no page
    blocks = join_lines(without_page_marks(split_lines(text)))
    paged = "\f" in text
    if paged and blocks:
        blocks[0] = replace(blocks[0], breaks=(0, *blocks[0].breaks))
    return Extract(tuple(blocks), paged=paged)


def check_length(text: str, path: Path) -> None:
    """DocumentError when a text is too long to be one document."""
    if len(text) > MAX_TEXT_CHARS:
        raise DocumentError(
            path,
            f"{path.name} holds {len(text):,} characters, more than the limit of "
            f"{MAX_TEXT_CHARS:,}; split it into smaller files.",
        )
