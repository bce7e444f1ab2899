"""What is stored of the passages of an index is what their texts say."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import CODE
from briefqa.reading.files import read_document
from briefqa.splitting.units import Units
from briefqa.splitting.view_records import recalled_view, view_record
from briefqa.splitting.views import PassageView, Surroundings
from briefqa.store.corpus import Source, distinct, document_head, head_of
from briefqa.store.dense import DenseIndex
from briefqa.store.files import FolderFiles
from briefqa.store.growing import GrownUnits
from briefqa.store.links import Links
from briefqa.store.records import SealedRecords
from briefqa.store.searchable import Searchable, searched_texts
from briefqa.store.views import PassageViews
from briefqa.text.facts import RecalledSaid, facts_of
from briefqa.text.said import Said
from briefqa.text.timeline import Standpoint

FACTS = (
    "text folded terms numbers quantities figures has_numeral names article articles "
    "is_planned tells_day tells_year tells_term"
).split()
PIECES = (
    *(
        "2023年",
        "去年",
        "今年",
        "增长3.5%",
        "第十二条",
        "第12条规定",
        "一、",
        "苏州市",
        "王小明",
        "国家统计局",
        "5月",
        "两家",
    ),
    *(
        "目标",
        "3个工作日内",
        "比上年",
        "二〇二六年",
        "1,234万元",
        "百分之五",
        "图3",
        "\n",
        "。",
        "，",
        "ＧＤＰ",
        "plan",
        "x2",
        "³",
    ),
)
SAMPLES = Path(__file__).parent / "cases"


def _facts(said: Said, standpoint: Standpoint | None) -> dict[str, Any]:
    return {name: getattr(said, name) for name in FACTS} | {"years": said.years(standpoint)}


def _seen(view: PassageView) -> list[dict[str, Any]]:
    """All that a condition can ask of the sentences of a view and of what is around them."""
    return [_around(view.around(place)) for place in range(len(view.sentences))]


def _around(where: Surroundings) -> dict[str, Any]:
    document = where.document
    return {
        "said": [
            _facts(each, where.standpoint)
            for each in (where.sentence, where.named, where.passage, *where.headings)
        ],
        "about": where.about.text,
        "place": (where.offset, where.standpoint),
        "document": (document.id, document.title, dict(document.metadata), document.year_at(where.offset)),
        "part": document.part_at(where.offset),
    }


@settings(deadline=None)  # the first words load a dictionary
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join),
    st.sampled_from((None, Standpoint(2024, 2023), Standpoint(2020, 2020))),
    st.sampled_from((None, Standpoint(2024, 2023), Standpoint(1999, 1998))),
)
def test_what_a_text_says_is_recalled(text: str, noted: Standpoint | None, asked: Standpoint | None) -> None:
    """All of it, through JSON, whichever the standpoint that is asked from."""
    facts = facts_of(Said(text), noted)
    assert "\n" not in facts
    recalled = RecalledSaid(text, facts, noted)
    assert _facts(recalled, asked) == _facts(Said(text), asked)
    assert facts_of(recalled, noted) == facts


def _samples() -> list[Path]:
    found = sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".txt", ".md", ".html", ".docx"))
    assert len(found) > 10
    return found


@pytest.mark.parametrize("path", _samples(), ids=lambda path: path.name)
def test_stored_views_are_those_of_the_texts(path: Path) -> None:
    """Every sentence of the sample documents, tables too: the same is said, and nothing else is needed."""
    units = Units.split([read_document(path, path.name).document])
    document = units.documents[0]
    head = head_of(document_head(document))
    views = PassageViews.of_units(units)
    for number in range(len(units.passages)):
        view = views.of(number)
        recalled = recalled_view(view_record(view), head)
        assert recalled.passage == units.passage(number)
        assert recalled.sentences == view.sentences
        assert recalled.rows == view.rows
        assert recalled.context == units.context(number)
        assert [each.text for each in recalled.said] == [each.text for each in view.said]
        assert _seen(recalled) == _seen(view)
        assert view_record(recalled) == view_record(view)


@settings(deadline=None)  # files are written
@given(st.lists(st.text(max_size=20), max_size=8), st.data())
def test_a_record_comes_back_or_is_known_to_be_damaged(texts: list[str], data: st.DataObject) -> None:
    """Whatever its letters; one flipped bit anywhere among them is told."""
    with TemporaryDirectory() as folder:
        SealedRecords.save(Path(folder), "x", texts)
        records = SealedRecords.load(FolderFiles(Path(folder)), "x")
        assert [records[number] for number in range(len(records))] == texts
        for number in range(len(records)):
            content = records.content.copy()
            place = data.draw(st.integers(int(records.starts[number]), int(records.starts[number + 1]) - 1))
            content[place] ^= 1 << data.draw(st.integers(0, 7))
            with pytest.raises(ValueError, match="changed"):
                SealedRecords(content, records.starts)[number]


def test_a_head_is_the_document_without_its_text(small_index: Path) -> None:
    """With what the other documents tell of it."""
    import briefqa

    with briefqa.open_index(small_index) as index:
        documents: Any = index._build.searchable.units.documents
        for number, document in enumerate(documents):
            head = documents.head(number)
            told = {"text": "", "sha256": "", "blocks": (), "headings": (), "fields": (), "tables": ()}
            left_out = told | {"page_starts": (), "ocr_pages": (), "pages_inferred": False}
            assert head == dataclasses.replace(document, **left_out)


TEXTS = {
    "a.txt": "甲市2023年工作报告\n\n一、工业\n\n甲市有12家智能工厂。去年新增3家，增长3.5%。\n",
    "b.txt": "乙市规划\n\n乙市到2030年建成地铁5条。５Ｇ基站30座。\n",
    "c.md": "# 丙县\n\n| 项目 | 2024年 |\n|---|---|\n| 桥梁 | 31 |\n| 学校 | 8 |\n\n丙县有桥。\n",
    "d.txt": "丁县\n\n第一条 丁县有路。\n\n第二条 丁县有30条河，比上年多2条。\n",
}
FOLDERS = st.dictionaries(st.sampled_from(sorted(TEXTS)), st.sampled_from(sorted(TEXTS)), min_size=1)


@settings(deadline=None, max_examples=25)
@given(FOLDERS, FOLDERS)
def test_what_grew_equals_what_was_made_at_once(old: dict[str, str], new: dict[str, str]) -> None:
    """Whichever documents stay, go, come or change: terms, years, names and what passages say."""
    before, grown, whole = _indexed(old), _indexed(new, _indexed(old)), _indexed(new)
    assert _known(grown) == _known(whole)
    assert _known(before) == _known(_indexed(old))


def _indexed(texts: dict[str, str], before: Searchable | None = None) -> Searchable:
    with TemporaryDirectory() as folder:
        sources = []
        for name, text in texts.items():
            path = Path(folder, name.replace(".md", ".txt") if not text.endswith(".md") else name)
            path.write_text(TEXTS[text], "utf-8")
            sources.append(Source(read_document(path, name).document, path))
    documents = distinct(sources)
    if before is None:
        units = Units.split(documents)
        texts = searched_texts(units)
        return Searchable.of(units, texts, *_made_of(*texts))
    grown = GrownUnits.of(before.units, documents)
    views = PassageViews(before.views.of, _saved_records(before))
    before = dataclasses.replace(before, views=views)
    return before.grown(grown, texts := grown.fresh_texts(), *_made_of(*texts))


def _made_of(passages: list[str], sentences: list[str]) -> tuple[np.ndarray, np.ndarray, TokenIndex]:
    """Vectors and tokens that tell the texts apart."""
    rows = [
        np.array([[len(each), ord(each[0]), ord(each[-1])] for each in texts])
        for texts in (passages, sentences)
    ]
    vectors, halves = (each.reshape(-1, 3).astype(np.float16) for each in rows)
    codes = [np.full((len(text) % 5, CODE), len(text) % 251, np.uint8) for text in sentences]
    return vectors.astype(np.float32), halves, TokenIndex.of(codes)


def _saved_vectors(index: Searchable) -> np.ndarray:
    with TemporaryDirectory() as folder:
        index.dense.save(path := Path(folder, "vectors"))
        saved = DenseIndex.load(path)
        return saved.vectors().copy()


def _saved_records(index: Searchable) -> SealedRecords:
    with TemporaryDirectory() as folder:
        index.views.save(Path(folder), "views", [0, len(index.units.passages)], Links(Path(folder)))
        saved = SealedRecords.load(FolderFiles(Path(folder)), "views")
        return SealedRecords(saved.content.copy(), saved.starts.copy())


def _known(index: Searchable) -> dict[str, Any]:
    lexical, catalogue = index.lexical, index.catalogue
    arrays = {
        "starts": lexical.starts,
        "passages": lexical.passages,
        "weights": lexical.weights,
        "counts": lexical.counts,
        "lengths": lexical.lengths,
        "holders": lexical.holders,
        "years": index.years,
        "keys": catalogue.starts,
        "documents": catalogue.documents,
        "vectors": _saved_vectors(index),
        "sentence vectors": np.asarray(index.sentence_vectors),
        "tokens": np.asarray(index.tokens.codes),
        "token starts": index.tokens.starts,
        "marks": index.marks.together(),
        "passage rows": index.units.passages,
        "sentence rows": index.units.sentences,
    }
    return {name: (array.dtype, array.tolist()) for name, array in arrays.items()} | {
        "terms": list(lexical.rows),
        "characters": list(lexical.characters),
        "names": list(catalogue.keys),
        "views": list(_saved_records(index)),
    }
