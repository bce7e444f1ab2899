"""The whole ranking against its formula, written out in plain numpy over ten documents.

Taken from the product: the vectors and codes of the index, the numbers that were chosen (weights), how texts
are cut (terms, sentences, windows), and the verdicts of conditions and of the reader. All else, from BM25 and
the decoding of tokens to the choice of the quote and what the reader changes, is computed here once more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from benchmarks.measure.held_out import HERE

from briefqa import Index, build_index, open_index
from briefqa.models.embedding import EmbeddedQuestion, open_embedder
from briefqa.models.reading import Reader, Window, WindowReading, open_reader
from briefqa.question.conditions import Verdict, rules_out
from briefqa.question.parsing import Question, parse_question
from briefqa.question.row_labels import checks_of_rows
from briefqa.reading.editions import is_periodic
from briefqa.retrieval import weights as chosen
from briefqa.retrieval.candidates import Ranked, find_candidates
from briefqa.retrieval.focus import LEADING, told_by
from briefqa.retrieval.ranking import rank
from briefqa.retrieval.reading import read_passages
from briefqa.retrieval.windows import alone
from briefqa.splitting.units import BODY, HEADING
from briefqa.store.lexical import K1, TRANSLATED, B
from briefqa.store.searchable import Searchable
from briefqa.text.folding import fold
from briefqa.text.tokens import terms

RANKING, READING = (
    json.loads((files("briefqa") / "data" / name).read_text("utf-8"))["weights"]
    for name in ("ranking.json", "reading.json")
)
# Of all kinds; printed fields that are asked for lead whatever is similar, and have tests of their own.
QUESTIONS = [
    text
    for line in (HERE / "fresh.jsonl").read_text("utf-8").splitlines()[::8]
    if parse_question(text := json.loads(line)["question"]).about_document is None
]


class Remembering(Reader):
    """The packaged reader, which reads each window for a question once."""

    def __init__(self) -> None:
        self._reader, self._read = open_reader(), dict[tuple[str, Window], WindowReading]()

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        new = [each for each in windows if (question, each) not in self._read]
        self._read |= zip([(question, each) for each in new], self._reader.read(question, new), strict=True)
        return [self._read[question, each] for each in windows]


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The ten documents of sets/held_out/fresh in one index."""
    place = tmp_path_factory.mktemp("oracle") / "index"
    build_index(HERE / "fresh", place)
    with open_index(place) as index:
        yield index


@dataclass
class Translated:
    """A word of an English question: how exactly each passage has it, its rarity, its translations."""

    exactness: np.ndarray
    idf: float
    known: dict[str, float]


class Words:
    """BM25 over the searched texts of the passages, as a share of what a question can reach."""

    def __init__(self, bags: list[Counter[str]]) -> None:
        self.bags = bags
        self._holders = Counter(term for bag in bags for term in bag)

    def rarity(self, holders: int) -> float:
        return float(np.log(1 + (len(self.bags) - holders + 0.5) / (holders + 0.5)))

    def idf(self, term: str) -> float:
        return self.rarity(self._holders[term])

    def coverage(self, question: Question, translated: Sequence[Translated]) -> np.ndarray:
        lengths = np.array([max(bag.total(), 1) for bag in self.bags])
        norm = K1 * (1 - B + B * lengths / lengths.mean())
        score = np.zeros(len(self.bags))
        for term in question.terms:
            count = np.array([bag[term] for bag in self.bags])
            score += self.idf(term) * count * (K1 + 1) / (count + norm)
        found = score / (sum(map(self.idf, question.terms)) * (K1 + 1))
        for word in translated:
            found += TRANSLATED * word.idf / sum(each.idf for each in translated) * word.exactness
        return np.minimum(found, 1)

    def translated(self, question: Question) -> Iterator[Translated]:
        """Those words of the question that some passage has in translation."""
        for word in question.translated:
            exactness, known = np.zeros(len(self.bags)), {}
            for text, exact in word.items():
                having = [bool(terms(text)) and all(each in bag for each in terms(text)) for bag in self.bags]
                if any(having):
                    known[text] = exact
                    exactness = np.maximum(exactness, exact * np.array(having))
            if known:
                yield Translated(exactness, self.rarity(int((exactness > 0).sum())), known)

    def share(self, question: Question, translated: Sequence[Translated], sentence: str) -> float:
        """Of the question's terms, by their rarity, that a sentence has."""
        has, folded = set(terms(sentence)), fold(sentence)
        found = sum(self.idf(each) for each in question.terms if each in has)
        found /= sum(map(self.idf, question.terms))
        for word in translated:
            exact = max((exact for text, exact in word.known.items() if text in folded), default=0.0)
            found += TRANSLATED * word.idf / sum(each.idf for each in translated) * exact
        return min(found, 1.0)


def decoded(codes: np.ndarray) -> np.ndarray:
    """Token states (n, 128): two bits a dimension, sign and size, in a Hadamard rotation."""
    levels = (codes[:, :, None] >> np.arange(0, 8, 2) & 3).reshape(len(codes), -1)
    rotated = np.where(levels & 1, 1.5104, 0.4528) * np.where(levels & 2, 1, -1)
    matrix = np.ones((1, 1))
    while len(matrix) < rotated.shape[1]:
        matrix = np.kron([[1, 1], [1, -1]], matrix)
    states = rotated @ matrix  # its own inverse, but for the length
    return states / np.linalg.norm(states, axis=1, keepdims=True)


@dataclass
class Passage:
    """One passage's scores; `place` is that of the sentence to quote among its sentences."""

    number: int
    cosines: np.ndarray
    late: np.ndarray
    alike: float
    place: int = 0
    conditions: float = 0.0
    added: float = 0.0

    @property
    def total(self) -> float:
        return self.alike + self.conditions + self.added


@dataclass
class Oracle:
    """The ranking of one question."""

    index: Searchable
    words: Words
    question: Question
    asked: EmbeddedQuestion
    reader: Reader

    def __post_init__(self) -> None:
        self.translated = list(self.words.translated(self.question))
        self.focus()

    def focus(self) -> None:
        """What the titles of the documents that are probably meant tell counts a tenth, and as no word."""
        cosine = np.asarray(self.index.dense.vectors(), np.float64) @ self.asked.vector
        words = self.words.coverage(self.question, self.translated) ** 1.5
        order = np.argsort(-(chosen.FIRST_COSINE * cosine + chosen.FIRST_COVERAGE * words), kind="stable")
        documents = {
            each.id: each for each in (self.index.views.of(int(n)).document for n in order[:LEADING])
        }
        told = [span for each in documents.values() for span in told_by(self.question, each)]
        spans, weights = self.asked.tokens.spans, self.asked.tokens.weights.astype(np.float64)
        inside = np.array([any(a < end and b > start for start, end in told) for a, b in spans], bool)
        self.weights, self.left = weights, self.question
        if inside.any() and not inside.all() and weights[~inside].max() == weights.max():
            weights = np.where(inside, weights / 10, weights)
            self.weights = weights / weights.sum()
            text = "".join(
                " " if any(start <= n < end for start, end in told) else each
                for n, each in enumerate(self.question.text)
            )
            self.left = replace(self.question, terms=tuple(sorted(set(terms(text)))))

    def looked_at(self) -> list[Passage]:
        """The candidates of the first step with their five scores, best first."""
        cosine = np.asarray(self.index.dense.vectors(), np.float64) @ self.asked.vector
        words = self.words.coverage(self.question, self.translated) ** 1.5
        first = chosen.FIRST_COSINE * cosine + chosen.FIRST_COVERAGE * words
        for year in self.question.years:
            dated = self.index.years["passage"][self.index.years["year"] == year]
            first[np.unique(dated)] += chosen.FIRST_YEAR
        best = np.argsort(-first)[: chosen.CANDIDATES]
        return sorted((self._of(int(n), cosine[n], words[n]) for n in best), key=_best_first)

    def _of(self, number: int, cosine: float, words: float) -> Passage:
        rows = list(self.index.units.sentences_of(number))
        kinds = self.index.units.sentences["kind"][rows]
        cosines = self.index.sentence_vectors[rows].astype(np.float64) @ self.asked.vector
        if (kinds == BODY).any():
            cosines[kinds != BODY] = -1
        cosines -= 0 if (kinds == BODY).any() else chosen.NO_BODY
        cosines[kinds == HEADING] = -1
        nearest = np.array([self._nearest(row) for row in rows])
        weights = self.weights
        late, best = nearest @ weights, nearest.max(axis=0) @ weights
        five = {
            "cosine": cosine,
            "coverage": words,
            "sentence": cosines.max(),
            "late": best,
            "late_sentence": late.max(),
        }
        return Passage(number, cosines, late, sum(RANKING[name] * each for name, each in five.items()))

    def _nearest(self, sentence: int) -> np.ndarray:
        """Of each word of the question the cosine with the nearest word of a sentence."""
        codes = self.index.tokens.of_sentence(sentence)
        codes = codes[codes.any(axis=1)]
        if not len(codes):
            return np.zeros(len(self.asked.tokens.vectors))
        return np.clip(1.04 * decoded(codes) @ self.asked.tokens.vectors.T, -1, 1).max(axis=0)

    def sentences(self, passage: Passage, evidence: Sequence[float] = ()) -> Iterator[Sentence]:
        """Those that may be quoted: the nearest, rows that are named, and what reads as evidence."""
        view = self.index.views.of(passage.number)
        rows = checks_of_rows(self.question.text, view.rows)
        order = np.argsort(-passage.cosines, kind="stable").tolist()
        able = order[: chosen.QUOTABLE] + [n for n, each in rows.items() if each.verdict is Verdict.MET]
        if len(evidence):
            rated = [n for n in range(len(order)) if passage.cosines[n] > -1]
            able += sorted(rated, key=lambda n: -evidence[n])[: chosen.QUOTABLE]
        document = view.document
        older = document.repealed_by or (document.newest and not is_periodic(document))
        for place in dict.fromkeys([n for n in able if passage.cosines[n] > -1] or able[:1]):
            checks = [each.check(view.around(place)) for each in self.question.checked]
            checks += [rows[place]] if place in rows else []
            conditions = sum(chosen.VERDICTS[each.kind][each.verdict] for each in checks)
            conditions -= chosen.SUPERSEDED if older and not self.question.years else 0
            conditions -= chosen.RULED_OUT if rules_out(checks) else 0
            share = self.words.share(self.left, self.translated, view.said[place].text)
            likeness = chosen.QUOTE_COSINE * passage.cosines[place] + chosen.QUOTE_LATE * passage.late[place]
            yield Sentence(passage, place, likeness + chosen.QUOTE_COVER * share**1.5, conditions)

    def quote(self, passage: Passage) -> None:
        """Choose the sentence by meaning, words and the conditions' verdicts."""
        best = -np.inf
        for each in self.sentences(passage):
            if each.likeness + each.conditions > best + 1e-9:
                best = each.likeness + each.conditions
                passage.place, passage.conditions = each.place, each.conditions

    def ranked(self) -> tuple[list[Passage], int]:
        """Best first, and how many of them were read, which stay before the others."""
        found = self.looked_at()
        checked = chosen.CHECKED if self.question.conditions else chosen.QUOTED
        for each in found[:checked]:
            self.quote(each)
        worst = min(each.conditions for each in found[:checked])
        for each in found[checked:]:
            each.conditions, each.place = worst, int(each.cosines.argmax())
        found.sort(key=_best_first)
        return self._read(found)

    def _read(self, found: list[Passage]) -> tuple[list[Passage], int]:
        candidates = {
            each.passage: each for each in find_candidates(self.index, self.question, self.asked)[0]
        }

        def of(some: Sequence[Passage]) -> list[Any]:
            firsts = [self.index.units.sentences_of(each.number).start for each in some]
            leading = [
                Ranked(each.number, self.index.units.span(first + each.place), candidates[each.number].scores)
                for each, first in zip(some, firsts, strict=True)
            ]
            return read_passages(self.reader, self.index, self.question, leading, candidates)

        count = chosen.READ
        readings = of(found[:count])
        if all(max(each.answered) < chosen.SURE for each in readings):
            count = chosen.READ_ON
            readings += of(found[chosen.READ : count])
        read = found[:count]
        competing = []
        for passage, reading in zip(read, readings, strict=True):
            for each in self.sentences(passage, reading.evidence):
                each.read(reading.answered[each.place], reading.evidence[each.place])
                each.was_alone = each.place in reading.by_itself
                competing.append(each)
        self._read_alone(sorted(competing, key=lambda each: each.order()))
        for each in sorted(competing, key=lambda each: each.order(), reverse=True):  # the best one last
            each.passage.place, each.passage.conditions = each.place, each.conditions
            each.passage.added = each.added
        for each in found[count:]:
            each.added = min(one.added for one in read)
        return [*sorted(read, key=_best_first), *found[count:]], count

    def _read_alone(self, competing: list[Sentence]) -> None:
        """Read the best by themselves too; of a passage without one, all count as the worst of those."""
        alone_of: dict[int, list[Sentence]] = {}
        for each in competing:
            own = alone_of.setdefault(each.passage.number, [])
            if len(own) < chosen.QUOTES_OF_ONE and sum(map(len, alone_of.values())) < chosen.QUOTES_READ:
                own.append(each)
        read = [each for own in alone_of.values() for each in own]
        for each in read:
            view = self.index.views.of(each.passage.number)
            window = alone(view, each.place, self.question.text)
            by_itself = self.reader.read(self.question.as_read, [window])[0].answered
            each.alone = each.answered if each.was_alone else by_itself
        least = min(each.alone for each in read)
        for each in [each for each in competing if each not in read]:
            each.alone = least
            if alone_of[each.passage.number]:
                competing.remove(each)


@dataclass(eq=False)
class Sentence:
    """A sentence that may be quoted, with what is known of it so far."""

    passage: Passage
    place: int
    likeness: float
    conditions: float
    told: float = 0.0
    alone: float = 0.0
    answered: float = 0.0
    was_alone: bool = False  # its window held no other sentence

    def read(self, answered: float, evidence: float) -> None:
        """Take in what the reader made of it in its passage."""
        self.answered = answered
        self.told = READING["answered"] * answered + READING["evidence"] * evidence
        self.told += READING["likeness"] * self.likeness

    @property
    def added(self) -> float:
        """To the score of its passage."""
        return self.told + READING["alone"] * self.alone

    def order(self) -> tuple[float, int, int]:
        """Best first."""
        value = self.passage.alike + self.conditions + self.added
        return -value, self.passage.number, self.place


def _best_first(passage: Passage) -> tuple[float, int]:
    return -passage.total, passage.number


@pytest.fixture(scope="module")
def words(ten: Index) -> Words:
    """Of the ten documents."""
    units = ten._build.searchable.units
    return Words([Counter(terms(units.searched_passage(n))) for n in range(len(units.passages))])


@pytest.fixture(scope="module")
def reader() -> Reader:
    """For product and formula."""
    return Remembering()


@pytest.mark.parametrize("text", QUESTIONS)
def test_passages_and_quotes_are_ordered_by_the_formula(
    ten: Index, words: Words, reader: Reader, text: str
) -> None:
    """First step, five scores, conditions, quote, reading: the same passages, scores, quotes and order."""
    index = ten._build.searchable
    question, asked = parse_question(text), open_embedder().embed_question(text)
    found = rank(index, question, asked, None, reader)
    expected, read = Oracle(index, words, question, asked, reader).ranked()
    by_number = {each.number: each for each in expected}
    scores = {each.passage: each.scores.total for each in found}
    assert scores == pytest.approx({number: each.total for number, each in by_number.items()}, abs=1e-3)
    for group in (found[:read], found[read:]):  # equal ones may stand either way round
        totals = [by_number[each.passage].total for each in group]
        assert all(one >= other - 1e-3 for one, other in pairwise(totals))
    for each in found[: chosen.QUOTED]:
        sentence = index.views.of(each.passage).sentences[by_number[each.passage].place]
        assert each.sentence == (sentence.start, sentence.end)
