"""The page for everybody: axe-core finds nothing, whatever is open, and keys alone do what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdfs import make_pdf, typeset
from ui_pages import App, Visit, answered, ask, browser_tests

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, Page, expect

from briefqa import build_index

pytestmark = browser_tests

OF_TEXT = "松林市2024年开通地铁多少条？"
OF_TABLE = "西区2024年有多少张养老床位？"
OF_PDF = "东港市到2030年建成泊位多少个？"
UNANSWERABLE = "2031年月球基地的门票价格是多少？"
TABLE = """# 河湾市养老床位

表1 各区养老床位（张）

| 区 | 2023年 | 2024年 |
|---|---|---|
| 东区 | 120 | 150 |
| 西区 | 90 | 110 |
"""
# Lets a program in, so that one server shows both the login and what lies behind it.
LOGGED_IN = {"extra_http_headers": {"authorization": "Basic dXNlcjpzZWNyZXQ="}}  # user:secret


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with a login over a PDF with headings, a table, and texts in two folders."""
    folder = tmp_path_factory.mktemp("several")
    docs = folder / "docs"
    for part, city, metros in (("北片", "松林", 5), ("南片", "白石", 7)):
        (docs / part).mkdir(parents=True)
        said = f"{city}市2024年开通地铁{metros}条，设车站{metros * 20}座。"
        (docs / part / f"{city}.txt").write_text(
            f"{city}市2024年轨道交通年报\n\n一、运营\n\n{said}\n\n二、组织\n\n各部门抓好落实。\n", "utf-8"
        )
    (docs / "床位.md").write_text(TABLE, "utf-8")
    lines = ["东港市2023年港口规划", "一、目标", "东港市到2030年建成泊位42个，年吞吐量达到9000万吨。"]
    (docs / "港口.pdf").write_bytes(make_pdf([*typeset(lines), *typeset(["二、组织", "各部门抓好落实。"])]))
    build_index(docs, folder / "built")
    running = App(folder, "--auth", "user:secret", index=folder / "built")
    yield running
    running.stop()


class Findings:
    """What axe-core finds, by the name of what was shown."""

    def __init__(self) -> None:
        module = pytest.importorskip(
            "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
        )
        self._axe = module.Axe()
        self.found: dict[str, list[str]] = {}

    def check(self, page: Page, name: str) -> None:
        """Hold the page as it is now against every rule of axe-core, whatever its impact."""
        result: Any = self._axe.run(page, options={"resultTypes": ["violations"]})
        for each in result.response["violations"]:
            nodes = [node["html"][:160] for node in each["nodes"][:3]]
            self.found.setdefault(name, []).append(f"{each['id']} ({each['impact']}): {nodes}")


@pytest.mark.parametrize(
    ("width", "scheme", "locale"),
    [(390, "light", "zh-CN"), (1280, "dark", "en-US")],
    ids=["phone", "English"],
)
def test_no_accessibility_finding_in_all_that_opens(
    browser: Browser, several: App, width: int, scheme: str, locale: str
) -> None:
    """axe-core finds nothing of any impact in answers, menus, the source, the PDF's pages, a job's report."""
    visit, axe = Visit(browser, several.url), Findings()
    page = visit(width=width, height=844, color_scheme=scheme, locale=locale, **LOGGED_IN)
    page.click("#scope summary")
    page.wait_for_selector("#scope .options input")
    page.locator("#scope .options input[value]").last.check()
    expect(page.locator("#scope .chip")).to_have_count(1)
    axe.check(page, "scope menu")
    page.keyboard.press("Escape")
    page.click("[data-act=choose-all]")
    for question in (OF_TEXT, OF_TABLE, UNANSWERABLE):
        ask(page, question)
    for each in page.locator(".card details > summary:visible").all():
        each.click()
    axe.check(page, "answers")
    page.click("#export summary")
    axe.check(page, "export menu")
    page.click("#talks summary")
    page.wait_for_selector(".talk-line")
    page.click("[data-act=rename-talk]")
    axe.check(page, "conversations")
    page.keyboard.press("Escape")
    check_source(page, axe)
    page.get_by_role("tab").nth(1).click()
    page.wait_for_selector(".documents-table")
    files = {f"坏{width}.pdf": b"x", f"好{width}.txt": "青山市有9座公园。".encode()}
    page.set_input_files(
        "#drop input[type=file]",
        [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in files.items()],
    )
    page.wait_for_selector("#job .report")
    page.click("#job summary")
    axe.check(page, "documents and report")
    assert axe.found == {}
    visit.leave()


def check_source(page: Page, axe: Findings) -> None:
    """Open a PDF's text and its pages with all that stands above them."""
    ask(page, OF_PDF)
    page.locator("button.cite").last.click()
    page.wait_for_selector("#source .source-tools > [data-view]")
    if page.locator(
        "#source .source-tools > [data-view=page]"
    ).count():  # a phone shows the text first, a wide window the page
        axe.check(page, "source")
        page.click("#source .source-tools > [data-view=page]")
    page.wait_for_selector("#source .sheet img")
    expect(page.locator("#source .box.sentence").first).to_be_visible()
    expect(page.locator("#source .page-field").first).to_be_visible()
    axe.check(page, "pages")
    page.click("#source .outline summary")
    axe.check(page, "headings")
    page.click("#source [data-act=close]:visible")


def test_no_accessibility_finding_on_the_login(browser: Browser, several: App) -> None:
    """The login page, and what it says of a wrong password, wide and narrow, light and dark."""
    axe = Findings()
    page = browser.new_page()
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(several.url)
        axe.check(page, f"login {scheme}")
    page.fill("#username", "user")
    page.fill("#password", "wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("密码不正确")
    axe.check(page, "wrong password")
    page.close()
    assert axe.found == {}


# Whether something has the focus, and shows it: outlined, and not covered by something else.
_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return { on: "", seen: false };
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const { left, right, top, bottom } = at.getBoundingClientRect();
  const middle = (low, high, most) => (Math.max(low, 0) + Math.min(high, most)) / 2;
  const over = document.elementFromPoint(middle(left, right, innerWidth), middle(top, bottom, innerHeight));
  const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  const uncovered = at.contains(over) || Boolean(over?.contains(at));
  return { on: at.outerHTML.slice(0, 200), seen: outlined && uncovered };
}"""


class Keys:
    """A visitor without a pointer."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def held(self) -> None:
        """The focus is on something, and is seen."""
        focus = self.page.evaluate(_FOCUS)
        assert focus["on"], "the focus is lost"
        assert focus["seen"], f"the focus on {focus['on']} is not seen"

    def press(self, *keys: str) -> None:
        """Press keys, after the focus was held."""
        self.held()
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, selector: str, key: str = "Tab", most: int = 80) -> None:
        """Press `key` until what has the focus matches; on the whole way the focus is seen."""
        for _ in range(most):
            self.press(key)
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                self.held()
                return
        raise AssertionError(f"{key} does not lead to {selector}")

    def on(self, selector: str) -> None:
        """The focus has come to what matches, and is seen."""
        expect(self.page.locator(selector).first).to_be_focused()
        self.held()


@pytest.fixture(scope="module")
def walk(browser: Browser, several: App) -> Iterator[Keys]:
    """One visitor's page for all walks."""
    visit = Visit(browser, several.url)
    yield Keys(visit(**LOGGED_IN))
    visit.leave()


def test_keys_alone_do_everything(walk: Keys) -> None:
    """Ask, source, scope, conversations, documents, export, feedback: the focus is seen and never lost."""
    page = walk.page
    walk.on("#question")
    page.keyboard.type(OF_TEXT)
    walk.press("Enter")
    answered(page, 1)
    walk.on("#question")
    page.wait_for_selector("mark.sentence")  # the proof opens by itself, and leaves the focus where it is
    walk.go("button.cite", "Shift+Tab")
    walk.press("Enter")
    walk.on(".source-title")
    walk.go("#source .outline > summary")
    walk.press("Enter")
    walk.go("#source [data-act=jump]")
    walk.press("Enter")
    walk.on("#source .outline > summary")
    walk.press("Escape")
    walk.on("button.cite")

    walk.go("#scope-menu > summary")
    walk.press("Enter")
    page.wait_for_selector("#scope .options input")
    walk.go("#scope input[value='北片/松林.txt']")
    walk.press("Space", "Escape")
    walk.on("#scope-menu > summary")
    walk.go("#scope .chip")
    walk.press("Enter")
    expect(page.locator("#scope .chip")).to_have_count(0)
    walk.on("#scope-menu > summary")

    walk.go("#talks > summary", "Shift+Tab")
    walk.press("Enter")
    page.wait_for_selector(".talk-line")
    walk.go("[data-act=rename-talk]")
    walk.press("Enter")
    walk.on(".talk-line input")
    page.keyboard.type("地铁")
    walk.press("Enter")
    expect(page.locator(".talk-name")).to_have_text("地铁")
    walk.on(".talk-name")
    walk.press("Escape")
    walk.on("#talks > summary")

    walk.go("[role=tab][aria-selected=true]", "Shift+Tab")
    walk.press("ArrowRight", "Enter")
    page.wait_for_selector(".documents-table")
    walk.on("[role=tab][aria-selected=true]")
    walk.press("ArrowLeft", "Enter")
    expect(page.locator("#question")).to_be_visible()
    walk.on("[role=tab][aria-selected=true]")

    walk.go("#export > summary")
    walk.press("Enter")
    walk.go("[data-act=export][data-kind=markdown]")
    with page.expect_download() as download:
        walk.press("Enter")
    assert "地铁5条" in Path(download.value.path()).read_text("utf-8")
    walk.on("#export > summary")

    walk.go("[data-act=rate][data-value=up]")
    walk.press("Enter")
    expect(page.locator("[data-value=up]")).to_have_attribute("aria-pressed", "true")
    walk.on("[data-act=rate][data-value=up]")


def test_what_a_key_takes_away_hands_the_focus_on(walk: Keys) -> None:
    """A heading, a page, a notice, a removed document, a report: what is pressed and gone leaves it seen."""
    page = walk.page
    page.reload()
    walk.on("#question")
    walk.go("[data-act=new-talk]", "Shift+Tab")
    walk.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    walk.on("#question")
    page.keyboard.type(OF_PDF)
    walk.press("Enter")
    answered(page, 1)
    walk.on("#question")
    page.wait_for_selector("#source .page-field")
    walk.go("#source .outline > summary")
    walk.press("Enter")
    walk.go("#source .outline button")
    walk.press("Enter")
    walk.on(".source-title")
    walk.go("#source .page-field")
    walk.press("2", "Enter")
    page.wait_for_selector("#source figure[data-page='2']")
    walk.on("#source .page-field")
    walk.press("Escape")
    walk.on("#question")
    walk.go("#clear", "Shift+Tab")
    walk.press("Enter")
    walk.go("[data-act=undo]", "Shift+Tab")
    walk.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    walk.on("#question")
    walk.go("[role=tab]", "Shift+Tab")
    walk.press("Enter")
    page.wait_for_selector(".documents-table")
    walk.go("[data-document='床位.md'] summary")
    walk.press("Enter")
    walk.go("[data-document='床位.md'] [data-act=remove]")
    walk.press("Enter")
    expect(page.locator("[data-document='床位.md']")).to_have_count(0)
    expect(page.locator("#job .report")).to_have_count(1)
    walk.on(".table-scroll")
    walk.go("[data-act=dismiss-job]", "Shift+Tab")
    walk.press("Enter")
    expect(page.locator("#job .report")).to_have_count(0)
    walk.on("[role=tab][aria-selected=true]")
