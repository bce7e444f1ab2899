"""Random inputs to all that reads what comes from outside: nothing but our own errors, in bounded time.

    python benchmarks/measure/fuzz.py [--inputs 100000] [--only questions]

Inputs are made by hypothesis, from pieces that mean something to the code; files are whole ones with bytes
changed, cut, doubled and put in. Each target gets its share of the inputs; the slowest input of each is told.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from briefqa import BriefQAError
from briefqa.answering.jsonable import to_json
from briefqa.question.followups import complete
from briefqa.question.limits import check_count, checked_history, checked_question
from briefqa.question.parsing import parse_question
from briefqa.reading.files import read_document
from briefqa.splitting.units import Units
from briefqa.store.build import stored_sources
from briefqa.store.manifest import read_manifest, sealed
from briefqa.store.origins import read_origins
from briefqa.ui.chat.turns import turn_from
from briefqa.ui.source.places import span_of
from briefqa.ui.web import login, policy
from briefqa.ui.web.hosts import Hosts, is_from_here

SLOWEST = 10.0  # seconds that one input may take on a busy machine


@dataclass(frozen=True, slots=True)
class Target:
    """What is fed, with what, and which share of the inputs it gets."""

    inputs: st.SearchStrategy[Any]
    feed: Callable[[Any], object]
    share: float


_PIECES = (
    "苏州市 无锡 江苏省 南京 全国 我国 国务院 教育局 王伟 吴庆文 苏州工业园区 Suzhou Wuxi Wu Qingwen "
    "2025年 二〇二六年 去年 今年 十四五 上半年 第一季度 3月5日 2020-2030年 第三条 第一百二十条 第七期 No.5 "
    "多少 几 哪些 谁 什么时候 何时 为什么 how many when who what is the latest 目前 最新 "
    "12家 3.5% 百分之二十 40万吨 1万亿元 十二个 1/9 ½ ² 〇 零 两 "
    "智能工厂 灯塔工厂 地铁 补贴 标准 目标 计划 报告 通知 办法 它 该 那 呢 还有 作者 文号 发布日期 有效期"
).split(" ")
_SIGNS = [*"？。，、；：（）《》【】“”…—·－＋％#*|\t\n\0\u200b\ufeff\u202e\ud800\udfff😀", "\r\n", " "]
words = st.lists(
    st.one_of(
        st.sampled_from(_PIECES),
        st.sampled_from(_SIGNS),
        st.text(max_size=3),
        st.integers(0, 10**40).map(str),
        st.sampled_from("零一二三四五六七八九十百千万亿兆").map(lambda numeral: numeral * 7),
    ),
    max_size=25,
).map("".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _embed(texts: Sequence[str]) -> Any:
    rows = [list(hashlib.sha256(text.encode("utf-8", "replace")).digest()) for text in texts]
    vectors = np.array(rows, np.float32).reshape(-1, 32) - 127.5
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _parse(text: str) -> None:
    question = parse_question(text)
    assert all(question.text[slot.start : slot.end] == slot.text for slot in question.slots)


def _complete(given: tuple[str, list[str]]) -> None:
    checked = checked_question(given[0])
    parse_question(complete(checked, checked_history(given[1]), _embed))


def _check(value: object) -> None:
    for check in (checked_question, checked_history, check_count):
        try:
            check(value)
        except BriefQAError as error:
            str(error).encode()


# -- files ---------------------------------------------------------------------------------------


def seeds() -> dict[str, bytes]:
    """A small whole file of each format, by its suffix."""
    text = (
        "甲市2024年工作报告\n\n一、工业\n\n甲市有12家智能工厂。去年新增3家。\n\n表1 工厂（单位：家）\n"
        "| 区 | 数 |\n|---|---|\n| 东区 | 5 |\n| 西区 | 7 |\n\n"
        "第一条 本办法自2024年3月1日起施行。\n1. 项目\n（一）内容\n"
    )
    rows = "".join(f"<tr><td rowspan=2>{n}</td><td colspan=2>值{n}</td></tr>" for n in range(3))
    body = f"<h1>甲市</h1><p>{text}</p><table>{rows}</table>"
    page = f"<html><head><title>甲</title></head><body>{body}</body></html>"
    front = "---\ntitle: 甲市报告\ndate: 2024-03-01\n---\n# 甲市\n\n"
    return {
        ".txt": text.encode(),
        ".md": (front + text + "\n[^1]: 注\n- [ ] 事\n```\nx\n```\n").encode(),
        ".html": page.encode(),
        ".docx": _docx(text),
        ".pdf": _pdf(text),
    }


def _docx(text: str) -> bytes:
    import docx

    document: Any = docx.Document()
    document.add_heading("甲市报告", 0)
    for line in text.splitlines():
        document.add_paragraph(line, style="List Number" if line.startswith("1.") else None)
    table = document.add_table(3, 2)
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            cell.text = f"值{number}"
    stored = io.BytesIO()
    document.save(stored)
    return stored.getvalue()


def _pdf(text: str) -> bytes:
    sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
    from pdfs import Rule, Text, make_pdf

    lines = [Text(72, 90 + 20 * n, line) for n, line in enumerate(filter(None, text.splitlines()))]
    rules = [Rule(70, 200 + 20 * n, 400, 200 + 20 * n) for n in range(4)]
    return make_pdf([[*lines, *rules], lines])


@st.composite
def spoiled(draw: Any, data: bytes) -> bytes:
    """`data` with some bytes changed, cut out, doubled or put in."""
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 40))
        piece = draw(
            st.one_of(
                st.just(b""), st.just(data[at : at + size] * 2), st.binary(max_size=12), words.map(_bytes)
            )
        )
        data = data[:at] + piece + data[at + size :]
    return data


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@st.composite
def spoiled_docx(draw: Any, data: bytes) -> bytes:
    """A DOCX of which one part is spoiled, and not only its ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = draw(st.sampled_from(sorted(name for name in parts if name.endswith(".xml"))))
    parts[name] = draw(spoiled(parts[name]))
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as package:
        for each, part in parts.items():
            package.writestr(each, part)
    return stored.getvalue()


def _reader(room: Path, suffix: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        path = room / f"甲{suffix}"
        path.write_bytes(data)
        reading = read_document(path, path.name)
        units = Units.split([reading.document])
        assert all(units.passage_text(number) for number in range(len(units.passages)))

    return read


# -- the index -----------------------------------------------------------------------------------


def _manifest(room: Path) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        (room / "manifest.json").write_bytes(data)
        read_manifest(room)
        stored_sources(room)

    return read


def _origins(room: Path) -> Callable[[Any], None]:
    def read(value: Any) -> None:
        (room / "SOURCES").write_text(json.dumps({"0" * 16: value}), "utf-8")
        read_origins(room, "0" * 16)

    return read


def _sealed_json(changes: Mapping[str, Any]) -> bytes:
    usual = {
        "format": 3,
        "model": {"name": "m", "dimension": 2, "digest": "d"},
        "settings": {},
        "counts": {},
        "documents": {},
        "files": {},
        "precision": "",
        "probe": [],
        "direction": [],
        "rounded_files": {},
        "sizes": {},
    }
    try:
        value = sealed({**usual, **changes})
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, UnicodeEncodeError):
        return b"{}"


def _from_browser(value: Any) -> None:
    turn = turn_from(value)
    if turn is not None:
        assert turn_from(to_json(turn)) == turn
    span_of(str(value))
    _ = [policy.is_open("GET", str(value)), Hosts("127.0.0.1").admits(str(value), "127.0.0.1")]
    is_from_here({"origin": str(value), "host": str(value)}, "POST")
    login.form(_bytes(str(value)))
    login.basic({"authorization": f"Basic {value}"})
    login.secret_in({"cookie": str(value)})


_TURN = {"question": "问", "state": "done", "answer": None, "error": "", "build": "", "documents": []}
turns = st.lists(
    st.one_of(
        json_values, st.dictionaries(st.sampled_from(sorted(_TURN)), json_values).map(lambda d: _TURN | d)
    ),
    max_size=4,
)


def targets(room: Path) -> dict[str, Target]:
    """Everything that is fed, by name; `room` is a folder for files."""
    whole = seeds()
    keys = [
        "format",
        "model",
        "documents",
        "files",
        "rounded_files",
        "sizes",
        "precision",
        "probe",
        "direction",
    ]
    manifests = st.dictionaries(st.sampled_from(keys), json_values, max_size=4).map(_sealed_json)
    readers = {
        f"read {suffix}": Target(
            spoiled_docx(data) | spoiled(data) if suffix == ".docx" else spoiled(data),
            _reader(room, suffix),
            0.06,
        )
        for suffix, data in whole.items()
    }
    return {
        "questions": Target(words, _parse, 0.3),
        "follow-ups": Target(st.tuples(words, st.lists(words, max_size=7)), _complete, 0.15),
        "arguments": Target(json_values | words, _check, 0.1),
        "manifests": Target(st.one_of(manifests, manifests.flatmap(spoiled)), _manifest(room), 0.05),
        "origins": Target(json_values, _origins(room), 0.05),
        "from a browser": Target(turns | json_values | words, _from_browser, 0.05),
        **readers,
    }


def fuzz(name: str, target: Target, inputs: int) -> tuple[int, float, str]:
    """Feed a target; returns (inputs, seconds of the slowest, what was wrong, "" if nothing)."""
    count, slowest, wrong = 0, 0.0, ""

    @given(target.inputs)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    def feed(value: Any) -> None:
        nonlocal count, slowest
        began = time.process_time()
        try:
            target.feed(value)
        except BriefQAError as error:
            if "\n" in str(error):
                raise AssertionError(f"more than one line: {error}") from error
        finally:
            count += 1
            slowest = max(slowest, time.process_time() - began)

    try:
        feed()
    except BaseException as error:
        notes = "; ".join(getattr(error, "__notes__", []))
        wrong = f"{type(error).__name__}: {str(error)[:200]} {notes[:400]}"
    if slowest > SLOWEST:
        wrong = wrong or f"an input took {slowest:.1f} s"
    return count, slowest, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    total, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, target in targets(Path(folder)).items():
            if options.only not in name:
                continue
            count, slowest, wrong = fuzz(name, target, max(int(options.inputs * target.share), 1))
            total, failed = total + count, failed + bool(wrong)
            print(
                f"{name}: {count:,} inputs, slowest {slowest:.2f} s; {wrong or 'nothing foreign'}", flush=True
            )
    print(f"{total:,} inputs, {failed} targets with failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
