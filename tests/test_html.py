"""HTML: the article without the page around it, its tables, lists and declared encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa.errors import DocumentError
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document

BODY = "各地区要认真贯彻落实决策部署，坚持稳中求进工作总基调，完整、准确、全面贯彻新发展理念。"


def read(tmp_path: Path, body: str, head: str = "", encoding: str = "utf-8") -> Document:
    """The document of a page with this body."""
    path = tmp_path / "a.html"
    page = f'<!doctype html><html><head><meta charset="{encoding}">{head}</head><body>{body}</body></html>'
    path.write_bytes(page.encode(encoding))
    return read_document(path, "a.html").document


def texts(document: Document, *kinds: BlockKind) -> list[str]:
    """The texts of the blocks, of these kinds when any are given."""
    return [document.text[b.start : b.end] for b in document.blocks if not kinds or b.kind in kinds]


def test_only_the_article_is_read(tmp_path: Path) -> None:
    """Scripts, styles, menus, headers, footers and hidden parts are left out."""
    document = read(
        tmp_path,
        f"""<script>alert("坏")</script><style>p{{}}</style><header>站名</header><nav><a>首页</a></nav>
        <div class="breadcrumb">当前位置</div><ul><li><a>一</a></li><li><a>二</a></li><li><a>三</a></li>
        <li><a>四</a></li></ul><div class="content"><h1>某某通知</h1><p>{BODY}</p><p>{BODY}</p></div>
        <div style="display: none">隐藏</div><aside>推荐</aside><footer>版权</footer><!-- 注释 -->""",
    )
    assert texts(document) == ["某某通知", BODY, BODY]
    assert document.title == "某某通知"


def test_structure_stays(tmp_path: Path) -> None:
    """Headings, ordered items, line breaks, inline marks and tables keep what they say."""
    document = read(
        tmp_path,
        f"""<h1>报告</h1><h2>现状</h2><p>细颗粒物（PM<sub>2.5</sub>）<b>浓度</b>下降，
        {BODY}</p><h2>对策</h2><ol start="3"><li>甲项</li><li>乙项</li></ol><p>第一行<br>第二行</p>
        <table><tr><th>指标</th><th>数值</th></tr><tr><td>工厂</td><td>7<i>家</i></td></tr></table>""",
    )
    assert [(h.level, h.title) for h in document.headings] == [(1, "现状"), (1, "对策")]
    assert texts(document, BlockKind.TEXT) == [
        f"细颗粒物（PM2.5）浓度下降，{BODY}", "3. 甲项", "4. 乙项", "第一行", "第二行",
    ]  # fmt: skip
    assert texts(document, BlockKind.ROW) == ["指标 | 数值", "工厂 | 7家"]


def test_layout_tables_are_text(tmp_path: Path) -> None:
    """A table that holds the whole page is not a table of data."""
    paragraphs = "".join(f"<p>{BODY}</p>" for _ in range(8))
    assert (
        texts(read(tmp_path, f"<table><tr><td>菜单</td><td>{paragraphs}</td></tr></table>")).count(BODY) == 8
    )


@pytest.mark.parametrize("encoding", ["gbk", "gb2312", "big5", "utf-8"])
def test_declared_encoding(tmp_path: Path, encoding: str) -> None:
    """The declared charset is used; GBK is read as GB18030."""
    text = "工作安排，一二三。"
    assert read(tmp_path, f"<p>{text}</p>", encoding=encoding).text == text


def test_meta_tags_are_metadata(tmp_path: Path) -> None:
    """Author, date and title of the page, where the text does not print them."""
    head = (
        '<title>站点</title><meta name="author" content="研究室"><meta name="PubDate" content="2024-06-03">'
    )
    document = read(tmp_path, f"<p>{BODY}</p><p>{BODY}</p>", head)
    assert document.metadata["author"] == "研究室"
    assert document.metadata["date"] == "2024-06-03"
    assert document.title == "站点"


def test_page_without_text_is_an_error(tmp_path: Path) -> None:
    """A page of scripts has nothing to read."""
    with pytest.raises(DocumentError, match="no text"):
        read(tmp_path, "<script>var a = 1</script>")
