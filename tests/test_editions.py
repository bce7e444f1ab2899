"""Which document holds: editions, repeals, periods of validity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa import Index, build_index, open_index
from briefqa.answering.standing import standing
from briefqa.reading.document import Document
from briefqa.reading.editions import dates, series_of, with_successors
from briefqa.reading.files import read_document
from briefqa.text.timeline import Standpoint

TODAY = date(2026, 1, 1)


def _read(folder: Path, **texts: str) -> dict[str, Document]:
    """The documents of a corpus by the names of their files."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    read = [read_document(path, path.name).document for path in sorted(folder.glob("*.txt"))]
    return {each.id.removesuffix(".txt"): each for each in with_successors(read)}


@pytest.mark.parametrize(
    "titles",
    [
        ("云岭市2021年最低工资标准", "云岭市2024年度最低工资标准"),
        ("校车管理办法（2019年修订版）", "校车管理办法（试行）", "校车管理办法"),
        ("二〇二一年云岭市统计公报", "2023年云岭市统计公报"),
        ("行政复议法(2017-09-01)", "行政复议法(2023-09-01)"),
    ],
)
def test_editions_of_one_text_are_of_one_series(titles: tuple[str, ...]) -> None:
    """Titles that differ in the year or the edition alone are of one series."""
    assert len({series_of(title) for title in titles}) == 1


def test_other_texts_are_of_other_series() -> None:
    """The place and the kind of a document part its series from others."""
    titles = ("云岭市2021年最低工资标准", "云溪市2021年最低工资标准", "云岭市2021年最低工资公报")
    assert len({series_of(title) for title in titles}) == 3


def test_a_document_knows_the_newest_edition(tmp_path: Path) -> None:
    """Both older editions name the newest one, which names none."""
    texts = {f"y{year}": f"云岭市{year}年最低工资标准\n\n每月{year}元。\n" for year in (2019, 2021, 2024)}
    found = _read(tmp_path, **texts)
    assert found["y2019"].newest == found["y2021"].newest == "《云岭市2024年最低工资标准》"
    assert found["y2024"].newest == ""


def test_a_document_knows_what_repeals_it(tmp_path: Path) -> None:
    """《…》同时废止 in one document tells of another one by its title."""
    found = _read(
        tmp_path,
        old="云岭市犬只登记办法\n\n第一条 犬只应当登记。\n\n第二条 本办法自2010年5月1日起施行。\n",
        new="云岭市养犬管理规定\n\n第一条 养犬应当登记。\n\n第二条 本规定自2022年5月1日起施行。"
        "《云岭市犬只登记办法》同时废止。\n",
    )
    assert found["old"].repealed_by == "《云岭市养犬管理规定》（2022年）"
    assert found["new"].repealed_by == ""
    assert standing(found["old"], TODAY, english=False) == (
        "《云岭市犬只登记办法》已由《云岭市养犬管理规定》（2022年）废止。"
    )
    assert standing(found["new"], TODAY, english=False) == ""


def test_a_repeal_touches_what_it_names_alone(tmp_path: Path) -> None:
    """Older and undated documents beside it, without a number of their own, stay as they are."""
    found = _read(
        tmp_path,
        old="云岭市犬只登记办法\n\n第一条 犬只应当登记。\n",
        beside="云岭市渔船补贴办法\n\n第一条 渔船给予补贴。\n",
        new="云岭市养犬管理规定\n\n第一条 养犬应当登记。\n\n第二条 本规定自2022年5月1日起施行，"
        "《云岭市犬只登记办法》（云政发〔2009〕7号）同时废止。\n",
    )
    assert found["old"].repealed_by
    assert found["beside"].repealed_by == found["new"].repealed_by == ""


def test_a_repeal_by_number_is_known(tmp_path: Path) -> None:
    """A document that is repealed under a shortened title is known by its number."""
    found = _read(
        tmp_path,
        old="关于印发犬只登记办法的通知\n云政发〔2009〕7号\n\n第一条 犬只应当登记，由街道办理登记手续。\n",
        new="云岭市养犬管理规定\n\n第一条 养犬应当登记。\n\n第二条 本规定自2022年5月1日起施行，"
        "《犬只登记办法》（云政发〔2009〕7号）同时废止。\n",
    )
    assert found["old"].repealed_by == "《云岭市养犬管理规定》（2022年）"


@pytest.mark.parametrize(
    ("closing", "until"),
    [
        ("本办法自2020年3月1日起施行，有效期至2024年12月31日。", date(2024, 12, 31)),
        ("本办法自2020年3月1日起施行，有效期5年。", date(2025, 3, 1)),
        ("本办法自2020年3月1日起施行，有效期三年。", date(2023, 3, 1)),
        ("本办法自2020年3月1日起施行。", None),
    ],
)
def test_an_expired_document_says_so(tmp_path: Path, closing: str, until: date | None) -> None:
    """From the day after the period that it prints, and never without one."""
    text = f"云岭市渔船补贴办法\n\n第一条 渔船给予补贴。\n\n第二条 {closing}\n"
    document = _read(tmp_path, boats=text)["boats"]
    if until is None:
        assert standing(document, date(2099, 1, 1), english=False) == ""
        return
    assert standing(document, until, english=True) == ""
    told = standing(document, date.fromordinal(until.toordinal() + 1), english=True)
    assert told.endswith(f"was valid until {until}.")


def test_a_newer_bulletin_takes_nothing_from_an_older_one(tmp_path: Path) -> None:
    """Of bulletins each tells its own year: a quote of the older one carries no warning."""
    texts = {f"y{year}": f"{year}年云岭市统计公报\n\n年末人口{year}人。\n" for year in (2022, 2023)}
    found = _read(tmp_path, **texts)
    assert found["y2022"].newest
    assert standing(found["y2022"], TODAY, english=False) == ""


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_dates_are_read_in_any_form(day: date) -> None:
    """2024年4月2日, 2024-04-02 and 2024/4/2 are one day."""
    forms = (f"{day.year}年{day.month}月{day.day}日", day.isoformat(), f"{day.year}/{day.month}/{day.day}")
    assert all(list(dates(form)) == [day] for form in forms)


@pytest.mark.parametrize(
    ("title", "issued", "expected"),
    [
        ("2023年云岭市统计公报", "2024年4月2日", Standpoint(2023, 2023)),
        ("2023年云岭市统计公报", "", Standpoint(2023, 2023)),
        ("2019年云岭市政府工作报告", "2019年1月8日", Standpoint(2019, 2018)),
        ("2019年云岭市政府工作报告", "", Standpoint(2019, 2018)),
        ("2022年度云岭市法治政府建设工作报告", "2023年2月1日", Standpoint(2022, 2022)),
        ("关于2022年预算执行情况和2023年预算草案的报告", "2023年1月9日", Standpoint(2023, 2022)),
        ("云岭市犬只登记办法", "", None),
    ],
)
def test_when_a_document_speaks(tmp_path: Path, title: str, issued: str, expected: Standpoint | None) -> None:
    """A bulletin tells the year of its title, a work report the year before."""
    document = _read(tmp_path, one=f"{title}\n{issued}\n\n一、综合\n\n全市人口70.9万人，增长缓慢。\n")["one"]
    assert document.standpoint_at(0) == expected


def test_of_equal_texts_the_one_that_holds_is_quoted(tmp_path: Path) -> None:
    """Without a word on time the newer edition is quoted, with its year the older one, and it says so."""
    sources = tmp_path / "sources"
    sources.mkdir()
    for year, sum_paid in ((2021, 180), (2024, 260)):
        text = f"云岭市{year}年独居老人探访补助标准\n\n探访补助为每户每月{sum_paid}元。\n"
        (sources / f"{year}.txt").write_text(text, "utf-8")
    build_index(sources, tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        for question in ("独居老人探访补助每月多少元？", "现行的探访补助每月多少元？"):
            assert "260元" in index.ask(question).citations[0].quote
        older = index.ask("2021年独居老人探访补助每月多少元？")
        assert "180元" in older.citations[0].quote
        assert older.reason == "另有较新的《云岭市2024年独居老人探访补助标准》。"


_HISTORY = {
    "lines": (
        "1997年3月2日 青溪市第九届人民代表大会常务委员会第四次会议通过\n\n"
        "根据2006年8月30日青溪市第十二届人民代表大会常务委员会第八次会议《关于修改〈渡口条例〉等九件条例的决定》"
        "第一次修正\n\n{last}2019年7月26日 青溪市第十五届人民代表大会常务委员会第三次会议修订"
    ),
    "paragraph": (
        "1997年3月2日青溪市第九届人民代表大会常务委员会第四次会议通过　根据2006年8月30日"
        "《关于修改〈青溪市渡口管理条例〉的决定》第一次修正　{last}2019年7月26日第三次会议第二次修订"
    ),
    "brackets": (
        "（1997年3月2日青溪市第九届人民代表大会常务委员会第四次会议通过 2006年8月30日第一次修正 "
        "{last}2019年7月26日第十五届人民代表大会常务委员会第三次会议修订）"
    ),
}


def _law(history: str, last: str) -> str:
    notes = (
        history.format(last=last)
        if last
        else history.split("{last}")[0].rstrip("\n （") + "）" * (history[0] == "（")
    )
    body = "第一章 总则\n\n第一条 为了渡口安全，制定本条例。\n\n第二条 渡船须登记。\n"
    return f"青溪市渡口管理条例\n\n{notes}\n\n{body}"


@pytest.mark.parametrize("form", _HISTORY)
def test_a_law_is_of_the_year_of_its_last_amendment(tmp_path: Path, form: str) -> None:
    """However its history is printed: all of it is read, the last one counts, and orders the editions."""
    texts = {"old": _law(_HISTORY[form], ""), "new": _law(_HISTORY[form], " ")}
    found = _read(tmp_path, **texts)
    assert (found["old"].year, found["new"].year) == (2006, 2019)
    new = found["new"]
    assert new.metadata["adopted"].startswith("1997年3月2日")
    assert new.metadata["amended"].startswith("2019年7月26日")
    assert [each.value[:4] for each in new.fields if each.key == "amended"] == ["2006", "2019"]
    assert "date" not in new.metadata
    assert (found["old"].newest, new.newest) == ("《青溪市渡口管理条例》（2019年）", "")


def test_a_law_without_amendments_is_of_the_year_of_its_adoption(tmp_path: Path) -> None:
    """And a year in the title goes before either."""
    note = "（1997年3月2日青溪市第九届人民代表大会常务委员会第四次会议通过）"
    body = "第一条 为了渡口安全，制定本条例。\n\n第二条 渡船须登记。\n"
    found = _read(
        tmp_path,
        plain=f"青溪市渡口管理条例\n\n{note}\n\n{body}",
        titled=f"青溪市渡口管理条例（2001年版）\n\n{note}\n\n{body}",
    )
    assert (found["plain"].year, found["titled"].year) == (1997, 2001)


def test_the_name_of_a_file_tells_the_edition_when_nothing_printed_does(tmp_path: Path) -> None:
    """A date in the name orders editions without any date in their text; a range of years tells nothing."""
    body = "青溪市渡船规程\n\n第一条 渡船须登记。\n\n第二条 {}。\n"
    names = {
        "渡船规程(2011-05-01)": body.format("渡工须持证"),
        "渡船规程(2020-05-01)": body.format("渡工须年满十八岁"),
        "渡船规程(2001-2009)": body.format("渡工须会水"),
    }
    found = _read(tmp_path, **names)
    assert [each.year for _, each in sorted(found.items())] == [None, 2011, 2020]
    assert found["渡船规程(2011-05-01)"].newest == "《青溪市渡船规程》（2020年）"


@pytest.mark.parametrize("question", ["目前云岭市年末人口有多少万人？", "云岭市最新的年末人口是多少万人？"])
def test_of_bulletins_now_means_the_newest(tmp_path: Path, question: str) -> None:
    """Each year's bulletin is true of its year; asked for what is so now, the newest one answers."""
    sources = tmp_path / "sources"
    sources.mkdir()
    for year, people in ((2021, "71.2"), (2022, "70.8"), (2023, "70.1")):
        text = f"{year}年云岭市统计公报\n\n一、人口\n\n年末人口{people}万人，比上年末减少。\n"
        (sources / f"{year}.txt").write_text(text, "utf-8")
    build_index(sources, tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert "70.1万人" in index.ask(question).citations[0].quote
        assert "71.2万人" in index.ask("2021年云岭市年末人口是多少万人？").citations[0].quote


@pytest.fixture(scope="module")
def two_reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """A county's reports of two years: only headings tell what was done and what is to be done."""
    folder = tmp_path_factory.mktemp("reports")
    for year, done, more, to_do in ((2021, 310, 4.1, 580), (2022, 624, 5.3, 700)):
        (folder / f"云岭县{year}年政府工作报告.txt").write_text(
            f"云岭县{year}年政府工作报告\n\n一、{year - 1}年工作回顾\n\n"
            f"过去一年，全县经济稳中向好。改造老旧住房{done}套，改造农村危房190户。居民收入增长{more}%。\n\n"
            f"二、{year}年工作安排\n\n要办好十件实事。改造老旧住房{to_do}套，居民收入增长6%左右。\n"
        )
    build_index(folder, folder.parent / "index")
    with open_index(folder.parent / "index") as index:
        yield index


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2021年打算改造多少套老旧住房？", "580套"),
        ("2021年实际改造了多少套老旧住房？", "624套"),
        ("2021年居民收入增长了多少？", "5.3%"),
        ("2021年居民收入的增长目标是多少？", "6%"),
        ("2020年改造了多少套老旧住房？", "310套"),
        ("2022年计划改造老旧住房多少套？", "700套"),
    ],
)
def test_a_plan_is_not_a_result(two_reports: Index, question: str, told: str) -> None:
    """What a report says of its own year is planned, of the year before done, with or without such a word."""
    answer = two_reports.ask(question)
    assert answer.found
    assert told in answer.citations[0].quote


@pytest.mark.parametrize(
    ("text", "question", "told"),
    [
        (
            "云岭县2023年学校建设行动方案\n\n一、主要任务\n\n新建中小学校12所，改建校舍30栋。\n",
            "2023年计划新建多少所中小学校？",
            "12所",
        ),
        (
            "云岭县2025年政府工作报告\n\n一、2024年工作回顾\n\n"
            "2024年确定的粮食产量目标是28万吨，实际达到29万吨。\n",
            "2024年粮食产量目标是多少？",
            "28万吨",
        ),
    ],
)
def test_a_plan_is_read_where_no_report_parts_it(tmp_path: Path, text: str, question: str, told: str) -> None:
    """An action plan tells what is planned without saying so; a later report may recall what was planned."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "plan.txt").write_text(text, "utf-8")
    build_index(tmp_path / "sources", tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = index.ask(question)
    assert answer.found
    assert told in answer.citations[0].quote
