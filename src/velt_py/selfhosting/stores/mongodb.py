"""Records in MongoDB 5.0 or newer, in the documents that the published package writes; blocking.

What is sent is made by pure modules beside this one; here is only what waits for the server.
"""

from __future__ import annotations

import time
from typing import Any, Dict, FrozenSet, List, Mapping, Sequence, Union, cast

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from velt_py.config import DatabaseSettings
from velt_py.exceptions import VeltSchemaError
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
from velt_py.selfhosting.records import Kind, collection_of, with_kind
from velt_py.selfhosting.stores.base import Store, failure
from velt_py.selfhosting.stores.mongodb_clients import (
    Clients,
    Document,
    GivenDatabase,
    acknowledged,
)
from velt_py.selfhosting.stores.mongodb_documents import records, scanned, user_rows
from velt_py.selfhosting.stores.mongodb_errors import DRIVER_ERRORS, cut_off
from velt_py.selfhosting.stores.mongodb_indexes import (
    create_statement,
    drop_statement,
    lacking,
    obstacles,
    own_kinds,
    statements,
)
from velt_py.selfhosting.stores.mongodb_operations import (
    BATCH,
    RETRIES,
    WITHOUT_KEY,
    Timed,
    distinct_organizations,
    organization_names,
    piece_of,
)
from velt_py.selfhosting.stores.mongodb_pipeline import (
    Filter,
    delete_filter,
    read_filter,
    users_filter,
)
from velt_py.selfhosting.stores.mongodb_preparing import (
    BUILD,
    Preparation,
    make_indexes,
    models,
)
from velt_py.selfhosting.stores.mongodb_replacing import exchanges, replace_filter, scan_filters
from velt_py.selfhosting.stores.mongodb_saving import Saving, UserSaving

__all__ = ["MongoDBStore"]


class MongoDBStore(Store):
    """Records in MongoDB, blocking.

    A save of any number of records is one round trip. Each record is merged in one atomic update on the server, so
    of two writers neither loses anything. Records of one save are not written all together: MongoDB would need a
    transaction, a second round trip and a replica set for that. What can be refused is refused before anything is
    written; when the server fails half-way the save ends in an error, some of its records may be stored, and
    repeating it is safe.

    Args:
        database: the block `database` of the configuration.
        collections: the collections' names by kind.
    """

    def __init__(self, database: DatabaseSettings, collections: Mapping[str, str]) -> None:
        self._set_up(Clients(database), collections, database.manage_schema)

    @classmethod
    def over(
        cls, database: Database[Any], collections: Mapping[str, str], manage_schema: bool = True
    ) -> MongoDBStore:
        """A store on a database that stays the caller's: `close` leaves it open, its time limits hold.

        Args:
            database: of a `pymongo.MongoClient`.
            collections: the collections' names by kind.
            manage_schema: make missing indexes at the first use of a collection.
        """
        store = cls.__new__(cls)
        store._set_up(GivenDatabase(database), collections, manage_schema)
        return store

    @property
    def database(self) -> Database[Any]:
        """The pymongo database."""
        return self._source.database()

    def _set_up(
        self, source: Union[Clients, GivenDatabase], collections: Mapping[str, str], manage_schema: bool
    ) -> None:
        self._source = source
        self._collections = collections
        self._preparation = Preparation(self._make_indexes) if manage_schema else None

    def _make_indexes(self, kind: Kind) -> bool:
        try:
            return make_indexes(self._collection(kind), kind)
        except DRIVER_ERRORS:
            # The operation beside it meets the same error and tells it.
            return False

    def _collection(self, kind: Kind) -> Collection[Document]:
        return self._named(self._collections[kind.name])

    def _named(self, name: str) -> Collection[Document]:
        return acknowledged(self._source.database()[name])

    def _begin(self, kind: Kind, wait: bool = False) -> Timed:
        timed = Timed(self._source.timeout)
        if self._preparation is not None and not kind.shared:
            self._preparation.start(kind, wait)
        return timed

    # Plans

    def take_up(self, kind: Kind) -> None:
        self._collections = with_kind(self._collections, kind)

    def read(self, plan: Read) -> List[Record]:
        with self._begin(plan.kind).driver(plan.kind):
            batches = self._found(plan.kind, read_filter(plan))
        return records(batches, plan.kind)

    def _found(self, kind: Kind, selected: Filter) -> List[bytes]:
        cursor: Any = self._collection(kind).find_raw_batches(selected, WITHOUT_KEY, batch_size=BATCH)
        return list(cursor)

    def save(self, plan: Save) -> int:
        saving = Saving(plan, self._collections[plan.kind.name])
        with self._begin(plan.kind, wait=True).driver(plan.kind):
            collection = self._collection(plan.kind)
            while True:
                try:
                    return saving.added(collection.bulk_write(saving.requests(), ordered=False))
                except DRIVER_ERRORS as error:
                    pause = saving.pause(error)
                time.sleep(pause)

    def delete(self, plan: Delete) -> int:
        with self._begin(plan.kind).driver(plan.kind):
            collection, selected = self._collection(plan.kind), delete_filter(plan)
            for _ in range(RETRIES):
                try:
                    return collection.delete_many(selected).deleted_count
                except DRIVER_ERRORS as error:
                    if not cut_off(error):
                        raise
            return collection.delete_many(selected).deleted_count

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        with self._begin(plan.kind).driver(plan.kind):
            batches = self._found(plan.kind, users_filter(plan))
        return user_rows(batches, plan)

    def save_user(self, plan: SaveUser) -> int:
        saving = UserSaving(plan, self._collections[plan.kind.name])
        with self._begin(plan.kind).driver(plan.kind):
            collection = self._collection(plan.kind)
            while True:
                try:
                    return 1 if collection.find_one_and_update(**saving.arguments()) is None else 0
                except DRIVER_ERRORS as error:
                    pause = saving.pause(error)
                time.sleep(pause)

    def organizations(self, plan: Organizations) -> List[str]:
        name = collection_of(self._collections, plan.kind)
        if name is None:
            return []
        # One that is not in use gets no index, which would make it.
        used = plan.kind.name in self._collections
        timed = self._begin(plan.kind) if used else Timed(self._source.timeout)
        with timed.driver(plan.kind):
            found = list(self._named(name).aggregate(distinct_organizations(plan.kind)))
        return organization_names(found)

    def scan(self, plan: Scan) -> List[Record]:
        found: List[bytes] = []
        with self._begin(plan.kind).driver(plan.kind):
            for selected in scan_filters(plan):
                cursor: Any = self._collection(plan.kind).find_raw_batches(
                    selected, WITHOUT_KEY, **piece_of(plan)
                )
                found += list(cursor)
        return scanned(found, plan.kind)[: plan.limit]

    def replace(self, plan: Replace) -> FrozenSet[str]:
        replaced: List[str] = []
        with self._begin(plan.kind).driver(plan.kind):
            collection = self._collection(plan.kind)
            cursor: Any = collection.find_raw_batches(replace_filter(plan), batch_size=BATCH)
            for id, selected, update in exchanges(plan, list(cursor)):
                if update is None:
                    count = collection.delete_one(selected).deleted_count
                else:
                    count = collection.update_one(selected, update).matched_count
                if count:
                    replaced.append(id)
        return frozenset(replaced)

    def ping(self) -> None:
        with Timed(self._source.timeout).driver():
            self._source.database().command("ping")

    def close(self) -> None:
        self._source.close()

    # Schema

    def schema(self) -> Sequence[str]:
        return statements(self._collections)

    def _indexes(self, kind: Kind) -> List[Document]:
        return [cast(Document, index) for index in self._collection(kind).list_indexes()]

    def missing_schema(self) -> Sequence[str]:
        lines: List[str] = []
        with Timed(self._source.timeout).driver():
            for kind in own_kinds(self._collections):
                name, found = self._collections[kind.name], self._indexes(kind)
                lines += [
                    f"missing: {'unique ' if index.unique else ''}index {index.pattern} on {name}"
                    for index in lacking(kind, found)
                ]
                lines += [
                    f"in the way: unique index {index} on {name}, which allows an id only once over all "
                    "organizations; `velt schema apply` takes it away"
                    for index in obstacles(kind, found)
                ]
        return lines

    def apply_schema(self) -> Sequence[str]:
        done: List[str] = []
        for kind in own_kinds(self._collections):
            with Timed(BUILD).driver(kind):
                collection = self._collection(kind)
                found = self._indexes(kind)
                # The new unique index first: at no time may an id stand twice in one organization.
                for index in lacking(kind, found):
                    try:
                        collection.create_indexes(models([index]))
                    except OperationFailure as error:
                        problem = (
                            f"the index {index.pattern} on {collection.name} cannot be made: an index with these "
                            "keys and other options stands there, or two records of one organization have one id"
                        )
                        reason = f"code {error.code}"
                        raise failure(error, problem, reason=reason, kind=VeltSchemaError) from None
                    done.append(create_statement(collection.name, index))
                for name in obstacles(kind, found):
                    collection.drop_index(name)
                    done.append(drop_statement(collection.name, name))
        return done
