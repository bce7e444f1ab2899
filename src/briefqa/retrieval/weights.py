"""The numbers that ranking adds up: data/ranking.json, learned by benchmarks/fit/fit_ranking.py.

What is not learned stands here with its reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.question.conditions import ConditionKind, Verdict


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """What each score counts in the sum that passages are ranked by; all 0 or more."""

    cosine: float
    coverage: float
    sentence: float
    late: float
    late_sentence: float


@lru_cache(maxsize=1)
def ranking_weights() -> RankingWeights:
    """The learned weights."""
    return RankingWeights(**_learned("ranking.json"))


@dataclass(frozen=True, slots=True)
class ReadingWeights:
    """What counts beside a passage's scores where sentences of passages that were read compete.

    The reader's log-odds: `answered` of what a sentence was read with, `alone` of it by itself, `evidence` of
    it there; and its `likeness`, the sum that a sentence is chosen by where nothing is read.
    """

    answered: float
    alone: float
    evidence: float
    likeness: float


@lru_cache(maxsize=1)
def reading_weights() -> ReadingWeights:
    """The learned weights."""
    return ReadingWeights(**_learned("reading.json"))


def _learned(name: str) -> dict[str, float]:
    weights: dict[str, float] = json.loads((files("briefqa") / "data" / name).read_text("utf-8"))["weights"]
    return weights


def lexical_evidence(coverage: npt.NDArray[np.float32] | float) -> Any:
    """Coverage made convex, 0 to 1: one shared year or name alone says little."""
    return coverage**1.5


# First step, over all passages: no sentence has been looked at yet, so the passage's cosine takes
# a part of its weight, and a passage that speaks of a year of the question gets a lead. They were
# chosen with the number of candidates on the year questions and the reports (measure/years.py).
FIRST_COSINE, FIRST_COVERAGE, FIRST_YEAR = 10.0, 8.0, 1.5
CANDIDATES = 80
# Similarity sees most names already, so that they only break ties.
_NAME_VERDICTS = {
    Verdict.MET: 0.1,
    Verdict.CONTEXT: 0.05,
    Verdict.NEARBY: 0.0,
    Verdict.ABSENT: 0.0,
    Verdict.CONFLICT: -0.1,
}
# It sees numbers less: the sum that a question tells is often all that tells two sentences apart.
_NUMBER_VERDICTS = _NAME_VERDICTS | {Verdict.MET: 0.5, Verdict.CONFLICT: -0.2}
# It does not see years. On the scale of the learned weights, by measure/years.py: the right report
# came first for .77 of its questions with two fifths of these, for .96 with four fifths, for .97 with these.
_YEAR_VERDICTS = {
    Verdict.MET: 2.0,
    Verdict.CONTEXT: 1.0,
    Verdict.NEARBY: -1.0,  # the year's plan where its result may be asked for; chosen on sets/held_out/years
    Verdict.ABSENT: -2.0,
    Verdict.CONFLICT: -3.75,
}
# Only the choice of the sentence matters here: the one with the figure or the time that is asked for.
_FIGURE_VERDICTS = dict.fromkeys(Verdict, -0.5) | {Verdict.MET: 0.5, Verdict.CONTEXT: 0.0}
# An article is asked for by its number, which no similarity sees.
_ARTICLE_VERDICTS = _YEAR_VERDICTS | {Verdict.MET: 3.0, Verdict.CONTEXT: 0.0}
# Another number in a row's label is as wrong as another year; a label that is named whole, as right.
_ROW_VERDICTS = _YEAR_VERDICTS | {Verdict.MET: 0.8, Verdict.CONTEXT: 0.2}
# So is another of its kind; where none is named, any sentence of the passage may be meant.
_ORDINAL_VERDICTS = _ROW_VERDICTS | {Verdict.ABSENT: 0.0}
# The opposite is as wrong; that what is asked stands nearby too says that the other sentence is meant.
_CONTRAST_VERDICTS = dict.fromkeys(Verdict, 0.0) | {Verdict.NEARBY: -1.0, Verdict.CONFLICT: -3.75}
# A row of figures looks like what it is labelled with, and says nothing of what that means.
_DEFINITION_VERDICTS = dict.fromkeys(Verdict, 0.0) | {Verdict.ABSENT: -2.0}
VERDICTS = dict.fromkeys(ConditionKind, _NAME_VERDICTS) | {
    ConditionKind.NUMBER: _NUMBER_VERDICTS,
    ConditionKind.YEAR: _YEAR_VERDICTS,
    ConditionKind.DOCUMENT_YEAR: _YEAR_VERDICTS,
    ConditionKind.NEWEST: _YEAR_VERDICTS,
    ConditionKind.ARTICLE: _ARTICLE_VERDICTS,
    ConditionKind.ROW: _ROW_VERDICTS,
    ConditionKind.ORDINAL: _ORDINAL_VERDICTS,
    ConditionKind.CONTRAST: _CONTRAST_VERDICTS,
    ConditionKind.PERIOD: _ORDINAL_VERDICTS,
    ConditionKind.FIGURE: _FIGURE_VERDICTS,
    ConditionKind.TIME: _FIGURE_VERDICTS,
    ConditionKind.DEFINITION: _DEFINITION_VERDICTS,
}
# Off a sentence of a text that is repealed or has a newer edition: of sentences that say the same, the valid
# one goes first, by more than the reader tells two of them apart.
SUPERSEDED = 0.6
# Off a sentence that a failed condition rules out: any other that is as near goes before it.
RULED_OUT = 3.0
PRINTED = 10.0  # a printed field that is asked for leads, whatever else is similar
# Documents that one question about a document may be answered from: where more have such a field, it does not
# say which is meant, and is searched like any other. By judgement; measure/fields.py counts answers by it.
MAX_PRINTED = 3
NO_BODY = 0.08  # off the cosine where a passage has only headings or front matter
CHECKED = 30  # candidates whose sentences are held against the question's conditions
READ = 2  # passages that are read together with the question, side by side on two cores
READ_ON = 4  # that many where none of the first has log-odds of SURE that it answers
SURE = 1.0  # a probability of .73; came with READ_ON, and no figures for other values are kept
# Sentences that are read by themselves too, and how many of one passage. With three, two of one at most, the
# first sentence was right for .71 of 196 questions over real documents, with the best of each of two passages
# for .68; of 240 public questions as many as before led. With all of five passages no more were right.
QUOTES_READ, QUOTES_OF_ONE = 3, 2
QUOTED = 10  # candidates whose sentence to quote is chosen when there are no conditions
# Sentences of a passage, by cosine, among which it is chosen; since there is a reader also as many by its
# evidence. By judgement, as old as the choice itself: no figures for other values are kept.
QUOTABLE = 4
# The sentence to quote: cosine and late interaction as for passages, words by the share it has. Not learned:
# likeness counted 20 and words 5 before late interaction, which took one half of the 20; no figures for other
# values are kept. What their sum counts beside the reader was learned (fit/fit_reading.py).
QUOTE_COSINE, QUOTE_COVER, QUOTE_LATE = 10.0, 3.0, 10.0
