"""Services over adapters: the published construction, with adapters of the application's own as well."""

from __future__ import annotations

import copy
from typing import Any, Dict, List, Optional

import pytest

from velt_py import VeltConfigurationError, VeltDatabaseError, VeltSDK
from velt_py.config import Config
from velt_py.database import DatabaseAdapter, DeleteResult, InsertOneResult, UpdateResult
from velt_py.selfhosting.adapters import dialect
from velt_py.selfhosting.records import value_at
from velt_py.services.self_hosting.base_service import BaseService
from velt_py.services.self_hosting.comment_service import CommentService
from velt_py.services.self_hosting.user_service import UserService


class ListAdapter(DatabaseAdapter):
    """An application's own adapter, over lists."""

    def __init__(self) -> None:
        self.collections: Dict[str, List[Dict[str, Any]]] = {}

    def _selected(self, collection: str, query: Dict[str, Any]) -> List[Dict[str, Any]]:
        return [row for row in self.get_collection(collection) if selects(query, row)]

    def find(
        self,
        collection: str,
        query: Dict[str, Any],
        projection: Optional[Dict[str, Any]] = None,
        sort: Any = None,
        limit: Optional[int] = None,
    ) -> List[Dict[str, Any]]:
        return copy.deepcopy(self._selected(collection, query)[:limit])

    def find_one(
        self, collection: str, query: Dict[str, Any], projection: Any = None
    ) -> Optional[Dict[str, Any]]:
        found = self.find(collection, query, projection, limit=1)
        return found[0] if found else None

    def insert_one(self, collection: str, document: Dict[str, Any]) -> InsertOneResult:
        rows = self.get_collection(collection)
        rows.append({"_id": len(rows), **copy.deepcopy(document)})
        return InsertOneResult(rows[-1]["_id"])

    def update_one(
        self, collection: str, filter: Dict[str, Any], update: Dict[str, Any], upsert: bool = False
    ) -> UpdateResult:
        for row in self._selected(collection, filter)[:1]:
            row.update(copy.deepcopy(update["$set"]))
            return UpdateResult(1, 1)
        if not upsert:
            return UpdateResult(0, 0)
        made = {**dialect.equalities(filter), **update["$set"]}
        return UpdateResult(0, 0, self.insert_one(collection, made).inserted_id)

    def update_many(self, collection: str, filter: Dict[str, Any], update: Dict[str, Any]) -> UpdateResult:
        raise AssertionError("services change records one by one")

    def delete_one(self, collection: str, filter: Dict[str, Any]) -> DeleteResult:
        raise AssertionError("services name the organization and all ids at once")

    def delete_many(self, collection: str, filter: Dict[str, Any]) -> DeleteResult:
        gone = self._selected(collection, filter)
        rows = self.get_collection(collection)
        rows[:] = [row for row in rows if row not in gone]
        return DeleteResult(len(gone))

    def create_index(self, collection: str, keys: Any, unique: bool = False, background: bool = True) -> None:
        raise AssertionError("services make no indexes")

    def get_collection(self, collection: str) -> List[Dict[str, Any]]:
        return self.collections.setdefault(collection, [])


def selects(query: Dict[str, Any], row: Dict[str, Any]) -> bool:
    for name, wanted in query.items():
        if name == "$or":
            if not any(selects(each, row) for each in wanted):
                return False
        elif isinstance(wanted, dict):
            if value_at(row, tuple(name.split("."))) not in wanted["$in"]:
                return False
        elif value_at(row, tuple(name.split("."))) != wanted:
            return False
    return True


@pytest.fixture
def adapter() -> ListAdapter:
    return ListAdapter()


def test_a_service_is_built_over_an_adapter_alone(adapter: ListAdapter) -> None:
    service = CommentService(adapter)
    assert isinstance(service, BaseService)
    assert service.saveComments("O", {"A": {"comments": {"1": {"commentText": "x"}}}}, "D")["success"]
    assert service.getComments("O", documentIds=["D"])["data"]["A"]["comments"]["1"]["commentText"] == "x"


def test_a_service_is_built_over_an_adapter_and_a_configuration_by_the_published_names(
    adapter: ListAdapter,
) -> None:
    config = Config({"apiKey": "K", "collections": {"comments": "threads"}})
    service = CommentService(database=adapter, config=config)
    service.saveComments("O", {"A": {}})
    [row] = adapter.get_collection("threads")
    assert row["metadata"] == {"organizationId": "O", "apiKey": "K"}


def test_a_service_over_something_else_is_refused_when_it_is_made() -> None:
    with pytest.raises(VeltConfigurationError, match="CommentService.*DatabaseAdapter is needed, a dict"):
        CommentService({})  # type: ignore[call-overload]
    with pytest.raises(VeltConfigurationError, match="Config is needed, a dict"):
        CommentService(ListAdapter(), {})  # type: ignore[call-overload]


def test_over_an_adapter_organizations_stay_apart_and_comments_are_merged(adapter: ListAdapter) -> None:
    service = CommentService(adapter)
    service.saveComments("O", {"A": {"comments": {"1": {"commentText": "x"}}}})
    service.saveComments("P", {"A": {"comments": {"9": {"commentText": "other"}}}})
    service.saveComments("O", {"A": {"comments": {"2": {"commentText": "y"}}, "assignedTo": None}})
    stored = service.getComments("O")["data"]["A"]
    assert sorted(stored["comments"]) == ["1", "2"]
    assert stored["assignedTo"] is None
    assert "_id" not in stored
    assert service.deleteComment("O", "A")["success"]
    assert service.deleteComment("O", "A")["statusCode"] == 404
    assert list(service.getComments("P", ["A"])["data"]["A"]["comments"]) == ["9"]


def test_over_an_adapter_users_are_found_saved_and_kept_apart(adapter: ListAdapter) -> None:
    config = Config({"user_schema": {"userId": "uid", "email": "contact.mail"}})
    service = UserService(adapter, config)
    adapter.insert_one("users", {"uid": 7, "organizationId": "O", "contact": {"mail": "a@x", "phone": 1}})
    adapter.insert_one("users", {"uid": "v", "organizationId": "P"})
    assert service.getUsers("O", ["7", "v"])["data"] == {"7": {"userId": 7, "email": "a@x"}}
    assert service.saveUser("O", {"userId": "7", "email": "b@x"})["success"]
    assert service.saveUser("O", {"userId": "w", "name": "W"})["success"]
    assert service.resolveUserIdsByEmail("O", ["b@x"])["data"] == {"b@x": "7"}
    assert adapter.get_collection("users")[0]["contact"] == {"mail": "b@x", "phone": 1}
    assert service.getUsers("O", ["w"])["data"] == {"w": {"userId": "w", "name": "W"}}


@pytest.mark.parametrize("database", ["memory", "sqlite"])
def test_an_embedded_database_has_no_adapter_and_says_so(database: str) -> None:
    sdk = VeltSDK.initialize({"database": {"type": database}})
    with pytest.raises(VeltDatabaseError, match=database) as caught:
        _ = sdk.selfHosting.database
    assert caught.value.field == "database.type"


@pytest.mark.parametrize(
    "query",
    [
        {"a": {"$gt": 1}},
        {"a": {"$in": "text"}},
        {"a": {"$eq": 1, "b": 2}},
        {"$where": "1"},
        {"$and": []},
        {"$or": [1]},
        {"a..b": 1},
        {"": 1},
        {"a": "\0"},
        {"a\0": 1},
        {"a": float("nan")},
        {"a": object},
    ],
    ids=repr,
)
def test_what_is_beyond_the_dialect_is_refused(query: Dict[str, Any]) -> None:
    with pytest.raises(VeltDatabaseError):
        dialect.query_sql(query)


@pytest.mark.parametrize(
    "update",
    [{}, {"a": 1}, {"$inc": {"a": 1}}, {"$set": {"a.b": 1}}, {"$set": 1}, {"$unset": {"$a": ""}}],
    ids=repr,
)
def test_updates_beyond_the_dialect_are_refused(update: Dict[str, Any]) -> None:
    with pytest.raises(VeltDatabaseError):
        dialect.update_sql(update)


def test_values_of_a_query_never_stand_in_its_sql() -> None:
    sql, values = dialect.query_sql({"a": "'; --", "b": {"$in": ["'; --", 1]}, "c": {"x": "'; --"}})
    assert "--" not in sql
    assert sql.count("%s") == len(values)
    for name in ("a'b", 'a"b', "a\\b", "a%sb"):
        sql, values = dialect.query_sql({name: 1})
        assert sql.replace("%%", "").count("%") == len(values)
