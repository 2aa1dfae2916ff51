"""What PostgreSQL does to carry out our statements: it goes through indexes that begin with the organization."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any, Iterator, List, Optional, Tuple

import psycopg
import pytest
from psycopg import sql as composing

from velt_py.selfhosting.plans import (
    Change,
    Delete,
    FindUsers,
    MapMerge,
    Organizations,
    Plan,
    Read,
    Save,
    SaveUser,
)
from velt_py.selfhosting.records import COMMENTS, KINDS, RECORDINGS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.postgresql_schema import Layout, expression, index_name
from velt_py.selfhosting.stores.postgresql_sql import Statement, statement_of
from velt_py.settings import COLLECTIONS

pytestmark = pytest.mark.servers

ROWS, ORGANIZATIONS = 20_000, 200
SCOPE = Scope("org-7")
LAYOUT = Layout(f"plans_{uuid.uuid4().hex[:12]}", COLLECTIONS)
TABLE = LAYOUT.table(COMMENTS)

FILL = f"""
INSERT INTO {TABLE} (data) SELECT jsonb_build_object(
  'annotationId', 'a' || n,
  'metadata', jsonb_build_object('organizationId', 'org-' || n % {ORGANIZATIONS}, 'documentId', 'd' || n % 1000,
                                 'folderId', 'f' || n % 400),
  'comments', jsonb_build_object('1', jsonb_build_object('commentText', repeat('x', 200))))
FROM generate_series(1, {ROWS}) AS n
"""


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        for statement in LAYOUT.statements():
            opened.execute(statement.encode())
        opened.execute(FILL.encode())
        opened.execute(f"ANALYZE {TABLE}".encode())
        yield opened
        opened.execute(f'DROP SCHEMA "{LAYOUT.schema}" CASCADE'.encode())


def explained(connection: psycopg.Connection[Any], statement: Statement, generic: bool) -> str:
    """The plan, either for these values or, as a prepared statement gets it, for any."""
    values = statement.values
    text = statement.sql.replace("%b", "%s")
    count = iter(range(1, 1000))
    numbered = re.sub("%s", lambda _: f"${next(count)}", text).replace("%%", "%")
    connection.execute(f"SET plan_cache_mode = force_{'generic' if generic else 'custom'}_plan".encode())
    connection.execute(f"PREPARE explained AS {numbered}".encode())
    try:
        arguments = composing.SQL(", ").join([composing.Literal(value) for value in values])
        given = composing.SQL("({})").format(arguments) if values else composing.SQL("")
        query = composing.SQL("EXPLAIN EXECUTE explained{}").format(given)
        return "\n".join(line for (line,) in connection.execute(query))
    finally:
        connection.execute("DEALLOCATE explained")


def change(id: str) -> Change:
    document = {"annotationId": id, "metadata": {"organizationId": SCOPE.organization}}
    return Change(id, document, json.dumps(document))


IDS = tuple(f"a{7 + ORGANIZATIONS * n}" for n in range(60))
BY_ID, BY_DOCUMENT, BY_FOLDER = (
    index_name(COLLECTIONS["comments"], (COMMENTS.organization, path))
    for path in (COMMENTS.id, COMMENTS.document or (), COMMENTS.folder or ())
)


@pytest.mark.parametrize("generic", [False, True], ids=["first", "prepared"])
@pytest.mark.parametrize(
    ("plan", "index"),
    [
        pytest.param(Read(COMMENTS, SCOPE, ids=IDS[:1]), BY_ID, id="one id"),
        pytest.param(Read(COMMENTS, SCOPE, ids=IDS), BY_ID, id="sixty ids"),
        pytest.param(Read(COMMENTS, SCOPE, documents=("d7",)), BY_DOCUMENT, id="a document"),
        pytest.param(Read(COMMENTS, SCOPE, documents=("d7", "d207")), BY_DOCUMENT, id="documents"),
        pytest.param(Read(COMMENTS, SCOPE, folder="f7"), BY_FOLDER, id="a folder"),
        pytest.param(Delete(COMMENTS, SCOPE, IDS[:1]), BY_ID, id="delete"),
    ],
)
def test_reads_and_deletes_look_into_an_index_that_begins_with_the_organization(
    connection: psycopg.Connection[Any], plan: Plan, index: str, generic: bool
) -> None:
    text = explained(connection, statement_of(plan, LAYOUT), generic)
    assert f"using {index}" in text or f"on {index}" in text, text
    assert "Seq Scan on comment_annotations" not in text


@pytest.mark.parametrize("plan", [Read(COMMENTS, SCOPE), Organizations(COMMENTS)])
def test_a_whole_organization_and_the_list_of_all_do_not_read_the_table_through(
    connection: psycopg.Connection[Any], plan: Plan
) -> None:
    text = explained(connection, statement_of(plan, LAYOUT), generic=True)
    assert "ix_comment_annotations_metadata_organizationid" in text
    assert "Seq Scan on comment_annotations" not in text


def test_a_save_finds_conflicts_by_the_index_that_begins_with_the_organization(
    connection: psycopg.Connection[Any],
) -> None:
    plan = Save(COMMENTS, SCOPE, tuple(change(id) for id in IDS), (MapMerge("comments", deep=True),))
    text = explained(connection, statement_of(plan, LAYOUT), generic=False)
    assert f"Conflict Arbiter Indexes: {BY_ID}" in text
    assert "Seq Scan" not in text


def test_every_index_of_ours_begins_with_the_organization_and_users_have_none() -> None:
    for kind in KINDS:
        indexes = LAYOUT.indexes(kind)
        assert all(index.paths[0] == kind.organization for index in indexes)
        assert bool(indexes) is not kind.shared


def statements(kind: Kind) -> List[Plan]:
    documents: Optional[Tuple[str, ...]] = ("d",) if kind.document else None
    return [
        Read(kind, SCOPE),
        Read(kind, SCOPE, ids=("a",), documents=documents),
        Read(kind, SCOPE, folder="f" if kind.folder else None),
        Delete(kind, SCOPE, ("a",)),
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.shared], ids=lambda kind: kind.name)
def test_every_statement_that_reads_or_deletes_carries_the_organization(kind: Kind) -> None:
    for plan in statements(kind):
        statement = statement_of(plan, LAYOUT)
        assert f"{expression(kind.organization, 't')} = %s" in statement.sql
        assert statement.values[0] == SCOPE.organization


def test_users_are_looked_for_and_changed_with_the_organization_only() -> None:
    columns = (("userId",),)
    organization = (("organizationId",),)
    empty = Change("u", {"userId": "u"}, '{"userId":"u"}')
    for plan in (
        FindUsers(SCOPE, columns, ("u",), organization),
        SaveUser(SCOPE, columns[0], organization, empty, empty),
    ):
        assert SCOPE.organization in statement_of(plan, LAYOUT).values


@pytest.mark.parametrize("name", ["x'; DROP TABLE users; --", 'q"', "back\\slash", "100%", "%s"])
def test_names_and_values_are_never_taken_for_sql(connection: psycopg.Connection[Any], name: str) -> None:
    kind = Kind("recorder_annotations", RECORDINGS.collection, (name,), (name, name))
    layout = Layout(LAYOUT.schema, {**COLLECTIONS, "recorder_annotations": name})
    connection.execute(layout.creating(kind)[0].encode())
    for index in layout.indexes(kind):
        connection.execute(index.statement(layout.schema).encode())
    document = {name: {name: name}}
    document_of = Change(name, document, json.dumps({name: {name: name, "id": 1}}))
    save = statement_of(Save(kind, Scope(name), (document_of,), (MapMerge(name, deep=True),)), layout)
    for added in (1, 0):
        # The id's path leads to an object here, whose text is the id; it is stored once all the same.
        assert connection.execute(save.sql.encode(), save.values).fetchone() == (added,)
    read = statement_of(Read(kind, Scope(name)), layout)
    rows = connection.execute(read.sql.encode(), read.values).fetchall()
    assert [json.loads(text) for _, text in rows] == [{name: {name: name, "id": 1}}]
