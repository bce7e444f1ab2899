"""The tables of sets/tables/tables.json as HTML, Markdown, HTML in Markdown, Word and PDF files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
from benchmarks.common import BENCHMARK_SETS
from tests.pdfs import Rule, Text, columns_of, make_pdf

SPECIFIED = BENCHMARK_SETS / "tables" / "tables.json"
Grid = list[list[str]]


@dataclass(frozen=True)
class WrittenTable:
    """A table as data; a text that is repeated in neighbouring header or label cells is one merged cell.

    `labels`: how many of the first columns name the row.
    """

    file: str
    title: str
    caption: str
    unit: str
    header: Grid
    labels: int
    rows: Grid

    @property
    def grid(self) -> Grid:
        return self.header + self.rows

    @property
    def caption_line(self) -> str:
        return self.caption + (f"（单位：{self.unit}）" if self.unit else "") if self.caption else ""

    def header_of(self, column: int) -> str:
        """As a question says it: stacked headers together, without the unit in brackets."""
        stacked = dict.fromkeys(line[column] for line in self.header)
        return "".join(text.split("（")[0] for text in stacked)


def write_tables(folder: Path) -> list[WrittenTable]:
    """Write every document into `folder`; the tables that they hold."""
    tables: list[WrittenTable] = []
    for record in json.loads(SPECIFIED.read_text("utf-8")):
        own = [WrittenTable(record["file"], record["title"], **each) for each in record["tables"]]
        path = folder / record["file"]
        lead = (record["title"], record["text"])
        if path.suffix == ".docx":
            _docx(path, lead, own)
        elif path.suffix == ".pdf":
            path.write_bytes(_pdf(lead, own[0], record["style"]))
        else:
            path.write_text(_marked_up(path.suffix, lead, own, record.get("html", False)), "utf-8")
        tables += own
    return tables


def _merges(table: WrittenTable) -> Iterator[tuple[int, int, int, int]]:
    """(row, column, rows, columns) of every cell, merged ones once."""
    grid, taken = table.grid, set[tuple[int, int]]()
    for row, line in enumerate(grid):
        for column, text in enumerate(line):
            if (row, column) in taken:
                continue
            rows = columns = 1
            in_header = row < len(table.header)
            while in_header and column + columns < len(line) and line[column + columns] == text:
                columns += 1
            last = len(table.header) if in_header else len(grid)
            while (
                (in_header or column < table.labels - 1)
                and row + rows < last
                and (grid[row + rows][column] == text)
            ):
                rows += 1
            taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
            yield row, column, rows, columns


def _html(table: WrittenTable) -> str:
    lines = [""] * len(table.grid)
    for row, column, rows, columns in _merges(table):
        tag = "th" if row < len(table.header) else "td"
        spans = f' rowspan="{rows}"' * (rows > 1) + f' colspan="{columns}"' * (columns > 1)
        lines[row] += f"<{tag}{spans}>{escape(table.grid[row][column])}</{tag}>"
    return "<table>" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _pipes(table: WrittenTable) -> str:
    ruled = [*table.header, ["---"] * len(table.header[0]), *table.rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in ruled)


def _marked_up(suffix: str, lead: tuple[str, str], tables: Sequence[WrittenTable], as_html: bool) -> str:
    if suffix == ".html":
        body = "".join(f"<p>{escape(each.caption_line)}</p>{_html(each)}" for each in tables)
        return (
            f"<title>{lead[0]}</title><h1>{lead[0]}</h1><p>{lead[1]}</p>{body}<p>以上数据为初步统计数。</p>"
        )
    write = _html if as_html else _pipes
    body = "\n\n".join(f"{each.caption_line}\n\n{write(each)}" for each in tables)
    return f"# {lead[0]}\n\n{lead[1]}\n\n{body}\n\n以上数据为初步统计数。\n"


def _docx(path: Path, lead: tuple[str, str], tables: Sequence[WrittenTable]) -> None:
    document: Any = docx.Document()
    document.add_heading(lead[0], 0)
    document.add_paragraph(lead[1])
    for table in tables:
        document.add_paragraph(table.caption_line)
        grid = document.add_table(len(table.grid), len(table.grid[0]))
        for row, column, rows, columns in _merges(table):
            cell = grid.cell(row, column)
            if rows > 1 or columns > 1:
                cell = cell.merge(grid.cell(row + rows - 1, column + columns - 1))
            cell.text = table.grid[row][column]
    document.add_paragraph("以上数据为初步统计数。")
    document.save(str(path))


def _pdf(lead: tuple[str, str], table: WrittenTable, style: str) -> bytes:
    """On as many pages as it takes; `style`: boxes, columns (no rules between rows), three-line or bare."""
    pages: list[list[Text | Rule]] = [[Text(120, 80, lead[0], 20), Text(70, 115, lead[1])]]
    if table.caption_line:
        pages[0].append(Text(200, 140, table.caption_line, 10))
    edges = [70 + 450 * column / len(table.grid[0]) for column in range(len(table.grid[0]) + 1)]
    rows, y = list(table.rows), 170.0
    while rows:
        room = int((780 - y) // 20)
        _draw(pages[-1], [*table.header, *rows[:room]], edges, y, style)
        rows, y = rows[room:], 80.0
        if rows:
            pages.append([])
    return make_pdf(pages)


def _draw(page: list[Text | Rule], grid: Grid, edges: Sequence[float], top: float, style: str) -> None:
    bottom = top + 20 * len(grid)
    for number, line in enumerate(grid):
        for text, (left, right) in zip(line, pairwise(edges), strict=True):
            middle = (left + right) / 2 - columns_of(text) * 2.25
            page.append(Text(round(middle, 1), top + 20 * number + 14, text, 9))
    ruled = {"boxes": range(len(grid) + 1), "bare": ()}.get(style, (0, 1, len(grid)))
    page += [Rule(edges[0], top + 20 * number, edges[-1], top + 20 * number) for number in ruled]
    if style in ("boxes", "columns"):
        page += [Rule(x, top, x, bottom) for x in edges]
