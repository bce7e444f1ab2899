"""Paragraph styles of DOCX files: heading level, numbering, size, with what they inherit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from briefqa.reading.formats.docx_numbers import W, value_of, whole

_TITLE = ("title", "标题")
TITLE_NAMES = (*_TITLE, "subtitle", "副标题")  # of styles, and their sample texts in templates


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says, its ancestors included."""

    level: int | None = None  # heading level; 0 is the title
    number_id: str = ""
    number_level: int | None = None
    size: float = 0.0
    bold: bool = False
    contents: bool = False  # a line of the table of contents
    centred: bool = False
    title: bool = False  # of the title or of the line below it


def read_styles(root: Any) -> dict[str, Style]:
    """Paragraph styles by id, each with what it inherits."""
    elements = {style.get(W + "styleId", ""): style for style in root.findall(W + "style")}

    def resolve(key: str, depth: int = 0) -> Style:
        element = elements.get(key)
        if element is None or depth > 20:
            return Style()
        return _own_style(element, resolve(value_of(element, "basedOn"), depth + 1))

    return {key: resolve(key) for key in elements}


def _own_style(element: Any, base: Style) -> Style:
    name = value_of(element, "name").lower()
    properties, run = element.find(W + "pPr"), element.find(W + "rPr")
    number = None if properties is None else properties.find(W + "numPr")
    outline, size = value_of(properties, "outlineLvl"), value_of(run, "sz")
    number_level = value_of(number, "ilvl")
    heading = re.fullmatch(r"(?:heading|标题)\s*(\d)", name)
    level = base.level
    if name in _TITLE:
        level = 0
    elif heading:
        level = int(heading.group(1))
    elif outline.isdecimal() and len(outline) == 1:
        level = int(outline) + 1 if int(outline) < 9 else None
    return Style(
        level=level,
        number_id=value_of(number, "numId", base.number_id),
        number_level=whole(number_level, 0) if number_level else base.number_level,
        size=whole(size, 0) / 2 if size else base.size,
        bold=base.bold
        if run is None or run.find(W + "b") is None
        else value_of(run, "b", "1") not in ("0", "false"),
        contents=re.match(r"(?:toc|目录)(?:\s*\d| heading|$)", name) is not None,
        centred=is_centred(properties, base.centred),
        title=base.title or name in TITLE_NAMES,
    )


def is_centred(properties: Any, inherited: bool) -> bool:
    """Whether the properties of a paragraph or a style set it in the middle."""
    aligned = value_of(properties, "jc")
    return aligned == "center" if aligned else inherited
