"""How likely the best hit answers: a logistic regression over a few pieces of evidence.

The weights are in data/confidence.json; benchmarks/fit_confidence.py learns them from questions
whose passage was taken away, from near misses and from small talk, and reports on sets that it
has not seen.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from importlib.resources import files

from briefqa.constraints import Check, ConditionKind, Verdict
from briefqa.folding import fold
from briefqa.lexical import LexicalIndex
from briefqa.ranking import Ranked
from briefqa.tokens import characters
from briefqa.units import Units

# The best hit is compared with the mean of hits 10 to 20: an answer that several passages repeat is
# no less of an answer. Shorter lists are compared with their second half.
FIRST_RIVAL, LAST_RIVAL = 10, 20
_NAMED = (ConditionKind.PLACE, ConditionKind.PERSON)
# Words that ask or glue; formal documents hardly have them, so that they would weigh most of all.
_ASKING = re.compile(
    r"预期目标|主要目标|什么|甚么|哪[些个里儿年天几位种类]?|多少|多[大高长久远]|几[个家种类项条次位]?|谁|怎么样?|怎样|怎|如何|为何|为什么|是否|是指|指的是|"
    r"请问|[吗呢吧啊呀的了是有在和与及其被把将从由对于该]"
)
PRINTED_CONFIDENCE = 0.97  # a printed field of the front matter that was asked for by its name


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the confidence is computed from; all about the best hit and its sentence.

    Attributes:
        margin: √ of the lead of its score, conditions apart, over the mean of hits 10 to 20; 0 or more.
        sentence_cosine: cosine of the question with the sentence.
        sentence_cover: share of the question's weighted characters and words, those that only ask left
            out, that the sentence has, 0 to 1.
        numbers_missing: share of the question's numbers that the passage lacks, 0 to 1; a year that it
            speaks of as 去年 is not lacking.
        foreign: 1 for a question without Chinese characters, else 0.
        conflicts: conditions of the question that the sentence contradicts.
        absences: places and persons of the question that nothing near the sentence mentions.
    """

    margin: float
    sentence_cosine: float
    sentence_cover: float
    numbers_missing: float
    foreign: float
    conflicts: float
    absences: float


def weigh(question: str, ranked: Sequence[Ranked], units: Units, lexical: LexicalIndex) -> Evidence:
    """The evidence of a question's ranked hits, at least one."""
    folded = fold(question)
    sentence = units.sentence(ranked[0].passage, ranked[0].sentence).text
    passage = units.passage_text(ranked[0].passage)
    has_han = any("\u4e00" <= character <= "\u9fff" for character in folded)
    checks = ranked[0].checks
    return Evidence(
        margin=_margin(ranked),
        sentence_cosine=ranked[0].scores.sentence_cosine,
        sentence_cover=_cover(question, sentence, lexical),
        numbers_missing=_numbers_missing(folded, fold(passage), checks),
        foreign=0.0 if has_han else 1.0,
        conflicts=float(sum(each.verdict is Verdict.CONFLICT for each in checks)),
        absences=float(sum(each.verdict is Verdict.ABSENT and each.kind in _NAMED for each in checks)),
    )


def confidence(evidence: Evidence, weights: Mapping[str, float] | None = None) -> float:
    """The probability, 0 to 1, that the first hit answers: 1 / (1 + e^−(intercept + Σ weight · evidence))."""
    weights = _weights() if weights is None else weights
    names = (each.name for each in fields(evidence))
    z = weights["intercept"] + sum(
        weights[name] * value for name, value in zip(names, astuple(evidence), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-z))


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    text = (files("briefqa") / "data" / "confidence.json").read_text("utf-8")
    return {str(name): float(value) for name, value in json.loads(text).items()}


def _margin(ranked: Sequence[Ranked]) -> float:
    """√ of the best hit's lead; hits that contradict the question (other years) are no rivals."""
    compatible = [
        each.scores.alike
        for each in ranked
        if not any(found.verdict is Verdict.CONFLICT for found in each.checks)
    ]
    first = max(min(FIRST_RIVAL - 1, len(compatible) // 2), 1)
    rivals = compatible[first:LAST_RIVAL] or [each.scores.alike for each in ranked[-FIRST_RIVAL:]]
    return math.sqrt(max(ranked[0].scores.alike - sum(rivals) / len(rivals), 0.0))


def _cover(question: str, sentence: str, lexical: LexicalIndex) -> float:
    wanted = set(characters(_ASKING.sub(" ", fold(question))))
    present = set(characters(sentence))
    weights = {term: lexical.character_idf(term) for term in sorted(wanted)}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0


def _numbers_missing(question: str, passage: str, checks: Sequence[Check]) -> float:
    numbers = set(re.findall(r"\d+(?:\.\d+)?", question))
    spoken_of = {
        check.text.removesuffix("年")  # 去年 in the report of 2019 is 2018, though no digit says so
        for check in checks
        if check.verdict in (Verdict.MET, Verdict.CONTEXT)
    }
    missing = sum(number not in passage and number not in spoken_of for number in numbers)
    return missing / len(numbers) if numbers else 0.0
