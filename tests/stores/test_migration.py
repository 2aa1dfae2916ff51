"""From one store to another and back: every record exactly as it was, resumed after a crash, compared by hash."""

from __future__ import annotations

import json
import logging
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, List

import pytest

from tests.stores.moving import (
    Makes,
    all_held,
    counted,
    fill,
    held,
    organizations,
    put,
    selection,
    store_of,
    thread,
)
from velt_py.exceptions import VeltConfigurationError, VeltSchemaError
from velt_py.selfhosting.migration.moving import Options, migrate, move
from velt_py.selfhosting.plans import Delete, Read
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS, USERS, WEBHOOKS
from velt_py.selfhosting.scope import Scope

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


@pytest.mark.parametrize("name", ["sqlite", "sqlite_bare", "postgresql", "mongodb", "django_bare"])
def test_a_dry_run_and_a_comparison_write_nothing_and_find_a_target_without_tables_empty(
    makes: Makes, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    names = organizations()
    source, target = makes.settings("sqlite"), makes.settings(name)
    fill(source, names, 2)
    report = migrate(source, target, selection([source, target]), Options())
    assert counted(report, "new") == 2 * (7 * 2 + 1)
    compared = migrate(source, target, selection([source, target]), Options(apply=True, verify_only=True))
    assert not compared.complete
    assert {each.organization for each in compared.differences} == set(names)
    assert [record for record in caplog.records if record.levelno > logging.DEBUG] == []
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


@pytest.mark.parametrize("name", ["postgresql", "mongodb", "django", "sqlite_files"])
def test_received_webhook_events_are_moved_only_when_asked_for(makes: Makes, name: str) -> None:
    queue = organizations()[0]
    source, target = makes.settings("sqlite"), makes.settings(name)
    put(source, WEBHOOKS, queue, {"id": "e1", "queue": queue, "state": {"shelf": "done"}})
    assert counted(migrate(source, target, selection([source, target], [queue]), APPLY), "read") == 0
    asked = selection([source, target], [queue], kinds=["webhooks"], users=False)
    report = migrate(source, target, asked, APPLY)
    assert (report.complete, counted(report, "new")) == (True, 1)
    assert held(target, WEBHOOKS, queue) == held(source, WEBHOOKS, queue)


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
