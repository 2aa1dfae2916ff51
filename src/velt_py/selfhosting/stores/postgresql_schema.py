"""The tables and indexes in PostgreSQL, as text. Pure; needs no driver.

Tables have the published layout, so that velt-py 0.3.0 and this package work on the same rows. Our indexes begin with
the organization, as every statement of ours does: so a table can be partitioned by it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Dict, Generator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.records import KINDS, Kind, Path

__all__ = ["Findings", "Index", "Layout", "Steps", "creating", "expression", "index_name", "quoted"]

LONGEST_NAME = 63
"""Bytes of a name. PostgreSQL cuts longer ones without a word."""

CATALOG = """
SELECT n.nspname::text, NULL::text, false, -1 FROM pg_namespace n WHERE n.nspname = %s
UNION ALL
SELECT c.relname::text, NULL::text, false, 0 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relname = ANY(%s::text[]) AND c.relkind IN ('r', 'p', 'v', 'f')
UNION ALL
SELECT i.relname::text, c.relname::text, x.indisunique, x.indnkeyatts::int
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relname = ANY(%s::text[]) AND x.indisvalid
"""
"""What is there of our schema, our tables and their indexes: name, the index's table, whether it is unique, its number
of keys (of a schema -1). The parameters are schema, schema, tables, schema, tables."""

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
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:54]}_{hashlib.sha1(name.encode()).hexdigest()[:8]}"


def creating(schema: str, table: str) -> str:
    """The statement that makes a table of the published layout."""
    return (
        f"CREATE TABLE IF NOT EXISTS {quoted(schema)}.{quoted(table)} ("
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        "data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'), "
        "created_at timestamptz NOT NULL DEFAULT now(), "
        "updated_at timestamptz NOT NULL DEFAULT now())"
    )


@dataclass(frozen=True)
class Index:
    """One index of ours."""

    table: str
    paths: Tuple[Path, ...]
    unique: bool = False

    @property
    def name(self) -> str:
        return index_name(self.table, self.paths)

    def statement(self, schema: str) -> str:
        columns = ", ".join(expression(path) for path in self.paths)
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

    Raises:
        VeltConfigurationError: for names that PostgreSQL would cut.
    """

    def __init__(self, schema: str, collections: Mapping[str, str]) -> None:
        self.schema = schema
        self.collections = collections
        for field, name in [("database.schema", schema), *self._named()]:
            if not name or "\0" in name or len(name.encode()) > LONGEST_NAME:
                raise VeltConfigurationError(
                    f"{field}: a name in PostgreSQL has 1 to {LONGEST_NAME} bytes, without NUL", field=field
                )

    def _named(self) -> List[Tuple[str, str]]:
        return [(f"collections.{kind.name}", self.collections[kind.name]) for kind in KINDS]

    @property
    def tables(self) -> List[str]:
        return [self.collections[kind.name] for kind in KINDS]

    def table(self, kind: Kind) -> str:
        """The qualified name of a kind's table."""
        return f"{quoted(self.schema)}.{quoted(self.collections[kind.name])}"

    def _creating(self, kind: Kind) -> str:
        return creating(self.schema, self.collections[kind.name])

    def _schema(self) -> str:
        return f"CREATE SCHEMA IF NOT EXISTS {quoted(self.schema)}"

    def indexes(self, kind: Kind) -> List[Index]:
        """The indexes of a kind. The users' table may be the customer's own and gets none."""
        if kind.shared:
            return []
        table = self.collections[kind.name]
        found = [Index(table, (kind.organization, kind.id), unique=True)]
        found += [
            Index(table, (kind.organization, path))
            for path in (kind.document, kind.folder)
            if path is not None
        ]
        return found

    def statements(self) -> List[str]:
        """Everything that is needed, as a person would type it."""
        found = [] if self.schema == "public" else [self._schema()]
        found += [self._creating(kind) for kind in KINDS]
        found += [index.statement(self.schema) for kind in KINDS for index in self.indexes(kind)]
        return list(dict.fromkeys(found))

    def examined(self, rows: Sequence[CatalogRow]) -> Findings:
        """Compare the catalog's rows with what is needed."""
        tables = {name for name, table, _, keys in rows if table is None and keys == 0}
        there: Dict[Tuple[str, str], Tuple[bool, int]] = {
            (table, name): (unique, keys) for name, table, unique, keys in rows if table is not None
        }
        found = Findings([], [], [], [])
        if not any(keys < 0 for _, _, _, keys in rows):
            found.missing.append(f"missing: schema {self.schema}")
            found.making.append(self._schema())
        for kind in KINDS:
            table = self.collections[kind.name]
            if table not in tables:
                found.missing.append(f"missing: table {table}")
                found.making.append(self._creating(kind))
            for index in self.indexes(kind):
                unique, _ = there.get((table, index.name), (None, 0))
                if unique is None or (index.unique and not unique):
                    found.missing.append(f"missing: index {index.name}")
                    found.making.append(index.statement(self.schema))
            obstacle = index_name(table, (kind.id,))
            if not kind.shared and there.get((table, obstacle)) == (True, 1):
                found.obstacles.append(
                    f"in the way: index {obstacle} allows an id only once over all organizations"
                )
                found.removing.append(f"DROP INDEX IF EXISTS {quoted(self.schema)}.{quoted(obstacle)}")
        return found

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
