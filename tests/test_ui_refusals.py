"""What an answer admits: a refusal is no error, copies are one, how sure a quote is stands in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ui_pages import App, Visit, ask, browser_tests

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, ElementHandle, Locator, Page, expect

from briefqa import build_index

pytestmark = browser_tests

UNANSWERABLE = "违反预算公开规定的罚款是多少元？"
OF_TWO_YEARS = "松林市2023年、2024年各开通地铁多少条？"
OF_COPIES = "各单位应当什么时候公开预算执行情况？"
SAME = "各单位应当于每年三月底前公开上一年度的预算执行情况。"
WORDS: dict[str, dict[str, Any]] = {
    "zh-CN": {
        "refusal": "文中未找到",
        "copies": "同一句还见于另外 2 处",
        "confidence": {"很有把握", "较有把握", "把握不大，请对照原文核实"},
        "low": "把握不大，请对照原文核实",
    },
    "en": {
        "refusal": "Not found in the documents",
        "copies": "The same sentence stands in 2 other places",
        "confidence": {"Very likely right", "Likely right", "Uncertain: check it against the source"},
        "low": "Uncertain: check it against the source",
    },
}


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app over three yearbooks that share a sentence."""
    folder = tmp_path_factory.mktemp("cities")
    for city, metros in (("松林", 5), ("白石", 7), ("东港", 9)):
        said = f"2023年，{city}市开通地铁{metros - 1}条。2024年，{city}市开通地铁{metros}条，设车站百座。"
        text = f"{city}市轨道交通年报\n\n一、运营\n\n{said}\n\n二、公开\n\n{SAME}\n"
        write(folder / "docs" / f"{city}.txt", text)
    build_index(folder / "docs", folder / "built")
    running = App(folder, index=folder / "built")
    yield running
    running.stop()


def write(path: Path, text: str) -> None:
    """A text as a file, with its folder."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module", params=["zh-CN", "en-US"])
def page(browser: Browser, cities: App, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A wide page in each language: a refusal, an answer of two quotes, and one that three files hold."""
    visit = Visit(browser, cities.url)
    opened = visit(locale=request.param)
    for question in (UNANSWERABLE, OF_TWO_YEARS, OF_COPIES):
        ask(opened, question)
    yield opened
    visit.leave()


@pytest.fixture
def words(page: Page) -> dict[str, Any]:
    """What the page says in its language."""
    return WORDS[page.evaluate("document.documentElement.lang")]


# Of a colour: how far its parts are from a grey, and its contrast with what is behind the element.
_COLOURS = """(of) => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parts = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  let ground = of;
  while (parts(getComputedStyle(ground).backgroundColor)[3] < 255) ground = ground.parentElement;
  const [ink, paper] = [getComputedStyle(of).color, getComputedStyle(ground).backgroundColor].map(parts);
  const [high, low] = [light(ink), light(paper)].sort((one, other) => other - one);
  const tint = ([r, g, b]) => Math.max(r, g, b) - Math.min(r, g, b);
  const edge = tint(parts(getComputedStyle(of).borderLeftColor));
  return { tints: { ink: tint(ink), paper: tint(paper), edge }, contrast: (high + 0.05) / (low + 0.05) };
}"""
_OF_AN_ERROR = """() => {
  const line = document.querySelector(".card.not-found").appendChild(document.createElement("p"));
  line.style.color = "var(--bad)"; // as all that went wrong is written
  return line;
}"""
# Colours move for a moment when the page turns dark.
_STILL = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime < Infinity)
  .map((each) => each.finished.catch(() => null)))"""
NEUTRAL = 45  # of 255: the greys of the page stay below, its colours are all beyond 100


def tints(element: Locator | ElementHandle) -> dict[str, int]:
    """How far the colours of text, ground and edge are from a grey, 0 to 255."""
    found: dict[str, int] = element.evaluate(_COLOURS)["tints"]
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_refusal_looks_like_no_error(page: Page, words: dict[str, Any], dark: bool) -> None:
    """Its card is grey in text, ground and edge, which what went wrong is not; all of it can be read."""
    page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
    card = page.locator(".card.not-found")
    expect(card.locator(".refusal")).to_have_text(words["refusal"])
    page.evaluate(_STILL)
    error = page.evaluate_handle(_OF_AN_ERROR).as_element()
    assert error is not None
    assert tints(error)["ink"] > NEUTRAL
    error.evaluate("line => line.remove()")
    assert max(tints(card).values()) < NEUTRAL
    assert max(tints(card.locator(".refusal")).values()) < NEUTRAL
    shown = card.locator("p:visible, h3:visible, summary:visible, button:visible")
    assert shown.count() > 5
    told = [(each.inner_text(), each.evaluate(_COLOURS)["contrast"]) for each in shown.all()]
    assert [each for each in told if each[1] < 4.5] == []


def test_copies_of_a_near_passage_are_one(page: Page, words: dict[str, Any]) -> None:
    """A refusal shows the nearest sentence once, tells in how many others it stands, and names them."""
    card = page.locator(".card.not-found")
    expect(card.locator(".passage-text", has_text=SAME)).to_have_count(1)
    expect(card.locator(".also summary")).to_have_text(words["copies"])
    card.locator(".also summary").click()
    places = card.locator(".also button:visible")
    expect(places).to_have_count(2)
    named = [*places.all_inner_texts(), card.locator(".nearest .address").first.inner_text()]
    assert {each[1:3] for each in named} == {"松林", "白石", "东港"}


def test_copies_of_a_quote_are_one(page: Page, words: dict[str, Any]) -> None:
    """A sentence of three documents is quoted once, with its other places, and stands in no other passage."""
    card = page.locator(".card.found").last
    expect(card.locator(".quotes > li")).to_have_count(1)
    expect(card.locator(".quote")).to_have_text(SAME)
    expect(card.locator(".quotes .also summary")).to_have_text(words["copies"])
    expect(card.locator(".passage-text", has_text=SAME)).to_have_count(0)


def test_every_quote_has_one_confidence(page: Page, words: dict[str, Any]) -> None:
    """Each quote says once, in words, how sure it is; below, the figures name each of them once."""
    for card in page.locator(".card.found").all():
        numbers = card.locator("button.cite").all_inner_texts()
        told = [each.locator(".confidence").all_inner_texts() for each in card.locator(".quotes > li").all()]
        assert len(told) == len(numbers)
        assert all(len(each) == 1 and each[0] in words["confidence"] for each in told)
        below = card.locator(":scope > .facts").text_content() or ""
        figures = re.findall(r"\[\d+\] (?=\d+%)", below)
        assert [each.strip() for each in figures] == (numbers if len(numbers) > 1 else [])
        assert page.evaluate("document.documentElement.lang") != "en" or "，" not in below
    expect(page.locator(".card.found").first.locator(".quotes > li")).to_have_count(2)


def test_a_low_confidence_has_words(page: Page, words: dict[str, Any]) -> None:
    """A quote that is little sure asks to be checked, in words that can be read, beside a surer one."""
    # A kept answer, for which of them a model is little sure of changes with the model.
    page.evaluate("""async () => {
      const { talk, store } = briefqa;
      const turn = talk.turns().find((each) => each.answer.citations.length === 2);
      turn.answer.citations[1].confidence = 0.3;
      await store.put("turns", talk.plain(turn));
    }""")
    page.reload()
    quotes = page.locator(".card.found").first.locator(".quotes > li")
    expect(quotes.nth(1).locator(".confidence")).to_have_text(words["low"])
    expect(quotes.nth(0).locator(".confidence")).not_to_have_text(words["low"])
    said = quotes.nth(1).locator(".confidence").evaluate(_COLOURS)
    assert said["contrast"] >= 4.5
