"""A running page, and visitors to it in a real headless Chromium; for the tests of the page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import pytest

from forked import Forked

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT.parent / "shared" / "samples"
CHROMIUM = next(
    filter(
        None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))
    ),
    None,
)
QUESTION = "苏州有多少家灯塔工厂？"
UNANSWERABLE = "2031年月球基地的门票价格是多少？"

_PATIENCE = 120_000  # milliseconds; on a busy machine all takes its time
expect.set_options(timeout=_PATIENCE)

browser_tests = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class App:
    """A running page over its own copy of an index; `anew` by `python app.py`, else see `Forked`."""

    def __init__(self, folder: Path, *options: str, index: Path = ROOT / "index", anew: bool = False) -> None:
        self.index = folder / "index"
        shutil.copytree(index, self.index)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        arguments = ["--port", str(self.port), "--index", str(self.index), *options]
        source = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        environment = os.environ | {"PYTHONPATH": source}
        self.log = (folder / "app.log").open("w")
        began = time.monotonic()
        self.process: subprocess.Popen[bytes] | Forked
        if anew:
            command = [sys.executable, "app.py", *arguments]
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=self.log, stderr=self.log, env=environment
            )
        else:
            self.process = Forked(["serve", *arguments], environment, Path(self.log.name))
        self._wait()
        self.seconds = time.monotonic() - began

    def _wait(self) -> None:
        latest = time.monotonic() + 180  # a busy machine takes a minute
        while time.monotonic() < latest:
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
        self.process.wait(60)
        self.log.close()


def chromium() -> Iterator[Browser]:
    """A Chromium; one for the whole run, for Playwright allows no second one in a thread.

    It keeps a profile, so that the page's scripts are compiled once and not for each of its visitors.
    """
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile, sync_playwright() as playwright:
        kept = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=quiet, locale="zh-CN"
        )
        assert kept.browser
        yield kept.browser
        kept.close()


class Visit:
    """Opens the page as a new visitor, and keeps every request and every script error.

    The first visitor without wishes comes with the kept profile, emptied of all but compiled scripts.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.contexts: list[BrowserContext] = []

    def __call__(self, path: str = "", *, width: int = 1280, height: int = 800, **options: object) -> Page:
        kept = self.browser.contexts[0]
        if options or kept in self.contexts:
            context = self.browser.new_context(**{"locale": "zh-CN", **options})
        else:
            context = kept
        self.contexts.append(context)
        context.on("request", self._asked)
        page = context.new_page()
        if context is kept:
            _forget(page, self.url)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(_PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.url + path)
        page.wait_for_selector(".welcome", state="attached")
        return page

    def leave(self) -> None:
        """Close every page; no script may have failed."""
        kept = self.browser.contexts[0]
        for context in self.contexts:
            if context is not kept:
                context.close()
                continue
            context.remove_listener("request", self._asked)
            for page in context.pages[1:]:  # without its first, empty page Chromium would end
                page.close()
        assert self.errors == []

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)


def _forget(page: Page, url: str) -> None:
    """Make a kept profile a new visitor's."""
    page.context.clear_cookies()
    page.context.clear_permissions()
    page.context.set_offline(False)
    known = {
        "origin": url.rstrip("/"),
        "storageTypes": "local_storage,indexeddb,service_workers,cache_storage",
    }
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", known)


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait for its card."""
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    answered(page, before + 1)


def answered(page: Page, count: int) -> None:
    """Wait until there are `count` questions and none waits for its answer."""
    page.wait_for_function(
        "n => document.querySelectorAll('.turn').length >= n && !document.querySelector('.card.pending')",
        arg=count,
    )


def slow(page: Page, milliseconds: int) -> None:
    """Let every answer of the server take that much longer from now on."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    speed = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", {**speed, "latency": milliseconds})


def marked(page: Page) -> str:
    """The text that is strongly marked in the source."""
    page.wait_for_selector("mark.sentence")
    return "".join(page.locator("mark.sentence").all_text_contents())
