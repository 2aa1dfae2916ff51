"""SQLite finds every record through an index that begins with the organization, whether or not ANALYZE was run."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any, Iterator, List, NamedTuple, Tuple

import pytest
from every_plan import change, ids, plans, saves

from velt_py.selfhosting.merge import map_merges
from velt_py.selfhosting.plans import Delete, FindUsers, Plan, Read, Save, SaveUser
from velt_py.selfhosting.records import ACTIVITIES, COMMENTS, KINDS, RECORDINGS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores import sqlite_connections
from velt_py.selfhosting.stores.sqlite import SQLiteStore
from velt_py.settings import COLLECTIONS

SCOPE = Scope("o7")
ROWS, ORGANIZATIONS = 20_000, 200

FILL = f"""
INSERT INTO "{{table}}" (organization, id, document, folder, updated_at, data)
WITH RECURSIVE made(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM made WHERE n < {ROWS - 1})
SELECT 'o' || (n % {ORGANIZATIONS}), 'i' || (n / {ORGANIZATIONS}), 'd' || (n / {ORGANIZATIONS} % 10),
  'f' || (n / {ORGANIZATIONS} % 5), 0, '{{{{}}}}' FROM made
"""

UNTOLD = re.compile("BEGIN|COMMIT|PRAGMA|SELECT name FROM sqlite_master|SELECT json_valid")
"""Statements that look at no record."""


class Sent(NamedTuple):
    """A statement as the store gave it to SQLite."""

    sql: str
    values: Tuple[Any, ...]


SENT: List[Sent] = []


class Heard(sqlite_connections.FileConnection):
    """A connection that keeps what it is told."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if not UNTOLD.match(sql):
            SENT.append(Sent(sql, tuple(values[0]) if values else ()))
        return super().execute(sql, *values)

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        rows = list(rows)
        SENT.extend(Sent(sql, tuple(row)) for row in rows)
        return super().executemany(sql, rows)


@pytest.fixture(scope="module", params=["as it is", "analyzed"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 20,000 records of each kind. What SQLite knows of them after ANALYZE must not lead it astray."""
    file = tmp_path_factory.mktemp("plans") / "velt.db"
    store = SQLiteStore(str(file), COLLECTIONS)
    store.apply_schema()
    store.close()
    connection = sqlite3.connect(file)
    with connection:
        for kind in KINDS:
            connection.execute(FILL.format(table=COLLECTIONS[kind.name]))
    if request.param == "analyzed":
        connection.execute("ANALYZE")
    connection.close()
    return file


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SQLiteStore]:
    monkeypatch.setattr(sqlite_connections, "FileConnection", Heard)
    made = SQLiteStore(str(path), COLLECTIONS)
    made.ping()
    yield made
    made.close()


def sent(store: SQLiteStore, plan: Plan) -> List[Sent]:
    """The statements that the store carries out for a plan."""
    SENT.clear()
    store.run(plan)
    return list(SENT)


def steps(path: Path, statement: Sent) -> List[str]:
    """What SQLite does with the table, line by line of the query plan."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("EXPLAIN QUERY PLAN " + statement.sql, statement.values).fetchall()
    finally:
        connection.close()
    return [row[3] for row in rows]


def looked_up(path: Path, kind: Kind, statement: Sent) -> str:
    """How the table is searched; fails when anything else is done with it, or through another index."""
    table = COLLECTIONS[kind.name]
    # SQLite before 3.36 says SEARCH TABLE.
    found = [line for line in steps(path, statement) if re.search(rf"\b{table}\b", line)]
    assert found
    for line in found:
        assert re.match(rf"SEARCH (TABLE )?{table} USING (COVERING )?INDEX \S+ \(organization=\?", line), (
            found
        )
    return "\n".join(found)


BY_ID, BY_DOCUMENT, BY_FOLDER = [f"(organization=? AND {name}=?)" for name in ("id", "document", "folder")]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(Read(COMMENTS, SCOPE), "(organization=?)", id="all"),
        pytest.param(Read(COMMENTS, SCOPE, ids=("i1",)), BY_ID, id="one id"),
        pytest.param(Read(COMMENTS, SCOPE, ids=("i1", "i2")), BY_ID, id="ids"),
        pytest.param(Read(COMMENTS, SCOPE, documents=("d1", "d2")), BY_DOCUMENT, id="documents"),
        pytest.param(Read(COMMENTS, SCOPE, folder="f1"), BY_FOLDER, id="folder"),
        pytest.param(Read(COMMENTS, SCOPE, ids=("i1",), documents=("d1",)), "(organization=? AND", id="both"),
        pytest.param(Read(ACTIVITIES, SCOPE, documents=("d1",)), BY_DOCUMENT, id="documents of activities"),
    ],
)
def test_reading_searches_an_index_that_begins_with_the_organization(
    store: SQLiteStore, path: Path, plan: Read, expected: str
) -> None:
    [statement] = sent(store, plan)
    assert expected in looked_up(path, plan.kind, statement)


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_a_read_and_a_deletion_are_one_statement_and_a_save_looks_up_its_conflicts_in_one(
    store: SQLiteStore, path: Path, size: int
) -> None:
    organization = f"new-{size}"
    scope, numbers = Scope(organization), range(size)
    changes = tuple([change(RECORDINGS, organization, at) for at in numbers])
    plan = Save(RECORDINGS, scope, changes, map_merges(RECORDINGS))
    lookup, *written = sent(store, plan)
    assert looked_up(path, RECORDINGS, lookup).endswith(BY_ID)
    assert len(written) == size
    [read] = sent(store, Read(RECORDINGS, scope, ids(RECORDINGS, *numbers)))
    assert looked_up(path, RECORDINGS, read).endswith(BY_ID)
    [deleted] = sent(store, Delete(RECORDINGS, scope, ids(RECORDINGS, *numbers)))
    assert looked_up(path, RECORDINGS, deleted).endswith(BY_ID)
    assert store.run(Read(RECORDINGS, scope)) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_look_up_of_a_save_and_a_deletion_search_by_organization_and_id(
    store: SQLiteStore, path: Path, kind: Kind
) -> None:
    for plan in (saves(kind, "o8")[0], Delete(kind, Scope("o8"), ids(kind, 1, 2))):
        statement = sent(store, plan)[0]
        assert BY_ID in looked_up(path, kind, statement)


def test_users_are_found_and_saved_by_organization_and_id(store: SQLiteStore, path: Path) -> None:
    for plan in plans(KINDS[-1], "o7"):
        if isinstance(plan, (FindUsers, SaveUser)):
            statement = sent(store, plan)[0]
            by_id = isinstance(plan, SaveUser) or plan.by_id
            assert (BY_ID if by_id else "(organization=?)") in looked_up(path, plan.kind, statement)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_statement_of_every_plan_carries_the_organization(store: SQLiteStore, kind: Kind) -> None:
    for plan in plans(kind, "o9"):
        statements = sent(store, plan)
        assert statements
        for statement in statements:
            assert statement.values[0] == "o9"
            assert re.search(
                r"WHERE organization (= \?|IN \(\?, ''\))|^INSERT INTO \S+ \(organization, id,", statement.sql
            )
            assert not statement.sql.startswith("INSERT") or "ON CONFLICT (organization, id)" in statement.sql


def test_every_index_begins_with_the_organization_and_no_table_is_without_rowid(store: SQLiteStore) -> None:
    for statement in store.schema():
        if statement.startswith("CREATE TABLE"):
            assert "WITHOUT ROWID" not in statement
            assert "UNIQUE (organization, id)" in statement
        else:
            assert "(organization, " in statement
