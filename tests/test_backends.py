"""One contract for an index in a folder and an index on a Milvus server, which the tests start themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.apart import run_apart

import briefqa
from briefqa.cli import main
from briefqa.errors import (
    BriefQAError,
    EmptyCorpusError,
    IndexBusyError,
    IndexCorruptError,
    IndexMismatchError,
    IndexNotFoundError,
    InputError,
    ServerError,
)
from briefqa.progress import silent
from briefqa.remote import changing
from briefqa.remote.address import Address, address_of, folder_of
from briefqa.remote.ledger import Ledger, Stored
from briefqa.remote.pieces import HEADING, PIECE
from briefqa.remote.server import _CHANNEL, NUMBERS, Kind, Server
from briefqa.remote.words import Known, Lexicon, Words, word_id
from briefqa.retrieval.candidates import Ranked
from briefqa.store.manifest import MANIFEST
from briefqa.store.origins import ORIGINS
from briefqa.ui.calls import Calls
from briefqa.ui.documents.changing import Library
from briefqa.ui.documents.jobs import adding, rebuilding
from briefqa.ui.engine import Engine
from conftest import TEXTS, write_texts

pytest.importorskip("pymilvus", reason="the extra [milvus] is not installed")
pytest.importorskip("milvus_lite", reason="Milvus Lite is not installed")
psutil = pytest.importorskip("psutil")

HERE = Path(__file__).parent
QUESTIONS = (
    "甲市有多少家智能工厂？",
    "乙市到2030年建成多少条地铁？",
    "粮食产量是多少？",
    "新建学校多少所？",
    "How many smart factories are there?",
    "How many schools are newly built, and how many teachers?",
    "丙市有多少家医院？",
)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs, and its address up to the name of an index."""

    process: subprocess.Popen[str]
    url: str
    folder: Path

    @contextmanager
    def saying(self, what: str) -> Iterator[None]:
        """What it is inside, see `milvus_server`."""
        says = Path(f"{self.folder}.says")
        says.write_text(what, "utf-8")
        try:
            yield
        finally:
            says.unlink()


@contextmanager
def milvus(folder: Path, port: int = 0) -> Iterator[Running]:
    """A server with its data in a folder."""
    command = [sys.executable, str(HERE / "milvus_server.py"), str(folder), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        yield Running(server, f"milvus://127.0.0.1:{int(server.stdout.readline())}", folder)
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What stays on this machine stays in the tests' folder; nothing waits long for a server."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        patch.setenv("BRIEFQA_MILVUS_TIMEOUT", "20")
        yield folder


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for the whole run: it takes seconds to start."""
    with milvus(tmp_path_factory.mktemp("milvus") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def server(running: Running) -> str:
    """Its address."""
    return running.url


@pytest.fixture(params=["folder", "milvus"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an index may be: nothing is there yet."""
    if request.param == "folder":
        return str(tmp_path / "index")
    return f"{request.getfixturevalue('server')}/t{abs(hash(request.node.name)) % 10**9}"


def texts_of(place: str) -> dict[str, str]:
    """The documents of an index by their ids."""
    with briefqa.open_index(place) as index:
        return {document.id: document.text for document in index.documents}


def test_the_server_of_the_tests_listens_on_this_machine_only(running: Running) -> None:
    """No test opens a port to the network."""
    process = psutil.Process(running.process.pid)
    family = [process, *process.children(recursive=True)]
    ports = [each for one in family for each in one.net_connections() if each.status == "LISTEN"]
    assert {each.laddr.ip.removeprefix("::ffff:") for each in ports} == {"127.0.0.1"}


def test_a_build_is_the_same_wherever_it_is(
    place: str, folder: Path, tiny_model: str, tmp_path: Path
) -> None:
    """Id, counts, documents, source files; nothing is damaged, and a second build embeds nothing."""
    report = briefqa.build_index(folder, place, model=tiny_model)
    other = briefqa.build_index(folder, tmp_path / "other", model=tiny_model)
    assert (report.build_id, report.passages) == (other.build_id, other.passages)
    with briefqa.open_index(place) as index, briefqa.open_index(tmp_path / "other") as expected:
        assert index.info == expected.info
        assert list(index.documents) == list(expected.documents)
        for name in TEXTS:
            assert index.original(name).read_bytes() == (folder / name).read_bytes()
    assert briefqa.verify(place) == []
    again = briefqa.build_index(folder, place, model=tiny_model)
    assert (again.build_id, again.embedded) == (report.build_id, 0)


@dataclass(frozen=True, slots=True)
class Said:
    """What an index says to a question: its ranking with the texts of it, and its answer."""

    ranked: list[Ranked]
    texts: list[str]
    answer: briefqa.Answer

    @classmethod
    def of(cls, index: briefqa.Index, question: str, among: list[str] | None) -> Said:
        """Ask it, in some of its documents."""
        ranked = index.ranking(question, documents=among)
        texts = [index.passage_text(each.passage) for each in ranked]
        return cls(ranked, texts, index.ask(question, documents=among))


@pytest.fixture(scope="session")
def expected(small_index: Path) -> list[tuple[str, list[str] | None, Said]]:
    """Questions, in which documents, and what the small index in its folder says to them."""
    asked: list[tuple[str, list[str] | None]] = [(each, None) for each in QUESTIONS]
    asked += [(each, ["乙.md"]) for each in QUESTIONS[:2]]
    with briefqa.open_index(small_index) as index:
        return [(question, among, Said.of(index, question, among)) for question, among in asked]


def test_answers_are_the_same_wherever_the_index_is(
    place: str,
    small_index: Path,
    expected: list[tuple[str, list[str] | None, Said]],
    tmp_path: Path,
) -> None:
    """Each passage in its place with its score, each quote, each probability."""
    briefqa.export_index(tmp_path / "small.briefqa", small_index)
    briefqa.import_index(tmp_path / "small.briefqa", place)
    with briefqa.open_index(place) as index:
        for question, among, wanted in expected:
            said = Said.of(index, question, among)
            assert [each.passage for each in said.ranked] == [each.passage for each in wanted.ranked]
            assert [each.scores.total for each in said.ranked] == pytest.approx(
                [each.scores.total for each in wanted.ranked], abs=1e-4
            )
            assert said.texts == wanted.texts
            assert [replace(each, confidence=0.0) for each in said.answer.citations] == [
                replace(each, confidence=0.0) for each in wanted.answer.citations
            ]
            assert said.answer.confidence == pytest.approx(wanted.answer.confidence, abs=1e-4)
    assert briefqa.ask(QUESTIONS[0], index_dir=place).citations[0].quote == "甲市有12家智能工厂。"


def test_documents_come_and_go(place: str, folder: Path, tiny_model: str, tmp_path: Path) -> None:
    """Added, replaced, removed; `rollback` goes back, and back again."""
    briefqa.build_index(folder, place, model=tiny_model)
    (tmp_path / "丙.txt").write_text("丙市概况\n\n丙市有7家医院。\n", "utf-8")
    added = briefqa.add_documents(tmp_path / "丙.txt", place)
    assert sorted(texts_of(place)) == sorted([*TEXTS, "丙.txt"])
    assert added.reused > 0
    (tmp_path / "丙.txt").write_text("丙市概况\n\n丙市有9家医院。\n", "utf-8")
    briefqa.add_documents(tmp_path / "丙.txt", place)
    assert "9家" in texts_of(place)["丙.txt"]
    removed = briefqa.remove_documents("乙.md", place)
    assert sorted(texts_of(place)) == sorted(["年报/甲.txt", "丙.txt"])
    assert briefqa.verify(place) == []
    assert sorted(texts_of(place)) != sorted(TEXTS)
    back = briefqa.rollback(place)
    assert "乙.md" in texts_of(place)
    assert briefqa.rollback(place) == removed.build_id != back


def builds_of(place: str) -> set[str]:
    """Ids of the builds that are stored."""
    found = address_of(place)
    if found is None:
        return {each.name for each in (Path(place) / "builds").iterdir()}
    return {each.build_id for each in Ledger(Server(found)).all()}


def test_builds_that_nobody_reads_are_deleted(place: str, folder: Path, tiny_model: str) -> None:
    """The live one and the one before it stay; any other as long as somebody answers from it, as before."""

    def build(text: str) -> str:
        (folder / "乙.md").write_text(f"# 概况\n\n{text}\n", "utf-8")
        return briefqa.build_index(folder, place, model=tiny_model).build_id

    ids = [build("一市有1家工厂。")]
    with briefqa.open_index(place) as index:
        before = index.search("甲市有多少家智能工厂？")
        (folder / "年报" / "甲.txt").write_text("丁市概况\n\n丁市没有工厂。\n", "utf-8")
        ids += [build("二市有2家工厂。"), build("三市有3家工厂。")]
        assert builds_of(place) == set(ids)
        assert not index.is_current()
        assert index.search("甲市有多少家智能工厂？") == before
        assert index.search("粮食产量是多少？")
    assert "三市" in texts_of(place)["乙.md"]
    ids.append(build("四市有4家工厂。"))
    assert builds_of(place) == set(ids[-2:])


def test_what_fails_changes_nothing(place: str, folder: Path, tiny_model: str, tmp_path: Path) -> None:
    """Nothing to read, everything removed, cancelled on the way: the index answers as before."""
    live = briefqa.build_index(folder, place, model=tiny_model).build_id
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyCorpusError):
        briefqa.build_index(tmp_path / "empty", place, model=tiny_model)
    with pytest.raises(EmptyCorpusError):
        briefqa.remove_documents(list(TEXTS), place)
    with pytest.raises(InputError, match="没有"):
        briefqa.remove_documents("没有.txt", place)

    def cancel(progress: briefqa.Progress) -> None:
        if progress.stage is briefqa.Stage.WRITE:
            raise KeyboardInterrupt

    (folder / "乙.md").write_text("# 另一份\n\n另一份文件。\n", "utf-8")
    with pytest.raises(KeyboardInterrupt):
        briefqa.build_index(folder, place, model=tiny_model, progress=cancel)
    with briefqa.open_index(place) as index:
        assert index.build_id == live
    assert briefqa.verify(place) == []
    briefqa.build_index(folder, place, model=tiny_model)
    assert "另一份" in texts_of(place)["乙.md"]


def test_one_writer_at_a_time(place: str, folder: Path, tiny_model: str, tmp_path: Path) -> None:
    """A second one is told so at once; who reads or exports is not held up, and the first goes on."""
    briefqa.build_index(folder, place, model=tiny_model)
    entered, leave = threading.Event(), threading.Event()

    def wait(progress: briefqa.Progress) -> None:
        entered.set()
        leave.wait(120)

    def build() -> None:
        briefqa.build_index(folder, place, model=tiny_model, progress=wait)

    first = threading.Thread(target=build)
    first.start()
    try:
        assert entered.wait(120)
        with pytest.raises(IndexBusyError):
            briefqa.remove_documents("乙.md", place)
        briefqa.export_index(tmp_path / "meanwhile.briefqa", place)
        assert sorted(texts_of(place)) == sorted(TEXTS)
    finally:
        leave.set()
        first.join()
    assert sorted(texts_of(place)) == sorted(TEXTS)


def test_the_command_line_takes_either(
    place: str, folder: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """build, info, search, verify, rollback, remove; exit codes as ever."""
    assert main(["info", "--index", place]) == 1
    assert main(["build", str(folder), "--index", place, "--model", tiny_model]) == 0
    assert main(["info", "--index", place]) == 0
    assert "乙.md" in capsys.readouterr().out
    assert main(["search", "地铁", "--index", place, "--document", "乙.md"]) == 0
    assert "地铁" in capsys.readouterr().out
    assert main(["verify", "--index", place]) == 0
    assert main(["rollback", "--index", place]) == 1
    assert main(["remove", "乙.md", "--index", place]) == 0
    assert main(["rollback", "--index", place]) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_the_page_changes_either(place: str, folder: Path, tiny_model: str, tmp_path: Path) -> None:
    """Files that are uploaded are added, and all can be read again; the next question sees it."""
    briefqa.build_index(folder, place, model=tiny_model)
    engine = Engine(folder_of(place))
    (tmp_path / "丙.txt").write_text("丙市概况\n\n丙市有7家医院。\n", "utf-8")
    adding([tmp_path / "丙.txt"], engine.folder).work(silent)
    (tmp_path / "丙.txt").write_text("丙市概况\n\n丙市有8家医院。\n", "utf-8")
    adding([tmp_path / "丙.txt"], engine.folder).work(silent)
    with engine.using() as index:
        assert sorted(each.id for each in index.documents) == sorted([*TEXTS, "丙.txt"])
        assert rebuilding(index)(silent).build_id == index.build_id
    with engine.using() as index:
        assert [each.passage.document_id for each in index.search("医院", 1)] == ["丙.txt"]
    assert not list(engine.folder.glob(".upload-*"))


# What only a server can do.


@pytest.fixture(scope="session")
def built(server: str, tmp_path_factory: pytest.TempPathFactory, tiny_model: str) -> str:
    """An index of the two small documents on the server; whoever changes it makes it whole again."""
    write_texts(sources := tmp_path_factory.mktemp("built"))
    briefqa.build_index(sources, f"{server}/built", model=tiny_model)
    return f"{server}/built"


def address(url: str) -> Address:
    """The address of a URL that is one."""
    found = address_of(url)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "url",
    [
        "milvus://host/name",
        "milvus://host:1/",
        "milvus://host:99999/x",
        "milvus://h:1/a-b",
        "milvus://h:1/a/b",
    ],
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    """Port and name are there, and no more."""
    with pytest.raises(InputError, match="milvus://HOST:PORT/NAME"):
        briefqa.open_index(url)


def test_a_path_is_as_good_as_its_text() -> None:
    """A path takes two slashes for one."""
    url = "milvus+tls://[::1]:19530/reports_2026"
    assert address_of(Path(url)) == address_of(url) == Address("[::1]", 19530, "reports_2026", tls=True)
    assert str(address_of(url)) == url


def failing(url: str, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """What is printed by a command that fails: one sentence."""
    assert main([*command, "--index", url]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    said = [line for line in printed.err.splitlines() if line.startswith("briefqa: ")]
    assert len(said) == 1
    return said[0]


def test_no_server(capsys: pytest.CaptureFixture[str], folder: Path, tiny_model: str) -> None:
    """It is named, and what to do."""
    url = "milvus://127.0.0.1:9/x"
    assert "http://127.0.0.1:9 cannot be reached" in failing(url, capsys, "ask", "多少？")
    assert "cannot be reached" in failing(url, capsys, "build", str(folder), "--model", tiny_model)


def test_an_old_server(running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    """Its version and the one that is needed."""
    with running.saying("old"):
        assert "is Milvus v2.2.9; briefqa needs 2.4" in failing(f"{running.url}/x", capsys, "info")


def test_no_index_of_that_name(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    """How to make one."""
    assert "briefqa build FOLDER" in failing(f"{server}/nothing_here", capsys, "info")
    with pytest.raises(IndexNotFoundError):
        briefqa.remove_documents("x", f"{server}/nothing_here")


def test_a_collection_that_is_not_ours(server: str, folder: Path, tiny_model: str) -> None:
    """Neither read nor written over, under its name or an alias of it."""
    connection = Server(address(f"{server}/theirs"))
    connection.make("theirs", Kind.WORDS)
    connection.take("also_theirs", "theirs")
    for name in ("theirs", "also_theirs"):
        with pytest.raises(IndexMismatchError, match="did not make"):
            briefqa.open_index(f"{server}/{name}")
        with pytest.raises(IndexMismatchError, match="did not make"):
            briefqa.build_index(folder, f"{server}/{name}", model=tiny_model)
    assert connection.where("theirs", "id >= 0", []) == []
    connection.free("also_theirs")
    connection.drop("theirs")


def test_a_full_disk_of_the_server(running: Running, folder: Path, tiny_model: str) -> None:
    """It is told as such; what was there is there, and later it goes on."""
    place = f"{running.url}/full"
    live = briefqa.build_index(folder, place, model=tiny_model).build_id
    (folder / "乙.md").write_text("# 新\n\n新的文件。\n", "utf-8")
    with running.saying("full"):
        with pytest.raises(ServerError, match=r"disk or its share is full.*No space left"):
            briefqa.build_index(folder, place, model=tiny_model)
        assert builds_of(place) == {live}
        with briefqa.open_index(place) as index:
            assert index.build_id == live
    briefqa.build_index(folder, place, model=tiny_model)
    assert "新的" in texts_of(place)["乙.md"]


def test_a_server_that_is_lost(
    tmp_path: Path, folder: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a build and of reading: one sentence; nothing is lost, and later it goes on."""
    monkeypatch.setenv("BRIEFQA_MILVUS_TIMEOUT", "5")
    with milvus(tmp_path / "data") as own:
        process, url = own.process, own.url
        live = briefqa.build_index(folder, f"{url}/x", model=tiny_model).build_id
        index = briefqa.open_index(f"{url}/x")
        index.load_model()

        def kill(progress: briefqa.Progress) -> None:
            if progress.stage is briefqa.Stage.WRITE:
                process.kill()
                process.wait()

        (folder / "乙.md").write_text("# 新\n\n新的文件。\n", "utf-8")
        with pytest.raises(ServerError, match="cannot be reached"):
            briefqa.build_index(folder, f"{url}/x", model=tiny_model, progress=kill)
        with pytest.raises(ServerError, match="cannot be reached"):
            index.search("地铁")
        assert not index.is_current()
        index.close()
    monkeypatch.setenv("BRIEFQA_MILVUS_TIMEOUT", "30")
    monkeypatch.setattr("briefqa.remote.outage.PAUSE", 0.0)
    with milvus(tmp_path / "data", int(url.rpartition(":")[2])):
        with briefqa.open_index(f"{url}/x") as found:
            assert found.build_id == live
        with pytest.raises(IndexBusyError, match="in 10 minutes if it was killed"):
            briefqa.build_index(folder, f"{url}/x", model=tiny_model)
        monkeypatch.setattr("briefqa.remote.ledger._now", lambda: int(time.time()) + 601)
        briefqa.build_index(folder, f"{url}/x", model=tiny_model)
        assert "新的" in texts_of(f"{url}/x")["乙.md"]


def test_only_the_first_waits_for_a_server_that_is_lost(
    tmp_path: Path, folder: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six questions to the page, one after another: each gets the sentence; when it is back, the answer."""
    monkeypatch.setenv("BRIEFQA_MILVUS_TIMEOUT", "5")
    monkeypatch.setattr("briefqa.remote.outage.PAUSE", 60.0)
    with milvus(tmp_path / "data") as own:
        url = own.url
        briefqa.build_index(folder, f"{url}/x", model=tiny_model)
        engine = Engine(folder_of(f"{url}/x"))
        functions = Calls(engine, Library(engine, read_only=True)).functions
        named: dict[str, Any] = {each.__name__: each for each in functions}
        engine.start_loading(lambda: True)

        def ask() -> dict[str, Any]:
            answered = named["ask_question"]({"question": "甲市有多少家智能工厂？"})
            return run_apart(answered)  # type: ignore[no-any-return]

        assert "answer" in ask()
        own.process.kill()
        own.process.wait()
        began = time.monotonic()
        told = [ask()["error"] for _ in range(6)]
        assert time.monotonic() - began < 12  # twice five, were it but for the second
        assert all("服务器现在用不了" in each and "127.0.0.1" not in each for each in told)
        engine._check_files()
        assert not engine.error
    monkeypatch.setattr("briefqa.remote.outage.PAUSE", 0.0)
    monkeypatch.setenv("BRIEFQA_MILVUS_TIMEOUT", "30")
    with milvus(tmp_path / "data", int(url.rpartition(":")[2])):
        latest = time.monotonic() + 60
        while "answer" not in (answered := ask()) and time.monotonic() < latest:
            time.sleep(0.5)
        assert "12家" in answered["answer"]["text"]


def _drop_passage(server: Server, prefix: str) -> None:
    server.forget(f"{prefix}_passages", [1])


def _change_word(server: Server, prefix: str) -> None:
    row = server.where(f"{prefix}_words", "found > 0", NUMBERS[Kind.WORDS])[0]
    server.insert(f"{prefix}_words", [{**row, "found": int(row["found"]) + 1}], replace=True)


def _drop_piece(server: Server, prefix: str) -> None:
    server.forget(f"{prefix}_files", [3])


def _change_manifest(server: Server, prefix: str) -> None:
    row = server.rows(f"{prefix}_files", [1], ["data"])[1]
    server.insert(f"{prefix}_files", [{**row, "data": "AAAA" + str(row["data"])[4:]}], replace=True)


@pytest.mark.parametrize(
    ("damages", "named"),
    [
        ([_drop_passage, _change_word], {"passages", "words"}),
        ([_drop_piece], {""}),
        ([_change_manifest], {"manifest.json"}),
    ],
)
def test_damage_is_found(
    built: str,
    folder: Path,
    tiny_model: str,
    damages: Sequence[Callable[[Server, str], None]],
    named: set[str],
) -> None:
    """`verify` names what was changed by others; a build of the same sources is whole again."""
    connection = Server(address(built))
    prefix = Ledger(connection).live().collection(Kind.FILES).removesuffix("_files")
    for damage in damages:
        damage(connection, prefix)
    wrong = briefqa.verify(built)
    assert all(any(name in each for each in wrong) for name in named)
    briefqa.build_index(folder, built, model=tiny_model)
    assert briefqa.verify(built) == []
    assert sorted(texts_of(built)) == sorted(TEXTS)


@contextmanager
def changed(
    server: Server, collection: str, number: int, fields: Sequence[str], **new: Any
) -> Iterator[None]:
    """A row that somebody changed inside, and that is as it was afterwards."""
    row = server.rows(collection, [number], fields)[number]
    server.insert(collection, [row | new], replace=True)
    try:
        yield
    finally:
        server.insert(collection, [row], replace=True)


def test_a_right_that_was_half_made_leaves_nothing(built: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collection whose second request fails is no more afterwards, and the next change is made."""
    ledger = Ledger(Server(address(built)))
    before, call = set(ledger.server.collections()), Server._call

    def failing(server: Server, name: str, *values: Any, **named: Any) -> Any:
        if name == "create_index":
            raise ServerError("lost")
        return call(server, name, *values, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Server, "_call", failing)
        with pytest.raises(ServerError, match="lost"), ledger.changing():
            pass
    assert set(ledger.server.collections()) - before <= {ledger._readers}
    with ledger.changing():
        pass


@pytest.mark.parametrize("answer", [None, {}, [], "text", 7])
def test_an_answer_of_another_form_is_told_in_a_sentence(
    built: str, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    """Whatever a server answers about an alias or to rows: our own error, and no traceback."""
    server = Server(address(built))
    for name in ("describe_alias", "insert", "upsert"):
        monkeypatch.setattr(server._client, name, lambda *_, **__: answer)
    with pytest.raises(ServerError):
        server.named("any")
    for replace_them in (False, True):
        with pytest.raises(ServerError):
            server.insert("any", [{"id": 1}], replace=replace_them)


def test_a_build_that_is_checked_is_said_to_be_read(built: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody deletes it meanwhile; whatever comes of the check, it is let go."""
    ledger = Ledger(Server(address(built)))
    files = ledger.live().collection(Kind.FILES)

    def checked(server: Server, stored: Stored) -> list[str]:
        assert stored.collection(Kind.FILES) in ledger._said()
        raise ServerError("lost")

    before = ledger._said()
    monkeypatch.setattr(changing, "damaged_parts", checked)
    with pytest.raises(ServerError, match="lost"):
        briefqa.verify(built)
    assert ledger._said() == before - {files}


def test_a_known_word_stays_known_when_another_thread_forgets(built: str) -> None:
    """What is known is let go by another thread between two looks at it: nobody's word comes of it."""
    words = Words(Server(address(built)), "none")
    word, known = word_id(Lexicon.TERM, "甲"), Known(1, 2, 3)

    class Forgotten(dict[int, Known]):
        def __contains__(self, key: object) -> bool:
            words._known = {}
            return super().__contains__(key)

    words._known = Forgotten({word: known})
    words.fetch(Lexicon.TERM, ["甲"])
    assert words._known[word] == known


def test_a_server_writes_no_file_of_its_own_choice(
    built: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A heading that names other files beside the build is none: nothing is written under such a name."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state" / "home"))
    connection = Server(address(built))
    files = Ledger(connection).live().collection(Kind.FILES)
    heading = json.loads(connection.rows(files, [HEADING], ["data"])[HEADING]["data"])
    for name in ("../../outside", f"/tmp/outside-{tmp_path.name}"):
        told = json.dumps(heading | {"others": {name: 4}})
        with changed(connection, files, HEADING, ["data"], data=told):
            with pytest.raises(IndexCorruptError):
                briefqa.open_index(built)
            with pytest.raises(IndexCorruptError):
                briefqa.add_documents(folder, built)
    assert not list(tmp_path.rglob("outside*"))
    assert not list(Path("/tmp").glob(f"outside-{tmp_path.name}"))
    assert briefqa.verify(built) == []


def test_numbers_of_a_server_are_not_believed(built: str, tmp_path: Path) -> None:
    """Sizes and counts without end, places that are none: one sentence, soon, whatever they are."""
    connection = Server(address(built))
    live = Ledger(connection).live()
    files, passages, words = (live.collection(each) for each in (Kind.FILES, Kind.PASSAGES, Kind.WORDS))
    heading = json.loads(connection.rows(files, [HEADING], ["data"])[HEADING]["data"])
    for lie in (
        heading | {"manifest": 10**15},
        heading | {"manifest": -1},
        heading | {"others": {ORIGINS: 10**30}},
        heading | {"rows": {"passages": [10**18, 0], "words": [10**18, 0]}},
        heading | {"rows": [1, 2]},
        [heading],
    ):
        with changed(connection, files, HEADING, ["data"], data=json.dumps(lie)):
            assert briefqa.verify(built) != []
    newer = changed(connection, files, HEADING, ["data"], data=json.dumps(heading | {"layout": 7}))
    with newer:
        for read in (briefqa.open_index, partial(briefqa.export_index, tmp_path / "x")):
            with pytest.raises(IndexMismatchError, match="layout 7"):
                read(built)
    whole = ["vector", "terms", "years", *NUMBERS[Kind.PASSAGES]]
    word = word_id(Lexicon.TERM, "工厂")
    for lies in (
        changed(connection, passages, 0, whole, document=-1),
        changed(connection, passages, 0, whole, document=10**12),
        changed(connection, passages, 0, whole, first=0, last=10**15),
        changed(connection, words, word, NUMBERS[Kind.WORDS], found=-1),
        changed(connection, words, word, NUMBERS[Kind.WORDS], found=2**62, at=2**62),
    ):
        with lies, closing(briefqa.open_index(built)) as index:
            with suppress(BriefQAError):
                index.ask("甲市有多少家智能工厂？ smart factories")
            assert briefqa.verify(built) != []
    assert briefqa.verify(built) == []


def test_an_answer_longer_than_any_is_one_sentence(built: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server sends is bounded; the disk of it is not taken for full then."""
    monkeypatch.setitem(_CHANNEL, b"grpc.max_receive_message_length", 2_000)
    with pytest.raises(ServerError, match="answers with more than was asked for"):
        briefqa.verify(built)


def test_an_export_reads_each_piece_once(built: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for those of the manifest, by which the others are found; and the copy is gone then."""
    asked: Counter[int] = Counter()
    rows = Server.rows

    def counted(
        self: Server, name: str, ids: Iterable[int], fields: Sequence[str]
    ) -> dict[int, dict[str, Any]]:
        wanted = list(ids)
        asked.update(wanted if name.endswith("_files") and "data" in fields else [])
        return rows(self, name, wanted, fields)

    monkeypatch.setattr(Server, "rows", counted)
    briefqa.export_index(tmp_path / "x.briefqa", built)
    manifest = len(zipfile.ZipFile(tmp_path / "x.briefqa").read(MANIFEST))
    others = {number: times for number, times in asked.items() if number > -(-manifest // PIECE)}
    assert len(others) > 10
    assert set(others.values()) == {1}
    assert {each.name for each in folder_of(built).iterdir()} <= {"SERVER", ".lock"}


def test_only_a_folder_of_ones_own_stands_for_a_server(tmp_path: Path) -> None:
    """One from somebody else cannot send questions, and the token, to a server of theirs."""
    own = Address("127.0.0.1", 9, "x")
    assert address_of(folder_of(str(own))) == own
    (tmp_path / "SERVER").write_text(str(own), "utf-8")
    assert address_of(tmp_path) is None
    with pytest.raises(IndexNotFoundError):
        briefqa.open_index(tmp_path)


@pytest.mark.parametrize("written", ["soon", "", "-1", "nan", "inf"])
def test_a_timeout_that_is_none_is_told(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is and what it should be."""
    monkeypatch.setenv("BRIEFQA_MILVUS_TIMEOUT", written)
    with pytest.raises(InputError, match=r"BRIEFQA_MILVUS_TIMEOUT.*number of seconds"):
        briefqa.open_index("milvus://127.0.0.1:9/x")


def test_a_switch_whose_answer_is_lost_deletes_nothing(
    server: str, folder: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build that is live then is whole, although whoever made it was told that it failed."""
    place, point = f"{server}/switched", Server.point
    briefqa.build_index(folder, place, model=tiny_model)

    def lost(self: Server, alias: str, collection: str) -> None:
        point(self, alias, collection)
        if alias == "switched":
            raise ServerError("The answer was lost.")

    monkeypatch.setattr(Server, "point", lost)
    (folder / "乙.md").write_text("# 新\n\n新的文件。\n", "utf-8")
    with pytest.raises(ServerError, match="was lost"):
        briefqa.build_index(folder, place, model=tiny_model)
    assert briefqa.verify(place) == []
    assert "新的" in texts_of(place)["乙.md"]


def test_a_damaged_index_is_told_by_questions(server: str, folder: Path, tiny_model: str) -> None:
    """A collection that is gone is no reason for a traceback."""
    place = f"{server}/gone"
    briefqa.build_index(folder, place, model=tiny_model)
    connection = Server(address(place))
    live = Ledger(connection).live()
    with closing(briefqa.open_index(place)) as index:
        connection.drop(live.collection(Kind.PASSAGES))
        with pytest.raises(IndexCorruptError, match="go back with: briefqa rollback"):
            index.search("粮食产量")
    assert briefqa.verify(place) == ["passages"]
    connection.free(live.index)
    connection.drop(live.collection(Kind.FILES))
    with pytest.raises(IndexNotFoundError):
        briefqa.open_index(place)


def test_nothing_of_milvus_is_imported_for_a_folder() -> None:
    """Who has no server pays nothing for it."""
    code = (
        "import briefqa, briefqa.cli, briefqa.index, briefqa.building.changes, sys;"
        "print(*({'pymilvus', 'grpc', 'distributed', 'briefqa.remote.server'} & sys.modules.keys()))"
    )
    environment = {**os.environ}
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert found.stdout.split() == []
