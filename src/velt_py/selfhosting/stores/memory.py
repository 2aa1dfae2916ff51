"""Records in memory: for tests and trials. Everything is gone with the process."""

from __future__ import annotations

import threading
from typing import Any, Dict, List, Mapping, Optional

from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.merge import merged
from velt_py.selfhosting.plans import Delete, FindUsers, Organizations, Read, Record, Save, SaveUser
from velt_py.selfhosting.records import Kind, value_at
from velt_py.selfhosting.stores.base import AsyncStore, Store
from velt_py.selfhosting.users import found, spelled_id

__all__ = ["AsyncMemoryStore", "MemoryStore"]

Table = Dict[str, str]
"""JSON texts by id. Texts, so that no caller can change a stored record through an object it holds."""


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
        tables = self._tables.setdefault(self._collections[kind.name], {})
        return tables.setdefault(organization, {})

    def read(self, plan: Read) -> List[Record]:
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            ids = list(table) if plan.ids is None else plan.ids
            rows = [Record(id, table[id]) for id in ids if id in table]
        if plan.documents is not None:
            rows = [row for row in rows if self._at(row, plan.kind.document) in plan.documents]
        if plan.folder is not None:
            rows = [row for row in rows if self._at(row, plan.kind.folder) == plan.folder]
        return rows

    @staticmethod
    def _at(row: Record, path: Optional[Any]) -> str:
        return spelled_id(value_at(loads(str(row.body)), path)) if path is not None else ""

    def save(self, plan: Save) -> int:
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            saved: Table = {}
            for change in plan.changes:
                stored = table.get(change.id)
                saved[change.id] = (
                    change.text
                    if stored is None
                    else dumps(merged(loads(stored), change.document, plan.merges))
                )
            added = len(saved.keys() - table.keys())
            table.update(saved)
        return added

    def delete(self, plan: Delete) -> int:
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            return sum(table.pop(id, None) is not None for id in plan.ids)

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        with self._lock:
            rows = [loads(text) for text in self._table(plan.kind, plan.scope.organization).values()]
        return [row for row in rows if found(row, plan)]

    def save_user(self, plan: SaveUser) -> int:
        with self._lock:
            table = self._table(plan.kind, plan.scope.organization)
            stored = table.get(plan.change.id)
            if stored is None:
                table[plan.initial.id] = plan.initial.text
                return 1
            table[plan.change.id] = dumps(merged(loads(stored), plan.change.document, plan.merges))
        return 0

    def organizations(self, plan: Organizations) -> List[str]:
        with self._lock:
            tables = self._tables.get(self._collections[plan.kind.name], {})
            return sorted(name for name, table in tables.items() if table)

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

    async def ping(self) -> None:
        self.store.ping()

    async def close(self) -> None:
        self.store.close()
