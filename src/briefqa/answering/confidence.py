"""How likely the best hit answers: a logistic regression over a few pieces of evidence.

The weights are in data/confidence.json; benchmarks/fit/fit_confidence.py learns them from questions
on policy documents, from questions whose passage was taken away, from near misses and from small
talk, and reports on sets that it has not seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from itertools import islice

import numpy as np
import numpy.typing as npt

from briefqa.answering.untold import count_untold
from briefqa.models.embedding import EmbeddedQuestion
from briefqa.question.conditions import Check, ConditionKind, Verdict, rules_out
from briefqa.retrieval.candidates import HEADING_COSINE, Ranked
from briefqa.retrieval.instead import LITTLE
from briefqa.retrieval.ranking import Hit, quoted_sentence
from briefqa.store.lexical import LexicalIndex, share
from briefqa.store.searchable import Searchable
from briefqa.text.asking import without_asking
from briefqa.text.content import Word, content_words
from briefqa.text.folding import fold, is_english
from briefqa.text.tokens import characters

# The best hit is compared with the mean of hits 10 to 20: an answer that several passages repeat is
# no less of an answer. Shorter lists are compared with their second half.
FIRST_RIVAL, LAST_RIVAL = 10, 20
# A confidence from here on counts as found. Below one half, because a refusal hides what a reader could
# judge at a glance; chosen so that on the brief and the held-out documents no more of the true questions
# are refused than with the reader before.
FOUND_FROM = 0.2
RULED_OUT = FOUND_FROM - 0.01
# Stands for the leads over rivals that are not there: a short notice by itself had none, and two in five of
# its true questions were refused (benchmarks/measure/few_passages.py prints both).
USUAL_MARGIN, FEWEST_RIVALS = 1.5, 4
USUAL_LATE = 0.65  # stands in where the model gives no tokens; the confidence is then a rough one
PRINTED_CONFIDENCE = 0.97  # a printed field of the front matter that was asked for by its name
MOST_INSTEAD = 6.0  # a difference of log-odds; beyond it a reader is no surer
_FAILED = (Verdict.CONFLICT, Verdict.ABSENT)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the confidence is computed from; all about the best hit and its sentence.

    Attributes:
        margin: √ of the lead of its score, conditions apart, over the mean of hits 10 to 20; 0 or more.
            `USUAL_MARGIN` stands for what is missing of `FEWEST_RIVALS` of them.
        sentence_cosine: cosine of the question with the sentence.
        sentence_late: weighted mean cosine of the question's words with the nearest word of the sentence.
        sentence_cover: share of the question's weighted characters and words, those that only ask left
            out, that the sentence has, 0 to 1.
        stranger: how foreign to the passage the question's strangest noun is, times `sentence_cover`:
            0 when the passage, its title or its headings have every noun; near 1 when it has all of the
            question but one (farming for industry), which is the mark of a near miss.
        untold: √ of the number of stretches of the question that only other sentences of the document tell
            (`untold.count_untold`), times the square of `sentence_cover`.
        words: ln of the number of words that carry meaning: a short question is near many sentences.
        foreign: 1 for a question in English, else 0.
        foreign_margin: `margin` for such a question, else 0.
        unsaid_year: years of the question that nothing near the sentence mentions.
        wrong_person: persons of the question that the sentence contradicts or nothing near it mentions.
        wrong_body: likewise authorities, companies and other bodies.
        wrong_number: numbers that it contradicts, and those of several digits that nothing near it has.
        read_answered: the reader's log-odds that the passage answers; 0 where nothing was read.
        read_evidence: and that the sentence is the evidence.
        read_alone: and that the sentence answers by itself.
        told_instead: by how much it answers the question of a sibling better, up to `MOST_INSTEAD`; other
            words for the same gain up to `LITTLE`, which is left out.
        ruled_out: 1 when the sentence breaks a condition that must hold (`conditions.rules_out`), else 0.
    """

    margin: float
    sentence_cosine: float
    sentence_late: float
    sentence_cover: float
    stranger: float
    untold: float
    words: float
    foreign: float
    foreign_margin: float
    unsaid_year: float
    wrong_person: float
    wrong_body: float
    wrong_number: float
    read_answered: float
    read_evidence: float
    read_alone: float
    told_instead: float
    ruled_out: float


def weigh(question: str, embedded: EmbeddedQuestion, ranked: Sequence[Ranked], index: Searchable) -> Evidence:
    """The evidence of a question's ranked hits, at least one."""
    best = ranked[0]
    checks = best.checks
    sentence = quoted_sentence(index, best)
    foreign = is_english(question)
    words = content_words(question)
    cover = _cover(question, sentence.text, index.lexical)
    margin = _margin(ranked, index)
    cosine, late = _of_sentence(best, embedded, index)
    return Evidence(
        margin=margin,
        sentence_cosine=cosine,
        sentence_late=late,
        sentence_cover=cover,
        stranger=cover * _strangest(words, embedded, best.passage, index),
        untold=cover**2 * math.sqrt(count_untold(question, sentence, ranked, index)),
        words=math.log(max(len(words), 1)),
        foreign=float(foreign),
        foreign_margin=margin if foreign else 0.0,
        unsaid_year=_count(checks, ConditionKind.YEAR, (Verdict.ABSENT,)),
        wrong_person=_count(checks, ConditionKind.PERSON, _FAILED),
        wrong_body=_count(checks, ConditionKind.BODY, _FAILED),
        wrong_number=_wrong_numbers(checks),
        read_answered=best.reading.answered if best.reading else 0.0,
        read_evidence=best.reading.evidence if best.reading else 0.0,
        read_alone=best.reading.alone if best.reading else 0.0,
        told_instead=_instead(best.reading.instead) if best.reading else 0.0,
        ruled_out=float(rules_out(checks)),
    )


def confidence(evidence: Evidence, weights: Mapping[str, float] | None = None) -> float:
    """The probability, 0 to 1, that the first hit answers: 1 / (1 + e^−(intercept + Σ weight · evidence)).

    A hit that a condition rules out stays below `FOUND_FROM`, however similar it is.
    """
    weights = _weights() if weights is None else weights
    names = (each.name for each in fields(evidence))
    z = weights["intercept"] + sum(
        weights[name] * value for name, value in zip(names, astuple(evidence), strict=True)
    )
    probability = 1.0 / (1.0 + math.exp(-z))
    return min(probability, RULED_OUT) if evidence.ruled_out else probability


def likelihood(
    question: str, embedded: EmbeddedQuestion, ranked: Sequence[Ranked], index: Searchable
) -> float:
    """The probability that the first of the ranked hits, at least one, answers."""
    printed = ranked[0].scores.printed
    return PRINTED_CONFIDENCE if printed else confidence(weigh(question, embedded, ranked, index))


def quoted_likelihoods(
    quoted: Sequence[Hit],
    question: str,
    embedded: EmbeddedQuestion,
    ranked: Sequence[Ranked],
    found: Sequence[Hit],
    index: Searchable,
) -> list[float]:
    """Of hits that are quoted beside the first: each as if it were the first, its sentence as it is quoted.

    `found` are hits of the first ones of `ranked`, in their order.
    """
    places = {hit.passage.id: number for number, hit in enumerate(found)}
    told = []
    for hit in quoted:
        number = places[hit.passage.id]
        span = hit.sentence.start, hit.sentence.end
        own = replace(ranked[number], sentence=span, checks=hit.checks)
        others = (each for n, each in enumerate(ranked) if n != number)
        told.append(likelihood(question, embedded, [own, *others], index))
    return told


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    text = (files("briefqa") / "data" / "confidence.json").read_text("utf-8")
    return {str(name): float(value) for name, value in json.loads(text)["weights"].items()}


def _margin(ranked: Sequence[Ranked], index: Searchable) -> float:
    """√ of the best hit's lead over its rivals.

    Hits that contradict the question (other years) or say the same are none. Neither is what has nothing to
    quote: beside a few passages it is their titles that follow, far behind.
    """
    told = quoted_sentence(index, ranked[0]).text
    able = (
        each.scores.alike
        for each in ranked[1:]
        if each.scores.sentence_cosine > HEADING_COSINE
        and not any(found.verdict is Verdict.CONFLICT for found in each.checks)
        and quoted_sentence(index, each).text != told
    )
    rivals = list(islice(able, LAST_RIVAL - 1))
    first = max(min(FIRST_RIVAL - 1, (len(rivals) + 1) // 2), 1)
    leads = [ranked[0].scores.alike - each for each in rivals[first - 1 :]]
    leads += [USUAL_MARGIN**2] * (FEWEST_RIVALS - len(leads))
    return math.sqrt(max(sum(leads) / len(leads), 0.0))


def _of_sentence(best: Ranked, embedded: EmbeddedQuestion, index: Searchable) -> tuple[float, float]:
    """Cosine and late interaction of the sentence that would be quoted; it need not be the nearest one."""
    for number in index.units.sentences_of(best.passage):
        if index.units.span(number) == best.sentence:
            cosine = float(index.sentence_vectors[number].astype(np.float32) @ embedded.vector)
            nearest = index.tokens.nearest(embedded.tokens, range(number, number + 1))
            late = float(embedded.tokens.weights @ nearest[:, 0])
            return cosine, late if len(nearest) else USUAL_LATE
    return best.scores.sentence_cosine, best.scores.late


def _cover(question: str, sentence: str, lexical: LexicalIndex) -> float:
    wanted = set(characters(without_asking(fold(question))))
    return share({term: lexical.character_idf(term) for term in sorted(wanted)}, characters(sentence))


def _instead(gained: float) -> float:
    return min(max(gained - LITTLE, 0.0), MOST_INSTEAD)


def _strangest(words: Sequence[Word], embedded: EmbeddedQuestion, passage: int, index: Searchable) -> float:
    """1 − cosine with the nearest word, of the question's noun that the passage lacks most; 0 if none."""
    nearest = index.tokens.nearest(embedded.tokens, index.units.sentences_of(passage)).max(axis=1)
    view = index.views.of(passage)
    record, document = view.passage, view.document
    present = fold(" ".join((record.text, document.title, document.id, *record.section)))
    lacking = [word for word in words if word.is_noun and word.text not in present]
    return max((1.0 - _nearness(word, embedded, nearest) for word in lacking), default=0.0)


def _nearness(word: Word, embedded: EmbeddedQuestion, nearest: npt.NDArray[np.float32]) -> float:
    """Mean cosine of the word's tokens; 1 for a word that the model has not read."""
    spans = embedded.tokens.spans
    own = (spans[:, 0] < word.end) & (spans[:, 1] > word.start)
    return float(nearest[own].mean()) if own.any() else 1.0


def _count(checks: Sequence[Check], kind: ConditionKind, verdicts: Sequence[Verdict]) -> float:
    return float(sum(check.kind is kind and check.verdict in verdicts for check in checks))


def _wrong_numbers(checks: Sequence[Check]) -> float:
    """Another number of the same unit, or one of several digits that nothing near the sentence has."""
    numbers = [check for check in checks if check.kind is ConditionKind.NUMBER]
    return float(
        sum(
            check.verdict is Verdict.CONFLICT
            or (check.verdict is Verdict.ABSENT and sum(map(str.isdigit, check.text)) > 1)
            for check in numbers
        )
    )
