"""Cells drawn at random from tables of varied shape and format, each asked for by its row and its column.

    python benchmarks/measure/tables.py [--cells 200] [--seed 1] [--show]

The tables of sets/tables/tables.json are written as files (HTML, Markdown, HTML in Markdown, Word, PDF with
boxes, columns, three lines or nothing) and built into one index. A question is made of the row's label, the
column's header and the caption (of a table without one: the document's title). It is right when the first
quote is the row itself, shown with the header of the cell. Questions for a numbered row that no table has
(第63社区 of 60) must be refused.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import machine, write_results
from benchmarks.table_files import WrittenTable, write_tables

from briefqa import Index, build_index, open_index
from briefqa.answering.answer import Answer

TEMPLATES = (
    "{about}，{row}的{column}是多少？",
    "{about}中{row}{column}是多少？",
    "{row}的{column}是多少（{about}）？",
    "按照{about}，{row}的{column}为多少？",
)
ABSENT = re.compile(r"第(\d+)社区|(\d+)号楼|(\d+)号线|(\d+)月|(20\d\d)年")


@dataclass(frozen=True)
class DrawnCell:
    """A cell of a table: where it is, and the question for it."""

    table: WrittenTable
    row: int
    column: int
    question: str

    @property
    def text(self) -> str:
        return self.table.rows[self.row][self.column]


def draw(tables: list[WrittenTable], count: int, rng: random.Random) -> list[DrawnCell]:
    """Cells drawn alike from all tables, then from a table's rows and columns."""
    drawn = []
    for _ in range(count):
        table = rng.choice(tables)
        row = rng.randrange(len(table.rows))
        column = rng.randrange(table.labels, len(table.header[0]))
        drawn.append(DrawnCell(table, row, column, question(table, row, column, rng)))
    return drawn


def question(table: WrittenTable, row: int, column: int, rng: random.Random) -> str:
    label = "".join(re.sub(r"^其中：", "", each) for each in table.rows[row][: table.labels])
    about = re.sub(r"^表\d+ ", "", table.caption) or table.title
    asked = rng.choice(TEMPLATES).format(about=about, row=label, column=table.header_of(column))
    return asked if table.rows[row][column][0].isdigit() else asked.replace("多少", "什么")


def missing_rows(tables: list[WrittenTable], rng: random.Random) -> list[str]:
    """Questions for rows that are numbered beyond the last one of their table."""
    asked = []
    for table in tables:
        last = ABSENT.fullmatch(table.rows[-1][0]) or ABSENT.fullmatch(table.rows[0][0])
        for beyond in (1, 3, 7) if last else ():
            number = max(len(table.rows), int(last[last.lastindex])) + beyond
            label = last[0].replace(last[last.lastindex], str(number))
            asked.append(f"{table.title}，{label}的{table.header_of(rng.randrange(1, 3))}是多少？")
    return asked


def is_row(answer: Answer, cell: DrawnCell) -> bool:
    """Whether the first quote is the row, whole, with the header above the cell."""
    if not answer.citations or answer.citations[0].document_id != cell.table.file:
        return False
    first = answer.citations[0]
    header = " ".join(dict.fromkeys(line[cell.column] for line in cell.table.header))
    said = f"{header}：{cell.text}"
    whole = [each.replace(" ", "") for each in first.quote.split(" | ")] == [
        each.replace(" ", "") for each in cell.table.rows[cell.row]
    ]
    about = cell.table.caption in first.context
    return whole and about and said.replace(" ", "") in first.context.replace(" ", "")


def measure(index: Index, cells: list[DrawnCell], show: bool) -> None:
    found: dict[str, list[tuple[bool, ...]]] = defaultdict(list)
    for cell in cells:
        answer = index.ask(cell.question)
        right = is_row(answer, cell)
        first = answer.hits[0].sentence.text.split(" | ") == cell.table.rows[cell.row]
        marked = answer.citations[0].cell if right else None
        is_marked = marked is not None and index.document(cell.table.file).text[slice(*marked)] == cell.text
        found[cell.table.file].append((right, first, answer.found, is_marked))
        if show and not is_marked:
            best = answer.hits[0].sentence.text
            got = answer.citations[0].quote if answer.found else f"refused {answer.confidence:.2f}, {best}"
            print(f"  {cell.question}\n    wanted {cell.table.rows[cell.row]}\n    {got[:120]} {marked}")
    every = [each for rights in found.values() for each in rights]
    print("document, questions; row with its header quoted; row ranked first; answered; cell marked")
    for name, rights in [*sorted(found.items()), ("all", every)]:
        shares = [sum(each[n] for each in rights) / len(rights) for n in range(4)]
        figures = "  ".join(f"{share:.3f}" for share in shares)
        print(f"{name:<24}{len(rights):>5}  {figures}")
        named = dict(zip(("row quoted", "row first", "answered", "cell marked"), shares, strict=True))
        write_results("tables", name, {"questions": len(rights)} | named)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        tables = write_tables(Path(folder))
        build_index(folder, Path(folder) / "index")
        print(f"{machine()}\n{len(tables)} tables, {sum(len(each.rows) for each in tables)} rows")
        with open_index(Path(folder) / "index") as index:
            measure(index, draw(tables, options.cells, rng), options.show)
            absent = missing_rows(tables, rng)
            answers = [index.ask(each) for each in absent]
            refused = sum(not each.found for each in answers)
            write_results("tables", "rows that are not there", {"refused": refused, "of": len(absent)})
            print(f"rows that are not there refused: {refused} of {len(absent)}")
            if options.show:
                print(*(f"  {a.question} {a.text}" for a in answers if a.found), sep="\n")


if __name__ == "__main__":
    main()
