"""The model that reads question and window together."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa import Index
from briefqa.models.embedding import open_embedder
from briefqa.models.onnx_graph import STATES, Arithmetic, encoder_graph
from briefqa.models.packaged import open_session
from briefqa.models.packaged_input import packaged_input
from briefqa.models.reader import LearnedWeights, PackagedReader, eight_bit_blocks
from briefqa.models.reading import Reader, Window, WindowReading, open_reader
from briefqa.models.weights import BLOCK
from briefqa.question.parsing import parse_question
from briefqa.retrieval.ranking import rank
from briefqa.retrieval.weights import QUOTES_READ, READ, READ_ON, SURE
from briefqa.text.blanks import without_blanks

TEXT = (
    "第八条 申请人应当在收到补正通知之日起十个工作日内提交材料。逾期未提交的，视为放弃申请。"
    "第九条 区民政部门自受理之日起二十个工作日内作出决定。"
)
WINDOW = Window("河湾市临时救助办法 第二章 申请", TEXT)


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The packaged reader."""
    return open_reader()


def test_the_sentence_that_answers_reads_as_evidence(reader: Reader) -> None:
    """Of two deadlines in one window the one that is asked for has more evidence than the other."""
    first, last = TEXT.index("逾期"), TEXT.index("第九条")
    (of_papers,) = reader.read("收到补正通知以后多久要交材料？", [WINDOW])
    (of_decision,) = reader.read("民政部门受理后多长时间作出决定？", [WINDOW])
    assert of_papers.of_span(0, first) > of_papers.of_span(last, len(TEXT))
    assert of_decision.of_span(last, len(TEXT)) > of_decision.of_span(0, first)


def test_a_window_that_answers_scores_above_one_that_does_not(reader: Reader) -> None:
    """A question on another matter of the same document has lower odds of being answered."""
    (said,) = reader.read("民政部门受理后多长时间作出决定？", [WINDOW])
    (unsaid,) = reader.read("临时救助金每人每月发多少元？", [WINDOW])
    assert said.answered > unsaid.answered


def test_a_window_is_read_once_for_a_question(reader: Reader) -> None:
    """What was made of it is kept for the next time, and not taken for another question's or window's."""
    other = Window(WINDOW.context, TEXT[: TEXT.index("第九条")])
    first, second = reader.read("多久作出决定？", [WINDOW, other])
    (unlike,) = reader.read("谁作出决定？", [WINDOW])
    again = reader.read("多久作出决定？", [other, WINDOW])
    assert again[1] is first
    assert again[0] is second
    assert len({each.answered for each in (first, second, unlike)}) == 3


def test_tokens_point_into_the_window(reader: Reader) -> None:
    """Every token's place is a slice of the window's own text, in order, and no longer than it."""
    (reading,) = reader.read("多久？", [WINDOW])
    assert reading.spans.shape == (len(reading.evidence), 2)
    assert (reading.spans[:, 0] <= reading.spans[:, 1]).all()
    assert (np.diff(reading.spans[:, 0]) >= 0).all()
    assert reading.spans[-1, 1] == len(TEXT)


@pytest.mark.parametrize(
    ("question", "plain", "typeset"),
    [
        ("有多少家灯塔工厂？", "苏州坐拥7家灯塔工厂，占全国1/9。", "苏州坐拥 7 家灯塔工厂，占全国 1/9。"),
        ("5G基站建了多少个？", "全市建成5G基站3.2万个。", "全市建成 5G 基站 3.2 万个。"),
    ],
)
def test_blanks_of_a_typesetter_are_not_read(reader: Reader, question: str, plain: str, typeset: str) -> None:
    """A text set with blanks around its numbers reads as the one without; its tokens point into itself."""
    of_plain, of_typeset = (reader.read(question, [Window("", text)])[0] for text in (plain, typeset))
    assert of_typeset.answered == pytest.approx(of_plain.answered)
    texts = [
        ["".join(text[start:end].split()) for start, end in reading.spans]
        for text, reading in ((plain, of_plain), (typeset, of_typeset))
    ]
    assert texts[0] == texts[1]


@given(st.text(st.sampled_from("甲乙，a1% |\u3000\n"), max_size=30))
def test_nothing_but_blanks_beside_chinese_goes(text: str) -> None:
    """What is left is what stood at its place; English words and the bars of a table stay apart."""
    kept, places = without_blanks(text)
    assert "".join(text[at] for at in places) == kept
    gone = set(range(len(text))) - set(places)
    assert all(text[at] in " \u3000" for at in gone)
    assert without_blanks("GDP growth | 粮食 | 7 %")[0] == "GDP growth | 粮食 | 7 %"


def test_a_window_of_any_length_is_read(reader: Reader) -> None:
    """Nothing, and more than fits, are read without an error; what was not read has the least evidence."""
    empty, long = reader.read("多久？", [Window("", ""), Window("题" * 500, TEXT * 40)])
    assert len(empty.evidence) == 0
    assert long.of_span(len(TEXT) * 39, len(TEXT) * 40) == pytest.approx(long.evidence.min())


def test_readings_do_not_depend_on_their_company(reader: Reader) -> None:
    """A window reads the same alone and among others."""
    alone = reader.read("民政部门多久作出决定？", [WINDOW])[0]
    among = reader.read("民政部门多久作出决定？", [Window("", "无关的一句话。"), WINDOW])[1]
    assert alone.answered == among.answered


def test_eight_bits_hold_a_matrix_within_half_a_step() -> None:
    """Levels times scale give each weight back to half a step of its block."""
    matrix = np.random.default_rng(0).normal(size=(8, 64)).astype(np.float32)
    levels, scales = eight_bit_blocks(matrix, BLOCK)
    back = (levels.astype(np.float32) - 128) * scales.astype(np.float32)[:, None]
    worst = np.abs(back - matrix.reshape(-1, BLOCK)).max(axis=1)
    assert (worst <= 0.51 * scales.astype(np.float32) + 1e-3 * np.abs(matrix).max()).all()


def test_the_upper_layers_alone_are_replaced() -> None:
    """The lower layers are the packaged model's own 4-bit blocks."""
    assert isinstance(open_reader(), PackagedReader)
    learned = LearnedWeights.packaged()
    assert learned.bits("l0.q.w") == 4
    assert learned.bits("l11.fo.w") == 8


def test_what_reads_as_evidence_is_told_in_whole_phrases() -> None:
    """A phrase is evidence when its tokens are on average; neighbours are joined, the unread is none."""
    text = "全市常住人口1,295万人，增长0.3%；其中城镇人口占八成。未读"
    spans = np.array([[0, 4], [4, 13], [14, 16], [16, 20], [21, 23], [23, 29]])
    reading = WindowReading(0.0, np.array([-1.0, 4.0, -1.0, 2.0, -3.0, 1.0], np.float32), spans)
    assert [text[start:end] for start, end in reading.seen(text)] == ["全市常住人口1,295万人，增长0.3%"]
    assert reading.seen("") == ()


def test_a_quote_tells_what_of_it_was_read_as_evidence(brief: Index) -> None:
    """It lies within the quote, in order."""
    (citation,) = brief.ask("新质生产力是什么？").citations
    edges = [edge for span in citation.evidence for edge in span]
    assert len(edges) > 0
    assert [citation.start, *edges, citation.end] == sorted([citation.start, *edges, citation.end])


class _Sure(Reader):
    """Gives every window the same log-odds, and counts them."""

    def __init__(self, answered: float) -> None:
        self.answered, self.calls = answered, list[int]()

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        self.calls.append(len(windows))
        nothing = np.zeros(0, np.float32), np.zeros((0, 2), np.int64)
        return [WindowReading(self.answered, *nothing) for _ in windows]


@pytest.mark.parametrize(("answered", "read"), [(SURE, READ), (SURE - 0.1, READ_ON)])
def test_more_is_read_where_the_first_do_not_surely_answer(brief: Index, answered: float, read: int) -> None:
    """Two windows where one of them is sure to answer, `READ_ON` of them else; and of each the quote."""
    reader, text = _Sure(answered), "哪些产业被提到？"
    rank(brief._build.searchable, parse_question(text), open_embedder().embed_question(text), None, reader)
    *passages, quotes = reader.calls
    assert sum(passages) == read
    assert quotes <= QUOTES_READ


def test_a_quote_is_read_by_itself_too(brief: Index) -> None:
    """With what stands above its passage, and nothing of what stands beside it."""
    index, question = brief._build.searchable, parse_question("江苏有多少家灯塔工厂？")
    reader = open_reader()
    best = rank(index, question, open_embedder().embed_question(question.text), None, reader)[0]
    view = index.views.of(best.passage)
    window = Window(view.context, index.units.sentence(best.passage, best.sentence).text)
    assert len(view.sentences) > 1
    assert best.reading is not None
    (wanted,) = reader.read(question.as_read, [window])
    assert best.reading.alone == pytest.approx(wanted.answered, abs=0.05)
    assert best.reading.answered != best.reading.alone


def test_a_session_keeps_no_second_copy_of_its_model() -> None:
    """The bytes that a model was opened from are let go of: they are as large as the model."""
    model = encoder_graph(packaged_input().weights, Arithmetic.BLOCKS)
    before = sys.getrefcount(model)
    session = open_session(model)
    assert sys.getrefcount(model) == before
    assert session.get_outputs()[0].name == STATES
