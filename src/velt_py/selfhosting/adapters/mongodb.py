"""The adapter over a pymongo database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generator, List, Optional, cast

from velt_py.config import Settings
from velt_py.selfhosting.adapters.base import DatabaseAdapter, Document, Sort, manages_schema
from velt_py.selfhosting.stores.base import Store

if TYPE_CHECKING:
    from pymongo.collection import Collection
    from pymongo.database import Database

__all__ = ["MongoDBAdapter"]


class MongoDBAdapter(DatabaseAdapter):
    """A MongoDB database through the published verbs; queries and updates are MongoDB's own.

    Args:
        database: a `pymongo.database.Database`; it stays the caller's to close.
    """

    def __init__(self, database: Database[Any]) -> None:
        self._database = database

    @property
    def database(self) -> Database[Any]:
        """The pymongo database."""
        return self._database

    def find(
        self,
        collection: str,
        query: Document,
        projection: Optional[Document] = None,
        sort: Optional[Sort] = None,
        limit: Optional[int] = None,
    ) -> List[Document]:
        with _failures():
            cursor: Any = self._database[collection].find(query, projection)
            if sort:
                cursor = cursor.sort(sort)
            if limit:
                cursor = cursor.limit(limit)
            return list(cursor)

    def find_one(
        self, collection: str, query: Document, projection: Optional[Document] = None
    ) -> Optional[Document]:
        with _failures():
            return self._database[collection].find_one(query, projection)

    def insert_one(self, collection: str, document: Document) -> Any:
        with _failures():
            return self._database[collection].insert_one(document)

    def update_one(self, collection: str, filter: Document, update: Document, upsert: bool = False) -> Any:
        with _failures():
            return self._database[collection].update_one(filter, update, upsert=upsert)

    def update_many(self, collection: str, filter: Document, update: Document) -> Any:
        with _failures():
            return self._database[collection].update_many(filter, update)

    def delete_one(self, collection: str, filter: Document) -> Any:
        with _failures():
            return self._database[collection].delete_one(filter)

    def delete_many(self, collection: str, filter: Document) -> Any:
        with _failures():
            return self._database[collection].delete_many(filter)

    def create_index(
        self, collection: str, keys: Sort, unique: bool = False, background: bool = True
    ) -> None:
        with _failures():
            self._database[collection].create_index(keys, unique=unique, background=background)

    def get_collection(self, collection: str) -> Collection[Any]:
        return self._database[collection]

    def store(self, settings: Settings) -> Store:
        from pymongo.database import Database

        if not isinstance(cast(object, self._database), Database):  # a stand-in of somebody's tests
            return super().store(settings)
        from velt_py.selfhosting.stores.mongodb import MongoDBStore

        return MongoDBStore.over(self._database, settings.collections, manages_schema(settings))

    def __repr__(self) -> str:
        return f"<MongoDBAdapter {self._database.name}>"


@contextmanager
def _failures() -> Generator[None, None, None]:
    from velt_py.selfhosting.stores.mongodb_errors import DRIVER_ERRORS, translated

    try:
        yield
    except DRIVER_ERRORS as error:
        raise translated(error) from None
