"""Follow-ups: 「那昆山呢？」 and 「它的目标是多少？」 completed from the questions before them.

A question that stands on its own is left alone, so that a new topic inherits nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from briefqa.folding import fold

_OPENING = re.compile(
    r"^(?:那么|那|然后|还有|再问|以及|and|what about|how about|so)[，,、\s]*", re.IGNORECASE
)
_CLOSING = re.compile(r"(?:又?怎么样|如何|又?呢|的话)?[呢啊呀吗]?[\s。．.？?！!]*$")
_ELLIPTICAL = re.compile(
    r"^(?:那么?|还有|然后).{1,24}$|^.{1,16}(?:呢|的话)[？?。]*$|^(?:and|what about|how about)\b.{1,60}$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"它们|他们|她们|它|他|她|其中|其|该[市区县园省地]区?|这个?[市区县园省地]区?|\b(?:it|its|they|their|that)\b"
)
_ASKS = re.compile(
    r"[谁哪几]|什么|多少|如何|怎|为何|是否|吗|\b(?:who|what|when|where|which|how|why)\b", re.IGNORECASE
)
_PARTICLES = re.compile(r"^(?:在|到|对|关于|对于|的|是)+|(?:的|是|在)+$")
_YEAR = re.compile(r"(?:19|20)\d{2}年?|[二一][〇零九][〇零一二三四五六七八九]{2}年|[今去前明]年")
_NUMBERED = re.compile(r"第[一二三四五六七八九十\d]+[个条项点章节]?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH_NAME = re.compile(r"(?<!^)\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b|\b[A-Z]{2,}\b|(?<=about )[\w ]+$")
_NOUNS = ("n", "ns", "nr", "nt", "nz", "nrt", "nrfg", "vn", "eng", "j", "l", "i")


def complete(question: str, history: Sequence[str]) -> str:
    """The question to search: `question` itself, or a follow-up completed from `history`.

    Args:
        question: the latest question.
        history: the questions before it, oldest first, as they were asked.
    """
    earlier = ""
    for asked in [*history, question]:
        earlier = _complete_once(asked.strip(), earlier) if earlier else asked.strip()
    return earlier


def _complete_once(question: str, earlier: str) -> str:
    if _ELLIPTICAL.match(question) and not _stands_alone(question):
        rest = _PARTICLES.sub("", _CLOSING.sub("", _OPENING.sub("", question)))
        return _substituted(rest, earlier) if rest else earlier
    pronoun = _PRONOUN.search(question)
    english = not _HAN.search(question)
    if pronoun and (english or not _names(question[: pronoun.start()])):
        topic = _topic(earlier)
        if topic:
            possessive = "的" if pronoun.group() == "其" else ""
            return question[: pronoun.start()] + topic + possessive + question[pronoun.end() :]
    return question


def _stands_alone(question: str) -> bool:
    """An opening 那 before a whole question is no follow-up: 那法国的首都是哪里."""
    body = _CLOSING.sub("", _OPENING.sub("", question))
    return bool(_ASKS.search(body)) and len(_names(body)) >= 1 and len(body) > 6


def _substituted(new: str, earlier: str) -> str:
    """`earlier` with the part that `new` stands in for put in its place."""
    for pattern in (_YEAR, _NUMBERED):
        if pattern.fullmatch(fold(new)) and (old := pattern.search(earlier)):
            return earlier[: old.start()] + new + earlier[old.end() :]
    if _YEAR.fullmatch(fold(new)):
        return new + earlier if _HAN.search(earlier) else f"{earlier} ({new})"
    old_noun = _replaced_noun(new, earlier)
    if old_noun:
        return earlier.replace(old_noun, new, 1)
    return f"{new} {earlier}"


def _replaced_noun(new: str, earlier: str) -> str:
    """The noun of `earlier` that is most like `new`: of its kind, with its ending, else the first."""
    if not _HAN.search(earlier):
        names = [name for name, _ in _names(earlier) if not name.isupper()]
        return names[-1] if names else ""
    kind = _kind(new)
    nouns = _names(earlier)
    same_ending = [noun for noun, _ in nouns if noun[-1:] == new[-1:] and noun not in new]
    same_kind = [noun for noun, tag in nouns if tag == kind and tag in ("ns", "nr", "nt")]
    for choice in (same_kind, same_ending, [noun for noun, _ in nouns]):
        if choice:
            return choice[0]
    return ""


def _kind(text: str) -> str:
    tags: list[str] = [tag for _, tag in rjieba.tag(fold(text)) if tag in _NOUNS]
    return tags[-1] if tags else "n"


def _topic(earlier: str) -> str:
    """What the earlier question is about: its first name, else its first run of nouns."""
    nouns = _names(earlier)
    proper = [noun for noun, tag in nouns if tag in ("ns", "nr", "nt", "nz")]
    if not _HAN.search(earlier):
        return proper[-1] if proper else ""
    return (proper or [noun for noun, _ in nouns] or [""])[0]


def _names(text: str) -> list[tuple[str, str]]:
    """Runs of nouns in a text, as written, with the tag of their last word: 钢铁产业, 苏州工业园区."""
    if not _HAN.search(text):
        return [(match.group(), "ns") for match in _ENGLISH_NAME.finditer(text)]
    runs: list[tuple[str, str]] = []
    at = 0
    open_run = False
    for word, tag in rjieba.tag(fold(text)):
        written = text[at : at + len(word)]
        at += len(word)
        if tag in _NOUNS and not _ASKS.search(word):
            if open_run and tag != "ns":
                runs[-1] = (runs[-1][0] + written, tag if runs[-1][1] != "ns" else "ns")
            else:
                runs.append((written, tag))
            open_run = True
        else:
            open_run = False
    return runs
