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
