"""Which store belongs to which configuration. Drivers are imported here, at first use."""

from __future__ import annotations

from velt_py.config import NO_DATABASE, DatabaseSettings, Settings
from velt_py.exceptions import VeltDatabaseError
from velt_py.selfhosting.stores.base import AsyncStore, Store

__all__ = ["open_async_store", "open_store"]


def database_of(settings: Settings) -> DatabaseSettings:
    """The database block.

    Raises:
        VeltDatabaseError: when the configuration has none.
    """
    if settings.database is None:
        raise VeltDatabaseError(NO_DATABASE, code="CONFIGURATION_ERROR", field="database")
    return settings.database


def open_store(settings: Settings) -> Store:
    """The blocking store of a configuration; it connects at its first plan."""
    database = database_of(settings)
    if database.type == "sqlite":
        return _open_sqlite(database, settings)
    if database.type == "memory":
        from velt_py.selfhosting.stores.memory import MemoryStore

        return MemoryStore(settings.collections)
    if database.type == "postgresql":
        from velt_py.selfhosting.stores.postgresql import PostgreSQLStore

        return PostgreSQLStore(database, settings.collections)
    if database.type == "django":
        from velt_py.selfhosting.stores.django import DjangoStore

        return DjangoStore(database.alias)
    from velt_py.selfhosting.stores.mongodb import MongoDBStore

    return MongoDBStore(database, settings.collections)


def _open_sqlite(database: DatabaseSettings, settings: Settings) -> Store:
    from velt_py.selfhosting.stores.sqlite import SQLiteStore
    from velt_py.selfhosting.stores.sqlite_tenants import PLACE, SQLiteFilesStore

    store = SQLiteFilesStore if PLACE in database.path else SQLiteStore
    return store(database.path, settings.collections, database.timeout, database.manage_schema)


def open_async_store(settings: Settings) -> AsyncStore:
    """The awaited store of a configuration; it connects at its first plan."""
    database = database_of(settings)
    if database.type == "memory":
        from velt_py.selfhosting.stores.memory import AsyncMemoryStore, MemoryStore

        return AsyncMemoryStore(MemoryStore(settings.collections))
    if database.type == "postgresql":
        from velt_py.selfhosting.stores.postgresql_async import AsyncPostgreSQLStore

        return AsyncPostgreSQLStore(database, settings.collections)
    if database.type == "mongodb":
        from velt_py.selfhosting.stores.mongodb_async import AsyncMongoDBStore

        return AsyncMongoDBStore(database, settings.collections)
    if database.type == "django":
        from velt_py.selfhosting.stores.django import AsyncDjangoStore, DjangoStore

        return AsyncDjangoStore(DjangoStore(database.alias))
    from velt_py.selfhosting.stores.base import ThreadedStore

    return ThreadedStore(open_store(settings), timeout=database.timeout)
