"""Plans as MongoDB's filters and update pipelines. Pure.

What comes from people, values and keys, stands in one `$literal` and is never interpreted: keys with dots or a leading
`$` are kept as they are. The expression that works on it is the same for all records of one shape in a save.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence, Tuple, cast

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
    "update_pipelines",
    "user_key",
    "users_filter",
]

Filter = Dict[str, Any]
Expression = Any

PLAIN = re.compile(r"[A-Za-z0-9_-]+\Z")
"""Names that mean nothing to MongoDB and may stand in a path."""

MANY = 100
"""Entries of a map that are looked up by name in the stored one instead of one by one: below that the server is
quicker with the short expression, above it would compare every saved entry with every stored one."""

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
    [merge] = update_pipelines(plan.merges)(plan.change.document)
    return [{"$replaceWith": {"$cond": [is_new, made, merge["$replaceWith"]]}}]


# What a save does to a stored document: `merge.merged`, said to MongoDB

ABSENT, NO_MAP, EMPTY, SMALL, LARGE = range(5)
"""What a saved document holds where a map is merged."""


def update_pipelines(merges: Tuple[MapMerge, ...]) -> Callable[[Mapping[str, Any]], List[Dict[str, Any]]]:
    """Makes the update of each document of a save: it does to a stored document what `merge.merged` does, and stores
    the document where there is none."""
    expressions: Dict[Tuple[int, ...], Expression] = {}

    def pipeline(document: Mapping[str, Any]) -> List[Dict[str, Any]]:
        shape = tuple([_shape(document, rule.field) for rule in merges])
        expression = expressions.get(shape)
        if expression is None:
            expression = _merged(document, merges, shape)
            if LARGE not in shape:
                expressions[shape] = expression
        return [{"$replaceWith": {"$let": {"vars": {"saved": {"$literal": document}}, "in": expression}}}]

    return pipeline


def _shape(document: Mapping[str, Any], field: str) -> int:
    given = document.get(field)
    if isinstance(given, dict):
        size = len(cast(Dict[str, Any], given))
        return LARGE if size > MANY else SMALL if size else EMPTY
    return NO_MAP if field in document else ABSENT


def _merged(document: Mapping[str, Any], merges: Tuple[MapMerge, ...], shape: Tuple[int, ...]) -> Expression:
    maps: Dict[str, Expression] = {}
    for rule, form in zip(merges, shape):
        if form == NO_MAP or (form == EMPTY and rule.empty) or (form == ABSENT and not rule.remove):
            continue
        maps[rule.field] = _map(rule, form, document)
    plain = {field: value for field, value in maps.items() if PLAIN.match(field)}
    result: Expression = {"$mergeObjects": ["$$ROOT", "$$saved", plain]}
    for field in maps.keys() - plain.keys():
        result = {"$setField": {"field": {"$literal": field}, "input": result, "value": maps[field]}}
    return result


def _map(rule: MapMerge, form: int, document: Mapping[str, Any]) -> Expression:
    there, saved = _field("$$ROOT", rule.field), _field("$$saved", rule.field)
    if form == ABSENT:
        return {"$cond": [_is_object(there), _without(there, rule.remove), there]}
    stored = _object(there)
    parts: List[Expression] = [stored, saved]
    if rule.overwrite is not None:
        # What is stored goes over what is saved, and the entries that may change over both.
        parts.append(stored)
        if rule.overwrite:
            parts.append(_entries(rule, stored, saved))
    elif rule.deep:
        parts[1] = (
            _named_entries(there, document[rule.field]) if form == LARGE else _entries(rule, stored, saved)
        )
    return _without({"$mergeObjects": parts}, rule.remove)


def _entries(rule: MapMerge, stored: Expression, saved: Expression) -> Expression:
    """The saved entries that may change what is stored, each merged with the stored one when the rule says so."""
    given: Expression = {"$objectToArray": saved}
    if rule.overwrite is not None:
        named = {"$in": ["$$this.k", {"$literal": list(rule.overwrite)}]}
        given = {"$filter": {"input": given, "cond": named}}
    if not rule.deep:
        return {"$arrayToObject": given}
    clear = () if rule.overwrite is None else rule.clear
    # The index is -1 where there is none, and then counts from the end.
    before = {
        "$cond": [{"$lt": ["$$at", 0]}, None, {"$arrayElemAt": ["$$stored.v", "$$at"]}],
    }
    both = {"$and": [_is_object("$$before"), _is_object("$$entry.v")]}
    merged = {"$mergeObjects": [_without("$$before", clear), "$$entry.v"]}
    value = _let("before", before, {"$cond": [both, merged, "$$entry.v"]})
    entry = {"k": "$$entry.k", "v": _let("at", {"$indexOfArray": ["$$stored.k", "$$entry.k"]}, value)}
    entries = {"$arrayToObject": {"$map": {"input": given, "as": "entry", "in": entry}}}
    return _let("stored", {"$objectToArray": stored}, entries)


def _named_entries(there: Expression, given: Dict[str, Any]) -> Expression:
    """The same for a map of very many entries, each merged with the stored one of its name."""
    pairs: List[Expression] = []
    for key, entry in given.items():
        value: Expression = {"$literal": entry}
        if isinstance(entry, dict):
            value = {"$mergeObjects": [_object(_field(there, key)), value]}
        pairs.append({"k": {"$literal": key}, "v": value})
    return {"$arrayToObject": [pairs]}


def _let(name: str, value: Expression, inside: Expression) -> Expression:
    return {"$let": {"vars": {name: value}, "in": inside}}


def _field(inside: Expression, key: str) -> Expression:
    """What lies under `key` in an object."""
    if isinstance(inside, str) and PLAIN.match(key):
        return f"{inside}.{key}"
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
