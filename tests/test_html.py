"""HTML: the article without the page around it, its tables, lists and declared encoding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    assert texts(document, BlockKind.TABLE_HEADER, BlockKind.ROW) == ["指标 | 数值", "工厂 | 7家"]


def test_layout_tables_are_text(tmp_path: Path) -> None:
    """A table that holds the whole page is not a table of data."""
    paragraphs = "".join(f"<p>{BODY}</p>" for _ in range(8))
    assert (
        texts(read(tmp_path, f"<table><tr><td>菜单</td><td>{paragraphs}</td></tr></table>")).count(BODY) == 8
    )


def test_paragraphs_parted_by_line_breaks_are_no_cell(tmp_path: Path) -> None:
    """A menu and a short article in the one row of a table; rows of such cells are data."""
    said = "<br><br>".join(("一、每户养鸡不超过9只。", "二、超过的，每只收费5元。", "三、狗要拴好。"))
    title = '<div align="center"><font size="5">村规</font></div>'
    row = f"<tr><td><a href='/a'>村情</a></td><td>{title}<div>{said}</div></td></tr>"
    found = texts(read(tmp_path, f"<table>{row}</table>"))
    assert found == ["村规", "一、每户养鸡不超过9只。", "二、超过的，每只收费5元。", "三、狗要拴好。"]
    assert texts(read(tmp_path, f"<table>{row * 2}</table>"), BlockKind.TEXT) == []


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


def test_meta_tags_of_government_sites(tmp_path: Path) -> None:
    """ArticleTitle names the page before <title> does, and ContentSource is its source."""
    head = (
        '<title>通知公告 - 某县人民政府</title><meta name="SiteName" content="某县人民政府">'
        '<meta name="ArticleTitle" content="植树补助办法"><meta name="ContentSource" content="林业局">'
    )
    document = read(tmp_path, f"<div>植树补助办法</div><p>{BODY}</p>", head)
    assert (document.title, document.metadata["source"]) == ("植树补助办法", "林业局")


@pytest.mark.parametrize("site", [" - 某县人民政府", "_某县水务局", "-某县水务局网站", " | 水务局", ""])
def test_the_name_of_the_site_is_no_title(tmp_path: Path, site: str) -> None:
    """A title that the page does not print is <title> without the site's name."""
    title = "2021-2025年供水规划"
    document = read(tmp_path, f"<p>{BODY}</p><p>{BODY}</p>", f"<title>{title}{site}</title>")
    assert document.title == title


FRAME = """<div class="a"><a href="/">网站首页</a> <a href="/1">政务公开</a> <a href="/2">办事服务</a>
<a href="/3">互动交流</a></div><div>您当前的位置：<a href="/">首页</a> &gt; <a href="/x">通知公告</a></div>
{}<div>【<a href="javascript:window.print()">打印本页</a>】【<a href="javascript:close()">关闭窗口</a>】</div>
<div>上一篇：<a href="/p">关于放假的通知</a></div><div><p>扫一扫在手机打开当前页</p></div>
<div>回到</div><div>顶部</div><div class="f"><p>主办单位：某市交通局 承办单位：某市信息中心</p>
<p>版权所有 ICP备00000000号 网站标识码：1234567890</p></div>"""
ARTICLE = (
    "<div><h1>关于调整票价的通告</h1><div><span>来源：某市交通局</span><span>发布时间：2024-05-06</span></div><div>"
    "<p>自六月一日起，公交票价调整为2元。</p><ul><li>学生卡</li><li>老人卡</li></ul><p>某市交通局</p><p>2024年5月6日</p>"
    '</div><div>附件：<a href="a.doc">票价表.doc</a></div></div>'
)
ARTICLE_LINES = [
    "关于调整票价的通告", "来源：某市交通局 发布时间：2024-05-06", "自六月一日起，公交票价调整为2元。",
    "• 学生卡", "• 老人卡", "某市交通局", "2024年5月6日", "附件：票价表.doc",
]  # fmt: skip


@pytest.mark.parametrize("wrap", ["{}", "<form method=post>{}</form>", "<div><div>{}</div></div>"])
def test_the_frame_of_a_page_is_left_out_and_counted(tmp_path: Path, wrap: str) -> None:
    """Menus, trails, buttons and footers go; title, source, signature and attachments stay."""
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{wrap.format(FRAME.format(ARTICLE))}</body></html>", "utf-8")
    reading = read_document(path, "a.html")
    assert texts(reading.document) == ARTICLE_LINES
    assert reading.removed_lines == 9


@pytest.mark.parametrize(
    "scrap", ["分享到", "扫一扫在手机打开当前页", "字号：大 中 小 打印", "浏览次数：-次", "【关闭窗口】"]
)
def test_scraps_inside_the_article_are_left_out(tmp_path: Path, scrap: str) -> None:
    """What a site prints between title and text is known by its words alone: no link or class tells it."""
    lines = ["关于调整票价的通告", "自六月一日起，公交票价调整为2元。", "学生凭卡半价，老人凭卡免费。"]
    title, *sentences = lines
    page = f"<div><h1>{title}</h1><div>{scrap}</div>" + "".join(f"<p>{each}</p>" for each in sentences)
    assert texts(read(tmp_path, f"{page}<div>{scrap}</div></div>")) == lines


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "nav-content sidebar share-holder side-parking-fee footer-note related print ads".split()
        ),
        min_size=1,
        max_size=6,
    )
)
def test_names_of_classes_drop_nothing(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    """Whatever the boxes of the sentences are called, all sentences are read."""
    sentences = [f"第{k}类车辆每小时{k + 3}元。" for k in range(len(names))]
    boxes = "".join(
        f'<div class="{name}"><p>{sentence}</p></div>'
        for name, sentence in zip(names, sentences, strict=True)
    )
    assert texts(read(tmp_path_factory.mktemp("page"), boxes)) == sentences


@pytest.mark.parametrize(
    "page",
    [
        "<p>1.{}</p><p>{}</p><p>2.{}</p><p>{}</p>",
        "<p>问：{}</p><p>答：{}</p><p>问：{}</p><p>答：{}</p>",
        "<p><b>{}</b></p><p>{}</p><p><strong>{}</strong></p><p>{}</p>",
        "<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl>",
        "<details><summary>{}</summary>{}</details><details><summary>{}</summary><p>{}</p></details>",
        "<div class=q onclick=f()>{}</div><div class=a style='display:none'>{}</div>"
        "<div class=q onclick=f()>{}</div><div class=a style='display:none'>{}</div>",
    ],
)
def test_questions_are_headings(tmp_path: Path, page: str) -> None:
    """Each question of a page of answers is the heading of its answer, hidden or not."""
    said = (
        "2025年度名额有多少个？",
        "全年名额为1600个。",
        "申请需要什么条件？",
        "年满十二周岁的居民均可申请。",
    )
    document = read(tmp_path, "<h1>阅览证问答</h1>" + page.format(*said))
    assert document.title == "阅览证问答"
    assert [h.title.endswith(q) for h, q in zip(document.headings, said[::2], strict=True)] == [True, True]
    for answer in said[1::2]:
        assert len(document.section_at(document.text.index(answer))) == 1


def test_rhetorical_question_is_no_heading(tmp_path: Path) -> None:
    """One question in running text is not a page of answers."""
    assert read(tmp_path, f"<p>{BODY}</p><p>怎么办？</p><p>{BODY}</p>").headings == ()


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<h1>停水通知</h1><p>明日八时停水。</p>", ["停水通知", "明日八时停水。"]),
        ("<p>明日八时停水。</p>", ["明日八时停水。"]),
        ("<ul><li>电话 1234567</li></ul>", ["• 电话 1234567"]),
        ('<ul><li><a href="1">甲</a></li><li><a href="2">乙</a></li></ul>' * 2, ["• 甲", "• 乙"] * 2),
        ('<div id="content" style="display:none"><p>明日八时停水。</p></div>', ["明日八时停水。"]),
    ],
)
def test_some_text_is_always_read(tmp_path: Path, page: str, lines: list[str]) -> None:
    """A page of little text, of links alone, or shown by a script gives what it has."""
    assert texts(read(tmp_path, page)) == lines


def test_copies_for_telephones_are_read_once(tmp_path: Path) -> None:
    """A page that holds its article twice, for two widths of screen, is read once."""
    article = "".join(f"<p>第{k}条规定自公布之日起施行。</p>" for k in range(6))
    document = read(tmp_path, f"<div class=wide>{article}</div><div class=narrow>{article}</div>")
    assert len(texts(document)) == 6


@pytest.mark.parametrize("tag", ["div", "span", "font", "blockquote", "form", "h1", "details", "ul><li", "b"])
@pytest.mark.parametrize("depth", [600, 3000])
def test_depth_does_not_matter(tmp_path: Path, tag: str, depth: int) -> None:
    """A page nested thousands of times is read like a flat one."""
    page = f"<{tag}>" * depth + "每人可借三本。"
    assert "每人可借三本。" in read(tmp_path, page).text


@pytest.mark.parametrize("start", ["²", "x", "", "９", "99999999999999999999"])
def test_list_that_starts_nowhere(tmp_path: Path, start: str) -> None:
    """A list whose start is no number counts from one."""
    assert texts(read(tmp_path, f'<ol start="{start}"><li>出示借书证</li></ol>')) == ["1. 出示借书证"]


def test_page_without_text_is_an_error(tmp_path: Path) -> None:
    """A page of scripts has nothing to read."""
    with pytest.raises(DocumentError, match="no text"):
        read(tmp_path, "<script>var a = 1</script>")


@pytest.mark.parametrize("end", ["</html>", "</body>", "</body></html>", "</BODY >\n</HTML\n>"])
def test_a_page_goes_on_behind_its_end(tmp_path: Path, end: str) -> None:
    """A header that is a page of its own, with its end tags, hides nothing that comes after it."""
    menu = "<ul><li><a href='/'>首页</a></li><li><a href='/x'>要闻</a></li></ul>"
    first = "灯塔自6月起每晚点亮，过往船只不再另行通知，雾天加鸣汽笛。"
    second = "值守由渔港管理站负责，每班两人，交接时填写记录并签字。"
    path = tmp_path / "a.html"
    path.write_text(
        f"<html><body>{menu}{end}<div><p>{first}</p></div>{end}<div><p>{second}</p></div></body></html>",
        "utf-8",
    )
    text = read_document(path, "a.html").document.text
    assert first in text
    assert second in text


@pytest.mark.parametrize(
    "said",
    [
        "经核定，全年空气质量优良天数须>300天、达标率>85%，<a href=x>见指标</a>表",
        "<a href=x>环境质量公报</a>要求：优良天数须>300天，其余各项指标的达标率均须>85%",
        "优良天数>300天",
    ],
)
def test_a_comparison_is_no_trail(tmp_path: Path, said: str) -> None:
    """A line that compares numbers stays, with a link or without, wherever it stands."""
    line = re.sub("<a.*?>|</a>", "", said)
    for body in (f"<p>{said}</p><p>{BODY}</p>", f"<p>{BODY}</p><p>{said}</p>"):
        assert line in texts(read(tmp_path, f"<div><h1>环境空气质量考核办法</h1>{body}</div>"))


@pytest.mark.parametrize(
    "trail",
    [
        "<a href=/>首页</a> > <a href=/1>政务公开</a> > <a href=/2>通知</a> > " + "关于调整票价的通告" * 5,
        "您现在所在的具体位置是在下面这里：<a href=/>首页</a> >> 正文",
        "<a href=/>首页></a><a href=/1>新闻></a>正文",
        "首页 > 新闻 > 正文",
        "<a href=/>网站首页</a> > 2024年公报",
    ],
)
def test_a_trail_is_left_out(tmp_path: Path, trail: str) -> None:
    """Links with marks between them say where the page stands, not what the document says."""
    page = f"<div><div>{trail}</div><h1>关于调整票价的通告</h1><p>{BODY}</p><p>{BODY}</p></div>"
    assert texts(read(tmp_path, page))[0] == "关于调整票价的通告"
