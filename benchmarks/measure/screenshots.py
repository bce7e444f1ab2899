"""Pictures of the running app for the README: python benchmarks/measure/screenshots.py [OUT] [INDEX].

Starts the app over a copy of the index, asks real questions in a headless Chromium, and writes
PNG files into docs/images/. Needs playwright and a Chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from briefqa import build_index

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SHARED = Path(os.environ.get("BRIEFQA_SHARED", ROOT.parent / "shared"))
PDF = SHARED / "samples" / "seed-digital.pdf"
FOUND = "苏州有多少家灯塔工厂？"
NOT_THERE = "无锡有多少家灯塔工厂？"
OF_CELL = "西区2024年有多少张养老床位？"
TABLE = """# 河湾市养老床位建设情况

到2024年底，全市建成养老床位260张。

表1 各区养老床位（张）

| 区 | 2023年 | 2024年 |
|---|---|---|
| 东区 | 120 | 150 |
| 西区 | 90 | 110 |
"""


@contextmanager
def running_app(index: Path, *options: str) -> Iterator[str]:
    """The address of an app over a copy of `index`, started with more `options`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "index"
        shutil.copytree(index, copy)
        command = [sys.executable, "app.py", "--port", str(port), "--index", str(copy), *options]
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        }
        app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}/"
        finally:
            app.terminate()
            app.wait()


def wait_for(url: str) -> None:
    for _ in range(1200):  # two minutes, on a busy machine
        try:
            urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The app did not start.")


def visit(browser: Browser, url: str, width: int = 1280, height: int = 800, **options: str) -> Page:
    size = {"width": width, "height": height}
    page = browser.new_context(viewport=size, **({"locale": "zh-CN"} | options)).new_page()
    page.set_default_timeout(90_000)
    page.goto(url)
    page.wait_for_selector(".welcome", state="attached")
    page.wait_for_function("!document.querySelector('.status.loading')")
    page.wait_for_timeout(800)
    return page


def ask(page: Page, question: str) -> None:
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function(
        "n => document.querySelectorAll('.turn').length > n && !document.querySelector('.card.pending')",
        arg=before,
    )
    page.wait_for_timeout(400)


def open_first(page: Page) -> None:
    page.locator("button.cite").first.click()
    page.wait_for_selector(".sentence")
    page.wait_for_timeout(500)


def take(browser: Browser, url: str, out: Path) -> None:
    page = visit(browser, url)
    page.wait_for_selector(".examples button")
    page.screenshot(path=out / "first.png")
    ask(page, FOUND)
    open_first(page)
    page.screenshot(path=out / "answer.png")
    page.click("#export summary")
    page.wait_for_timeout(300)
    page.screenshot(path=out / "citing.png")
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)  # a button that is pointed at looks otherwise
    ask(page, NOT_THERE)
    page.screenshot(path=out / "not-found.png")
    page.get_by_role("tab", name="文件").click()
    page.wait_for_selector(".documents-table")
    page.wait_for_timeout(500)
    page.screenshot(path=out / "documents.png")
    dark = visit(browser, url, color_scheme="dark")
    ask(dark, FOUND)
    ask(dark, NOT_THERE)
    open_first(dark)
    dark.screenshot(path=out / "dark.png")
    phone = visit(browser, url, 390, 844, locale="en-US")
    ask(phone, FOUND)
    phone.screenshot(path=out / "phone.png")
    open_first(phone)
    phone.screenshot(path=out / "phone-source.png")


def take_login(index: Path, out: Path) -> None:
    """What a visitor sees first of a page that was started with --auth."""
    options = ("--auth", "user:only-for-the-picture", "--read-only")
    with running_app(index, *options) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 800, "height": 480}, locale="zh-CN")
        page.goto(url)
        page.screenshot(path=out / "login.png")
        browser.close()


def take_citation(document: Path, question: str, picture: Path) -> None:
    """The first citation in another document: of a PDF its page's image, of a table the row and its cell."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        build_index(document, index)
        with running_app(index) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = visit(browser, url)
            ask(page, question)
            open_first(page)
            page.wait_for_timeout(2500)
            page.screenshot(path=picture)
            browser.close()


def take_table(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "beds.md"
        document.write_text(TABLE, "utf-8")
        take_citation(document, OF_CELL, out / "table.png")


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    index = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "index"
    out.mkdir(parents=True, exist_ok=True)
    with running_app(index) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take(browser, url, out)
        browser.close()
    take_login(index, out)
    take_table(out)
    if PDF.is_file():
        take_citation(PDF, FOUND, out / "pdf.png")
    print(*sorted(path.name for path in out.glob("*.png")))


if __name__ == "__main__":
    main()
