"""The web page in a real headless Chromium, over a copy of the shipped index; one promise a test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.apart import run_apart

from ui_pages import (
    QUESTION,
    ROOT,
    UNANSWERABLE,
    App,
    Visit,
    ask,
    browser_tests,
    marked,
)

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, Page, expect

from briefqa import build_index

pytestmark = browser_tests


def test_page_does_not_wait_for_the_model(app: App) -> None:
    """The page is served while the model is still to be loaded (3.2 s on an idle machine; no timing here)."""
    assert app.seconds < 30


def test_unanswerable_question_is_refused(visit: Visit) -> None:
    """A question that the documents do not answer shows 文中未找到, why, and no quote."""
    page = visit()
    ask(page, UNANSWERABLE)
    card = page.locator(".card.not-found")
    expect(card.locator(".refusal")).to_have_text("文中未找到")
    assert card.locator(".reason").text_content()
    assert card.locator(".quote").count() == 0
    expect(card.locator("h3").first).to_have_text("最接近的一句（不是答案）")


def test_examples_are_answered(visit: Visit) -> None:
    """The first screen's examples are questions that the documents answer."""
    page = visit()
    page.locator(".examples button").first.click()
    page.wait_for_selector(".card.found")
    assert page.locator(".card.found .quote").first.text_content()


def test_language_follows_the_browser_and_can_be_switched(visit: Visit) -> None:
    """An English browser sees English; the switch gives Chinese, also after a reload."""
    page = visit(locale="en-US")
    expect(page.locator("#send")).to_have_text("Send")
    expect(page).to_have_title("Policy Q&A · briefqa")
    page.fill("#question", "草稿")
    page.click("#language")
    expect(page.locator("#question")).to_have_value("草稿")
    expect(page.locator("#send")).to_have_text("发送")
    page.reload()
    expect(page.locator("#send")).to_have_text("发送")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title("政策问答 · briefqa")
    page.get_by_role("tab", name="文件").click()
    expect(page.locator("#drop")).to_contain_text("将文件拖放到此处")  # Gradio's own words too


def test_reasons_follow_the_page_s_language(visit: Visit) -> None:
    """On an English page the reason of a refusal is English, of a Chinese question too; kept ones follow."""
    page = visit(locale="en-US")
    ask(page, "无锡有多少家灯塔工厂？")
    reason = page.locator(".card.not-found .reason")
    expect(reason).to_have_text(re.compile("^[A-Z]"))
    page.click("#language")
    expect(reason).to_have_text("文中有苏州的数据，没有无锡的。")


def test_nothing_of_gradio_stands_below_the_page(visit: Visit) -> None:
    """Gradio's own buttons (API, settings, who built it) are not offered to readers of documents."""
    page = visit()
    assert page.locator("footer:visible").count() == 0
    assert "gradio" not in page.locator("body").inner_text().lower()


def test_theme_can_be_switched(visit: Visit) -> None:
    """The theme follows the system, and the switch holds after a reload."""
    page = visit(color_scheme="light")
    expect(page.locator("body")).not_to_have_class(re.compile("dark"))
    page.click("[data-act=theme]")
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    page.reload()
    expect(page.locator("body")).to_have_class(re.compile("dark"))


def test_keys(visit: Visit) -> None:
    """/ focuses the question, Shift+Enter breaks the line, ↑ recalls, Esc closes the source."""
    page = visit()
    page.locator("#language").focus()
    page.keyboard.press("/")
    area = page.locator("#question")
    expect(area).to_be_focused()
    page.keyboard.type("苏州有多少家")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("灯塔工厂？")
    expect(area).to_have_value("苏州有多少家\n灯塔工厂？")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card.found")
    area.focus()
    page.keyboard.press("ArrowUp")
    expect(area).to_have_value("苏州有多少家\n灯塔工厂？")
    page.wait_for_selector("mark.sentence")
    page.keyboard.press("Escape")
    expect(page.locator("mark.sentence")).to_have_count(0)


def test_too_long_question_is_refused_kindly(visit: Visit) -> None:
    """A question of more than 2,000 characters is not asked, and the page says why."""
    page = visit()
    page.fill("#question", "问" * 2001)
    page.press("#question", "Enter")
    expect(page.get_by_text("最多 2,000 字")).to_be_visible()
    assert page.locator(".turn").count() == 0
    assert page.input_value("#question") == "问" * 2001


def test_phone_has_no_sideways_scrolling(visit: Visit) -> None:
    """On a phone the page fits its width; the source covers it and leads back."""
    page = visit(width=390, height=844)
    expect(page.locator("#source")).to_be_hidden()
    send = page.locator("#send").bounding_box()
    assert send is not None
    assert 844 - 80 < send["y"] + send["height"] <= 844  # where a thumb is
    ask(page, QUESTION)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    page.click("button.cite >> nth=0")
    page.wait_for_selector("mark.sentence")
    expect(page.locator("mark.sentence").first).to_be_in_viewport()
    assert not page.evaluate(wide)
    page.click(".back")
    expect(page.locator("button.cite").first).to_be_in_viewport()


def export(page: Page, kind: str) -> None:
    """Choose a kind of file in the export menu."""
    page.click("#export summary")
    page.click(f"[data-act=export][data-kind={kind}]")


def test_export_holds_quotes_and_sources(visit: Visit) -> None:
    """The conversation is saved as Markdown and DOCX with its quote and its reference."""
    import docx

    page = visit()
    ask(page, QUESTION)
    quote = page.locator(".quote").first.text_content()
    with page.expect_download() as download:
        export(page, "markdown")
    markdown = Path(download.value.path()).read_text("utf-8")
    assert quote in markdown.replace("\\", "")
    with page.expect_download() as download:
        export(page, "docx")
    text = "\n".join(each.text for each in docx.Document(download.value.path()).paragraphs)
    assert f"{quote} [1]" in text
    links = [link for each in docx.Document(download.value.path()).paragraphs for link in each.hyperlinks]
    page.goto(links[0].url)
    assert marked(page) == quote
    assert "[1] 徐枫. " in text
    for kind, suffix in (("csv", ".csv"), ("xlsx", ".xlsx")):
        with page.expect_download() as download:
            export(page, kind)
        assert download.value.suggested_filename.endswith(suffix)
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"


def test_verdict_becomes_an_evaluation_question(visit: Visit, app: App) -> None:
    """A verdict is kept in feedback.jsonl in the form that `briefqa eval` reads; it can be changed."""
    from briefqa.evaluation.question_sets import read_questions

    def kept() -> list[tuple[bool, tuple[str, ...]]]:
        questions = read_questions(app.index / "feedback.jsonl")
        return [(each.answerable, each.quotes) for each in questions if each.text == QUESTION]

    page = visit()
    ask(page, QUESTION)
    quote = page.locator(".quote").first.text_content()
    page.click("[data-act=rate][data-value=up]")
    expect(page.locator("[data-value=up]")).to_have_attribute("aria-pressed", "true")
    assert kept() == [(True, (quote,))]
    page.click("[data-act=rate][data-value=none]")
    expect(page.locator("[data-value=none]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-value=up]")).to_have_attribute("aria-pressed", "false")
    assert kept() == [(False, ())]
    page.reload()
    expect(page.locator("[data-value=none]")).to_have_attribute("aria-pressed", "true")


def test_no_request_leaves_the_machine(visit: Visit) -> None:
    """Asking, the source, the documents and the API page ask only 127.0.0.1."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.get_by_role("tab", name="文件").click()
    page.wait_for_selector(".documents-table")
    page = visit("?view=api")
    expect(page.get_by_text("/get_document").first).to_be_visible()
    page.wait_for_timeout(1500)
    assert len(visit.requests) > 20
    assert [url for url in visit.requests if not url.startswith(visit.url)] == []


def test_a_question_asked_at_once_is_answered(browser: Browser, tmp_path: Path) -> None:
    """Whether or not the model is there yet, the first question waits for it and is answered."""
    running = App(tmp_path)
    visitor = Visit(browser, running.url)
    try:
        page = visitor(locale="en-US")
        expect(page.locator("#send")).to_have_text("Send")
        page.fill("#question", QUESTION)
        page.press("#question", "Enter")
        page.wait_for_selector(".card.found", timeout=90_000)
    finally:
        running.stop()


def test_login_keeps_strangers_out(browser: Browser, tmp_path: Path) -> None:
    """With --auth neither the page nor the endpoints answer without the login."""
    running = App(tmp_path, "--auth", "user:secret")
    page = browser.new_page()
    try:
        page.goto(running.url)
        page.wait_for_selector("input[type=password]")
        assert page.locator(".welcome").count() == 0
        assert page.request.get(f"{running.url}gradio_api/info").status == 401
    finally:
        page.close()
        running.stop()


def test_no_accessibility_finding(visit: Visit) -> None:
    """axe-core finds nothing of any impact on the first screen, an answer, a refusal, source, documents."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    found: dict[str, list[str]] = {}

    def check(page: Page, name: str) -> None:
        result = axe.Axe().run(page, options={"resultTypes": ["violations"]})
        found[name] = [
            f"{each['id']} ({each['impact']}): {each['nodes'][0]['html'][:160]}"
            for each in result.response["violations"]
        ]

    for scheme in ("light", "dark"):
        page = visit(color_scheme=scheme)
        check(page, f"{scheme} first")
        ask(page, QUESTION)
        ask(page, UNANSWERABLE)
        page.wait_for_selector("mark.sentence")
        check(page, f"{scheme} answers and source")
        page.click("#talks summary")
        check(page, f"{scheme} conversations")
        page.get_by_role("tab", name="文件").click()
        page.wait_for_selector(".documents-table")
        check(page, f"{scheme} documents")
    assert {name: each for name, each in found.items() if each} == {}


def test_programs_can_search_and_ask(app: App) -> None:
    """gradio_client gets from /ask, /search and /get_document the JSON of the command line."""
    from gradio_client import Client

    from briefqa import open_index
    from briefqa.answering.jsonable import to_json

    client = Client(app.url, verbose=False)
    names = set(client.view_api(return_format="dict")["named_endpoints"])
    assert names == {"/search", "/ask", "/get_document"}
    with open_index(app.index) as index:
        expected = json.loads(json.dumps(to_json(index.ask(QUESTION, 3))))
    answer = client.predict(QUESTION, 3, [], None, api_name="/ask")
    assert answer["citations"][0] == expected["citations"][0]
    assert answer.keys() == expected.keys()
    found = client.predict(QUESTION, 2, api_name="/search")
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    citation = answer["citations"][0]
    part = client.predict(
        citation["document_id"], citation["start"], citation["end"], api_name="/get_document"
    )
    assert part["text"] == citation["quote"]


def test_the_page_of_the_api_names_every_parameter(visit: Visit) -> None:
    """?view=api shows how /search and /ask are called: each parameter by its name."""
    page = visit("?view=api")
    expect(page.get_by_text("/get_document").first).to_be_visible()
    parts = re.split(r"API name:\s*/", page.locator("body").inner_text())[1:]
    shown = {part.split()[0]: re.findall(r"^(\w+)", part, re.MULTILINE) for part in parts}
    assert {"question", "k", "documents"} <= set(shown["search"])
    assert {"question", "k", "history", "documents"} <= set(shown["ask"])


def test_agents_can_search_and_ask(tmp_path: Path) -> None:
    """With --mcp the endpoints are MCP tools with described parameters, and answer."""
    pytest.importorskip("mcp", reason="needs the mcp package: pip install 'briefqa[mcp]'")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    running = App(tmp_path, "--mcp", "--read-only")

    async def talk() -> None:
        async with (
            streamablehttp_client(f"{running.url}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            assert len(tools) == 3
            ask_tool = next(each for each in tools if each.name.endswith("ask"))
            assert "verbatim" in (ask_tool.description or "")
            properties = ask_tool.inputSchema["properties"]
            assert {"question", "k", "history", "documents"} <= set(properties)
            assert properties["question"].get("description")
            result = await session.call_tool(ask_tool.name, {"question": QUESTION})
            assert not result.isError
            assert "灯塔工厂" in json.dumps(
                [each.model_dump() for each in result.content], ensure_ascii=False
            )

    try:
        run_apart(talk())
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--port", "99999"], "99999"),
        (["--host", "no.such.host.invalid"], "no.such.host.invalid"),
        (["--index", "no-such-folder"], "no-such-folder"),
        (["--auth", "nobody"], "USER:PASS"),
        (["--embed-in", "intranet.example/qa"], "intranet.example/qa"),
    ],
)
def test_wrong_options_are_one_sentence(options: list[str], says: str) -> None:
    """A bad port, host, index, login or site ends with exit code 1 and one line that names it."""
    command = [sys.executable, "app.py", *options]
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


WIDE_TABLE = """# 滨海市轨道交通年报

各线路情况见下表。

表1 各线路运营情况（单位：见表头）

| 线路 | 里程（公里） | 车站（座） | 换乘站（座） | 日均客流（万人次） | 配属列车（列） | <b>间隔</b>（秒） |
|---|---|---|---|---|---|---|
| 1号线 | 49.9 | 25 | 7 | 40.4 | 97 | 241 |
| 2号线 | 59.1 | 32 | 9 | 97.1 | 13 | 407 |
| 11号线 | 21.0 | 31 | 8 | 40.5 | 89 | 474 |
"""


@pytest.fixture(scope="module")
def tables_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app over an index of one document with a wide table."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "年报.md").write_text(WIDE_TABLE, "utf-8")
    build_index(folder / "年报.md", folder / "built")
    running = App(folder, index=folder / "built")
    yield running
    running.stop()


@pytest.mark.parametrize("width", [1280, 390])
def test_quoted_row_is_a_table(browser: Browser, tables_app: App, width: int) -> None:
    """A quoted row is a table with its headers, scrolls in its box, and its cell is marked in the source."""
    visit = Visit(browser, tables_app.url)
    page = visit(width=width)
    ask(page, "1号线的日均客流是多少？")
    box = page.locator(".card.found .row-table")
    expect(box.locator("caption")).to_contain_text("各线路运营情况")
    assert box.locator("thead th[scope=col]").all_text_contents()[:2] == ["线路", "里程（公里）"]
    expect(box.locator("tbody th[scope=row]")).to_have_text("1号线")
    expect(box.locator("td.asked-cell mark")).to_have_text("40.4")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    inside = "box => [box.scrollWidth > box.clientWidth, getComputedStyle(box).overflowX]"
    assert box.evaluate(inside) == [width == 390, "auto"]
    wraps = "box => [...box.querySelectorAll('td')].map(cell => getComputedStyle(cell).overflowWrap)"
    assert set(box.evaluate(wraps)) == {"break-word"}  # "anywhere" splits a figure over two lines
    cell, frame = box.locator("mark").bounding_box(), box.bounding_box()
    assert cell is not None
    assert frame is not None
    assert frame["x"] <= cell["x"]
    assert cell["x"] + cell["width"] <= frame["x"] + frame["width"]
    frame_of = page.locator(".card.found .table-frame")
    shadows = "box => ['before', 'after'].map(each => getComputedStyle(box, `::${each}`).opacity)"
    assert frame_of.evaluate(shadows) == (["1", "1"] if width == 390 else ["0", "0"])
    if width == 390:
        box.evaluate("box => { box.scrollLeft = 0; }")
        expect(frame_of).not_to_have_class(re.compile("more-before"))
        assert frame_of.evaluate(shadows) == ["0", "1"]
        box.evaluate("box => { box.scrollLeft = 9999; }")
        expect(frame_of).not_to_have_class(re.compile("more-after"))
        for label in ("thead th >> nth=0", "tbody th"):
            place = box.locator(label).bounding_box()
            assert place is not None
            assert abs(place["x"] - frame["x"]) < 2  # what the figures are of stays in view
    page.locator("summary", has_text="逐字原文").click()
    quote = page.locator(".card.found .quote").first
    expect(quote).to_be_visible()
    assert quote.text_content() == "1号线 | 49.9 | 25 | 7 | 40.4 | 97 | 241"
    page.locator("button.cite").first.click()
    assert marked(page) == quote.text_content()
    expect(page.locator("mark.cell")).to_have_text("40.4")
    expect(page.locator("mark.cell")).to_be_in_viewport()
    visit.leave()


def test_language_of_a_quoted_row(browser: Browser, tables_app: App) -> None:
    """The English page names the unit in English and leaves the document's words as they are."""
    visit = Visit(browser, tables_app.url)
    page = visit(locale="en-US")
    ask(page, "11号线的车站有多少座？")
    expect(page.locator(".row-table tbody th")).to_have_text("11号线")
    expect(page.locator(".row-table caption .unit")).to_have_text("Unit: 见表头")
    expect(page.locator(".verbatim summary")).to_have_text("Verbatim")
    visit.leave()
