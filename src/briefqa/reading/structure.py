"""Blocks of any format → `Document`: the one place where text, headings, fields and pages meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np

from briefqa.reading.document import Block, BlockKind, Document, Field, Heading, YearPart
from briefqa.reading.document_year import year_of_name
from briefqa.reading.editions import dates
from briefqa.reading.formats.base import Boxes, Extract, RawBlock
from briefqa.reading.formats.text import clean
from briefqa.reading.frontmatter import Matter, find_matter
from briefqa.reading.headings import FoundHeading, find_headings
from briefqa.reading.pages import infer_page_starts
from briefqa.reading.parts import FoundPart, find_parts
from briefqa.reading.table_marks import find_tables
from briefqa.text.folding import fold
from briefqa.text.quantities import years


def assemble(extract: Extract, document_id: str, stem: str, sha256: str) -> Document:
    """The document of an extract; `stem` is the file's name without its suffix."""
    blocks = _tidied(extract.blocks)
    matter = find_matter(blocks, stem)
    title = matter.title or extract.properties.get("title") or stem
    year = _year(extract, matter, title, stem)
    parts = _parts(blocks, matter, title, year)
    headings = find_headings(blocks, matter.body, [part.block for part in parts])
    own_line = {h.block for h in headings if h.own_line}
    text = "\n".join(block.text for block in blocks)
    starts = _starts(blocks)
    fields = tuple(
        Field(f.key, f.value, starts[f.block] + f.start, starts[f.end_block] + f.end)
        for f in matter.fields
        if f.key != "year" or f.value == year
    )
    tables, kinds = find_tables(blocks, starts, matter.body, own_line)
    page_starts, inferred = _pages(extract, blocks, starts, len(text))
    return Document(
        id=document_id,
        title=title,
        text=text,
        sha256=sha256,
        metadata=MappingProxyType(_metadata(extract, fields, title, year)),
        blocks=tuple(
            Block(
                start,
                start + len(block.text),
                kinds.get(i) or _kind(i, block, matter.body, matter.back, own_line),
            )
            for i, (block, start) in enumerate(zip(blocks, starts, strict=True))
        ),
        headings=tuple(_placed(headings, parts, blocks, starts)),
        parts=tuple(YearPart(starts[each.block], each.year, each.title, each.date) for each in parts),
        fields=fields,
        tables=tables,
        page_starts=page_starts,
        pages_inferred=inferred,
        ocr_pages=extract.ocr_pages,
        boxes=_boxes(blocks, len(text)),
    )


def _year(extract: Extract, matter: Matter, title: str, stem: str) -> str:
    """The year that is printed; where no title is, first that of the title or of the file's name; or "".

    A date that is printed is that of the issue, and a bulletin of 2023 is issued in 2024.
    """
    printed = next((each.value for each in matter.fields if each.key == "year"), "")
    unprinted = (year_of_name(title) or year_of_name(stem)) if matter.title is None else ""
    dated = re.match(r"(?:19|20)\d\d(?=\D)", extract.properties.get("date", ""))
    return unprinted or printed or (dated.group() if dated else "") or year_of_name(stem)


def _metadata(extract: Extract, fields: Sequence[Field], title: str, year: str) -> dict[str, str]:
    """The first field of each key, of amendments the last; the file's own properties below them."""
    found = {**extract.properties, **{f.key: f.value for f in reversed(fields)}, "title": title}
    amended = [f.value for f in fields if f.key == "amended"]
    if amended:
        found["amended"] = max(amended, key=lambda value: max(dates(value), default=date.min))
    return {**found, "year": year} if year else found


def _parts(blocks: Sequence[RawBlock], matter: Matter, title: str, year: str) -> tuple[FoundPart, ...]:
    printed = next((each for each in matter.fields if each.key == "title"), None)
    titled = (printed.block, printed.end_block) if printed else None
    return find_parts(blocks, matter.body, title, int(year) if year else None, titled)


def _placed(
    headings: Sequence[FoundHeading],
    parts: Sequence[FoundPart],
    blocks: Sequence[RawBlock],
    starts: Sequence[int],
) -> Iterator[Heading]:
    """The headings with their offsets; a part without a title of its own is shown by its year."""
    of_parts = {part.block: part for part in parts}
    for each in headings:
        text, part = blocks[each.block].text[: each.end], of_parts.get(each.block)
        shown = text if part is None else _shown(part)
        yield Heading(starts[each.block], starts[each.block] + each.end, each.level, _heading_title(shown))


def _shown(part: FoundPart) -> str:
    if not part.printed:
        return f"{part.year}年"
    told = part.year in years(fold(part.title))
    return part.title if told else f"{part.title}（{part.year}年）"


def _kind(index: int, block: RawBlock, body: range, back: frozenset[int], own_line: set[int]) -> BlockKind:
    if block.kind is not BlockKind.TEXT:
        return block.kind
    if index < body.start:
        return BlockKind.FRONT
    if index in back:
        return BlockKind.BACK
    return BlockKind.HEADING if index in own_line else BlockKind.TEXT


def _heading_title(text: str) -> str:
    return re.sub(r"[。．.：:；;\s]+$", "", text) or text


def _starts(blocks: Sequence[RawBlock]) -> list[int]:
    starts, offset = [], 0
    for block in blocks:
        starts.append(offset)
        offset += len(block.text) + 1
    return starts


def _tidied(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Blocks without white space at their ends, invisible characters or line breaks; none empty."""
    tidy: list[RawBlock] = []
    pending: tuple[int, ...] = ()
    gap = 0
    for block in blocks:
        block = _tidy(block)
        if not block.text:
            pending += (0,) * len(block.breaks)
            gap += block.gap
            continue
        tidy.append(
            replace(block, breaks=pending + block.breaks, gap=block.gap + gap) if pending or gap else block
        )
        pending, gap = (), 0
    if pending and tidy:
        last = tidy[-1]
        tidy[-1] = replace(last, breaks=last.breaks + (len(last.text),) * len(pending))
    return tidy


def _tidy(block: RawBlock) -> RawBlock:
    text = clean(block.text)
    if text == block.text.strip() == block.text and "\n" not in text and "\f" not in text:
        return block
    keep = [i for i, c in enumerate(block.text) if clean(c) == c or c == "\u200d"]
    chars = [" " if block.text[i] in "\n\f" else block.text[i] for i in keep]
    while chars and chars[-1].isspace():
        chars.pop()
    first = next((k for k, c in enumerate(chars) if not c.isspace()), len(chars))
    keep = keep[first : len(chars)]
    breaks = tuple(int(np.searchsorted(keep, b)) for b in block.breaks)
    boxes = block.boxes[keep] if block.boxes is not None else None
    return replace(block, text="".join(chars[first:]), breaks=breaks, boxes=boxes)


def _pages(
    extract: Extract, blocks: Sequence[RawBlock], starts: Sequence[int], length: int
) -> tuple[tuple[int, ...], bool]:
    cuts = [start + b for block, start in zip(blocks, starts, strict=True) for b in block.breaks]
    if extract.paged:
        return tuple(sorted([0, *cuts[1:]] if cuts else [])), False
    inferred = infer_page_starts([c for c in cuts if c], starts, length)
    return inferred, bool(inferred)


def _boxes(blocks: Sequence[RawBlock], length: int) -> Boxes | None:
    if all(block.boxes is None for block in blocks):
        return None
    boxes = np.full((length, 4), np.nan, dtype=np.float32)
    offset = 0
    for block in blocks:
        if block.boxes is not None:
            boxes[offset : offset + len(block.text)] = block.boxes
        offset += len(block.text) + 1
    return boxes
