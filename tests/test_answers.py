"""Questions to the committed brief, through the public functions and the real model."""

import pytest

import briefqa
from briefqa import Index, InputError
from briefqa.answering.answer import make_citation
from briefqa.answering.quoting import quote_span
from briefqa.answering.refusals import NOT_FOUND
from briefqa.models.embedding import open_embedder
from briefqa.question.followups import complete
from briefqa.reading.document import Block, BlockKind, Document
from briefqa.splitting.passages import Sentence, make_passage


def _squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("苏州有多少家灯塔工厂？", "苏州坐拥7家灯塔工厂"),
        ("蘇州有多少家燈塔工廠？", "苏州坐拥7家灯塔工厂"),
        ("How many lighthouse factories does Suzhou have?", "苏州坐拥7家灯塔工厂"),
        ("这份材料的作者是谁？", "徐枫"),
        ("哪天出的？", "2024年6月3日"),
        ("印了多少份？", "共印：70份"),
        ("谁主办的？", "苏州太湖书院"),
    ],
)
def test_the_first_quote_answers(brief: Index, question: str, quote: str) -> None:
    """In either script, in English, and about the document itself."""
    answer = brief.ask(question)
    assert answer.found
    assert quote in _squeezed(answer.citations[0].quote)
    assert "[1]" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "法国的首都是哪里？",
        "无锡有多少家灯塔工厂？",
        "苏州工业园区到2031年GDP要达到多少？",
        "How do I bake a cake?",
    ],
)
def test_what_is_not_there_is_not_answered(brief: Index, question: str) -> None:
    """Another topic, another city, another year: 文中未找到, with a reason and the nearest passages."""
    answer = brief.ask(question)
    assert not answer.found
    assert answer.citations == ()
    assert NOT_FOUND in answer.text
    assert answer.reason
    assert answer.hits
    assert answer.confidence < 0.5


def test_a_near_miss_says_what_is_there_instead(brief: Index) -> None:
    """文中有苏州的数据，没有无锡的。"""
    assert brief.ask("无锡有多少家灯塔工厂？").reason == "文中有苏州的数据，没有无锡的。"


def test_every_citation_is_a_slice_with_an_address(brief: Index) -> None:
    """Quote, page, section and paragraph agree with the document."""
    (document,) = brief.documents
    for question in ("什么是新质生产力？", "钢铁产业往哪里走？", "昆山的三个转型是什么？"):
        citation = brief.ask(question).citations[0]
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.page == document.page_at(citation.start)
        assert citation.address.startswith(f"《{document.title}》第{citation.page}页（推断）")
        assert all(heading in document.text for heading in citation.section)


def test_hits_are_ranked_slices(brief: Index) -> None:
    """Ranks count from 1, scores fall, and the best sentence lies in its passage."""
    hits = brief.search("新型工业化", k=7)
    assert [hit.rank for hit in hits] == list(range(1, 8))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert hit.sentence.text in hit.passage.text
        assert hit.passage.start <= hit.sentence.start < hit.sentence.end <= hit.passage.end


def test_k_beyond_the_corpus_gives_what_there_is(brief: Index) -> None:
    """No padding, no error."""
    assert 0 < len(brief.search("苏州", k=10_000)) <= brief.info["counts"]["passages"]


@pytest.mark.parametrize(
    ("question", "k"), [("", 5), ("  \n", 5), ("苏" * 100_000, 5), ("苏州", 0), ("苏州", -1)]
)
def test_wrong_questions_are_refused(brief: Index, question: str, k: int) -> None:
    """Empty, too long, or no passages asked for: one sentence each."""
    with pytest.raises(InputError) as caught:
        brief.ask(question, k)
    assert "\n" not in str(caught.value)


def test_the_filter_keeps_to_its_documents(brief: Index) -> None:
    """Unknown ids are an error; known ones restrict the search."""
    (document,) = brief.documents
    assert brief.search("苏州", documents=[document.id])
    with pytest.raises(InputError, match="empty"):
        brief.ask("苏州", documents=[])
    with pytest.raises(InputError, match=r"other\.txt"):
        brief.search("苏州", documents=["other.txt"])


def test_one_line_of_use(committed_index: object) -> None:
    """The module's functions keep the opened index for the next call."""
    first = briefqa.search("灯塔工厂", 1, str(committed_index))
    assert "灯塔工厂" in first[0].passage.text
    assert briefqa.ask("灯塔工厂有多少家？", 1, str(committed_index)).found


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        ("昆山的“三个转型”是哪三个？", "那太仓呢？", "太仓的“三个转型”是哪三个？"),
        ("苏州工业园区到2026年GDP要达到多少？", "2030年呢？", "苏州工业园区到2030年GDP要达到多少？"),
        ("What is the GDP target for Suzhou?", "What about Wuxi?", "What is the GDP target for Wuxi?"),
        ("苏州有多少家灯塔工厂？", "那法国的首都是哪里？", "那法国的首都是哪里？"),
        ("什么是新质生产力？", "“四链”包括哪些链？", "“四链”包括哪些链？"),
    ],
)
def test_follow_ups_lean_on_the_question_before(earlier: str, question: str, searched: str) -> None:
    """A slot is replaced; a new topic inherits nothing."""
    assert complete(question, [earlier], open_embedder().embed_queries) == searched


def test_a_quote_takes_its_neighbours_only_when_it_needs_them(brief: Index) -> None:
    """A sentence that opens with a pronoun brings the one before; others stand alone."""
    (document,) = brief.documents
    at = document.text.index("这为苏州推进")
    end = document.text.index("。", at) + 1
    start, stop = quote_span("？", Sentence(document.text[at:end], at, end), document)
    assert start < at
    assert stop == end
    at = document.text.index("苏州坐拥")
    end = document.text.index("。", at) + 1
    assert quote_span("？", Sentence(document.text[at:end], at, end), document) == (at, end)


def test_a_recognised_page_is_marked_in_its_address() -> None:
    """Text that was read from an image says so where it is cited."""
    text = "正文有5条。"
    block = Block(0, len(text), BlockKind.TEXT)
    document = Document("a.pdf", "甲", text, "", {}, (block,), page_starts=(0,), ocr_pages=(1,))
    citation = make_citation(1, document, 0, len(text), make_passage(document, 0, len(text)))
    assert citation.ocr
    assert citation.address == "《甲》第1页（文字识别），第1段"


def test_a_passage_that_was_not_checked_does_not_lead(brief: Index) -> None:
    """When every near passage fails a condition, none that was left unchecked overtakes them."""
    hits = brief.search("某市到2029年建成多少个低空起降点？", k=40)
    assert hits[0].checks
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
