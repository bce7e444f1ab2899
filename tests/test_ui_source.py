"""The source beside the answer in a real headless Chromium: it opens by itself, and Back closes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ui_pages import (
    QUESTION,
    UNANSWERABLE,
    App,
    Visit,
    ask,
    browser_tests,
    marked,
    slow,
)

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, Locator, Route, expect

from briefqa import add_documents, build_index, remove_documents

pytestmark = browser_tests

SERVER = "**/component_server/**"


@pytest.mark.parametrize("latency", [0, 400])
def test_the_proof_opens_by_itself(visit: Visit, latency: int) -> None:
    """The first quote is marked in its document beside it, in view; the focus stays in the field."""
    page = visit()
    slow(page, latency)
    ask(page, QUESTION)
    assert marked(page) == page.locator(".card.found .quote").first.text_content()
    expect(page.locator("mark.sentence").first).to_be_in_viewport()
    expect(page.locator("#question")).to_be_focused()
    ask(page, UNANSWERABLE)  # the source follows the newest answer: here to the nearest passage
    expect(page.locator(".source-head .note")).to_have_text("最接近的段落，不是答案")
    assert marked(page) == page.locator(".card.not-found .passage-text").first.text_content()
    page.locator("button.cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".source-title")).to_be_focused()
    expect(page.locator(".source-head .note")).to_have_count(0)


@pytest.mark.parametrize("latency", [0, 400])
def test_back_closes_the_source(visit: Visit, latency: int) -> None:
    """Back closes what opened, by itself or by hand, and leaves the conversation; Forward opens it."""
    page = visit()
    slow(page, latency)
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.click("[data-act=open]:has-text('▶')")
    expect(page.locator(".source-tools")).to_contain_text("第 2 处")
    page.go_back()
    expect(page.locator("mark.sentence")).to_have_count(0)
    assert page.locator(".card.found").count() == 1
    assert "doc=" not in page.url
    page.go_forward()
    expect(page.locator("mark.sentence").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("mark.sentence")).to_have_count(0)
    assert page.locator(".card.found").count() == 1


def test_link_opens_the_same_place(visit: Visit) -> None:
    """The address of an open quote opens the same question and place for another visitor."""
    page = visit()
    ask(page, QUESTION)
    text = marked(page)
    assert "at=" in page.url
    other = visit(page.url.removeprefix(visit.url))
    assert marked(other) == text
    other.wait_for_selector(".card.found")
    assert other.locator(".asked").all_text_contents() == [QUESTION]


def test_peek_on_hover_and_focus(visit: Visit) -> None:
    """Pointing at [1], or focusing it, shows the sentence among its neighbours, until Esc."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    quote = page.locator(".quote").first.text_content()
    peek = page.locator(".peek").first
    expect(peek).to_be_hidden()
    page.hover("button.cite")
    expect(peek).to_be_visible()
    expect(peek.locator("mark")).to_have_text(quote or "?")
    expect(peek).to_contain_text("目前，工业对苏州 GDP 的贡献超过了 40%")
    expect(peek).to_contain_text("第 4 页")
    page.mouse.move(5, 5)
    expect(peek).to_be_hidden()
    page.focus("button.cite")
    expect(peek).to_be_visible()
    page.keyboard.press("Tab")
    expect(peek.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".source-title")).to_be_focused()


def test_peek_goes_when_its_source_opens(visit: Visit) -> None:
    """Once [1] was pressed its card covers nothing, though the pointer stays; it comes back with it."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.click("button.cite")
    expect(page.locator(".source-title")).to_be_focused()
    expect(page.locator(".peek").first).to_be_hidden()
    page.mouse.move(5, 5)
    page.hover("button.cite")
    expect(page.locator(".peek").first).to_be_visible()


def test_closing_the_source_leaves_the_answer_uncovered(visit: Visit) -> None:
    """Esc gives the focus back to [1] without its card over the answer; a later focus shows it again."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.focus("button.cite")
    page.keyboard.press("Enter")
    expect(page.locator(".source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("button.cite").first).to_be_focused()
    expect(page.locator(".peek").first).to_be_hidden()
    page.focus("#question")
    page.focus("button.cite")
    expect(page.locator(".peek").first).to_be_visible()


def test_an_earlier_source_says_so(visit: Visit) -> None:
    """Beside a newer answer, while its own source loads or when there is none, what is open tells it."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    told = page.locator("#source .told")
    expect(told).to_have_count(0)
    held: list[Route] = []
    page.route(SERVER, lambda route: held.append(route) if asks(route, "open_place") else route.continue_())
    page.fill("#question", UNANSWERABLE)
    page.press("#question", "Enter")
    expect(told).to_have_text("正在打开新回答的原文…")
    held[0].continue_()
    page.unroute(SERVER)
    expect(page.locator(".source-head .note")).to_have_text("最接近的段落，不是答案")
    expect(told).to_have_count(0)
    page.route(
        SERVER, lambda route: route.fulfill(status=500) if asks(route, "ask_question") else route.continue_()
    )
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".turn").last).to_contain_text("没有答成")
    expect(told).to_contain_text("先前一问的原文")
    page.unroute(SERVER)
    page.locator("button.cite").first.click()
    expect(page.locator(".source-head .note")).to_have_count(0)
    expect(told).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_removed_document_is_not_shown_on(browser: Browser, tmp_path: Path, width: int) -> None:
    """Once it was removed, elsewhere too, its open source tells so, with one way to close it."""
    for city in "甲乙":
        (tmp_path / f"{city}.txt").write_text(f"{city}市规划\n\n{city}市有7座图书馆。\n", "utf-8")
    build_index([tmp_path / "甲.txt", tmp_path / "乙.txt"], tmp_path / "built")
    running = App(tmp_path, index=tmp_path / "built")
    visit = Visit(browser, running.url)
    try:
        page = visit("?doc=甲.txt&at=7-16", width=width)
        page.wait_for_selector("mark.sentence")
        remove_documents("甲.txt", running.index)
        page.evaluate("briefqa.refresh()")
        expect(page.locator(".source-title")).to_have_text("这份文件已被移除。")
        expect(page.locator("mark.sentence")).to_have_count(0)
        expect(page.locator("#source .back")).to_be_visible(visible=width == 390)
        page.locator("#source .cross").click()
        expect(page.locator(".source-title")).to_have_count(0)
        visit.leave()
    finally:
        running.stop()


def test_a_replaced_document_says_so(browser: Browser, cities_app: App) -> None:
    """What is read stays until the new one is wanted, where the answer's sentence is looked for."""
    file = cities_app.index.parent / "docs" / "北片" / "东港.txt"
    first = file.read_text("utf-8")

    def replace(text: str) -> None:
        file.write_text(text, "utf-8")
        add_documents(file, cities_app.index)

    visit = Visit(browser, cities_app.url)
    page = visit()
    ask(page, "东港市2024年开通地铁多少条？")
    text = marked(page)
    body = page.locator(".source-text")
    told = page.locator("#source .told")
    replace(f"东港市轨道交通年报\n\n一、新增\n\n东港市新增班车3条。\n\n二、运营\n\n{text}\n")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(told).to_contain_text("这份文件已更新")
    expect(body).not_to_contain_text("班车")
    page.click("#source [data-act=anew]")
    expect(body).to_contain_text("班车")
    expect(told).to_have_count(0)
    expect(page.locator(".source-head .note")).to_contain_text("已找到新的位置")
    assert marked(page) == text
    replace("东港市轨道交通年报\n\n一、新增\n\n东港市新增班车4条。\n")
    page.locator("button.cite").first.click()
    expect(page.locator(".source-head .note")).to_contain_text("所引的句子已不在其中")
    expect(page.locator("mark.sentence")).to_have_count(0)
    replace(first)
    visit.leave()


def test_a_look_at_the_documents_closes_no_source(visit: Visit) -> None:
    """A source that is still being opened when the page has looked anew opens all the same."""
    page = visit()
    held: list[Route] = []
    page.route(SERVER, lambda route: held.append(route) if asks(route, "open_place") else route.continue_())
    ask(page, QUESTION)
    page.evaluate("briefqa.refresh()")
    held[0].continue_()
    expect(page.locator("mark.sentence").first).to_be_visible()


def asks(route: Route, what: str) -> bool:
    """Whether a request asks a function of the server."""
    return what in (route.request.post_data or "")


def test_selecting_words_does_not_navigate(visit: Visit) -> None:
    """Selecting words of a quote leaves the source closed; a plain press opens it."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.keyboard.press("Escape")
    box = page.locator(".quote").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 12, steps=5)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()")
    page.wait_for_timeout(300)
    expect(page.locator("mark.sentence")).to_have_count(0)
    page.mouse.click(5, 300)
    page.locator(".quote").first.click()
    expect(page.locator("mark.sentence").first).to_be_visible()


def test_phone_shows_the_text_first(visit: Visit) -> None:
    """On a phone nothing covers the answer by itself; the source opens over it and Back leads back."""
    page = visit(width=390, height=844)
    ask(page, QUESTION)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    expect(page.locator("mark.sentence")).to_have_count(0)
    page.click("button.cite >> nth=0")
    page.wait_for_selector("mark.sentence")
    expect(page.locator("mark.sentence").first).to_be_in_viewport()
    assert not page.evaluate(wide)
    page.go_back()
    expect(page.locator("button.cite").first).to_be_in_viewport()
    page.click("button.cite >> nth=0")
    page.click(".back")
    expect(page.locator("button.cite").first).to_be_in_viewport()


CITIES = ("松林", "白石", "东港", "南岭", "西湾", "北原", "中川", "高塔", "长桥", "新田", "大沙", "小岛")


@pytest.fixture(scope="module")
def cities_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app over twelve documents, one a city, in two folders."""
    folder = tmp_path_factory.mktemp("cities")
    for number, city in enumerate(CITIES):
        said = f"{city}市2024年开通地铁{number + 2}条，设车站{number * 7 + 30}座。"
        text = f"{city}市轨道交通年报\n\n一、运营\n\n{said}\n"
        part = folder / "docs" / ("北片" if number < 6 else "南片")
        part.mkdir(parents=True, exist_ok=True)
        (part / f"{city}.txt").write_text(text, "utf-8")
    build_index(folder / "docs", folder / "built")
    running = App(folder, index=folder / "built")
    yield running
    running.stop()


@pytest.mark.parametrize("width", [1440, 390])
def test_scope_is_always_in_sight(browser: Browser, cities_app: App, width: int) -> None:
    """Chips say and change what is asked; card and refusal say it too; nothing is clipped."""
    visit = Visit(browser, cities_app.url)
    page = visit(width=width, height=800)
    summary = page.locator("#scope summary")
    expect(summary).to_have_text("范围：全部 12 份")
    summary.click()
    page.fill(".scope-search", "松林")
    expect(page.locator("#scope label:visible")).to_have_count(1)
    page.check("#scope input[type=checkbox]:visible")
    page.fill(".scope-search", "白石")
    page.check("#scope input[type=checkbox]:visible")
    page.keyboard.press("Escape")
    expect(summary).to_have_text("范围：2/12 份")
    ask(page, "松林市2024年开通地铁多少条？")
    expect(page.locator(".card.found .scoped")).to_contain_text("2/12")
    ask(page, "东港市2024年开通地铁多少条？")
    refusal = page.locator(".card.not-found")
    expect(refusal.locator(".scoped")).to_contain_text("2/12")
    for selector in ("#scope summary", "#composer", ".chip >> nth=0"):
        box, frame = page.locator(selector).bounding_box(), page.viewport_size
        assert box is not None
        assert frame is not None
        assert box["height"] >= 24
        assert box["y"] + box["height"] <= frame["height"]
    clipped = "each => each.scrollHeight > each.clientHeight + 1"
    assert not page.locator("#scope").evaluate(clipped)
    page.click("[data-act=unchoose] >> nth=1")
    expect(summary).to_have_text("范围：1/12 份")
    page.reload()
    expect(summary).to_have_text("范围：1/12 份")
    page.click("[data-act=ask-all]")
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".turn").last.locator(".quote").first).to_contain_text("东港市")
    visit.leave()


@pytest.mark.parametrize("latency", [0, 400])
def test_a_group_is_chosen_as_one(browser: Browser, cities_app: App, latency: int) -> None:
    """A box before the name of a folder chooses all of it, and shows whether all of it is chosen."""
    visit = Visit(browser, cities_app.url)
    page = visit()
    slow(page, latency)
    page.click("#scope summary")
    page.get_by_label("选择“北片”的全部 6 份").check()
    expect(page.locator("#scope summary")).to_have_text("范围：6/12 份")
    page.locator("#scope label", has_text="松林市").locator("input").uncheck()
    expect(page.locator("#scope summary")).to_have_text("范围：5/12 份")
    expect(page.get_by_label("选择“北片”的全部 6 份")).not_to_be_checked()
    page.keyboard.press("Escape")
    ask(page, "长桥市2024年开通地铁多少条？")
    expect(page.locator(".card.not-found .scoped")).to_contain_text("5/12")
    visit.leave()


def test_a_deleted_conversation_leaves_no_entry(browser: Browser, cities_app: App) -> None:
    """Scope or clearing in one that another tab has deleted brings none back; undo brings all of it."""
    visit = Visit(browser, cities_app.url)
    page = visit()
    ask(page, "松林市2024年开通地铁多少条？")
    other = page.context.new_page()
    other.goto(visit.url)
    count = other.locator("#talks-count")
    expect(count).to_have_text("全部对话（1）")
    other.click("#talks summary")
    other.click("[data-act=delete-talk]")
    expect(page.locator("#notice")).to_contain_text("另一个标签页")
    page.click("#scope summary")
    page.check("#scope label input >> nth=1")
    expect(page.locator("#scope summary")).not_to_contain_text("全部")
    page.keyboard.press("Escape")
    other.reload()
    expect(count).to_have_text("全部对话（0）")
    page.click("#clear")
    other.reload()
    expect(count).to_have_text("全部对话（0）")
    page.click("[data-act=undo]")
    expect(page.locator(".asked")).to_have_count(1)
    expect(page.locator("#scope summary")).not_to_contain_text("全部")
    expect(count).to_have_text("全部对话（1）")
    visit.leave()


def test_a_scope_that_was_removed_is_not_answered_from_elsewhere(browser: Browser, cities_app: App) -> None:
    """When the chosen document is removed its chip says so, and a question is not answered from others."""
    visit = Visit(browser, cities_app.url)
    page = visit()
    page.click("#scope summary")
    page.fill(".scope-search", "小岛")
    page.locator("#scope label input[value='南片/小岛.txt']").check()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="文件").click()
    row = page.locator("tr[data-document='南片/小岛.txt']")
    row.locator("summary").click()
    row.locator("[data-act=remove]").click()
    expect(page.locator("#job .report")).to_contain_text("已移除", timeout=120_000)
    page.get_by_role("tab", name="问答").click()
    expect(page.locator(".chip.gone")).to_contain_text("已移除：南片/小岛.txt")
    ask(page, "长桥市2024年开通地铁多少条？")
    card = page.locator(".turn").last.locator(".card")
    expect(card).to_contain_text("所选的 1 份文件都已移除")
    expect(card.locator(".quote")).to_have_count(0)
    card.locator("[data-act=ask-all]").click()
    expect(page.locator(".turn").last.locator(".quote").first).to_contain_text("长桥市")
    page.get_by_role("tab", name="文件").click()
    page.click("#job [data-act=undo-job]")
    expect(row).to_have_count(1, timeout=120_000)
    visit.leave()


def test_refusal_fits_one_screen(visit: Visit) -> None:
    """Reason and nearest sentence are in sight; the other passages and all scores are folded."""
    page = visit(height=720)
    ask(page, UNANSWERABLE)
    card = page.locator(".card.not-found")
    box = card.bounding_box()
    assert box is not None
    assert box["height"] < 420
    for part in (".refusal", ".reason", ".nearest"):
        expect(card.locator(part)).to_be_in_viewport()
    assert "语义相近" not in card.inner_text()
    card.locator(".facts summary").last.click()
    expect(card).to_contain_text("语义相近")


def test_printed_page_is_the_conversation(visit: Visit, tmp_path: Path) -> None:
    """Printing leaves question, quote and address, and none of what is pressed."""
    page = visit()
    ask(page, QUESTION)
    page.emulate_media(media="print")
    for part in (".asked", ".quote", ".address"):
        expect(page.locator(part).first).to_be_visible()
    for part in ("#composer", "#talk-bar", "#source", ".copies", "#language"):
        expect(page.locator(part).first).to_be_hidden()


def test_quotes_and_links_are_copied(visit: Visit) -> None:
    """In each form that the card offers, and the address of the place; said on the button."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    quote = page.locator(".card.found .quote").first.text_content() or ""
    field = page.locator("#question")

    def copied(button: Locator) -> str:
        button.evaluate("each => each.closest('details') && (each.closest('details').open = true)")
        button.click()
        expect(button).to_have_text("已复制")
        field.fill("")
        field.press("Control+V")
        return field.input_value()

    buttons = page.locator(".card.found").first.locator("[data-act=copy]")
    assert buttons.count() == 3
    forms = [copied(buttons.nth(number)) for number in range(3)]
    assert [each.get_attribute("data-text") for each in buttons.all()] == forms
    assert quote in forms[0]
    assert len({*forms}) == 3
    link = copied(page.locator("[data-act=link]").first)
    assert link.startswith(page.url.split("?", maxsplit=1)[0])
    field.fill("")
    page.goto(link)
    assert marked(page) == quote


def test_every_button_does_something(visit: Visit) -> None:
    """Whatever is drawn with an act has one in the script: of answers, refusals, sources and documents."""
    page = visit()
    for question in (QUESTION, UNANSWERABLE):
        ask(page, question)
    page.get_by_role("tab", name="文件").click()
    expect(page.locator(".documents-table tbody tr").first).to_be_visible()
    idle = "all => [...new Set(all.map(each => each.dataset.act))].filter(act => !briefqa.acts[act])"
    assert page.locator("[data-act]").evaluate_all(idle) == []
