"""The whole ranking against its formula, written out in plain numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from briefqa import Index, build_index, open_index
from briefqa.models.embedding import open_embedder
from briefqa.models.token_codes import rotated, unpacked
from briefqa.question.parsing import parse_question
from briefqa.retrieval.ranking import rank
from briefqa.retrieval.weights import NO_BODY, ranking_weights
from briefqa.splitting.units import BODY, HEADING

TEXTS = {
    "水价": "云岭市水价调整方案\n\n一、居民用水\n\n第一档水价为每立方米2.8元。第二档为每立方米4.1元。\n\n"
    "二、非居民用水\n\n工业用水为每立方米5.6元，由供水企业代收。\n",
    "校车": "云岭市校车管理办法\n\n一、线路\n\n校车线路由教育部门会同交通部门审定。\n\n二、驾驶人\n\n"
    "驾驶人应当取得校车驾驶资格。\n",
    "养老": "云岭市养老服务补贴办法\n\n八十周岁以上老人每月补贴一百元，按季度发放。\n",
}
# Without years, names, figures or fields: the conditions have tests of their own.
QUESTIONS = ("校车线路由哪些部门审定？", "怎样取得驾驶资格", "居民用水的水价", "老人的补贴怎么发放？")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Three short documents in one index."""
    folder: Path = tmp_path_factory.mktemp("oracle")
    (folder / "in").mkdir()
    for name, text in TEXTS.items():
        (folder / "in" / f"{name}.txt").write_text(text, "utf-8")
    build_index(folder / "in", folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize("text", QUESTIONS)
def test_passages_are_ordered_by_the_formula(small: Index, text: str) -> None:
    """Σ weight · (cosine, coverage^1.5, best sentence's cosine, late of passage, late of sentence)."""
    index = small._build.searchable
    question, asked = parse_question(text), open_embedder().embed_question(text)
    expected = []
    for passage in range(len(index.units.passages)):
        numbers = list(index.units.sentences_of(passage))
        kinds = index.units.sentences["kind"][numbers]
        cosines = np.array([index.sentence_vectors[n].astype(np.float64) @ asked.vector for n in numbers])
        if (kinds == BODY).any():
            cosines[kinds != BODY] = -1
        else:
            cosines -= NO_BODY
        cosines[kinds == HEADING] = -1
        nearest = np.array(
            [
                [
                    max(
                        1.04 * row @ token / np.linalg.norm(token)
                        for token in unpacked(index.tokens.of_sentence(n))
                    )
                    for row in rotated(asked.tokens.vectors)
                ]
                for n in numbers
            ]
        )
        weights = asked.tokens.weights
        coverage = float(index.lexical.coverage(question.terms)[passage])
        scores = (
            float(index.dense.vectors()[passage] @ asked.vector),
            coverage**1.5,
            cosines.max(),
            nearest.max(axis=0) @ weights,
            (nearest @ weights).max(),
        )
        learned = ranking_weights()
        factors = (learned.cosine, learned.coverage, learned.sentence, learned.late, learned.late_sentence)
        expected.append(sum(f * s for f, s in zip(factors, scores, strict=True)))
    found = rank(index, question, asked)
    assert {each.passage: each.scores.alike for each in found} == pytest.approx(
        dict(enumerate(expected)), abs=2e-2
    )
    totals = [each.scores.total for each in found]
    assert totals == sorted(totals, reverse=True)
