"""Whatever is asked or read costs no more than its share, and what cannot be used is one sentence."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa import BriefQAError, Index, InputError, build_index, open_index
from briefqa.building.reading_apart import ReadingProcess
from briefqa.errors import DocumentError
from briefqa.question.limits import MAX_QUESTION, check_count, checked_history, checked_question
from briefqa.question.parsing import MAX_CONDITIONS, parse_question
from briefqa.reading.files import read_document
from briefqa.ui.source.pdfimage import bounded_scale, draw
from pdfs import Text, make_pdf

LONG = {
    "years in a row": "".join(f"{1900 + i % 190}年、" for i in range(400)),
    "years from now": "今年去年前年" * 333,
    "places": "苏州、无锡、南京、杭州、" * 166,
    "romanised places": "Suzhou and Wuxi " * 125,
    "bodies": "苏州市人民政府和" * 250,
    "articles": "第三条、" * 500,
    "one number": "9" * 5_000,
    "one Chinese number": "一二三四五亿" * 333,
    "numbers": "3亿亿亿" * 500,
    "versions": "1.2.3.4.5." * 200,
    "exponents": "1e999999999亿" * 150,
    "powers": "10²³⁴⁵" * 330,
    "brackets": "（《【" * 666,
    "blanks": "苏" + " " * 1_990 + "州",
    "no width": "\u200b" * 1_990 + "州",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_long_question_is_read_at_once(text: str) -> None:
    """However many years, names and numbers it holds: a second at most, and a bounded list of conditions."""
    parse_question("苏州市2025年 Suzhou")  # the libraries are there
    began = time.process_time()
    assert len(parse_question(text).conditions) <= MAX_CONDITIONS
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", [each[:MAX_QUESTION] for each in LONG.values()], ids=LONG.keys())
def test_a_long_question_is_answered_in_seconds(text: str, brief: Index) -> None:
    """With a history of the same length too."""
    began = time.process_time()
    brief.ask(text, history=[text] * 20_000)
    assert time.process_time() - began < 10


def test_a_history_of_any_length_costs_its_last_turns(brief: Index) -> None:
    """20,000 earlier questions are as quick as six; what the page sends back is cut before it is read."""
    question, before = "那无锡呢？", ["苏州有多少家智能工厂？"] * 20_000
    brief.ask(question, history=before[-6:])
    began = time.process_time()
    brief.ask(question, history=before[-6:])
    six = time.process_time() - began
    began = time.process_time()
    brief.ask(question, history=before)
    assert time.process_time() - began < 3 * six + 0.5


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_read_as_a_question(text: str) -> None:
    """Half characters, control characters, other scripts: nothing is raised, and slots are slices."""
    question = parse_question(text)
    assert all(question.text[slot.start : slot.end] == slot.text for slot in question.slots)


@given(st.one_of(st.text(st.characters()), st.integers(), st.none(), st.lists(st.text()), st.floats()))
def test_what_is_no_question_is_one_sentence(value: object) -> None:
    """A question comes through without blanks around it, or InputError says why, in printable text."""
    for check in (checked_question, checked_history, check_count):
        told = ""
        try:
            check(value)
        except InputError as error:
            told = str(error)
        assert "\n" not in told
        told.encode()


@pytest.mark.parametrize("k", [0, -1, 10**7, 10**5_000, True, 1.5, "5", None], ids=lambda k: type(k).__name__)
def test_a_number_of_passages_is_a_number(small_index: Path, k: object) -> None:
    """Anything else is refused with one sentence, whatever its size."""
    with open_index(small_index) as index, pytest.raises(InputError, match=r"^k is [^\n]+\.$"):
        index.search("智能工厂", k)  # type: ignore[arg-type]


def test_documents_that_are_no_ids_are_one_sentence(small_index: Path) -> None:
    """Whatever a program sends as the list of documents to search in."""
    with open_index(small_index) as index:
        for wrong in ([{}], [None], [1], ["x"], []):
            with pytest.raises(InputError):
                index.search("智能工厂", documents=wrong)  # type: ignore[arg-type]


@given(st.floats(0.1, 20_000), st.floats(0.1, 20_000))
def test_a_page_picture_is_bounded(width: float, height: float) -> None:
    """A strip or a poster: no side and no area beyond what a screen needs."""
    scale = bounded_scale(width, height, 1_100)
    assert width * scale <= 1_101
    assert height * scale <= 8_001
    assert width * scale * height * scale <= 12_100_000


def _strip(tmp_path: Path, width: int, height: int) -> Path:
    data = make_pdf([[Text(0.1, 100.0, "甲")]])
    path = tmp_path / "strip.pdf"
    path.write_bytes(data.replace(b"/MediaBox [0 0 595.0 842.0]", b"/MediaBox [0 0 %d %d]" % (width, height)))
    assert b"%d %d]" % (width, height) in path.read_bytes()
    return path


@pytest.mark.parametrize("size", [(1, 500), (500, 1), (14_400, 14_400)])
def test_a_strip_of_a_page_is_drawn(tmp_path: Path, size: tuple[int, int]) -> None:
    """Pages of any shape give a picture of a bounded size."""
    from PIL import Image

    path = _strip(tmp_path, *size)
    picture = tmp_path / "page.webp"
    picture.write_bytes(draw(path, 0, 1_100))
    with Image.open(picture) as image:
        assert image.width <= 1_101
        assert image.height <= 8_001


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A PDF of three pages."""
    path = tmp_path / "三页.pdf"
    path.write_bytes(make_pdf([[Text(72.0, 100.0, f"{place}市有12家智能工厂。")] for place in "甲乙丙"]))
    return path


def test_a_file_read_apart_is_the_same(pdf: Path) -> None:
    """Text, boxes and report are those of reading it here; pages are counted."""
    seen: list[tuple[int, int]] = []
    with ReadingProcess() as process:
        apart = process.read(pdf, "三页.pdf", on_page=lambda *page: seen.append(page))
        again = process.read(pdf, "三页.pdf")
    here = read_document(pdf, "三页.pdf")
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert apart == again == here
    assert apart.document.boxes is not None
    assert here.document.boxes is not None
    assert apart.document.boxes.tobytes() == here.document.boxes.tobytes()


@pytest.mark.parametrize(("name", "value"), [("SECONDS", "0.000001"), ("MB", "64")])
def test_a_file_beyond_the_limits_is_left_out(
    pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """One that stalls or grows costs itself, with a sentence; the next one is read."""
    monkeypatch.setenv(f"BRIEFQA_READ_{name}", value)
    (tmp_path / "docs").mkdir()
    pdf.rename(tmp_path / "docs" / pdf.name)
    (tmp_path / "docs" / "甲.txt").write_text("甲市有12家智能工厂。", "utf-8")
    report = build_index(tmp_path / "docs", tmp_path / "index")
    assert [each.id for each in report.documents] == ["甲.txt"]
    assert report.skipped[0][0] == "三页.pdf"
    assert f"BRIEFQA_READ_{name}" in report.skipped[0][1]


def test_a_stop_ends_the_reading_process(pdf: Path) -> None:
    """What the caller raises comes out unchanged, and the next file is read by a new process."""

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with ReadingProcess() as process:
        with pytest.raises(KeyboardInterrupt):
            process.read(pdf, "a", on_page=stop)
        assert process.read(pdf, "b").document.id == "b"
        with pytest.raises(DocumentError):
            process.read(pdf.with_name("gone.pdf"), "c")


@pytest.mark.parametrize("given_limit", ["", "no", "-1", "inf", "nan"])
def test_a_limit_is_a_number(monkeypatch: pytest.MonkeyPatch, given_limit: str) -> None:
    """Anything else is one sentence; an empty one is as none."""
    monkeypatch.setenv("BRIEFQA_READ_MB", given_limit)
    if not given_limit:
        ReadingProcess()
        return
    with pytest.raises(BriefQAError, match="BRIEFQA_READ_MB is"):
        ReadingProcess()
