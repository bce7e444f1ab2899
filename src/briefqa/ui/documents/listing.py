"""The table of documents: the first ones of those that are searched for, in the order that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from briefqa.ui.documents.shelf import Entry, Shelf
from briefqa.ui.html import attributes, button, element, escape
from briefqa.ui.words import Language, say

_COLUMNS = (("title", ""), ("pages", "number"), ("date", "wide"), ("size", "number wide"))
_SEARCHED_FROM = 6  # documents; fewer are found by looking
LISTED = 200  # rows at once; of more, those that are searched for


def documents(shelf: Shelf, language: Language, *, removable: bool) -> str:
    """The table of documents; the last one cannot be removed, for an index is never empty."""
    columns = _shown_columns(shelf)
    heads = [_head(name, kind, language) for name, kind in columns]
    heads.append(element("th", escape(say("column_action", language)), scope="col"))
    listed = rows(shelf, shelf.entries, language, removable=removable)
    head = element("thead", element("tr", "".join(heads)))
    table = element("table", head + element("tbody", listed), class_="documents-table")
    title = element("h2", escape(say("documents_list_count", language, count=f"{len(shelf.entries):,}")))
    search = ""
    if len(shelf.entries) >= _SEARCHED_FROM:
        label = say("documents_search", language)
        values = attributes(type="search", id="documents-search", aria_label=label, placeholder=label)
        search = f"<input{values}>"
    scroll = element(
        "div",
        table,
        class_="table-scroll",
        tabindex="0",
        role="region",
        aria_label=say("documents_list", language),
    )
    told = escape(told_count(shelf, len(shelf.entries), language))
    more = element("p", told, id="documents-more", class_="faint", role="status")
    inner = element("div", title + search, class_="list-head") + scroll + more
    return element("section", inner, class_="panel")


def rows(
    shelf: Shelf,
    found: Sequence[Entry],
    language: Language,
    *,
    removable: bool,
    by: str = "",
    down: bool = False,
) -> str:
    """The rows of the documents that were found, at most `LISTED` of them.

    Args:
        shelf: of the live build.
        found: those of its entries that are searched for.
        language: of the buttons.
        removable: whether documents can be taken out.
        by: the column to sort by; anything else leaves them in the order of their ids.
        down: from the last to the first.
    """
    if by in _ORDERS:
        found = sorted(found, key=_ORDERS[by], reverse=down)
    columns = [name for name, _ in _shown_columns(shelf)]
    removable = removable and len(shelf.entries) > 1
    return "".join(_row(each, columns, language, removable=removable) for each in found[:LISTED])


def told_count(shelf: Shelf, found: int, language: Language) -> str:
    """How many of all are shown, where `found` were found; "" when it is all of them."""
    shown, more = min(found, LISTED), say("documents_more", language) if found > LISTED else ""
    if shown == len(shelf.entries):
        return ""
    return say("documents_shown", language, shown=f"{shown:,}", total=f"{len(shelf.entries):,}") + more


def _shown_columns(shelf: Shelf) -> list[tuple[str, str]]:
    """The columns, without the pages and dates that no document has."""
    empty = {"pages": not shelf.pages, "date": not any(map(_dated, shelf.entries))}
    return [(name, kind) for name, kind in _COLUMNS if not empty.get(name)]


def _head(name: str, kind: str, language: Language) -> str:
    column = say(f"column_{name}", language)
    sort = button(column, "sort", title=say("sort_by", language, column=column), class_="sort", by=name)
    return element("th", sort, scope="col", class_=kind or None)


def _row(entry: Entry, columns: Sequence[str], language: Language, *, removable: bool) -> str:
    pages = f"{'≈' if entry.inferred else ''}{entry.pages}" if entry.pages else "–"
    named = element("small", escape(", ".join((entry.id, *entry.names))))
    cells = {
        "title": element("td", f"{escape(entry.title)}<br>{named}"),
        "pages": element("td", escape(pages), class_="number"),
        "date": element("td", escape(_dated(entry) or "–"), class_="wide"),
        "size": element("td", f"{entry.characters:,}", class_="number wide"),
    }
    shown = "".join(cells[name] for name in columns) + _actions(entry, language, removable=removable)
    return element("tr", shown, data_document=entry.id, data_size=entry.characters)


def _actions(entry: Entry, language: Language, *, removable: bool) -> str:
    named = say("open", language)
    inner = button(named, "open", title=f"{named}：{entry.title}", class_="quiet", doc=entry.id, at="0-0")
    if removable:
        word = say("remove", language)
        summary = element("summary", escape(word), aria_label=f"{word}：{entry.title}")
        sure = button(say("remove_sure", language), "remove", class_="quiet", doc=entry.id)
        inner += element("details", summary + sure, class_="sure")
    return element("td", element("div", inner, class_="actions"))


def _dated(entry: Entry) -> str:
    """The date, or at least the year."""
    return entry.date or entry.year


_ORDERS: dict[str, Callable[[Entry], Any]] = {
    "title": lambda entry: entry.title,
    "pages": lambda entry: entry.pages,
    "date": _dated,
    "size": lambda entry: entry.characters,
}
