"""English follow-ups: What about Kunshan? And in 2026? Why? How many of them …?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.question.followups.likeness import Embed, likeness

_HAN = re.compile(r"[\u4e00-\u9fff]")
_OPENING = re.compile(
    r"^(?:(?:and|so|but|then|ok|okay|no|sorry|well|i mean(?:t)?|what about|how about|what of|"
    r"(?:the )?same(?: question)?(?: for)?|now|instead|make (?:it|that)|change (?:it|that) to)\b[,\s]*){1,4}",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|can|will|any)\b",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"\b(?:this|the) (?:brief|article|document|report|text|paper|issue)\b|\bwho wrote\b", re.IGNORECASE
)
_MORE = re.compile(
    r"(?:any(?:thing)? (?:more|else)|(?:tell me )?more|go on|continue|others?|what else)", re.IGNORECASE
)
_HEAD = re.compile(
    r"^(?:(?:how (?:many|much|long|large|big|fast|high|far|do|does|did)|"
    r"what|which|who|whom|when|where|why|how)\b\s*)?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should)\b\s*)?(?:there\b\s*)?",
    re.IGNORECASE,
)
_HAVING = re.compile(
    r"^(?P<thing>.+?) (?:does|do|did|are there in|were there in) (?P<owner>.+?)(?: have| had| own)?$",
    re.IGNORECASE,
)
_THERE_IN = re.compile(r"\b(?:are|is|were|was) (?:there )?(?=in\b|at\b|of\b)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_IN_YEAR = re.compile(r"\s*\b(?:in|for|of|by|during) (?:19|20)\d{2}\b")
_PRONOUN = re.compile(
    r"\b(?P<person>he|him|she|her|his)\b|\b(?P<many>them|they|these|those|their)(?: ones)?\b|"
    r"\b(?P<one>it|its)\b|\b(?P<that>that|this)\b(?! (?:brief|article|document|report))|"
    r"(?P<there>\bthere\b(?<!are there)(?<!is there))",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\b(?:was|is|were|are|will|did|does) it(?=\s*(?:in|for|by|\?|$|compare|grow|change))|"
    r"\bit (?:grow|change|rise)",
    re.IGNORECASE,
)
# It that stands for nothing: does it take long to, is it called when.
_EXPLETIVE = re.compile(
    r"it(?:'s)? (?:called when|takes? .*\b(?:to|for)\b|mean (?:for|to|when)|(?:common|possible|important|"
    r"necessary|likely|known|believed|said|thought|easy|hard|best) (?:for|to|that|how|which|what)\b)",
    re.IGNORECASE,
)
_MEASURES = r"(?:output|production|prices?|consumption|exports|imports|capacity|sales|yield)"
_FIGURE_OF = re.compile(r"^(?:the )?[A-Z&]{2,4} of ")
_ALIKE_FROM = 0.25
_ANYONE = frozenset("people companies firms residents".split())
_AFTER_THAT = re.compile(
    r"$| (?:compare|mean|include|come|happen|work|cost|in|for|by|so|figure|number|target|amount|plan|"
    r"policy|programme|program|park|city|place|project|scheme|year|province|zone|industry|area|goal|rate)\b"
)
_NAME = re.compile(r"(?:\b(?:the|a) )?\b(?:[A-Z][A-Za-z&\-]*|R&D)(?: (?:of |and )?[A-Z][A-Za-z\-]*)*(?:'s)?")
_STOP = frozenset(
    (
        "a an the of in on at for to by with from as and or is are was were be been do does did has have "
        "had can could will would should may who whom whose what when where which why how many much long "
        "large big high far fast often there here any some all it its they them their this that these "
        "those he she his him her i we you me us my our your about not no so then met achieved reached "
        "eligible also only ones one more most same exactly actually now still yet located start started "
        "end begin come implemented affect affected happen happened change changed grow grew growth rise "
        "increase fall compare compared apply mean work cost say said get got make made need needed look "
        "like into than up out if"
    ).split()
)
_ATTRIBUTES = frozenset(
    (
        "deadline target targets goal goals measures measure steps concrete specific main key details "
        "detail reason reasons cost amount figure figures actual result results effect basis condition "
        "conditions requirement requirements charge responsible responsibility example examples benefit "
        "benefits purpose share percentage rate ratio population area size budget total number source "
        "sources period policy policies problem problems difficulty difficulties status progress timeline "
        "scope eligibility procedure documents departments department agency challenges advantages impact "
        "objective objectives ranking value level name names first second third last previous"
    ).split()
)


def complete_english(question: str, asked: Sequence[str], embed: Embed) -> str | None:
    """What a follow-up means by itself; None when the question stands alone.

    Args:
        question: the latest question.
        asked: the complete questions before it, oldest first; at least one.
        embed: vectors of words, see `Embed`.
    """
    earlier = asked[-1].strip()
    bare = question.rstrip(" ?？.!")
    body = _OPENING.sub("", bare)
    opened = body != bare
    if not body or _MORE.fullmatch(bare):
        return earlier
    if _DOCUMENT.search(body):
        return None
    if pronoun := _free_pronoun(body):
        return _resolved(body, pronoun, earlier) + "?"
    asking = _ASKING.search(body)
    if asking and asking.start() == 0:
        return None if _content(body) else _with_subject(body, earlier)
    if (
        opened
        or (bare != question and _is_name(body))
        or _YEAR.fullmatch(re.sub(r"^(?:in|for|by) ", "", body))
    ):
        return _swapped(body, earlier, embed)
    return None


def _content(body: str) -> list[str]:
    """The words that can be a subject: no asking words, no mere attributes."""
    found = re.findall(r"[A-Za-z][A-Za-z&\-]*", body)
    return [word for word in found if word.lower() not in _STOP and word.lower() not in _ATTRIBUTES]


def _free_pronoun(body: str) -> re.Match[str] | None:
    """The first pronoun, unless the question names before it what the pronoun may stand for."""
    at_end = re.search(r"(?<= is )(?P<that>that|this)$", body)
    found = at_end or _PRONOUN.search(body)
    if found is None or at_end:
        return at_end
    before, after = body[: found.start()], body[found.end() :]
    named = [word for word in _content(before) if word not in _ANYONE]
    possessive = found.group().lower() in ("its", "their", "his")
    if named and (possessive or re.search(r"\b(?:the|a|an) |[A-Z]", before[1:])):
        return None
    if _EXPLETIVE.match(body, found.start()) or (found.lastgroup == "that" and not _AFTER_THAT.match(after)):
        return None
    return None if found.lastgroup == "there" and re.match(r"\s*\w", after) else found


def _content_free(text: str) -> bool:
    return not _content(text)


def _resolved(body: str, found: re.Match[str], earlier: str) -> str:
    """The question with its pronoun replaced by the phrase that it stands for."""
    pronoun = found.group().lower()
    after = body[found.end() :]
    if found.lastgroup == "person":
        office = re.match(r"who (?:is|was) the ", earlier, re.IGNORECASE)
        referent = _topic(earlier) if office else _name(earlier) or _topic(earlier)
    elif found.lastgroup == "there":
        referent = "in " + (_name(earlier) or _topic(earlier)).removeprefix("in ")
    elif found.lastgroup == "one" and not _VALUE.search(body):
        referent = _owner(earlier)
    else:
        referent = _topic(earlier)
        if (
            pronoun in ("this", "that", "these", "those")
            and re.match(r" [a-z]+", after)
            and not _content_free(after)
        ):
            noun = re.match(r" ([a-z]+)", after)
            if noun and noun.group(1).lower()[:4] in referent.lower():
                after = after[noun.end() :]
    if _YEAR.search(after) and "compare" not in after:
        referent = _IN_YEAR.sub("", referent)
    if pronoun in ("its", "their", "his") or (pronoun == "her" and after.strip()):
        referent += "'s"
    article = (
        "the "
        if found.lastgroup == "many" and referent[:1].islower() and not referent.startswith("the ")
        else ""
    )
    return body[: found.start()] + article + referent + after


def _topic(earlier: str) -> str:
    """What a question is about: the lighthouse factories in Suzhou."""
    topic = _HEAD.sub("", earlier.rstrip(" ?？.!"), count=1)
    having = _HAVING.match(topic)
    if having:
        return f"{having['thing']} of {having['owner']}"
    return _THERE_IN.sub("", topic, count=1) or earlier


def _names(text: str) -> list[re.Match[str]]:
    """Capitalised names, but for the word that opens the question and acronyms of figures (GDP)."""
    opening = _ASKING.match(text)
    return [
        match
        for match in _NAME.finditer(text, opening.end() if opening else 0)
        if not re.fullmatch(r"(?:the |a )?[A-Z&]{2,4}", match.group())
    ]


def _name(earlier: str) -> str:
    names = _names(earlier)
    return names[-1].group().removesuffix("'s") if names else ""


def _owner(earlier: str) -> str:
    """What it stands for: the last name with the nouns that it heads, else the whole topic."""
    names = _names(earlier)
    if not names:
        topic = _topic(earlier)
        of = re.match(r"(?:the )?(\w+) (?:of|for) (.+)$", topic)
        return of.group(2) if of and of.group(1).lower() in _ATTRIBUTES else topic
    last = names[-1]
    tail = re.match(
        r"(?: (?!(?:in|for|of|by|to|does|do|did|have|has|had|is|was)\b)[a-z\-]+(?<!ed)\b)*",
        earlier[last.end() :],
    )
    return _FIGURE_OF.sub("", last.group()).removesuffix("'s") + (
        tail.group() if tail and last.group().startswith("the ") else ""
    )


def _with_subject(body: str, earlier: str) -> str:
    """The earlier subject behind what is asked now: Why did …; Who is in charge: the … plan?"""
    if re.match(r"(?:is|are|was|were|do|does|did|has|have|can|will)\b", earlier, re.IGNORECASE):
        return f"{body} {earlier[0].lower()}{earlier[1:]}"
    topic = _topic(earlier)
    if _YEAR.search(body):
        topic = _IN_YEAR.sub("", topic)
    return f"{body}: {topic}?"


def _swapped(body: str, earlier: str, embed: Embed) -> str:
    """The earlier question with the fragment in its slot: a year, a name, or the noun most like it."""
    rest = re.sub(r"^(?:in|for|by|at|of|on|to|with|during|from) ", "", body)
    new_years = _YEAR.findall(rest)
    if new_years and _YEAR.search(earlier):
        earlier = _YEAR.sub(new_years[0], earlier, count=1)
        rest = re.sub(r"\s*\b(?:in |for |by )?(?:19|20)\d{2}\b", "", rest).strip()
        if not rest:
            return earlier
    if _HAN.search(earlier):
        return f"{rest} {earlier}"
    return (
        _renamed(rest, earlier)
        or _like(rest, earlier, embed)
        or _of_object(rest, earlier)
        or _appended(body, rest, earlier)
    )


def _renamed(rest: str, earlier: str) -> str | None:
    """A name for a name."""
    names = _names(earlier)
    if not names or not re.match(r"(?:the )?[A-Z][a-z]", rest):
        return None
    old = names[-1]
    possessive = "'s" if old.group().endswith("'s") and not rest.endswith("'s") else ""
    return earlier[: old.start()] + rest + possessive + earlier[old.end() :]


def _like(rest: str, earlier: str, embed: Embed) -> str | None:
    """Nouns for the words that end alike: rural residents for urban residents, imports for exports."""
    mine = re.sub(r"^(?:the|a|an) ", "", rest).split()
    words = list(re.finditer(r"[A-Za-z\-]+", earlier))
    for word in words:
        if word.group().lower() == mine[-1].lower() and len(mine) > 1:
            first = words[max(0, words.index(word) - len(mine) + 1)]
            return earlier[: first.start()] + " ".join(mine) + earlier[word.end() :]
    told = [word for word in words if _content(word.group()) and not word.group().istitle()]
    if not told or not mine:
        return None
    alike = likeness(" ".join(mine), [word.group() for word in told], embed)
    best, _, word = max(zip(alike, range(len(told)), told, strict=True))
    return earlier[: word.start()] + " ".join(mine) + earlier[word.end() :] if best >= _ALIKE_FROM else None


def _of_object(rest: str, earlier: str) -> str | None:
    """Nouns for the object at the end: … offer to small enterprises for … offer to startups."""
    old = re.search(r"(?<= (?:to|at) )[a-z\- ]+(?=[ ?.]*$)", earlier)
    return earlier[: old.start()] + rest + earlier[old.end() :] if old and _content(rest) else None


def _is_name(text: str) -> bool:
    return (
        bool(re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*", text)) and bool(_content(text)) and len(text) < 40
    )


def _appended(body: str, rest: str, earlier: str) -> str:
    """Nothing is like it: another side of the topic, or the topic for other people."""
    if not _content(rest) and _names(earlier):
        return f"What is the {rest.removeprefix('the ')} of {_owner(earlier)}?"
    measured = re.search(rf"\b[a-z]+(?= {_MEASURES}\b)", earlier)
    if measured and _content(rest):
        return earlier[: measured.start()] + rest + earlier[measured.end() :]
    return f"{earlier.rstrip(' ?？.!')}{' ' if body != rest else ', '}{body}?"
