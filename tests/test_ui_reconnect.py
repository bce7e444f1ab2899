"""The page while its server is away, in a real headless Chromium: questions and changes are not given up."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers import Server
from ui_pages import Visit, answered, browser_tests

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, Page, expect

pytestmark = browser_tests

QUESTION = "甲市有多少家智能工厂？"
SECOND = "乙市到2030年建成地铁多少条？"
QUOTES = ["甲市有12家智能工厂。", "乙市到2030年建成地铁5条。"]
AWAY = "服务器没有应答，正在重试…"


class Service:
    """A server that is killed and started again at the same address."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.options: tuple[str, ...] = ()
        self.running: Server | None = None
        self.port = 0

    def start(self, *options: str) -> None:
        """Start it, as it was started before when no options are given."""
        self.options = options or self.options
        self.running = Server(self.index, *self.options, port=self.port)
        self.port = self.running.port

    def kill(self) -> None:
        """End it without a word."""
        if self.running is not None:
            self.running.stop(signal.SIGKILL)
        self.running = None


@pytest.fixture
def service(small_index: Path, tmp_path: Path) -> Iterator[Service]:
    """A server over a small index that is not yet started."""
    made = Service(Path(shutil.copytree(small_index, tmp_path / "index")))
    yield made
    made.kill()


@pytest.fixture
def entered(browser: Browser, service: Service) -> Iterator[Callable[[], Page]]:
    """Starts the server and opens its page."""
    visits: list[Visit] = []

    def enter() -> Page:
        service.start()
        visits.append(Visit(browser, f"http://127.0.0.1:{service.port}/"))
        return visits[-1]()

    yield enter
    for each in visits:
        each.leave()


def _send(page: Page, *questions: str) -> None:
    for question in questions:
        page.fill("#question", question)
        page.press("#question", "Enter")


def test_questions_wait_for_the_server_in_order(service: Service, entered: Callable[[], Page]) -> None:
    """Asked while it is away they stay, say so, and are answered one after the other when it is back."""
    page = entered()
    service.kill()
    _send(page, QUESTION, SECOND)
    first, second = (page.locator(".turn").nth(each).locator(".card.pending") for each in (0, 1))
    expect(first).to_have_text(AWAY)
    expect(page.locator("#said")).to_have_text(AWAY)
    page.wait_for_timeout(3_000)  # for another try
    expect(first).to_have_text(AWAY)
    expect(second).to_contain_text("排在前面的问题")
    service.start()
    answered(page, 2)
    expect(page.locator(".asked")).to_have_text([QUESTION, SECOND])
    expect(page.locator(".turn .card.found .quotes li:first-child .quote")).to_have_text(QUOTES)


def test_a_question_under_way_is_asked_again(service: Service, entered: Callable[[], Page]) -> None:
    """One whose answer was lost with the server is answered by the next one, also over a reload."""
    page = entered()
    assert service.running is not None
    service.running.process.send_signal(signal.SIGSTOP)  # it takes the question, and does nothing
    _send(page, QUESTION)
    page.wait_for_timeout(1_000)
    service.kill()
    expect(page.locator(".card.pending")).to_have_text(AWAY)
    service.start()
    answered(page, 1)
    expect(page.locator(".card.found .quote").first).to_have_text(QUOTES[0])


def test_stop_works_while_the_server_is_away(service: Service, entered: Callable[[], Page]) -> None:
    """A stopped question waits no more, the next one does; retried meanwhile it waits again."""
    page = entered()
    service.kill()
    _send(page, QUESTION, SECOND)
    expect(page.locator(".turn").first.locator(".card.pending")).to_have_text(AWAY)
    page.click("#stop")
    expect(page.locator(".turn").first).to_contain_text("已停止")
    expect(page.locator(".turn").nth(1).locator(".card.pending")).to_have_text(AWAY)
    service.start()
    answered(page, 2)
    expect(page.locator(".turn").nth(1).locator(".quote").first).to_have_text(QUOTES[1])
    expect(page.locator(".turn").first).to_contain_text("已停止")
    expect(page.locator("#stop")).to_be_hidden()


def test_a_login_that_ended_with_the_server_is_told(
    service: Service, browser: Browser, entered: Callable[[], Page]
) -> None:
    """Logins do not outlive the server: the question says so, and is answered after the next login."""
    service.start("--auth", "user:secret")
    page = browser.new_context(locale="zh-CN").new_page()

    def log_in() -> None:
        page.goto(f"http://127.0.0.1:{service.port}/")
        page.fill("#username", "user")
        page.fill("#password", "secret")
        page.click("button")
        page.wait_for_selector(".welcome", state="attached")

    log_in()
    service.kill()
    _send(page, QUESTION)
    expect(page.locator(".card.pending")).to_have_text(AWAY)
    service.start()
    expect(page.locator(".card.stopped")).to_contain_text("请刷新网页重新登录")
    log_in()
    page.click("[data-act=retry]")
    expect(page.locator(".card.found .quote").first).to_have_text(QUOTES[0])
    page.context.close()


def _add_much(page: Page) -> None:
    """Begin a change that takes a while."""
    page.get_by_role("tab", name="文件").click()
    long = "\n".join(f"第{n}条，某县第{n}年新建粮仓{n * 3}座，改造水渠{n * 7}公里。" for n in range(1, 400))
    given = {"name": "粮仓.txt", "mimeType": "text/plain", "buffer": f"粮仓建设办法\n\n{long}\n".encode()}
    page.set_input_files("#drop input[type=file]", [given])
    page.wait_for_selector(".running .progress-words:has-text('分析文字')")


def test_a_change_is_followed_on(entered: Callable[[], Page]) -> None:
    """After the network was away the change goes on to be shown, to its report and the list that it made."""
    page = entered()
    _add_much(page)
    page.context.set_offline(True)
    expect(page.locator("#changes-said")).to_have_text(AWAY)
    page.context.set_offline(False)
    expect(page.locator("#job .report")).to_contain_text("粮仓", timeout=400_000)
    expect(page.locator(".documents-table tbody tr")).to_have_count(3)
    expect(page.locator("#changes-said")).to_be_empty()


def test_a_change_that_ended_with_the_server_is_told(service: Service, entered: Callable[[], Page]) -> None:
    """The next server knows nothing of it: the page says that it may not be done, and shows the documents."""
    page = entered()
    _add_much(page)
    service.kill()
    expect(page.locator("#changes-said")).to_have_text(AWAY)
    service.start()
    expect(page.locator("#changes-said")).to_contain_text("可能没有完成")
    expect(page.locator("#job")).to_be_empty()
    expect(page.locator(".documents-table tbody tr")).to_have_count(2)
