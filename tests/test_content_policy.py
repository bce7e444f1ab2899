"""The page runs under a policy that lets no text become a script."""

from urllib.request import urlopen

import pytest

from ui_pages import QUESTION, App, Visit, ask, browser_tests

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import expect

pytestmark = browser_tests


def test_the_page_makes_no_function_of_a_text(app: App, visit: Visit) -> None:
    """No unsafe-eval in the policy, nothing that it forbids is tried, and asking and both tabs work."""
    with urlopen(app.url, timeout=60) as answer:
        policy = answer.headers["content-security-policy"]
    scripts = next(each for each in policy.split("; ") if each.startswith("script-src"))
    assert "unsafe" not in scripts
    page, told = visit(), []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.reload()
    ask(page, QUESTION)
    expect(page.locator(".card.found .quote").first).to_be_visible()
    page.get_by_role("tab", name="文件").click()
    expect(page.locator(".documents-table")).to_be_visible()
    expect(page.locator("#drop")).to_be_visible()
    wrong = ("Content Security", "EvalError", "makes no function", "Error")
    assert [each for each in told if any(word in each for word in wrong)] == []
