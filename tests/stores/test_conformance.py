"""What every store promises, whatever keeps the records: each test runs for all stores, sync and async."""

from __future__ import annotations

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Optional, Tuple

import pytest

from tests.stores.conftest import Driver, Loop
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.merge import merged
from velt_py.selfhosting.plans import (
    Change,
    Delete,
    FindUsers,
    MapMerge,
    Organizations,
    Read,
    Save,
    SaveUser,
)
from velt_py.selfhosting.records import (
    ACTIVITIES,
    COMMENTS,
    KINDS,
    NOTIFICATIONS,
    ON_DEMAND,
    RECORDINGS,
    WEBHOOKS,
    Kind,
    nested,
)
from velt_py.selfhosting.scope import Scope

Documents = Dict[str, Dict[str, Any]]
ASTRAL = "\U0001f600 \u00e9 e\u0301 \u4e2d \u2028"


def stored(kind: Kind, organization: str, id: str, **fields: Any) -> Dict[str, Any]:
    """A document as the services make it: with its id and its organization."""
    document: Dict[str, Any] = {kind.id[0]: id, **nested(kind.organization, organization)}
    for name, value in fields.items():
        if name == "metadata":
            document["metadata"] = {**document.get("metadata", {}), **value}
        else:
            document[name] = value
    return document


def change(id: str, document: Dict[str, Any]) -> Change:
    return Change(id, document, dumps(document))


def save(
    driver: Driver,
    organization: str,
    *documents: Dict[str, Any],
    kind: Kind = COMMENTS,
    merges: Tuple[MapMerge, ...] = (MapMerge("metadata"), MapMerge("comments", deep=True)),
) -> int:
    changes = tuple(change(document[kind.id[0]], document) for document in documents)
    added: int = driver.run(Save(kind, Scope(organization), changes, merges))
    return added


def read(driver: Driver, organization: str, *, kind: Kind = COMMENTS, **how: Any) -> Documents:
    records = driver.run(Read(kind, Scope(organization), **how))
    assert len({record.id for record in records}) == len(records)
    return {
        record.id: loads(record.body) if isinstance(record.body, str) else record.body for record in records
    }


def thread(
    driver: Driver, id: str = "A", organization: Optional[str] = None, **fields: Any
) -> Dict[str, Any]:
    return stored(COMMENTS, organization or driver.one, id, **fields)


# Saving


OWN = [kind for kind in (*KINDS, *ON_DEMAND) if not kind.shared]


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_every_kind_is_stored_read_by_id_and_deleted(driver: Driver, kind: Kind) -> None:
    id = "7" if kind.numeric_ids else "r1"
    document = stored(kind, driver.one, id, anything={"deep": [1, {"x": None}]})
    if kind.numeric_ids:
        document[kind.id[0]] = 7
    added = driver.run(Save(kind, Scope(driver.one), (change(id, document),)))
    assert added == 1
    assert read(driver, driver.one, kind=kind, ids=(id,)) == {id: document}
    assert driver.run(Delete(kind, Scope(driver.one), (id,))) == 1
    assert read(driver, driver.one, kind=kind, ids=(id,)) == {}


def test_a_kind_of_its_own_time_is_kept_after_others_were(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, "A"))
    row = {"id": "w", "queue": driver.one, "state": {"shelf": "pending", "n": 1}}
    first = MapMerge("state", overwrite=())
    assert driver.run(Save(WEBHOOKS, Scope(driver.one), (change("w", row),), (first,))) == 1
    again = {**row, "state": {"shelf": "done", "n": 2}}
    assert driver.run(Save(WEBHOOKS, Scope(driver.one), (change("w", again),), (first,))) == 0
    assert read(driver, driver.one, kind=WEBHOOKS, documents=("done",)) == {}
    assert read(driver, driver.one, kind=WEBHOOKS, documents=("pending",)) == {"w": row}
    driver.run(Save(WEBHOOKS, Scope(driver.one), (change("w", again),), (MapMerge("state"),)))
    assert read(driver, driver.one, kind=WEBHOOKS, documents=("done",)) == {"w": again}
    assert read(driver, driver.one, ids=("A",))


def test_a_save_counts_the_records_that_are_new(driver: Driver) -> None:
    assert save(driver, driver.one, thread(driver, "A"), thread(driver, "B")) == 2
    assert save(driver, driver.one, thread(driver, "B"), thread(driver, "C")) == 1
    assert save(driver, driver.one, thread(driver, "A")) == 0


def test_absent_fields_stay_and_null_clears(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, assignedTo={"userId": "v"}, targetTextRange={"text": "t"}))
    save(driver, driver.one, thread(driver, assignedTo=None))
    found = read(driver, driver.one)["A"]
    assert found["assignedTo"] is None
    assert found["targetTextRange"] == {"text": "t"}


def test_top_level_objects_replace_each_other_where_no_merge_is_asked_for(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, context={"a": 1, "b": 2}))
    save(driver, driver.one, thread(driver, context={"c": 3}))
    assert read(driver, driver.one)["A"]["context"] == {"c": 3}


OLD = {"1": {"commentId": 1, "commentText": "one", "x": 1}, "2": {"commentId": 2, "commentText": "two"}}
MERGES: List[Tuple[str, MapMerge, Any, Any]] = [
    ("shallow entries replace", MapMerge("comments"), {"1": {"y": 2}}, {"1": {"y": 2}, "2": OLD["2"]}),
    (
        "deep entries merge key by key",
        MapMerge("comments", deep=True),
        {"1": {"commentText": "new"}, "3": {"commentId": 3}},
        {"1": {"commentId": 1, "commentText": "new", "x": 1}, "2": OLD["2"], "3": {"commentId": 3}},
    ),
    (
        "deep null inside an entry clears",
        MapMerge("comments", deep=True),
        {"1": {"x": None}},
        {"1": {"commentId": 1, "commentText": "one", "x": None}, "2": OLD["2"]},
    ),
    (
        "deep replaces what is no object",
        MapMerge("comments", deep=True),
        {"1": 5, "2": None},
        {"1": 5, "2": None},
    ),
    (
        "only the named entry changes, others fill gaps",
        MapMerge("comments", deep=True, overwrite=("2",)),
        {"1": {"commentText": "stale"}, "2": {"commentText": "edited"}, "3": {"commentId": 3}},
        {"1": OLD["1"], "2": {"commentId": 2, "commentText": "edited"}, "3": {"commentId": 3}},
    ),
    (
        "none may change, all fill gaps",
        MapMerge("comments", deep=True, overwrite=()),
        {"1": {"commentText": "stale"}, "3": {"commentId": 3}},
        {"1": OLD["1"], "2": OLD["2"], "3": {"commentId": 3}},
    ),
    (
        "the named entry loses what it no longer holds",
        MapMerge("comments", deep=True, overwrite=("1",), clear=("commentText", "commentHtml")),
        {"1": {"commentHtml": "<p>"}, "2": {"commentHtml": "stale"}},
        {"1": {"commentId": 1, "x": 1, "commentHtml": "<p>"}, "2": OLD["2"]},
    ),
    (
        "named entries that are not sent stay whole",
        MapMerge("comments", deep=True, overwrite=("1",), clear=("commentText",)),
        {"2": {"commentHtml": "stale"}},
        OLD,
    ),
    ("removed entries go", MapMerge("comments", deep=True, overwrite=(), remove=("1",)), {}, {"2": OLD["2"]}),
    (
        "removing what is not there is nothing",
        MapMerge("comments", deep=True, overwrite=(), remove=("9", "$1", "a.b")),
        {},
        OLD,
    ),
    ("an empty map changes nothing", MapMerge("comments", deep=True), {}, OLD),
    ("an empty map empties when told so", MapMerge("comments", deep=True, overwrite=(), empty=True), {}, {}),
    (
        "a filled map fills gaps even then",
        MapMerge("comments", deep=True, overwrite=(), empty=True),
        {"1": {"x": 9}, "3": {}},
        {**OLD, "3": {}},
    ),
    ("null clears the map", MapMerge("comments", deep=True), None, None),
]


@pytest.mark.parametrize("rule", MERGES, ids=[name.replace(" ", "_") for name, _, _, _ in MERGES])
def test_map_merges(driver: Driver, rule: Tuple[str, MapMerge, Any, Any]) -> None:
    _, how, sent, expected = rule
    before, after = thread(driver, comments=OLD), thread(driver, comments=sent)
    assert merged(before, after, (how,))["comments"] == expected
    save(driver, driver.one, before)
    for _ in range(2):
        save(driver, driver.one, after, merges=(how,))
        assert read(driver, driver.one)["A"]["comments"] == expected


def test_a_field_that_is_not_sent_is_merged_with_nothing_but_its_removals(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, comments=OLD))
    save(driver, driver.one, thread(driver), merges=(MapMerge("comments", deep=True, empty=True),))
    assert read(driver, driver.one)["A"]["comments"] == OLD
    save(driver, driver.one, thread(driver), merges=(MapMerge("comments", deep=True, remove=("1",)),))
    assert read(driver, driver.one)["A"]["comments"] == {"2": OLD["2"]}


@pytest.mark.parametrize("wrong", [None, "text", 5, ["list"], True])
def test_a_stored_field_that_is_no_map_gives_way_to_a_map(driver: Driver, wrong: Any) -> None:
    save(driver, driver.one, thread(driver, comments=wrong))
    save(driver, driver.one, thread(driver, comments={"1": {"a": 1}}))
    assert read(driver, driver.one)["A"]["comments"] == {"1": {"a": 1}}


def test_metadata_is_merged_known_keys_and_unknown_ones(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, metadata={"documentId": "D", "own": {"k": 1}, "apiKey": "old"}))
    save(driver, driver.one, thread(driver, metadata={"folderId": "F", "apiKey": "new", "sdkVersion": None}))
    assert read(driver, driver.one)["A"]["metadata"] == {
        "organizationId": driver.one,
        "documentId": "D",
        "folderId": "F",
        "apiKey": "new",
        "own": {"k": 1},
        "sdkVersion": None,
    }


def test_a_record_that_moves_to_another_document_is_found_there_only(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, metadata={"documentId": "D1"}))
    save(driver, driver.one, thread(driver, metadata={"documentId": "D2"}))
    assert read(driver, driver.one, documents=("D1",)) == {}
    assert set(read(driver, driver.one, documents=("D2",))) == {"A"}


def test_the_same_save_twice_gives_the_same_record(driver: Driver) -> None:
    document = thread(driver, comments=OLD, context=[1, 2], metadata={"documentId": "D"})
    save(driver, driver.one, document)
    first = read(driver, driver.one)
    save(driver, driver.one, document)
    assert read(driver, driver.one) == first == {"A": document}


def test_recordings_merge_their_versions_by_key(driver: Driver) -> None:
    merges = (MapMerge("metadata"), MapMerge("recordingEditVersions", True), MapMerge("chunkUrls"))
    first = stored(RECORDINGS, driver.one, "R", recordingEditVersions={"1": {"a": 1}}, chunkUrls={"0": "u"})
    second = stored(
        RECORDINGS, driver.one, "R", recordingEditVersions={"1": {"b": 2}, "2": {}}, chunkUrls={"1": "v"}
    )
    for document in (first, second):
        save(driver, driver.one, document, kind=RECORDINGS, merges=merges)
    found = read(driver, driver.one, kind=RECORDINGS)["R"]
    assert found["recordingEditVersions"] == {"1": {"a": 1, "b": 2}, "2": {}}
    assert found["chunkUrls"] == {"0": "u", "1": "v"}


def test_a_thousand_records_are_saved_at_once_and_merged_at_once(driver: Driver) -> None:
    documents = [
        thread(driver, f"A{n}", comments={str(c): {"commentText": f"{n} {c}"} for c in range(5)})
        for n in range(1000)
    ]
    assert save(driver, driver.one, *documents) == 1000
    more = [thread(driver, f"A{n}", comments={"9": {"commentText": "more"}}) for n in range(500, 1500)]
    assert save(driver, driver.one, *more) == 500
    found = read(driver, driver.one)
    assert len(found) == 1500
    assert set(found["A700"]["comments"]) == {"0", "1", "2", "3", "4", "9"}
    assert set(found["A300"]["comments"]) == {"0", "1", "2", "3", "4"}
    assert set(found["A1400"]["comments"]) == {"9"}
    ids = tuple(f"A{n}" for n in range(1000))
    assert set(read(driver, driver.one, ids=ids)) == set(ids)
    assert driver.run(Delete(COMMENTS, Scope(driver.one), ids)) == 1000


def test_a_save_of_nothing_stores_nothing(driver: Driver) -> None:
    assert save(driver, driver.one) == 0
    assert read(driver, driver.one) == {}


# Reading


@pytest.fixture
def shelf(driver: Driver) -> Driver:
    for id, document, folder in (("A", "D1", "F1"), ("B", "D1", "F2"), ("C", "D2", "F1"), ("D", None, None)):
        metadata = {} if document is None else {"documentId": document, "folderId": folder}
        save(driver, driver.one, thread(driver, id, metadata=metadata))
    save(driver, driver.two, thread(driver, "A", driver.two, metadata={"documentId": "D1", "folderId": "F1"}))
    return driver


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, "ABCD"),
        ({"ids": ("A", "C", "unknown")}, "AC"),
        ({"ids": ("unknown",)}, ""),
        ({"documents": ("D1",)}, "AB"),
        ({"documents": ("D1", "D2", "D3")}, "ABC"),
        ({"ids": ("A", "C", "D"), "documents": ("D1",)}, "A"),
        ({"folder": "F1"}, "AC"),
        ({"folder": "F1", "documents": ("D2",)}, "C"),
        ({"folder": "F9"}, ""),
        ({"ids": ()}, ""),
        ({"documents": ()}, ""),
        ({"ids": ("A",), "documents": ()}, ""),
        ({"ids": (), "documents": ("D1",)}, ""),
    ],
    ids=str,
)
def test_reading_selects(shelf: Driver, how: Dict[str, Any], expected: str) -> None:
    assert set(read(shelf, shelf.one, **how)) == set(expected)


def test_reading_an_organization_that_has_nothing_answers_nothing(driver: Driver) -> None:
    for kind in (COMMENTS, NOTIFICATIONS, ACTIVITIES):
        assert read(driver, driver.one, kind=kind) == {}


# Two organizations


def test_the_same_id_in_two_organizations_is_two_records(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, "A", driver.one, note="mine"))
    save(driver, driver.two, thread(driver, "A", driver.two, note="yours"))
    assert read(driver, driver.one, ids=("A",))["A"]["note"] == "mine"
    assert driver.run(Delete(COMMENTS, Scope(driver.one), ("A",))) == 1
    assert read(driver, driver.one) == {}
    assert read(driver, driver.two, ids=("A",))["A"]["note"] == "yours"
    assert driver.run(Delete(COMMENTS, Scope(driver.one), ("A",))) == 0


def test_organizations_are_listed_for_the_operator(driver: Driver) -> None:
    for organization in (driver.two, driver.one):
        save(driver, organization, stored(ACTIVITIES, organization, "x"), kind=ACTIVITIES, merges=())
    listed = driver.run(Organizations(ACTIVITIES))
    assert listed == sorted(listed)
    assert {driver.one, driver.two} <= set(listed)


def test_organizations_that_differ_in_case_accents_or_width_are_different(driver: Driver) -> None:
    names = [f"{driver.one}{tail}" for tail in ("a", "A", "\u00e9", "e\u0301", " ", "", "%", "_", ".", "/..")]
    for name in names:
        save(driver, name, thread(driver, "A", name, note=name))
    for name in names:
        assert read(driver, name)["A"]["note"] == name


# Deleting


def test_deletes_count_what_was_there(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, "A"), thread(driver, "B"), thread(driver, "C"))
    delete = Delete(COMMENTS, Scope(driver.one), ("A", "B", "unknown"))
    assert driver.run(delete) == 2
    assert driver.run(delete) == 0
    assert driver.run(Delete(COMMENTS, Scope(driver.one), ())) == 0
    assert set(read(driver, driver.one)) == {"C"}


# Hostile keys and values

HOSTILE_KEYS = [
    "$set",
    "$where",
    "a.b",
    ".",
    "a.",
    "",
    "__proto__",
    "constructor",
    "'; DROP TABLE x; --",
    '"',
    "\\",
]
HOSTILE_KEYS += ["%s", "{}", "$$ROOT", "\n", ASTRAL, "$", "0", "-1", "_id", "$literal"]


def test_hostile_keys_come_back_as_they_were_at_every_level(driver: Driver) -> None:
    entries = {key: {key: f"value of {key!r}"} for key in HOSTILE_KEYS}
    top = {key: 1 for key in HOSTILE_KEYS if key != "_id"}
    document = thread(driver, comments=entries, context=entries, **top)
    for _ in range(2):
        save(driver, driver.one, document)
        assert read(driver, driver.one)["A"] == document


@pytest.mark.parametrize("key", [key for key in HOSTILE_KEYS if key], ids=ascii)
def test_hostile_keys_are_merged_and_removed_like_others(driver: Driver, key: str) -> None:
    save(driver, driver.one, thread(driver, comments={key: {"a": 1, key: 1}, "other": {}}))
    named = MapMerge("comments", deep=True, overwrite=(key,), clear=("a",))
    save(driver, driver.one, thread(driver, comments={key: {"b": 2}}), merges=(named,))
    assert read(driver, driver.one)["A"]["comments"] == {key: {"b": 2, key: 1}, "other": {}}
    remove = MapMerge("comments", deep=True, overwrite=(), remove=(key,))
    save(driver, driver.one, thread(driver), merges=(remove,))
    assert read(driver, driver.one)["A"]["comments"] == {"other": {}}


VALUES = [
    "$set",
    "$$NOW",
    "$metadata.apiKey",
    {"$gt": ""},
    {"$numberLong": "5"},
    {"$oid": "0" * 24},
    {"$literal": 1},
    [{"$add": [1, 2]}],
    ASTRAL,
    "\u0001\u001f\x7f\ufeff\uffff",
    "",
    0,
    False,
    None,
    2**63 - 1,
    -(2**63),
    2**53 + 1,
    0.1,
    -1.5e-300,
    1e300,
    1.0,
    [],
    {},
    [None, [[]], {"": {}}],
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:30])
def test_values_come_back_as_they_were(driver: Driver, value: Any) -> None:
    document = thread(driver, custom=value, comments={"1": {"commentText": value, "list": [value]}})
    for _ in range(2):
        save(driver, driver.one, document)
        found = read(driver, driver.one)["A"]
        assert found == document
        assert type(found["custom"]) is type(value) or isinstance(value, float)


def test_nesting_up_to_the_limit_comes_back(driver: Driver) -> None:
    deep: Any = "bottom"
    for level in range(60):
        deep = {"k": deep} if level % 2 else [deep]
    document = thread(driver, comments={"1": {"deep": deep}})
    for _ in range(2):
        save(driver, driver.one, document)
        assert read(driver, driver.one)["A"] == document


IDS = [
    "$gt",
    "a.b",
    "'; --",
    '"',
    "%",
    "_",
    "*",
    "../x",
    "0",
    "-5",
    " ",
    "\n",
    ASTRAL,
    "x" * 400,
    "\u00e9" * 200,
]


@pytest.mark.parametrize("id", IDS, ids=lambda id: ascii(id)[:20])
def test_hostile_and_long_ids_name_exactly_one_record(driver: Driver, id: str) -> None:
    save(
        driver,
        driver.one,
        thread(driver, id, metadata={"documentId": id, "folderId": id}),
        thread(driver, "other"),
    )
    for how in ({"ids": (id,)}, {"documents": (id,)}, {"folder": id}, {"ids": (id,), "documents": (id,)}):
        assert set(read(driver, driver.one, **how)) == {id}
    assert driver.run(Delete(COMMENTS, Scope(driver.one), (id,))) == 1
    assert set(read(driver, driver.one)) == {"other"}


def test_an_organization_of_400_bytes_works(driver: Driver) -> None:
    organization = (driver.one + "\u00e9" * 200)[:200]
    organization += "x" * (400 - len(organization.encode()))
    save(driver, organization, thread(driver, "A", organization, metadata={"documentId": "d" * 400}))
    assert set(read(driver, organization, ids=("A",))) == {"A"}
    assert set(read(driver, organization, documents=("d" * 400,))) == {"A"}


def test_a_record_of_four_megabytes_comes_back(driver: Driver) -> None:
    document = thread(driver, comments={"1": {"commentText": "x" * (4 * 1024 * 1024 - 1000)}})
    save(driver, driver.one, document)
    assert read(driver, driver.one)["A"] == document


# Users

ID = (("userId",),)
ORGANIZATION = (("organizationId",),)


def find(driver: Driver, organization: str, /, *values: str, **how: Any) -> List[Dict[str, Any]]:
    plan = FindUsers(
        Scope(organization), **{"columns": ID, "values": values, "organization": ORGANIZATION, **how}
    )
    return sorted(driver.run(plan), key=dumps)


def save_user(
    driver: Driver,
    organization: str,
    id: str,
    row: Dict[str, Any],
    column: Tuple[str, ...] = ("userId",),
    merges: Tuple[MapMerge, ...] = (),
    columns: Tuple[Tuple[str, ...], ...] = ORGANIZATION,
) -> int:
    initial = json.loads(json.dumps(row))
    below = initial
    for name in columns[0][:-1]:
        below = below.setdefault(name, {})
    below[columns[0][-1]] = organization
    plan = SaveUser(Scope(organization), column, columns, change(id, row), change(id, initial), merges)
    added: int = driver.run(plan)
    return added


def test_a_saved_user_is_found_in_the_own_organization_only(driver: Driver) -> None:
    assert save_user(driver, driver.one, driver.person, {"userId": driver.person, "name": "Ann"}) == 1
    assert save_user(driver, driver.one, driver.person, {"userId": driver.person, "color": "red"}) == 0
    expected = {"userId": driver.person, "name": "Ann", "color": "red", "organizationId": driver.one}
    assert find(driver, driver.one, driver.person) == [expected]
    assert find(driver, driver.two, driver.person) == []
    assert find(driver, driver.one, "unknown") == []
    assert find(driver, driver.one) == []


def test_the_same_user_in_two_organizations_is_two_rows(driver: Driver) -> None:
    for organization in (driver.one, driver.two):
        assert (
            save_user(driver, organization, driver.person, {"userId": driver.person, "name": organization})
            == 1
        )
    for organization in (driver.one, driver.two):
        assert [row["name"] for row in find(driver, organization, driver.person)] == [organization]


def test_rows_name_list_or_do_not_name_an_organization(driver: Driver) -> None:
    names, lists, none, other = (f"{driver.person}-{tail}" for tail in ("names", "lists", "none", "other"))
    driver.seed_user({"userId": names, "organizationId": driver.one})
    driver.seed_user({"userId": lists, "organizationId": ["x", driver.one]})
    driver.seed_user({"userId": none})
    driver.seed_user({"userId": other, "organizationId": driver.two})
    everybody = (names, lists, none, other)
    seen = {row["userId"] for row in find(driver, driver.one, *everybody)}
    assert seen == {names, lists, none}
    assert {row["userId"] for row in find(driver, driver.two, *everybody)} == {none, other}


def test_saving_a_user_changes_the_row_that_is_there_and_leaves_its_organization_alone(
    driver: Driver,
) -> None:
    driver.seed_user({"userId": driver.person, "secret": 1})
    assert save_user(driver, driver.one, driver.person, {"userId": driver.person, "name": "Ann"}) == 0
    expected = [{"userId": driver.person, "secret": 1, "name": "Ann"}]
    assert find(driver, driver.one, driver.person) == expected


def test_a_row_of_another_organization_is_not_changed(driver: Driver) -> None:
    driver.seed_user({"userId": driver.person, "organizationId": driver.two, "name": "Bob"})
    assert save_user(driver, driver.one, driver.person, {"userId": driver.person, "name": "Ann"}) == 1
    assert [row["name"] for row in find(driver, driver.two, driver.person)] == ["Bob"]
    assert [row["name"] for row in find(driver, driver.one, driver.person)] == ["Ann"]


def test_user_ids_are_found_as_number_and_as_text(driver: Driver) -> None:
    number = int(driver.person[2:], 16)
    driver.seed_user({"userId": number, "organizationId": driver.one})
    assert [row["userId"] for row in find(driver, driver.one, str(number))] == [number]
    assert find(driver, driver.one, f"0{number}") == []
    assert save_user(driver, driver.one, str(number), {"userId": number, "name": "Ann"}) == 0
    assert [row["name"] for row in find(driver, driver.one, str(number))] == ["Ann"]


def test_mapped_and_dotted_columns_are_searched(driver: Driver) -> None:
    organization = (("tenant", "id"),)
    row = {"login": driver.person, "contact": {"mail": f"{driver.person}@x.example"}}
    assert save_user(driver, driver.one, driver.person, row, ("login",), columns=organization) == 1
    mail = (("contact", "mail"), ("email",))
    how: Dict[str, Any] = {"organization": organization, "columns": mail, "by_id": False}
    found = find(driver, driver.one, f"{driver.person}@x.example", **how)
    assert found == [{**row, "tenant": {"id": driver.one}}]
    assert find(driver, driver.two, f"{driver.person}@x.example", **how) == []
    assert find(driver, driver.one, f"{driver.person}@X.example", **how) == []
    assert find(driver, driver.one, driver.person, columns=(("login",),), organization=organization) == found


def test_nested_columns_of_a_user_are_merged(driver: Driver) -> None:
    merges = (MapMerge("contact", deep=True),)
    first = {"userId": driver.person, "contact": {"mail": "a@x", "phone": {"home": 1}}}
    save_user(driver, driver.one, driver.person, first, merges=merges)
    second = {"userId": driver.person, "contact": {"mail": None, "phone": {"work": 2}}}
    save_user(driver, driver.one, driver.person, second, merges=merges)
    contact = {"mail": None, "phone": {"home": 1, "work": 2}}
    assert [row["contact"] for row in find(driver, driver.one, driver.person)] == [contact]


def test_hostile_keys_and_values_of_users_come_back(driver: Driver) -> None:
    extra = {key: f"v{key}" for key in HOSTILE_KEYS if key not in ("", "_id")}
    row = {"userId": driver.person, **extra, "name": "$$ROOT"}
    for _ in range(2):
        save_user(driver, driver.one, driver.person, row)
        assert find(driver, driver.one, driver.person) == [{**row, "organizationId": driver.one}]


# Life of a store


def test_a_store_answers_pings_and_can_be_used_after_close(driver: Driver) -> None:
    save(driver, driver.one, thread(driver))
    driver.wait(driver.store.ping())
    driver.close()
    driver.close()
    assert set(read(driver, driver.one)) == {"A"}
    driver.wait(driver.store.ping())


def at_once(driver: Driver, calls: List[Any]) -> List[Any]:
    """The outcomes of plans that are carried out at the same time: in threads, or as tasks."""
    if driver.loop is not None:

        async def together() -> List[Any]:
            return list(await asyncio.gather(*[driver.store.run(plan) for plan in calls]))

        return list(driver.loop(together()))
    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(driver.store.run, calls))


def test_many_callers_share_a_store(driver: Driver) -> None:
    documents = [thread(driver, f"A{number}", metadata={"documentId": "D"}) for number in range(40)]
    saves = [Save(COMMENTS, Scope(driver.one), (change(d["annotationId"], d),)) for d in documents]
    assert at_once(driver, saves) == [1] * 40
    reads = [Read(COMMENTS, Scope(driver.one), ids=(f"A{number}", "A0")) for number in range(1, 40)]
    assert [len(found) for found in at_once(driver, reads)] == [2] * 39


def in_a_forked_child(work: Any) -> Any:
    """What `work` returns in a forked child, as JSON."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(inlet)
            with os.fdopen(outlet, "w") as answer:
                json.dump(work(), answer)
            status = 0
        finally:
            os._exit(status)
    os.close(outlet)
    with os.fdopen(inlet) as answer:
        text = answer.read()
    assert os.waitpid(child, 0)[1] == 0
    return json.loads(text)


def test_a_forked_child_and_its_parent_both_go_on(driver: Driver) -> None:
    save(driver, driver.one, thread(driver, "before"))

    def in_child() -> List[str]:
        if driver.loop is not None:
            driver.loop = Loop()  # an event loop is not shared with a child either
        seen = sorted(read(driver, driver.one))
        for number in range(5):
            save(driver, driver.one, thread(driver, f"child{number}"))
        return seen + sorted(read(driver, driver.one))

    here = in_a_forked_child(in_child)
    assert here[0] == "before"
    if driver.name == "memory":
        return  # a child's memory is its own
    for number in range(5):
        save(driver, driver.one, thread(driver, f"parent{number}"))
    driver.close()
    names = {"before", *(f"{who}{number}" for who in ("child", "parent") for number in range(5))}
    assert set(read(driver, driver.one)) == names
