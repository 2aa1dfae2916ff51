"""Walking the records of a selection, piece by piece."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence

from velt_py.selfhosting.migration.checkpoint import Position
from velt_py.selfhosting.migration.selection import Selection
from velt_py.selfhosting.plans import Organizations, Plan, Read, Record, Scan
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.base import NoTable, Store, absent_tables

__all__ = [
    "Progress",
    "Seen",
    "Walked",
    "found",
    "organizations_of",
    "pieces_of",
    "same_ids",
    "walk",
]


class Walked(NamedTuple):
    """A piece of the walk."""

    kind: Kind
    organization: str
    records: Sequence[Record]


class Progress(NamedTuple):
    """How far the work has come.

    Args:
        doing: `copy` or `compare`.
        kind, organization: which.
        records: of this kind so far, all organizations together.
    """

    doing: str
    kind: str
    organization: str
    records: int


Seen = Callable[[Progress], Any]


def found(store: Store, plan: Plan) -> Any:
    """What a plan that reads finds; nothing where there is no table yet."""
    with absent_tables():
        try:
            return store.run(plan)
        except NoTable:
            return []


def organizations_of(store: Store, kind: Kind, selection: Selection) -> List[str]:
    """The organizations to walk, sorted."""
    if selection.organizations is not None:
        return list(selection.organizations)
    names: List[str] = store.run(Organizations(kind))
    return names


def pieces_of(
    store: Store, kind: Kind, organization: str, limit: int, after: Optional[str] = None
) -> Iterator[List[Record]]:
    """The records of one kind and organization."""
    while True:
        records: List[Record] = found(store, Scan(kind, Scope(organization), after, limit))
        if not records:
            return
        yield records
        after = records[-1].id


def walk(store: Store, selection: Selection, start: Optional[Position] = None) -> Iterator[Walked]:
    """All records of the selection, those after `start` where there is one."""
    kinds = list(selection.kinds)
    if start is not None:
        names = [kind.name for kind in kinds]
        kinds = kinds[names.index(start.kind) :] if start.kind in names else kinds
    for kind in kinds:
        begin = start if start is not None and start.kind == kind.name else None
        for name in organizations_of(store, kind, selection):
            if begin is not None and name < begin.organization:
                continue
            after = begin.after if begin is not None and name == begin.organization else None
            for records in pieces_of(store, kind, name, selection.piece, after):
                yield Walked(kind, name, records)


def same_ids(store: Store, kind: Kind, organization: str, records: Sequence[Record]) -> Dict[str, Record]:
    """What a store has under the ids of some records."""
    ids = tuple([record.id for record in records])
    return {record.id: record for record in found(store, Read(kind, Scope(organization), ids))}
