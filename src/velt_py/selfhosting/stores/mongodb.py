"""Records in MongoDB 5.0 or newer, sync and async, in the documents that the published package writes.

What they send is made by pure modules beside this one; here is only what waits for the server.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import Any, Dict, FrozenSet, Generator, List, Mapping, Optional, Sequence, Union, cast

import pymongo
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
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
from velt_py.selfhosting.records import Kind, with_kind
from velt_py.selfhosting.stores.base import AsyncStore, Store, failure
from velt_py.selfhosting.stores.mongodb_clients import (
    AsyncClients,
    Clients,
    Document,
    GivenAsyncDatabase,
    GivenDatabase,
    acknowledged,
    acknowledged_async,
)
from velt_py.selfhosting.stores.mongodb_documents import records, spelled, user_rows
from velt_py.selfhosting.stores.mongodb_errors import DRIVER_ERRORS, cut_off, translated
from velt_py.selfhosting.stores.mongodb_indexes import (
    create_statement,
    drop_statement,
    lacking,
    obstacles,
    own_kinds,
    statements,
)
from velt_py.selfhosting.stores.mongodb_pipeline import (
    Filter,
    delete_filter,
    dotted,
    read_filter,
    users_filter,
)
from velt_py.selfhosting.stores.mongodb_preparing import (
    BUILD,
    AsyncPreparation,
    Preparation,
    make_indexes,
    make_indexes_async,
    models,
)
from velt_py.selfhosting.stores.mongodb_replacing import exchanges, replace_filter, scan_filters
from velt_py.selfhosting.stores.mongodb_saving import Saving, UserSaving

__all__ = ["AsyncMongoDBStore", "MongoDBStore"]

BATCH = 1_000_000
"""Documents in one reply: as many as fit into its 16 MB, instead of the server's 101."""

WITHOUT_KEY = {"_id": 0}

RETRIES = 3
"""How often a deletion is sent again after the line broke. The driver does that for all else, but not for the deletion
of many documents."""


def distinct_organizations(kind: Kind) -> List[Dict[str, Any]]:
    """The aggregation that lists the organizations of a kind, out of the index alone."""
    path = dotted(kind.organization)
    return [{"$sort": {path: 1}}, {"$group": {"_id": f"${path}"}}]


def piece_of(plan: Scan) -> Dict[str, Any]:
    """The order and the size of a piece of a scan, for `find`."""
    return {"sort": [(dotted(plan.kind.id), 1)], "limit": plan.limit, "batch_size": BATCH}


def organization_names(found: List[Document]) -> List[str]:
    return sorted({name for name in (spelled(each["_id"]) for each in found) if name})


class _Timed:
    """The time of one operation, what it waits for before it asks the server included.

    Args:
        limit: seconds; None leaves the limit to the caller's client.
    """

    def __init__(self, limit: Optional[float]) -> None:
        self._limit = limit
        self._started = time.monotonic()

    @contextmanager
    def driver(self, kind: Optional[Kind] = None) -> Generator[None, None, None]:
        """The driver at work: in the time that is left, and its errors leave as ours."""
        try:
            if self._limit is None:
                yield
            else:
                left = self._limit - (time.monotonic() - self._started)
                with pymongo.timeout(max(left, 0.001)):
                    yield
        except DRIVER_ERRORS as error:
            raise translated(error, kind) from None


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
        return acknowledged(self._source.database()[self._collections[kind.name]])

    def _begin(self, kind: Kind, wait: bool = False) -> _Timed:
        timed = _Timed(self._source.timeout)
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
        with self._begin(plan.kind).driver(plan.kind):
            found = list(self._collection(plan.kind).aggregate(distinct_organizations(plan.kind)))
        return organization_names(found)

    def scan(self, plan: Scan) -> List[Record]:
        found: List[bytes] = []
        with self._begin(plan.kind).driver(plan.kind):
            for selected in scan_filters(plan):
                cursor: Any = self._collection(plan.kind).find_raw_batches(
                    selected, WITHOUT_KEY, **piece_of(plan)
                )
                found += list(cursor)
        return records(found, plan.kind)[: plan.limit]

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
        with _Timed(self._source.timeout).driver():
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
        with _Timed(self._source.timeout).driver():
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
            with _Timed(BUILD).driver(kind):
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


class AsyncMongoDBStore(AsyncStore):
    """Records in MongoDB, awaited, with the promises of `MongoDBStore`; each event loop gets a client of its own.

    Args:
        database: the block `database` of the configuration.
        collections: the collections' names by kind.
    """

    def __init__(self, database: DatabaseSettings, collections: Mapping[str, str]) -> None:
        self._set_up(AsyncClients(database), collections, database.manage_schema)

    @classmethod
    def over(
        cls, database: AsyncDatabase[Any], collections: Mapping[str, str], manage_schema: bool = True
    ) -> AsyncMongoDBStore:
        """A store on a database that stays the caller's: `close` leaves it open, its time limits hold.

        Args:
            database: of a `pymongo.AsyncMongoClient`, to be used in its event loop only.
            collections: the collections' names by kind.
            manage_schema: make missing indexes at the first use of a collection.
        """
        store = cls.__new__(cls)
        store._set_up(GivenAsyncDatabase(database), collections, manage_schema)
        return store

    def _set_up(
        self,
        source: Union[AsyncClients, GivenAsyncDatabase],
        collections: Mapping[str, str],
        manage_schema: bool,
    ) -> None:
        self._source = source
        self._collections = collections
        self._preparation = AsyncPreparation(self._make_indexes) if manage_schema else None

    async def _make_indexes(self, kind: Kind) -> bool:
        try:
            return await make_indexes_async(self._collection(kind), kind)
        except DRIVER_ERRORS:
            # The operation beside it meets the same error and tells it.
            return False

    def _collection(self, kind: Kind) -> AsyncCollection[Document]:
        return acknowledged_async(self._source.database()[self._collections[kind.name]])

    async def _begin(self, kind: Kind, wait: bool = False) -> _Timed:
        timed = _Timed(self._source.timeout)
        if self._preparation is not None and not kind.shared:
            await self._preparation.start(kind, wait)
        return timed

    def take_up(self, kind: Kind) -> None:
        self._collections = with_kind(self._collections, kind)

    async def read(self, plan: Read) -> List[Record]:
        with (await self._begin(plan.kind)).driver(plan.kind):
            batches = await self._found(plan.kind, read_filter(plan))
        return records(batches, plan.kind)

    async def _found(self, kind: Kind, selected: Filter) -> List[bytes]:
        cursor: Any = self._collection(kind).find_raw_batches(selected, WITHOUT_KEY, batch_size=BATCH)
        return [batch async for batch in cursor]

    async def save(self, plan: Save) -> int:
        saving = Saving(plan, self._collections[plan.kind.name])
        with (await self._begin(plan.kind, wait=True)).driver(plan.kind):
            collection = self._collection(plan.kind)
            while True:
                try:
                    return saving.added(await collection.bulk_write(saving.requests(), ordered=False))
                except DRIVER_ERRORS as error:
                    pause = saving.pause(error)
                await asyncio.sleep(pause)

    async def delete(self, plan: Delete) -> int:
        with (await self._begin(plan.kind)).driver(plan.kind):
            collection, selected = self._collection(plan.kind), delete_filter(plan)
            for _ in range(RETRIES):
                try:
                    return (await collection.delete_many(selected)).deleted_count
                except DRIVER_ERRORS as error:
                    if not cut_off(error):
                        raise
            return (await collection.delete_many(selected)).deleted_count

    async def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        with (await self._begin(plan.kind)).driver(plan.kind):
            batches = await self._found(plan.kind, users_filter(plan))
        return user_rows(batches, plan)

    async def save_user(self, plan: SaveUser) -> int:
        saving = UserSaving(plan, self._collections[plan.kind.name])
        with (await self._begin(plan.kind)).driver(plan.kind):
            collection = self._collection(plan.kind)
            while True:
                try:
                    return 1 if await collection.find_one_and_update(**saving.arguments()) is None else 0
                except DRIVER_ERRORS as error:
                    pause = saving.pause(error)
                await asyncio.sleep(pause)

    async def organizations(self, plan: Organizations) -> List[str]:
        with (await self._begin(plan.kind)).driver(plan.kind):
            cursor = await self._collection(plan.kind).aggregate(distinct_organizations(plan.kind))
            return organization_names([each async for each in cursor])

    async def scan(self, plan: Scan) -> List[Record]:
        found: List[bytes] = []
        with (await self._begin(plan.kind)).driver(plan.kind):
            collection = self._collection(plan.kind)
            for selected in scan_filters(plan):
                cursor: Any = collection.find_raw_batches(selected, WITHOUT_KEY, **piece_of(plan))
                found += [batch async for batch in cursor]
        return records(found, plan.kind)[: plan.limit]

    async def replace(self, plan: Replace) -> FrozenSet[str]:
        replaced: List[str] = []
        with (await self._begin(plan.kind)).driver(plan.kind):
            collection = self._collection(plan.kind)
            cursor: Any = collection.find_raw_batches(replace_filter(plan), batch_size=BATCH)
            for id, selected, update in exchanges(plan, [batch async for batch in cursor]):
                if update is None:
                    count = (await collection.delete_one(selected)).deleted_count
                else:
                    count = (await collection.update_one(selected, update)).matched_count
                if count:
                    replaced.append(id)
        return frozenset(replaced)

    async def ping(self) -> None:
        with _Timed(self._source.timeout).driver():
            await self._source.database().command("ping")

    async def close(self) -> None:
        if self._preparation is not None:
            await self._preparation.close()
        await self._source.close()
