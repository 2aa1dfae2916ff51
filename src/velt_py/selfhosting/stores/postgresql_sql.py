"""Plans as SQL. Pure: each plan becomes one statement of one round trip, with everything that a caller sent as a
parameter. Paths of indexed fields are literals, because only so the planner sees that the indexes fit; they come
from the kinds and from the configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, List, Tuple

from velt_py.selfhosting.answers import dumps_checked
from velt_py.selfhosting.plans import (
    Change,
    Delete,
    FindUsers,
    MapMerge,
    Organizations,
    Plan,
    Read,
    Replace,
    Save,
    SaveUser,
    Scan,
)
from velt_py.selfhosting.records import Kind, Path
from velt_py.selfhosting.stores.numbers import fractions_kept
from velt_py.selfhosting.stores.postgresql_schema import Layout, expression

__all__ = ["Statement", "is_there", "statement_of"]


@dataclass(frozen=True)
class Statement:
    """SQL and its parameters.

    Args:
        sql: with `%s` where a parameter stands.
        values: the parameters.
        merged: let the driver put the values into the text, because it is several statements, which one round trip
            carries only so.
    """

    sql: str
    values: Tuple[Any, ...] = ()
    merged: bool = False


def statement_of(plan: Plan, layout: Layout) -> Statement:
    """The statement of a plan."""
    if isinstance(plan, Read):
        return read(plan, layout)
    if isinstance(plan, Save):
        return save(plan, layout)
    if isinstance(plan, Delete):
        return delete(plan, layout)
    if isinstance(plan, FindUsers):
        return find_users(plan, layout)
    if isinstance(plan, Organizations):
        return organizations(plan, layout)
    if isinstance(plan, Scan):
        return scan(plan, layout)
    if isinstance(plan, Replace):
        return replace(plan, layout)
    return save_user(plan, layout)


def at(path: Path, row: str = "t") -> str:
    # In a statement with parameters the driver takes % for the start of one.
    return expression(path, row).replace("%", "%%")


def table_of(layout: Layout, plan: Plan) -> str:
    return layout.table(plan.kind).replace("%", "%%")


def organization_of(layout: Layout, plan: Plan, row: str = "t") -> str:
    """Where the organization stands: in the document, or in a column of its own."""
    if layout.is_partitioned(plan.kind):
        return f"{row}.organization" if row else "organization"
    return at(plan.kind.organization, row)


def read(plan: Read, layout: Layout) -> Statement:
    """Rows of id and JSON text. A row without an id, which no save of ours makes, has its key instead of the text."""
    kind = plan.kind
    id = at(kind.id)
    sql = (
        f"SELECT {id}, CASE WHEN {id} IS NULL THEN t.id::text ELSE t.data::text END "
        f"FROM {table_of(layout, plan)} AS t WHERE {organization_of(layout, plan)} = %s"
    )
    values: List[Any] = [plan.scope.organization]
    if plan.ids is not None:
        sql += f" AND {id} = ANY(%s::text[])"
        values.append(list(plan.ids))
    if plan.documents is not None:
        if kind.document is None:
            return Statement("SELECT NULL::text, NULL::text WHERE %s IS NULL", ("",))
        sql += f" AND {at(kind.document)} = ANY(%s::text[])"
        values.append(list(plan.documents))
    if plan.folder is not None:
        if kind.folder is None:
            return Statement("SELECT NULL::text, NULL::text WHERE %s IS NULL", ("",))
        sql += f" AND {at(kind.folder)} = %s"
        values.append(plan.folder)
    return Statement(sql, tuple(values))


def save(plan: Save, layout: Layout) -> Statement:
    """One row with the number of new records.

    All writers go through their records in the same order, so none waits for another in a circle. A row is new when
    both of its times are the defaults; a change always moves the second one. (PostgreSQL's own mark of that, xmax,
    cannot be asked for in a partitioned table.)
    """
    change, values = merging(plan.merges)
    split = layout.is_partitioned(plan.kind)
    columns, stored = ("organization, data", "%s, given::jsonb") if split else ("data", "given::jsonb")
    sql = (
        f"WITH saved AS (INSERT INTO {table_of(layout, plan)} AS t ({columns}) "
        f"SELECT {stored} FROM unnest(%b::text[]) AS given "
        f"ON CONFLICT ({organization_of(layout, plan, '')}, {at(plan.kind.id, '')}) DO UPDATE SET data = {change}, "
        "updated_at = greatest(clock_timestamp(), t.updated_at + interval '1 microsecond') "
        "RETURNING t.created_at = t.updated_at AS added) SELECT count(*) FILTER (WHERE added) FROM saved"
    )
    ordered = sorted(plan.changes, key=lambda change: change.id)
    texts = [text_of(change) for change in ordered]
    return Statement(sql, (*((plan.scope.organization,) if split else ()), texts, *values))


def delete(plan: Delete, layout: Layout) -> Statement:
    """One row with the number of deleted records."""
    kind = plan.kind
    sql = (
        f"WITH gone AS (DELETE FROM {table_of(layout, plan)} AS t WHERE {organization_of(layout, plan)} = %s "
        f"AND {at(kind.id)} = ANY(%s::text[]) RETURNING 1) SELECT count(*) FROM gone"
    )
    return Statement(sql, (plan.scope.organization, list(plan.ids)))


def is_there(kind: Kind, layout: Layout) -> Statement:
    """One row that says whether a kind has its table."""
    return Statement("SELECT to_regclass(%s) IS NOT NULL", (layout.table(kind),))


def organizations(plan: Organizations, layout: Layout) -> Statement:
    """The organizations, hopping from one to the next in the index instead of reading every row."""
    table, organization = table_of(layout, plan), organization_of(layout, plan)
    if plan.kind.shared:
        return Statement(f"SELECT DISTINCT {organization} FROM {table} AS t WHERE {organization} IS NOT NULL")
    first = f"SELECT {organization} AS name FROM {table} AS t WHERE {organization}"
    following = f"ORDER BY {organization} LIMIT 1"
    return Statement(
        f"WITH RECURSIVE found(name) AS (({first} IS NOT NULL {following}) UNION ALL "
        f"SELECT ({first} > found.name {following}) FROM found WHERE found.name IS NOT NULL) "
        "SELECT name FROM found WHERE name IS NOT NULL"
    )


def scan(plan: Scan, layout: Layout) -> Statement:
    """Rows of id and JSON text, in the order of the index on the ids; rows without an id are not among them."""
    id = at(plan.kind.id)
    sql = (
        f"SELECT {id}, t.data::text FROM {table_of(layout, plan)} AS t "
        f"WHERE {organization_of(layout, plan)} = %s AND {id} > %s ORDER BY {id} LIMIT %s"
    )
    return Statement(sql, (plan.scope.organization, plan.after or "", plan.limit))


def replace(plan: Replace, layout: Layout) -> Statement:
    """Rows with the ids of the replaced and deleted records.

    Whoever waits for a row that somebody else is writing compares again with what that one stored.
    """
    id, table = at(plan.kind.id), table_of(layout, plan)
    same = f"{organization_of(layout, plan)} = %s AND {id} = given.id AND t.data = given.before::jsonb"
    sql = (
        f"WITH changed AS (UPDATE {table} AS t SET data = given.after::jsonb, "
        "updated_at = greatest(clock_timestamp(), t.updated_at + interval '1 microsecond') "
        f"FROM unnest(%b::text[], %b::text[], %b::text[]) AS given(id, before, after) WHERE {same} "
        "RETURNING given.id), "
        f"gone AS (DELETE FROM {table} AS t USING unnest(%b::text[], %b::text[]) AS given(id, before) "
        f"WHERE {same} RETURNING given.id) SELECT id FROM changed UNION ALL SELECT id FROM gone"
    )
    changed: List[Tuple[str, str, str]] = []
    gone: List[Tuple[str, str]] = []
    for before, after in sorted(plan.swaps, key=lambda swap: swap.before.id):
        if after is None:
            gone.append((before.id, str(before.body)))
        else:
            text = text_of(Change(before.id, after, dumps_checked(after)))
            changed.append((before.id, str(before.body), text))
    organization = plan.scope.organization
    given = [[row[column] for row in changed] for column in range(3)]
    named = [[row[column] for row in gone] for column in range(2)]
    return Statement(sql, (*given, organization, *named, organization))


def find_users(plan: FindUsers, layout: Layout) -> Statement:
    """Rows of JSON text: those that hold a wanted value and are visible. `users.found` is still to be asked, because
    it tells a number that spells an id from one that does not."""
    wanted = " OR ".join(f"{at(column)} = ANY(%s::text[])" for column in plan.columns)
    visible, seen = belonging(plan.organization, plan.scope.organization)
    sql = f"SELECT t.data::text FROM {table_of(layout, plan)} AS t WHERE ({wanted}) AND ({visible})"
    return Statement(sql, (*[list(plan.values)] * len(plan.columns), *seen))


def save_user(plan: SaveUser, layout: Layout) -> Statement:
    """Two statements: the lock, then the change, which has to see what the lock's last holder stored. The row of the
    second counts the rows added and changed; both are 0 when somebody deleted the row meanwhile.

    The lock stands for the unique index that the customer's own table may not have.
    """
    id, organization = plan.change.id, plan.scope.organization
    table = table_of(layout, plan)
    names, named = naming(plan.organization, organization)
    belongs, seen = belonging(plan.organization, organization)
    value, value_of = below(plan.column)
    kinds, kinds_of = spelling(id)
    change, values = merging(plan.merges, "given.data")
    lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"
    sql = (
        f"{lock}; WITH target AS (SELECT t.id FROM {table} AS t WHERE {at(plan.column)} = %s "
        f"AND jsonb_typeof({value}) = ANY({kinds}) AND ({belongs}) ORDER BY ({names}) DESC, t.id LIMIT 1), "
        f"changed AS (UPDATE {table} AS t SET data = {change}, updated_at = now() "
        "FROM target, (SELECT %s::jsonb AS data) AS given WHERE t.id = target.id RETURNING 1), "
        f"added AS (INSERT INTO {table} (data) SELECT %s::jsonb WHERE NOT EXISTS (SELECT FROM target) RETURNING 1) "
        "SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed)"
    )
    key = f"velt_py.users {layout.table(plan.kind)} {id}"
    found = (id, *value_of, *kinds_of, *seen, *named)
    saved = (*values, text_of(plan.change), text_of(plan.initial))
    return Statement(sql, (key, *found, *saved), merged=True)


# Visibility of users' rows: what `users.belongs` and `users.names` say


def below(path: Path) -> Tuple[str, Tuple[Any, ...]]:
    """The value at `path`. Step by step, because `#>` would take the name "0" for a place in a list."""
    return "(t.data" + " -> %s::text" * len(path) + ")", path


def spelling(id: str) -> Tuple[str, Tuple[Any, ...]]:
    """The JSON types whose text may spell this id."""
    kinds = ["string", "number"] if re.fullmatch("-?[0-9]+", id) else ["string"]
    return "%s::text[]", (kinds,)


def naming(columns: Tuple[Path, ...], organization: str) -> Tuple[str, Tuple[Any, ...]]:
    """Whether any of the columns names or lists the organization."""
    kinds, kinds_of = spelling(organization)
    clauses: List[str] = []
    values: List[Any] = []
    for column in columns:
        value, path = below(column)
        entries = f"CASE jsonb_typeof({value}) WHEN 'array' THEN {value} ELSE jsonb_build_array({value}) END"
        clauses.append(
            f"EXISTS (SELECT FROM jsonb_array_elements({entries}) AS entry(value) "
            f"WHERE jsonb_typeof(entry.value) = ANY({kinds}) AND entry.value #>> '{{}}' = %s)"
        )
        values += [*path, *path, *path, *kinds_of, organization]
    return " OR ".join(clauses), tuple(values)


def belonging(columns: Tuple[Path, ...], organization: str) -> Tuple[str, Tuple[Any, ...]]:
    """Whether a row is visible to the organization: it names it, lists it, or names none at all."""
    clauses: List[str] = []
    values: List[Any] = []
    for column in columns:
        value, path = below(column)
        clauses.append(f"coalesce(jsonb_typeof({value}), 'null') = 'null'")
        values += path
    names, named = naming(columns, organization)
    return f"({' AND '.join(clauses)}) OR {names}", (*values, *named)


# What a save does to a stored row: `merge.merged` in SQL


def merging(rules: Tuple[MapMerge, ...], given: str = "excluded.data") -> Tuple[str, Tuple[Any, ...]]:
    """The row `t.data` after `given` was saved over it."""
    if not rules:
        return f"t.data || {given}", ()
    fields: List[str] = []
    parts: List[str] = [f"t.data || {given}"]
    values: List[Any] = []
    for at, rule in enumerate(rules):
        old, new = f"map.old{at}", f"map.new{at}"
        fields.append(f"t.data -> %s::text AS old{at}, {given} -> %s::text AS new{at}")
        condition = f"jsonb_typeof({old}) = 'object' AND coalesce(jsonb_typeof({new}), 'object') = 'object'"
        if rule.empty:
            condition += f" AND {new} IS DISTINCT FROM '{{}}'"
        entries, inner = merging_map(rule, old, f"coalesce({new}, '{{}}')")
        parts.append(f"CASE WHEN {condition} THEN jsonb_build_object(%s::text, {entries}) ELSE '{{}}' END")
        values += [rule.field, *inner]
    named = [rule.field for rule in rules for _ in range(2)]
    # OFFSET keeps the planner from writing each field out wherever it is used, which would take it apart anew.
    sql = f"(SELECT {' || '.join(parts)} FROM (SELECT {', '.join(fields)} OFFSET 0) AS map)"
    return sql, (*values, *named)


def merging_map(rule: MapMerge, old: str, new: str) -> Tuple[str, List[Any]]:
    """The entries of one map field after those of a saved one were merged in; both are objects."""
    values: List[Any] = []
    if rule.overwrite is not None:
        # Gaps are filled; of what is there only the listed entries change.
        result = f"{new} || {old}"
        if rule.overwrite:
            changed, values = changed_entries(rule, old, new)
            result += f" || {changed}"
    elif rule.deep:
        changed, values = changed_entries(rule, old, new)
        result = f"{old} || {changed}"
    else:
        result = f"{old} || {new}"
    if rule.remove:
        return f"({result}) - %s::text[]", [*values, list(rule.remove)]
    return result, values


def changed_entries(rule: MapMerge, old: str, new: str) -> Tuple[str, List[Any]]:
    """The entries of the saved map that may change what is stored, as they are after the merge."""
    values: List[Any] = []
    value = "entry.value"
    if rule.deep:
        kept = before = f"({old} -> entry.key)"
        if rule.overwrite is not None and rule.clear:
            kept = f"({before} - %s::text[])"
            values.append(list(rule.clear))
        value = (
            f"CASE WHEN jsonb_typeof(entry.value) = 'object' AND jsonb_typeof({before}) = 'object' "
            f"THEN {kept} || entry.value ELSE entry.value END"
        )
    # A browser sends the whole thread, most of it unchanged; what is equal need not be put together again.
    sql = (
        f"SELECT jsonb_object_agg(entry.key, {value}) FROM jsonb_each({new}) AS entry "
        f"WHERE entry.value IS DISTINCT FROM {old} -> entry.key"
    )
    if rule.overwrite is not None:
        sql += " AND entry.key = ANY(%s::text[])"
        values.append(list(rule.overwrite))
    return f"coalesce(({sql}), '{{}}')", values


def text_of(change: Change) -> str:
    """The JSON text of a change as PostgreSQL keeps it without loss."""
    return fractions_kept(change.text)
