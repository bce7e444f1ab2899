"""What every reader returns: logical blocks and properties, before the document is assembled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from briefqa.reading.document import BlockKind
from briefqa.reading.tables import Table
from briefqa.text.folding import has_han

_FRONT = 20  # blocks in which a title may stand

Boxes = npt.NDArray[np.float32]
OnPage = Callable[[int, int], None]  # (pages done, pages in all)

MAX_FILE_BYTES = 512 * 2**20  # a whole file is read into memory once
MAX_TEXT_BYTES = 128 * 2**20  # of a text, Markdown or HTML file: some 40 million Chinese characters
MAX_TEXT_CHARS = 40_000_000  # 60 times the 72 government work reports together


@dataclass(frozen=True, slots=True)
class RawBlock:
    """One logical paragraph as a reader found it.

    Attributes:
        text: without line breaks.
        kind: TEXT, NOTE or a kind of table line; the front, back and headings are found later.
        level: heading level from the format's own styles; 0 is the document's title.
        breaks: offsets in `text` at which a page begins, in order; for a source without pages,
            offsets at which a blank line cut a sentence.
        gap: blank lines above it; 0 when it follows the line before directly.
        size: font size in points; 0 when unknown.
        bold: the whole block is bold.
        centred: set in the middle, where authors cut titles and notes into lines of their own.
        boxes: float32 (len(text), 4), see `Document.boxes`.
        table, line: the table that this is a line of, and which; None for any other block.
    """

    text: str
    kind: BlockKind = BlockKind.TEXT
    level: int | None = None
    breaks: tuple[int, ...] = ()
    gap: int = 1
    size: float = 0.0
    bold: bool = False
    boxes: Boxes | None = field(default=None, compare=False, repr=False)
    table: Table | None = field(default=None, compare=False, repr=False)
    line: int = 0
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Extract:
    """A file's blocks and the honest report of how they were read.

    `paged`: `RawBlock.breaks` are real pages, the first of which begins at offset 0.
    """

    blocks: tuple[RawBlock, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    paged: bool = False
    ocr_pages: tuple[int, ...] = ()
    removed_lines: int = 0
    empty_pages: tuple[int, ...] = ()
    suspect_pages: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


def without_foreign_title(
    properties: Mapping[str, str], blocks: Sequence[RawBlock], stem: str
) -> dict[str, str]:
    """What an office file keeps of itself, without a title that is of the file it was made from.

    Such a title outlives all that is written since: it counts where it is printed, or the file's name,
    `stem`, has no words of Chinese that tell more.
    """
    title = "".join(properties.get("title", "").split())
    front = "".join("".join(block.text for block in blocks[:_FRONT]).split())
    foreign = has_han(stem) and title not in front
    return {key: value for key, value in properties.items() if not (foreign and key == "title")}
