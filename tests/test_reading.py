"""Files → documents: encodings, line breaks, which files count, and what never gets lost."""

from __future__ import annotations

import contextlib
import os
import textwrap
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefqa.errors import DocumentError, InputError
from briefqa.reading import files
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import find_files, read_document
from briefqa.reading.formats.base import Extract
from briefqa.reading.formats.formulas import latex_line
from briefqa.reading.formats.lines import TextLine, join_lines
from briefqa.reading.formats.text import decode, split_lines
from briefqa.reading.structure import assemble

SHARED = Path(os.environ.get("BRIEFQA_SHARED", Path(__file__).parents[2] / "shared"))
BODY = "工业是经济增长的引擎，也是一个地方综合实力的根基。工业化是科学发现和技术发明不断推动产业发展的过程。"


def read(tmp_path: Path, content: str | bytes, name: str = "a.txt") -> Document:
    """The document of a file with this content."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_document(path, name).document


def block_texts(document: Document, *kinds: BlockKind) -> list[str]:
    """The texts of the blocks, of these kinds when any are given."""
    return [document.text[b.start : b.end] for b in document.blocks if not kinds or b.kind in kinds]


def shared(*parts: str) -> Path:
    """A file of the shared folder; skips the test without it."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)} in the shared folder (set BRIEFQA_SHARED)")
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "big5"]
)
def test_encodings_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    """The text does not depend on the encoding of the file."""
    text = (
        "關於工業發展的意見\n\n"
        + "工業是經濟增長的引擎，也是一個地方綜合實力的根基，必須堅持高質量發展。" * 3
    )
    assert read(tmp_path, text.encode(encoding)).text == text.replace("\n\n", "\n")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["utf-8", "gb18030"]),
    st.integers(0, 10**6),
    st.sampled_from(["lost", "added", "changed"]),
)
def test_one_bad_byte_costs_its_neighbours_only(encoding: str, place: int, harm: str) -> None:
    """With a byte lost, added or changed, all but a few characters are read."""
    text = (
        "供热期为每年十一月十五日至次年三月十五日，供热单位应当公布标准。\n遗失押金收据的，凭身份证件办理。\n"
    )
    data = text.encode(encoding)
    place %= len(data)
    data = {
        "lost": data[:place] + data[place + 1 :],
        "added": data[:place] + b"\xff" + data[place:],
        "changed": data[:place] + b"\xff" + data[place + 1 :],
    }[harm]
    read_text = decode(data, Path("a.txt"))
    same = sum(m.size for m in SequenceMatcher(None, text, read_text, False).get_matching_blocks())
    assert same >= len(text) - 8
    assert "\ufffd" in read_text or harm == "lost"


def test_a_bad_byte_is_reported(tmp_path: Path) -> None:
    """The text is read, the place is marked, the report warns."""
    path = tmp_path / "a.txt"
    path.write_bytes("供热期为每年十一月至次年三月。室温不低于十八摄氏度".encode() + b"\xff" + "。".encode())
    reading = read_document(path, "a.txt")
    assert reading.document.text.endswith("摄氏度\ufffd。")
    assert any("1 处" in warning for warning in reading.warnings)


def test_a_readers_slip_costs_its_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a reader raises becomes one sentence; what the caller's callback raises stays itself."""
    (tmp_path / "a.txt").write_text("x")
    for slip in (ValueError("int"), RecursionError(), MemoryError(), KeyError("k")):

        def fail(path: Path, on_page: object, slip: Exception = slip) -> Extract:
            raise slip

        monkeypatch.setitem(files._READERS, ".txt", fail)
        with pytest.raises(DocumentError, match=r"^a\.txt .*; save it in"):
            read_document(tmp_path / "a.txt", "a.txt")

    def page(path: Path, on_page: Callable[[int, int], None]) -> Extract:
        try:
            on_page(1, 2)
        except Exception as error:
            raise AssertionError("the reader caught it") from error
        raise AssertionError

    def cancel(done: int, total: int) -> None:
        raise TimeoutError("enough")

    monkeypatch.setitem(files._READERS, ".txt", page)
    with pytest.raises(TimeoutError, match="enough"):
        read_document(tmp_path / "a.txt", "a.txt", on_page=cancel)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_in_gbk_bytes_is_read_as_text(tmp_path: Path) -> None:
    """Its id and title are the characters that the bytes stand for."""
    path = tmp_path / os.fsdecode("公厕.txt".encode("gbk"))
    path.write_text("")
    found, _ = find_files([tmp_path])
    assert found == [("公厕.txt", path)]
    with pytest.raises(DocumentError, match=r"公厕\.txt is empty"):
        read_document(path, "公厕.txt")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\x01\xff\xfe", "binary"),
        (b"\n \n\t\n", "no text"),
        (b"\xff\xff\xfe\x81\x00\x81" * 9, "binary"),
    ],
)
def test_unreadable_files_say_why(tmp_path: Path, content: bytes, says: str) -> None:
    """A file that is no text gives one sentence with its name and what to do."""
    with pytest.raises(DocumentError, match=says) as caught:
        read(tmp_path, content)
    assert "a.txt" in str(caught.value)
    assert caught.value.path == tmp_path / "a.txt"


def test_sentence_cut_by_a_page_is_joined_without_a_blank(tmp_path: Path) -> None:
    """`2 个 3000` + `亿元级` is one number, as it was printed."""
    text = (
        f"{BODY}比如，到 2026 年，将形成新一代信息技术、高端装备制造 2 个 3000\n\n亿元级产业集群。\n\n{BODY}"
    )
    assert "2 个 3000亿元级产业集群。" in read(tmp_path, text).text


def test_cut_out_links_and_figures_are_put_back(tmp_path: Path) -> None:
    """Words that stand in lines of their own in mid-sentence return to their sentence."""
    text = f"{BODY}\n\n{BODY}细颗粒物（PM\n2.5\n）浓度下降，推动《\n巴黎协定\n》生效。\n\n{BODY}"
    assert "细颗粒物（PM2.5）浓度下降，推动《巴黎协定》生效。" in read(tmp_path, text).text


def test_hard_wrapped_text_is_unwrapped(tmp_path: Path) -> None:
    """Lines of one width become paragraphs, which an indent begins."""
    paragraphs = ["　　" + BODY * 2, "　　" + BODY[:60] + "。" + BODY]
    lines = [p[i : i + 30] for p in paragraphs for i in range(0, len(p), 30)]
    document = read(tmp_path, "\n".join(["二〇二四年情况", *lines]))
    assert block_texts(document)[-2:] == [p.strip() for p in paragraphs]


def test_english_words_keep_a_blank_between_lines(tmp_path: Path) -> None:
    """Hard-wrapped English is joined with one blank, at figures as well."""
    text = "The plan of the city sets out to build a strong base of industry in 2024 and later. " * 6
    wrapped = textwrap.fill(text, 60)
    assert block_texts(read(tmp_path, f"{wrapped}\n\n{wrapped}")) == [text.strip()] * 2


def test_invisible_characters_go_and_everything_else_stays(tmp_path: Path) -> None:
    """Zero-width marks are removed; full-width digits, ideographic blanks and emoji are not."""
    text = "第一段\u200b文字１９８７年　有\ufeff空格、全角ＡＢＣ和👨\u200d👩\u200d👧。\r\n第二段，另有文字。"
    assert read(tmp_path, text).text == (
        "第一段文字１９８７年　有空格、全角ＡＢＣ和👨\u200d👩\u200d👧。\n第二段，另有文字。"
    )


def test_form_feeds_are_pages(tmp_path: Path) -> None:
    """A form feed begins a page and may lie in mid-sentence; a closing one begins none."""
    document = read(tmp_path, f"{BODY}第二段，讲到一半\f还有下半句。\n\f\f{BODY}\f")
    pages = [document.text[s : s + 4] for s in document.page_starts]
    assert pages == ["工业是经", "还有下半", "工业是经", "工业是经"]
    assert not document.pages_inferred
    assert document.page_at(document.text.index("下半句")) == 2


def test_markdown_keeps_structure_and_drops_marks(tmp_path: Path) -> None:
    """Headings, lists and tables stay, marks and YAML front matter go to where they belong."""
    text = (
        "---\ntitle: 题目\nauthor: [张三, 李四]\ndate: 2024-06-03\n---\n\n"
        "# 关于工业的意见\n\n## 一、总体要求\n\n"
        f"**1、坚持创新。**{BODY}\n\n## 二、主要任务\n\n"
        "- 第一项\n- 第二项\n\n3. 第三\n\n|甲|乙|\n|-|-|\n|1|`a*b`|\n"
    )
    document = read(tmp_path, text, "a.md")
    assert document.text.startswith("关于工业的意见\n一、总体要求\n1、坚持创新。工业")
    assert block_texts(document, BlockKind.TABLE_HEADER, BlockKind.ROW) == ["甲 | 乙", "1 | a*b"]
    assert "• 第一项\n• 第二项\n3. 第三" in document.text
    assert document.metadata["author"] == "张三、李四"
    assert document.title == "关于工业的意见"
    assert [(h.level, h.title) for h in document.headings] == [(1, "一、总体要求"), (1, "二、主要任务")]


def test_markdown_marks_lose_nothing_and_invent_nothing(tmp_path: Path) -> None:
    """Notes, boxes, small characters and formulas stay; struck text goes and is counted."""
    path = tmp_path / "a.md"
    path.write_text(
        "# 标准\n\n每人~~500~~800元。~~旧标准。~~新标准[^a]按 $S = \\frac{a+b}{2} \\times 0.8$ 计，"
        "面积 $100$ m<sup>2</sup>，价 \\$20。\n\n[^a]: 自**七月**起\n    执行。\n\n"
        "- [x] 身份证\n- [ ] 户口簿\n\n1. [ ] 表\n\n[^b]: 无人提及。\n"
    )
    reading = read_document(path, "a.md")
    assert block_texts(reading.document)[1:] == [
        "每人800元。新标准按 S = (a+b)/2 × 0.8 计，面积 100 m²，价 $20。",
        "自七月起执行。", "☑ 身份证", "☐ 户口簿", "1. ☐ 表", "无人提及。",
    ]  # fmt: skip
    assert block_texts(reading.document, BlockKind.NOTE) == ["自七月起执行。", "无人提及。"]
    assert any("2 处" in warning for warning in reading.warnings)


@pytest.mark.parametrize("mark", ["*a **b ", "~~a ", "[", "[a](", "**甲 "], ids=repr)
def test_a_paragraph_of_nothing_but_marks_is_read_as_it_stands(tmp_path: Path, mark: str) -> None:
    """Looking for the ends of marks took ten minutes; no word beside them is lost."""
    document = read(tmp_path, f"# 通知\n\n{BODY}\n\n{mark * 50_000}\n\n全市有智能工厂1306家。\n", "a.md")
    assert document.text.rstrip().endswith("全市有智能工厂1306家。")
    assert len(document.text) > 40_000


def test_bold_questions_of_markdown_are_headings(tmp_path: Path) -> None:
    """A paragraph that is bold as a whole and asks stands above its answer."""
    asked = ["如何提取公积金？", "提取后多久到账？"]
    text = f"# 问答\n\n{BODY}\n\n" + "\n\n".join(f"**{q}**\n\n{BODY}" for q in asked)
    assert [h.title for h in read(tmp_path, text, "a.md").headings] == asked


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        (r"\frac{1}{2}", "1/2"), (r"\sqrt[3]{x+1}", "³√(x+1)"), (r"x^{n+k}_{i}", "x^(n+k)ᵢ"), (r"5\%", "5%"),
        (r"\sum_{i=1}^{n} a_i \leq \text{总额}", "∑ᵢ₌₁ⁿ aᵢ ≤ 总额"), (r"(1+r)^{月数}", "(1+r)^月数"),
        ("{" * 500 + "7" + "}" * 500, "7"), (r"\frac", "/"),
    ],
)  # fmt: skip
def test_formulas_are_readable(latex: str, line: str) -> None:
    """LaTeX becomes one line; nonsense is no error."""
    assert latex_line(latex) == line


@given(st.text(alphabet="\\{}^_[]$frac sqrt12数"))
def test_any_formula_is_read(source: str) -> None:
    """Whatever is written between the dollars ends."""
    assert "\\" not in latex_line(source)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# 题\n\n" + "<!--" * 20_000),
        ("a.md", "---\ntitle: " + "[" * 5_000 + "\n---\n\n正文。"),
        ("a.md", "---\nb: &b [" + "x," * 99 + "]\n" + "c: &c [*b,*b,*b,*b]\n" * 50 + "---\n\n正文。"),
        ("a.md", "# 题\n\n" + "- " * 5_000 + "项"),
        ("a.md", "# 题\n\n" + "> " * 5_000 + "项"),
        ("a.md", "[" * 10_000 + "$" * 10_000 + "~~a" * 5_000),
        ("a.txt", "题\n\n" + "\n".join(f"（{c}）项目内容" for c in "一二三四" * 2_000)),
        ("a.txt", "题\n\n" + "\n".join(f"附件{i % 9}：名单" for i in range(8_000))),
        ("a.txt", "题\n\n共" + "9" * 5_000 + "元。\n第" + "9" * 5_000 + "条\n" + "9" * 5_000 + ". 项"),
        ("a.html", "<p>正文。</p>" + "<!--" * 20_000),
        ("a.html", "<p>正文。</p>" + "<b></b>" * 300_000),
    ],
)  # fmt: skip
def test_hostile_files_end_soon(tmp_path: Path, name: str, text: str) -> None:
    """Deep, repeated or endless input is read or refused with one sentence, within seconds."""
    began = time.process_time()
    with contextlib.suppress(DocumentError):
        read(tmp_path, text, name)
    assert time.process_time() - began < 10


def test_a_list_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    """Twenty levels are read whole; what would be dropped is refused with one sentence."""
    for levels, whole in ((20, True), (400, False)):
        text = "\n".join("  " * i + f"- 项{i}" for i in range(levels))
        if whole:
            assert len(block_texts(read(tmp_path, text, "a.md"))) == levels
        else:
            with pytest.raises(DocumentError, match="nested too deeply"):
                read(tmp_path, text, "a.md")


def test_find_files_names_documents_by_their_path(tmp_path: Path) -> None:
    """Ids are relative POSIX paths; what is skipped is named with a reason."""
    root = tmp_path / "资料 库"
    for name in ("b.txt", "子 目录/a 😀.md", ".hidden.txt", "x.exe", ".git/c.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    found, skipped = find_files([root])
    assert [i for i, _ in found] == ["b.txt", "子 目录/a 😀.md"]
    reasons = {Path(path).name: reason for path, reason in skipped}
    assert set(reasons) == {".hidden.txt", "x.exe", ".git"}
    assert "不支持" in reasons["x.exe"]
    assert find_files([root / "b.txt"])[0] == [("b.txt", root / "b.txt")]


def test_find_files_tells_equal_names_apart(tmp_path: Path) -> None:
    """Two files with one id from two folders carry the folders' names; the same file counts once."""
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("x")
    found, _ = find_files([tmp_path / "甲", tmp_path / "乙", tmp_path / "乙" / "a.txt"])
    assert [i for i, _ in found] == ["乙/a.txt", "甲/a.txt"]


def test_find_files_does_not_leave_its_folder(tmp_path: Path) -> None:
    """A link to the outside is skipped; a missing source is an error."""
    (tmp_path / "out.txt").write_text("secret")
    root = tmp_path / "in"
    root.mkdir()
    (root / "link.txt").symlink_to(tmp_path / "out.txt")
    (root / "folder").symlink_to(tmp_path)
    found, skipped = find_files([root])
    assert found == []
    assert len(skipped) == 2
    with pytest.raises(InputError, match=r"nowhere\.txt"):
        find_files([tmp_path / "nowhere.txt"])


_PIECES = (
    "一、|（一）|1、|1.1 |第一章 |①|关于|的意见|，|。|“|”|（|）|：|报：|作者：|徐枫|第7期|2024年6月3日|"
    "共印：70份|PM|2.5|word|"
    "工业是经济增长的引擎|……|……3|\u200b|3.5%|目录|结束语|本作品|版权所有|- |#|**|——|\n|\n\n|\f|　　| "
)
PIECES = st.sampled_from(_PIECES.split("|"))
TEXTS = st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=80).map("".join))


def check_document(document: Document) -> None:
    """What every document promises about its offsets."""
    text = document.text
    assert "\n".join(text[b.start : b.end] for b in document.blocks) == text
    ends = [0, *(b.end + 1 for b in document.blocks)]
    assert [b.start for b in document.blocks] == ends[: len(document.blocks)]
    assert all(b.end > b.start for b in document.blocks)
    starts = {b.start for b in document.blocks}
    assert all(h.start in starts and h.start < h.end <= len(text) and h.title for h in document.headings)
    assert [h.start for h in document.headings] == sorted({h.start for h in document.headings})
    level = 0
    for heading in document.headings:
        assert 1 <= heading.level <= level + 1
        level = heading.level
    for field in document.fields:
        assert 0 <= field.start < field.end <= len(text)
        assert field.value
    assert list(document.page_starts) == sorted(document.page_starts)
    assert not document.page_starts or document.page_starts[0] == 0


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_gives_a_sound_document(text: str) -> None:
    """Blocks cover the text in order, headings and fields lie inside it, and no letter is lost."""
    blocks = join_lines(split_lines(text))
    document = assemble(Extract(tuple(blocks)), "a.txt", "a", "0")
    check_document(document)
    visible = [c for c in "".join(line.text for line in split_lines(text)) if not c.isspace()]
    assert [c for c in document.text if not c.isspace()] == visible


@settings(max_examples=50, deadline=None)
@given(st.lists(st.builds(TextLine, st.text(min_size=1, max_size=40).filter(str.strip), st.integers(0, 3))))
def test_joining_lines_loses_nothing(lines: list[TextLine]) -> None:
    """Joining adds blanks only."""
    joined = "".join(block.text for block in join_lines(lines))
    assert joined.replace(" ", "") == "".join(line.text for line in lines).replace(" ", "")


def test_the_brief_reads_as_its_author_wrote_it() -> None:
    """The brief: its title, its fields, its sections, its twelve pages."""
    path = shared("brief", "suzhou-new-industrialization-2024-07.txt")
    document = read_document(path, path.name).document
    check_document(document)
    assert document.title == "关于苏州以新型工业化引擎 加快形成新质生产力的思考"
    quotes = {f.key: document.text[f.start : f.end] for f in document.fields}
    assert quotes["copies"] == "共印：70 份"
    assert quotes["issue"] == "第7期"
    assert quotes["author"] == "徐枫"
    assert document.metadata["year"] == "2024"
    assert [h.level for h in document.headings] == [1, 1, 1] + [2] * 7
    assert len(document.page_starts) == 12
    assert document.pages_inferred
    assert len(block_texts(document, BlockKind.TEXT)) == 14


def test_every_report_of_the_corpus_is_sound() -> None:
    """72 government work reports: title, year and paragraphs without cut ends."""
    for path in sorted(shared("corpus", "gov_work_reports_txt").glob("*.txt")):
        document = read_document(path, path.name).document
        check_document(document)
        assert document.title == path.stem.split("_", 1)[1]
        assert not document.page_starts


def test_page_marks_are_no_text(tmp_path: Path) -> None:
    """Page numbers that count up and the running title below them part no sentence."""
    lines = [
        "山塘村水费办法", "第一条 每户每月收取水费，标准为", "— 3 —", "", "山塘村水费办法", "12元，逾期加收",
        "1元。", "— 4 —", "山塘村水费办法", "第二条 本办法自下月起施行。", "— 5 —",
    ]  # fmt: skip
    path = tmp_path / "水费.txt"
    path.write_text("\n".join(lines), "utf-8")
    text = read_document(path, path.name).document.text
    assert "标准为12元" in text
    assert "—" not in text
    assert text.count("山塘村水费办法") == 1


@pytest.mark.parametrize("marks", ["- 1 -|- 3 -|- 8 -", "— 1 —", "1|2|3", "- 1 -|- 1 -|- 1 -"])
def test_numbers_that_do_not_count_pages_stay(tmp_path: Path, marks: str) -> None:
    """A column of figures, or one line that looks like a page number, is text, and so is what follows it."""
    rows = marks.split("|")
    path = tmp_path / "统计.txt"
    path.write_text("".join(f"甲{i}镇人口\n{row}\n合计\n" for i, row in enumerate(rows)), "utf-8")
    text = read_document(path, path.name).document.text
    assert [line for line in text.split("\n") if line in rows] == rows
    assert text.count("合计") == len(rows)


def test_an_article_that_stops_in_mid_sentence_goes_on(tmp_path: Path) -> None:
    """An article with a comma is prose, however short its first line; a list below a bare one is not."""
    document = read(tmp_path, "村规\n第五条 每户交会费，标准为\n20元。\n第六条 下列人员免交\n老人\n儿童\n")
    assert block_texts(document, BlockKind.TEXT)[-4:] == [
        "第五条 每户交会费，标准为20元。", "第六条 下列人员免交", "老人", "儿童",
    ]  # fmt: skip


def test_lines_without_an_indent_finish_indented_paragraphs(tmp_path: Path) -> None:
    """However ragged a text was cut; names in lines of their own finish no sentence."""
    ragged = "    村里的路灯每晚六点\n开，早上\n六点关。\n    路灯坏了打电话\n报修。\n"
    document = read(tmp_path, f"路灯守则\n{ragged}")
    assert block_texts(document)[-2:] == ["村里的路灯每晚六点开，早上六点关。", "路灯坏了打电话报修。"]
    names = read(tmp_path, "路灯守则\n    值班的人有\n老张\n老李\n    路灯每晚六点开。\n")
    assert block_texts(names)[1:] == ["值班的人有", "老张", "老李", "路灯每晚六点开。"]
