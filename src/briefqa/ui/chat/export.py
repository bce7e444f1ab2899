"""The conversation with its citations as a file: Markdown or DOCX."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from briefqa.answering.answer import Answer
from briefqa.errors import BriefQAError
from briefqa.index import Index
from briefqa.ui.chat.citing import gbt7714, literal
from briefqa.ui.chat.turns import Turn
from briefqa.ui.words import Language, say

_NAME = "briefqa"


def to_markdown(turns: Sequence[Turn], index: Index, language: Language) -> Path:
    """Write the answered turns as Markdown into a temporary folder."""
    lines = [f"# {say('export_title', language)}", ""]
    for number, answer, build in _answered(turns):
        lines += [f"## {number}. {literal(answer.question)}", ""]
        for citation in answer.citations:
            lines += [*(f"> {literal(line)}" for line in citation.quote.splitlines()), ">"]
            lines += [f"> [{citation.number}] {literal(citation.address)}", ""]
        if not answer.found:
            lines += [f"**{say('not_found', language)}** {literal(answer.reason)}", ""]
        elif answer.reason:
            lines += [literal(answer.reason), ""]
        lines += [f"{_confidence(answer, language)} · {say('export_basis', language, build=build)}", ""]
    lines += [f"## {say('sources', language)}", ""]
    lines += [f"- {literal(each)}" for each in _references(turns, index)]
    path = _folder() / f"{_NAME}.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def to_docx(turns: Sequence[Turn], index: Index, language: Language) -> Path:
    """Write the answered turns as DOCX into a temporary folder."""
    import docx  # only when somebody asks for it

    document = docx.Document()
    document.add_heading(say("export_title", language), 0)
    for number, answer, build in _answered(turns):
        document.add_heading(f"{number}. {_printable(answer.question)}", 1)
        for citation in answer.citations:
            document.add_paragraph(_printable(f"{citation.quote} [{citation.number}]"), style="Quote")
            document.add_paragraph(_printable(f"[{citation.number}] {citation.address}"))
        if not answer.found:
            paragraph = document.add_paragraph()
            paragraph.add_run(say("not_found", language)).bold = True
            paragraph.add_run(f" {_printable(answer.reason)}")
        elif answer.reason:
            document.add_paragraph(_printable(answer.reason))
        basis = say("export_basis", language, build=build)
        document.add_paragraph(f"{_confidence(answer, language)} · {basis}")
    document.add_heading(say("sources", language), 1)
    for reference in _references(turns, index):
        document.add_paragraph(_printable(reference), style="List Bullet")
    path = _folder() / f"{_NAME}.docx"
    document.save(str(path))
    return path


def _answered(turns: Sequence[Turn]) -> Iterator[tuple[int, Answer, str]]:
    for number, turn in enumerate(turns, start=1):
        if turn.answer is not None:
            yield number, turn.answer, turn.build[:8]


def _confidence(answer: Answer, language: Language) -> str:
    return f"{say('confidence', language)} {answer.confidence:.0%}"


def _references(turns: Sequence[Turn], index: Index) -> list[str]:
    """One reference for each cited place, in the order of the answers."""
    references = []
    for _, answer, _build in _answered(turns):
        for citation in answer.citations:
            try:
                metadata = index.document(citation.document_id).metadata
            except BriefQAError:  # removed since it was cited
                metadata = {}
            references.append(gbt7714(citation, metadata))
    return list(dict.fromkeys(references))


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(each for each in text if each in "\t\n" or ord(each) >= 32)


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix=f"{_NAME}-export-"))
