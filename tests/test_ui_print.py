"""A conversation on paper, in a real headless Chromium: all of it, whatever is folded on the screen."""

from __future__ import annotations

import io

import pytest

from ui_pages import QUESTION, UNANSWERABLE, Visit, ask, browser_tests

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
import pypdfium2
from playwright.sync_api import Page, expect

pytestmark = browser_tests

QUOTE = "苏州坐拥7家灯塔工厂"


def _with_older(page: Page) -> None:
    """A conversation of a refusal, an answer, and eight more, of which six are shown whole."""
    ask(page, QUESTION)
    ask(page, UNANSWERABLE)
    page.evaluate(
        """async () => {
          const [found, missing] = briefqa.talk.turns().map(briefqa.talk.plain);
          const older = [missing, ...Array(7).fill(found)];
          await briefqa.store.put("turns", ...older.map((each, n) => ({...each, id: `t${n}`, at: n + 1})));
        }"""
    )
    page.reload()
    expect(page.locator(".turn")).to_have_count(10)
    expect(page.locator(".folded")).to_have_count(4)
    expect(page.locator(".card")).to_have_count(6)
    expect(page.locator(".card.pending")).to_have_count(0)


def _paper(page: Page) -> str:
    """What is on the paper, without blanks."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="A4")))
    text = "".join(each.get_textpage().get_text_bounded() for each in document)
    return "".join(text.split())


def test_every_turn_is_printed_whole(visit: Visit) -> None:
    """Quotes, addresses and confidence of old turns too; afterwards they are lines again."""
    page = visit()
    _with_older(page)
    address = page.evaluate("briefqa.talk.turns()[1].answer.citations[0].address")
    page.context.set_offline(True)  # printing asks no server
    text = _paper(page)
    assert text.count(QUOTE) == 8
    assert text.count("".join(address.split())) == 8
    assert text.count("可信度") + text.count("很有把握") == 8
    assert text.count("文中未找到") == 2
    expect(page.locator(".folded")).to_have_count(4)


def test_paper_is_read_from_top_to_bottom(visit: Visit) -> None:
    """Title and date, then each question with its day, its quote, place and reference; no greeting is on it.

    What was unfolded says what it is, and no page cuts it off. The file is called as the conversation is.
    """
    page = visit()
    long = "工业对苏州 GDP 的贡献超过多少？"
    for question in ("你好", QUESTION, "谢谢", long, long, long, UNANSWERABLE):
        ask(page, question)
    page.evaluate(
        "() => addEventListener('beforeprint', () => { document.body.dataset.title = document.title; })"
    )
    page.evaluate("document.querySelectorAll('.others').forEach((each) => { each.open = true; })")
    text = _paper(page)
    today = page.evaluate("briefqa.day(Date.now())")
    last = page.locator(".turn").last.locator(".others .passage-text").last.text_content() or ""
    parts = [
        QUESTION,
        f"打印日期：{today}",
        f"1.{QUESTION}{today}",
        QUOTE,
        "第4页",
        "[J].领军参阅",
        "其他相关段落",
    ]
    parts += [f"5.{UNANSWERABLE}{today}", "文中未找到", "都不是答案", "".join(last.split())[-20:]]
    at = 0
    for each in parts:  # a passage may stand below several answers
        at = text.find(each, at)
        assert at >= 0, each
    assert "很高兴" not in text
    assert page.get_attribute("body", "data-title") == QUESTION
    expect(page).to_have_title("政策问答 · briefqa")
    expect(page.locator("#paper")).to_have_count(0)


def test_the_list_of_documents_is_printed_with_its_heads(visit: Visit) -> None:
    """Of the documents tab the table stays, without the column of what can be done."""
    page = visit()
    page.get_by_role("tab", name="文件").click()
    page.wait_for_selector(".documents-table tbody tr")
    text = _paper(page)
    assert text.index("标题") < text.index("日期") < text.index("苏州")
    assert "操作" not in text
    assert "移除" not in text


def test_no_button_is_printed(visit: Visit) -> None:
    """Nothing that is to be pressed is on paper but the numbers of quotes."""
    page = visit()
    _with_older(page)
    page.emulate_media(media="print")
    assert (
        page.locator("button:visible, summary:visible, textarea:visible").all_text_contents() == ["[1]"] * 5
    )
    for word in ("复制", "这个回答对吗", "重试", "修改", "导出"):
        assert word not in _paper(page)


def test_the_print_button_prints_the_server_s_cards(visit: Visit) -> None:
    """By the page's own button old turns are drawn as they are when they are unfolded."""
    page = visit()
    _with_older(page)
    page.evaluate("() => { window.print = () => { document.body.dataset.printing = '1'; }; }")
    page.click("#export summary")
    page.click("[data-act=print]")
    expect(page.locator("body[data-printing]")).to_have_count(1)
    assert page.evaluate("briefqa.talk.turns().every(each => each.html)")
