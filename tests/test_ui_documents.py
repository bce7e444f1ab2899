"""The documents tab in a real headless Chromium: adding, removing, taking back, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfs import make_pdf, typeset
from ui_pages import (
    QUESTION,
    SAMPLES,
    App,
    Visit,
    ask,
    browser_tests,
    marked,
    slow,
)

pytest.importorskip("playwright", reason="needs playwright: pip install 'briefqa[dev]'")
from playwright.sync_api import Browser, Page, expect

from briefqa import build_index

pytestmark = browser_tests


def upload(page: Page, name: str, content: bytes) -> None:
    """Give a file to the documents tab and wait for the report."""
    page.get_by_role("tab", name="文件").click()
    page.set_input_files(
        "#drop input[type=file]", [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
    )
    page.wait_for_selector(".running, .report")
    page.wait_for_selector(f"#job .report:has-text('{Path(name).stem}')", timeout=120_000)


def remove(page: Page, document_id: str) -> None:
    """Take a document out on the documents tab."""
    page.get_by_role("tab", name="文件").click()
    row = page.locator(f"tr[data-document='{document_id}']")
    row.locator("summary").click()
    row.locator("[data-act=remove]").click()
    expect(row).to_have_count(0, timeout=120_000)


NEW = "某市低空经济发展办法\n\n一、总则\n\n某市到2029年建成低空起降点486个，开通航线120条。\n"


def test_uploaded_document_answers_until_it_is_removed(visit: Visit) -> None:
    """A dropped file is reported and answers; after it is removed it no longer does."""
    page = visit()
    upload(page, "某市低空经济发展办法.txt", NEW.encode())
    expect(page.locator(".documents-table tbody tr")).to_have_count(2)  # the list follows its report
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
    page.wait_for_selector(".running .progress-words:has-text('分析文字')")
    page.get_by_role("tab", name="问答").click()
    ask(page, QUESTION)
    assert "7 家灯塔工厂" in (page.locator(".card.found .quote").first.text_content() or "")
    page.get_by_role("tab", name="文件").click()
    page.locator("[data-act=cancel-job]:visible").click()
    expect(page.locator("#job")).to_contain_text("已取消，文件没有变化。", timeout=120_000)
    expect(page.locator(".documents-table tbody tr")).to_have_count(1)


@pytest.mark.parametrize("latency", [0, 400])
def test_rollback_and_rebuild(visit: Visit, latency: int) -> None:
    """Taking a change back asks first and can be undone; rebuilding reads every stored document again."""
    page = visit()
    slow(page, latency)
    upload(page, "某市低空经济发展办法.txt", NEW.encode())
    rows = page.locator(".documents-table tbody tr")
    expect(rows).to_have_count(2)
    page.click("#changes summary >> nth=0")
    page.click("[data-act=rollback]")
    expect(rows).to_have_count(1)
    undo = page.locator("[data-act=undo-job]")
    taken_back = undo.get_attribute("data-build") or ""
    undo.click()
    expect(rows).to_have_count(2)
    expect(undo).not_to_have_attribute("data-build", taken_back)
    undo.click()
    expect(rows).to_have_count(1)
    page.click("#changes summary >> nth=1")
    page.click("[data-act=rebuild]")
    expect(page.locator("#job .report li").first).to_contain_text("12 页", timeout=120_000)
    expect(rows).to_have_count(1)


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
    expect(
        page.locator(".box.sentence").first
    ).to_be_in_viewport()  # at the end of its page: it was scrolled to
    sheets = page.locator("figure:has(.box.sentence)")
    assert sheets.count() == 2
    numbers = [int(each.get_attribute("data-page") or 0) for each in sheets.all()]
    assert numbers == [document.page_at(split.start), document.page_at(split.end - 1)]
    assert all(
        page.evaluate("[...document.querySelectorAll('.sheet img')].map(each => each.naturalWidth > 500)")
    )
    wide = "document.querySelector('.sheet').offsetWidth"
    before = page.evaluate(wide)
    page.click("[data-act=zoom][data-by='1']")
    assert page.evaluate(wide) > before * 1.2
    page.locator(".page-field").first.fill("1")
    page.keyboard.press("Enter")
    expect(page.locator("figure[data-page='1']")).to_have_count(1)
    page.click("[data-act=open][data-view=text]")
    assert marked(page) == split.text
    remove(page, sample.name)


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Give files to the documents tab, and wait for what is told of them."""
    page.get_by_role("tab", name="文件").click()
    given = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    page.set_input_files("#drop input[type=file]", given)
    page.wait_for_selector(f"#job .report:has-text('{files[0][0].split('.')[0]}')", timeout=120_000)


def test_report_is_a_line_a_file_until_dismissed(visit: Visit, app: App) -> None:
    """Added, not read and duplicate files have a line each, without a server path; it stays over a reload."""
    page = visit()
    drop(
        page,
        ("低空办法.txt", NEW.encode()),
        ("低空补充.txt", NEW.encode()),
        ("坏.pdf", b"x"),
        ("程序.exe", b"x"),
    )
    lines = page.locator("#job .report li").all_text_contents()
    assert [each.split()[0] for each in lines] == ["未读入", "未读入", "已加入", "重复"]
    assert any("程序.exe：不支持这种文件" in each for each in lines)
    told = page.locator("#job").inner_text()
    assert str(app.index) not in told
    assert ".upload-" not in told
    page.reload()
    page.get_by_role("tab", name="文件").click()
    expect(page.locator("#job .report li")).to_have_count(4)
    page.click("[data-act=dismiss-job]")
    expect(page.locator("#job .report")).to_have_count(0)
    page.reload()
    page.get_by_role("tab", name="文件").click()
    page.wait_for_selector(".documents-table")
    expect(page.locator("#job .report")).to_have_count(0)
    remove(page, "低空办法.txt")
    expect(page.locator("#job .report").first).to_contain_text("已移除")
    page.click("[data-act=undo-job]")
    expect(page.locator("tr[data-document='低空办法.txt']")).to_have_count(1, timeout=120_000)
    remove(page, "低空办法.txt")
    remove(page, "低空补充.txt")  # the text that both files have


def give(page: Page, name: str, text: str) -> None:
    """Give a text to the documents tab."""
    page.get_by_role("tab", name="文件").click()
    page.set_input_files(
        "#drop input[type=file]", [{"name": name, "mimeType": "text/plain", "buffer": text.encode()}]
    )


def test_uploads_of_two_people_wait_their_turn(visit: Visit) -> None:
    """Of two uploads one waits; only who began a job can cancel it; each has a report until it is read."""
    page, other = visit(), visit()
    long = "\n".join(f"第{n}条，某县第{n}年新建学校{n * 3}所，改造水渠{n * 7}公里。" for n in range(1, 4000))
    give(page, "学校.txt", f"学校建设办法\n\n{long}\n")
    expect(page.locator("#job .running [data-act=cancel-job]")).to_be_visible()
    give(other, "低空办法.txt", NEW)
    expect(other.locator("#job .running")).to_contain_text("由别人发起")
    expect(other.locator("#job .running [data-act=cancel-job]")).to_have_count(0)
    expect(other.locator("#job .queued")).to_contain_text("加入 低空办法.txt")
    expect(other.locator("#job .queued [data-act=cancel-job]")).to_be_visible()
    refused = other.evaluate(
        """() => briefqa.call('change_documents', {what: 'cancel',
            job: document.querySelector('#job .running').dataset.job}).catch(error => error.message)"""
    )
    assert refused == "只有发起人能取消。"
    page.click("[data-act=cancel-job]")
    expect(page.locator("#job .report")).to_contain_text("已取消", timeout=120_000)
    expect(other.locator("#job .report")).to_contain_text("已加入", timeout=120_000)
    expect(page.locator("#job .report")).to_have_count(1)
    page.reload()
    page.get_by_role("tab", name="文件").click()
    expect(page.locator("#job .report")).to_contain_text("加入 学校.txt：已取消")
    page.click("[data-act=dismiss-job]")
    expect(page.locator("#job .report")).to_have_count(0)
    remove(other, "低空办法.txt")


def test_what_can_be_done_with_a_document_is_in_sight_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    """Both of its buttons, without scrolling sideways; the page is not wider than the phone."""
    (tmp_path / "docs").mkdir()
    for city in "甲乙":
        text = f"{city}市关于进一步推进新型工业化高质量发展的若干意见\n\n{city}市有12家工厂。\n"
        (tmp_path / "docs" / f"{city}-document-with-a-long-name.txt").write_text(text, "utf-8")
    build_index(tmp_path / "docs", tmp_path / "built")
    running = App(tmp_path, index=tmp_path / "built")
    visit = Visit(browser, running.url)
    try:
        page = visit(width=390, height=844)
        page.get_by_role("tab", name="文件").click()
        page.wait_for_selector(".documents-table")
        for each in page.locator(".documents-table .actions :is(button, summary):visible").all():
            box = each.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 380
        assert not page.evaluate("document.querySelector('.table-scroll').scrollWidth > 390")
        visit.leave()
    finally:
        running.stop()


def test_pictures_of_the_collection_are_seen(browser: Browser, tmp_path: Path) -> None:
    """Years, formats and pages without text are drawn, fit a phone, and are named to who cannot see them."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "甲.txt").write_text("甲市2023年年报\n\n甲市有12家工厂。\n", "utf-8")
    (tmp_path / "docs" / "乙.pdf").write_bytes(
        make_pdf([*typeset(["乙市2024年规划", "乙市有7座桥。" * 9]), []])
    )
    build_index(tmp_path / "docs", tmp_path / "built")
    running = App(tmp_path, "--read-only", index=tmp_path / "built")
    visit = Visit(browser, running.url)
    try:
        for width in (1280, 390):
            page = visit(width=width)
            page.get_by_role("tab", name="文件").click()
            for name in ("各年文件数", "各格式文件数", "页面读入情况"):
                picture = page.get_by_role("img", name=name, exact=True)
                expect(picture).to_be_visible()
                box = picture.bounding_box()
                assert box is not None
                assert box["x"] + box["width"] <= width
                for text in picture.locator("text").all():
                    inside = text.bounding_box()
                    assert inside is not None
                    assert box["x"] - 1 <= inside["x"]
                    assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1
            pages = page.get_by_role("img", name="页面读入情况", exact=True)
            expect(pages).to_have_accessible_description("直接读入 1；没有读到文字 1")
        visit.leave()
    finally:
        running.stop()


def test_documents_are_searched_and_sorted(browser: Browser, tmp_path: Path) -> None:
    """Many documents can be searched by title and sorted by each column, both ways."""
    (tmp_path / "docs").mkdir()
    for number, city in enumerate("甲乙丙丁戊己庚"):
        text = f"{city}市年报\n\n{'内容。' * (10 + (number * 5) % 7)}\n"
        (tmp_path / "docs" / f"{city}.txt").write_text(text, "utf-8")
    build_index(tmp_path / "docs", tmp_path / "built")
    running = App(tmp_path, "--read-only", index=tmp_path / "built")
    visit = Visit(browser, running.url)
    try:
        page = visit()
        page.get_by_role("tab", name="文件").click()
        page.fill("#documents-search", "丙")
        expect(page.locator(".documents-table tbody tr:visible")).to_have_count(1)
        expect(page.locator("#documents-more")).to_have_text("显示 1/7 份")
        page.fill("#documents-search", "")
        rows = page.locator(".documents-table tbody tr")
        expect(rows).to_have_count(7)
        sizes = sorted(rows.evaluate_all("all => all.map(each => Number(each.dataset.size))"))
        assert sizes[0] != sizes[-1]
        for step in (1, -1):
            page.click("[data-act=sort][data-by=size]")
            for place, size in enumerate(sizes[::step]):
                expect(rows.nth(place)).to_have_attribute("data-size", str(size))
        assert page.locator("#drop, [data-act=remove], [data-act=rollback]:visible").count() == 0
        visit.leave()
    finally:
        running.stop()
