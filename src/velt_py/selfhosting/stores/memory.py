"""Records in memory: for tests and trials. Everything is gone with the process."""

from __future__ import annotations

import threading
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional

from velt_py.selfhosting.answers import dumps_checked, loads
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
from velt_py.selfhosting.records import Kind, Path, collection_of, value_at, with_kind
from velt_py.selfhosting.stores.base import AsyncStore, Store
from velt_py.selfhosting.users import chosen, selected, spelled_id

__all__ = ["AsyncMemoryStore", "MemoryStore"]

NOBODY = ""
"""The organization of users' rows that belong to no single one; the rows themselves say who may see them."""


class Row(NamedTuple):
    """A stored record. As text, so that no caller can change it through an object it holds."""

    text: str
    document: str
    folder: str


Table = Dict[str, Row]


def row_of(kind: Kind, document: Mapping[str, Any], text: str) -> Row:
    def at(path: Optional[Path]) -> str:
        return spelled_id(value_at(document, path)) if path is not None else ""

    return Row(text, at(kind.document), at(kind.folder))


class MemoryStore(Store):
    """Records in the memory of this process.

    Args:
        collections: the collections' names by kind, as in the configuration.
    """

    def __init__(self, collections: Mapping[str, str]) -> None:
        self._collections = collections
        self._tables: Dict[str, Dict[str, Table]] = {}
        self._lock = threading.Lock()

    def _table(self, kind: Kind, organization: str) -> Table:
        """The records of one organization; asking for them stores nothing."""
        return self._tables.get(self._collections[kind.name], {}).get(organization, {})

    def take_up(self, kind: Kind) -> None:
        self._collections = with_kind(self._collections, kind)

    def _keep(self, kind: Kind, organization: str, rows: Table) -> None:
        tables = self._tables.setdefault(self._collections[kind.name], {})
        tables.setdefault(organization, {}).update(rows)

    def read(self, plan: Read) -> List[Record]:
        documents = None if plan.documents is None else frozenset(plan.documents)
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            ids = list(table) if plan.ids is None else plan.ids
            return [
                Record(id, table[id].text)
                for id in ids
                if id in table
                and (documents is None or table[id].document in documents)
                and (plan.folder is None or table[id].folder == plan.folder)
            ]

    def save(self, plan: Save) -> int:
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            saved: Table = {}
            for change in plan.changes:
                document, text = change.document, change.text
                if change.id in table:
                    document = merged(loads(table[change.id].text), document, plan.merges)
                    text = dumps_checked(document)
                saved[change.id] = row_of(plan.kind, document, text)
            added = len(saved.keys() - table.keys())
            self._keep(plan.kind, plan.scope.organization, saved)
        return added

    def delete(self, plan: Delete) -> int:
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            return sum(table.pop(id, None) is not None for id in plan.ids)

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        with self._lock:
            texts = [
                row.text
                for owner in (plan.scope.organization, NOBODY)
                for row in self._table(plan.kind, owner).values()
            ]
        return selected([loads(text) for text in texts], plan)

    def save_user(self, plan: SaveUser) -> int:
        id = plan.change.id
        with self._lock:
            rows = {
                owner: loads(self._table(plan.kind, owner)[id].text)
                for owner in (plan.scope.organization, NOBODY)
                if id in self._table(plan.kind, owner)
            }
            row = chosen(list(rows.values()), plan)
            owner, document = plan.scope.organization, plan.initial.document
            if row is not None:
                owner = next(owner for owner, each in rows.items() if each is row)
                document = merged(row, plan.change.document, plan.merges)
            elif owner in rows:
                # A row of ours with another column for the id, from before `user_schema` was changed.
                row = rows[owner]
                document = merged(row, document, plan.merges)
            self._keep(plan.kind, owner, {id: row_of(plan.kind, document, dumps_checked(document))})
        return 1 if row is None else 0

    def organizations(self, plan: Organizations) -> List[str]:
        with self._lock:
            tables = self._tables.get(collection_of(self._collections, plan.kind) or "", {})
            return sorted(name for name, table in tables.items() if table and name != NOBODY)

    def scan(self, plan: Scan) -> List[Record]:
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            ids = sorted(id for id in table if plan.after is None or id > plan.after)
            return [Record(id, table[id].text) for id in ids[: plan.limit]]

    def replace(self, plan: Replace) -> FrozenSet[str]:
        replaced: List[str] = []
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            for before, after in plan.swaps:
                if before.id not in table or table[before.id].text != before.body:
                    continue
                replaced.append(before.id)
                if after is None:
                    del table[before.id]
                else:
                    table[before.id] = row_of(plan.kind, after, dumps_checked(after))
        return frozenset(replaced)

    def ping(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """Keeps the records: they live as long as the store."""


class AsyncMemoryStore(AsyncStore):
    """The same records for the async SDK; nothing here waits.

    Args:
        store: the records.
    """

    def __init__(self, store: MemoryStore) -> None:
        self.store = store

    def take_up(self, kind: Kind) -> None:
        self.store.take_up(kind)

    async def read(self, plan: Read) -> List[Record]:
        return self.store.read(plan)

    async def save(self, plan: Save) -> int:
        return self.store.save(plan)

    async def delete(self, plan: Delete) -> int:
        return self.store.delete(plan)

    async def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        return self.store.find_users(plan)

    async def save_user(self, plan: SaveUser) -> int:
        return self.store.save_user(plan)

    async def organizations(self, plan: Organizations) -> List[str]:
        return self.store.organizations(plan)

    async def scan(self, plan: Scan) -> List[Record]:
        return self.store.scan(plan)

    async def replace(self, plan: Replace) -> FrozenSet[str]:
        return self.store.replace(plan)

    async def ping(self) -> None:
        self.store.ping()

    async def close(self) -> None:
        self.store.close()
