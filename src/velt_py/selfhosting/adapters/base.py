"""What an adapter is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Dict, List, Optional, Tuple, Union

from velt_py.config import Config, Settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.operation import Runner
from velt_py.selfhosting.stores.base import Store

__all__ = ["DatabaseAdapter", "Document", "Sort"]

Document = Dict[str, Any]
Sort = List[Tuple[str, int]]
"""Fields and directions: 1 up, -1 down."""


class DatabaseAdapter(ABC):
    """A database through the verbs of MongoDB. It knows no organization: who uses it has to say which rows.

    A service is built over one with `CommentService(adapter, config)`. Every method raises `VeltDatabaseError` or one
    of its kinds.
    """

    @abstractmethod
    def find(
        self,
        collection: str,
        query: Document,
        projection: Optional[Document] = None,
        sort: Optional[Sort] = None,
        limit: Optional[int] = None,
    ) -> List[Document]:
        """The documents that a query selects.

        Args:
            collection: the collection's or table's name.
            query: equality, `$eq $ne $in $nin $exists $and $or`; dots lead into nested objects.
            projection: names to return (1) or to leave out (0).
            sort: fields and directions.
            limit: at most so many.
        """

    @abstractmethod
    def find_one(
        self, collection: str, query: Document, projection: Optional[Document] = None
    ) -> Optional[Document]:
        """The first document that a query selects, or None."""

    @abstractmethod
    def insert_one(self, collection: str, document: Document) -> Any:
        """Store a new document."""

    @abstractmethod
    def update_one(self, collection: str, filter: Document, update: Document, upsert: bool = False) -> Any:
        """Change one document with `$set` and `$unset`; with `upsert`, make it when the filter selects none."""

    @abstractmethod
    def update_many(self, collection: str, filter: Document, update: Document) -> Any:
        """Change every document that the filter selects."""

    @abstractmethod
    def delete_one(self, collection: str, filter: Document) -> Any:
        """Delete one document that the filter selects."""

    @abstractmethod
    def delete_many(self, collection: str, filter: Document) -> Any:
        """Delete every document that the filter selects."""

    @abstractmethod
    def create_index(
        self, collection: str, keys: Sort, unique: bool = False, background: bool = True
    ) -> None:
        """Make an index unless it is there."""

    @abstractmethod
    def get_collection(self, collection: str) -> Any:
        """The driver's own handle of a collection."""

    def store(self, settings: Settings) -> Store:
        """The record store over this adapter's database.

        Args:
            settings: the names of the collections, and whether missing indexes are made.
        """
        from velt_py.selfhosting.adapters.store import AdapterStore

        return AdapterStore(self, settings.collections)

    def runner(self, config: Union[Config, Settings, None]) -> Tuple[Runner, Settings]:
        """What a service needs that is built over this adapter.

        Args:
            config: the configuration; without one the defaults count.
        """
        from velt_py.selfhosting.runners import StoreRunner

        settings: Any = config.settings if isinstance(config, Config) else config
        if settings is None:
            settings = Settings()
        if not isinstance(settings, Settings):
            raise VeltConfigurationError(f"a Config is needed, a {type(config).__name__} was given")
        return StoreRunner(settings, self.store(settings)), settings


def manages_schema(settings: Settings) -> bool:
    """Whether missing indexes are made: yes, unless a `database` block says no."""
    return settings.database is None or settings.database.manage_schema
