"""Records in MongoDB 5.0 or newer, in the documents that the published package writes; awaited."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, FrozenSet, List, Mapping, Union

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from velt_py.config import DatabaseSettings
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
from velt_py.selfhosting.stores.base import AsyncStore
from velt_py.selfhosting.stores.mongodb_clients import (
    AsyncClients,
    Document,
    GivenAsyncDatabase,
    acknowledged_async,
)
from velt_py.selfhosting.stores.mongodb_documents import records, scanned, user_rows
from velt_py.selfhosting.stores.mongodb_errors import DRIVER_ERRORS, cut_off
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
    AsyncPreparation,
    make_indexes_async,
)
from velt_py.selfhosting.stores.mongodb_replacing import exchanges, replace_filter, scan_filters
from velt_py.selfhosting.stores.mongodb_saving import Saving, UserSaving

__all__ = ["AsyncMongoDBStore"]


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
        return self._named(self._collections[kind.name])

    def _named(self, name: str) -> AsyncCollection[Document]:
        return acknowledged_async(self._source.database()[name])

    async def _begin(self, kind: Kind, wait: bool = False) -> Timed:
        timed = Timed(self._source.timeout)
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
        name = collection_of(self._collections, plan.kind)
        if name is None:
            return []
        # One that is not in use gets no index, which would make it.
        used = plan.kind.name in self._collections
        timed = await self._begin(plan.kind) if used else Timed(self._source.timeout)
        with timed.driver(plan.kind):
            cursor = await self._named(name).aggregate(distinct_organizations(plan.kind))
            return organization_names([each async for each in cursor])

    async def scan(self, plan: Scan) -> List[Record]:
        found: List[bytes] = []
        with (await self._begin(plan.kind)).driver(plan.kind):
            collection = self._collection(plan.kind)
            for selected in scan_filters(plan):
                cursor: Any = collection.find_raw_batches(selected, WITHOUT_KEY, **piece_of(plan))
                found += [batch async for batch in cursor]
        return scanned(found, plan.kind)[: plan.limit]

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
        with Timed(self._source.timeout).driver():
            await self._source.database().command("ping")

    async def close(self) -> None:
        if self._preparation is not None:
            await self._preparation.close()
        await self._source.close()
