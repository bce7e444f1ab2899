"""Questions about a document itself that no earlier question has named: who issued it, who gets it."""

from __future__ import annotations

import re
from itertools import takewhile

from briefqa.question.asked_fields import places_in
from briefqa.question.followups.phrases import QUOTED, Role, read_parts
from briefqa.question.followups.pronouns import Pronoun
from briefqa.question.frontmatter_questions import FrontmatterQuestion, frontmatter_question
from briefqa.question.slots import SlotKind
from briefqa.text.lexicon import any_of, words_of

_DOCUMENTS = words_of("this_document.words")
_TITLE_ENDS = re.compile(f"{any_of('titles.endings')}$")
_ONE_OF = re.compile("(?<=[这本])一")  # this one issue
# What a document has, and hardly anything that a document tells of, by the keys of its printed matter.
_OF_DOCUMENTS = frozenset(
    "author author_note copies issue total_issue editor proofreader series signer issuer recipients cc date "
    "adopted effective repealed doc_number index_number".split()
)


def of_document(body: str, pronoun: Pronoun | None, earlier: str) -> str | None:
    """What a question about a document itself means by itself; None when it is about something else.

    The document is the one that the earlier question is about; where that is about none, or another is
    pointed at, it is not known: the question stays as it is, which "" says.
    """
    if pronoun is not None and pronoun.noun:
        return "" if pronoun.noun.endswith(_DOCUMENTS) and pronoun.noun not in earlier else None
    said = _ONE_OF.sub("", body)
    asked = frontmatter_question(said)
    if asked is None or (pronoun is not None and not asked.says_document):
        return None
    of_kind = pronoun is None and bool(asked.kinds)  # the present measures
    if not of_kind and not _is_all_printed(said, asked):
        return None
    document = _named_document(earlier)
    is_meant = document.rstrip("》").endswith(tuple(asked.kinds)) if of_kind else not asked.says_document
    return f"{document}{body}？" if document and is_meant else ""


def _is_all_printed(body: str, asked: FrontmatterQuestion) -> bool:
    """Whether every character names a field of documents, glues or asks."""
    fields = [field for field in asked.fields if field.key in _OF_DOCUMENTS and field.evidence]
    said = {*asked.settled, *(at for field in fields for at in places_in(field.words))}
    return bool(fields) and all(at in said for at, each in enumerate(body) if not each.isspace())


def _named_document(question: str) -> str:
    """The document that a question is about: its title, or all up to an issue or the end of a title."""
    found = ""
    for part in takewhile(lambda part: part.role is not Role.ASK, read_parts(question)):
        if part.tag == QUOTED and part.text[0] == "《":
            return part.text
        is_issue = part.kind is SlotKind.ORDINAL and part.text.endswith("期")
        of_title = part.text.endswith(_DOCUMENTS) or _TITLE_ENDS.search(part.text)
        if is_issue or (part.role is Role.NOUN and of_title):
            found = question[: part.end]
    return found
