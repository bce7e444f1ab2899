"""What a question names that its document tells of elsewhere, but not where the quote stands.

The mark of a near miss: who asks about the physical examination of a notice that tells when interviews are
reviewed, and when examinations are repeated, uses its words. Free wordings share none of them, so that a word
that the document does not know says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefqa.retrieval.candidates import Ranked
from briefqa.splitting.passages import Sentence
from briefqa.store.searchable import Searchable
from briefqa.text.asking import asking_spans
from briefqa.text.folding import fold

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST = 9  # characters of a stretch; names of things in a document are seldom longer


def count_untold(question: str, sentence: Sentence, ranked: Sequence[Ranked], index: Searchable) -> int:
    """How many stretches of the question its document has elsewhere, see `untold`; `ranked` is not empty.

    What the document says is looked for in those of its passages that were found.
    """
    view = index.views.of(ranked[0].passage)
    places = (n for n, each in enumerate(view.sentences) if each.start == sentence.start)
    around = view.around(next(places, 0))
    told = "\n".join((sentence.text, around.named.text, around.about.text))
    own = (each.passage for each in ranked if index.units.document(each.passage).id == view.document.id)
    known = "\n".join(index.units.passage_text(number) for number in own)
    return sum(1 for _ in untold(fold(question), fold(told), fold(known)))


def untold(question: str, told: str, known: str) -> Iterator[str]:
    """The longest stretches of a question that `known` has and `told` has not, from left to right.

    A stretch has two to nine Chinese characters and none of a phrase that asks. It is told when each of its
    characters stands in `told` beside one that it stands beside in the question, as in another order.
    All three texts are folded.
    """
    covered = [False] * len(question)
    for at in range(len(question) - 1):
        if question[at : at + 2] in told:
            covered[at] = covered[at + 1] = True
    for start, end in asking_spans(question):
        covered[start:end] = [True] * (end - start)
    for run in _HAN.finditer(question):
        at = run.start()
        while at < run.end() - 1:
            end = _known_end(question, at, min(run.end(), at + _LONGEST), known)
            if not all(covered[at:end]):
                yield question[at:end]
            at = max(end, at + 1)


def _known_end(question: str, start: int, most: int, known: str) -> int:
    """Where the longest stretch from `start` on ends that `known` has; `start` if it has none of two."""
    for end in range(start + 2, most + 1):
        if question[start:end] not in known:
            return end - 1 if end > start + 2 else start
    return most
