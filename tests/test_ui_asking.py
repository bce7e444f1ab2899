"""Asking in a real headless Chromium: no question, draft or conversation is lost, near or far."""

from __future__ import annotations

import re

import pytest

from ui_pages import (
    QUESTION,
    UNANSWERABLE,
    Visit,
    answered,
    ask,
    browser_tests,
    slow,
)

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Page, Response, Route, expect

pytestmark = browser_tests

SECOND = "苏州有哪些万亿级产业？"


@pytest.mark.parametrize("latency", [0, 400])
def test_questions_sent_meanwhile_are_answered_in_order(visit: Visit, latency: int) -> None:
    """Three questions in one breath are all answered, in order; what is typed then stays in the field."""
    page = visit()
    slow(page, latency)
    page.focus("#question")
    for question in (QUESTION, UNANSWERABLE, SECOND):
        page.keyboard.insert_text(question)
        page.keyboard.press("Enter")
    page.keyboard.insert_text("还没写完")
    answered(page, 3)
    expect(page.locator(".asked")).to_have_text([QUESTION, UNANSWERABLE, SECOND])
    kinds = page.locator(".turn .card").evaluate_all("all => all.map(each => each.classList[1])")
    assert kinds == ["found", "not-found", "found"]
    expect(page.locator("#question")).to_have_value("还没写完")
    expect(page.locator("#question")).to_be_focused()


def test_reload_loses_nothing(visit: Visit) -> None:
    """A reload keeps answers and draft; questions that were waiting are answered after it."""
    page = visit()
    ask(page, QUESTION)
    quote = page.locator(".quote").first.text_content()
    slow(page, 400)
    for question in (UNANSWERABLE, SECOND):
        page.fill("#question", question)
        page.press("#question", "Enter")
    page.fill("#question", "半个问题")
    page.reload()
    answered(page, 3)
    expect(page.locator("#question")).to_have_value("半个问题")
    assert page.locator(".quote").first.text_content() == quote
    expect(page.locator(".asked")).to_have_text([QUESTION, UNANSWERABLE, SECOND])


def test_an_error_keeps_the_question(visit: Visit) -> None:
    """A question that the server answers with an error stays, says so and can be retried."""
    page = visit()
    page.route("**/component_server/**", lambda route: route.fulfill(status=500))
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".card.stopped")).to_contain_text("服务器的答复有误（500）")
    page.unroute_all()
    page.click("[data-act=retry]")
    answered(page, 1)
    expect(page.locator(".card.found .quote").first).to_contain_text("7 家灯塔工厂")


def test_stop_leaves_the_question_and_goes_on(visit: Visit) -> None:
    """Stop leaves the question with a retry, and the next one is answered."""
    page = visit()
    slow(page, 1500)
    for question in (UNANSWERABLE, QUESTION):
        page.fill("#question", question)
        page.press("#question", "Enter")
    page.click("#stop")
    expect(page.locator(".turn").first).to_contain_text("已停止")
    answered(page, 2)
    expect(page.locator(".turn").nth(1).locator(".card")).to_have_class(re.compile("card found"))
    expect(page.locator("#stop")).to_be_hidden()
    page.click("[data-act=retry]")
    answered(page, 2)
    expect(page.locator(".turn").first).to_contain_text("文中未找到")


@pytest.mark.parametrize("latency", [0, 400])
def test_edit_replaces_and_can_be_undone(visit: Visit, latency: int) -> None:
    """Editing only puts the draft aside; sending replaces that question and those after it, until undone."""
    page = visit()
    slow(page, latency)
    ask(page, SECOND)
    ask(page, UNANSWERABLE)
    page.fill("#question", "草稿")
    page.locator("[data-act=edit]").first.click()
    expect(page.locator("#question")).to_have_value(SECOND)
    page.keyboard.press("Escape")
    expect(page.locator("#question")).to_have_value("草稿")
    page.locator("[data-act=edit]").first.click()
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    answered(page, 1)
    expect(page.locator(".asked")).to_have_text([QUESTION])
    expect(page.locator("#question")).to_have_value("草稿")
    page.click("[data-act=undo]")
    expect(page.locator(".asked")).to_have_text([SECOND, UNANSWERABLE, QUESTION])
    expect(page.locator("#question")).to_have_value("草稿")


def test_a_greeting_names_no_conversation(visit: Visit) -> None:
    """Also where it is answered while the question that follows waits."""
    page = visit()
    slow(page, 400)
    for said in ("你好", QUESTION):
        page.fill("#question", said)
        page.press("#question", "Enter")
    answered(page, 2)
    expect(page.locator("#talk-title")).to_have_text(QUESTION)


def test_a_conversation_is_called_by_its_first_question(visit: Visit) -> None:
    """Also by one that took the place of another, until undone; a name that somebody gave it stays."""
    page = visit()
    title = page.locator("#talk-title")
    ask(page, UNANSWERABLE)
    expect(title).to_have_text(UNANSWERABLE)
    for question in (QUESTION, SECOND):
        page.locator("[data-act=edit]").first.click()
        page.fill("#question", question)
        page.press("#question", "Enter")
        answered(page, 1)
        expect(title).to_have_text(question)
    page.click("[data-act=undo]")
    expect(title).to_have_text(QUESTION)
    page.click("#clear")
    page.reload()
    page.wait_for_selector(".welcome")
    ask(page, SECOND)
    expect(title).to_have_text(SECOND)
    page.click("#talks summary")
    page.locator("[data-act=rename-talk]").first.click()
    page.keyboard.insert_text("灯塔工厂")
    page.keyboard.press("Enter")
    expect(title).to_have_text("灯塔工厂")
    page.keyboard.press("Escape")
    page.locator("[data-act=edit]").first.click()
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    answered(page, 1)
    expect(title).to_have_text("灯塔工厂")


def test_a_follow_up_can_be_asked_on_its_own(visit: Visit) -> None:
    """What was understood from the conversation can be asked again as it stands, without it."""
    page = visit()
    ask(page, QUESTION)
    ask(page, "无锡呢？")
    expect(page.locator(".turn").last).to_contain_text("按上文理解为：无锡有多少家灯塔工厂？")
    page.click("[data-act=ask-alone]")
    answered(page, 3)
    expect(page.locator(".asked").last).to_have_text("无锡呢？")
    expect(page.locator(".turn").last).not_to_contain_text("按上文理解为")


def test_nothing_to_export_or_clear_is_offered_before_a_question(visit: Visit) -> None:
    """Export and clear come with the first question, and go when all is cleared."""
    page = visit()
    for part in ("#export", "#clear"):
        expect(page.locator(part)).to_be_hidden()
    ask(page, QUESTION)
    expect(page.locator("#export")).to_be_visible()
    page.click("#clear")
    expect(page.locator("#clear")).to_be_hidden()


def compose(page: Page, key: str) -> None:
    """Press a key as an input method does while it composes."""
    page.evaluate(
        """key => document.querySelector('#question').dispatchEvent(
            new KeyboardEvent('keydown', {key, isComposing: true, bubbles: true, cancelable: true}))""",
        key,
    )


def test_keys_of_an_input_method_are_its_own(visit: Visit) -> None:
    """Enter and Esc while a word is composed neither send nor close anything."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.fill("#question", "suzhou")
    compose(page, "Enter")
    compose(page, "Escape")
    expect(page.locator("#question")).to_have_value("suzhou")
    assert page.locator(".turn").count() == 1
    expect(page.locator("mark.sentence").first).to_be_visible()


def test_two_tabs_are_each_their_own(visit: Visit) -> None:
    """A second tab begins its own conversation; both are kept, and neither overwrites the other."""
    page = visit()
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(visit.url)
    other.wait_for_selector(".welcome")
    assert other.locator(".turn").count() == 0
    ask(other, UNANSWERABLE)
    ask(page, SECOND)
    for each, questions in ((page, [QUESTION, SECOND]), (other, [UNANSWERABLE])):
        each.reload()
        expect(each.locator(".asked")).to_have_text(questions)
    expect(page.locator("#talks-count")).to_have_text("全部对话（2）")


def test_one_conversation_in_two_tabs_is_merged(visit: Visit) -> None:
    """Both tabs that show a conversation may ask in it; each shows, and keeps, what both asked."""
    page = visit()
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(visit.url)
    other.click("#talks summary")
    other.click("[data-act=show-talk]")
    expect(other.locator(".asked")).to_have_text([QUESTION])
    ask(other, UNANSWERABLE)
    ask(page, SECOND)
    for each in (page, other):
        expect(each.locator(".asked")).to_have_text([QUESTION, UNANSWERABLE, SECOND])
        expect(each.locator(".card")).to_have_count(3)


@pytest.mark.parametrize("latency", [0, 400])
def test_conversations_are_listed_renamed_and_deleted(visit: Visit, latency: int) -> None:
    """Conversations are listed, renamed, returned to, and deleted with an undo."""
    page = visit()
    slow(page, latency)
    ask(page, QUESTION)
    page.click("[data-act=new-talk]")
    page.wait_for_selector(".welcome")
    assert "doc=" not in page.url
    ask(page, UNANSWERABLE)
    page.click("#talks summary")
    names = page.locator(".talk-name")
    expect(names).to_have_text([UNANSWERABLE, QUESTION])
    page.locator("[data-act=rename-talk]").nth(1).click()
    page.keyboard.insert_text("灯塔工厂")
    page.keyboard.press("Enter")
    expect(names).to_have_text([UNANSWERABLE, "灯塔工厂"])
    names.nth(1).click()
    expect(page.locator(".asked")).to_have_text([QUESTION])
    page.click("#talks summary")
    page.locator("[data-act=delete-talk]").nth(1).click()
    page.wait_for_selector(".welcome")
    expect(page.locator("#talks-count")).to_have_text("全部对话（1）")
    page.click("[data-act=undo]")
    expect(page.locator(".asked")).to_have_text([QUESTION])
    page.reload()
    expect(page.locator(".asked")).to_have_text([QUESTION])
    expect(page.locator("#talk-title")).to_have_text("灯塔工厂")


@pytest.mark.parametrize("way", ["undo", "ask", "under way"])
def test_a_conversation_deleted_in_another_tab_loses_nothing(visit: Visit, way: str) -> None:
    """Who still reads it is told; taken back or asked on, or while it is answering, all of it stays."""
    page = visit()
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(visit.url)
    other.click("#talks summary")
    if way == "under way":
        slow(page, 3000)
        page.fill("#question", SECOND)
        page.press("#question", "Enter")
    other.click("[data-act=delete-talk]")
    expect(page.locator("#notice")).to_contain_text("另一个标签页")
    if way == "undo":
        page.click("#notice [data-act=undo]")
    if way == "ask":
        ask(page, SECOND)
    questions = [QUESTION] if way == "undo" else [QUESTION, SECOND]
    answered(page, len(questions))
    expect(other.locator("#talks-count")).to_have_text("全部对话（1）")
    page.reload()
    expect(page.locator(".asked")).to_have_text(questions)
    expect(page.locator(".card.found")).to_have_count(len(questions))


@pytest.mark.parametrize("latency", [0, 400])
def test_clear_can_be_undone(visit: Visit, latency: int) -> None:
    """Clearing empties conversation, source and address; undo brings all of it back."""
    page = visit()
    slow(page, latency)
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.click("#clear")
    page.wait_for_selector(".welcome")
    expect(page.locator("mark.sentence")).to_have_count(0)
    assert "doc=" not in page.url
    page.click("[data-act=undo]")
    expect(page.locator(".asked")).to_have_text([QUESTION])
    expect(page.locator("mark.sentence").first).to_be_visible()
    page.click("#clear")
    page.reload()
    page.wait_for_selector(".welcome")
    assert page.locator(".turn").count() == 0


def _both_ways(response: Response) -> list[int]:
    """The bytes of a question and of its answer; nothing for other requests."""
    asked = response.request.post_data or ""
    return [len(asked) + int(response.headers["content-length"])] if "ask_question" in asked else []


def test_long_conversation_folds_and_is_exported_whole(visit: Visit) -> None:
    """Of 200 questions all are there: old ones as a line that unfolds; one takes under 30 KB."""
    page = visit()
    ask(page, QUESTION)
    page.wait_for_selector("mark.sentence")
    page.evaluate(
        """async () => {
          const [first] = briefqa.talk.turns();
          const old = (_, n) => ({...briefqa.talk.plain(first), id: `t${n}`, at: n + 1});
          const more = Array.from({length: 199}, old);
          await briefqa.store.put("turns", ...more);
        }"""
    )
    page.reload()
    expect(page.locator(".turn")).to_have_count(200)
    expect(page.locator(".card.found")).to_have_count(6)
    sent: list[int] = []
    both: list[int] = []
    page.on("request", lambda each: sent.append(len(each.post_data or "")))
    page.on("response", lambda each: both.extend(_both_ways(each)))
    began = page.evaluate("performance.now()")
    ask(page, UNANSWERABLE)
    assert page.evaluate("performance.now()") - began < 15_000
    assert max(sent) < 30_000
    assert [each < 30_000 for each in both] == [True]
    page.locator(".folded").first.click()
    expect(page.locator(".turn").first.locator(".quote").first).to_contain_text("7 家灯塔工厂")
    with page.expect_download() as download:
        page.click("#export summary")
        page.click("[data-kind=csv]")
    with open(download.value.path(), encoding="utf-8-sig") as file:
        assert sum(QUESTION in line for line in file) == 200


def test_what_is_done_while_the_server_is_slow_stays(visit: Visit) -> None:
    """The last verdict counts, one that was not kept is taken back; a file is called as what it holds.

    Who has gone on meanwhile is neither led back nor told of an error.
    """
    page = visit()
    ask(page, QUESTION)
    page.evaluate(
        """async () => {
          const first = briefqa.talk.plain(briefqa.talk.turns()[0]);
          const old = (_, n) => ({...first, id: `t${n}`, at: n + 1});
          await briefqa.store.put("turns", ...Array.from({length: 7}, old));
        }"""
    )
    page.reload()
    expect(page.locator(".card.found")).to_have_count(6)
    held: list[Route] = []

    def late(route: Route) -> None:
        first = "keep_rating" in (route.request.post_data or "") and not held
        held.append(route) if first else route.continue_()

    page.route("**/component_server/**", late)
    last = page.locator(".turn").last
    for verdict in ("up", "wrong"):
        last.locator(f"[data-value={verdict}]").click()
    expect(last.locator("[data-value=wrong]")).to_have_attribute("aria-pressed", "true")
    with page.expect_response("**/component_server/**"):
        held[0].continue_()
    page.unroute("**/component_server/**")
    slow(page, 400)
    page.locator(".folded").first.click()
    expect(page.locator(".turn").first.locator(".card.found")).to_have_count(1)
    expect(last.locator("[aria-pressed=true]")).to_have_attribute("data-value", "wrong")
    page.route("**/component_server/**", lambda route: route.fulfill(status=500))
    last.locator("[data-value=up]").click()
    expect(page.locator("#notice")).not_to_be_empty()
    page.unroute("**/component_server/**")
    assert page.evaluate("briefqa.talk.turns().at(-1).rating") == "wrong"
    with page.expect_download() as download:
        page.click("#export summary")
        page.click("[data-kind=csv]")
        page.locator(".folded").first.click()
        page.click("[data-act=new-talk]")
    assert download.value.suggested_filename == f"{QUESTION}.csv"
    expect(page.locator("#question")).to_be_focused()


def test_answers_and_refusals_are_announced(visit: Visit) -> None:
    """The conversation is a log; answer, refusal and error are told in a live status."""
    page = visit()
    expect(page.get_by_role("log")).to_have_count(1)
    said = page.locator("#said[role=status]")
    ask(page, QUESTION)
    expect(said).to_contain_text("找到答案：苏州坐拥 7 家灯塔工厂")
    ask(page, UNANSWERABLE)
    expect(said).to_contain_text("文中未找到")
    page.route("**/component_server/**", lambda route: route.fulfill(status=500))
    ask(page, SECOND)
    expect(said).to_contain_text("没有答成")


def test_skip_link_leads_to_the_question(visit: Visit) -> None:
    """The first Tab stop is a link to the question's field."""
    page = visit(width=800)  # where the field has the focus from the beginning, nothing is to be skipped
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()


def test_what_is_typed_at_once_is_asked(visit: Visit) -> None:
    """A question that is sent as soon as its field is there, before the rest of the page, is answered."""
    page = visit().context.new_page()
    page.add_init_script(
        """new MutationObserver((_, watch) => {
            const field = document.querySelector('#question');
            if (!field) return;
            watch.disconnect();
            field.value = '苏州有多少家灯塔工厂？';
            const options = {key: 'Enter', bubbles: true, cancelable: true};
            field.dispatchEvent(new KeyboardEvent('keydown', options));
        }).observe(document, {subtree: true, childList: true})"""
    )
    page.goto(visit.url)
    answered(page, 1)
    expect(page.locator(".card.found .quote").first).to_contain_text("7 家灯塔工厂")
    expect(page.locator("#question")).to_have_value("")
