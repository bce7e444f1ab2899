"""Formulas of DOCX files (OMML, and the older EQ fields) as one readable line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from briefqa.reading.formats.docx_numbers import W
from briefqa.reading.formats.formulas import fraction, grouped, power, root
from briefqa.reading.formats.scripts import lowered, raised

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CIRCLED = dict(zip(map(str, range(1, 21)), "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", strict=True))
_EQ_SWITCH = re.compile(r"\\(f|r|o|s|b|x|l|i|a|d)((?:\s*\\[a-z]+\s*\d*)*)\s*\(([^()]*)\)", re.I)
_MOST_EQ = 30  # switches within each other in one field


def math_line(element: Any) -> str:
    """The text of an m:oMath, or of any part of one."""
    return "".join(_piece(child) for child in element)


def _piece(element: Any) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag == M + "t" or tag == W + "t":
        return element.text or ""
    name = tag.removeprefix(M)
    if name.endswith("Pr") or tag in (W + "del", W + "moveFrom"):
        return ""
    reader = _READERS.get(name) if tag.startswith(M) else None
    return reader(element) if reader else math_line(element)


def _part(element: Any, name: str) -> str:
    found = element.find(M + name)
    return "" if found is None else math_line(found).strip()


def _setting(element: Any, name: str, default: str) -> str:
    found = element.find(f"{M}{element.tag.removeprefix(M)}Pr/{M}{name}")
    return default if found is None else found.get(M + "val", "")


def _below(text: str) -> str:
    small = lowered(text)
    return small if small != text or not text else f"_{grouped(text)}"


def _fraction(element: Any) -> str:
    top, bottom = _part(element, "num"), _part(element, "den")
    return f"({top} {bottom})" if _setting(element, "type", "bar") == "noBar" else fraction(top, bottom)


def _scripts(element: Any) -> str:
    sub, sup = _part(element, "sub"), _part(element, "sup")
    return _part(element, "e") + (lowered(sub) if sub else "") + (power(sup) if sup else "")


def _before(element: Any) -> str:
    return raised(_part(element, "sup")) + lowered(_part(element, "sub")) + _part(element, "e")


def _sum(element: Any) -> str:
    sign, sub, sup = _setting(element, "chr", "∫"), _part(element, "sub"), _part(element, "sup")
    return sign + _below(sub) + (power(sup) if sup else "") + _part(element, "e")


def _bracket(element: Any) -> str:
    inner = _setting(element, "sepChr", "|").join(math_line(e) for e in element.findall(M + "e"))
    return _setting(element, "begChr", "(") + inner + _setting(element, "endChr", ")")


def _function(element: Any) -> str:
    name, inner = _part(element, "fName"), _part(element, "e")
    return f"{name}{'' if inner.startswith('(') else ' '}{inner}"


def _lines(element: Any) -> str:
    return "；".join(math_line(e).replace("&", "") for e in element.findall(M + "e"))


def _matrix(element: Any) -> str:
    return "；".join(
        "，".join(math_line(e) for e in row.findall(M + "e")) for row in element.findall(M + "mr")
    )


_READERS: dict[str, Callable[[Any], str]] = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _before,
    "rad": lambda e: root(_part(e, "e"), _part(e, "deg")),
    "nary": _sum,
    "d": _bracket,
    "func": _function,
    "limLow": lambda e: _part(e, "e") + _below(_part(e, "lim")),
    "limUpp": lambda e: _part(e, "e") + power(_part(e, "lim")),
    "eqArr": _lines,
    "m": _matrix,
}


def field_line(instruction: str) -> str:
    r"""What an EQ field shows: ``EQ \f(1,2)`` → 1/2, ``eq \o\ac(○,3)`` → ③; other fields show nothing."""
    text = instruction.strip()
    if not re.match(r"eq\b", text, re.I):
        return ""
    text = text[2:].strip()
    for _ in range(_MOST_EQ):
        shown = _EQ_SWITCH.sub(_switched, text)
        if shown == text:
            break
        text = shown
    return text


def _switched(match: re.Match[str]) -> str:
    kind, options, inner = match[1].lower(), match[2].lower(), match[3]
    parts = [part.strip() for part in re.split(r"[,;，]", inner)]
    if kind == "f" and len(parts) == 2:
        return fraction(*parts)
    if kind == "r" and len(parts) <= 2:
        return root(parts[-1], parts[0] if len(parts) == 2 else "")
    if kind == "o" and len(parts) == 2 and parts[0] in ("○", "〇", "◯", "О", "O"):
        return _CIRCLED.get(parts[1], f"({parts[1]})")
    if kind == "s" and ("\\up" in options or "\\do" in options):
        return (raised if "\\up" in options else lowered)(inner)
    return f"{{{inner}}}" if kind == "b" else inner
