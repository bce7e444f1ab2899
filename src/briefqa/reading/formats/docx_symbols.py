"""Characters of symbol fonts in DOCX files: ticked and empty boxes, bullets, Greek letters.

Such a font draws ☑ where the file only says "character FE of Wingdings". What is in no table
becomes U+FFFD, so that the report can say that something could not be read.
"""

from __future__ import annotations

_WINGDINGS = {
    0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□",
    0x70: "□", 0x71: "□", 0x72: "□", 0x73: "◆", 0x74: "◆", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x78: "☒",
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "□", 0xAA: "✦", 0xAB: "★",
    0xB2: "✧", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨",
    0xFB: "✗", 0xFC: "√", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS |= {0x80 + n: char for n, char in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")}
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "⊗", 0x56: "⊗", 0x97: "●",
    0x98: "●", 0x99: "○", 0x9A: "○", 0x9F: "■", 0xA0: "■", 0xA1: "□", 0xA2: "□", 0xA3: "□", 0xA4: "□",
    0xA5: "□", 0xAE: "◆", 0xAF: "◇",
}  # fmt: skip
_WINGDINGS_2 |= {0x69 + n: char for n, char in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")}
_SYMBOL_TEXT = (
    " !∀#∃%&∍()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
)
_SYMBOL = {0x20 + n: char for n, char in enumerate(_SYMBOL_TEXT)}
_SYMBOL |= {
    0xA0 + n: char
    for n, char in enumerate("€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑")
}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


def is_symbol_font(font: str) -> bool:
    """Whether the characters of a font are other ones than their codes say."""
    return font.lower() in _FONTS or font.lower().startswith(("wingdings", "webdings"))


def symbol(font: str, code: int) -> str:
    """The character that a symbol font shows for a code (0x00–0xFF or 0xF000–0xF0FF)."""
    table = _FONTS.get(font.lower())
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if table is not None and low <= 0xFF:
        return " " if low == 0x20 else table.get(low, "\ufffd")
    if is_symbol_font(font) or 0xE000 <= code <= 0xF8FF or not 0x20 <= code < 0x110000:
        return "\ufffd"
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
