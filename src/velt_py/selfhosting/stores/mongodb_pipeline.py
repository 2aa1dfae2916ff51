"""Plans as MongoDB's filters and update pipelines. Pure.

Whatever comes from people, values and keys, stands in `$literal` or is taken apart by `$getField`, `$unsetField` and
`$arrayToObject` (MongoDB 5.0), so that keys with dots or a leading `$` are kept as they are and never interpreted.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, cast

from velt_py.selfhosting.plans import Change, Delete, FindUsers, MapMerge, Read, Save, SaveUser
from velt_py.selfhosting.records import Kind, Path

__all__ = [
    "delete_filter",
    "dotted",
    "read_filter",
    "save_filter",
    "save_user_filter",
    "save_user_pipeline",
    "save_user_sort",
    "update_pipeline",
    "user_key",
    "users_filter",
]

Filter = Dict[str, Any]
Expression = Any

PLAIN = re.compile(r"[A-Za-z0-9_-]+\Z")
"""Keys that mean nothing to MongoDB. They get the short spelling, which is what keeps a save of many comments quick."""

INTEGER_LIMIT = 2**63


def dotted(path: Path) -> str:
    """A path as MongoDB spells it."""
    return ".".join(path)


# Filters


def spellings(values: Iterable[str]) -> List[Any]:
    """Ids as text, and as the number that a text spells. MongoDB compares numbers across their types."""
    result: List[Any] = []
    for value in values:
        result.append(value)
        digits = value[1:] if value.startswith("-") else value
        if digits.isdigit() and digits.isascii() and len(digits) < 20:
            number = int(value)
            if str(number) == value and -INTEGER_LIMIT <= number < INTEGER_LIMIT:
                result.append(number)
    return result


def scope_filter(kind: Kind, organization: str) -> Filter:
    return {dotted(kind.organization): organization}


def ids_condition(kind: Kind, ids: Sequence[str]) -> Any:
    if kind.numeric_ids:
        return {"$in": spellings(ids)}
    return ids[0] if len(ids) == 1 else {"$in": list(ids)}


def read_filter(plan: Read) -> Filter:
    """Which documents a `Read` selects."""
    selected = scope_filter(plan.kind, plan.scope.organization)
    if plan.ids is not None:
        selected[dotted(plan.kind.id)] = ids_condition(plan.kind, plan.ids)
    if plan.documents is not None and plan.kind.document is not None:
        selected[dotted(plan.kind.document)] = {"$in": list(plan.documents)}
    if plan.folder is not None and plan.kind.folder is not None:
        selected[dotted(plan.kind.folder)] = plan.folder
    return selected


def delete_filter(plan: Delete) -> Filter:
    """Which documents a `Delete` takes away."""
    selected = scope_filter(plan.kind, plan.scope.organization)
    selected[dotted(plan.kind.id)] = ids_condition(plan.kind, plan.ids)
    return selected


def save_filter(plan: Save, change: Change) -> Filter:
    """Which document a change of a `Save` is merged into."""
    selected = scope_filter(plan.kind, plan.scope.organization)
    selected[dotted(plan.kind.id)] = ids_condition(plan.kind, (change.id,))
    return selected


# Users


def visible(organization: str, columns: Tuple[Path, ...]) -> Filter:
    """Rows that name or list the organization in a column, or that have a value in none of the columns."""
    named: List[Filter] = [{dotted(column): {"$in": spellings([organization])}} for column in columns]
    # A list that holds null equals null for MongoDB, but it is a list of organizations.
    unnamed: Filter = {dotted(column): {"$eq": None, "$not": {"$type": "array"}} for column in columns}
    return {"$or": [*named, unnamed]}


def users_filter(plan: FindUsers) -> Filter:
    """Which rows a `FindUsers` selects; `users.found` has the last word on lists and nested columns."""
    values = spellings(plan.values)
    wanted = [{dotted(column): {"$in": values}} for column in plan.columns]
    return {"$and": [{"$or": wanted}, visible(plan.scope.organization, plan.organization)]}


def save_user_filter(plan: SaveUser) -> Filter:
    """Which rows a `SaveUser` may change."""
    return {
        dotted(plan.column): {"$in": spellings([plan.change.id])},
        **visible(plan.scope.organization, plan.organization),
    }


def save_user_sort(plan: SaveUser) -> List[Tuple[str, int]]:
    """Rows that name the organization first: what is missing sorts below every value."""
    return [(dotted(column), -1) for column in plan.organization]


def user_key(organization: str, id: str) -> bytes:
    """The 12 bytes of the `_id` of a user's row that we make.

    The same for the same user of the same organization, so that of two first saves at the same time one finds the
    key taken: the users' collection is the customer's and gets no index for that.
    """
    text = f"{len(organization)}:{organization}{id}"
    return hashlib.sha256(text.encode()).digest()[:12]


def save_user_pipeline(plan: SaveUser, key: Any) -> List[Dict[str, Any]]:
    """Merge into the row that is there, or make `initial` under `key` when there is none."""
    made = {"$literal": {"_id": key, **plan.initial.document}}
    is_new = {"$eq": [{"$type": "$_id"}, "missing"]}
    return [{"$replaceWith": {"$cond": [is_new, made, _merged(plan.change.document, plan.merges)]}}]


# What a save does to a stored document: `merge.merged`, said to MongoDB


def update_pipeline(document: Mapping[str, Any], merges: Tuple[MapMerge, ...]) -> List[Dict[str, Any]]:
    """The update that does to a stored document what `merge.merged` does; without one it stores `document`."""
    return [{"$replaceWith": _merged(document, merges)}]


def _merged(document: Mapping[str, Any], merges: Tuple[MapMerge, ...]) -> Expression:
    replaced = dict(document)
    maps: Dict[str, Expression] = {}
    for rule in merges:
        given: Any = document.get(rule.field, {})
        present = rule.field in document
        if not isinstance(given, dict) or (rule.empty and present and not given):
            continue
        if present:
            del replaced[rule.field]
            maps[rule.field] = _map(rule, cast(Dict[str, Any], given))
        elif rule.remove:
            stored = _field(None, rule.field)
            maps[rule.field] = {"$cond": [_is_object(stored), _map(rule, {}), stored]}
    parts: List[Expression] = ["$$ROOT", {"$literal": replaced}]
    plain = {field: value for field, value in maps.items() if PLAIN.match(field)}
    if plain:
        parts.append(plain)
    result: Expression = {"$mergeObjects": parts}
    for field in maps.keys() - plain.keys():
        result = {"$setField": {"field": {"$literal": field}, "input": result, "value": maps[field]}}
    return result


def _map(rule: MapMerge, given: Dict[str, Any]) -> Expression:
    stored = _object(_field(None, rule.field))
    parts: List[Expression] = [stored]
    if rule.overwrite is None:
        if rule.deep:
            parts.append(_entries(rule, given))
        else:
            parts.append({"$literal": given})
    else:
        fills = {key: entry for key, entry in given.items() if key not in rule.overwrite}
        changed = {key: given[key] for key in rule.overwrite if key in given}
        if fills:
            parts += [{"$literal": fills}, stored]
        if changed:
            parts.append(_entries(rule, changed))
    return _without({"$mergeObjects": parts}, rule.remove)


def _entries(rule: MapMerge, given: Dict[str, Any]) -> Expression:
    entries = {key: _entry(rule, key, entry) for key, entry in given.items()}
    if all(map(PLAIN.match, entries)):
        return entries
    # One flat list: a thread may hold more odd keys than MongoDB takes levels.
    pairs = [{"k": {"$literal": key}, "v": entry} for key, entry in entries.items()]
    return {"$arrayToObject": [pairs]}


def _entry(rule: MapMerge, key: str, entry: Any) -> Expression:
    if not rule.deep or not isinstance(entry, dict):
        return {"$literal": entry}
    before = _object(_field(rule.field, key))
    if rule.overwrite is not None:
        before = _without(before, rule.clear)
    return {"$mergeObjects": [before, {"$literal": cast(Any, entry)}]}


def _field(field: Optional[str], key: str) -> Expression:
    """What lies under `key` in a field of the stored document, or at its top."""
    if PLAIN.match(key) and (field is None or PLAIN.match(field)):
        return f"${key}" if field is None else f"${field}.{key}"
    inside = "$$ROOT" if field is None else _field(None, field)
    return {"$getField": {"field": {"$literal": key}, "input": inside}}


def _is_object(expression: Expression) -> Expression:
    return {"$eq": [{"$type": expression}, "object"]}


def _object(expression: Expression) -> Expression:
    """What is no object counts as an empty one."""
    empty: Dict[str, Any] = {}
    return {"$cond": [_is_object(expression), expression, empty]}


def _without(expression: Expression, keys: Sequence[str]) -> Expression:
    if not keys:
        return expression
    if len(keys) == 1:
        return {"$unsetField": {"field": {"$literal": keys[0]}, "input": expression}}
    kept = {"$not": [{"$in": ["$$this.k", {"$literal": list(keys)}]}]}
    return {"$arrayToObject": {"$filter": {"input": {"$objectToArray": expression}, "cond": kept}}}
