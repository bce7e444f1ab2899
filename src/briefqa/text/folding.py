"""One character in, one character out: how text is folded for matching, never for showing.

Width (Ａ → A), case (A → a), script (traditional → simplified, by OpenCC's character table) and compatibility
forms are folded so that the same words compare equal however they were typed. Because each
character maps to exactly one, offsets into the folded text are offsets into the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from briefqa.text.numbering import TO_TEN

# What copies from PDF files have in place of characters: the radicals that Unicode gives no
# compatibility form (it does for U+2F00–2FDF), by EquivalentUnifiedIdeograph.txt; simplified
# where a supplement radical is the traditional form of one.
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺈⺉⺊⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲"
    "⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣"
    "⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_CHARACTERS = (
    "厂乛乚乙亻冂刀刂卜小小尢尣尢尣巳幺彑彐忄扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒"
    "羊羊羋耂肀聿肉臼艹艹艹虎衤西西见角角讠贝足车辶辶辶阝钅长长长门阜阝雨青韦页风飞食食飠饣首马骨"
    "鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟亀龟"
)
_UNIFIED = {ord(a): b for a, b in zip(_RADICALS, _CHARACTERS, strict=True)} | {
    code: form for code in range(0x2F00, 0x2FD6) if len(form := unicodedata.normalize("NFKC", chr(code))) == 1
}
# As plain digits 10³ would read as 103; after anything but a digit m² is m2.
_POWER = re.compile(r"(?<=[0-9０-９])[⁰¹²³⁴-⁹]+")
# The zero of a year is typed as a circle, and as a letter or a figure among Chinese digits.
_CIRCLES = "○◯"
_MIXED_YEAR = re.compile(rf"[{TO_TEN[:2]}][〇o0{TO_TEN}]{{3}}(?=年)")
_ZEROS = str.maketrans("o0", "〇〇")


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # when the first character is folded: not for a program that only imports this

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _simpler(character: str) -> str:
    return _converter()(character)


class _Table(dict[int, int]):
    """Code point → folded code point, filled when a character is first met."""

    def __missing__(self, code: int) -> int:
        folded = self._fold(chr(code))
        self[code] = folded
        return folded

    def _fold(self, character: str) -> int:
        if character == "，":  # as a half-width comma it would join 2023，2024 into one number
            return ord(character)
        if character in _CIRCLES:
            return ord("〇")
        for step in (unified, _compatible, str.lower, _simpler):
            changed = step(character)
            if len(changed) == 1:  # ½ would become three characters: it stays as it is
                character = changed
        return ord(character)


def unified(text: str) -> str:
    """`text` with radicals (⻘, ⼯) as the characters that they look like, one for one."""
    return text.translate(_UNIFIED)


def _compatible(character: str) -> str:
    digit = unicodedata.decimal(character, None)  # of any script: ٣ is 3
    return unicodedata.normalize("NFKC", character) if digit is None else str(digit)


class _Simplified(dict[int, int]):
    """Code point → its simplified form, nothing else folded."""

    def __missing__(self, code: int) -> int:
        simple = _simpler(unified(chr(code)))
        self[code] = ord(simple) if len(simple) == 1 else code
        return self[code]


_WORD = re.compile(r"\b[A-Za-z]?[a-z]+\b")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TABLE = _Table()
_SIMPLIFIED = _Simplified()


@lru_cache(maxsize=8192)  # one question folds the same sentences for each of its conditions
def fold(text: str) -> str:
    """The matching form of `text`; `len(fold(text)) == len(text)`, and folding twice changes nothing."""
    folded = text.translate(_TABLE)
    if "年" in folded:
        folded = _MIXED_YEAR.sub(lambda year: year.group().translate(_ZEROS), folded)
    if _POWER.search(text) is None:
        return folded
    characters = list(folded)
    for power in _POWER.finditer(text):
        characters[slice(*power.span())] = power.group()
    return "".join(characters)


def has_han(text: str) -> bool:
    """Whether a text holds a Chinese character; questions without one are asked in another language."""
    return _HAN.search(text) is not None


def is_english(question: str) -> bool:
    """Whether a question is asked in English: words of its own for more than half of its Chinese characters.

    A word has small letters: abbreviations stand in Chinese questions too. Digits alone pass for English.
    """
    han = len(_HAN.findall(question))
    return not han or 2 * len(_WORD.findall(question)) > han


def simplified(text: str) -> str:
    """`text` in simplified characters, one for one; the form in which texts are embedded.

    Models have seen far more simplified Chinese, and a question need not be in the script of the text.
    """
    return text.translate(_SIMPLIFIED)
