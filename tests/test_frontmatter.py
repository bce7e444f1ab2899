"""Title, author, issue, date, recipients, … of briefs and official documents, each with its quote."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa.question.frontmatter_questions import frontmatter_question, printed_fields
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.formats.base import Extract, RawBlock
from briefqa.reading.formats.lines import join_lines
from briefqa.reading.formats.text import split_lines
from briefqa.reading.structure import assemble
from briefqa.retrieval.printed import documents_meant
from briefqa.store.catalogue import Catalogue
from briefqa.text.labels import LABEL, key_of
from briefqa.text.lexicon import keyed, words_of

BODY = "工业是经济增长的引擎，也是一个地方综合实力的根基，必须坚持高质量发展这个首要任务。"


def document(text: str, stem: str = "文件") -> Document:
    """The document of a plain text."""
    return assemble(Extract(tuple(join_lines(split_lines(text)))), f"{stem}.txt", stem, "0")


def quotes(made: Document) -> dict[str, str]:
    """What would be quoted for each key, the first of each."""
    return {f.key: made.text[f.start : f.end] for f in reversed(made.fields)}


def test_masthead_of_a_brief() -> None:
    """Series, issue, issuer, date, title, author and imprint of a brief."""
    made = document(
        f"决策内参\n\n2023年第18期\n(总第305期)\n\n江南研究院\n江南智库 编印\n\n2023年11月8日\n\n"
        f"关于加快低空经济发展的几点建议\n\n李　明 欧阳文海\n\n{BODY}\n\n{BODY}\n\n"
        "（作者单位：江南研究院经济所）\n\n送：市委办、市府办，\n各区县。\n\n"
        "编辑：王芳  电话：025-12345678\n\n印数：120份\n"
    )
    assert quotes(made) == {
        "series": "决策内参",
        "issue": "第18期",
        "total_issue": "总第305期",
        "issuer": "江南研究院\n江南智库 编印",
        "date": "2023年11月8日",
        "year": "2023",
        "title": "关于加快低空经济发展的几点建议",
        "author": "李　明 欧阳文海",
        "author_note": "（作者单位：江南研究院经济所）",
        "recipients": "送：市委办、市府办，各区县。",
        "editor": "编辑：王芳",
        "phone": "电话：025-12345678",
        "copies": "印数：120份",
    }
    assert made.metadata["author"] == "李明、欧阳文海"
    assert made.metadata["copies"] == "120份"
    kinds = [b.kind for b in made.blocks]
    assert kinds.count(BlockKind.TEXT) == 2
    assert kinds.count(BlockKind.BACK) == 4


def test_official_document() -> None:
    """Red header, document number, two-line title, addressee, signature, copies to."""
    made = document(
        f"某某市人民政府文件\n\n某政发〔2024〕15号\n\n某某市人民政府关于印发\n某某市数字经济行动方案的通知\n\n"
        f"各县（区）人民政府，市政府各部门：\n\n{BODY}\n\n一、目标\n\n{BODY}\n\n二、任务\n\n{BODY}\n\n"
        "某某市人民政府\n\n二〇二四年五月六日\n\n（此件公开发布）\n\n附件\n\n"
        f"{BODY}\n\n抄送：市委各部门。\n\n某某市人民政府办公室  2024年5月8日印发\n"
    )
    found = quotes(made)
    assert made.title == "某某市人民政府关于印发某某市数字经济行动方案的通知"
    assert found["doc_number"] == "某政发〔2024〕15号"
    assert found["recipients"] == "各县（区）人民政府，市政府各部门"
    assert found["date"] == "二〇二四年五月六日"
    assert made.metadata["year"] == "2024"
    assert found["cc"] == "抄送：市委各部门。"
    assert {f.value for f in made.fields if f.key == "issuer"} == {"某某市人民政府", "某某市人民政府办公室"}
    assert [h.title for h in made.headings] == ["一、目标", "二、任务", "附件"]


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("——2024年3月5日在第十四届全国人民代表大会第二次会议上", "2024年3月5日"),
        ("（2021年3月11日第十三届全国人民代表大会第四次会议通过）", "2021年3月11日"),
        ("2024-06-03", "2024-06-03"),
        ("发布日期：2024年6月3日", "发布日期：2024年6月3日"),
    ],
)
def test_dates_of_reports(line: str, date: str) -> None:
    """The date stands in the subtitle, alone, or behind its label."""
    made = document(f"政府工作报告\n\n{line}\n\n国务院总理 李强\n\n各位代表：\n\n{BODY}")
    assert quotes(made)["date"] == date
    assert made.metadata["year"] == date[-10:][:4] if "-" in date else made.metadata["year"] in date
    assert made.metadata["author"] == "李强"
    assert made.title == "政府工作报告"


def test_year_of_a_title() -> None:
    """Without a date the year comes from the title; the first line is the title."""
    made = document(f"2019年某某市政府工作报告\n\n各位代表：\n\n{BODY}")
    assert made.metadata["year"] == "2019"
    assert "date" not in made.metadata
    assert quotes(made)["year"] == "2019"


def test_body_is_not_taken_for_matter() -> None:
    """A text that begins with prose has its file's name as the title and no fields."""
    made = document(f"{BODY}\n\n{BODY}", stem="会议记录")
    assert made.title == "会议记录"
    assert made.fields == ()
    assert {b.kind for b in made.blocks} == {BlockKind.TEXT}


def test_rights_notice_is_back_matter() -> None:
    """What a web page says about its rights comes after the text."""
    made = document(f"某某公告\n\n{BODY}\n\n{BODY}\n\n\n\n版权所有 某某网站 转载请注明出处\n\n某ICP备1号")
    assert [b.kind for b in made.blocks][-2:] == [BlockKind.BACK] * 2


NEWSLETTER = document(
    "濱海觀察\n\n第31期（總第208期）\n\n濱海經濟研究院主辦　　2023年7月20日\n\n推動港口綠色轉型的三點建議\n\n"
    f"文/趙明軒\n\n{BODY}\n\n{BODY}\n\n（作者為濱海經濟研究院副院長，原任濱海市發展改革委主任）\n\n"
    "報送：市委辦公室、市政府辦公室\n\n主編：葉舒　　責任編輯：何冠宇　　電話：0535-6688123\n\n"
    "電子郵箱：guancha@example.org\n\n地址：濱海市海港區望海路88號　　郵編：264000\n\n印數：350份\n",
    stem="newsletter",
)
MINUTES = document(
    "清溪市数据局会议纪要\n\n〔2024〕第9号\n\n时间：2024年3月12日上午9:00\n地点：市行政中心3号楼201会议室\n"
    "主持：林维岳局长\n出席：林维岳、苏文博、欧阳静\n列席：市财政局何方\n缺席：丁宁（出差）\n记录：叶知秋\n\n"
    f"{BODY}\n\n一、关于平台\n\n会议同意概算1260万元，项目负责人电话报局办公室备案。\n\n{BODY}\n\n"
    "发：局各处室，市大数据中心。\n\n清溪市数据局办公室                2024年3月14日印发\n",
    stem="minutes",
)
RULES = document(
    "东林市工业用水管理办法\n\n（2022年8月1日东林市人民政府第12次常务会议通过　"
    "2022年8月30日东林市人民政府令第41号公布　自2022年10月1日起施行）\n\n"
    f"第一条　{BODY}\n\n第二条　取水许可证有效期5年，编号和地址应当载明。\n\n"
    "第三条　本办法自2022年10月1日起施行，有效期三年。\n\n（执笔：方宁；审核：高敏）\n",
    stem="rules",
)
LIBRARY = (NEWSLETTER, MINUTES, RULES)  # each prints what another does not
CATALOGUE = Catalogue.of(LIBRARY)


def answers(question: str) -> list[str]:
    """What the library's documents print in answer to a question about one of them."""
    asked = frontmatter_question(question)
    found = printed_fields(asked, LIBRARY) if asked else []
    meant = documents_meant(asked, CATALOGUE) if asked else set()
    assert meant.issuperset(number for number, _ in found)  # the search looks at no others
    return [f"{field.key} {LIBRARY[number].text[field.start : field.end]}" for number, field in found]


def test_traditional_imprint() -> None:
    """Labels in traditional characters are read as well, and the values stay as they are printed."""
    told = NEWSLETTER.metadata
    assert told["title"] == "推動港口綠色轉型的三點建議"
    assert (told["issuer"], told["date"]) == ("濱海經濟研究院", "2023年7月20日")
    assert (told["chief_editor"], told["editor"], told["postcode"]) == ("葉舒", "何冠宇", "264000")
    assert told["total_issue"] == "總第208期"


def test_minutes() -> None:
    """Minutes tell apart when the meeting was held and when they were issued."""
    told = MINUTES.metadata
    assert (told["held"], told["date"]) == ("2024年3月12日上午9:00", "2024年3月14日")
    assert (told["chair"], told["recorder"], told["absent"]) == ("林维岳局长", "叶知秋", "丁宁（出差）")


def test_rules_in_force() -> None:
    """A regulation says when it was adopted, made public, applies, and for how long."""
    told = RULES.metadata
    assert (told["adopted"][:9], told["date"]) == ("2022年8月1日", "2022年8月30日")
    assert (told["effective"], told["validity"]) == ("2022年10月1日", "三年")
    assert (told["doc_number"], told["issuer"]) == ("东林市人民政府令第41号", "东林市人民政府")
    assert (told["author"], told["reviewer"]) == ("方宁", "高敏")
    assert [b.kind for b in RULES.blocks][-2:] == [BlockKind.TEXT, BlockKind.BACK]


def test_a_colon_does_not_make_a_title_a_label() -> None:
    """以人为尺：再思考 is a title; a short name below it is the author; the journal is kept."""
    note = "（作者系某研究院研究员，本文刊于《城乡观察》2022年第5期）"
    made = document(f"以人为尺：城镇化的再思考\n\n顾维舟\n\n{note}\n\n{BODY}")
    assert (made.title, made.metadata["author"]) == ("以人为尺：城镇化的再思考", "顾维舟")
    assert made.metadata["source"] == "《城乡观察》2022年第5期"


def test_masthead_on_one_line_and_title_below_the_editors_note() -> None:
    """Issuer and date may share a line, and the title may follow the editor's note."""
    made = document(
        "领航内参\n2023年第14期（总第86期）\n内部资料  注意保存\n"
        "岭南研究中心编印        2023年9月18日\n\n"
        f"【编者按】{BODY}\n\n世界工厂如何长出“数字筋骨”\n——东莞调研\n\n"
        f"一、基本面\n\n{BODY}\n\n二、建议\n\n{BODY}"
    )
    assert made.title == "世界工厂如何长出“数字筋骨”"
    assert (made.metadata["issuer"], made.metadata["date"]) == ("岭南研究中心", "2023年9月18日")
    assert made.metadata["subtitle"] == "东莞调研"


def test_spread_and_joined_labels() -> None:
    """报 送 is 报送, and a label ends the one before it also where lines were joined."""
    made = document(
        "江淮专报\n2024年第17期\n主办单位：江淮研究中心    2024年9月26日\n\n低空经济的现状、问题与建议\n\n"
        f"报 送：省委办公厅抄 送：省政府研究室\n责任编辑：周砚秋   校 对：韩牧\n\n{BODY}"
    )
    assert quotes(made)["recipients"] == "报 送：省委办公厅"
    assert (made.metadata["cc"], made.metadata["proofreader"]) == ("省政府研究室", "韩牧")
    assert (made.metadata["issuer"], made.metadata["date"]) == ("江淮研究中心", "2024年9月26日")


AMENDED = document(
    "青溪市公共图书馆条例\n\n（2008年5月30日青溪市第十一届人民代表大会常务委员会第三次会议通过 "
    "根据2013年9月27日《关于修改〈青溪市公共图书馆条例〉的决定》第一次修正 2019年11月29日"
    "青溪市第十五届人民代表大会常务委员会第二十次会议修订）\n\n"
    f"第一条　{BODY}\n\n第二条　借书证有效期为3年。\n\n第三条　本条例自2020年1月1日起施行。"
    "1996年7月1日公布的《青溪市图书馆管理规定》（青政发〔1996〕20号）同时废止。\n",
    stem="library",
)


def test_amended_law() -> None:
    """The note below a title tells each thing that happened; the closing article what it repeals."""
    found = {key: [f for f in AMENDED.fields if f.key == key] for key in ("adopted", "amended", "repeals")}
    texts = {key: [AMENDED.text[f.start : f.end] for f in fields] for key, fields in found.items()}
    assert [text[:10] for text in texts["adopted"]] == ["2008年5月30日"]
    assert [(text[:5], text[-2:]) for text in texts["amended"]] == [("2013年", "修正"), ("2019年", "修订")]
    assert [f.value for f in found["repeals"]] == ["《青溪市图书馆管理规定》（青政发〔1996〕20号）"]
    assert texts["repeals"][0].startswith("1996年7月1日公布的")
    assert AMENDED.metadata["effective"] == "2020年1月1日"
    assert "validity" not in AMENDED.metadata


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("第三条　本办法自    年  月  日起施行。", {"effective": None, "validity": None}),
        ("第三条　本法自公布之日起施行。", {"effective": "公布之日"}),
        (
            "第三条　本细则自2023年6月1日起实施，有效期至2025年12月31日。",
            {"effective": "2023年6月1日", "validity": "至2025年12月31日"},
        ),
        ("第三条　本规定自印发之日起施行，有效期五年。", {"effective": "印发之日", "validity": "五年"}),
        ("第三条　在本市办理且在有效期内的居住证的持有人可以申请。", {"validity": None}),
        ("第三条　许可证有效期为5年。", {"validity": None, "effective": None}),
        (
            "第三条　本办法自2024年3月1日起施行，原《某某市临时办法》同时废止。",
            {"effective": "2024年3月1日", "repeals": "《某某市临时办法》"},
        ),
    ],
)
def test_in_force_and_valid(line: str, told: dict[str, str | None]) -> None:
    """Dates of force and validity are typed and said of the document itself; blanks are no date."""
    made = document(f"某某市公共阅览室管理办法\n\n第一条　{BODY}\n\n第二条　{BODY}\n\n{line}")
    assert {key: made.metadata.get(key) for key in told} == told


@pytest.mark.parametrize(
    "line",
    [
        "发表时间：2024-09-12 15:26信息来源： 青柳市文化局浏览字号：大中小",
        "2024-09-12 15:26来源:青柳市文化局　【浏览次数：-】",
        "发布日期：2024-09-12 15:26 文章来源：青柳市文化局 字体大小：【A-AA+】",
    ],
)
def test_metadata_line_of_a_web_page(line: str) -> None:
    """Each value ends at the next label, and the line right above is the title."""
    made = document(f"退出登录并返回网站首页的地方\n\n阅览证怎么办理\n\n{line}\n\n{BODY}")
    assert (made.title, made.metadata["date"]) == ("阅览证怎么办理", "2024-09-12 15:26")
    assert made.metadata["source"] == "青柳市文化局"


def test_metadata_table_of_a_web_page() -> None:
    """Labels and values by turns in the rows above the title; a label without a value states nothing."""
    rows = ["索引号： | A-8 | 发布机构： | 青柳市文化局", "文号： | 青文〔2024〕8号 | 有效性： | 废止日期："]
    title = RawBlock("关于开放公共阅览室的通知")
    blocks = [*(RawBlock(row, BlockKind.ROW) for row in rows), title, RawBlock(BODY)]
    told = assemble(Extract(tuple(blocks)), "a.html", "a", "0").metadata
    assert (told["index_number"], told["issuer"], told["doc_number"]) == (
        "A-8",
        "青柳市文化局",
        "青文〔2024〕8号",
    )
    assert not {"status", "repealed"}.intersection(told)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("滨海观察第31期的作者是谁？", "author 趙明軒"),
        ("《推動港口綠色轉型的三點建議》是誰寫的？", "author 趙明軒"),
        ("Who is the author of 濱海觀察 no. 31?", "author 趙明軒"),
        ("滨海观察第31期作者现在什么职务", "author_note （作者為"),
        ("濱海觀察的作者原來在哪裡任職", "author_note （作者為"),
        ("趙明軒是什么职务？", "author_note （作者為"),
        ("滨海观察的主编是谁", "chief_editor 主編：葉舒"),
        ("濱海觀察責任編輯叫啥", "editor 責任編輯：何冠宇"),
        ("滨海观察这份资料上印的联络地址在哪里？", "address 地址：濱海市"),
        ("想联系滨海观察编辑部该打哪个电话", "phone 電話：0535"),
        ("On what date was the briefing 濱海觀察 issued?", "date 2023年7月20日"),
        ("滨海观察第三十一期总期号是多少", "total_issue 總第208期"),
        ("2023年的滨海观察由哪家机构主办？", "issuer 濱海經濟研究院主辦"),
        ("滨海观察报给了哪些领导？", "recipients 報送：市委辦公室"),
        ("濱海觀察共印刷了幾份", "copies 印數：350份"),
        ("会议纪要是谁做的记录？", "recorder 记录：叶知秋"),
        ("Who took the minutes?", "recorder 记录：叶知秋"),
        ("會議由誰主持？", "chair 主持：林维岳局长"),
        ("出席会议的有哪些人？", "present 出席：林维岳"),
        ("有谁列席了会议", "attending 列席：市财政局何方"),
        ("这次会议在哪里开的？", "place 地点：市行政中心"),
        ("When was the meeting held?", "held 时间：2024年3月12日"),
        ("清溪市数据局会议纪要的印发日期", "date 2024年3月14日"),
        ("东林市工业用水管理办法从哪天起施行？", "effective 自2022年10月1日起施行"),
        ("《东林市工业用水管理办法》有效期几年", "validity 本办法自2022年10月1日起施行，有效期三年"),
        ("東林市工業用水管理辦法是第幾號令", "doc_number 东林市人民政府令第41号"),
        ("When does 东林市工业用水管理办法 take effect?", "effective 自2022年10月1日起施行"),
        ("东林市工业用水管理办法是哪天通过的", "adopted 2022年8月1日"),
        ("Who edited 濱海觀察?", "editor 責任編輯：何冠宇"),
        ("这份纪要是谁记录的", "recorder 记录：叶知秋"),
        ("滨海观察往哪些单位送", "recipients 報送：市委辦公室"),
        ("怎么联系濱海觀察编辑部", "phone 電話：0535"),
    ],
)
def test_questions_about_a_document(question: str, answer: str) -> None:
    """However it is asked, the printed field of the one document that is meant answers."""
    found = answers(question)
    assert len(found) == 1
    assert found[0].startswith(answer)


@pytest.mark.parametrize(
    "question",
    [
        "全国推进大会是什么时候召开的",
        "项目负责人电话是多少",
        "谁负责老旧小区改造",
        "港口由谁负责运营",
        "取水许可证的有效期是几年",
        "许可证的编号是什么",
        "工业用水什么时候实施",
        "下次推进会议什么时候召开",
        "會議同意的概算是多少",
        "作者认为转型难在哪里",
        "作者怎么看",
        "东林市工业用水管理办法的适用范围是什么",
        "东林市工业用水管理办法第二条说了什么",
        "东林市工业用水管理办法有哪些附件",
        "哪些人没有出席会议",
        "主管部门是哪个",
        "有多少人参加",
        "会议时间有多长",
        "报告的数据来源是什么",
        "监测报告应当报送给谁",
        "When was the national conference held?",
        "When was the Port Action Plan published?",
        "What does the author recommend?",
        "How many lighthouse factories are there?",
        "滨海观察第32期的责任编辑是谁",
        "2022年的滨海观察印了多少份",
        "浙江观察的主编是谁",
        "清溪市数据局会议纪要的责任编辑是谁",
    ],
)
def test_questions_about_the_text_or_another_document(question: str) -> None:
    """What is asked of the text, or of a document that is not there, no printed field answers."""
    assert answers(question) == []


def test_only_what_is_asked_for_answers() -> None:
    """The title is no answer to what a document does not print."""
    draft = document(f"槐安市城市绿化管理办法\n\n第一条　{BODY}\n\n第二条　{BODY}")
    for question in (
        "槐安市城市绿化管理办法的施行日期是哪天？",
        "《槐安市城市绿化管理办法》的适用范围是什么？",
    ):
        asked = frontmatter_question(question)
        assert asked is None or printed_fields(asked, [draft]) == []
    amended = frontmatter_question("青溪市公共图书馆条例最近一次是什么时候修订的")
    assert amended is not None
    ((_, field),) = printed_fields(amended, [draft, AMENDED])
    assert (field.key, field.value[:5]) == ("amended", "2019年")


def test_every_label_names_a_field() -> None:
    """Documents and questions read one list: a question may name each label that documents print."""
    for key, labels in keyed("labels").items():
        for label in labels:
            assert LABEL.match(f"{label}：")
            assert key_of(label) in (key, label)
    assert not set(words_of("surnames.ambiguous")) & set(words_of("surnames.common"))


_OPENING = (
    "全县上下坚持稳中求进，渔业运行总体平稳，渔民收入继续增加。\n"
    "一、综合\n全年海带产量611吨。\n二、渔港\n渔港七座。\n"
)


@pytest.mark.parametrize("line", ["2023 [1]", "2023年度", "（2023年）", "二〇二三年度"])
def test_who_issues_is_no_title(tmp_path: Path, line: str) -> None:
    """Below a bare year the bureau is the issuer; the file's name is the title, and tells the year."""
    path = tmp_path / "海岬县2023年渔业统计公报.txt"
    path.write_text(f"{line}\n海岬县统计局 国家统计局海岬调查队\n2024年3月8日\n{_OPENING}", "utf-8")
    document = read_document(path, path.name).document
    assert document.title == "海岬县2023年渔业统计公报"
    assert document.metadata["issuer"] == "海岬县统计局 国家统计局海岬调查队"
    assert (document.metadata["date"], document.year) == ("2024年3月8日", 2023)


@pytest.mark.parametrize("line", ["2023年度", "（2023年度）", "二〇二三年度"])
def test_a_year_below_the_title_is_the_documents(tmp_path: Path, line: str) -> None:
    """It goes before the year of the date."""
    path = tmp_path / "a.txt"
    path.write_text(f"海岬县渔业统计公报\n{line}\n海岬县统计局\n2024年3月8日\n\n{_OPENING}", "utf-8")
    document = read_document(path, path.name).document
    assert (document.title, document.year) == ("海岬县渔业统计公报", 2023)


def test_values_of_labels_end_before_the_bar(tmp_path: Path) -> None:
    """Bars that part the labels of a page belong to no value, and an empty one states nothing."""
    path = tmp_path / "a.txt"
    line = "来源: | 发布时间: 2022-05-17 10:20｜作者：张平 | 浏览次数: 2168"
    path.write_text(
        f"海岬县渔港条例\n{line}\n\n第一条 为了渔港安全，制定本条例。\n\n第二条 渔船须登记。\n", "utf-8"
    )
    told = read_document(path, path.name).document.metadata
    assert (told["date"], told["author"]) == ("2022-05-17 10:20", "张平")
    assert "source" not in told


def test_the_day_of_coming_into_force_is_no_date_of_issue(tmp_path: Path) -> None:
    """Not in the list of data that a page prints above the text either: the signature tells the date."""
    page = (
        "<html><body><ul><li>索引号：HJ03</li><li><b>实施日期：</b>2022年6月1日</li></ul>"
        "<h1>海岬县渔业局关于印发补助标准的通知</h1><p>各镇人民政府：</p>"
        "<p>经县人民政府同意，现将渔船补助标准通知如下，请遵照执行。</p><p>海岬县渔业局</p><p>2022年5月20日</p></body></html>"
    )
    path = tmp_path / "a.html"
    path.write_text(page, "utf-8")
    told = read_document(path, path.name).document.metadata
    assert (told["effective"], told["date"]) == ("2022年6月1日", "2022年5月20日")
