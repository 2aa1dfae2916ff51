"""MongoDB: the users' collection, which may be the customer's own."""

from __future__ import annotations

import threading
from typing import Any, Iterator, List

import pytest
from bson import Int64
from mongodb_places import find_users, place, save_user, store_of, together

from velt_py.exceptions import VeltConflictError
from velt_py.selfhosting.plans import MapMerge
from velt_py.selfhosting.stores.mongodb import MongoDBStore
from velt_py.settings import COLLECTIONS


@pytest.fixture
def database(mongodb_uri: str) -> Iterator[Any]:
    with place(mongodb_uri) as made:
        yield made


@pytest.fixture
def store(database: Any) -> MongoDBStore:
    return MongoDBStore.over(database, COLLECTIONS)


def test_a_users_row_is_seen_by_those_it_names_or_lists_and_by_all_when_it_names_none(
    store: MongoDBStore, database: Any
) -> None:
    database.users.insert_many(
        [
            {"userId": "named", "organizationId": "7"},
            {"userId": "number", "organizationId": 7},
            {"userId": "double", "organizationId": 7.0},
            {"userId": "listed", "organizationId": ["x", 7]},
            {"userId": "free"},
            {"userId": "null", "organizationId": None},
            {"userId": "other", "organizationId": "8"},
            {"userId": "nobody", "organizationId": []},
            {"userId": "list of null", "organizationId": [None]},
        ]
    )
    ids = [row["userId"] for row in database.users.find()]
    assert {row["userId"] for row in store.run(find_users(*ids, organization="7"))} == {
        "named",
        "number",
        "double",
        "listed",
        "free",
        "null",
    }
    for id in ids:
        store.run(save_user(id, {"seen": True}, organization="7"))
    changed = {row["userId"] for row in database.users.find({"seen": True, "organizationId": {"$ne": "7"}})}
    assert changed == {"number", "double", "listed", "free", "null"}


def test_a_row_that_names_the_organization_is_changed_before_one_that_names_none(
    store: MongoDBStore, database: Any
) -> None:
    database.users.insert_many([{"userId": "u"}, {"userId": "u", "org": {"id": "o"}}])
    columns = (("organizationId",), ("org", "id"))
    assert store.run(save_user("u", {"name": "n"}, columns=columns)) == 0
    assert database.users.find_one({"name": "n"})["org"] == {"id": "o"}
    assert database.users.count_documents({"name": "n"}) == 1


def test_ids_of_users_are_found_as_text_and_as_any_number(store: MongoDBStore, database: Any) -> None:
    database.users.insert_many([{"userId": "1"}, {"userId": 2}, {"userId": Int64(3)}, {"userId": 4.0}])
    rows = store.run(find_users("1", "2", "3", "4"))
    assert [row["userId"] for row in rows] == ["1", 2, 3, 4]
    assert store.run(find_users("01", "2.0", "+3")) == []


def test_a_nested_column_is_filled_without_touching_its_neighbours(
    store: MongoDBStore, database: Any
) -> None:
    database.users.insert_one({"userId": "u", "profile": {"age": 7}})
    store.run(save_user("u", {"profile": {"$name": "n"}}, merges=(MapMerge("profile", deep=True),)))
    assert database.users.find_one({"userId": "u"})["profile"] == {"age": 7, "$name": "n"}


def test_a_unique_index_of_the_customer_that_refuses_a_user_is_named(
    store: MongoDBStore, database: Any
) -> None:
    database.users.create_index("userId", unique=True)
    store.run(save_user("u", {}))
    with pytest.raises(VeltConflictError, match="userId") as refused:
        store.run(save_user("u", {}, organization="p"))
    assert refused.value.statusCode == 409
    assert "userId_1" in database.users.index_information()


def test_two_first_saves_of_a_user_make_one_row_without_any_index(mongodb_uri: str) -> None:
    with place(mongodb_uri) as database, store_of(database, mongodb_uri, pool_max_size=20) as store:
        answers: List[int] = []

        def writer(number: int, ready: threading.Barrier) -> None:
            for turn in range(20):
                ready.wait(30)
                answers.append(store.run(save_user(f"u{turn}", {f"from{number}": True})))

        together(writer, 8)
        rows = list(database.users.find({}, {"_id": 0}))
        assert len(rows) == 20
        assert sum(answers) == 20
        assert all(sum(name.startswith("from") for name in row) == 8 for row in rows)
        assert list(database.users.index_information()) == ["_id_"]
