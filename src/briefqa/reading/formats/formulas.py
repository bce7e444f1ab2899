r"""Formulas in one line of plain characters, from Word's OMML (`docx_math`) or from LaTeX.

A fraction is (a+b)/c, a root √(x+1), a power x² or x^(n+k); brackets stand where the line would be
read otherwise. What is unknown is kept as it is written, so that no number gets lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefqa.reading.formats.scripts import lowered, raised

_ATOM = re.compile(r"[\w.%]+|\([^()]*\)|（[^（）]*）")
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}^_&~]|\s+|[^\\{}^_&~\s]", re.S)
_DEEPEST = 40  # groups within groups
_GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi "
        "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(),
        "αβγδεεζηθλμνξπρστφφχψωΓΔΘΛΞΠΣΦΨΩ",
        strict=True,
    )
)
_WORDS = """
    times × cdot · ast * div ÷ pm ± mp ∓ le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ ne ≠ neq ≠ approx ≈
    equiv ≡ sim ~ propto ∝ sum ∑ prod ∏ int ∫ infty ∞ partial ∂ nabla ∇ circ ° degree ° prime ′ to →
    rightarrow → Rightarrow ⇒ leftarrow ← ldots … cdots … dots … cup ∪ cap ∩ in ∈ subset ⊂ forall ∀ exists ∃
    mid | vert | lbrace { rbrace } langle ⟨ rangle ⟩ star ★ bullet •
""".split()
_SILENT = "left right big Big bigg displaystyle limits nolimits".split()
_SIGNS = (
    _GREEK
    | dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
    | {"quad": " ", "qquad": " "}
    | dict.fromkeys(_SILENT, "")
)
_FRACTIONS = frozenset("frac dfrac tfrac cfrac".split())
_PLAIN = frozenset(
    "text textrm textbf mathrm mathbf mathit mathsf mathbb mathcal operatorname mbox hbox bm boldsymbol "
    "overline underline bar hat vec tilde boxed".split()
)


def grouped(text: str) -> str:
    """`text` in brackets, unless it is one number, word or bracket already."""
    text = text.strip()
    return text if _ATOM.fullmatch(text) or not text else f"({text})"


def fraction(top: str, bottom: str) -> str:
    """a/b, (a+b)/(c+d)."""
    return f"{grouped(top)}/{grouped(bottom)}"


def root(inner: str, degree: str = "") -> str:
    """√2, ³√(x+1)."""
    return f"{raised(degree)}√{grouped(inner)}"


def power(text: str) -> str:
    """An exponent, never lost in the line: ², ^(n+k)."""
    small = raised(text)
    return small if small != text or not text.strip() or text.strip() in "′°*'" else f"^{grouped(text)}"


def latex_line(source: str) -> str:
    """LaTeX of one formula as readable text; at most as long as `source`, give or take brackets."""
    tokens = _TOKEN.findall(source)
    tokens.reverse()
    return re.sub(r"\s+", " ", "".join(_pieces(tokens, 0))).strip()


def _pieces(tokens: list[str], depth: int, closing: str = "") -> Iterator[str]:
    """The readable pieces up to the closing sign; takes its tokens from the list's end."""
    while tokens:
        token = tokens.pop()
        if token == closing:
            return
        yield _piece(token, tokens, depth)


def _piece(token: str, tokens: list[str], depth: int) -> str:
    if token in "{}&":
        return "".join(_pieces(tokens, depth + 1, "}")) if token == "{" and depth < _DEEPEST else ""
    if token == "^":
        return power(_argument(tokens, depth))
    if token == "_":
        return lowered(_argument(tokens, depth))
    if token == "~":
        return " "
    if not token.startswith("\\"):
        return token
    return _command(token[1:], tokens, depth)


def _command(name: str, tokens: list[str], depth: int) -> str:
    if name in _FRACTIONS:
        return fraction(_argument(tokens, depth), _argument(tokens, depth))
    if name == "sqrt":
        degree = ""
        if tokens and tokens[-1] == "[":
            tokens.pop()
            degree = "".join(_pieces(tokens, depth + 1, "]"))
        return root(_argument(tokens, depth), degree)
    if name in _PLAIN:
        return _argument(tokens, depth)
    if name in ("begin", "end"):
        _argument(tokens, depth)
        return ""
    if name in ("\\", ",", ";", ":", "!", " "):
        return " "
    return _SIGNS.get(name, name)


def _argument(tokens: list[str], depth: int) -> str:
    while tokens and tokens[-1].isspace():
        tokens.pop()
    return _piece(tokens.pop(), tokens, depth + 1) if tokens and depth < _DEEPEST else ""
