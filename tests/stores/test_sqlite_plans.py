"""SQLite finds every record through an index that begins with the organization, without ANALYZE."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Iterator, List, Tuple

import pytest

from velt_py.selfhosting.plans import FindUsers, Read
from velt_py.selfhosting.records import ACTIVITIES, COMMENTS, KINDS, USERS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.sqlite import SQLiteStore
from velt_py.settings import COLLECTIONS

SCOPE = Scope("one")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    made = SQLiteStore(str(tmp_path / "velt.db"), COLLECTIONS)
    made.apply_schema()
    yield made
    made.close()


def plan_of(tmp_path: Path, statement: Tuple[str, List[Any]]) -> str:
    connection = sqlite3.connect(tmp_path / "velt.db")
    try:
        rows = connection.execute("EXPLAIN QUERY PLAN " + statement[0], statement[1]).fetchall()
    finally:
        connection.close()
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Read(COMMENTS, SCOPE), "(organization=?)"),
        (Read(COMMENTS, SCOPE, ids=("a", "b")), "(organization=? AND id=?)"),
        (Read(COMMENTS, SCOPE, documents=("d",)), "(organization=? AND document=?)"),
        (Read(COMMENTS, SCOPE, folder="f"), "(organization=? AND folder=?)"),
        (Read(COMMENTS, SCOPE, ids=("a",), documents=("d",)), "(organization=? AND"),
        (Read(ACTIVITIES, SCOPE, documents=("d",)), "(organization=? AND document=?)"),
    ],
    ids=str,
)
def test_reading_searches_an_index_that_begins_with_the_organization(
    store: SQLiteStore, tmp_path: Path, plan: Read, expected: str
) -> None:
    found = plan_of(tmp_path, store.read_statement(plan))
    assert f"SEARCH {COLLECTIONS[plan.kind.name]} USING INDEX" in found
    assert expected in found
    assert f"SCAN {COLLECTIONS[plan.kind.name]}" not in found


def test_users_are_found_by_id_through_the_index(store: SQLiteStore, tmp_path: Path) -> None:
    plan = FindUsers(SCOPE, (("userId",),), ("u",), (("organizationId",),))
    found = plan_of(tmp_path, store.find_statement(plan))
    assert "USING INDEX" in found
    assert "(organization=? AND id=?)" in found


def test_users_are_looked_through_within_the_organization_only(store: SQLiteStore, tmp_path: Path) -> None:
    plan = FindUsers(SCOPE, (("email",),), ("e",), (("organizationId",),), by_id=False)
    assert "(organization=?)" in plan_of(tmp_path, store.find_statement(plan))


def test_saves_and_deletes_search_the_index_too(store: SQLiteStore, tmp_path: Path) -> None:
    where = "WHERE organization = ? AND id IN (SELECT value FROM json_each(?))"
    for kind in KINDS:
        table = COLLECTIONS[kind.name]
        for statement in (f'SELECT id, data FROM "{table}" {where}', f'DELETE FROM "{table}" {where}'):
            assert "(organization=? AND id=?)" in plan_of(tmp_path, (statement, ["one", '["a"]']))


def test_every_index_begins_with_the_organization_and_no_table_is_without_rowid(store: SQLiteStore) -> None:
    for statement in store.schema():
        if statement.startswith("CREATE TABLE"):
            assert "WITHOUT ROWID" not in statement
            assert "UNIQUE (organization, id)" in statement
        else:
            assert "(organization, " in statement
    assert USERS in KINDS
