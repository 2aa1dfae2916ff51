"""From one store to another and back: every record exactly as it was, resumed after a crash, compared by hash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List

import pytest

import velt_py
from tests.stores.moving import Makes, all_held, fill, held, organizations, put, selection, store_of, thread
from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError, VeltSchemaError
from velt_py.selfhosting.migration.lines import export_to, import_from
from velt_py.selfhosting.migration.moving import Options, migrate, move
from velt_py.selfhosting.migration.report import Report
from velt_py.selfhosting.plans import Delete, Read
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS, USERS
from velt_py.selfhosting.scope import Scope
from velt_py.settings import Settings

PAIRS = [
    ("sqlite", "postgresql"),
    ("sqlite", "mongodb"),
    ("sqlite", "django"),
    ("postgresql", "mongodb"),
    ("postgresql", "django"),
    ("mongodb", "django"),
    ("sqlite_files", "sqlite"),
]
APPLY = Options(apply=True)


@pytest.fixture
def makes(request: pytest.FixtureRequest, tmp_path: Path) -> Makes:
    return Makes(request, tmp_path)


def counted(report: Report, name: str) -> int:
    return sum(int(getattr(counts, name)) for counts in report.kinds.values())


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_there_and_back_every_record_is_what_it_was(makes: Makes, one: str, other: str) -> None:
    names = organizations()
    first, second = makes.settings(one), makes.settings(other)
    fill(first, names)
    before = all_held(first, names)
    there = migrate(first, second, selection([first, second], names), APPLY)
    assert there.complete, there.to_dict()
    assert counted(there, "new") == counted(there, "read") == 2 * (7 * 7 + 1)
    assert all_held(second, names) == before
    assert all(sides["source"] == sides["target"] for sides in there.hashes.values())
    third = makes.settings(one) if one != "django" else first
    back = migrate(second, third, selection([second, third], names), APPLY)
    assert back.complete, back.to_dict()
    assert back.hashes == there.hashes
    assert all_held(third, names) == before


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb", "django"])
def test_a_second_run_changes_nothing_and_a_changed_record_becomes_the_sources(
    makes: Makes, name: str
) -> None:
    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings(name)
    fill(source, names)
    chosen = selection([source, target], names)
    assert migrate(source, target, chosen, APPLY).complete
    again = migrate(source, target, chosen, APPLY)
    assert (counted(again, "new"), counted(again, "changed")) == (0, 0)
    # In the target a field more and a comment more, which a merge would keep.
    put(target, COMMENTS, names[0], thread(names[0], "i1", comments={"9": {"commentId": 9}}, extra=True))
    put(target, USERS, names[0], {"userId": 2, "organizationId": names[0], "name": "other"})
    put(source, COMMENTS, names[1], thread(names[1], "late"))
    dry = migrate(source, target, chosen, Options())
    assert (counted(dry, "new"), counted(dry, "changed"), dry.applied) == (1, 2, False)
    third = migrate(source, target, chosen, APPLY)
    assert (counted(third, "new"), counted(third, "changed")) == (1, 2)
    assert third.complete
    assert all_held(target, names) == all_held(source, names)


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb"])
def test_a_dry_run_and_a_comparison_write_nothing(makes: Makes, name: str, mongodb_uri: str) -> None:
    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings(name)
    fill(source, names, 2)
    report = migrate(source, target, selection([source, target]), Options())
    assert counted(report, "new") == 2 * (7 * 2 + 1)
    compared = migrate(source, target, selection([source, target]), Options(apply=True, verify_only=True))
    assert not compared.complete
    assert {each.organization for each in compared.differences} == set(names)
    if name == "sqlite":
        assert not os.path.exists(target.database.path)  # type: ignore[union-attr]
    else:
        with store_of(target) as store:
            missing = store.missing_schema()
        assert len(missing) > 6


def test_a_source_is_only_read(makes: Makes) -> None:
    names = organizations()
    source, target = makes.settings("mongodb"), makes.settings("sqlite")
    from pymongo import MongoClient

    database = source.database
    assert database is not None
    client: Any = MongoClient(database.connection_string)
    rows = client[database.mongodb_database()]["comment_annotations"]
    rows.insert_one(thread(names[0], "t1"))
    assert migrate(source, target, selection([source, target]), APPLY).complete
    assert list(rows.index_information()) == ["_id_"]
    assert client[database.mongodb_database()].list_collection_names() == ["comment_annotations"]
    client.close()


def test_only_the_named_organization_and_kind_are_moved(makes: Makes) -> None:
    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings("postgresql")
    fill(source, names)
    put(target, COMMENTS, names[1], thread(names[1], "i1", own=1))
    chosen = selection([source, target], names[:1], kinds=["comments"], users=False)
    assert migrate(source, target, chosen, APPLY).complete
    assert held(target, COMMENTS, names[1]) == {"i1": thread(names[1], "i1", own=1)}
    assert held(target, COMMENTS, names[0]) == held(source, COMMENTS, names[0])
    assert held(target, ATTACHMENTS, names[0]) == {}
    removing = Options(apply=True, remove_extra=True)
    migrate(source, target, chosen, removing)
    assert len(held(target, COMMENTS, names[1])) == 1


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb", "django"])
def test_a_comparison_names_what_differs_by_its_id(makes: Makes, name: str) -> None:
    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings(name)
    fill(source, names)
    chosen = selection([source, target], names)
    assert migrate(source, target, chosen, APPLY).complete
    put(target, COMMENTS, names[0], thread(names[0], "i3", secret="words of a person"))
    put(target, ATTACHMENTS, names[1], {"attachmentId": 99, "metadata": {"organizationId": names[1]}})
    with store_of(target) as store:
        store.run(Delete(COMMENTS, Scope(names[0]), ("i5",)))
    report = migrate(source, target, chosen, Options(verify_only=True))
    found = [
        (each.kind, each.organization, each.missing, each.differing, each.extra)
        for each in report.differences
    ]
    assert found == [
        ("comments", names[0], ["i5"], ["i3"], []),
        ("attachments", names[1], [], [], ["99"]),
    ]
    assert "words" not in json.dumps(report.to_dict())
    removed = migrate(source, target, chosen, Options(apply=True, remove_extra=True))
    assert removed.complete
    assert counted(removed, "removed") == 1
    assert all_held(target, names) == all_held(source, names)


def test_values_that_only_mongodb_knows_arrive_as_their_json(makes: Makes) -> None:
    from bson import Decimal128, Int64, ObjectId
    from pymongo import MongoClient

    (name, _), source = organizations(), makes.settings("mongodb")
    database = source.database
    assert database is not None
    client: Any = MongoClient(database.connection_string)
    tables = client[database.mongodb_database()]
    foreign = {
        "at": datetime(2024, 5, 1, tzinfo=timezone.utc),
        "key": ObjectId("0123456789abcdef01234567"),
        "sum": Decimal128("1.10"),
        "long": Int64(7),
        "bytes": b"\x00\xff",
    }
    tables["comment_annotations"].insert_one(thread(name, "t1", **foreign))
    # A driver that has doubles only, and one that writes integers.
    meta = {"metadata": {"organizationId": name}}
    tables["attachments"].insert_many([{"attachmentId": 5.0, **meta}, {"attachmentId": 6, **meta}])
    tables["comment_annotations"].insert_one(thread(name, "nul", text="a\0b"))
    tables["comment_annotations"].insert_one(thread(name, "nan", value=float("inf")))
    client.close()
    for kind in ("sqlite", "postgresql", "django", "mongodb"):
        target = makes.settings(kind)
        report = migrate(
            source, target, selection([source, target], [name], kinds=["comments", "attachments"]), APPLY
        )
        assert [(each.id, each.kind) for each in report.refused] == [("nul", "comments")]
        assert "NUL" in report.refused[0].why
        (difference,) = report.differences
        assert (difference.missing, difference.differing, difference.extra) == (["nul"], [], [])
        found = held(target, COMMENTS, name)
        assert found["t1"] == thread(
            name,
            "t1",
            at="2024-05-01T00:00:00.000Z",
            key="0123456789abcdef01234567",
            sum="1.10",
            long=7,
            bytes="AP8=",
        )
        assert found["nan"]["value"] == {"$numberDouble": "Infinity"}
        ids = held(target, ATTACHMENTS, name)
        assert {id: type(row["attachmentId"]) for id, row in ids.items()} == {"5": int, "6": int}


def test_rows_that_cannot_belong_there_are_left_out_and_told(makes: Makes) -> None:
    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings("mongodb")
    put(source, COMMENTS, names[0], thread(names[1], "foreign"), thread(names[0], "mine"))
    users = ["lists", "one"]
    put(source, USERS, names[0], *[{"userId": id, "organizationId": names[0]} for id in users])
    put(target, USERS, names[1], {"userId": "nobody's", "organizationId": names[1]})
    from pymongo import MongoClient

    assert target.database is not None
    client: Any = MongoClient(target.database.connection_string)
    rows = client[target.database.mongodb_database()]["users"]
    rows.insert_one({"userId": "one", "name": "of no organization"})
    report = migrate(source, target, selection([source, target], names), APPLY)
    refused = sorted((each.kind, each.id) for each in report.refused)
    assert refused == [("comments", "foreign"), ("users", "one")]
    assert rows.find_one({"userId": "one"}, {"_id": 0}) == {"userId": "one", "name": "of no organization"}
    assert held(target, COMMENTS, names[1]) == {}
    assert set(held(target, COMMENTS, names[0])) == {"mine"}
    client.close()


def test_an_id_that_the_target_cannot_take_hinders_no_other(makes: Makes) -> None:
    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings("django")
    long = "x" * 500
    put(source, COMMENTS, names[0], *[thread(names[0], id) for id in ("a", long, "b")])
    report = migrate(source, target, selection([source, target], names), APPLY)
    assert [each.id for each in report.refused] == [long]
    assert sorted(held(target, COMMENTS, names[0])) == ["a", "b"]


def test_a_unique_index_of_velt_py_hinders_only_the_record_that_it_refuses(makes: Makes) -> None:
    from pymongo import MongoClient

    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings("mongodb")
    assert target.database is not None
    client: Any = MongoClient(target.database.connection_string)
    rows = client[target.database.mongodb_database()]["comment_annotations"]
    rows.create_index("annotationId", unique=True)
    rows.insert_one(thread("another", "t2"))
    put(source, COMMENTS, names[0], *[thread(names[0], f"t{number}") for number in range(1, 4)])
    report = migrate(source, target, selection([source, target], names), APPLY)
    assert [each.id for each in report.refused] == ["t2"]
    assert sorted(held(target, COMMENTS, names[0])) == ["t1", "t3"]
    client.close()


KILLED = """
import json, os, signal, sys
from velt_py.config import load_settings
from velt_py.selfhosting.migration.moving import Options, migrate
from velt_py.selfhosting.migration.selection import select

source, target = [load_settings(each, {}) for each in json.loads(sys.argv[1])]
pieces = 0

def seen(progress):
    global pieces
    pieces += 1
    if pieces == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

chosen = select([source, target], users=True, piece=3)
migrate(source, target, chosen, Options(apply=True, checkpoint=sys.argv[2], seen=seen))
"""


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb"])
def test_a_killed_migration_goes_on_where_it_was(makes: Makes, tmp_path: Path, name: str) -> None:
    names = organizations()
    configs = [makes.config("sqlite"), makes.config(name)]
    source, target = [load_settings(each, {}) for each in configs]
    fill(source, names)
    checkpoint = tmp_path / "checkpoint.json"
    for pieces in (1, 4, 9):
        arguments = [json.dumps(configs), str(checkpoint), str(pieces)]
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, *arguments],
            env={**os.environ, "PYTHONPATH": str(Path(velt_py.__file__).parents[1])},
            timeout=120,
        )
        assert ended.returncode == -signal.SIGKILL
        assert json.loads(checkpoint.read_text())["at"]["after"]
    chosen = selection([source, target])
    report = migrate(source, target, chosen, Options(apply=True, checkpoint=str(checkpoint)))
    assert report.complete
    # Every record was read once, all runs together: none anew, none left out.
    assert counted(report, "read") == counted(report, "new") == 2 * (7 * 7 + 1)
    assert all_held(target, names) == all_held(source, names)
    assert not checkpoint.exists()


def test_a_kill_at_any_moment_leaves_something_to_go_on_from(makes: Makes, tmp_path: Path) -> None:
    names = organizations()
    configs = [makes.config("sqlite"), makes.config("sqlite")]
    source, target = [load_settings(each, {}) for each in configs]
    put(source, COMMENTS, names[0], *[thread(names[0], f"t{number}") for number in range(900)])
    checkpoint = tmp_path / "checkpoint.json"
    for wait in (0.05, 0.11, 0.23):
        arguments = [json.dumps(configs), str(checkpoint), "0"]
        started = subprocess.Popen(
            [sys.executable, "-c", KILLED, *arguments],
            env={**os.environ, "PYTHONPATH": str(Path(velt_py.__file__).parents[1])},
        )
        deadline = time.monotonic() + 60
        while not checkpoint.exists() and started.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(wait)
        started.kill()
        started.wait(60)
    report = migrate(
        source, target, selection([source, target]), Options(apply=True, checkpoint=str(checkpoint))
    )
    assert report.complete
    assert held(target, COMMENTS, names[0]) == held(source, COMMENTS, names[0])


def test_a_checkpoint_serves_its_own_migration_only(makes: Makes, tmp_path: Path) -> None:
    names = organizations()
    source, target, other = [makes.settings("sqlite") for _ in range(3)]
    fill(source, names, 2)
    checkpoint = tmp_path / "checkpoint.json"

    class Stop(Exception):
        pass

    def stop(progress: Any) -> None:
        raise Stop

    chosen = selection([source, target])
    with pytest.raises(Stop):
        migrate(source, target, chosen, Options(apply=True, checkpoint=str(checkpoint), seen=stop))
    kept = checkpoint.read_text()
    with pytest.raises(VeltConfigurationError, match="another `to`"):
        migrate(source, other, chosen, Options(apply=True, checkpoint=str(checkpoint)))
    with pytest.raises(VeltConfigurationError, match="another `organizations`"):
        migrate(
            source,
            target,
            selection([source, target], names[:1]),
            Options(apply=True, checkpoint=str(checkpoint)),
        )
    # A dry run neither goes on from it nor takes it away.
    assert counted(migrate(source, target, chosen, Options(checkpoint=str(checkpoint))), "read") == 30
    assert checkpoint.read_text() == kept
    for damaged in ("", "[]", "{", '{"version": 1}', kept.replace('"after"', '"behind"')):
        checkpoint.write_text(damaged)
        with pytest.raises(VeltConfigurationError, match="--checkpoint"):
            migrate(source, target, chosen, Options(apply=True, checkpoint=str(checkpoint)))


def test_a_checkpoint_holds_no_password(makes: Makes, tmp_path: Path) -> None:
    names = organizations()
    source, target = makes.settings("postgresql"), makes.settings("sqlite")
    fill(source, names, 2)
    checkpoint = tmp_path / "checkpoint.json"
    texts: List[str] = []
    options = Options(apply=True, checkpoint=str(checkpoint), seen=lambda _: texts.append(read(checkpoint)))
    migrate(source, target, selection([source, target]), options)
    assert source.database is not None
    assert "testpw" in str(source.database.connection_string)
    assert any("postgresql 127.0.0.1" in text for text in texts)
    assert not any("testpw" in text for text in texts)


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_two_stores_are_needed_and_the_source_has_to_be_there(makes: Makes) -> None:
    source, target = makes.settings("sqlite"), makes.settings("sqlite")
    chosen = selection([source, target])
    with pytest.raises(VeltConfigurationError, match="no file"):
        migrate(source, target, chosen, APPLY)
    fill(source, organizations(), 1)
    with pytest.raises(VeltConfigurationError, match="same store"):
        migrate(source, source, chosen, APPLY)
    with pytest.raises(VeltSchemaError, match="no table"):
        migrate(makes.settings("postgresql"), target, chosen, APPLY)


def test_memory_stays_small_however_many_records_there_are(makes: Makes) -> None:
    (name, _), source, target = organizations(), makes.settings("sqlite"), makes.settings("sqlite")
    put(source, COMMENTS, name, *[thread(name, f"t{number}", text="x" * 20_000) for number in range(1500)])
    import tracemalloc

    with store_of(source) as giving, store_of(target) as taking:
        tracemalloc.start()
        report = move(giving, taking, selection([source, target], piece=50), APPLY)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert report.complete
    assert peak < 15_000_000, "30 MB of records were moved"


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb", "django"])
def test_a_file_of_lines_holds_everything(makes: Makes, name: str, tmp_path: Path) -> None:
    names = organizations()
    source, target = makes.settings(name), makes.settings("sqlite")
    fill(source, names)
    path = str(tmp_path / "records.jsonl")
    assert export_to(path, source, selection([source], names)).complete
    assert oct(os.stat(path).st_mode)[-3:] == "600"
    dry = import_from(path, target, selection([target]), apply=False)
    assert (counted(dry, "new"), held(target, COMMENTS, names[0])) == (100, {})
    only = selection([target], names[:1], kinds=["comments"], users=False)
    assert counted(import_from(path, target, only, apply=True), "new") == 8
    assert counted(import_from(path, target, selection([target]), apply=True), "new") == 92
    again = import_from(path, target, selection([target]), apply=True)
    assert (counted(again, "same"), counted(again, "new"), counted(again, "changed")) == (100, 0, 0)
    assert all_held(target, names) == all_held(source, names)


def with_files(makes: Makes, folder: Path) -> Dict[str, Any]:
    return {
        **makes.config("sqlite"),
        "files": {"type": "folder", "path": str(folder), "base_url": "https://app.example/velt"},
    }


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_files_go_with_their_attachments(makes: Makes, tmp_path: Path, kind: str, request: Any) -> None:
    from velt_py import VeltSDK

    name = organizations()[0]
    one, other = with_files(makes, tmp_path / "one"), with_files(makes, tmp_path / "other")
    if kind == "s3":
        other = {**makes.config("sqlite"), "aws": bucket(request.getfixturevalue("s3_endpoint"))}
    content = os.urandom(1_500_000)
    metadata = {"organizationId": name, "documentId": "d"}
    with VeltSDK(load_settings(one, {})) as sdk:
        for id, data in ((7, content), (8, b"gone"), (9, b"")):
            given = {"attachment": {"attachmentId": id, "name": "a.bin"}, "metadata": metadata}
            assert sdk.selfHosting.attachments.saveAttachment(given, data)["success"]
    put(
        load_settings(one, {}),
        ATTACHMENTS,
        name,
        {"attachmentId": 10, "url": "https://x.example/a", "metadata": metadata},
    )
    gone = next(
        path for path in (tmp_path / "one").rglob("*") if path.is_file() and path.read_bytes() == b"gone"
    )
    gone.unlink()
    source, target = load_settings(one, {}), load_settings(other, {})
    chosen = selection([source, target], [name])
    dry = migrate(source, target, chosen, Options(files=True))
    assert vars(dry.files) == {"copied": 2, "same": 0, "elsewhere": 1, "missing": 1}
    report = migrate(source, target, chosen, Options(apply=True, files=True))
    assert vars(report.files) == {"copied": 2, "same": 0, "elsewhere": 1, "missing": 1}
    assert report.missing_files == [(name, "8")]
    assert not report.complete
    again = migrate(source, target, chosen, Options(apply=True, files=True))
    assert vars(again.files) == {"copied": 0, "same": 2, "elsewhere": 1, "missing": 1}
    assert fetched(target, name, "7") == content
    assert fetched(target, name, "9") == b""
    with pytest.raises(VeltConfigurationError, match="same file store"):
        migrate(source, load_settings({**other, **files_block(one)}, {}), chosen, Options(files=True))


def files_block(config: Dict[str, Any]) -> Dict[str, Any]:
    return {"files": config["files"], "aws": None}


def bucket(endpoint: str) -> Dict[str, Any]:
    import boto3

    name = f"moving-{uuid.uuid4().hex[:12]}"
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys).create_bucket(Bucket=name)
    return {
        "bucket_name": name,
        "endpoint_url": endpoint,
        "region": "us-east-1",
        "access_key_id": "testing",
        "secret_access_key": "testing",
    }


def fetched(settings: Settings, organization: str, id: str) -> bytes:
    from velt_py.selfhosting.files.opening import open_file_store
    from velt_py.selfhosting.files.plans import OpenFile

    key = held(settings, ATTACHMENTS, organization)[id]["fileKey"]
    store = open_file_store(settings)
    stored = store.run(OpenFile(key))
    content = b"".join(stored.pieces())
    store.close()
    return content


def test_a_migration_reads_what_other_writers_stored_meanwhile_in_the_next_run(makes: Makes) -> None:
    names = organizations()  # the second is walked first
    source, target = makes.settings("sqlite"), makes.settings("postgresql")
    fill(source, names)
    written: List[str] = []

    def write(progress: Any) -> None:
        if not written:
            written.append("a first one")
            put(
                source,
                COMMENTS,
                names[1],
                thread(names[1], "\x01first"),
                thread(names[1], "i1", changed=True),
            )

    chosen = selection([source, target])
    first = migrate(source, target, chosen, Options(apply=True, seen=write))
    assert not first.complete, "the comparison at its end tells"
    second = migrate(source, target, chosen, APPLY)
    assert second.complete
    assert (counted(second, "new"), counted(second, "changed")) == (1, 1)
    with store_of(target) as store:
        (record,) = store.run(Read(COMMENTS, Scope(names[1]), ("i1",)))
    assert '"changed": true' in record.body
