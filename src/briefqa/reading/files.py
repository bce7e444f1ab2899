"""File → `Document`: which files there are, and one reader for each format."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefqa.errors import DocumentError, InputError
from briefqa.reading.document import Document
from briefqa.reading.formats.base import Extract, OnPage
from briefqa.reading.formats.docx import read_docx
from briefqa.reading.formats.html import read_html
from briefqa.reading.formats.left_out import CHECK
from briefqa.reading.formats.markdown import read_markdown
from briefqa.reading.formats.pdf import read_pdf
from briefqa.reading.formats.text import read_text
from briefqa.reading.naming import FoundFile, Origins, name_files, readable_name, readable_path
from briefqa.reading.structure import assemble

_READERS: dict[str, Callable[[Path, OnPage | None], Extract]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".docx": read_docx,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
}


@dataclass(frozen=True, slots=True)
class FileReading:
    """A document and the honest report of how it was read.

    `removed_lines`: running headers, footers and page numbers that were left out.
    `empty_pages`, `suspect_pages`: 1-based pages with no text, or with text that looks broken.
    `warnings`: sentences for the user, in Chinese.
    """

    document: Document
    removed_lines: int = 0
    empty_pages: tuple[int, ...] = ()
    suspect_pages: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


def find_files(
    sources: Sequence[Path], known: Origins | None = None
) -> tuple[list[tuple[str, Path]], list[tuple[str, str]]]:
    """The readable files of files and folders, and the ones passed over.

    Args:
        sources: files and folders.
        known: where the documents of the index that they are added to came from.

    Returns:
        ((document id, path) sorted by id, (path, reason in Chinese) of skipped files).
        An id is the path relative to its source folder in POSIX form, or the file's name; see `name_files`.

    Raises:
        InputError: a source does not exist.
    """
    found: list[FoundFile] = []
    skipped: list[tuple[str, str]] = []
    seen: set[Path] = set()
    for source in map(Path, sources):
        if not source.exists():
            raise InputError(f"The source {source} does not exist; give an existing file or folder.")
        root = source if source.is_dir() else source.parent
        for path in _walk(source, skipped, (known or Origins()).passing):
            reason = _reason_to_skip(path, root)
            if reason:
                skipped.append((str(path), reason))
            elif path.resolve() not in seen:
                seen.add(path.resolve())
                found.append(FoundFile(path, root))
    return name_files(found, known or Origins()), sorted(
        (readable_path(Path(each)), why) for each, why in skipped
    )


def _walk(source: Path, skipped: list[tuple[str, str]], index: str) -> Iterator[Path]:
    """Files below a folder in order of their names; neither linked folders nor indexes are entered.

    `index`: the folder of the index that is being changed, whatever is left of it.
    """
    if source.is_file():
        yield source
        return

    def report(error: OSError) -> None:
        skipped.append((str(error.filename), "无法打开该文件夹"))

    for folder, folders, names in os.walk(source, onerror=report):
        is_index = Path(folder, "CURRENT").is_file() and "builds" in folders
        if is_index or (index and os.path.realpath(folder) == index):  # its files are copies of documents
            skipped.append((folder, "这是 briefqa 的索引文件夹"))
            folders[:] = []
            continue
        for name in [n for n in folders if n.startswith(".")]:
            skipped.append((str(Path(folder, name)), "隐藏文件夹"))
        for name in [n for n in folders if not n.startswith(".") and Path(folder, n).is_symlink()]:
            skipped.append((str(Path(folder, name)), "指向其他文件夹的链接"))
        folders[:] = sorted(n for n in folders if not n.startswith("."))
        for name in sorted(names):
            yield Path(folder, name)


def _reason_to_skip(path: Path, root: Path) -> str | None:
    if path.name.startswith((".", "~$")):
        return "隐藏文件或临时文件"
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        return "链接指向来源文件夹之外"
    if not path.is_file():
        return "不是普通文件"
    if path.suffix.lower() not in _READERS:
        known = "、".join(sorted(_READERS))
        return readable_name(f"不支持的文件类型 {path.suffix or '（无后缀）'}，支持：{known}")
    return None


def read_document(path: Path, document_id: str, *, on_page: OnPage | None = None) -> FileReading:
    """Read one file; `on_page(done, total)` is called after each page of a paged format.

    Raises:
        DocumentError: the file cannot be read, with one sentence that says why.
    """
    path = Path(path)
    name = readable_name(path.name)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        raise DocumentError(path, f"{name} has the unknown suffix {path.suffix!r}; give one of {known}.")
    try:
        extract = reader(path, None if on_page is None else _passing(on_page))
        document = assemble(extract, document_id, readable_name(path.stem), _digest(path))
    except _CallerStop as stop:
        raise stop.reason from None
    except DocumentError as error:
        raise DocumentError(path, readable_name(str(error))) from error
    except (RecursionError, MemoryError) as error:
        what = "too deeply" if isinstance(error, RecursionError) else "too large to be read: it is"
        raise DocumentError(path, f"{name} is nested {what}; save it in a plainer form.") from error
    except Exception as error:  # a reader's slip on one file must not stop the others
        reason = readable_name(f"{type(error).__name__}: {error}".splitlines()[0][:200])
        raise DocumentError(
            path, f"{name} could not be read ({reason}); save it in another format."
        ) from error
    if not document.text:
        raise DocumentError(path, f"{name} holds no text; {_no_text_remedy(path, extract)}")
    return FileReading(
        document,
        extract.removed_lines,
        extract.empty_pages,
        extract.suspect_pages,
        (*extract.warnings, *_damage(document, extract)),
    )


class _CallerStop(BaseException):
    """Carries what the caller's callback raised past the readers, which must not mistake it for theirs."""

    def __init__(self, reason: BaseException) -> None:
        self.reason = reason


def _passing(on_page: OnPage) -> OnPage:
    def tell(done: int, total: int) -> None:
        try:
            on_page(done, total)
        except BaseException as error:
            raise _CallerStop(error) from error

    return tell


def _damage(document: Document, extract: Extract) -> Iterator[str]:
    count = document.text.count("\ufffd")
    if count and not extract.suspect_pages:
        yield f"有 {count} 处字符无法识别，文中以 \ufffd 标出；{CHECK}"


def _no_text_remedy(path: Path, extract: Extract) -> str:
    if extract.warnings and path.suffix.lower() == ".pdf":
        return "its pages are images: install text recognition with pip install 'briefqa[ocr]'."
    if extract.warnings:
        return "its content is pictures: give the text itself, or a PDF made of it."
    return "give a file with text in it."


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
