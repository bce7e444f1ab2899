"""Builds that somebody made to do harm, with sizes, checksums and an id that agree."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.measure.hostile_corpus import corpus_lists
from benchmarks.measure.hostile_vectors import vector_files

from briefqa.store.builds import current_build
from briefqa.store.manifest import build_id_of, sealed

Spoil = Callable[[Path], None]


def resealed(index: Path, change: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Make the live build's checksums, sizes and id agree with its files, after a change of the manifest."""
    build = current_build(index)
    manifest = json.loads((build / "manifest.json").read_text("utf-8"))
    for kind in ("files", "rounded_files"):
        for name in manifest[kind]:
            if (build / name).is_file():
                manifest[kind][name] = hashlib.sha256((build / name).read_bytes()).hexdigest()
                manifest["sizes"][name] = (build / name).stat().st_size
    _adopt(build, manifest)
    if change is not None:
        change(manifest)
    data = json.dumps(sealed(manifest), ensure_ascii=False, separators=(",", ":")).encode()
    (build / "manifest.json").write_bytes(data)
    name = build_id_of(manifest)
    if name != build.name:
        build.rename(build.with_name(name))
        (index / "CURRENT").write_text(f"{name}\n")


def _adopt(build: Path, manifest: dict[str, Any]) -> None:
    """Name the files of vectors that were put in."""
    for path in build.glob("*.cells"):
        manifest["rounded_files"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest["sizes"][path.name] = path.stat().st_size


def hostile_builds() -> dict[str, Spoil]:
    """What each does → how an index is made so."""
    return {
        **_manifests(),
        **_documents(),
        **corpus_lists(resealed),
        **_arrays(),
        **vector_files(_changed, _file),
        **_links(),
        **_pointers(),
    }


def _manifest(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    return lambda index: resealed(index, lambda manifest: (change(manifest), None)[1])


def _named(name: str) -> Spoil:
    def change(manifest: dict[str, Any]) -> None:
        manifest["files"][name], manifest["sizes"][name] = "0" * 64, 1

    return _manifest(change)


def _raw_manifest(data: bytes) -> Spoil:
    return lambda index: _write(current_build(index) / "manifest.json", data)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _manifests() -> dict[str, Spoil]:
    names = ("../CURRENT", "/etc/passwd", "texts/../../x", "C:\\x", "texts//x", "a\nb", "manifest.json", "")
    raw = {
        "an empty manifest": b"",
        "a manifest of zeros": bytes(4096),
        "a deep manifest": b"[" * 200_000,
        "a manifest that is a list": b"[]",
        "a manifest of null": b"null",
        "a manifest that is no text": b"\xff\xfe\x00\x01",
        "a manifest with a number of 5,000 digits": b'{"format": ' + b"9" * 5_000 + b"}",
    }
    return {
        **{f"a manifest that names {name!r}": _named(name) for name in names},
        **{what: _raw_manifest(data) for what, data in raw.items()},
        "a size that is text": _manifest(lambda m: m["sizes"].update({"years.npy": "1"})),
        "a model that is a list": _manifest(lambda m: m.update(model=[])),
        "documents that are numbers": _manifest(lambda m: m.update(documents={"a": 1})),
        "no documents": _manifest(lambda m: m.update(documents={})),
        "other documents": _manifest(lambda m: m.update(documents={"../x": "0" * 64})),
    }


def _record(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    def spoil(index: Path) -> None:
        path = current_build(index) / "documents.jsonl"
        lines = path.read_text("utf-8").splitlines()
        record = json.loads(lines[0])
        change(record)
        path.write_text("\n".join([json.dumps(record), *lines[1:]]) + "\n", "utf-8")
        resealed(index)

    return spoil


def _file(name: str, data: bytes) -> Spoil:
    def spoil(index: Path) -> None:
        _write(current_build(index) / name, data)
        resealed(index)

    return spoil


def _documents() -> dict[str, Spoil]:
    return {
        "an empty documents.jsonl": _file("documents.jsonl", b""),
        "documents of null": _file("documents.jsonl", b"null\n" * 4),
        "deep documents": _file("documents.jsonl", b"[" * 200_000),
        "a text that is no UTF-8": _file("texts/000001.txt", b"\xff\xfe\xfa"),
        "an empty text": _file("texts/000001.txt", b""),
        "a shorter text": _file("texts/000001.txt", "短。".encode()),
        "an absolute original": _record(lambda r: r.update(original="/etc/passwd")),
        "an original outside": _record(lambda r: r.update(original="../../../CURRENT")),
        "an original of another kind": _record(lambda r: r.update(original=1)),
        "a block beyond the text": _record(lambda r: r["blocks"].append([0, 10**12, "text"])),
        "a block of no kind": _record(lambda r: r["blocks"].append([0, 1, "x"])),
        "a negative block": _record(lambda r: r["blocks"].append([-5, -1, "text"])),
        "a heading beyond the text": _record(
            lambda r: r["headings"].append({"start": 0, "end": 10**9, "level": 1, "title": "x"})
        ),
        "pages beyond the text": _record(lambda r: r.update(page_starts=[0, 10**9])),
        "pages that are text": _record(lambda r: r.update(page_starts="01")),
        "a title that is a list": _record(lambda r: r.update(title=[1])),
        "metadata that is a number": _record(lambda r: r.update(metadata={"year": 2024})),
        "a table beyond the blocks": _record(
            lambda r: r.update(tables=[[0, 10**6, 1, 3, None, None, [], []]])
        ),
    }


def _npy(array: Any) -> bytes:
    data = io.BytesIO()
    np.save(data, array)
    return data.getvalue()


class _Opens:
    """Unpickled, it would write a file."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, ("hacked", "w"))


def _pickled() -> bytes:
    head = _npy(np.zeros(1)).replace(b"'<f8'", b"'|O' ")
    return head[:128] + pickle.dumps(_Opens())


def _changed(name: str, change: Callable[[Any], Any]) -> Spoil:
    def spoil(index: Path) -> None:
        path = current_build(index) / name
        array = np.load(path)
        _write(path, _npy(change(array)))
        resealed(index)

    return spoil


def _set(field: str, value: int) -> Callable[[Any], Any]:
    def change(array: Any) -> Any:
        array[field][-1] = value
        return array

    return change


def _arrays() -> dict[str, Spoil]:
    files = (
        "passages.npy",
        "sentences.npy",
        "years.npy",
        "tokens.npy",
        "token_starts.npy",
        "lexical/starts.npy",
    )
    huge = _npy(np.zeros(4, np.int64)).replace(b"(4,), ", b"(4000000000000000,), ")
    return {
        **{f"{name} with a pickle": _file(name, _pickled()) for name in files},
        **{f"{name} of no bytes": _file(name, b"") for name in files},
        **{f"{name} of another kind": _file(name, _npy(np.zeros((2, 3), np.complex64))) for name in files},
        "an array larger than memory": _file("passages.npy", huge),
        "a passage of no document": _changed("passages.npy", _set("document", 10**6)),
        "a passage beyond its text": _changed("passages.npy", _set("end", 10**9)),
        "a passage without sentences": _changed("passages.npy", _set("first", 10**9)),
        "a sentence beyond its text": _changed("sentences.npy", _set("end", 10**9)),
        "a sentence of no passage": _changed("sentences.npy", _set("passage", 10**6)),
        "no passages": _changed("passages.npy", lambda array: array[:0]),
        "fewer sentence vectors": _changed("sentence_vectors.npy", lambda array: array[:-1]),
        "tokens that start beyond": _changed("token_starts.npy", lambda array: array + 10**9),
        "terms in no passage": _changed("lexical/passages.npy", lambda array: array + 10**6),
        "terms before the first": _changed("lexical/passages.npy", lambda array: array - 10**6),
        "fewer weights": _changed("lexical/weights.npy", lambda array: array[:-1]),
        "terms that are a number": _file("lexical/terms.npy", b"7"),
        "terms that start beyond": _changed("lexical/terms_starts.npy", lambda array: array + 10**9),
        "terms that go backwards": _changed("lexical/terms_starts.npy", lambda array: array[::-1].copy()),
        "characters of no terms": _file("lexical/characters.npy", b"[]"),
        "fewer characters": _changed("lexical/characters_starts.npy", lambda array: array[:-1]),
        "vectors of no index": _file("passages.faiss", b"IxFI" + bytes(200)),
        "vectors of many": _file("passages.faiss", b"IxFI" + b"\xff" * 200),
        "no vectors": _file("passages.faiss", b""),
    }


def _linked(name: str, to: str) -> Spoil:
    def spoil(index: Path) -> None:
        path = current_build(index) / name
        target = index.parent / "elsewhere"
        if not target.exists():
            (shutil.copytree if path.is_dir() else shutil.copyfile)(path, target)
        (shutil.rmtree if path.is_dir() else Path.unlink)(path)
        path.symlink_to(target if to == "copy" else to)

    def cleaned(index: Path) -> None:
        target = index.parent / "elsewhere"
        if target.is_dir():
            shutil.rmtree(target)
        target.unlink(missing_ok=True)
        spoil(index)

    return cleaned


def _links() -> dict[str, Spoil]:
    return {
        "an original that is a link": _linked("originals/000001.txt", "/etc/passwd"),
        "an equal original elsewhere": _linked("originals/000001.txt", "copy"),
        "a text that is a link": _linked("texts/000001.txt", "copy"),
        "a folder that is a link": _linked("originals", "copy"),
        "an array that is a link": _linked("passages.npy", "/dev/zero"),
    }


def _pointers() -> dict[str, Spoil]:
    def elsewhere(index: Path) -> None:
        build = current_build(index)
        away = index.parent / "away"
        shutil.rmtree(away, ignore_errors=True)
        shutil.move(build, away)
        build.symlink_to(away)

    texts = ("../../away", "/etc", "", "\0", "0" * 16, "zz" * 8, "." * 16, "\ud800")
    return {
        **{f"CURRENT {text!r}": _current(text) for text in texts},
        "a build that is a link": elsewhere,
    }


def _current(text: str) -> Spoil:
    return lambda index: _write(index / "CURRENT", text.encode("utf-8", "surrogatepass"))
