"""What the reader learns from: a question, a window of text, and the evidence in it, if there is any.

Policy questions (sets/reader/, over shared/corpus and over documents written for it) with the passages of
their document as windows, in the form in which the product has them read, calendar years left out of the
question as the product leaves them out. Windows without an answer: passages among the nearest in words,
others with another seed, the one that holds what comes nearest to an unanswerable question, the answer's
window without the answer's sentence; the answer's window itself for a question in which one noun is another
(`questions_like.py`), and with another noun in the window, or a part of it written anew so that it is about
another thing (edits.jsonl.gz): the same question with and without an answer, so that its wording alone tells
nothing.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.common import BENCHMARK_SETS, SHARED
from benchmarks.fit.questions_like import Nouns, without_place
from benchmarks.fit.table_questions import header_names, row_questions

from briefqa.question.parsing import parse_question
from briefqa.reading.files import find_files, read_document
from briefqa.reading.table_spans import TableRow
from briefqa.retrieval.windows import ReadPart, prose_part, row_part
from briefqa.splitting.passages import split_sentences
from briefqa.splitting.units import Units
from briefqa.splitting.views import looked_at
from briefqa.store.lexical import LexicalIndex
from briefqa.text.tokens import terms

QUESTIONS = BENCHMARK_SETS / "reader" / "questions.jsonl.gz"
EDITS = BENCHMARK_SETS / "reader" / "edits.jsonl.gz"
WRITTEN = BENCHMARK_SETS / "reader" / "documents"
CORPORA = (SHARED / "corpus" / "mixed", SHARED / "corpus" / "gov_work_reports_txt", WRITTEN)
BY_YEAR = "near_year"  # questions that only their year makes unanswerable: the conditions' matter
EDITED = "edited"  # the kind of the windows whose answer was written anew
HELD_OUT_SHARE = 10  # one document in so many is never trained on
NEAREST, OTHERS = 5, 1  # parts without the answer: so many of the nearest ones
ROWS = 14  # of a document's tables, for which questions are made
SWAPPED, PLACELESS = 0.8, 0.5  # shares of questions that are asked once more in another form
REPLACED = 0.9  # share of the answers that are read once more about another thing


@dataclass(frozen=True, slots=True)
class Example:
    """One question and window.

    Attributes:
        context: what the window is searched with: title, date, headings, a table's header.
        spans: `[start, end)` of each piece of evidence in `window`; empty when it does not answer.
        group: which question it belongs to, so that its windows can be ranked.
        held_out: whether its document is never trained on.
    """

    question: str
    context: str
    window: str
    spans: tuple[tuple[int, int], ...]
    kind: str
    language: str
    group: str
    held_out: bool


def is_held_out(document: str) -> bool:
    """Whether a document is kept from training; by its name, so that it stays the same."""
    return zlib.crc32(document.encode()) % HELD_OUT_SHARE == 0


def is_written(group: str) -> bool:
    """Whether a question is about a document that was written for this set."""
    return (WRITTEN / group.rsplit("#", 1)[0]).exists()


def policy_examples(seed: int = 0, newest: int = 0) -> Iterator[Example]:
    """The windows of every policy question; or of the `newest` last ones, with half as many of the others."""
    rng = random.Random(seed)
    by_document: dict[str, list[dict[str, Any]]] = defaultdict(list)
    records = _written_questions()
    if newest:
        held_out = [each for each in records[:-newest] if is_held_out(each["document"])]
        records = [*rng.sample(records[:-newest], newest // 2), *records[-newest:], *held_out]
    for record in records:
        if record["kind"] != BY_YEAR:
            by_document[record["document"]].append(record)
    files, _ = find_files(CORPORA)
    missed = 0
    headers: list[str] = []  # of the tables so far
    for document_id, path in files:
        records = by_document.get(Path(path).name, ())
        if not records:
            continue
        passages = _Passages(Units.split([read_document(path, document_id).document]))
        yield from passages.of_rows(headers, rng)
        headers += [name for row in passages.rows.values() for name in header_names(row)]
        for number, record in enumerate(records):
            found = list(passages.examples(record, f"{document_id}#{number}", rng))
            missed += record["answerable"] and not found
            yield from found
    print(f"evidence not found as read: {missed} questions")


def _written_questions() -> list[dict[str, Any]]:
    """The questions, with `edit`, what to write for which part of the answer, where there is one."""
    with gzip.open(EDITS, "rt", encoding="utf-8") as lines:
        edits = {(each["document"], each["question"]): each for each in map(json.loads, lines)}
    with gzip.open(QUESTIONS, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [each | {"edit": edits.get((each["document"], each["question"]))} for each in records]


class _Passages:
    """What of one document is read as one text: the prose of each passage, each row of a table."""

    def __init__(self, units: Units) -> None:
        self.document = units.documents[0]
        self.parts: list[ReadPart] = []
        self.squeezed: list[str] = []  # as they are written, rows without bars
        self.rows: dict[int, TableRow] = {}
        for number in range(len(units.passages)):
            spans = [units.span(each) for each in units.sentences_of(number)]
            sentences = [units.sentence(number, span) for span in spans]
            view = looked_at(units.passage(number), self.document, sentences)
            if prose := prose_part(view):
                self.squeezed.append("".join(prose.window.text.split()))
                self.parts.append(prose)
            for place in (each.place for each in view.rows):
                if row := self.document.row_context(sentences[place].start):
                    self.rows[len(self.parts)] = row.part(sentences[place].start, sentences[place].end)
                self.squeezed.append(_barless(sentences[place].text))
                self.parts.append(row_part(view, place, ""))
        self.texts = [each.window.text for each in self.parts]
        searched = [f"{each.window.context}\n{each.window.text}" for each in self.parts]
        self.lexical = LexicalIndex.build(searched)
        self.nouns = Nouns(searched)

    def examples(self, record: dict[str, Any], group: str, rng: random.Random) -> Iterator[Example]:
        quotes = ["".join(each.split()) for each in record.get("quotes") or ()]
        spans = {n: found for n in range(len(self.parts)) if (found := self._spans(n, quotes))}
        words = sorted(set(terms(_chinese(record))))
        order = np.argsort(-self.lexical.coverage(words), kind="stable")
        others = [int(n) for n in order if int(n) not in spans]
        if record["answerable"]:
            told = _figures("".join(quotes))
            others = [n for n in others if not told & _figures(self.squeezed[n])]
            for n in list(spans)[:2]:
                yield self._example(record, group, n, spans[n])
                yield from self._like(record, group, n, spans[n], rng)
                if edited := _edited(self.texts[n], spans[n], record["edit"]):
                    yield self._example(record | {"kind": EDITED}, group, n, (), edited)
                rest = "" if n in self.rows else text_without(self.texts[n], spans[n])
                if rest and rng.random() < 0.5:
                    yield self._example(record, group, n, (), rest)
            if not spans:
                return
        near = _barless(record.get("near") or "")
        nearest = [n for n in others if near and near in self.squeezed[n].replace("|", "")][:1]
        chosen = rng.sample(others[:NEAREST], min(OTHERS, len(others)))
        for n in dict.fromkeys([*nearest, *chosen]):
            yield self._example(record, group, n, ())

    def of_rows(self, foreign: Sequence[str], rng: random.Random) -> Iterator[Example]:
        """Questions that are made of the tables' labels and headers."""
        for n in rng.sample(sorted(self.rows), min(ROWS, len(self.rows))):
            row = self.rows[n]
            others = [each for each in self.rows.values() if each is not row and each.headers == row.headers]
            for number, each in enumerate(row_questions(row, others, foreign, rng)):
                if not each.answerable and parse_question(each.text).as_read != each.text:
                    continue  # what sets it apart is not read
                record = {"question": each.text, "kind": "row", "lang": "zh"}
                group = f"{self.document.id}#row{n}.{number}"
                whole = ((0, len(self.texts[n])),)
                yield self._example(record, group, n, whole if each.answerable else ())

    def _spans(self, n: int, quotes: Sequence[str]) -> tuple[tuple[int, int], ...]:
        """Where evidence stands in a part: of a row, all of it."""
        if n not in self.rows:
            found = any(_holds(self.squeezed[n], each) for each in quotes)
            return _spans(self.texts[n], quotes) if found else ()
        own = self.squeezed[n]
        held = any(len(own) > 4 and (each in own or own in each) for each in map(_barless, quotes) if each)
        return ((0, len(self.texts[n])),) if held else ()

    def _like(
        self,
        record: dict[str, Any],
        group: str,
        n: int,
        spans: tuple[tuple[int, int], ...],
        rng: random.Random,
    ) -> Iterator[Example]:
        """The same window asked for another thing, which it does not tell; and without the place."""
        question = str(record["question"])
        if rng.random() < SWAPPED and (other := self.nouns.swapped(question, n, rng)):
            swapped = record | {"question": other, "kind": "swapped"}
            yield self._example(swapped, f"{group}~", n, ())
        if rng.random() < REPLACED and (window := self._of_another(question, n, spans, rng)):
            yield self._example(record | {"kind": "replaced"}, group, n, (), window)
        if rng.random() < PLACELESS and (bare := without_place(question)):
            yield self._example(record | {"question": bare}, group, n, spans)

    def _of_another(self, question: str, n: int, spans: Sequence[tuple[int, int]], rng: random.Random) -> str:
        """The window with a noun of its answer replaced; "" when none can be."""
        text, above = self.texts[n], self.parts[n].window.context
        evidence = "".join(text[start:end] for start, end in spans)
        return self.nouns.replaced_in(text, question, evidence, above, rng)

    def _example(
        self,
        record: dict[str, Any],
        group: str,
        n: int,
        spans: tuple[tuple[int, int], ...],
        window: str | None = None,
    ) -> Example:
        text = self.texts[n] if window is None else window
        held_out = is_held_out(Path(self.document.id).name)
        kind, language = record["kind"], record["lang"]
        question = parse_question(record["question"]).as_read
        context = self.parts[n].window.context
        return Example(question, context, text, spans, kind, language, group, held_out)


def _edited(text: str, spans: Sequence[tuple[int, int]], edit: dict[str, str] | None) -> str:
    """A window whose answer is about another thing; "" where it has not been written so."""
    if edit is None:
        return ""
    for start, end in spans:
        if edit["from"] in text[start:end]:
            return text[:start] + text[start:end].replace(edit["from"], edit["to"]) + text[end:]
    return ""


def _barless(text: str) -> str:
    return "".join(text.replace("|", " ").split())


def _chinese(record: dict[str, Any]) -> str:
    """The question, or for an English one the text that it is about: by it the nearest passages are found."""
    if record["lang"] != "en":
        return str(record["question"])
    return "".join(record.get("quotes") or ()) or str(record.get("near") or "")


def _figures(squeezed: str) -> set[str]:
    """Numbers of three digits and more, years apart: a passage with one of the answer may answer too."""
    found = set(re.findall(r"\d[\d,.]*\d", squeezed))
    long = (each for each in found if sum(map(str.isdigit, each)) > 2)
    return {each for each in long if not re.fullmatch("(19|20)..", each)}


def _holds(squeezed: str, quote: str) -> bool:
    """Whether a passage holds a quote, or a long beginning or end of one that passages part."""
    return quote in squeezed or (len(quote) > 40 and (quote[:30] in squeezed or quote[-30:] in squeezed))


def _spans(text: str, quotes: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where the quotes stand in a text, white space apart; of a quote that goes on beyond it the part."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(text[at] for at in places)
    found = []
    for quote in quotes:
        at, length = squeezed.find(quote), len(quote)
        if at < 0 and length > 40 and (at := squeezed.find(quote[:30])) >= 0:
            length = len(squeezed) - at
        elif at < 0 and length > 40 and (end := squeezed.find(quote[-30:])) >= 0:
            at, length = 0, end + 30
        if at >= 0:
            found.append((places[at], places[min(at + length, len(places)) - 1] + 1))
    return tuple(sorted(found))


def text_without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A window without the sentences that hold evidence; "" when nothing else is in it."""
    kept = [
        each.text
        for each in split_sentences(text)
        if all(each.end <= start or end <= each.start for start, end in spans)
    ]
    return "".join(kept)
