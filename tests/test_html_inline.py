"""HTML: lists without a sentence, text in drawings, code, and what stands side by side in one line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from briefqa.reading.document import Document
from briefqa.reading.files import read_document
from briefqa.reading.formats.html import extract_html


def read(tmp_path: Path, body: str, title: str = "", head: str = "") -> Document:
    """The document of a page with this body."""
    path = tmp_path / "a.html"
    head = f'<meta charset="utf-8"><title>{title}</title>{head}'
    path.write_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "utf-8")
    return read_document(path, "a.html").document


MENU = '<div><a href="/">首页</a><a href="/1">新闻</a><a href="/2">通知</a><a href="/3">下载</a></div>'
COMMENTS = (
    '<div class="c"><div>文明上网，理性发言，请遵守规定。</div><div>还没有评论，快来抢沙发吧！</div>'
    '<a href="#">发表</a></div>'
)
FOOTER = "<div><p>本网站所有信息仅供参考，以公告为准。</p></div><div><p>版权所有 ICP备00000号</p></div>"


@pytest.mark.parametrize("below", ["", COMMENTS, FOOTER, COMMENTS + FOOTER])
@pytest.mark.parametrize("above", ["", '<div><span>来源：某局</span><a href="#">分享</a></div>'])
@pytest.mark.parametrize(
    "article",
    [
        "".join(f"<p>{college}学院 张{college} 李{college}</p>" for college in "甲乙丙丁戊"),
        "<ul>" + "".join(f"<li>张{name}</li>" for name in "甲乙丙丁戊") + "</ul>",
        "<p>张甲同学入围，</p><p>张戊同学入围，</p>",
        "<div><p>经评审，现将名单公示如下。</p></div><div><p>张甲</p><p>张戊</p></div>",
    ],
)
def test_an_article_needs_no_sentence(tmp_path: Path, article: str, above: str, below: str) -> None:
    """A list of names is read though a box for comments or a footer holds the only sentences."""
    title = "2024年获奖名单"
    page = f'{MENU}<div class="m"><h1>{title}</h1>{above}<div class="a">{article}</div></div>{below}'
    document = read(tmp_path, page, title)
    assert document.title == title
    assert "张甲" in document.text
    assert "张戊" in document.text


def test_prompts_of_a_box_for_comments_are_no_article(tmp_path: Path) -> None:
    """Lines that end in nothing are the article; what a box for comments calls out is not."""
    lines = ["经个人申报、学院推荐,现将名单公示如下", "数学学院 张三 李四", "联系电话 010-12345678"]
    article = "".join(f"<p>{line}</p>" for line in lines)
    prompts = "<p>评论内容为空！</p><p>还没有评论，快来抢沙发吧！</p><p>图片正在上传，请稍后...</p>"
    page = f'{MENU}<div class="main"><h1>优秀教师名单</h1><div>{article}</div></div><div>{prompts}</div>'
    assert read(tmp_path, page, "优秀教师名单").text.split("\n") == ["优秀教师名单", *lines]


@pytest.mark.parametrize(
    "code",
    [
        "<code>import json</code><code>import redis</code>",
        "<code>import json<br>import redis</code>",
        "<code><div>import json</div><div>import <b>redis</b></div></code>",
        "import json\nimport redis",
    ],
)
def test_lines_of_code_stay_apart(tmp_path: Path, code: str) -> None:
    """Lines of code end where the page ends them, by whichever element."""
    page = f"<h1>说明</h1><p>下面的代码用于导入。</p><pre>{code}</pre><p>以上是全部代码。</p>"
    assert read(tmp_path, page).text.split("\n")[2:4] == ["import json", "import redis"]


def test_text_of_a_drawing_is_read(tmp_path: Path) -> None:
    """What a drawing in the article writes is lines of their own; its name and its parts are not."""
    drawing = (
        '<svg width="400"><title>图</title><defs><text>模板</text></defs><text x="1">欧洲</text>'
        '<text x="90">94.4 GW <tspan>/ 40.0%</tspan></text><text>四大市场合计约占出口总量的95.2%。</text>'
        "</svg>"
    )
    icon = '<svg width="16"><path d="M0 0"/></svg>'
    first, last = "2024年出口保持增长，结构继续优化。", "下一步将继续开拓市场。"
    page = f"<h1>出口情况报告</h1><p>{icon}{first}</p><div>{drawing}</div><p>{last}</p>"
    assert read(tmp_path, page).text.split("\n") == [
        "出口情况报告", first, "欧洲", "94.4 GW / 40.0%", "四大市场合计约占出口总量的95.2%。", last,
    ]  # fmt: skip


def test_code_among_words_is_of_their_line(tmp_path: Path) -> None:
    """Preformatted text that names code between its words stays the line that it is."""
    code = "设 <code>max</code> = <code>10</code>，其余不变"
    page = f"<h1>说明</h1><p>下面的代码用于导入。</p><pre>{code}</pre><p>以上是全部代码。</p>"
    assert "设 max = 10，其余不变" in read(tmp_path, page).text.split("\n")


LAST = "下一步将继续开拓市场。"


@pytest.mark.parametrize("inner", ["<text>甲</text>", "<foreignObject><div>甲</div>", "<g><text>甲"])
def test_drawings_in_drawings_cost_one_walk(tmp_path: Path, inner: str) -> None:
    """A thousand drawings, each in the one before, are read in seconds."""
    began = time.monotonic()
    read(tmp_path, f"<h1>出口情况报告</h1><p>{LAST}</p>" + f"<svg>{inner}" * 1_000 + "</svg>" * 1_000)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("drawing", "lines"),
    [
        (
            "<text><tspan x=0 y=10>粮食产量2023</tspan><tspan x=0 y=30>450吨</tspan></text>",
            ["粮食产量2023", "450吨"],
        ),
        (
            '<text><tspan x="0" dy="0">产量2023</tspan><tspan x="0" dy="1.1em">450吨</tspan></text>',
            ["产量2023", "450吨"],
        ),
        ('<text y="5">产量<tspan x="90">450</tspan></text><text>吨</text>', ["产量 450", "吨"]),
        ('<text>CO<tspan dy="3">2</tspan>排放</text><text>吨</text>', ["CO 2排放", "吨"]),
        ("<text>甲<text>乙</text></text>", ["甲", "乙"]),
        (
            "<foreignObject><div>受理申请<br>五个工作日</div></foreignObject><text>办结</text>",
            ["受理申请", "五个工作日", "办结"],
        ),
        (
            "<switch><foreignObject><div>受理</div></foreignObject><text>受…</text></switch><text>办结</text>",
            ["受理", "办结"],
        ),
        ("<text>甲<title>提示</title></text><g><svg><text>乙</text></svg></g>", ["甲", "乙"]),
    ],
)
def test_lines_of_a_drawing_stay_apart(tmp_path: Path, drawing: str, lines: list[str]) -> None:
    """Each line that a drawing writes is one, also in boxes that hold a piece of a page; none twice."""
    first = "2024年出口保持增长，结构继续优化。"
    page = f"<h1>出口情况报告</h1><p>{first}</p><div><svg>{drawing}</svg></div><p>{LAST}</p>"
    assert read(tmp_path, page).text.split("\n") == ["出口情况报告", first, *lines, LAST]


def test_a_lone_text_of_a_drawing_lengthens_no_number(tmp_path: Path) -> None:
    """A number next to a drawing and one in it are two."""
    row = "<tr><td>产量</td><td>45<svg><text>6</text></svg></td></tr>"
    page = f"<h1>出口情况报告</h1><p>{LAST}</p><table><tr><th>指标</th><th>数</th></tr>{row}</table>"
    assert "45 6" in read(tmp_path, page).text
    assert "456" not in read(tmp_path, page).text


@pytest.mark.parametrize(
    "hidden",
    ['style="visibility: hidden"', 'visibility="hidden"', 'style="display:none"', 'display="none"', "hidden"],
)
@pytest.mark.parametrize("tag", ["g", "svg"])
def test_hidden_text_of_a_drawing_is_not_read(tmp_path: Path, hidden: str, tag: str) -> None:
    """What hides text of a page hides that of a drawing too."""
    drawing = f"<svg><text>欧洲</text><{tag} {hidden}><text>模板</text></{tag}><text>亚洲</text></svg>"
    text = read(tmp_path, f"<h1>出口情况报告</h1><p>{LAST}</p>{drawing}<p>{LAST[::-1]}。</p>").text
    assert "欧洲\n亚洲" in text
    assert "模板" not in text


@pytest.mark.parametrize(
    ("said", "author"),
    [("某网", None), ("name, email@gmail.com", None), ("张三", "张三")],
)
def test_the_name_of_the_site_is_no_author(tmp_path: Path, said: str, author: str | None) -> None:
    """An author that is the site's own name, or the example of a template, is none."""
    page = "<p>自六月一日起，公交票价调整为2元。</p>"
    head = f'<meta name="author" content="{said}">'
    assert read(tmp_path, page, "公交票价调整通告_某网新闻", head).metadata.get("author") == author


@pytest.mark.parametrize(
    ("title", "author"),
    [
        ("关于调研的思考_李强_求是网", "李强"),
        ("乡村调研手记 - 王小明的博客", "王小明"),
        ("乡村调研手记 - 王小明", "王小明"),
        ("乡村调研手记_某县调研组_求是网", "某县调研组"),
    ],
)
def test_a_person_named_in_the_title_is_the_author(tmp_path: Path, title: str, author: str) -> None:
    """Behind the title a page may print who wrote it, or a site that is named for its author."""
    head = f'<meta name="author" content="{author}">'
    assert (
        read(tmp_path, "<p>自六月一日起，公交票价调整为2元。</p>", title, head).metadata["author"] == author
    )


def test_a_part_of_the_site_is_no_author(tmp_path: Path) -> None:
    """A part of a site that is named like it, printed before it, wrote nothing."""
    head = '<meta name="author" content="甲乙科技">'
    page = read(
        tmp_path, "<p>自六月一日起，公交票价调整为2元。</p>", "公交票价调整通告_甲乙科技_甲乙网", head
    )
    assert "author" not in page.metadata


@pytest.mark.parametrize("site", ["", '<meta name="sitename" content="1">'])
def test_a_title_of_marks_costs_little(tmp_path: Path, site: str) -> None:
    """A title of twenty thousand strokes is read in seconds."""
    began = time.monotonic()
    read(tmp_path, "<p>自六月一日起，公交票价调整为2元。</p>", "-" * 20_000 + "a-1", site)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("spans", "line"),
    [
        (("发布时间：01-14", "17:58", "某某公司"), "发布时间：01-14 17:58 某某公司"),
        (("某栏目", "2019-09-23 07:48"), "某栏目 2019-09-23 07:48"),
        (("2024", "年5月", "6日"), "2024年5月6日"),
        (("青年指", "16-24", "岁失业人员"), "青年指16-24岁失业人员"),
    ],
)
def test_dates_and_times_in_elements_of_their_own_stand_apart(
    tmp_path: Path, spans: tuple[str, ...], line: str
) -> None:
    """A date, a time and a source side by side are not glued; the parts of one date are."""
    said = "".join(f"<span>{each}</span>" for each in spans)
    page = f"<h1>关于举办培训班的通知</h1><div>{said}</div><p>各单位请于6月1日前报名。</p>"
    assert read(tmp_path, page).text.split("\n")[1] == line


def test_what_is_hidden_or_struck_by_a_style_is_not_read(tmp_path: Path) -> None:
    """Words in mid-sentence are no accordion; a line through text by CSS is a line through text."""
    body = (
        "<p>票价<b>20</b>元，<b style='display:none'>学生15元。</b>"
        "<font style='TEXT-DECORATION: underline line-through'>老人8元。</font>"
        "<b style='font-size:0px'>军人3元。</b>"
        "<ruby>儿<rp>（</rp><rt>ér</rt><rp>）</rp></ruby>童免费。</p>"
    )
    extract = extract_html(f"<body>{body}</body>".encode(), tmp_path)
    assert [block.text for block in extract.blocks] == ["票价20元，儿童免费。"]
    assert len(extract.warnings) == 1


def test_a_link_without_an_address_is_a_link_below_the_article(tmp_path: Path) -> None:
    """News that a saved page links to by # are not the article, though they exclaim; in it they are read."""
    news = '<div><h4>推荐</h4><p><a href="#">停车费涨到90元？假的！</a> 2024-05-06</p></div>'
    before = '<p>前一则：<a href="javascript:;">关于路面维修的通告（一）</a></p>'
    told = '<p>停车费每小时3元。</p><p><a href="#">夜间停车的，每次收费5元。</a></p>'
    document = read(tmp_path, f"<h1>停车收费通知</h1><div>{told}</div><div>{before}</div>{news}")
    assert document.text.split("\n") == ["停车收费通知", "停车费每小时3元。", "夜间停车的，每次收费5元。"]
    linked = "".join(f'<p><a href="#">第{n}种票价是每张{n}元。</a></p>' for n in "二三")
    assert read(tmp_path, f"<h1>票价</h1>{linked}").text.count("种票价是每张") == 2


def test_parts_of_the_same_shape_are_one_article(tmp_path: Path) -> None:
    """One of three sections holds most of the sentences; what the others tell is not left out."""
    parts = [f"<p>{name}费是每月{n}0元；逾期的另收{n}元。</p>" for name, n in (("水", 3), ("垃圾处理", 2))]
    parts[0] += "<p>户内漏水的，由住户自己修理，费用按实际的材料和工时计算，由村里的水管员上门收取。</p>"
    sections = "".join(f"<section><div>说明</div><section>{part}</section></section>" for part in parts)
    around = '<section><p>点击上方蓝字关注我们的公众号</p><a href="/a">关于我们</a><p>编辑 老张</p>'
    around += "<p>点赞 在看 转发</p><p>长按识别图中的二维码进入小程序查看更多内容</p></section>"
    text = read(tmp_path, f"<h1>收费说明</h1>{sections}{around}").text
    assert "水费是每月30元" in text
    assert "垃圾处理费是每月20元" in text


def test_a_term_stands_before_what_it_is(tmp_path: Path) -> None:
    """A term and its meaning are one paragraph; a question, a numbered line and a menu stay apart."""
    pairs = [
        ("滞纳金", "每日千分之一。"),
        ("押金：", "<b>30</b>元。"),
        ("怎样退？", "到窗口退。"),
        ("一、期限", "五日内。"),
    ]
    terms = "".join(f"<dt>{term}</dt>\n<dd>{told}</dd>" for term, told in pairs)
    found = read(tmp_path, f"<h1>退押金须知</h1><dl>{terms}</dl>").text.split("\n")
    assert [line for line in found[1:] if line] == [
        "滞纳金：每日千分之一。", "押金：30元。", "怎样退？", "到窗口退。", "一、期限", "五日内。",
    ]  # fmt: skip
