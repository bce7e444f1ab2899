"""The table of documents. It is searched and sorted in the browser, by the values in its rows."""

from __future__ import annotations

from collections.abc import Sequence

from briefqa.reading.document import Document
from briefqa.ui.html import attributes, button, element, escape
from briefqa.ui.words import Language, say

_COLUMNS = (("title", ""), ("pages", "number"), ("date", "wide"), ("size", "number wide"))
_SEARCHED_FROM = 6  # documents; fewer are found by looking


def documents(listed: Sequence[Document], language: Language, *, removable: bool) -> str:
    """The table of documents; the last one cannot be removed, for an index is never empty."""
    heads = [_head(name, kind, language) for name, kind in _COLUMNS]
    heads.append(element("th", escape(say("column_action", language)), scope="col"))
    rows = [_row(each, language, removable=removable and len(listed) > 1) for each in listed]
    head = element("thead", element("tr", "".join(heads)))
    table = element("table", head + element("tbody", "".join(rows)), class_="documents-table")
    title = element("h2", escape(f"{say('documents_list', language)}（{len(listed)}）"))
    search = ""
    if len(listed) >= _SEARCHED_FROM:
        label = say("documents_search", language)
        values = attributes(type="search", id="documents-search", aria_label=label, placeholder=label)
        search = f'<input{values}><span id="documents-shown" class="faint" role="status"></span>'
    scroll = element(
        "div",
        table,
        class_="table-scroll",
        tabindex="0",
        role="region",
        aria_label=say("documents_list", language),
    )
    return element("section", element("div", title + search, class_="list-head") + scroll, class_="panel")


def _head(name: str, kind: str, language: Language) -> str:
    column = say(f"column_{name}", language)
    sort = button(column, "sort", title=say("sort_by", language, column=column), class_="sort", by=name)
    return element("th", sort, scope="col", class_=kind or None)


def _row(document: Document, language: Language, *, removable: bool) -> str:
    inferred = "≈" if document.pages_inferred else ""
    pages = f"{inferred}{len(document.page_starts)}" if document.page_starts else "–"
    date = document.metadata.get("date", "")
    names = ", ".join((document.id, *document.names))
    actions = button(
        say("open", language),
        "open",
        title=f"{say('open', language)}：{document.title}",
        class_="quiet",
        doc=document.id,
        at="0-0",
    )
    if removable:
        sure = button(say("remove_sure", language), "remove", class_="quiet", doc=document.id)
        summary = element(
            "summary",
            escape(say("remove", language)),
            aria_label=f"{say('remove', language)}：{document.title}",
        )
        actions += element("details", summary + sure, class_="sure")
    cells = [
        element("td", f"{escape(document.title)}<br><small>{escape(names)}</small>"),
        element("td", escape(pages), class_="number"),
        element("td", escape(date or "–"), class_="wide"),
        element("td", f"{len(document.text):,}", class_="number wide"),
        element("td", element("div", actions, class_="actions")),
    ]
    return element(
        "tr",
        "".join(cells),
        data_document=document.id,
        data_title=document.title,
        data_pages=len(document.page_starts),
        data_date=_sortable(date),
        data_size=len(document.text),
    )


def _sortable(date: str) -> str:
    """2024年6月3日 → 2024-06-03, as far as its parts are figures."""
    parts = "".join(each if each.isdigit() else " " for each in date).split()
    return "-".join(each.zfill(2) for each in parts)
