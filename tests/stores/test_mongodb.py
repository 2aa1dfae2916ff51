"""MongoDB: what one save does on the server, what comes back, and that nothing of a document is interpreted."""

from __future__ import annotations

import datetime
import json
import logging
import uuid
from typing import Any, Dict, Iterator, List

import bson
import pytest
from bson import Binary, Decimal128, Int64, MaxKey, ObjectId, Regex, Timestamp
from bson.raw_bson import RawBSONDocument
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mongodb_places import Wire, find_users, place, read, save, save_user, thread

from velt_py.config import load_settings
from velt_py.exceptions import VeltConflictError, VeltValidationError
from velt_py.sdk import VeltSDK
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.merge import comment_merge, map_merges, merged
from velt_py.selfhosting.plans import Delete, MapMerge, Organizations, Read, Record
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS, USERS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.mongodb import MongoDBStore
from velt_py.selfhosting.stores.mongodb_pipeline import MANY, update_pipelines
from velt_py.settings import COLLECTIONS


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def database(mongodb_uri: str, wire: Wire) -> Iterator[Any]:
    with place(mongodb_uri, wire) as made:
        yield made


@pytest.fixture
def store(database: Any) -> MongoDBStore:
    return MongoDBStore.over(database, COLLECTIONS)


# What a save does to a stored document

HOSTILE = [
    "$set",
    "a.b",
    "",
    "$",
    ".",
    "$$ROOT",
    "$$saved",
    "__proto__",
    "$ref",
    "$id",
    "0",
    "a",
    "k",
    "v",
    "\u00e9",
]
keys = st.one_of(st.sampled_from(HOSTILE), st.text("abc$. \U0001f600", max_size=4))
numbers = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
leaves = st.one_of(
    st.none(), st.booleans(), numbers, st.text(max_size=5).filter(lambda text: "\0" not in text)
)
texts = st.sampled_from(["$x", "$$ROOT", "$saved.a", "plain"])
values = st.recursive(
    leaves | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
entries = st.dictionaries(keys, values, max_size=4)
fields = st.sampled_from(["m", "n", "x", "$f", "a.b", ""])
tops = st.dictionaries(fields, entries | values, max_size=4)


@st.composite
def rules(draw: Any) -> List[MapMerge]:
    return [
        MapMerge(
            field,
            deep=draw(st.booleans()),
            overwrite=draw(st.none() | st.lists(keys, max_size=2).map(tuple)),
            remove=tuple(draw(st.lists(keys, max_size=2, unique=True))),
            clear=tuple(draw(st.lists(keys, max_size=2, unique=True))),
            empty=draw(st.booleans()),
        )
        for field in draw(st.lists(fields, max_size=2, unique=True))
    ]


@st.composite
def cases(draw: Any) -> Dict[str, Any]:
    merges = draw(rules())
    document = draw(tops)
    for rule in merges:
        # A plan's documents do not hold what it removes.
        if isinstance(document.get(rule.field), dict):
            document[rule.field] = {k: v for k, v in document[rule.field].items() if k not in rule.remove}
    return {"stored": draw(tops), "document": document, "merges": tuple(merges)}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=st.lists(cases(), min_size=1, max_size=12))
def test_an_update_does_exactly_what_merged_does(database: Any, batch: List[Dict[str, Any]]) -> None:
    cases_of = database["cases"].with_options(bson.CodecOptions(document_class=RawBSONDocument))
    cases_of.delete_many({})
    for at, case in enumerate(batch):
        database["cases"].insert_one({"_id": at, **case["stored"]})
        pipeline = update_pipelines(case["merges"])(case["document"])
        database["cases"].update_one({"_id": at}, pipeline)
    for at, case in enumerate(batch):
        raw = cases_of.find_one({"_id": at}).raw
        expected = merged({"_id": at, **case["stored"]}, case["document"], case["merges"])
        assert same(bson.decode(raw), bson.decode(bson.encode(expected)))


def same(one: Any, other: Any) -> bool:
    """Equal, and of equal types: 1, 1.0 and true are three values."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("size", [MANY, MANY + 1, 3 * MANY])
def test_maps_of_many_entries_are_merged_like_small_ones(store: MongoDBStore, size: int) -> None:
    first = {f"{at}.$": {"a": at, "old": True} for at in range(size)}
    second = {f"{at}.$": {"a": -at, "new": True} for at in range(size // 2, size + 10)}
    first["list"], second["list"] = [1], {"a": 1}  # type: ignore[assignment]
    store.run(save(thread("A", comments=first)))
    store.run(save(thread("A", comments=second)))
    expected = merged(thread("A", comments=first), thread("A", comments=second), map_merges(COMMENTS))
    assert read(store) == {"A": expected}


@pytest.mark.parametrize(
    "key", ["$set", "a.b", "", "$a.b", ".", "$", "__proto__", "$$ROOT", "$literal", "12"]
)
def test_a_hostile_key_is_kept_at_every_level_at_the_first_and_at_a_later_save(
    store: MongoDBStore, key: str
) -> None:
    entry = {"commentId": 1, key: {key: [{key: "$x"}]}}
    for turn in (1, 2):
        document = thread("A", comments={key: entry, "c": {key: turn}}, **({key: turn} if key else {}))
        if not key:
            document[""] = turn
        store.run(save(document))
        assert read(store) == {"A": document}
    rule = comment_merge("comment.update", key, {key})
    store.run(save(thread("A", comments={key: {"commentId": 2}}), merges=(MapMerge("metadata"), rule)))
    assert read(store)["A"]["comments"][key] == {**entry, "commentId": 2}
    rule = comment_merge("comment.delete", key, set())
    store.run(save(thread("A"), merges=(MapMerge("metadata"), rule)))
    assert read(store)["A"]["comments"] == {"c": {key: 2}}


def test_ids_and_organizations_that_look_like_expressions_are_texts(store: MongoDBStore) -> None:
    store.run(save(thread("$$ROOT", "$o"), organization="$o"))
    store.run(save(thread("$$ROOT", "$o", x="$annotationId"), organization="$o"))
    assert read(store, "$o") == {"$$ROOT": thread("$$ROOT", "$o", x="$annotationId")}
    assert store.run(Delete(COMMENTS, Scope("$o"), ("$$ROOT",))) == 1


def test_the_key_of_the_database_is_refused_before_anything_is_written(
    database: Any, mongodb_uri: str
) -> None:
    config = {"type": "mongodb", "connection_string": mongodb_uri, "database_name": database.name}
    with VeltSDK(load_settings({"database": config, "raiseOnError": True}, {})) as sdk:
        with pytest.raises(VeltValidationError, match="_id"):
            sdk.selfHosting.comments.saveComments("o", {"A": {}, "B": {"_id": "taken"}})
        assert sdk.selfHosting.comments.getComments("o")["data"] == {}
        nested = {"A": {"x": {"_id": 1}}}
        sdk.selfHosting.comments.saveComments("o", nested)
        assert sdk.selfHosting.comments.getComments("o")["data"]["A"]["x"] == {"_id": 1}


def test_nothing_is_stored_beside_what_was_saved(store: MongoDBStore, database: Any) -> None:
    store.run(save(thread("A", resolvedByUserId=None)))
    [stored] = database.comment_annotations.find()
    assert isinstance(stored.pop("_id"), ObjectId)
    assert stored == thread("A", resolvedByUserId=None)


def test_a_save_answers_how_many_records_are_new(store: MongoDBStore) -> None:
    assert store.run(save(thread("A"), thread("B"))) == 2
    assert store.run(save(thread("A", x=1), thread("C"))) == 1
    assert store.run(save(thread("A", x=1))) == 0


# Round trips


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_a_save_and_a_read_of_any_size_are_one_round_trip(store: MongoDBStore, wire: Wire, size: int) -> None:
    store.run(save(thread("first")))
    documents = [thread(f"A{at}", comments={str(at): {"commentText": "x" * 500}}) for at in range(size)]
    for _ in range(2):
        wire.commands.clear()
        store.run(save(*documents))
        assert wire.names == ["update"]
    wire.commands.clear()
    assert len(read(store, ids=tuple(f"A{at}" for at in range(size)))) == size
    assert wire.names == ["find"]
    wire.commands.clear()
    assert store.run(Delete(COMMENTS, Scope("o"), tuple(f"A{at}" for at in range(size)))) == size
    assert wire.names == ["delete"]


def test_users_are_found_and_saved_in_one_round_trip(store: MongoDBStore, wire: Wire) -> None:
    store.run(save_user("u", {"name": "one"}))
    store.run(save_user("u", {"name": "two"}))
    assert store.run(find_users("u")) == [{"userId": "u", "name": "two", "organizationId": "o"}]
    assert wire.names == ["findAndModify", "findAndModify", "find"]


# What comes back


def test_values_that_are_no_json_are_spelled_and_large_integers_stay_integers(
    store: MongoDBStore, database: Any
) -> None:
    database.comment_annotations.insert_one(
        thread(
            "A",
            date=datetime.datetime(2024, 5, 6, 7, 8, 9, 10_000),
            far=bson.DatetimeMS(2**60),
            key=ObjectId("0123456789abcdef01234567"),
            exact=Decimal128("1.10"),
            large=Int64(2**62),
            bytes=b"\x00\x01",
            uuid=Binary(uuid.UUID(int=5).bytes, 4),
            inside={"list": [ObjectId("0123456789abcdef01234567"), float("nan")]},
            pattern=Regex("a.c", "i"),
            time=Timestamp(1, 2),
            most=MaxKey(),
            reference={"$ref": "x", "$id": ObjectId("0123456789abcdef01234567"), "more": 1},
        )
    )
    record = store.run(Read(COMMENTS, Scope("o")))[0]
    result = Result(records=[record])
    document = json.loads(result.to_json())["data"]["A"]
    assert document == result.to_dict()["data"]["A"]
    assert document["date"] == "2024-05-06T07:08:09.010Z"
    assert document["far"] == 2**60
    assert document["key"] == "0123456789abcdef01234567"
    assert document["exact"] == "1.10"
    assert document["large"] == 2**62
    assert type(record.body["large"]) is int
    assert document["bytes"] == "AAE="
    assert document["uuid"] == "00000000-0000-0000-0000-000000000005"
    assert document["inside"]["list"] == ["0123456789abcdef01234567", {"$numberDouble": "NaN"}]
    assert document["pattern"] == {"$regularExpression": {"pattern": "a.c", "options": "i"}}
    assert document["time"] == {"$timestamp": {"t": 1, "i": 2}}
    assert document["most"] == {"$maxKey": 1}
    assert document["reference"] == {"$ref": "x", "$id": "0123456789abcdef01234567", "more": 1}


def test_a_record_that_cannot_be_decoded_hides_no_other_and_is_logged_by_its_id(
    store: MongoDBStore, database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken = bson.encode(thread("broken", text="secret-xy")).replace(b"secret-xy", b"secret-\xff\xfe")
    raw = database.get_collection("comment_annotations", bson.CodecOptions(document_class=RawBSONDocument))
    raw.insert_many([RawBSONDocument(bson.encode({"_id": 1, **thread("A")}))])
    raw.insert_one(_with_id(broken))
    raw.insert_one(RawBSONDocument(bson.encode({"_id": 3, **thread("B")})))
    raw.insert_one(RawBSONDocument(bson.encode({"_id": 4, "metadata": {"organizationId": "o"}})))
    with caplog.at_level(logging.ERROR):
        assert set(read(store)) == {"A", "B"}
    reports = [record for record in caplog.records if record.message == "velt.record.unreadable"]
    assert [record.velt_record for record in reports] == ["broken", ""]  # type: ignore[attr-defined]
    assert "secret" not in caplog.text


def _with_id(raw: bytes) -> RawBSONDocument:
    """The same document under a key: RawBSONDocument wants one to insert it."""
    element = bson.encode({"_id": 2})[4:-1]
    body = element + raw[4:]
    return RawBSONDocument((len(body) + 4).to_bytes(4, "little") + body)


@pytest.mark.parametrize("id", [742199, 742199.0, Int64(742199), "742199"])
def test_an_attachment_is_found_merged_and_deleted_by_its_number_however_it_is_stored(
    store: MongoDBStore, database: Any, id: Any
) -> None:
    database.attachments.insert_one({"attachmentId": id, "metadata": {"organizationId": "o"}, "file": "f"})
    document = {"attachmentId": 742199, "metadata": {"organizationId": "o"}, "name": "n"}
    assert store.run(save(document, kind=ATTACHMENTS)) == 0
    plan = Read(ATTACHMENTS, Scope("o"), ("742199",))
    assert store.run(plan) == [Record("742199", {**document, "file": "f"})]
    assert store.run(Delete(ATTACHMENTS, Scope("p"), ("742199",))) == 0
    assert store.run(Delete(ATTACHMENTS, Scope("o"), ("742199",))) == 1


def test_more_than_one_reply_holds_is_read_whole(store: MongoDBStore, wire: Wire) -> None:
    big = "x" * 3_000_000
    for at in range(7):
        store.run(save(thread(f"A{at}", text=big)))
    wire.commands.clear()
    assert len(read(store)) == 7
    assert wire.names == ["find", "getMore"]


def test_organizations_are_listed_from_an_index_alone(store: MongoDBStore, database: Any, wire: Wire) -> None:
    for name in ("b", "a", "c"):
        store.run(save(thread("A", name), thread("B", name), organization=name))
    wire.commands.clear()
    assert store.run(Organizations(COMMENTS)) == ["a", "b", "c"]
    [command] = wire.commands
    plan = database.command("aggregate", command["aggregate"], pipeline=command["pipeline"], explain=True)
    assert "DISTINCT_SCAN" in json.dumps(plan, default=str)
    assert store.run(Organizations(USERS)) == []


# Limits


def test_a_record_that_would_outgrow_mongodb_is_refused_without_its_text(store: MongoDBStore) -> None:
    text = "secret" * 1_000_000
    for at in range(2):
        store.run(save(thread("A", comments={str(at): {"commentText": text}})))
    with pytest.raises(VeltConflictError, match="16 MB") as refused:
        store.run(save(thread("A", comments={"2": {"commentText": text}}), thread("B")))
    assert "secret" not in str(refused.value)
    assert len(read(store)["A"]["comments"]) == 2
    with pytest.raises(VeltConflictError, match="16 MB"):
        store.run(save(thread("C", text=text * 3)))


def test_a_record_nested_deeper_than_mongodb_stores_is_refused(store: MongoDBStore) -> None:
    deep: Dict[str, Any] = {}
    for _ in range(185):
        deep = {"d": deep}
    with pytest.raises(VeltConflictError, match="max_depth"):
        store.run(save(thread("A", x=deep)))
    assert read(store) == {}
