"""What documents say of others, and of themselves, that ends their force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from briefqa.answering.standing import standing
from briefqa.reading.document import Document
from briefqa.reading.editions import is_amended, with_successors
from briefqa.reading.files import read_document
from briefqa.reading.repeals import repeals
from briefqa.reading.validity import in_force_until

OLD = (
    "松湖市渡轮票价办法\n\n松交发〔2013〕9号\n\n"
    "第一条 渡轮每人次2元。\n\n第二条 本办法自2013年4月1日起施行。\n"
)


def _read(folder: Path, **texts: str) -> dict[str, Document]:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    read = [read_document(path, path.name).document for path in sorted(folder.glob("*.txt"))]
    return {each.id.removesuffix(".txt"): each for each in with_successors(read)}


def _new(said: str) -> str:
    return f"松湖市轮渡管理规定\n\n第一条 轮渡每人次3元。\n\n第二条 本规定自2021年4月1日起施行。{said}\n"


@pytest.mark.parametrize(
    ("said", "repealed"),
    [
        ("原《松湖市渡轮票价办法》停止执行。", True),
        ("松交发〔2013〕9号文件自本规定施行之日起失效。", True),
        ("本规定代替《松湖市渡轮票价办法》（松交发〔2013〕9号）。", True),
        ("《松湖市渡船规程》和2013年印发的《松湖市渡轮票价办法》不再适用。", True),
        ("《松湖市渡轮票价办法》第一条同时废止。", False),
        ("《松湖市渡轮票价办法》不予废止。", False),
        ("依照《松湖市渡轮票价办法》核发的船票，过期作废。", False),
    ],
)
def test_a_repeal_is_known_in_any_wording(tmp_path: Path, said: str, repealed: bool) -> None:
    """The whole document, by its title or its number, before the verb or behind it; no part, no denial."""
    found = _read(tmp_path, old=OLD, new=_new(said))
    assert bool(found["old"].repealed_by) == repealed


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("《松湖市渡轮票价办法》与本规定不一致的，以本规定为准。", "较新的《松湖市轮渡管理规定》"),
        ("", ""),
    ],
)
def test_a_document_that_goes_before_another_is_told(tmp_path: Path, said: str, word: str) -> None:
    """Where the two disagree; the older one is not called repealed."""
    told = standing(_read(tmp_path, old=OLD, new=_new(said))["old"], date(2026, 1, 1), english=False)
    assert word in told
    assert "废止" not in told


def test_an_amendment_is_told(tmp_path: Path) -> None:
    """A decision on amending a document, which its title names; what it leaves is in force."""
    change = (
        "关于修改《松湖市渡轮票价办法》的决定\n\n2019年5月6日\n\n一、将第一条修改为：“渡轮每人次2.5元。”\n"
    )
    old = _read(tmp_path, old=OLD, change=change)["old"]
    assert "关于修改" in old.newest
    assert is_amended(old)
    newer = OLD.replace("票价办法", "票价办法（2019年修订）").replace("2013", "2019")
    followed = _read(tmp_path, old=OLD, change=newer)["old"]
    assert followed.newest
    assert not is_amended(followed)


def test_lists_below_a_line_repeal(tmp_path: Path) -> None:
    """Each line of the list of what is repealed; none of the list of what stays."""
    kept = OLD.replace("渡轮票价", "码头照明").replace("9号", "10号")
    decision = (
        "松湖市人民政府关于文件清理结果的决定\n\n2022年3月4日\n\n清理结果公布如下，请遵照执行，并告知有关单位和群众。\n\n"
        "一、废止的文件目录\n\n1.松湖市渡轮票价办法（松交发〔2013〕9号）\n\n"
        "二、继续有效的文件目录\n\n1.松湖市码头照明办法（松交发〔2013〕10号）\n"
    )
    found = _read(tmp_path, old=OLD, kept=kept, decision=decision)
    assert found["old"].repealed_by
    assert not found["kept"].repealed_by


def test_a_law_that_a_rule_is_based_on_is_not_repealed_with_another() -> None:
    """Only the names that the verb is said of."""
    text = "依据《港口法》制定，自2021年1月1日起施行，《甲办法》(1999年3月1日发布)、《乙办法》同时废止。"
    assert [text[each.value_start : each.value_end] for each in repeals(text)] == [
        "《甲办法》(1999年3月1日发布)、《乙办法》"
    ]


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("，执行期限为2019年3月1日至2022年2月28日。", date(2022, 2, 28)),
        ("，试行一年。", date(2020, 3, 1)),
        ("，执行至2021年底。", date(2021, 12, 31)),
        ("，2023年3月1日自行失效。", date(2023, 3, 1)),
        ("，有效期自2019年3月1日至2024年2月29日。", date(2024, 2, 29)),
        ("，补助资金的使用期限为2019年3月1日至2020年2月29日。", None),
        ("，施行满2年后修订。", None),
    ],
)
def test_a_term_is_an_interval(tmp_path: Path, said: str, until: date | None) -> None:
    """Its last day counts, however it is told; the term of something else is none of the document's."""
    text = f"松湖市渡船补贴办法\n\n第一条 渡船给予补贴。\n\n第二条 本办法自2019年3月1日起施行{said}\n"
    assert in_force_until(_read(tmp_path, boats=text)["boats"]) == until


@pytest.mark.parametrize(
    ("begins", "term", "until"),
    [
        ("2024年1月31日", "有效期1个月", date(2024, 2, 29)),
        ("9999年12月31日", "有效期99年", date.max),
        ("2020年2月1日", "执行至0000年底", None),  # a year that there never was
    ],
)
def test_a_term_ends_on_a_day_that_there_is(
    tmp_path: Path, begins: str, term: str, until: date | None
) -> None:
    """Whatever a document prints: nothing of it ends a question with an error."""
    text = f"松湖市船票办法\n\n第一条 每人次2元。\n\n第二条 本办法自{begins}起施行，{term}。\n"
    assert in_force_until(_read(tmp_path, old=text)["old"]) == until
