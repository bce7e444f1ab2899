"""Years that are told together, by an era, or of the document that a question names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from briefqa import Index, build_index, open_index
from briefqa.text.folding import fold
from briefqa.text.names import Name, NameKind, tells_place
from briefqa.text.quantities import years
from briefqa.text.stretches import year_stretches
from briefqa.text.timeline import Standpoint, explicit_years


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“十四五”期间", [(2021, 2025)]),
        ("六五时期", [(1981, 1985)]),
        ("“一五”时期", [(1953, 1957)]),
        ("2019年至2022年累计", [(2019, 2022)]),
        ("二〇二一—二〇二三年", [(2021, 2023)]),
        ("2023-2024学年", [(2023, 2024)]),
        ("2019年1月1日至2020年12月31日", []),
        ("“十四五”规划", []),
    ],
)
def test_stretches_of_years(text: str, expected: list[tuple[int, int]]) -> None:
    """From one year to another, however told, and the times of five-year plans."""
    assert [stretch for stretch, _, _ in year_stretches(fold(text))] == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [("民国三十五年", 1946), ("光绪三十四年", 1908), ("宣统元年", 1909), ("“十三五”末", 2020)],
)
def test_years_that_are_told_otherwise(text: str, year: int) -> None:
    """From the beginning of an era, or as the end of a plan."""
    assert years(fold(text)) == {year}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年办理业务31件，上年为28件。", {2022, 2023}),
        ("会费按上年度营业额的0.3%收取。", {2023}),
        ("上年办理业务28件。", {2022}),
    ],
)
def test_the_year_before_takes_only_its_own_clause(text: str, expected: set[int]) -> None:
    """What stands before it is of the document's year, and so is what has a base of the year before."""
    assert explicit_years(text, Standpoint(2023, 2023)) == expected


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """A county's notes, with a rule of each of two numbers."""
    folder = tmp_path_factory.mktemp("county")
    texts = {
        "roads": "柳湾县道路情况\n\n2018—2022年，全县累计硬化村道310公里。\n\n"
        "“十二五”期间，全县累计架桥19座。\n",
        "done": "柳湾县2023年实事完成情况\n\n计划安装路灯400盏，实际安装362盏。\n\n计划修缮凉亭15座。\n",
        "one": "柳湾县茶园补贴办法\n\n柳农发〔2020〕4号\n\n第一条 为扶持茶园，制定本办法。\n\n"
        "第二条 每亩补贴220元。\n\n"
        "第三条 本办法自2020年5月1日起施行，有效期三年。\n",
        "two": "柳湾县果园补贴办法\n\n柳农发〔2021〕7号\n\n第一条 为扶持果园，制定本办法。\n\n"
        "第二条 每亩补贴180元。\n\n"
        "第三条 本办法自2021年5月1日起施行。\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    build_index(folder, folder.parent / "county_index")
    with open_index(folder.parent / "county_index") as index:
        yield index


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2018—2022年柳湾县累计硬化村道多少公里？", "310公里"),
        ("2018—2021年柳湾县累计硬化村道多少公里？", ""),
        ("2022年柳湾县硬化村道多少公里？", ""),
        ("2011年至2015年柳湾县累计架桥多少座？", "19座"),
        ("“十三五”期间柳湾县架桥多少座？", ""),
        ("2023年柳湾县实际安装路灯多少盏？", "362盏"),
        ("2023年柳湾县实际修缮凉亭多少座？", ""),
        ("柳农发〔2020〕4号规定每亩补贴多少元？", "220元"),
        ("柳农发〔2020〕7号规定每亩补贴多少元？", ""),
        ("《柳湾县果园补贴办法》规定每亩补贴多少元？", "180元"),
        ("《柳湾县桑园补贴办法》规定每亩补贴多少元？", ""),
        ("2024年柳湾县果园每亩补贴多少元？", "180元"),
        ("2024年柳湾县茶园每亩补贴多少元？", ""),
    ],
)
def test_a_figure_is_of_what_the_question_names(county: Index, question: str, told: str) -> None:
    """Of the same stretch, of the plan or the result, of the document named, while it was in force."""
    answer = county.ask(question)
    assert answer.found == bool(told)
    assert told in "".join(each.quote for each in answer.citations[:1])


def test_a_name_of_two_characters_is_not_the_end_of_a_longer_one() -> None:
    """The county of one name is no county whose longer name ends in it."""
    county = Name(NameKind.PLACE, "丰县", "丰县")
    assert not tells_place(county, "谷丰县建成驿站")
    assert tells_place(county, "徐州丰县建成驿站")
