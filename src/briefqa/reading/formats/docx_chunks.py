"""Whole files inside a DOCX: parts of another format that Word takes in when it opens the file."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.html import extract_html
from briefqa.reading.formats.lines import join_lines
from briefqa.reading.formats.text import decode, split_lines


def chunk_blocks(data: bytes, content_type: str, path: Path) -> list[RawBlock] | None:
    """The blocks of an HTML, MHT or text part; None for a format that is not read.

    `path` is the DOCX file, for messages.
    """
    kind = content_type.partition(";")[0].strip().lower()
    head = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if "rfc822" in kind or "multipart" in kind or head.startswith((b"mime-version:", b"from:")):
        return _web_archive(data, path)
    if "html" in kind or head.startswith((b"<html", b"<!doctype html", b"<body")):
        return list(extract_html(data, path).blocks)
    if kind.startswith("text/") and "rtf" not in kind:
        return join_lines(split_lines(decode(data, path)))
    return None


def _web_archive(data: bytes, path: Path) -> list[RawBlock] | None:
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "text/plain"):
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes) or not content.strip():
                continue
            if part.get_content_type() == "text/plain":
                return join_lines(split_lines(decode(content, path, part.get_content_charset())))
            return list(extract_html(content, path, part.get_content_charset()).blocks)
    return None
