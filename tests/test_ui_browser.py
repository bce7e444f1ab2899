"""The web page in a real headless Chromium, over a copy of the shipped index; one promise a test."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from briefqa import build_index

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT.parent / "shared" / "samples"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUESTION = "苏州有多少家灯塔工厂？"
UNANSWERABLE = "2031年月球基地的门票价格是多少？"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class App:
    """A running `python app.py` over its own copy of an index."""

    def __init__(self, folder: Path, *options: str, index: Path = ROOT / "index") -> None:
        self.index = folder / "index"
        shutil.copytree(index, self.index)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        command = [sys.executable, "app.py", "--port", str(self.port), "--index", str(self.index), *options]
        source = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        self.log = (folder / "app.log").open("w")
        began = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=self.log, stderr=self.log, env=os.environ | {"PYTHONPATH": source}
        )
        self._wait()
        self.seconds = time.monotonic() - began

    def _wait(self) -> None:
        for _ in range(600):
            try:
                urlopen(self.url, timeout=5).close()
            except OSError:
                assert self.process.poll() is None, Path(self.log.name).read_text()
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the app did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One app for the whole run."""
    running = App(tmp_path_factory.mktemp("app"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield chromium
        chromium.close()


class Visit:
    """Opens the page as a new visitor, and keeps every request and every script error."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.contexts: list[object] = []

    def __call__(self, path: str = "", *, width: int = 1280, height: int = 800, **options: object) -> Page:
        options.setdefault("locale", "zh-CN")
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.contexts.append(context)
        context.on("request", self._asked)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.url + path)
        page.wait_for_selector(".welcome, .talk")
        return page

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)


@pytest.fixture
def visit(browser: Browser, app: App) -> Iterator[Visit]:
    """A visitor; afterwards no script may have failed."""
    visitor = Visit(browser, app.url)
    yield visitor
    for context in visitor.contexts:
        context.close()
    assert visitor.errors == []


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait for its card."""
    before = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(
        "n => document.querySelectorAll('.turn').length > n && !document.querySelector('.card.pending')",
        arg=before,
    )


def marked(page: Page) -> str:
    """The text that is strongly marked in the source."""
    page.wait_for_selector("mark.sentence")
    return "".join(page.locator("mark.sentence").all_text_contents())


def test_page_does_not_wait_for_the_model(app: App) -> None:
    """The page is served while the model is still to be loaded (3.2 s on an idle machine; no timing here)."""
    assert app.seconds < 30


def test_quote_opens_highlighted_in_its_document(visit: Visit) -> None:
    """A question gives a verbatim quote; pressing [1] marks exactly it in the document, in view."""
    page = visit()
    ask(page, QUESTION)
    quote = page.locator(".card.found .quote").first.text_content()
    assert quote
    assert "7 家灯塔工厂" in quote
    page.locator("button.cite").first.focus()
    page.keyboard.press("Enter")
    assert marked(page) == quote
    expect(page.locator("mark.sentence").first).to_be_in_viewport()
    assert "doc=" in page.url
    assert "at=" in page.url


def test_link_opens_the_same_place(visit: Visit) -> None:
    """The address after opening a quote opens the same question and place for another visitor."""
    page = visit()
    ask(page, QUESTION)
    page.click("button.cite >> nth=0")
    text = marked(page)
    other = visit(page.url.removeprefix(visit.url))
    assert marked(other) == text
    other.wait_for_selector(".card.found")
    assert other.locator(".asked").all_text_contents() == [QUESTION]


def test_unanswerable_question_is_refused(visit: Visit) -> None:
    """A question that the documents do not answer shows 文中未找到, why, and no quote."""
    page = visit()
    ask(page, UNANSWERABLE)
    card = page.locator(".card.not-found")
    expect(card.locator(".refusal")).to_have_text("文中未找到")
    assert card.locator(".reason").text_content()
    assert card.locator(".quote").count() == 0
    expect(card.locator(".tag").first).to_have_text("非答案")


def test_examples_are_answered(visit: Visit) -> None:
    """The first screen's examples are questions that the documents answer."""
    page = visit()
    page.locator(".examples button").first.click()
    page.wait_for_selector(".card.found")
    assert page.locator(".card.found .quote").first.text_content()


def test_reload_keeps_the_conversation(visit: Visit) -> None:
    """After a reload the questions and quotes are still there; clearing removes them for good."""
    page = visit()
    ask(page, QUESTION)
    quote = page.locator(".quote").first.text_content()
    page.reload()
    page.wait_for_selector(".talk")
    assert page.locator(".quote").first.text_content() == quote
    page.click("#clear")
    page.wait_for_selector(".welcome")
    page.reload()
    page.wait_for_selector(".welcome")
    assert page.locator(".turn").count() == 0


def test_language_follows_the_browser_and_can_be_switched(visit: Visit) -> None:
    """An English browser sees English; the switch gives Chinese, also after a reload."""
    page = visit(locale="en-US")
    expect(page.locator("#send")).to_have_text("Send")
    page.click("#language")
    expect(page.locator("#send")).to_have_text("发送")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(page.locator("#send")).to_have_text("发送")


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
    area = page.locator("#question textarea")
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
    page.click("button.cite >> nth=0")
    page.wait_for_selector("mark.sentence")
    page.keyboard.press("Escape")
    expect(page.locator("mark.sentence")).to_have_count(0)


def test_editing_replaces_a_question(visit: Visit) -> None:
    """A past question can be edited; it and those after it are replaced."""
    page = visit()
    ask(page, "苏州有哪些万亿级产业？")
    ask(page, UNANSWERABLE)
    page.locator("[data-act=edit]").first.click()
    expect(page.locator("#question textarea")).to_have_value("苏州有哪些万亿级产业？")
    page.fill("#question textarea", QUESTION)
    page.press("#question textarea", "Enter")
    expect(page.locator(".asked")).to_have_text([QUESTION])
    page.wait_for_selector(".card.found")


def test_too_long_question_is_refused_kindly(visit: Visit) -> None:
    """A question of more than 2,000 characters is not asked, and the page says why."""
    page = visit()
    page.fill("#question textarea", "问" * 2001)
    page.press("#question textarea", "Enter")
    expect(page.get_by_text("最多 2,000 字")).to_be_visible()
    assert page.locator(".turn").count() == 0
    assert page.input_value("#question textarea") == "问" * 2001


def test_phone_has_no_sideways_scrolling(visit: Visit) -> None:
    """On a phone the page fits its width; the source covers it and leads back."""
    page = visit(width=390, height=844)
    ask(page, QUESTION)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    page.click("button.cite >> nth=0")
    page.wait_for_selector("mark.sentence")
    expect(page.locator("mark.sentence").first).to_be_in_viewport()
    assert not page.evaluate(wide)
    page.click(".back")
    expect(page.locator("button.cite").first).to_be_in_viewport()


def test_export_holds_quotes_and_sources(visit: Visit) -> None:
    """The conversation is saved as Markdown and DOCX with its quote and its reference."""
    import docx

    page = visit()
    ask(page, QUESTION)
    quote = page.locator(".quote").first.text_content()
    with page.expect_download() as download:
        page.click("#export-markdown")
    markdown = Path(download.value.path()).read_text("utf-8")
    assert quote in markdown.replace("\\", "")
    with page.expect_download() as download:
        page.click("#export-docx")
    text = "\n".join(each.text for each in docx.Document(download.value.path()).paragraphs)
    assert f"{quote} [1]" in text
    assert "徐枫. " in text


def test_verdict_becomes_an_evaluation_question(visit: Visit, app: App) -> None:
    """A verdict is kept in feedback.jsonl in the form that `briefqa eval` reads."""
    from briefqa.evaluation.question_sets import read_questions

    page = visit()
    ask(page, QUESTION)
    page.click("[data-act=rate][data-value=up]")
    expect(page.locator("[data-value=up]")).to_have_attribute("aria-pressed", "true")
    (kept,) = [each for each in read_questions(app.index / "feedback.jsonl") if each.text == QUESTION]
    assert kept.answerable
    assert kept.quotes == (page.locator(".quote").first.text_content(),)


def test_no_request_leaves_the_machine(visit: Visit) -> None:
    """Asking, the source, the documents and the API page ask only 127.0.0.1."""
    page = visit()
    ask(page, QUESTION)
    page.click("button.cite >> nth=0")
    page.wait_for_selector("mark.sentence")
    page.get_by_role("tab", name="文件").click()
    page.wait_for_selector(".documents-table")
    page.locator("footer .show-api").click()
    page.wait_for_timeout(1500)
    assert len(visit.requests) > 20
    assert [url for url in visit.requests if not url.startswith(visit.url)] == []


def upload(page: Page, name: str, content: bytes) -> None:
    """Give a file to the documents tab and wait for the report."""
    page.get_by_role("tab", name="文件").click()
    page.set_input_files(
        "#drop input[type=file]", [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
    )
    page.wait_for_selector(".running, .report")
    page.wait_for_selector(f"#job .report:has-text('{Path(name).stem}'), #job .bad", timeout=60_000)
    assert page.locator("#job p.bad").count() == 0


def remove(page: Page, document_id: str) -> None:
    """Take a document out on the documents tab."""
    page.get_by_role("tab", name="文件").click()
    row = page.locator(f"tr[data-document='{document_id}']")
    row.locator("summary").click()
    row.locator("[data-act=remove]").click()
    expect(row).to_have_count(0, timeout=60_000)


NEW = "某市低空经济发展办法\n\n一、总则\n\n某市到2029年建成低空起降点486个，开通航线120条。\n"


def test_uploaded_document_answers_until_it_is_removed(visit: Visit) -> None:
    """A dropped file is reported and answers; after it is removed it no longer does."""
    page = visit()
    upload(page, "某市低空经济发展办法.txt", NEW.encode())
    assert page.locator(".documents-table tbody tr").count() == 2
    page.get_by_role("tab", name="问答").click()
    question = "某市到2029年建成多少个低空起降点？"
    ask(page, question)
    assert "486" in (page.locator(".card.found .quote").first.text_content() or "")
    remove(page, "某市低空经济发展办法.txt")
    page.get_by_role("tab", name="问答").click()
    ask(page, question)
    assert page.locator(".turn").last.locator(".card.found").count() == 0


def test_questions_are_answered_during_a_build_that_is_cancelled(visit: Visit) -> None:
    """While a long build runs questions are answered; Cancel leaves the index as it was."""
    page = visit()
    page.get_by_role("tab", name="文件").click()
    page.wait_for_selector(".documents-table tbody tr")
    long = "\n".join(f"第{n}条，某县第{n}年新建粮仓{n * 3}座，改造水渠{n * 7}公里。" for n in range(1, 4000))
    page.set_input_files(
        "#drop input[type=file]",
        [{"name": "粮仓.txt", "mimeType": "text/plain", "buffer": f"粮仓建设办法\n\n{long}\n".encode()}],
    )
    page.wait_for_selector(".running .progress-words:has-text('计算向量')")
    page.get_by_role("tab", name="问答").click()
    ask(page, QUESTION)
    assert "7 家灯塔工厂" in (page.locator(".card.found .quote").first.text_content() or "")
    page.get_by_role("tab", name="文件").click()
    page.locator("[data-act=cancel]:visible").click()
    expect(page.locator("#job")).to_contain_text("已取消，索引未变。", timeout=60_000)
    assert page.locator(".documents-table tbody tr").count() == 1


def test_scope_limits_where_answers_come_from(visit: Visit) -> None:
    """A question limited to a chosen document is answered from that document."""
    page = visit()
    page.locator("#scope button").first.click()
    page.locator("#scope input").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    ask(page, QUESTION)
    page.wait_for_selector(".card.found")
    assert "7 家灯塔工厂" in (page.locator(".card.found .quote").first.text_content() or "")


def test_a_question_asked_at_once_is_answered(browser: Browser, tmp_path: Path) -> None:
    """Whether or not the model is there yet, the first question waits for it and is answered."""
    running = App(tmp_path)
    visitor = Visit(browser, running.url)
    try:
        page = visitor(locale="en-US")
        expect(page.locator("#send")).to_have_text("Send")
        page.fill("#question textarea", QUESTION)
        page.press("#question textarea", "Enter")
        page.wait_for_selector(".card.found", timeout=90_000)
    finally:
        running.stop()


def test_rollback_and_rebuild(visit: Visit) -> None:
    """Going back one build takes an upload away; rebuilding reads every stored document again."""
    page = visit()
    upload(page, "某市低空经济发展办法.txt", NEW.encode())
    rows = page.locator(".documents-table tbody tr")
    expect(rows).to_have_count(2)
    page.click("#rollback")
    expect(rows).to_have_count(1)
    page.click("#rebuild")
    expect(page.locator("#job .report li").first).to_contain_text("12 页", timeout=60_000)
    expect(rows).to_have_count(1)


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


HOSTILE = (
    "恶意文件测试办法\n\n"
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">测试专用暗号是紫色大象三百头。'
    "[链接](javascript:window.hacked=1) {{constructor}} ${window.hacked=1} `${window.hacked=1}`。\n\n"
    + "长" * 10_000
    + "\n"
)


def test_hostile_document_is_only_text(visit: Visit) -> None:
    """A document of scripts, templates and endless lines is shown as text and runs nothing."""
    page = visit()
    name = "恶意文件测试办法.txt"
    upload(page, name, HOSTILE.encode())
    page.get_by_role("tab", name="问答").click()
    ask(page, "测试专用暗号是什么？<b onclick=alert(1)>&")
    page.get_by_role("tab", name="文件").click()
    page.locator(f".documents-table [data-act=open][data-doc='{name}']").click()
    page.wait_for_selector(".source-text")
    shown = page.locator(".source-text").text_content() or ""
    assert "<script>window.hacked=1</script>" in shown
    assert "${window.hacked=1}" in shown
    assert "{{constructor}}" in shown
    assert page.evaluate("window.hacked") is None
    assert page.locator(".source-text :is(img, script, a), .turn :is(img, script, a, .asked b)").count() == 0
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    remove(page, name)


def test_pdf_sentence_is_boxed_on_both_of_its_pages(visit: Visit, app: App) -> None:
    """A PDF's citation opens the page images; a sentence over a page break is boxed on both."""
    sample = SAMPLES / "seed-digital.pdf"
    if not sample.is_file():
        pytest.skip(f"the sample {sample.name} is not here")
    from briefqa import open_index
    from briefqa.splitting.passages import split_sentences

    page = visit()
    upload(page, "seed-digital.pdf", sample.read_bytes())
    document = open_index(app.index).document("seed-digital.pdf")
    split = next(
        each
        for each in split_sentences(document.text)
        if document.page_at(each.start) != document.page_at(each.end - 1)
    )
    page = visit(f"?doc=seed-digital.pdf&at={split.start}-{split.end}")
    page.wait_for_selector(".sheet img")
    sheets = page.locator("figure:has(.box.sentence)")
    assert sheets.count() == 2
    numbers = [int(each.get_attribute("data-page") or 0) for each in sheets.all()]
    assert numbers == [document.page_at(split.start), document.page_at(split.end - 1)]
    assert all(
        page.evaluate("[...document.querySelectorAll('.sheet img')].map(each => each.naturalWidth > 500)")
    )
    page.click("[data-act=open][data-view=text]")
    assert marked(page) == split.text
    remove(page, sample.name)


def test_no_serious_accessibility_finding(visit: Visit) -> None:
    """axe-core finds nothing serious on the first screen, an answer, a refusal, the source, documents."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    found: dict[str, list[str]] = {}

    def check(page: Page, name: str) -> None:
        result = axe.Axe().run(page, options={"resultTypes": ["violations"]})
        found[name] = [
            f"{each['id']}: {each['nodes'][0]['html'][:160]}"
            for each in result.response["violations"]
            if each["impact"] in ("serious", "critical")
        ]

    for scheme in ("light", "dark"):
        page = visit(color_scheme=scheme)
        check(page, f"{scheme} first")
        ask(page, QUESTION)
        ask(page, UNANSWERABLE)
        page.click("button.cite >> nth=0")
        page.wait_for_selector("mark.sentence")
        check(page, f"{scheme} answers and source")
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


def test_agents_can_search_and_ask(tmp_path: Path) -> None:
    """With --mcp the endpoints are MCP tools with described parameters, and answer."""
    pytest.importorskip("mcp", reason="needs the mcp package: pip install 'briefqa[mcp]'")
    import anyio
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

    try:  # in a thread: Playwright's own loop runs in this one
        with ThreadPoolExecutor() as threads:
            threads.submit(anyio.run, talk).result()
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--port", "99999"], "99999"),
        (["--host", "no.such.host.invalid"], "no.such.host.invalid"),
        (["--index", "no-such-folder"], "no-such-folder"),
        (["--auth", "nobody"], "USER:PASS"),
    ],
)
def test_wrong_options_are_one_sentence(options: list[str], says: str) -> None:
    """A bad port, host, index or login ends with exit code 1 and one line that names it."""
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
    cell, frame = box.locator("mark").bounding_box(), box.bounding_box()
    assert cell is not None
    assert frame is not None
    assert frame["x"] <= cell["x"]
    assert cell["x"] + cell["width"] <= frame["x"] + frame["width"]
    page.locator("summary", has_text="逐字原文").click()
    quote = page.locator(".card.found .quote").first
    expect(quote).to_be_visible()
    assert quote.text_content() == "1号线 | 49.9 | 25 | 7 | 40.4 | 97 | 241"
    page.locator("button.cite").first.click()
    assert marked(page) == quote.text_content()
    expect(page.locator("mark.cell")).to_have_text("40.4")
    expect(page.locator("mark.cell")).to_be_in_viewport()
    visit.contexts[0].close()  # type: ignore[attr-defined]
    assert visit.errors == []


def test_language_of_a_quoted_row(browser: Browser, tables_app: App) -> None:
    """The English page names the unit in English and leaves the document's words as they are."""
    visit = Visit(browser, tables_app.url)
    page = visit(locale="en-US")
    ask(page, "11号线的车站有多少座？")
    expect(page.locator(".row-table tbody th")).to_have_text("11号线")
    expect(page.locator(".row-table caption .unit")).to_have_text("Unit: 见表头")
    expect(page.locator(".verbatim summary")).to_have_text("Verbatim")
    visit.contexts[0].close()  # type: ignore[attr-defined]
