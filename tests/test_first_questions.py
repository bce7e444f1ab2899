"""The questions that a page offers first: each is answered, and none is silly; rather none at all.

The collections are invented; headings and definitions are in them that make a silly question when they are
taken by their form alone (过去一年, 前款所称情形, 加强组织领导).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the web page needs gradio")

from briefqa import Index, build_index
from briefqa.reading.document import Document
from briefqa.reading.files import read_document
from briefqa.ui.chat.examples import Example, example_questions
from briefqa.ui.engine import Engine, _answered_by

RIVERS = """# 松林市河道管理办法

（2023年5月20日松林市人民政府令第12号公布，自2023年7月1日起施行）

## 第一章 总则

第一条 为了加强河道管理，保障防洪安全，制定本办法。

第二条 本办法所称河道，是指本市行政区域内的河流、湖泊、人工水道和行洪区。

第三条 本办法所称过去一年，是指作出处罚决定之日前的十二个月。

## 第二章 保护

第四条 市水务局负责全市河道的监督管理。

第五条 前款所称情形，是指有下列行为之一的。

第六条 在河道内采砂的，应当向市水务局申请采砂许可证，许可证有效期为一年。

## 第三章 附则

第七条 本办法所称以上，是指包括本数。

第八条 本办法自2023年7月1日起施行。
"""
DOGS = """# 松林市养犬条例

（2021年9月30日松林市人民代表大会常务委员会通过）

## 第一章 总则

第一条 为了规范养犬行为，保障公民健康和人身安全，制定本条例。

第二条 本条例所称烈性犬，是指具有明显攻击性的犬只，具体品种由市公安局公布。

第三条 每户限养一只犬。

## 第二章 登记

第四条 养犬人应当自取得犬只之日起三十日内到辖区派出所办理养犬登记。

第五条 有关部门，是指公安、农业农村和城市管理部门。

## 第三章 法律责任

第六条 未办理养犬登记的，由公安机关处五百元罚款。

## 第四章 附则

第七条 本条例自2022年1月1日起施行。
"""
BULLETIN = """# 河湾市2024年国民经济和社会发展统计公报

河湾市统计局　2025年3月20日

## 一、过去一年

2024年，全市上下共同努力，经济运行稳中向好。

全市地区生产总值达到1286.4亿元，比上年增长5.6%。

## 二、推动稳中求进

过去一年是指2024年1月1日至12月31日。去年新增3家。

城镇新增就业达到2.3万人。全市共有医院32家，比上年增加2家。

## 三、加快补短板

各区医院情况见表1。

表1 各区医院和床位（2024年）

| 区 | 医院（家） | 床位（张） |
|---|---|---|
| 东区 | 14 | 3120 |
| 西区 | 11 | 2450 |
| 南区 | 7 | 1380 |

## 四、注释

本公报所称常住人口，是指实际居住半年以上的人口。2024年末常住人口达到186万人。
"""
FARES = """<!doctype html><html lang="zh"><head><meta charset="utf-8">
<title>关于调整城市公交票价的通知</title></head><body>
<nav><a href="/">首页</a> | <a href="/n">通知公告</a></nav>
<h1>关于调整城市公交票价的通知</h1><p>发布时间：2024-04-12　来源：云川市交通局</p>
<h2>调整后的票价是多少？</h2><p>自2024年5月1日起，城市公交普通车票价为2元，空调车票价为3元。</p>
<h2>过去一年</h2><p>过去一年，我市新开公交线路6条。</p>
<h2>提高服务质量</h2><p>公交企业应当做好车厢保洁，提高服务质量。</p>
<p>云川市交通局</p><footer>版权所有 网站地图 联系我们</footer></body></html>
"""
FLATS = """<!doctype html><html lang="zh"><head><meta charset="utf-8">
<title>云川市人才公寓申请指南</title></head><body>
<nav><a href="/">首页</a></nav>
<h1>云川市人才公寓申请指南</h1><p>发布时间：2024-06-03　来源：云川市住房局</p>
<h2>哪些人可以申请人才公寓？</h2><p>在本市工作、签订一年以上劳动合同、本人及配偶在本市没有住房的硕士研究生可以申请人才公寓。</p>
<h2>如何申请？</h2><p>登录云川市住房服务网，填写申请表，上传身份证和劳动合同，五个工作日内答复。</p>
<h2>加强组织领导</h2><p>各单位要高度重视，加强组织领导。</p>
<h2>名词解释</h2>
<p>人才公寓是指由政府提供、面向引进人才出租的住房。云川市现有人才公寓1200套。</p>
<footer>版权所有</footer></body></html>
"""
GREETINGS = """大家好！

欢迎大家光临。

新年快乐，万事如意！

谢谢大家。
"""
# Files, the questions that a person would ask of them, and how many are offered at least.
COLLECTIONS = {
    "laws": (
        {"河道管理办法.md": RIVERS, "养犬条例.md": DOGS},
        {
            "什么是河道？",
            "什么是烈性犬？",
            "《松林市河道管理办法》什么时候施行？",
            "《松林市养犬条例》什么时候施行？",
        },
        2,
    ),
    "bulletin": (
        {"公报.md": BULLETIN},
        {"什么是常住人口？", "河湾市2024年常住人口是多少？", "河湾市2024年地区生产总值是多少？"},
        3,
    ),
    "notices": (
        {"票价.html": FARES, "公寓.html": FLATS},
        {"调整后的票价是多少？", "什么是人才公寓？", "哪些人可以申请人才公寓？"},
        2,
    ),
    "greetings": ({"问候.txt": GREETINGS}, set[str](), 0),
}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_first_questions_are_answered_and_make_sense(name: str, tmp_path: Path) -> None:
    """What is offered a person would ask, and it is answered at high confidence; else there is none."""
    files, asked, least = COLLECTIONS[name]
    (tmp_path / "docs").mkdir()
    for file, text in files.items():
        (tmp_path / "docs" / file).write_text(text, "utf-8")
    build_index(tmp_path / "docs", tmp_path / "index")
    engine = Engine(tmp_path / "index")
    with engine.using() as index:
        offered = [each.question for each in engine._good_examples(index)]
        assert set(offered) <= asked
        assert len(offered) >= least
        for question in offered:
            answer = index.ask(question, 5)
            assert answer.found
            assert answer.confidence >= 0.8


def _made(folder: Path, several: bool, **texts: str) -> set[str]:
    def read(name: str, text: str) -> Document:
        path = folder / f"{name}.md"
        path.write_text(text, "utf-8")
        return read_document(path, path.name).document

    made = example_questions([read(*each) for each in texts.items()], several=several)
    return {each.question for each in made}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("第二条 本办法所称河道，是指河流、湖泊和人工水道。", {"什么是河道？"}),
        ("第五条 前款所称情形，是指下列行为之一。", set()),
        ("第五条 本条所称河道，是指河流、湖泊和人工水道。", set()),
        ("过去一年，是指作出决定之日前的十二个月。", set()),
    ],
)
def test_a_definition_of_the_whole_document_is_asked_for(text: str, made: set[str], tmp_path: Path) -> None:
    """An article's number before it is no hindrance; what a paragraph or a span of time means nobody asks."""
    assert _made(tmp_path, True, 甲=f"# 松林市河道管理办法\n\n{text}\n") == made


@pytest.mark.parametrize(
    ("heading", "below", "made"),
    [
        ("加强组织领导", "各单位要加强组织领导。", set()),
        (
            "推动稳中求进",
            "各部门应当建立台账，逐项落实，按季度公布结果，年底前全部办结，并向社会说明情况，接受监督。",
            set(),
        ),
        (
            "完善住房租赁制度",
            "房屋管理部门应当建立租赁台账，对中介机构逐家备案，按季度公布租金水平，接受社会监督。",
            {"如何完善住房租赁制度？"},
        ),
    ],
)
def test_a_deed_is_asked_for_where_its_section_says_how(
    heading: str, below: str, made: set[str], tmp_path: Path
) -> None:
    """Not where the section only repeats its heading, nor where a set phrase is all that is to be done."""
    text = f"# 松林市住房通知\n\n## {heading}\n\n{below}\n\n## 附则\n\n本通知由市住房局解释，请遵照执行。\n"
    assert _made(tmp_path, True, 甲=text) == made


def test_printed_questions_stand_alone_among_several_documents(tmp_path: Path) -> None:
    """One that says not what it is about is none of theirs; its label is no part of it."""
    text = (
        "# 办事指南\n\n## 问：哪些材料可以证明房屋权属？\n\n房屋所有权证。\n\n"
        "## 可以网上办理吗？\n\n可以。\n\n## 附则\n\n无。\n"
    )
    assert _made(tmp_path, True, 甲=text) == {"哪些材料可以证明房屋权属？"}
    assert "可以网上办理吗？" in _made(tmp_path, False, 甲=text)


def test_a_year_of_comparison_is_not_the_year_of_a_figure(tmp_path: Path) -> None:
    """比1980年增长 tells nothing of 1980; among several documents the figure is not asked for, then."""
    text = "# 松林市报告\n\n工农业总产值比1980年增长5.5%，农业总产值增长4%。\n"
    assert _made(tmp_path, True, 甲=text) == set()


YEARLY = (
    "## 一、综合\n\n全年全市地区生产总值达到1286.4亿元，比上年增长5.6%。"
    "年末常住人口186万人，其中女性93万人。第一产业增加值80亿元，第二产业增加值500亿元。\n"
)


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("河湾市2024年国民经济和社会发展统计公报", "河湾市2024年"),
        ("2024年河湾市国民经济和社会发展统计公报", "河湾市2024年"),
        ("2024年国民经济和社会发展统计公报", ""),  # of which place?
        ("河湾市2024—2026年规划", ""),
        ("河湾市2024年政府工作报告", ""),  # it looks back on the year before
    ],
)
def test_a_figure_is_asked_for_with_its_place_and_year(title: str, subject: str, tmp_path: Path) -> None:
    """As the report's title says them, of one figure a sentence (parts of a whole nobody asks for first)."""
    levels = {each for each in _made(tmp_path, True, 甲=f"# {title}\n\n{YEARLY}") if "是多少" in each}
    assert levels == (
        {f"{subject}{each}是多少？" for each in ("地区生产总值", "常住人口")} if subject else set()
    )


def test_the_day_of_a_part_is_not_the_day_of_the_whole(tmp_path: Path) -> None:
    """Of a collection of rules, and of one in force since it was published, no day is asked for."""
    once = "# 松林市养犬条例\n\n第一条 制定本条例。\n\n第二条 本条例自{}起施行。\n"
    assert _made(tmp_path, True, 甲=once.format("2022年1月1日")) == {"《松林市养犬条例》什么时候施行？"}
    assert _made(tmp_path, True, 甲=once.format("公布之日")) == set()


def test_good_questions_are_offered_as_they_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is there while others are tried, and each is news to the page; also where one is a copy's."""
    for name in ("甲.md", "乙.md"):
        (tmp_path / name).write_text(
            f"# 河道管理办法\n\n{name[0]}处。\n\n河道是指天然河流和人工水道，包括湖泊、水库和蓄洪区。\n",
            "utf-8",
        )
    build_index(tmp_path, tmp_path / "index")
    engine = Engine(tmp_path / "index")
    made = [Example(f"问题{n}？", "甲.md", 0, 40) for n in range(2)]
    seen: list[tuple[int, int]] = []

    def good(index: Index) -> Iterator[Example]:
        for each in made:
            yield each
            seen.append((len(engine.examples(index.build_id)), engine.changes))

    monkeypatch.setattr(engine, "_good_examples", good)
    engine._settled.set()
    engine.try_examples()
    while not engine.at_rest:
        time.sleep(0.01)
    assert [offered for offered, _ in seen] == [1, 2]
    assert seen[1][1] > seen[0][1]
    with engine.using() as index:
        answer = index.ask("什么是河道？", 3)
        text = index.document("乙.md").text
        start = text.index("河道是指")
        for document_id in ("甲.md", "乙.md"):
            assert _answered_by(answer, Example("什么是河道？", document_id, start, len(text)), index)
