"""Who issues a document and when, by lines of their own: below its title and where it is signed."""

from __future__ import annotations

import re

from briefqa.reading.bodies import is_bodies, is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.events import DATE
from briefqa.reading.fields import NAMES, Page, PlacedField, plain

PUBLIC = re.compile(r"[（(].{2,20}(?:公开|发布)[）)]")


def read_masthead(page: Page, title: PlacedField, start: int) -> None:
    """Who issues it, in the lines below the title, where no other line tells."""
    if any(each.key == "issuer" for each in page.fields):
        return
    for i in range(title.end_block + 1, start):
        if page.blocks[i].kind is BlockKind.TEXT and is_bodies(page.plain(i)):
            page.add("issuer", page.blocks[i].text, i, 0, len(page.blocks[i].text))
        else:
            _signed_in_a_line(page, i)


def _signed_in_a_line(page: Page, i: int) -> bool:
    """Who signs with the date behind it: adds both."""
    text, shown = page.plain(i).rstrip(), page.blocks[i].text
    date = DATE.search(text)
    if date is None or date.end() < len(text) or not is_bodies(text[: date.start()]):
        return False
    page.add("issuer", shown[: date.start()], i, 0, len(text[: date.start()].rstrip()))
    page.add("date", shown[date.start() : date.end()], i, *date.span())
    return True


def read_signatures(page: Page, body: range) -> set[int]:
    """The blocks of those who sign and of dates, in the body as well, where attachments follow; adds both."""
    signed: set[int] = set()
    for i in range(body.start + 1, body.stop):
        if page.blocks[i].kind is not BlockKind.TEXT:
            continue
        if _signed_in_a_line(page, i):
            signed.add(i)
            continue
        name, date = page.blocks[i - 1].text, page.blocks[i].text
        signs = name.strip() and re.fullmatch(r"[\u4e00-\u9fff（）()、 \u3000]{2,40}", name)
        if signs and DATE.fullmatch(plain(date).strip()):
            page.add("signer" if _of_person(plain(name)) else "issuer", name, i - 1, 0, len(name))
            page.add("date", date, i, 0, len(date))
            signed.update((i - 1, i))
            below = page.blocks[i + 1].text if i + 1 < body.stop else ""
            if PUBLIC.fullmatch(below):
                signed.add(i + 1)
    return signed


def _of_person(text: str) -> bool:
    """An office and a name behind it, either spread out perhaps; two bodies side by side are none."""
    parts = text.split()
    for at in range(max(1, len(parts) - 2), len(parts)):  # the name may be in two parts
        office, name = "".join(parts[:at]), "".join(parts[at:])
        if len(office) > 1 and NAMES.fullmatch(" ".join(parts[at:])):
            return not (is_body(name) or (is_body(office) and is_body(office + name)))
    return False
