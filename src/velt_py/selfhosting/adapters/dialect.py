"""Queries and updates with the verbs of MongoDB as SQL over a column `data` of JSON. Pure.

It is the part of the language that has one meaning in both databases: equality, `$eq $ne $in $nin $exists $and $or`,
and `$set` and `$unset` of top-level names. Anything else is refused.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple, cast

from velt_py.exceptions import VeltDatabaseError
from velt_py.selfhosting.records import Path
from velt_py.selfhosting.stores.postgresql_schema import array_literal, expression

__all__ = ["Sql", "equalities", "ordering", "projected", "query_sql", "update_sql"]

Sql = Tuple[str, List[Any]]
"""SQL with `%s` for each of the values beside it."""


def _refuse(problem: str) -> NoReturn:
    raise VeltDatabaseError(
        f"{problem}; PostgreSQL takes a part of MongoDB's language, see docs/differences.md"
    )


def _path(name: Any) -> Path:
    if not isinstance(name, str) or not all(name.split(".")):
        _refuse("a name in a query is a text without empty parts between its dots")
    if "\0" in name:
        _refuse("a name in a query has no NUL")
    return tuple(name.split("."))


def _escaped(sql: str) -> str:
    # In a statement with values the driver takes % for the start of one.
    return sql.replace("%", "%%")


def _text_at(path: Path) -> str:
    return _escaped(expression(path))


def _value_at(path: Path) -> str:
    return _escaped(f"(data #> {array_literal(path)})")


def json_of(value: Any) -> str:
    """A value as JSON text, for a parameter that becomes jsonb."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        _refuse(f"a {type(value).__name__} cannot be written as JSON")


# Queries


def query_sql(query: Optional[Mapping[str, Any]]) -> Sql:
    """The condition of a query; empty when it selects everything.

    Raises:
        VeltDatabaseError: for an operator beyond the dialect.
    """
    parts: List[Sql] = []
    for name, wanted in (query or {}).items():
        if name in ("$and", "$or"):
            parts.append(_joined(name, wanted))
        elif isinstance(name, str) and name.startswith("$"):  # pyright: ignore[reportUnnecessaryIsInstance]
            _refuse(f"the operator {name} is not known")
        else:
            parts.append(_condition(_path(name), wanted))
    return _all(parts, " AND ")


def _all(parts: Sequence[Sql], word: str) -> Sql:
    return word.join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def _joined(name: str, queries: Any) -> Sql:
    parts: List[Sql] = []
    for query in _list(name, queries):
        if not isinstance(query, Mapping):
            _refuse(f"{name} takes a list of queries")
        sql, values = query_sql(cast(Mapping[str, Any], query))
        parts.append((f"({sql or 'true'})", values))
    if not parts:
        _refuse(f"{name} takes a list that is not empty")
    sql, values = _all(parts, " AND " if name == "$and" else " OR ")
    return f"({sql})", values


def _list(operator: str, value: Any) -> List[Any]:
    if not isinstance(value, (list, tuple)):
        _refuse(f"{operator} takes a list")
    return list(cast(Any, value))


def _condition(path: Path, wanted: Any) -> Sql:
    if not isinstance(wanted, Mapping):
        return _equal(path, wanted)
    conditions = cast(Mapping[str, Any], wanted)
    operators = [name for name in conditions if name.startswith("$")]
    if not operators:
        return _equal(path, dict(conditions))
    for name in conditions:
        if name not in _OPERATORS:
            _refuse(f"the operator {name} is not known")
    sql, values = _all([_OPERATORS[name](path, value) for name, value in conditions.items()], " AND ")
    return f"({sql})", values


def _null(path: Path) -> str:
    """Absent or null, which MongoDB does not tell apart."""
    value = _value_at(path)
    return f"({value} IS NULL OR {value} = 'null')"


def _equal(path: Path, wanted: Any) -> Sql:
    if wanted is None:
        return _null(path), []
    value = _value_at(path)
    if isinstance(wanted, str):
        # As text, because so the indexes fit; the kind tells "1" from 1.
        return f"({_text_at(path)} = %s AND jsonb_typeof({value}) = 'string')", [_plain(wanted)]
    return f"{value} = %s::jsonb", [json_of(wanted)]


def _plain(value: str) -> str:
    if "\0" in value:
        _refuse("the character NUL cannot be stored, so nothing is found by it")
    return value


def _not(condition: Sql) -> Sql:
    sql, values = condition
    # A comparison with what is absent is neither true nor false.
    return f"({sql}) IS NOT TRUE", values


def _among(path: Path, wanted: Any) -> Sql:
    values = _list("$in", wanted)
    texts = [_plain(value) for value in values if isinstance(value, str)]
    others = [json_of(value) for value in values if value is not None and not isinstance(value, str)]
    parts: List[Sql] = []
    if texts:
        kind = f"jsonb_typeof({_value_at(path)}) = 'string'"
        parts.append((f"({_text_at(path)} = ANY(%s::text[]) AND {kind})", [texts]))
    if others:
        parts.append((f"{_value_at(path)} = ANY(%s::jsonb[])", [others]))
    if len(texts) + len(others) < len(values):
        parts.append((_null(path), []))
    sql, found = _all(parts, " OR ")
    return f"({sql or 'false'})", found


def _exists(path: Path, wanted: Any) -> Sql:
    return f"{_value_at(path)} IS {'NOT ' if wanted else ''}NULL", []


_OPERATORS: Dict[str, Callable[[Path, Any], Sql]] = {
    "$eq": _equal,
    "$ne": lambda path, wanted: _not(_equal(path, wanted)),
    "$in": _among,
    "$nin": lambda path, wanted: _not(_among(path, wanted)),
    "$exists": _exists,
}


def equalities(query: Mapping[str, Any]) -> Dict[str, Any]:
    """What a query says by equality, as a document: what an upsert starts from."""
    document: Dict[str, Any] = {}
    for name, wanted in query.items():
        if name.startswith("$"):
            continue
        if isinstance(wanted, Mapping):
            conditions = cast(Mapping[str, Any], wanted)
            if any(each.startswith("$") for each in conditions):
                if "$eq" not in conditions:
                    continue
                wanted = conditions["$eq"]
        *above, last = _path(name)
        place = document
        for each in above:
            place = place.setdefault(each, {})
        place[last] = wanted
    return document


def ordering(sort: Optional[Sequence[Tuple[str, int]]]) -> str:
    """The ORDER BY of a sort; empty without one."""
    # What is absent comes before everything else, as in MongoDB.
    ways = {True: "DESC NULLS LAST", False: "ASC NULLS FIRST"}
    parts = [f"{_value_at(_path(name))} {ways[way < 0]}" for name, way in sort or ()]
    return " ORDER BY " + ", ".join(parts) if parts else ""


# Updates


def update_sql(update: Mapping[str, Any], row: str = "data") -> Sql:
    """The row's data after an update.

    Raises:
        VeltDatabaseError: for an operator beyond the dialect, or a name with dots.
    """
    given = changes(update)
    values: List[Any] = []
    sql = row
    if "$set" in given:
        sql = f"({sql} || %s::jsonb)"
        values.append(json_of(given["$set"]))
    if "$unset" in given:
        sql = f"({sql} - %s::text[])"
        values.append(list(given["$unset"]))
    return sql, values


def changes(update: Mapping[str, Any]) -> Dict[str, Dict[str, Any]]:
    """The `$set` and `$unset` of an update, checked."""
    if not isinstance(update, Mapping) or not update:  # pyright: ignore[reportUnnecessaryIsInstance]
        _refuse("an update is a dict with $set or $unset")
    given: Dict[str, Dict[str, Any]] = {}
    for operator, fields in update.items():
        if operator not in ("$set", "$unset") or not isinstance(fields, Mapping):
            _refuse(f"the update {operator} is not known; an update has $set and $unset")
        given[operator] = dict(cast(Mapping[str, Any], fields))
        for name in given[operator]:
            if "." in name or name.startswith("$") or not name:
                _refuse("an update names top-level fields, without dots and '$'")
    return given


# Projections


def projected(document: Dict[str, Any], projection: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """What a projection leaves of a document: the named fields, or all but those."""
    if not projection:
        return document
    wanted = {name for name, shown in projection.items() if shown and name != "_id"}
    if not wanted:
        hidden = {name for name, shown in projection.items() if not shown}
        return {name: value for name, value in document.items() if name not in hidden}
    result: Dict[str, Any] = {}
    for name in sorted(wanted):
        found: Any = document
        *above, last = _path(name)
        place = result
        for each in above:
            found = cast(Any, found.get(each)) if isinstance(found, dict) else None
        if isinstance(found, dict) and last in found:
            for each in above:
                place = place.setdefault(each, {})
            place[last] = found[last]
    return result
