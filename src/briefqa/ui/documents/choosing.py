"""The documents from which those to be searched are chosen, grouped by folder, year or issuer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from briefqa.ui.documents.shelf import Shelf, groups

_LISTED = 200  # documents at once; of more, those that are searched for
_WHOLE = 500  # documents of a group that can be chosen as one


def choices(shelf: Shelf, wanted: str, by: str, chosen: Sequence[str]) -> dict[str, Any]:
    """Groups of documents as JSON, and the titles and versions of those that are chosen.

    Args:
        shelf: of the live build.
        wanted: words of title, file name or issuer; "" for all documents.
        by: "folder", "year" or "issuer"; anything else is the first that tells something.
        chosen: ids; of one that is no more both are None.
    """
    grouping = next((each for each in shelf.groupings if each == by), next(iter(shelf.groupings), None))
    found = shelf.found(wanted)
    grouped = groups(found, grouping) if grouping is not None else {"": found}
    listed, room = [], _LISTED
    for name, entries in grouped.items():
        ids = [each.id for each in entries] if 1 < len(entries) <= _WHOLE and grouping else []
        shown = [{"id": each.id, "title": each.title} for each in entries[:room]]
        room -= len(shown)
        if shown:
            listed.append({"name": name, "ids": ids, "count": len(entries), "documents": shown})
    entries_of = {name: shelf.entry(name) for name in chosen}
    titles = {name: entry.title if entry else None for name, entry in entries_of.items()}
    versions = {name: entry.version if entry else None for name, entry in entries_of.items()}
    by_now = grouping.value if grouping is not None else ""
    offered = [each.value for each in shelf.groupings]
    more = len(found) - (_LISTED - room)
    named = {"titles": titles, "versions": versions}
    return {"by": by_now, "groupings": offered, "groups": listed, "more": more} | named
