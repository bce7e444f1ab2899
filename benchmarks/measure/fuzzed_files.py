"""Words and whole files, and files with bytes changed, cut, doubled and put in: for `fuzz`."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from hypothesis import strategies as st

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


def vector_seeds() -> tuple[bytes, bytes]:
    """A small file of vectors, and one of cells of as many."""
    vectors = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    flat, centres = faiss.IndexFlatIP(16), faiss.IndexFlatIP(16)
    cells: Any = faiss.IndexIVFRaBitQ(centres, 16, 1, faiss.METRIC_INNER_PRODUCT)
    cells.own_fields = True
    centres.this.disown()
    cells.train(vectors)
    for each in (flat, cells):
        each.add(vectors)
    return bytes(faiss.serialize_index(flat).tobytes()), bytes(faiss.serialize_index(cells).tobytes())
