"""Questions to Chinese policy documents, answered in the documents' own words.

>>> import briefqa
>>> answer = briefqa.ask("How many lighthouse factories does Suzhou have?")
>>> answer.citations[0].quote  # a sentence of the documents, as it stands there
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from briefqa.answering.answer import Answer, Citation
    from briefqa.building.carrying import export_index, import_index
    from briefqa.building.changes import add_documents, build_index, remove_documents
    from briefqa.building.reports import BuildReport, DocumentReport
    from briefqa.errors import (
        BriefQAError,
        DocumentError,
        EmptyCorpusError,
        IndexBusyError,
        IndexCorruptError,
        IndexMismatchError,
        IndexNotFoundError,
        InputError,
        ModelUnavailableError,
        ServerError,
        StorageError,
    )
    from briefqa.index import Index, ask, open_index, rollback, search, verify
    from briefqa.progress import Progress, Stage
    from briefqa.reading.document import Document
    from briefqa.retrieval.ranking import Hit
    from briefqa.splitting.passages import Passage, Sentence

__all__ = [
    "Answer",
    "BriefQAError",
    "BuildReport",
    "Citation",
    "Document",
    "DocumentError",
    "DocumentReport",
    "EmptyCorpusError",
    "Hit",
    "Index",
    "IndexBusyError",
    "IndexCorruptError",
    "IndexMismatchError",
    "IndexNotFoundError",
    "InputError",
    "ModelUnavailableError",
    "Passage",
    "Progress",
    "Sentence",
    "ServerError",
    "Stage",
    "StorageError",
    "add_documents",
    "ask",
    "build_index",
    "export_index",
    "import_index",
    "open_index",
    "remove_documents",
    "rollback",
    "search",
    "verify",
]

# Where each name lives: a module is imported when a name of it is first used, so that this import is instant.
_HOMES = {
    "briefqa.answering.answer": ("Answer", "Citation"),
    "briefqa.building.carrying": ("export_index", "import_index"),
    "briefqa.building.changes": ("add_documents", "build_index", "remove_documents"),
    "briefqa.building.reports": ("BuildReport", "DocumentReport"),
    "briefqa.errors": (
        "BriefQAError",
        "DocumentError",
        "EmptyCorpusError",
        "IndexBusyError",
        "IndexCorruptError",
        "IndexMismatchError",
        "IndexNotFoundError",
        "InputError",
        "ModelUnavailableError",
        "ServerError",
        "StorageError",
    ),
    "briefqa.index": ("Index", "ask", "open_index", "rollback", "search", "verify"),
    "briefqa.progress": ("Progress", "Stage"),
    "briefqa.reading.document": ("Document",),
    "briefqa.retrieval.ranking": ("Hit",),
    "briefqa.splitting.passages": ("Passage", "Sentence"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value  # found at once from now on
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
