"""Splitting: every passage, sentence and address is a slice of the document."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.reading.document import Document
from briefqa.reading.files import read_document
from briefqa.reading.structure import assemble  # noqa: F401  (the assembled document is what is split)
from briefqa.splitting.passages import (
    MAX_CHARACTERS,
    MAX_SENTENCE_CHARACTERS,
    split_passages,
    split_sentences,
)


def _document(text: str, folder: Path) -> Document:
    path = folder / "x.txt"
    path.write_text(text, "utf-8")
    return read_document(path, "x.txt").document


_PIECES = st.sampled_from(
    [
        "一、总则\n",
        "（一）目标\n",
        "1、坚持创新。创新是动力。",
        "苏州有7家工厂。",
        "他说：“好！”",
        "\n",
        "\n\n",
        "，",
        "……",
        "x. Y",
        "3.5%",
        "　　",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_PIECES, min_size=1, max_size=60))
def test_passages_tile_their_document(tmp_path_factory: object, pieces: list[str]) -> None:
    """Joined in order the passages are the document's text, letter for letter."""
    text = "".join(pieces)
    if not "".join(text.split()):
        return
    document = _document(text, tmp_path_factory.mktemp("d"))  # type: ignore[attr-defined]
    passages = split_passages(document)
    assert "".join(passage.text for passage in passages) == document.text
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.id == f"x.txt#{passage.start}-{passage.end}"


@given(st.text(alphabet='苏州有厂。！？…；，”’）)"a.B 1\n', max_size=400))
def test_sentences_are_slices_that_lose_nothing(text: str) -> None:
    """Sentences are in order, trimmed, and hold every character but white space."""
    sentences = split_sentences(text, offset=7)
    assert all(text[each.start - 7 : each.end - 7] == each.text == each.text.strip() for each in sentences)
    assert "".join("".join(each.text.split()) for each in sentences) == "".join(text.split())


def test_closing_marks_stay_with_their_sentence() -> None:
    """。” ends a sentence, and 3.5 does not."""
    found = [each.text for each in split_sentences("他说：“干得好。”然后增长3.5%。真的？！（是的。）完")]
    assert found == ["他说：“干得好。”", "然后增长3.5%。", "真的？！", "（是的。）", "完"]


def test_a_line_without_any_mark_is_bounded() -> None:
    """Nothing unbounded is embedded or shown."""
    assert max(len(each.text) for each in split_sentences("苏" * 10_000)) <= MAX_SENTENCE_CHARACTERS


def test_passages_of_the_reports_are_packed_and_whole(shared: Path) -> None:
    """On 72 real reports: no character lost, no sentence cut, and almost no passage over the limit."""
    lengths = []
    for path in sorted((shared / "corpus" / "gov_work_reports_txt").iterdir()):
        document = read_document(path, path.name).document
        passages = split_passages(document)
        assert "".join(passage.text for passage in passages) == document.text
        whole = {
            each.start
            for block in document.blocks
            for each in split_sentences(document.text[block.start : block.end], block.start)
        }
        assert {passage.start for passage in passages} <= whole
        lengths += [len(passage.text.strip()) for passage in passages]
    assert sum(length > MAX_CHARACTERS for length in lengths) / len(lengths) < 0.03
    assert 180 < sum(lengths) / len(lengths) < 300
