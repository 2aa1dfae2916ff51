"""One SQLite file per organization: writers of different organizations do not wait for each other, and an
organization is deleted, moved or backed up as a file."""

from __future__ import annotations

import glob
import hashlib
import os
import threading
from collections import OrderedDict
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence

from velt_py.exceptions import VeltDatabaseUnavailableError
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
from velt_py.selfhosting.records import Kind, with_kind
from velt_py.selfhosting.stores.base import Store, failure
from velt_py.selfhosting.stores.sqlite import SQLiteStore

__all__ = ["PLACE", "SQLiteFilesStore", "file_name"]

PLACE = "{organization}"
"""What stands in `database.path` where the organization's name goes."""

LONGEST = 150
"""Characters of a file's name; file systems take 255 bytes, endings included."""

PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_")


def file_name(organization: str) -> str:
    """The organization's id as a name that every file system keeps apart from all others, whatever is in the id.

    Small letters, digits, `-` and `_` stay, every other byte becomes `=` and two hexadecimal digits; long names end
    in a digest.
    """
    name = "".join([chr(byte) if byte in PLAIN else f"={byte:02x}" for byte in organization.encode()])
    if len(name) <= LONGEST:
        return name
    return name[:60].rstrip("=") + "==" + hashlib.sha256(organization.encode()).hexdigest()


class SQLiteFilesStore(Store):
    """Records in one SQLite file per organization.

    Args:
        path: the files; `{organization}` in it stands for the organization.
        collections: the tables' names by kind, as in the configuration.
        timeout: seconds to wait for another writer before `VeltDatabaseUnavailableError`.
        manage_schema: make missing tables at a file's first plan.
        files: how many files may be open while nobody uses them.
    """

    def __init__(
        self,
        path: str,
        collections: Mapping[str, str],
        timeout: float = 10.0,
        manage_schema: bool = True,
        files: int = 64,
    ) -> None:
        self._before, _, self._after = os.path.abspath(path).partition(PLACE)
        self._arguments: Dict[str, Any] = {
            "collections": collections,
            "timeout": timeout,
            "manage_schema": manage_schema,
        }
        self._most = files
        self._stores: OrderedDict[str, SQLiteStore] = OrderedDict()
        self._lock = threading.Lock()

    # Files

    def path(self, organization: str) -> str:
        """The file of an organization."""
        return self._before + file_name(organization) + self._after

    def _at(self, path: str) -> SQLiteStore:
        with self._lock:
            store = self._stores.pop(path, None) or SQLiteStore(path, **self._arguments)
            self._stores[path] = store
            idle = self._stores.popitem(last=False)[1] if len(self._stores) > self._most else None
        if idle is not None:
            idle.retire()
        return store

    def _existing(self, organization: str) -> Optional[SQLiteStore]:
        """The store of an organization that has a file: reading makes none."""
        path = self.path(organization)
        return self._at(path) if os.path.exists(path) else None

    def _made(self, organization: str) -> SQLiteStore:
        path = self.path(organization)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except OSError as error:
            raise self._no_folder(error) from None
        return self._at(path)

    def _no_folder(self, error: OSError) -> Exception:
        problem = "the folder of the SQLite files cannot be used; check `database.path` and its permissions"
        return failure(
            error, problem, reason=os.strerror(error.errno or 0), kind=VeltDatabaseUnavailableError
        )

    def _all(self) -> List[str]:
        return sorted(glob.glob(glob.escape(self._before) + "*" + glob.escape(self._after)))

    # Plans

    def take_up(self, kind: Kind) -> None:
        with self._lock:
            self._arguments["collections"] = with_kind(self._arguments["collections"], kind)
            for store in self._stores.values():
                store.take_up(kind)

    def read(self, plan: Read) -> List[Record]:
        store = self._existing(plan.scope.organization)
        return store.read(plan) if store is not None else []

    def save(self, plan: Save) -> int:
        return self._made(plan.scope.organization).save(plan)

    def delete(self, plan: Delete) -> int:
        store = self._existing(plan.scope.organization)
        return store.delete(plan) if store is not None else 0

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        store = self._existing(plan.scope.organization)
        return store.find_users(plan) if store is not None else []

    def save_user(self, plan: SaveUser) -> int:
        return self._made(plan.scope.organization).save_user(plan)

    def organizations(self, plan: Organizations) -> List[str]:
        return sorted({name for path in self._all() for name in self._at(path).organizations(plan)})

    def scan(self, plan: Scan) -> List[Record]:
        store = self._existing(plan.scope.organization)
        return store.scan(plan) if store is not None else []

    def replace(self, plan: Replace) -> FrozenSet[str]:
        store = self._existing(plan.scope.organization)
        return store.replace(plan) if store is not None else frozenset()

    def ping(self) -> None:
        folder = os.path.dirname(self._before)
        try:
            os.makedirs(folder, exist_ok=True)
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(13, "no permission")
        except OSError as error:
            raise self._no_folder(error) from None

    def close(self) -> None:
        with self._lock:
            stores = list(self._stores.values())
            self._stores.clear()
        for store in stores:
            store.retire()

    # Schema

    def schema(self) -> Sequence[str]:
        return SQLiteStore(self._before + self._after, **self._arguments).schema()

    def missing_schema(self) -> Sequence[str]:
        return [
            f"{os.path.basename(path)}: {line}"
            for path in self._all()
            for line in self._at(path).missing_schema()
        ]

    def apply_schema(self) -> Sequence[str]:
        return [statement for path in self._all() for statement in self._at(path).apply_schema()]
