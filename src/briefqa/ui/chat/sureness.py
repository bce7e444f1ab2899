"""How sure an answer is, in words and in figures."""

from __future__ import annotations

from briefqa.answering.answer import Answer
from briefqa.ui.words import Language, say

_HIGH, _FAIR = 0.8, 0.5


def level_of(confidence: float) -> str:
    """ "high", "fair" or "low": in words of the page `confidence_…`."""
    return "high" if confidence >= _HIGH else "fair" if confidence >= _FAIR else "low"


def sureness(answer: Answer) -> list[float]:
    """The confidence of each citation; of one that was kept before each had its own, the answer's."""
    return [each.confidence or answer.confidence for each in answer.citations]


def told_level(confidence: float, language: Language) -> str:
    """How sure a quote is, in the words of the page."""
    return say(f"confidence_{level_of(confidence)}", language)


def told_sureness(answer: Answer, language: Language) -> str:
    """The probabilities, those of citations with the words of the page for each, for what leaves it."""
    if not answer.citations:
        return told_confidence(answer, language)
    several = len(answer.citations) > 1
    told = (
        (f"[{cited.number}] " if several else "")
        + say("sureness", language, value=value, words=told_level(value, language))
        for cited, value in zip(answer.citations, sureness(answer), strict=True)
    )
    return say("chances_right", language, values={Language.ZH: "；", Language.EN: "; "}[language].join(told))


def told_confidence(answer: Answer, language: Language) -> str:
    """The probabilities: of each citation, or of a refusal that there is an answer after all."""
    if not answer.citations:
        return say("chance", language, value=answer.confidence)
    sure = sureness(answer)
    if len(sure) == 1:
        return say("chance_right", language, value=sure[0])
    each = {Language.ZH: "，", Language.EN: ", "}[language].join(
        f"[{cited.number}] {value:.0%}" for cited, value in zip(answer.citations, sure, strict=True)
    )
    return say("chances_right", language, values=each)
