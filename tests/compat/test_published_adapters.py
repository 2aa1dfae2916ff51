"""The adapters beside those of velt-py 0.3.0: the same verbs, and the same answers on the same tables."""

from __future__ import annotations

import inspect
import json
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, List

import psycopg
import pytest
from psycopg_pool import ConnectionPool
from pymongo import MongoClient

from tests.compat import published
from velt_py import VeltDatabaseError, VeltSDK
from velt_py.config import Config
from velt_py.database import DatabaseAdapter, MongoDBAdapter, PostgresAdapter, get_database, reset_connection
from velt_py.database.connection import postgres_schema_sql
from velt_py.services.self_hosting import CommentService

SIGNATURES = """
import inspect
from velt_py.database import DatabaseAdapter

answer = {
    name: [[parameter.name, str(parameter.default)] for parameter in inspect.signature(method).parameters.values()]
    for name, method in vars(DatabaseAdapter).items()
    if not name.startswith("_")
}
"""

ON_POSTGRESQL = """
from psycopg_pool import ConnectionPool
from velt_py.database import PostgresAdapter

def told(result):
    if isinstance(result, (type(None), list, dict)):
        return result
    return {name: value for name, value in vars(result).items() if name.endswith("count")}

with ConnectionPool(given["url"], min_size=1, max_size=1) as pool:
    adapter = PostgresAdapter(pool, schema=given["schema"])
    answer = []
    for verb, arguments in given["calls"]:
        try:
            answer.append(told(getattr(adapter, verb)("things", *arguments)))
        except Exception as error:
            answer.append(type(error).__name__)
"""

ROWS: List[Dict[str, Any]] = [
    {"name": "a", "count": 1, "flag": True, "where": {"org": "O", "doc": "D"}, "tags": ["x", "y"]},
    {"name": "b", "count": "1", "flag": False, "where": {"org": "O", "doc": None}},
    {"name": "c", "count": 1.5, "flag": None, "where": {"org": "P"}, "odd%s": "%"},
    {"name": "d", "where": {}, "text": "Grüße 🎈 'quoted' \\ "},
]
CALLS: List[List[Any]] = [
    ["find", [{}]],
    ["find", [{"name": "a"}]],
    ["find", [{"count": 1}]],
    ["find", [{"count": "1"}]],
    ["find", [{"flag": True}]],
    ["find", [{"flag": None}]],
    ["find", [{"where.doc": None}]],
    ["find", [{"where.org": "O", "count": "1"}]],
    ["find", [{"where": {}}]],
    ["find", [{"where": {"org": "P"}}]],
    ["find", [{"tags": ["x", "y"]}]],
    ["find", [{"text": "Grüße 🎈 'quoted' \\ "}]],
    ["find", [{"count": {"$eq": 1.5}}]],
    ["find", [{"count": {"$ne": 1}}]],
    ["find", [{"flag": {"$ne": None}}]],
    ["find", [{"count": {"$in": [1, "1", None]}}]],
    ["find", [{"name": {"$in": []}}]],
    ["find", [{"name": {"$nin": ["a", "b"]}}]],
    ["find", [{"flag": {"$nin": [None]}}]],
    ["find", [{"count": {"$exists": True, "$ne": "1"}}]],
    ["find", [{"where.doc": {"$exists": False}}]],
    ["find", [{"$or": [{"name": "a"}, {"where.org": "P"}]}]],
    ["find", [{"$and": [{"where.org": "O"}, {"$or": [{"count": 1}, {"flag": False}]}]}]],
    ["find", [{"name": "a"}, {"name": 1, "where.org": 1}]],
    ["find", [{"name": "a"}, {"where": 0, "tags": 0}]],
    ["find", [{}, {"name": 1}, [["name", -1]], 2]],
    ["find", [{}, {"name": 1}, [["count", 1], ["name", 1]]]],
    ["find_one", [{"name": "c"}, {"name": 1}]],
    ["find_one", [{"name": "nobody"}]],
    ["find", [{"name": {"$gt": "a"}}]],
    ["find", [{"$nor": [{"name": "a"}]}]],
    ["find", [{"$or": []}]],
    ["update_one", [{"name": "a"}, {"$set": {"count": 2, "new": [1]}, "$unset": {"tags": ""}}]],
    ["update_one", [{"name": "nobody"}, {"$set": {"count": 2}}]],
    ["update_one", [{"name": "e", "where.org": "O"}, {"$set": {"count": 5}}, True]],
    ["update_one", [{"name": "a"}, {"$set": {"where.doc": "D"}}]],
    ["update_one", [{"name": "a"}, {"$inc": {"count": 1}}]],
    ["update_one", [{"name": "a"}, {"count": 1}]],
    ["update_one", [{"name": "a"}, {}]],
    ["update_many", [{"where.org": "O"}, {"$set": {"seen": True}}]],
    ["find", [{}]],
    ["delete_one", [{"where.org": "O"}]],
    ["delete_many", [{"where.org": {"$in": ["O", "P"]}}]],
    ["delete_one", [{"name": "nobody"}]],
    ["find", [{}]],
]


@pytest.fixture
def schemas(postgres_url: str) -> Iterator[List[str]]:
    """Two schemas with the same rows."""
    names = [f"adapters_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in names:
            with ConnectionPool(postgres_url, min_size=1, max_size=1) as pool:
                adapter = PostgresAdapter(pool, name)
                adapter.ensure_schema()
                adapter.ensure_table("things")
                for row in ROWS:
                    adapter.insert_one("things", row)
        yield names
        for name in names:
            connection.execute(f'DROP SCHEMA "{name}" CASCADE')


def told(result: Any) -> Any:
    if isinstance(result, (type(None), list, dict)):
        return result
    return {name: value for name, value in vars(result).items() if name.endswith("count")}


def carried_out(adapter: PostgresAdapter) -> List[Any]:
    answers: List[Any] = []
    for verb, arguments in CALLS:
        try:
            answers.append(told(getattr(adapter, verb)("things", *arguments)))
        except VeltDatabaseError:
            answers.append("VeltDatabaseError")
    return answers


def test_the_verbs_have_the_published_parameters(published_python: Path) -> None:
    theirs = published.run(published_python, SIGNATURES)
    for name, parameters in theirs.items():
        ours = inspect.signature(getattr(DatabaseAdapter, name)).parameters.values()
        assert [[parameter.name, str(parameter.default)] for parameter in ours] == parameters, name


@pytest.mark.servers
def test_the_same_calls_have_the_same_outcome_on_the_same_rows(
    published_python: Path, postgres_url: str, schemas: List[str]
) -> None:
    given = {"url": postgres_url, "schema": schemas[0], "calls": CALLS}
    theirs = published.run(published_python, ON_POSTGRESQL, given)
    with ConnectionPool(postgres_url, min_size=1, max_size=1) as pool:
        ours = carried_out(PostgresAdapter(pool, schemas[1]))
    assert len(theirs) == len(CALLS)
    for call, answer, expected in zip(CALLS, ours, theirs):
        assert json.loads(json.dumps(answer)) == expected, call


@pytest.mark.servers
def test_names_and_values_with_signs_that_mean_something_in_sql_are_found(
    postgres_url: str, schemas: List[str]
) -> None:
    with ConnectionPool(postgres_url, min_size=1, max_size=1) as pool:
        adapter = PostgresAdapter(pool, schemas[0])
        for name in ("odd%s", "a'b", 'a"b', "a\\b", "a{b}", "a,b", "\u00fc"):
            adapter.insert_one("things", {name: "'%s"})
            assert adapter.find("things", {name: {"$in": ["'%s", 1]}}) == [{name: "'%s"}]
            assert adapter.delete_many("things", {name: "'%s"}).deleted_count == 1


@pytest.mark.servers
def test_get_database_shares_connections_until_they_are_reset(postgres_url: str, schemas: List[str]) -> None:
    database = {"type": "postgresql", "connection_string": postgres_url, "schema": schemas[0]}
    config = Config({"database": database})
    try:
        adapter = get_database(config)
        assert isinstance(adapter, PostgresAdapter)
        assert adapter.schema == schemas[0]
        assert [row["name"] for row in adapter.find("things", {"where.org": "O"})] == ["a", "b"]
        again = get_database(Config({"database": dict(database)}))
        assert isinstance(again, PostgresAdapter)
        assert again.pool is adapter.pool
    finally:
        reset_connection()


@pytest.mark.servers
def test_an_error_of_the_driver_becomes_one_of_ours_without_its_text(
    postgres_url: str, schemas: List[str]
) -> None:
    with ConnectionPool(postgres_url, min_size=1, max_size=1) as pool:
        with pytest.raises(VeltDatabaseError) as caught:
            PostgresAdapter(pool, schemas[0]).find("nothing_here", {"name": "a private remark"})
        assert "nothing_here" not in caught.value.message
        assert caught.value.correlation


@pytest.mark.servers
def test_a_table_takes_sql_of_the_callers_own(postgres_url: str, schemas: List[str]) -> None:
    with ConnectionPool(postgres_url, min_size=1, max_size=1) as pool:
        table = PostgresAdapter(pool, schemas[0]).get_collection("things")
        query = f"SELECT data ->> 'name' FROM {table.qualified} WHERE data ->> 'name' < %s ORDER BY id"
        assert table.fetchall(query, ["c"]) == [("a",), ("b",)]
        assert table.execute(f"DELETE FROM {table.qualified} WHERE data ->> 'name' = %s", ["a"]) == 1


@pytest.mark.servers
def test_a_service_over_an_adapter_works_on_the_given_pool(postgres_url: str, schemas: List[str]) -> None:
    with ConnectionPool(postgres_url, min_size=1, max_size=2) as pool:
        service = CommentService(PostgresAdapter(pool, schemas[0]), Config({}))
        assert service.saveComments("O", {"A": {"comments": {"1": {"commentText": "x"}}}})["success"]
        assert list(service.getComments("O")["data"]["A"]["comments"]) == ["1"]
        assert service.getComments("P")["data"] == {}
        assert pool.closed is False


@pytest.mark.servers
def test_a_service_over_an_adapter_works_on_the_given_mongodb_database(mongodb_uri: str) -> None:
    client: MongoClient[Any] = MongoClient(mongodb_uri)
    database = client[f"adapters_{uuid.uuid4().hex[:12]}"]
    try:
        adapter = MongoDBAdapter(database)
        service = CommentService(adapter, Config({"collections": {"comments": "threads"}}))
        assert service.saveComments("O", {"A": {"comments": {"1": {"commentText": "x"}}}})["success"]
        assert list(service.getComments("O")["data"]["A"]["comments"]) == ["1"]
        found = adapter.find_one("threads", {"annotationId": "A"}, {"_id": 0, "metadata": 1})
        assert found == {"metadata": {"organizationId": "O"}}
    finally:
        client.drop_database(database)
        client.close()


@pytest.mark.servers
def test_an_sdk_hands_out_the_adapter_of_its_own_database(
    mongodb_uri: str, postgres_url: str, schemas: List[str]
) -> None:
    name = f"adapters_{uuid.uuid4().hex[:12]}"
    for database in (
        {"type": "mongodb", "connection_string": mongodb_uri, "database_name": name},
        {"type": "postgresql", "connection_string": postgres_url, "schema": schemas[0]},
    ):
        with VeltSDK.initialize({"database": database}) as sdk:
            adapter = sdk.selfHosting.database
            assert adapter.find("comment_annotations", {}) == []
            sdk.selfHosting.comments.saveComments("O", {"A": {}})
            found = adapter.find_one("comment_annotations", {"annotationId": "A"}, {"metadata": 1, "_id": 0})
            assert found == {"metadata": {"organizationId": "O"}}
            if isinstance(adapter, MongoDBAdapter):
                adapter.database.client.drop_database(name)


def test_the_schema_of_postgresql_is_told_without_a_server() -> None:
    database = {"type": "postgresql", "host": "nowhere.invalid", "database_name": "d", "schema": "my"}
    text = postgres_schema_sql(Config({"database": database, "collections": {"comments": "threads"}}))
    assert 'CREATE TABLE IF NOT EXISTS "my"."threads"' in text
    assert text.count("CREATE TABLE") == 7
    assert text.rstrip().endswith(";")
