"""What PostgreSQL does to carry out our statements: it goes through indexes that begin with the organization, and a
plan is one round trip."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import psycopg
import pytest
from every_plan import ORGANIZATION_COLUMNS, USER_COLUMNS, change, ids, plans
from psycopg import sql as composing

from velt_py.selfhosting.merge import map_merges
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
from velt_py.selfhosting.records import (
    ACTIVITIES,
    ATTACHMENTS,
    COMMENTS,
    KINDS,
    NOTIFICATIONS,
    RECORDINGS,
    Kind,
    value_at,
)
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.postgresql import PostgreSQLStore
from velt_py.selfhosting.stores.postgresql_async import AsyncPostgreSQLStore
from velt_py.selfhosting.stores.postgresql_schema import Layout, expression, index_name
from velt_py.selfhosting.stores.postgresql_sql import Statement, statement_of
from velt_py.settings import COLLECTIONS, DatabaseSettings

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("plans of postgresql")]

ROWS, ORGANIZATIONS = 20_000, 200
SCOPE = Scope("o7")
LAYOUT = Layout(f"plans_{uuid.uuid4().hex[:12]}", COLLECTIONS)
SPLIT = Layout(f"{LAYOUT.schema}_split", COLLECTIONS, 4)
FILLED = (COMMENTS, NOTIFICATIONS, ACTIVITIES, ATTACHMENTS)
"""One kind of each layout: where the organization stands, what else is indexed, numbers for ids."""


def filling(layout: Layout, kind: Kind) -> str:
    """The statement that stores all rows of a kind; ids are the same in every organization."""
    number, organization = f"(n / {ORGANIZATIONS})", f"('o' || n % {ORGANIZATIONS})"
    id = number if kind.numeric_ids else f"('i' || {number})"
    metadata = f"'documentId', 'd' || {number} % 20, 'folderId', 'f' || {number} % 10"
    if kind.organization[0] == "metadata":
        metadata += f", 'organizationId', {organization}"
    columns, first = (
        ("organization, data", f"{organization}, ") if layout.is_partitioned(kind) else ("data", "")
    )
    return (
        f"INSERT INTO {layout.table(kind)} ({columns}) SELECT {first}jsonb_build_object('{kind.id[0]}', {id}, "
        f"'organizationId', {organization}, 'metadata', jsonb_build_object({metadata}), "
        "'comments', jsonb_build_object('1', jsonb_build_object('commentText', repeat('x', 200)))) "
        f"FROM generate_series(0, {ROWS - 1}) AS n"
    )


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_url, autocommit=True, prepare_threshold=None) as opened:
        opened.execute("SET plan_cache_mode = force_generic_plan")
        for layout, kinds in ((LAYOUT, FILLED), (SPLIT, (COMMENTS,))):
            # The last statements make the indexes, which is quicker when the rows are there.
            statements = layout.statements()
            tables = [each for each in statements if "INDEX" not in each.split("(")[0]]
            for statement in tables + [filling(layout, kind) for kind in kinds]:
                opened.execute(statement.encode())
            for statement in statements[len(tables) :]:
                opened.execute(statement.encode())
            for kind in kinds:
                # Whole documents take long to sort, and the planner only asks for what the indexes hold.
                opened.execute(f"ALTER TABLE {layout.table(kind)} ALTER data SET STATISTICS 0".encode())
                opened.execute(f"ANALYZE {layout.table(kind)}".encode())
        yield opened
        for layout in (LAYOUT, SPLIT):
            opened.execute(f'DROP SCHEMA "{layout.schema}" CASCADE'.encode())


Node = Dict[str, Any]


def explained(connection: psycopg.Connection[Any], statement: Statement, generic: bool) -> List[Node]:
    """All nodes of the plan, either for these values or, as a prepared statement gets it, for any."""
    query = prepared(connection, statement) if generic else statement.sql
    values = None if generic else statement.values
    [(trees,)] = connection.execute(f"EXPLAIN (FORMAT JSON) {query}".encode(), values).fetchall()
    if generic:
        connection.execute("DEALLOCATE explained")
    found: List[Node] = []
    left: List[Node] = [tree["Plan"] for tree in trees]
    while left:
        node = left.pop()
        found.append(node)
        left += node.get("Plans", [])
    return found


def prepared(connection: psycopg.Connection[Any], statement: Statement) -> str:
    """The text that executes the statement, prepared such that the plan fits any values."""
    count = iter(range(1, 1000))
    text = re.sub("%[sb]", lambda _: f"${next(count)}", statement.sql).replace("%%", "%")
    connection.execute(f"PREPARE explained AS {text}".encode())
    arguments = composing.SQL(", ").join([composing.Literal(value) for value in statement.values])
    given = composing.SQL("({})").format(arguments) if statement.values else composing.SQL("")
    return composing.SQL("EXECUTE explained{}").format(given).as_string(connection)


def searched(connection: psycopg.Connection[Any], layout: Layout, kind: Kind, nodes: List[Node]) -> List[str]:
    """The indexes that the plan goes through.

    Fails when a table is read through, when an index does not begin with the organization, or when one is not entered
    by the organization.
    """
    names = [COLLECTIONS[kind.name]] + [
        f"{COLLECTIONS[kind.name]}_part_{n}" for n in range(layout.partitions)
    ]
    assert not [node for node in nodes if node["Node Type"] == "Seq Scan" and node["Relation Name"] in names]
    scans = [node for node in nodes if "Index Name" in node]
    assert scans, nodes
    path = ",".join(kind.organization)
    # As PostgreSQL writes it.
    first = "organization" if layout.is_partitioned(kind) else f"(data #>> '{{{path}}}'::text[])"
    for scan in scans:
        assert f"({first} = " in scan["Index Cond"]
        key = connection.execute(
            "SELECT pg_get_indexdef(i.oid, 1, true) FROM pg_class i JOIN pg_namespace n ON n.oid = i.relnamespace "
            "WHERE n.nspname = %s AND i.relname = %s",
            (layout.schema, scan["Index Name"]),
        ).fetchone()
        assert key == (first,)
    return [scan["Index Name"] for scan in scans]


def by(kind: Kind, path: str) -> str:
    """The index of a kind by `id`, `document` or `folder`."""
    return index_name(COLLECTIONS[kind.name], (kind.organization, getattr(kind, path)))


SIXTY = ids(COMMENTS, *range(60))
SEARCHES: List[Tuple[Plan, str]] = [
    (Read(COMMENTS, SCOPE, ids=SIXTY[:1]), "id"),
    (Read(COMMENTS, SCOPE, ids=SIXTY[:10]), "id"),
    (Read(COMMENTS, SCOPE, documents=("d7",)), "document"),
    (Read(COMMENTS, SCOPE, documents=("d7", "d8")), "document"),
    (Read(COMMENTS, SCOPE, folder="f7"), "folder"),
    (Delete(COMMENTS, SCOPE, SIXTY[:1]), "id"),
    (Delete(COMMENTS, SCOPE, SIXTY[:10]), "id"),
    (Read(NOTIFICATIONS, SCOPE, ids=("i1",)), "id"),
    (Delete(NOTIFICATIONS, SCOPE, ("i1",)), "id"),
    (Read(ACTIVITIES, SCOPE, ids=("i1",)), "id"),
    (Read(ACTIVITIES, SCOPE, documents=("d7",)), "document"),
    (Read(ATTACHMENTS, SCOPE, ids=("1", "2")), "id"),
    (Read(ATTACHMENTS, SCOPE, documents=("d7",)), "document"),
    (Delete(ATTACHMENTS, SCOPE, ("1",)), "id"),
]


@pytest.mark.parametrize("generic", [False, True], ids=["first", "prepared"])
@pytest.mark.parametrize(("plan", "path"), SEARCHES)
def test_reads_and_deletes_look_into_an_index_that_begins_with_the_organization(
    connection: psycopg.Connection[Any], plan: Any, path: str, generic: bool
) -> None:
    nodes = explained(connection, statement_of(plan, LAYOUT), generic)
    assert generic == ("$1" in json.dumps(nodes))
    assert searched(connection, LAYOUT, plan.kind, nodes) == [by(plan.kind, path)]


@pytest.mark.parametrize("generic", [False, True], ids=["first", "prepared"])
@pytest.mark.parametrize(
    "plan",
    [
        Read(COMMENTS, SCOPE),
        Read(COMMENTS, SCOPE, ids=SIXTY),
        Read(COMMENTS, SCOPE, ids=SIXTY[:2], documents=("d1",)),
        Delete(COMMENTS, SCOPE, SIXTY),
    ],
    ids=["all", "sixty ids", "ids and documents", "delete sixty"],
)
def test_what_selects_much_of_an_organization_goes_through_any_index_of_it(
    connection: psycopg.Connection[Any], plan: Any, generic: bool
) -> None:
    assert searched(connection, LAYOUT, COMMENTS, explained(connection, statement_of(plan, LAYOUT), generic))


@pytest.mark.parametrize("generic", [False, True], ids=["first", "prepared"])
@pytest.mark.parametrize(("plan", "path"), [each for each in SEARCHES if each[0].kind is COMMENTS])
def test_tables_in_partitions_are_searched_in_one_part_by_such_an_index(
    connection: psycopg.Connection[Any], plan: Any, path: str, generic: bool
) -> None:
    nodes = explained(connection, statement_of(plan, SPLIT), generic)
    assert searched(connection, SPLIT, plan.kind, nodes)
    scanned = {
        node["Relation Name"] for node in nodes if "Scan" in node["Node Type"] and "Relation Name" in node
    }
    # A plan for any values names all parts, and leaves out all but one when it is begun.
    assert generic or len(scanned) == 1


def test_the_list_of_all_organizations_does_not_read_the_table_through(
    connection: psycopg.Connection[Any],
) -> None:
    nodes = explained(connection, statement_of(Organizations(COMMENTS), LAYOUT), generic=True)
    assert not [node for node in nodes if node.get("Relation Name") and node["Node Type"] == "Seq Scan"]
    names = [node["Index Name"] for node in nodes if "Index Name" in node]
    assert names
    assert all(name.startswith("ix_comment_annotations_metadata_organizationid") for name in names)


@pytest.mark.parametrize("kind", FILLED, ids=lambda kind: kind.name)
@pytest.mark.parametrize("generic", [False, True], ids=["first", "prepared"])
def test_a_save_finds_conflicts_by_the_index_over_organization_and_id(
    connection: psycopg.Connection[Any], kind: Kind, generic: bool
) -> None:
    changes = tuple([change(kind, SCOPE.organization, number) for number in range(60)])
    for merges in ((), map_merges(kind)):
        nodes = explained(connection, statement_of(Save(kind, SCOPE, changes, merges), LAYOUT), generic)
        [insert] = [node for node in nodes if node.get("Operation") == "Insert"]
        assert insert["Conflict Arbiter Indexes"] == [by(kind, "id")]
        assert not [node for node in nodes if node["Node Type"] == "Seq Scan"]


def test_every_index_of_ours_begins_with_the_organization_and_users_have_none() -> None:
    for kind in KINDS:
        indexes = LAYOUT.indexes(kind)
        assert all(index.paths[0] == kind.organization for index in indexes)
        assert bool(indexes) is not kind.shared


@pytest.mark.parametrize("layout", [LAYOUT, SPLIT], ids=["published", "in partitions"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_statement_of_every_plan_carries_the_organization(kind: Kind, layout: Layout) -> None:
    split = layout.is_partitioned(kind)
    for plan in plans(kind, "o7"):
        statement = statement_of(plan, layout)
        assert statement.sql.count("%s") + statement.sql.count("%b") == len(statement.values)
        if isinstance(plan, (FindUsers, SaveUser)):
            # The columns are the customer's: one of them names the organization, or the row names none.
            assert statement.values.count("o7") >= len(plan.organization)
        elif isinstance(plan, Save):
            target = "organization" if split else expression(kind.organization)
            assert f"ON CONFLICT ({target}, {expression(kind.id)})" in statement.sql
            stored = [
                value_at(json.loads(text), kind.organization) for text in statement.values[1 if split else 0]
            ]
            assert stored == ["o7"] * len(plan.changes)
            assert not split or statement.values[0] == "o7"
        else:
            where = "t.organization" if split else expression(kind.organization, "t")
            assert f" AS t WHERE {where} = %s" in statement.sql
            assert " OR " not in statement.sql
            assert statement.values[0] == "o7"


# Round trips


class Traced:
    """A store, sync or async, with one connection, and libpq's own record of what goes over it."""

    def __init__(self, url: str, schema: str, folder: Path, loop: Any = None) -> None:
        settings = DatabaseSettings(
            "postgresql", connection_string=url, schema=schema, pool_min_size=1, pool_max_size=1
        )
        self._loop = loop
        self._file = folder / "trace"
        made: Any = AsyncPostgreSQLStore if loop else PostgreSQLStore
        self.store: Any = made(settings, COLLECTIONS)

    def wait(self, outcome: Any) -> Any:
        return self._loop.run_until_complete(outcome) if self._loop else outcome

    @contextmanager
    def connection(self) -> Iterator[Any]:
        pool = self.wait(self.store._pool()) if self._loop else self.store.pool
        connection = self.wait(pool.getconn())
        try:
            yield connection
        finally:
            self.wait(pool.putconn(connection))

    def trips(self, plan: Plan) -> int:
        """How often the server was asked to answer: each trip ends in a Sync, or is one Query."""
        with self._file.open("wb") as file:
            with self.connection() as connection:
                connection.pgconn.trace(file.fileno())
            self.wait(self.store.run(plan))
            with self.connection() as connection:
                connection.pgconn.untrace()
        lines = [line.split(b"\t") for line in self._file.read_bytes().splitlines()]
        return sum(b"F" in line and (b"Sync" in line or b"Query" in line) for line in lines)

    def close(self) -> None:
        self.wait(self.store.close())


@pytest.fixture(params=["sync", "async"])
def traced(
    postgres_url: str, connection: psycopg.Connection[Any], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Traced]:
    """A store that has looked at its tables."""
    loop = asyncio.new_event_loop() if request.param == "async" else None
    made = Traced(postgres_url, LAYOUT.schema, tmp_path, loop)
    made.wait(made.store.run(Read(RECORDINGS, SCOPE)))
    yield made
    made.close()
    if loop:
        loop.close()


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_a_save_a_read_and_a_deletion_of_any_size_are_one_round_trip(traced: Traced, size: int) -> None:
    scope = Scope(f"new-{size}")
    changes = tuple([change(RECORDINGS, scope.organization, at, text="x" * 500) for at in range(size)])
    named = tuple([each.id for each in changes])
    save = Save(RECORDINGS, scope, changes, map_merges(RECORDINGS))
    for plan in (
        save,
        save,
        Read(RECORDINGS, scope, named),
        Read(RECORDINGS, scope, documents=("d0", "d1")),
        Delete(RECORDINGS, scope, named),
    ):
        assert traced.trips(plan) == 1
    assert traced.wait(traced.store.run(Read(RECORDINGS, scope))) == []


def test_only_the_driver_s_preparing_of_an_often_used_statement_is_a_round_trip_more(traced: Traced) -> None:
    for number in range(3):
        # Sizes differ, the statement does not: it is prepared once.
        named = ids(RECORDINGS, *range(10**number))
        trips = [traced.trips(Read(RECORDINGS, SCOPE, named)) for _ in range(4)]
        assert sum(trips) == (5 if number == 1 else 4)


def test_users_are_found_and_saved_in_one_round_trip(traced: Traced) -> None:
    first, second = [
        Change("u", {"userId": "u", **more}, json.dumps({"userId": "u", **more}))
        for more in ({}, {"organizationId": "o7"})
    ]
    save = SaveUser(SCOPE, USER_COLUMNS[0], ORGANIZATION_COLUMNS, first, second, (MapMerge("x"),))
    assert [traced.trips(save) for _ in range(2)] == [1, 1]
    assert traced.trips(FindUsers(SCOPE, USER_COLUMNS, ("u",), ORGANIZATION_COLUMNS)) == 1


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
