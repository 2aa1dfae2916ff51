"""Walking a collection and putting documents in the place of others, as MongoDB's filters and documents. Pure."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional

import bson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.raw_bson import RawBSONDocument

from velt_py.selfhosting.plans import Record, Replace, Scan
from velt_py.selfhosting.records import value_at
from velt_py.selfhosting.stores.mongodb_documents import pieces, records, spelled
from velt_py.selfhosting.stores.mongodb_pipeline import Filter, dotted, ids_condition, scope_filter

__all__ = ["Exchange", "exchanges", "replace_filter", "scan_filters"]

STORED: CodecOptions[Dict[str, Any]] = CodecOptions(
    document_class=dict, datetime_conversion=DatetimeConversion.DATETIME_AUTO
)
"""Decodes so that encoding gives the same again: what MongoDB knows and JSON does not is kept as it is."""


def scan_filters(plan: Scan) -> List[Filter]:
    """Which documents come after `plan.after`: those of each filter, sorted by id, one filter after the other.

    MongoDB compares ids with others of their type only, so numbers and texts are asked for apart.
    """
    id, after = dotted(plan.kind.id), plan.after
    texts: Filter = {"$type": "string"}
    if not plan.kind.numeric_ids:
        return [_scoped(plan, id, texts if after is None else {**texts, "$gt": after})]
    numbers: Filter = {"$type": "number"}
    if after is None:
        return [_scoped(plan, id, numbers), _scoped(plan, id, texts)]
    # Records are known by the text of their id; that of a number is no text in the store, or saves would be double.
    if _spells_number(after):
        return [_scoped(plan, id, {**numbers, "$gt": int(after)}), _scoped(plan, id, texts)]
    return [_scoped(plan, id, {**texts, "$gt": after})]


def _scoped(plan: Scan, id: str, condition: Filter) -> Filter:
    return {**scope_filter(plan.kind, plan.scope.organization), id: condition}


def _spells_number(text: str) -> bool:
    return text.lstrip("-").isdecimal() and text.isascii() and str(int(text)) == text


def replace_filter(plan: Replace) -> Filter:
    """The documents that a `Replace` names, as they are now."""
    selected = scope_filter(plan.kind, plan.scope.organization)
    selected[dotted(plan.kind.id)] = ids_condition(plan.kind, [before.id for before, _ in plan.swaps])
    return selected


class Exchange(NamedTuple):
    """One document to replace.

    Args:
        id: of the record.
        selected: the document, if it is still byte for byte what was read.
        update: the update that puts another in its place; None to delete it.
    """

    id: str
    selected: Filter
    update: Optional[List[Dict[str, Any]]]


def exchanges(plan: Replace, batches: Iterable[bytes]) -> Iterator[Exchange]:
    """What to send, for those documents that still are what the plan takes them for.

    Args:
        batches: what `replace_filter` found, raw.
    """
    wanted = {before.id: (before, after) for before, after in plan.swaps}
    for batch in batches:
        for raw in pieces(batch):
            stored = bson.decode(raw, STORED)
            before, after = wanted.get(spelled(value_at(stored, plan.kind.id)), (None, None))
            if before is None or not _is_same(raw, before, plan):
                continue
            selected = {
                "_id": stored["_id"],
                "$expr": {"$eq": ["$$ROOT", {"$literal": RawBSONDocument(raw)}]},
            }
            if after is None:
                yield Exchange(before.id, selected, None)
                continue
            # A replacement as such must not have fields whose names start with a dollar.
            made = {"$literal": _changed(stored, before, after)}
            yield Exchange(before.id, selected, [{"$replaceWith": made}])


def _is_same(raw: bytes, before: Record, plan: Replace) -> bool:
    found = records([raw], plan.kind)
    now: Any = found[0].body if found else {}
    return {name: value for name, value in now.items() if name != "_id"} == before.body


def _changed(stored: Dict[str, Any], before: Record, after: Any) -> Dict[str, Any]:
    """The new document. A field that did not change stays what MongoDB holds, which JSON may only spell."""
    read: Any = before.body
    return {
        "_id": stored["_id"],
        **{
            name: stored[name] if name in stored and name in read and read[name] == value else value
            for name, value in after.items()
        },
    }
