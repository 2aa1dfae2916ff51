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

from tests.compat import published
from velt_py.database import DatabaseAdapter, PostgresAdapter
from velt_py.exceptions import VeltDatabaseError

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
    ["find", [{"odd%s": "%"}]],
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
    ["update_one", [{"name": {"$eq": "f"}}, {"$set": {"count": 6}}, True]],
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
