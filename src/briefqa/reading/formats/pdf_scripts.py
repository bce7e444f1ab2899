"""Letters that no font's table explains rightly: Hebrew or Thai among Chinese is a broken text layer.

Scripts that are printed beside Chinese in China (Tibetan, Uyghur, Mongolian, Yi, Zhuang) are not
foreign, and neither are Latin, Greek, Cyrillic, Japanese and Korean.
"""

from __future__ import annotations

import re

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
# Armenian, Hebrew, Syriac to Sinhala, Thai, Lao, Myanmar to Khmer, Cherokee to Runic, and others.
_FOREIGN = re.compile(
    "[\u0530-\u05ff\u0700-\u074f\u0780-\u0eff\u1000-\u10ff\u1200-\u17ff\u1900-\u1cff\u2c00-\u2c5f\u2c80-\u2ddf"
    "\ua4d0-\ua63f\ua6a0-\ua6ff\ua800-\uabff\U00010000-\U0001caff]"
)


def foreign_letters(text: str) -> int:
    """How many letters of a page belong to scripts that do not stand among Chinese; 0 without Chinese."""
    return len(_FOREIGN.findall(text)) if _HAN.search(text) else 0
