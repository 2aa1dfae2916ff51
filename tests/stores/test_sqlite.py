"""SQLite's own promises: locks, threads, forks, damaged files, one file per organization."""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from velt_py.exceptions import VeltDatabaseError, VeltDatabaseUnavailableError, VeltSchemaError
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.plans import Change, Organizations, Read, Save
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores import sqlite as sqlite_module
from velt_py.selfhosting.stores.base import ThreadedStore
from velt_py.selfhosting.stores.sqlite import SQLiteStore
from velt_py.selfhosting.stores.sqlite_tenants import SQLiteFilesStore, file_name
from velt_py.settings import COLLECTIONS

ROOT = Path(__file__).resolve().parent.parent.parent


def change(id: str, organization: str = "one", **fields: Any) -> Change:
    document: Dict[str, Any] = {"annotationId": id, "metadata": {"organizationId": organization}, **fields}
    return Change(id, document, dumps(document))


def save(store: Any, *ids: str, organization: str = "one") -> Any:
    return store.run(Save(COMMENTS, Scope(organization), tuple(change(id, organization) for id in ids)))


def ids_of(store: Any, organization: str = "one") -> List[str]:
    return sorted(record.id for record in store.run(Read(COMMENTS, Scope(organization))))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "velt.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    made = SQLiteStore(str(path), COLLECTIONS, timeout=0.5)
    yield made
    made.close()


def open_files(path: Path) -> int:
    names = [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]
    return sum(name.startswith(str(path)) for name in names)


# Locks


@pytest.fixture
def locked(store: SQLiteStore, path: Path) -> Iterator[SQLiteStore]:
    """A store whose file another process is writing to, for longer than anybody waits."""
    save(store, "A")
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "locked\n"
    yield store
    other.kill()
    other.communicate()


def test_a_locked_file_fails_within_the_timeout_however_many_wait(locked: SQLiteStore) -> None:
    waits: List[float] = []

    def writer(number: int) -> None:
        started = time.monotonic()
        with pytest.raises(VeltDatabaseUnavailableError, match=r"0\.5 seconds"):
            save(locked, f"B{number}")
        waits.append(time.monotonic() - started)

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(waits) == 6
    assert max(waits) < 2.0


def test_a_locked_file_keeps_no_reader_waiting(locked: SQLiteStore) -> None:
    writer = threading.Thread(target=lambda: pytest.raises(VeltDatabaseUnavailableError, save, locked, "B"))
    writer.start()
    started = time.monotonic()
    for _ in range(20):
        assert ids_of(locked) == ["A"]
    assert time.monotonic() - started < 0.4
    assert writer.is_alive()
    writer.join()


async def test_a_locked_file_blocks_neither_the_event_loop_nor_awaited_reads(locked: SQLiteStore) -> None:
    store = ThreadedStore(locked, timeout=0.5)
    writers = [
        asyncio.ensure_future(store.save(Save(COMMENTS, Scope("one"), (change(f"B{n}"),)))) for n in range(8)
    ]
    longest, last = 0.0, time.monotonic()
    for _ in range(30):
        found = await store.read(Read(COMMENTS, Scope("one")))
        assert [record.id for record in found] == ["A"]
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert longest < 0.25
    started = time.monotonic()
    outcomes = await asyncio.gather(*writers, return_exceptions=True)
    assert all(isinstance(outcome, VeltDatabaseUnavailableError) for outcome in outcomes)
    assert time.monotonic() - started < 2.5
    await store.close()


def test_many_processes_may_make_the_same_new_file_at_once(path: Path) -> None:
    code = """
import sys
from velt_py.sdk import VeltSDK
sdk = VeltSDK.initialize({"database": {"type": "sqlite", "path": sys.argv[1], "timeout": 60}})
answer = sdk.selfHosting.comments.saveComments("one", {sys.argv[2]: {"comments": {}}})
assert answer["success"], answer
"""
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(path), f"A{number}"], cwd=ROOT / "src")
        for number in range(6)
    ]
    assert [each.wait(120) for each in processes] == [0] * 6
    store = SQLiteStore(str(path), COLLECTIONS)
    assert len(ids_of(store)) == 6
    store.close()


# Threads and forks


def test_short_lived_threads_leave_no_open_files(store: SQLiteStore, path: Path) -> None:
    save(store, "A")
    for _ in range(30):
        threads = [threading.Thread(target=ids_of, args=(store,)) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert open_files(path) <= 3 * 4
    store.close()
    assert open_files(path) == 0


def test_a_store_that_is_dropped_closes_its_files(path: Path) -> None:
    store = SQLiteStore(str(path), COLLECTIONS)
    save(store, "A")
    del store
    gc.collect()
    assert open_files(path) == 0


def test_no_connection_is_open_at_the_moment_of_a_fork(store: SQLiteStore, path: Path) -> None:
    save(store, "A")
    child = os.fork()
    if child == 0:
        os._exit(0 if open_files(path) == 0 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert ids_of(store) == ["A"]


def test_what_a_child_saves_stays_when_its_parent_closes_first(store: SQLiteStore, path: Path) -> None:
    save(store, "A")
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            save(store, "B")
            os.close(outlet)
            os.read(inlet, 1)  # until the parent has closed
            save(store, "C")
            status = 0
        finally:
            os._exit(status)
    os.close(inlet)
    store.close()
    os.close(outlet)
    assert os.waitpid(child, 0)[1] == 0
    assert ids_of(store) == ["A", "B", "C"]


def test_a_fork_waits_for_running_operations(store: SQLiteStore) -> None:
    save(store, *[f"A{number}" for number in range(50)])
    stop = threading.Event()
    errors: List[BaseException] = []

    def busy() -> None:
        while not stop.is_set():
            try:
                save(store, "A1")
                ids_of(store)
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=busy) for _ in range(3)]
    for each in threads:
        each.start()
    try:
        for _ in range(15):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    status = 0 if len(ids_of(store)) == 50 else 2
                finally:
                    os._exit(status)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        for each in threads:
            each.join()
    assert errors == []


def test_closing_while_others_work_fails_nobody(store: SQLiteStore) -> None:
    save(store, "A")
    stop = threading.Event()
    errors: List[BaseException] = []

    def busy() -> None:
        while not stop.is_set():
            try:
                assert ids_of(store) == ["A"]
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=busy) for _ in range(3)]
    for each in threads:
        each.start()
    for _ in range(20):
        store.close()
    stop.set()
    for each in threads:
        each.join()
    assert errors == []


# Files


def test_a_file_that_was_deleted_or_replaced_is_opened_anew(
    store: SQLiteStore, path: Path, tmp_path: Path
) -> None:
    save(store, "old")
    for name in tmp_path.iterdir():
        name.unlink()
    assert ids_of(store) == []
    save(store, "new")
    store.close()
    assert ids_of(store) == ["new"]


def test_a_folder_that_is_missing_is_told_without_its_path(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "secret-name" / "velt.db"), COLLECTIONS)
    with pytest.raises(VeltDatabaseUnavailableError, match=r"database\.path") as error:
        ids_of(store)
    assert "secret-name" not in str(error.value)


def test_a_file_that_is_no_database_is_an_error_of_ours(path: Path) -> None:
    path.write_bytes(b"this is no database, and long enough to be read as one " * 100)
    with pytest.raises(VeltDatabaseError):
        ids_of(SQLiteStore(str(path), COLLECTIONS))


def test_the_schema_is_left_alone_when_told_so(path: Path) -> None:
    store = SQLiteStore(str(path), COLLECTIONS, manage_schema=False)
    with pytest.raises(VeltSchemaError, match="velt schema apply"):
        save(store, "A")
    missing = store.missing_schema()
    assert "missing: comment_annotations" in missing
    assert len(store.apply_schema()) == len(store.schema())
    assert store.missing_schema() == []
    assert store.apply_schema() == []
    assert save(store, "A") == 1
    store.close()


def test_looking_at_the_schema_makes_none(path: Path) -> None:
    store = SQLiteStore(str(path), COLLECTIONS)
    assert store.missing_schema()
    assert store.missing_schema()
    store.close()


def test_an_old_sqlite_is_refused_with_what_is_needed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "OLDEST", (99, 0, 0))
    with pytest.raises(VeltDatabaseError, match=r"too old: the store needs 3\.24"):
        ids_of(SQLiteStore(str(path), COLLECTIONS))


def test_the_log_is_written_ahead_and_one_save_is_one_transaction(store: SQLiteStore, path: Path) -> None:
    save(store, "A")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    bad = Change("C", {"annotationId": "C"}, "{no json")
    with pytest.raises(VeltDatabaseError):
        store.run(Save(COMMENTS, Scope("one"), (change("B"), bad)))
    assert ids_of(store) == ["A"]
    assert save(store, "B") == 1
    connection.close()


def test_odd_names_of_tables_are_quoted(path: Path) -> None:
    names = {kind: f'{kind} "; DROP TABLE x; -- é' for kind in COLLECTIONS}
    store = SQLiteStore(str(path), names)
    assert save(store, "A") == 1
    assert ids_of(store) == ["A"]
    store.close()


# Damaged records


def damage(path: Path, table: str, organization: str, id: str, data: bytes) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(
            f"INSERT INTO {table} (organization, id, updated_at, data) VALUES (?, ?, 0, CAST(? AS TEXT))",
            (organization, id, data),
        )
    connection.close()


DAMAGES = [b'{"cut": ', b"", b"nothing", b'{"a": "\xff\xfe"}', b"[1, 2]", b'"text"', b"null", b"[" * 5000]


@pytest.mark.parametrize("data", DAMAGES, ids=lambda data: ascii(data[:12]))
def test_a_damaged_record_hides_no_neighbour_and_is_not_overwritten(path: Path, data: bytes) -> None:
    with VeltSDK.initialize({"database": {"type": "sqlite", "path": str(path)}}) as sdk:
        comments, users = sdk.selfHosting.comments, sdk.selfHosting.users
        comments.saveComments("one", {"good": {"comments": {}}})
        users.saveUser("one", {"userId": "good", "email": "a@x.example"})
        damage(path, "comment_annotations", "one", "bad", data)
        damage(path, "users", "one", "bad", data)
        assert set(comments.getComments("one")["data"]) == {"good"}
        assert set(comments.getComments("one", ["good", "bad"])["data"]) == {"good"}
        result = comments.getComments.result({"organizationId": "one"})
        assert b'"good":{' in result.to_json()
        assert b'"bad"' not in result.to_json()
        assert set(users.getUsers("one", ["good", "bad"])["data"]) == {"good"}
        assert users.resolveUserIdsByEmail("one", ["a@x.example"])["data"] == {"a@x.example": "good"}
        for answer in (
            comments.saveComments("one", {"bad": {"comments": {}}, "new": {"comments": {}}}),
            users.saveUser("one", {"userId": "bad", "name": "x"}),
        ):
            assert (answer["statusCode"], answer["errorCode"]) == (500, "DATABASE_ERROR")
        assert set(comments.getComments("one")["data"]) == {"good"}
        assert comments.deleteComment("one", "bad")["success"]


# One file per organization


def test_every_organization_has_a_file_of_its_own(tmp_path: Path) -> None:
    config = {"database": {"type": "sqlite", "path": str(tmp_path / "data" / "{organization}.db")}}
    with VeltSDK.initialize(config) as sdk:
        comments = sdk.selfHosting.comments
        for organization in ("one", "two"):
            assert comments.saveComments(organization, {"A": {"note": organization, "comments": {}}})[
                "success"
            ]
        assert comments.getComments("never-seen")["data"] == {}
        assert comments.deleteComment("never-seen", "A")["errorCode"] == "NOT_FOUND"
        files = sorted(each.name for each in (tmp_path / "data").iterdir() if each.suffix == ".db")
        assert files == ["one.db", "two.db"]
        for each in (tmp_path / "data").glob("one.db*"):
            each.unlink()
        assert comments.getComments("one")["data"] == {}
        assert set(comments.getComments("two")["data"]) == {"A"}


ODD = [
    "A",
    "a",
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "con",
    ".",
    "..",
    "a.b",
    "=41",
    "é",
    "e\u0301",
    "x" * 400,
    "x" * 399 + "y",
]
ODD += ["", "*", "?", "[a]", " ", "\n", "{organization}", "\U0001f600" * 100]


def test_file_names_of_organizations_are_harmless_and_never_the_same() -> None:
    names = [file_name(organization) for organization in ODD]
    assert len({name.lower() for name in names}) == len(ODD)
    for name in names:
        assert len(name) <= 150
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_=")


def test_odd_organizations_stay_apart_and_are_listed(tmp_path: Path) -> None:
    store = SQLiteFilesStore(str(tmp_path / "{organization}.db"), COLLECTIONS, files=3)
    odd = [organization for organization in ODD if organization]
    for organization in odd:
        assert save(store, "A", organization=organization) == 1
    for organization in odd:
        assert ids_of(store, organization) == ["A"]
    assert store.run(Organizations(COMMENTS)) == sorted(odd)
    assert store.missing_schema() == []
    assert open_files(tmp_path) <= 3 * 3 * 8
    store.close()
    assert open_files(tmp_path) == 0


def test_a_bounded_number_of_files_is_open(tmp_path: Path) -> None:
    store = SQLiteFilesStore(str(tmp_path / "{organization}.db"), COLLECTIONS, files=3)
    for number in range(20):
        save(store, "A", organization=f"o{number}")
    assert open_files(tmp_path) <= 3 * 3
    store.close()


async def test_the_awaited_sdk_has_files_per_organization_too(tmp_path: Path) -> None:
    config = {"database": {"type": "sqlite", "path": str(tmp_path / "{organization}" / "velt.db")}}
    async with AsyncVeltSDK.initialize(config) as sdk:
        await sdk.selfHosting.comments.saveComments("one", {"A": {"comments": {}}})
        assert set((await sdk.selfHosting.comments.getComments("one"))["data"]) == {"A"}
    assert (tmp_path / "one" / "velt.db").exists()
