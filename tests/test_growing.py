"""What a changed index takes over from the one before: rows, words, cells, files; what is nearly the same."""

import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import briefqa
from briefqa.reading.files import read_document
from briefqa.splitting.marks import Marks, marks_of
from briefqa.splitting.near_duplicates import SHARE, near_duplicates
from briefqa.splitting.units import BODY, Units
from briefqa.store.builds import current_build
from briefqa.store.dense import EXACT_UP_TO, DenseIndex
from briefqa.store.growing import Moved
from briefqa.store.recall import NearestRecall, recall_of_json, told_recall
from briefqa.store.rows import JoinedRows, joined, joined_spans, save_rows
from briefqa.store.vocabulary import WordRows
from briefqa.text.folding import fold

SOURCES = st.lists(st.integers(-1, 7), max_size=20).map(lambda each: np.array(each, np.int64))


@given(SOURCES)
def test_joined_rows_are_those_that_are_named(sources: np.ndarray) -> None:
    """Each row is the old one of its number, or the next of the fresh ones."""
    old, fresh = np.arange(16).reshape(8, 2), -np.arange(1, 41).reshape(20, 2)
    new = iter(fresh)
    expected = [old[each].tolist() if each >= 0 else next(new).tolist() for each in sources]
    assert np.asarray(joined(old, sources, fresh)).tolist() == expected


@given(SOURCES, st.lists(st.integers(0, 3), min_size=28, max_size=28))
def test_joined_spans_are_those_that_are_named(sources: np.ndarray, lengths: list[int]) -> None:
    """Likewise spans of any lengths, none of them too, and where each begins."""
    old_starts, fresh_starts = (np.append(0, np.cumsum(each)) for each in (lengths[:8], lengths[8:]))
    old, fresh = np.arange(old_starts[-1]), -np.arange(1, fresh_starts[-1] + 1)
    spans = _cut(old, old_starts)
    new = iter(_cut(fresh, fresh_starts))
    expected = [spans[each] if each >= 0 else next(new) for each in sources]
    rows, starts = joined_spans((old, old_starts), sources, (fresh, fresh_starts))
    assert _cut(np.asarray(rows), starts) == expected


def _cut(rows: np.ndarray, starts: np.ndarray) -> list[list[int]]:
    return [rows[begin:end].tolist() for begin, end in pairwise(starts)]


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, "<i8"])
def test_joined_rows_are_saved_as_numpy_saves_them(tmp_path: Path, dtype: str) -> None:
    """Byte by byte, so that an index that grew is the one that was built at once."""
    rows = np.arange(60).reshape(15, 4).astype(dtype)
    np.save(tmp_path / "whole.npy", rows)
    save_rows(tmp_path / "parts.npy", JoinedRows([rows[:4], rows[4:4], rows[4:]]))
    assert (tmp_path / "parts.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


@given(st.sets(st.text(max_size=3)), st.sets(st.text(max_size=3)))
def test_words_come_where_they_belong(old: set[str], fresh: set[str]) -> None:
    """Known ones are found, unknown ones get the place that keeps all in order."""
    words, new = sorted(old), sorted(fresh - old)
    rows, known = WordRows.of(words).places(sorted(fresh))
    assert known.tolist() == [each in old for each in sorted(fresh)]
    sources = np.insert(np.arange(len(words)), rows[~known], -1)
    assert list(WordRows.of(words).grown(sources, new)) == sorted(old | fresh)


def test_vectors_are_written_as_faiss_writes_them(tmp_path: Path) -> None:
    """So that any FAISS opens them."""
    flat = faiss.IndexFlatIP(16)
    flat.add(_unit(30, 0))
    DenseIndex.build(_unit(30, 0)).save(tmp_path / "vectors.faiss")
    assert (tmp_path / "vectors.faiss").read_bytes() == faiss.serialize_index(flat).tobytes()


def test_cells_that_grew_find_what_new_ones_find(tmp_path: Path) -> None:
    """They name all vectors once, and nearly all of the ten nearest are found, fresh ones too."""
    centres = _unit(300, 0)[np.arange(EXACT_UP_TO + 2_000) % 300]
    vectors = centres + 0.7 * _unit(len(centres), 1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kept = np.delete(np.arange(len(vectors)), [3, 700, 701, 21_000])
    sources = np.insert(kept, 5_000, np.full(90, -1))
    to = np.full(len(vectors), -1)
    to[sources[sources >= 0]] = np.flatnonzero(sources >= 0)
    fresh = _unit(90, 2)
    DenseIndex.build(vectors).save(tmp_path / "old.faiss")
    DenseIndex.load(tmp_path / "old.faiss").grown(Moved.of(to, len(sources)), fresh).save(
        tmp_path / "new.faiss"
    )
    grown, expected = DenseIndex.load(tmp_path / "new.faiss"), np.asarray(joined(vectors, sources, fresh))
    assert np.array_equal(grown.vectors(), expected)
    assert grown.names_only_its_own()
    found = [set(grown.search(query, 500)[0].tolist()) for query in _unit(50, 3)]
    nearest = [set(np.argsort(-(expected @ query))[:10].tolist()) for query in _unit(50, 3)]
    assert np.mean([len(one & other) for one, other in zip(found, nearest, strict=True)]) > 9.8
    assert [grown.search(each, 20)[0][0] - 5_000 for each in fresh] == list(range(90))


@pytest.mark.parametrize(("share", "stays"), [(0.03, True), (0.3, True), (1.0, True), (1.0, False)])
def test_vectors_of_another_kind_are_found_when_they_come(tmp_path: Path, share: float, stays: bool) -> None:
    """As many as in an index that is built at once, however many come, whether or not the old ones stay."""
    count = EXACT_UP_TO + 1_000
    old, fresh = _clustered(count, 1), _clustered(int(share * count), 2)
    stay = count if stays else 0
    to = np.where(np.arange(count) < stay, np.arange(count), -1)
    DenseIndex.build(old).save(tmp_path / "old.faiss")
    grown = DenseIndex.load(tmp_path / "old.faiss").grown(Moved.of(to, stay + len(fresh)), fresh)
    grown.save(tmp_path / "new.faiss")
    vectors = np.concatenate([old[:stay], fresh])
    found, at_once = DenseIndex.load(tmp_path / "new.faiss"), DenseIndex.build(vectors)
    assert np.array_equal(found.vectors(), vectors)
    assert found.names_only_its_own()
    queries = fresh[:: len(fresh) // 50]
    assert _recall(found, vectors, queries) >= 0.98 * _recall(at_once, vectors, queries)
    among = np.arange(1, len(vectors))
    assert all(0 not in found.search(each, 500, among)[0] for each in queries)


def test_the_recall_that_is_told_is_that_of_the_search(tmp_path: Path) -> None:
    """The share of the ten nearest that are found of the drawn ones; it stays while the cells do."""
    count = EXACT_UP_TO + 1_000
    vectors, like = _scattered(count, 1), _scattered(300, 2)
    index = DenseIndex.build(vectors, like)
    drawn = like[np.unique(np.linspace(0, 299, 64).astype(int))]
    assert index.recall == NearestRecall(pytest.approx(_recall(index, vectors, drawn)), 64)
    assert 0.3 < index.recall.share < 1
    index.save(tmp_path / "old.faiss")
    old = DenseIndex.load(tmp_path / "old.faiss", index.recall)
    few = old.grown(Moved.of(np.arange(count), count + 500), _scattered(500, 3), like)
    assert few.recall == index.recall
    fresh = _scattered(3_000, 4)
    many = old.grown(Moved.of(np.arange(count), count + 3_000), fresh, np.concatenate([like, fresh]))
    assert many.recall is not None
    assert many.recall != index.recall
    assert DenseIndex.build(vectors[:EXACT_UP_TO], like).recall is None


def test_of_equal_passages_any_is_found() -> None:
    """The recall that is told goes by cosines: of what is there thirty times numbers say nothing."""
    kinds = _scattered(700, 1)
    index = DenseIndex.build(np.repeat(kinds, 30, axis=0), kinds)
    assert index.recall == NearestRecall(1.0, 64)


@pytest.mark.parametrize(
    "said",
    [{}, {"exact": False}, {"exact": True, "recall@10": 1.0}, {"exact": False, "recall@10": 2, "drawn": 64}],
)
def test_a_recall_that_is_none_is_refused(said: dict[str, object]) -> None:
    """What is told is what was measured, or that all are compared."""
    with pytest.raises((ValueError, KeyError)):
        recall_of_json(said)
    for recall in (None, NearestRecall(0.9875, 64)):
        assert recall_of_json(told_recall(recall)) == recall


def test_a_few_adds_leave_the_cells_and_many_do_not(tmp_path: Path) -> None:
    """Cells are found anew when one vector in 20 came later, by whatever number of adds."""
    vectors = _clustered(EXACT_UP_TO + 1_000, 1)
    DenseIndex.build(vectors).save(tmp_path / "0.faiss")
    centres = []
    for number in range(4):
        index = DenseIndex.load(tmp_path / f"{number}.faiss")
        centres.append(index._cells.quantizer.reconstruct_n(0, index._cells.nlist))
        moved = Moved.of(np.arange(index.count), index.count + 500)
        index.grown(moved, _clustered(500, 2 + number)).save(tmp_path / f"{number + 1}.faiss")
    assert [np.array_equal(centres[0], each) for each in centres] == [True, True, True, False]


def _scattered(rows: int, seed: int) -> np.ndarray:
    """Unit vectors that are near to nothing, so that some of the nearest are missed."""
    vectors = np.random.default_rng(seed).standard_normal((rows, 64)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _clustered(rows: int, kind: int) -> np.ndarray:
    """Unit vectors around centres that lie where those of no other kind do."""
    generator = np.random.default_rng(kind)
    centres = generator.standard_normal((400, 64)) + 2 * generator.standard_normal(64)
    vectors = centres[generator.integers(0, 400, rows)] + 0.7 * generator.standard_normal((rows, 64))
    unit: np.ndarray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _recall(index: DenseIndex, vectors: np.ndarray, queries: np.ndarray) -> float:
    found = [set(index.search(query, 500)[0][:10].tolist()) for query in queries]
    nearest = [set(np.argsort(-(vectors @ query))[:10].tolist()) for query in queries]
    return float(np.mean([len(one & other) / 10 for one, other in zip(found, nearest, strict=True)]))


def _unit(rows: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


SAID = (
    "本县共有十二座公路桥梁。",
    "去年新增三座人行天桥。",
    "明年计划新建五座铁路桥。",
    "一是修路。",
    "要按季度报告工程的进度。",
)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.sampled_from(SAID), min_size=1, max_size=5), min_size=1, max_size=5))
def test_near_duplicates_share_most_of_their_sentences(
    tmp_path_factory: pytest.TempPathFactory, told: list[list[str]]
) -> None:
    """As counted sentence by sentence, whatever their width and blanks."""
    folder = tmp_path_factory.mktemp("near")
    documents = []
    for number, sentences in enumerate(told):
        path = folder / f"{number}.txt"
        path.write_text(f"第{number}号\n\n" + "".join(sentences), "utf-8")
        documents.append(read_document(path, path.name).document)
    units = Units.split(documents)
    held: list[set[str]] = [set() for _ in documents]
    for number, row in enumerate(units.sentences):
        text = "".join(fold(units.sentence_text(number)).split())
        if row["kind"] == BODY and len(text) >= 10:
            held[units.passages[row["passage"]]["document"]].add(text)
    expected = [
        (documents[one].id, documents[other].id)
        for one, other in combinations(range(len(documents)), 2)
        if (shared := len(held[one] & held[other]))
        and shared >= SHARE * min(len(held[one]), len(held[other]))
    ]
    assert list(near_duplicates(units, Marks.of(units).said)) == expected


@given(st.lists(st.text(max_size=20)))
def test_equal_texts_have_equal_marks(texts: Sequence[str]) -> None:
    """And others have others."""
    marks = marks_of(texts).tolist()
    assert Counter(Counter(marks).values()) == Counter(Counter(texts).values())


def test_a_change_rewrites_no_file_of_a_document_that_stays(small_index: Path, tmp_path: Path) -> None:
    """Texts and originals are the very files of the build before; of what is removed nothing is left."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    before = current_build(index)
    kept = {_inode(path) for folder in ("texts", "originals") for path in (before / folder).iterdir()}
    (tmp_path / "A.txt").write_text("丙县2024年共有桥梁31座。", "utf-8")
    briefqa.add_documents(tmp_path / "A.txt", index)
    grown = {
        _inode(path)
        for folder in ("texts", "originals")
        for path in (current_build(index) / folder).iterdir()
    }
    assert kept < grown
    assert len(grown - kept) == 2
    briefqa.remove_documents("A.txt", index)
    assert current_build(index) == before
    assert briefqa.verify(index) == []


def test_a_file_damaged_after_a_change_is_named_in_both_builds(small_index: Path, tmp_path: Path) -> None:
    """A link's digest is the one that was written first, so that damage never becomes what is whole."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    (tmp_path / "A.txt").write_text("丙县2024年共有桥梁31座。", "utf-8")
    briefqa.add_documents(tmp_path / "A.txt", index)
    linked = next(each for each in (current_build(index) / "texts").iterdir() if each.stat().st_nlink > 1)
    data = bytearray(linked.read_bytes())
    data[0] ^= 1
    linked.write_bytes(data)
    assert f"texts/{linked.name}" in briefqa.verify(index)
    with pytest.raises(briefqa.IndexCorruptError):
        briefqa.rollback(index)


def _inode(path: Path) -> int:
    return path.stat().st_ino
