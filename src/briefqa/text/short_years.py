"""Years of which a question writes the last two digits: '98, '58, '05.

Two digits before the word for year may as well tell how long (15 of them; 7 or 8 of them). A year it is
where a question begins with it, or a place or a word like at, from or until stands before it; a zero in
front, or two digits that count no years, make it one anywhere.
"""

from __future__ import annotations

import re
from datetime import date

from briefqa.text.names import DIVISIONS
from briefqa.text.numbering import DIGITS, TO_TEN

_ONES = f"〇零○{TO_TEN[:-1]}"
_VALUES = dict.fromkeys("〇零○", "0") | {c: str(n) for n, c in enumerate(TO_TEN[:-1], 1)}
_PLACE = rf"(?:^|(?<=[\s,，。;；、:：(（《“在到从至与和比较国{DIVISIONS}]))"
# What follows a number of years, never a year.
_TERM = r"(?!间|内|以|之?[后前来]|多|半|期|制|级|产权|使用权|义务|免费|工龄|教龄|不变)"
_SHORT = re.compile(
    rf"{_PLACE}(?P<placed>\d\d|[{_ONES}]{{2}})年{_TERM}"
    rf"|(?<![\d.第{_ONES}十百千万])(?P<zero>0\d|[〇零○][{_ONES}])年{_TERM}"
    rf"|(?<![\d.第{_ONES}十百千万])(?P<apart>[五六七八九][{_ONES}])年{_TERM}"
)


_FIRST = 49  # 1949: no document of the republic is of a year before


def with_whole_years(question: str) -> str:
    """The question with such years written out: '58 as 1958."""
    return _SHORT.sub(_whole, question)


def _whole(match: re.Match[str]) -> str:
    written = match.group("placed") or match.group("zero") or match.group("apart")
    digits = "".join(_VALUES.get(each, each) for each in written.translate(DIGITS))
    if match.group("apart") and abs(int(digits[0]) - int(digits[1])) == 1:
        return match.group()  # some seven or eight years
    soon = date.today().year % 100 + 5  # plans are of some years ahead
    if soon < int(digits) < _FIRST:
        return match.group()  # 30 years of a loan: no document is of that year
    return f"{20 if int(digits) <= soon else 19}{digits}年"
