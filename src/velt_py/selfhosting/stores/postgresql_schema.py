"""The tables and indexes in PostgreSQL, as text. Pure; needs no driver.

Tables have the published layout, so that velt-py 0.3.0 and this package work on the same rows. Our indexes begin with
the organization, as every statement of ours does: so a table can be partitioned by it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Generator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.records import Kind, Path, kinds_of, with_kind

__all__ = ["Findings", "Index", "Layout", "Steps", "creating", "expression", "index_name", "quoted"]

LONGEST_NAME = 63
"""Bytes of a name. PostgreSQL cuts longer ones without a word."""

CATALOG = """
SELECT n.nspname::text, NULL::text, false, -1 FROM pg_namespace n WHERE n.nspname = %s
UNION ALL
SELECT c.relname::text, NULL::text, c.relkind = 'p', 0 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relname = ANY(%s::text[]) AND c.relkind IN ('r', 'p', 'v', 'f')
UNION ALL
SELECT i.relname::text, c.relname::text, x.indisunique, x.indnkeyatts::int
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relname = ANY(%s::text[]) AND x.indisvalid
"""
"""What is there of our schema, our tables and their indexes: name, the index's table, whether the index is unique or
the table partitioned, and the number of keys (of a table 0, of a schema -1). The parameters are schema, schema,
tables, schema, tables."""

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('velt_py.schema', 7))"
"""Of several processes that start at the same time one makes the tables, the others wait and find them."""

CatalogRow = Tuple[str, Optional[str], bool, int]


def quoted(name: str) -> str:
    """A name as SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def array_literal(path: Path) -> str:
    """A path as the literal that stands in the indexes; only written so the planner sees that they fit."""
    names = ",".join('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in path)
    array = "{" + names + "}"
    if "\\" in array:
        return "E'" + array.replace("\\", "\\\\").replace("'", "''") + "'::text[]"
    return "'" + array.replace("'", "''") + "'::text[]"


def expression(path: Path, row: str = "") -> str:
    """The value at `path` as text, of the row called `row`."""
    return f"({row + '.' if row else ''}data #>> {array_literal(path)})"


def index_name(table: str, paths: Sequence[Path]) -> str:
    """The published rule: lower case, and a digest where the name would be too long."""
    name = f"ix_{table}_{'_'.join('_'.join(path) for path in paths)}".lower()
    if len(name.encode()) <= LONGEST_NAME:
        return name
    # Cut between characters: 54 bytes, and the digest of the whole name.
    return f"{name.encode()[:54].decode(errors='ignore')}_{hashlib.sha1(name.encode()).hexdigest()[:8]}"


def creating(schema: str, table: str) -> str:
    """The statement that makes a table of the published layout."""
    return (
        f"CREATE TABLE IF NOT EXISTS {quoted(schema)}.{quoted(table)} ("
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        "data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'), "
        "created_at timestamptz NOT NULL DEFAULT now(), "
        "updated_at timestamptz NOT NULL DEFAULT now())"
    )


def creating_partitioned(schema: str, table: str, partitions: int) -> List[str]:
    """The statements that make a table in partitions by organization.

    PostgreSQL lets no unique index stand over a table that is partitioned by an expression, so the organization is a
    column here; and before version 17 it numbers no rows of such a table by itself.
    """
    name, numbers = (
        f"{quoted(schema)}.{quoted(table)}",
        f"{quoted(schema)}.{quoted(index_name(table, [('id',)]))}",
    )
    literal = numbers.replace("'", "''")
    statements = [
        f"CREATE SEQUENCE IF NOT EXISTS {numbers}",
        f"CREATE TABLE IF NOT EXISTS {name} (organization text NOT NULL, "
        f"id bigint NOT NULL DEFAULT nextval('{literal}'::regclass), "
        "data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'), "
        "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), "
        "PRIMARY KEY (organization, id)) PARTITION BY HASH (organization)",
    ]
    for number in range(partitions):
        part = quoted(index_name(table, [("part", str(number))])[3:])
        statements.append(
            f"CREATE TABLE IF NOT EXISTS {quoted(schema)}.{part} PARTITION OF {name} "
            f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number})"
        )
    return statements


@dataclass(frozen=True)
class Index:
    """One index.

    Args:
        partitioned: whether the first path is a column of the table.
    """

    table: str
    paths: Tuple[Path, ...]
    unique: bool = False
    partitioned: bool = False

    @property
    def name(self) -> str:
        return index_name(self.table, self.paths)

    def statement(self, schema: str) -> str:
        keys = [expression(path) for path in self.paths]
        columns = ", ".join(["organization", *keys[1:]] if self.partitioned else keys)
        unique = "UNIQUE " if self.unique else ""
        return (
            f"CREATE {unique}INDEX IF NOT EXISTS {quoted(self.name)} "
            f"ON {quoted(schema)}.{quoted(self.table)} ({columns})"
        )


Steps = Generator[Tuple[str, Tuple[Any, ...]], List[Any], Any]
"""Statements with their parameters, one after the other; each is answered with its rows."""


class Findings(NamedTuple):
    """What is not as it has to be: lines for a person, and the statements that put it right."""

    missing: List[str]
    making: List[str]
    obstacles: List[str]
    removing: List[str]


class Layout:
    """The tables of one configuration.

    Args:
        schema: the schema that they lie in.
        collections: the tables' names by kind, as in the configuration.
        partitions: into how many parts each table is split by organization; 0 for the published layout. The users'
            table is never split.

    Raises:
        VeltConfigurationError: for names that PostgreSQL would cut.
    """

    def __init__(self, schema: str, collections: Mapping[str, str], partitions: int = 0) -> None:
        self.schema = schema
        self.collections = collections
        self.kinds = kinds_of(collections)
        self.partitions = partitions
        for field, name in [("database.schema", schema), *self._named()]:
            if not name or "\0" in name or len(name.encode()) > LONGEST_NAME:
                raise VeltConfigurationError(
                    f"{field}: a name in PostgreSQL has 1 to {LONGEST_NAME} bytes, without NUL", field=field
                )

    def including(self, kind: Kind) -> Layout:
        """The layout that keeps `kind` as well."""
        collections = with_kind(self.collections, kind)
        return self if collections is self.collections else Layout(self.schema, collections, self.partitions)

    def _named(self) -> List[Tuple[str, str]]:
        return [(f"collections.{kind.name}", self.collections[kind.name]) for kind in self.kinds]

    @property
    def tables(self) -> List[str]:
        return [self.collections[kind.name] for kind in self.kinds]

    def table(self, kind: Kind) -> str:
        """The qualified name of a kind's table."""
        return f"{quoted(self.schema)}.{quoted(self.collections[kind.name])}"

    def is_partitioned(self, kind: Kind) -> bool:
        """Whether a kind's table has the organization as a column of its own."""
        return bool(self.partitions) and not kind.shared

    def creating(self, kind: Kind) -> List[str]:
        """The statements that make a kind's table."""
        table = self.collections[kind.name]
        if self.is_partitioned(kind):
            return creating_partitioned(self.schema, table, self.partitions)
        return [creating(self.schema, table)]

    def _schema(self) -> str:
        return f"CREATE SCHEMA IF NOT EXISTS {quoted(self.schema)}"

    def indexes(self, kind: Kind) -> List[Index]:
        """The indexes of a kind. The users' table may be the customer's own and gets none."""
        if kind.shared:
            return []
        table, split = self.collections[kind.name], self.is_partitioned(kind)
        found = [Index(table, (kind.organization, kind.id), True, split)]
        found += [
            Index(table, (kind.organization, path), False, split)
            for path in (kind.document, kind.folder)
            if path is not None
        ]
        return found

    def statements(self) -> List[str]:
        """Everything that is needed, as a person would type it."""
        found = [] if self.schema == "public" else [self._schema()]
        found += [statement for kind in self.kinds for statement in self.creating(kind)]
        found += [index.statement(self.schema) for kind in self.kinds for index in self.indexes(kind)]
        return list(dict.fromkeys(found))

    def examined(self, rows: Sequence[CatalogRow]) -> Findings:
        """Compare the catalog's rows with what is needed."""
        found = Findings([], [], [], [])
        if not any(keys < 0 for _, _, _, keys in rows):
            found.missing.append(f"missing: schema {self.schema}")
            found.making.append(self._schema())
        for kind in self.kinds:
            self._examine_table(kind, rows, found)
            self._examine_indexes(kind, rows, found)
        return found

    def _examine_table(self, kind: Kind, rows: Sequence[CatalogRow], found: Findings) -> None:
        table = self.collections[kind.name]
        split = [flag for name, of, flag, keys in rows if name == table and of is None and keys == 0]
        if not split:
            found.missing.append(f"missing: table {table}")
            found.making.extend(self.creating(kind))
        elif not kind.shared and split[0] != self.is_partitioned(kind):
            state = "is" if split[0] else "is not"
            found.obstacles.append(
                f"in the way: table {table} {state} partitioned, unlike `database.partitions` says; see docs/scaling.md"
            )

    def _examine_indexes(self, kind: Kind, rows: Sequence[CatalogRow], found: Findings) -> None:
        table = self.collections[kind.name]
        there = {name: (unique, keys) for name, of, unique, keys in rows if of == table}
        for index in self.indexes(kind):
            unique, _ = there.get(index.name, (None, 0))
            if unique is None or (index.unique and not unique):
                found.missing.append(f"missing: index {index.name}")
                found.making.append(index.statement(self.schema))
        obstacle = index_name(table, (kind.id,))
        if not kind.shared and there.get(obstacle) == (True, 1):
            found.obstacles.append(
                f"in the way: index {obstacle} allows an id only once over all organizations"
            )
            found.removing.append(f"DROP INDEX IF EXISTS {quoted(self.schema)}.{quoted(obstacle)}")

    def looking(self) -> Steps:
        """Look what is there; returns the findings."""
        rows = yield CATALOG, (self.schema, self.schema, self.tables, self.schema, self.tables)
        return self.examined(rows)

    def making(self, seconds: float, removing: bool) -> Steps:
        """Make what is missing, in a transaction; returns the statements that were carried out.

        Args:
            seconds: how long to wait for other writers of a table, or for another process that does the same.
            removing: take away what is in the way.
        """
        yield f"SET LOCAL lock_timeout = {max(1, round(seconds * 1000))}", ()
        # An index on a large table takes its time.
        yield "SET LOCAL statement_timeout = 0", ()
        yield LOCK, ()
        found = yield from self.looking()
        statements = found.making + (found.removing if removing else [])
        for statement in statements:
            yield statement, ()
        return statements
