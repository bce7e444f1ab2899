"""The page in a frame in a real headless Chromium: of the sites that were named, and of no other."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from servers import Server
from ui_pages import App, browser_tests

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, FrameLocator, Page, expect

pytestmark = browser_tests

QUESTION = "甲市有多少家智能工厂？"
QUOTE = "甲市有12家智能工厂。"
FRAMED = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
Open = Callable[[str], Page]


class _Framing(BaseHTTPRequestHandler):
    """Answers `/?ADDRESS` with a page that shows that address in a frame."""

    def do_GET(self) -> None:
        body = f"<!doctype html><iframe src='{self.path[2:]}' width=1000 height=700></iframe>".encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """The port of a site of its own: another one under localhost, the same one under 127.0.0.1."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Framing)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running.server_port
    running.shutdown()


@pytest.fixture(scope="module")
def served(small_index: Path, site: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose page that site may show under the name localhost."""
    index = Path(shutil.copytree(small_index, tmp_path_factory.mktemp("framed") / "index"))
    running = Server(index, "--embed-in", f"http://localhost:{site}")
    yield running
    running.stop()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Opens addresses as one new visitor."""
    context = browser.new_context(locale="zh-CN")

    def open_page(address: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        return page

    yield open_page
    context.close()


def _ask(frame: FrameLocator) -> None:
    frame.locator("#question").fill(QUESTION)
    frame.locator("#question").press("Enter")
    expect(frame.locator(".card.found .quote").first).to_have_text(QUOTE)


def _stays_empty(page: Page) -> None:
    """The browser has put its own sign of a refused frame in its place."""
    page.wait_for_function("document.querySelector('iframe').contentDocument === null")
    (frame,) = page.frames[1:]
    for _ in range(600):
        if frame.url.startswith("chrome-error:"):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"the frame shows {frame.url}")


def test_the_named_site_shows_the_page_and_it_answers(served: Server, site: int, opened: Open) -> None:
    """Asked in a frame of another site it answers, opens the source, and keeps both over a reload."""
    page = opened(f"http://localhost:{site}/?http://127.0.0.1:{served.port}/")
    frame = page.frame_locator("iframe")
    _ask(frame)
    expect(frame.locator("mark.sentence").first).to_be_visible()
    page.frames[1].evaluate("location.reload()")
    expect(frame.locator(".asked")).to_have_text([QUESTION])
    expect(frame.locator(".card.found .quote").first).to_have_text(QUOTE)


def test_another_site_shows_nothing(served: Server, site: int, opened: Open) -> None:
    """Of a site that was not named, also of the same host and port under another name, the frame is empty."""
    _stays_empty(opened(f"http://127.0.0.1:{site}/?http://127.0.0.1:{served.port}/"))


def test_without_the_option_every_frame_is_empty(app: App, site: int, opened: Open) -> None:
    """As it is started by itself, no site shows the page."""
    for name in ("localhost", "127.0.0.1"):
        _stays_empty(opened(f"http://{name}:{site}/?{app.url}"))


def test_only_the_page_is_shown(served: Server, site: int) -> None:
    """The page names the site; all other answers can be framed by nobody, and are not given to frames."""
    page = served.ask("GET", "/", {"sec-fetch-site": "cross-site"} | FRAMED)
    policy = page.headers["content-security-policy"].split("; ")
    assert page.status == 200
    assert f"frame-ancestors http://localhost:{site}" in policy
    assert "x-frame-options" not in page.headers
    for path in ("/config", "/healthz", "/no/such", "/static/img/logo.svg", "/logout"):
        answer = served.ask("GET", path, {"sec-fetch-site": "same-origin"})
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert served.ask("GET", path, {"sec-fetch-site": "cross-site"} | FRAMED).status == 403


def test_the_named_site_may_show_and_not_ask(served: Server, site: int) -> None:
    """What its own pages request is refused like any other site's."""
    origin = {"origin": f"http://localhost:{site}"}
    cross = {"sec-fetch-site": "cross-site"}
    for headers in (origin, cross, origin | cross, cross | FRAMED):
        for path in ("/", "/gradio_api/call/ask", "/gradio_api/component_server/"):
            assert served.post(path, {"data": []}, headers).status == 403
    for headers in (origin, cross | {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}):
        assert served.ask("GET", "/", headers).status == 403


def test_a_login_is_made_in_a_tab_of_its_own(
    small_index: Path, site: int, opened: Open, tmp_path: Path
) -> None:
    """The frame asks for no password but leads to a tab; then a site of the same domain shows the page."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    near, far = f"http://127.0.0.1:{site}", f"http://localhost:{site}"
    running = Server(index, "--auth", "user:secret", "--embed-in", near, "--embed-in", far)
    try:
        url = f"http://127.0.0.1:{running.port}/"
        page, other = opened(f"{near}/?{url}"), opened(f"{far}/?{url}")
        for each in (page, other):
            expect(each.frame_locator("iframe").get_by_role("link")).to_contain_text("在新标签页中打开")
            assert each.frame_locator("iframe").locator("input").count() == 0
        with page.expect_popup() as tab:
            page.frame_locator("iframe").get_by_role("link").click()
        tab.value.fill("#username", "user")
        tab.value.fill("#password", "secret")
        tab.value.click("button")
        expect(tab.value.locator("#question")).to_be_visible()
        page.reload()
        _ask(page.frame_locator("iframe"))
        other.reload()
        expect(other.frame_locator("iframe").get_by_role("link")).to_contain_text("在新标签页中打开")
    finally:
        running.stop()
