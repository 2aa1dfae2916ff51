"""Records through any adapter: for adapters of the application's own, and for stand-ins in its tests.

An adapter has no way to merge inside the database, so a save here is a read and a write: of two writers at the same
time one may lose. The stores of `velt_py.selfhosting.stores` do not have that gap.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Sequence

from velt_py.selfhosting.adapters.base import DatabaseAdapter
from velt_py.selfhosting.merge import merged
from velt_py.selfhosting.plans import (
    Delete,
    FindUsers,
    Organizations,
    Read,
    Record,
    Replace,
    Save,
    SaveUser,
    Scan,
)
from velt_py.selfhosting.records import Kind, Path, value_at
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.users import belongs, found, names, spelled_id

__all__ = ["AdapterStore"]


class AdapterStore(Store):
    """A store over the published verbs.

    Args:
        adapter: the database.
        collections: the collections' names by kind, as in the configuration.
    """

    def __init__(self, adapter: DatabaseAdapter, collections: Mapping[str, str]) -> None:
        self._adapter = adapter
        self._collections = collections

    def _collection(self, kind: Kind) -> str:
        return self._collections[kind.name]

    def _found(self, kind: Kind, query: Dict[str, Any]) -> List[Dict[str, Any]]:
        rows = self._adapter.find(self._collection(kind), query)
        return [{name: value for name, value in row.items() if name != "_id"} for row in rows]

    def read(self, plan: Read) -> List[Record]:
        query = scoped(plan.kind, plan.scope.organization)
        if plan.ids is not None:
            query[dotted(plan.kind.id)] = {"$in": spellings(plan.kind, plan.ids)}
        if plan.documents is not None and plan.kind.document is not None:
            query[dotted(plan.kind.document)] = {"$in": list(plan.documents)}
        if plan.folder is not None and plan.kind.folder is not None:
            query[dotted(plan.kind.folder)] = plan.folder
        rows = self._found(plan.kind, query)
        return [Record(spelled_id(value_at(row, plan.kind.id)), row) for row in rows]

    def save(self, plan: Save) -> int:
        kind, organization = plan.kind, plan.scope.organization
        stored = {
            record.id: record.body
            for record in self.read(Read(kind, plan.scope, tuple(change.id for change in plan.changes)))
        }
        for change in plan.changes:
            before = stored.get(change.id)
            document = (
                change.document
                if not isinstance(before, dict)
                else merged(before, change.document, plan.merges)
            )
            query = scoped(kind, organization)
            query[dotted(kind.id)] = value_at(document, kind.id)
            self._adapter.update_one(self._collection(kind), query, {"$set": dict(document)}, upsert=True)
        return len({change.id for change in plan.changes} - stored.keys())

    def delete(self, plan: Delete) -> int:
        query = scoped(plan.kind, plan.scope.organization)
        query[dotted(plan.kind.id)] = {"$in": spellings(plan.kind, plan.ids)}
        return int(self._adapter.delete_many(self._collection(plan.kind), query).deleted_count)

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        wanted = spellings(plan.kind, plan.values)
        query = {"$or": [{dotted(column): {"$in": wanted}} for column in plan.columns]}
        return [row for row in self._found(plan.kind, query) if found(row, plan)]

    def save_user(self, plan: SaveUser) -> int:
        column, organization = dotted(plan.column), plan.scope.organization
        rows = self._found(plan.kind, {column: {"$in": spellings(plan.kind, [plan.change.id])}})
        visible = [row for row in rows if belongs(row, organization, plan.organization)]
        visible.sort(key=lambda row: names(row, organization, plan.organization))
        collection = self._collection(plan.kind)
        if not visible:
            self._adapter.insert_one(collection, dict(plan.initial.document))
            return 1
        stored = visible[-1]
        query = {column: value_at(stored, plan.column)}
        query.update({dotted(each): value_at(stored, each) for each in plan.organization})
        changed = merged(stored, plan.change.document, plan.merges)
        self._adapter.update_one(collection, query, {"$set": changed})
        return 0

    def organizations(self, plan: Organizations) -> List[str]:
        rows = self._found(plan.kind, {})
        return sorted({spelled_id(value_at(row, plan.kind.organization)) for row in rows} - {""})

    def scan(self, plan: Scan) -> List[Record]:
        # The verbs know no "greater than", so a piece is cut out of all of it.
        records = sorted(self.read(Read(plan.kind, plan.scope)), key=lambda record: record.id)
        return [record for record in records if record.id > (plan.after or "")][: plan.limit]

    def replace(self, plan: Replace) -> FrozenSet[str]:
        ids = tuple(before.id for before, _ in plan.swaps)
        stored = {record.id: record.body for record in self.read(Read(plan.kind, plan.scope, ids))}
        replaced: List[str] = []
        for before, after in plan.swaps:
            if before.id not in stored or stored[before.id] != before.body:
                continue
            query = scoped(plan.kind, plan.scope.organization)
            query[dotted(plan.kind.id)] = {"$in": spellings(plan.kind, [before.id])}
            collection = self._collection(plan.kind)
            if after is None:
                self._adapter.delete_many(collection, query)
            else:
                lost = [name for name in before.body if name not in after]
                update: Dict[str, Any] = {"$set": dict(after)}
                if lost:
                    update["$unset"] = dict.fromkeys(lost, "")
                self._adapter.update_one(collection, query, update)
            replaced.append(before.id)
        return frozenset(replaced)

    def ping(self) -> None:
        self._adapter.find(next(iter(self._collections.values())), {}, limit=1)

    def close(self) -> None:
        """Nothing: the adapter belongs to who made it."""


def dotted(path: Path) -> str:
    return ".".join(path)


def scoped(kind: Kind, organization: str) -> Dict[str, Any]:
    """The condition that every query begins with."""
    return {dotted(kind.organization): organization}


def spellings(kind: Kind, ids: Iterable[str]) -> Sequence[Any]:
    """The ids as they may be stored: as text, and as number where the kind has such."""
    texts = list(ids)
    if not kind.numeric_ids:
        return texts
    return texts + [int(text) for text in texts if text.lstrip("-").isdecimal() and str(int(text)) == text]
