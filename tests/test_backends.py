"""One contract for an index in a folder and an index on a Milvus server, which the tests start themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

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
from briefqa.remote.address import Address, address_of, folder_of
from briefqa.remote.ledger import Ledger
from briefqa.remote.pieces import HEADING
from briefqa.remote.server import Kind, Server
from briefqa.ui.documents.jobs import adding, rebuilding
from briefqa.ui.engine import Engine
from conftest import TEXTS

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


@contextmanager
def milvus(folder: Path, kind: str = "whole", port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of a kind of `milvus_server`, and its address up to the name of an index."""
    command = [sys.executable, str(HERE / "milvus_server.py"), str(folder), kind, str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        yield server, f"milvus://127.0.0.1:{int(server.stdout.readline())}"
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
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for the whole run."""
    with milvus(tmp_path_factory.mktemp("milvus")) as (_, url):
        yield url


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


def test_the_server_of_the_tests_listens_on_this_machine_only(tmp_path: Path) -> None:
    """No test opens a port to the network."""
    with milvus(tmp_path) as (process, _):
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
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


def test_answers_are_the_same_wherever_the_index_is(place: str, small_index: Path, tmp_path: Path) -> None:
    """Each passage in its place with its score, each quote, each probability."""
    briefqa.export_index(tmp_path / "small.briefqa", small_index)
    briefqa.import_index(tmp_path / "small.briefqa", place)
    with briefqa.open_index(place) as index, briefqa.open_index(small_index) as expected:
        for question in QUESTIONS:
            for among in (None, ["乙.md"]):
                ranked = index.ranking(question, documents=among)
                other = expected.ranking(question, documents=among)
                assert [each.passage for each in ranked] == [each.passage for each in other]
                assert [each.scores.total for each in ranked] == pytest.approx(
                    [each.scores.total for each in other], abs=1e-4
                )
                assert [index.passage_text(each.passage) for each in ranked] == [
                    expected.passage_text(each.passage) for each in other
                ]
                answer, wanted = (each.ask(question, documents=among) for each in (index, expected))
                assert [replace(each, confidence=0.0) for each in answer.citations] == [
                    replace(each, confidence=0.0) for each in wanted.citations
                ]
                assert answer.confidence == pytest.approx(wanted.confidence, abs=1e-4)
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


def test_a_reader_keeps_its_build(place: str, folder: Path, tiny_model: str) -> None:
    """Two builds later it still answers from what it opened, and knows that it is not the live one."""
    briefqa.build_index(folder, place, model=tiny_model)
    with briefqa.open_index(place) as index:
        before = index.search("甲市有多少家智能工厂？")
        for name in TEXTS:
            (folder / name).write_text("丁市概况\n\n丁市没有工厂。\n" + name, "utf-8")
            briefqa.build_index(folder, place, model=tiny_model)
        assert not index.is_current()
        assert index.search("甲市有多少家智能工厂？") == before
        assert index.search("粮食产量是多少？")
    assert "丁市" in texts_of(place)["乙.md"]


def test_builds_that_nobody_reads_are_deleted(place: str, folder: Path, tiny_model: str) -> None:
    """The live one and the one before it are there, and no other."""
    ids = []
    for text in ("一市有1家工厂。", "二市有2家工厂。", "三市有3家工厂。", "四市有4家工厂。"):
        (folder / "乙.md").write_text(f"# 概况\n\n{text}\n", "utf-8")
        ids.append(briefqa.build_index(folder, place, model=tiny_model).build_id)
    address = address_of(place)
    if address is None:
        held = {each.name for each in (Path(place) / "builds").iterdir()}
    else:
        held = {each.build_id for each in Ledger(Server(address)).all()}
    assert held == set(ids[-2:])


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


def test_one_writer_at_a_time(place: str, folder: Path, tiny_model: str) -> None:
    """A second one is told so at once; the first goes on."""
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


@pytest.fixture
def built(server: str, folder: Path, tiny_model: str, request: pytest.FixtureRequest) -> str:
    """An index of the two small documents on the server."""
    url = f"{server}/b{abs(hash(request.node.name)) % 10**9}"
    briefqa.build_index(folder, url, model=tiny_model)
    return url


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


def test_an_old_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its version and the one that is needed."""
    with milvus(tmp_path, "old") as (_, url):
        assert "is Milvus v2.2.9; briefqa needs 2.4" in failing(f"{url}/x", capsys, "info")


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


def test_a_full_disk_of_the_server(tmp_path: Path, folder: Path, tiny_model: str) -> None:
    """It is told as such; what was there is there, and later it goes on."""
    with milvus(tmp_path / "data") as (_, url):
        port = url.rpartition(":")[2]
        live = briefqa.build_index(folder, f"{url}/x", model=tiny_model).build_id
    (folder / "乙.md").write_text("# 新\n\n新的文件。\n", "utf-8")
    with milvus(tmp_path / "data", "full", int(port)) as (_, url):
        with pytest.raises(ServerError, match=r"disk or its share is full.*No space left"):
            briefqa.build_index(folder, f"{url}/x", model=tiny_model)
        assert len(Ledger(Server(address(f"{url}/x"))).all()) == 1
    with milvus(tmp_path / "data", "whole", int(port)) as (_, url):
        with briefqa.open_index(f"{url}/x") as index:
            assert index.build_id == live
        briefqa.build_index(folder, f"{url}/x", model=tiny_model)
        assert "新的" in texts_of(f"{url}/x")["乙.md"]


def test_a_server_that_is_lost(
    tmp_path: Path, folder: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a build and of reading: one sentence; nothing is lost, and later it goes on."""
    monkeypatch.setenv("BRIEFQA_MILVUS_TIMEOUT", "5")
    with milvus(tmp_path / "data") as (process, url):
        port = int(url.rpartition(":")[2])
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
    with milvus(tmp_path / "data", port=port) as (_, url):
        with briefqa.open_index(f"{url}/x") as found:
            assert found.build_id == live
        with pytest.raises(IndexBusyError, match="in 10 minutes if it was killed"):
            briefqa.build_index(folder, f"{url}/x", model=tiny_model)
        monkeypatch.setattr("briefqa.remote.ledger._now", lambda: int(time.time()) + 601)
        briefqa.build_index(folder, f"{url}/x", model=tiny_model)
        assert "新的" in texts_of(f"{url}/x")["乙.md"]


def _drop_passage(server: Server, prefix: str) -> None:
    server.forget(f"{prefix}_passages", [1])


def _change_word(server: Server, prefix: str) -> None:
    row = server.where(f"{prefix}_words", "found > 0", ["row", "found", "at"])[0]
    server.insert(f"{prefix}_words", [{**row, "found": int(row["found"]) + 1}], replace=True)


def _drop_piece(server: Server, prefix: str) -> None:
    server.forget(f"{prefix}_files", [3])


def _change_manifest(server: Server, prefix: str) -> None:
    row = server.rows(f"{prefix}_files", [1], ["data"])[1]
    server.insert(f"{prefix}_files", [{**row, "data": "AAAA" + str(row["data"])[4:]}], replace=True)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_drop_passage, "passages"),
        (_change_word, "words"),
        (_drop_piece, ""),
        (_change_manifest, "manifest.json"),
    ],
)
def test_damage_is_found(
    built: str, folder: Path, tiny_model: str, damage: Callable[[Server, str], None], named: str
) -> None:
    """`verify` names what was changed by others; a build of the same sources is whole again."""
    connection = Server(address(built))
    damage(connection, Ledger(connection).live().collection(Kind.FILES).removesuffix("_files"))
    wrong = briefqa.verify(built)
    assert any(named in each for each in wrong)
    briefqa.build_index(folder, built, model=tiny_model)
    assert briefqa.verify(built) == []
    assert sorted(texts_of(built)) == sorted(TEXTS)


@pytest.mark.parametrize("name", ["../../outside", "/tmp/outside-{}"])
def test_a_server_writes_no_file_of_its_own_choice(
    built: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A heading that names other files beside the build is none: nothing is written under such a name."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state" / "home"))
    name = name.format(tmp_path.name)
    connection = Server(address(built))
    files = Ledger(connection).live().collection(Kind.FILES)
    heading = json.loads(connection.rows(files, [HEADING], ["data"])[HEADING]["data"])
    changed = heading | {"others": {name: 4}}
    connection.insert(files, [{"id": HEADING, "data": json.dumps(changed)}], replace=True)
    with pytest.raises(IndexCorruptError):
        briefqa.open_index(built)
    with suppress(BriefQAError):
        briefqa.add_documents(folder, built)
    assert not list(tmp_path.rglob("outside*"))
    assert not list(Path("/tmp").glob(f"outside-{tmp_path.name}"))


def test_a_damaged_index_is_told_by_questions(built: str) -> None:
    """A collection that is gone is no reason for a traceback."""
    connection = Server(address(built))
    live = Ledger(connection).live()
    with closing(briefqa.open_index(built)) as index:
        connection.drop(live.collection(Kind.PASSAGES))
        with pytest.raises((IndexCorruptError, ServerError)):
            index.search("粮食产量")
    assert briefqa.verify(built) == ["passages"]
    connection.free(live.index)
    connection.drop(live.collection(Kind.FILES))
    with pytest.raises(IndexNotFoundError):
        briefqa.open_index(built)


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
