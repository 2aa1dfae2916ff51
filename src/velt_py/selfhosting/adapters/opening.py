"""Which adapter belongs to which configuration, and the connections that `get_database` keeps for the process."""

from __future__ import annotations

import threading
from typing import List, Tuple

from velt_py.config import Config, Settings
from velt_py.exceptions import VeltDatabaseError
from velt_py.selfhosting.adapters.base import DatabaseAdapter
from velt_py.selfhosting.runners import StoreRunner
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.stores.opening import database_of

__all__ = ["adapter_over", "get_database", "postgres_schema_sql", "reset_connection"]


def adapter_over(settings: Settings, store: Store) -> DatabaseAdapter:
    """The adapter of the database that a store works on. PostgreSQL is connected to, because missing tables are made.

    Raises:
        VeltDatabaseError: for SQLite and memory, which have none, and when PostgreSQL cannot be reached.
    """
    database = database_of(settings)
    if database.type == "mongodb":
        from velt_py.selfhosting.adapters.mongodb import MongoDBAdapter
        from velt_py.selfhosting.stores.mongodb import MongoDBStore

        assert isinstance(store, MongoDBStore)
        return MongoDBAdapter(store.database)
    if database.type == "postgresql":
        from velt_py.selfhosting.adapters.postgresql import PostgresAdapter
        from velt_py.selfhosting.stores.postgresql import PostgreSQLStore

        assert isinstance(store, PostgreSQLStore)
        store.prepare()
        return PostgresAdapter(store.pool, database.schema)
    raise VeltDatabaseError(
        f"there is no adapter for {database.type}; adapters exist for mongodb and postgresql",
        code="CONFIGURATION_ERROR",
        field="database.type",
    )


_kept: List[Tuple[Settings, StoreRunner]] = []
_lock = threading.Lock()


def get_database(config: Config) -> DatabaseAdapter:
    """The adapter of a configuration. Equal configurations share a connection for the life of the process, until
    `reset_connection`; an SDK has a connection of its own, see `sdk.selfHosting.database`.

    Args:
        config: the configuration.

    Raises:
        VeltDatabaseError: when the configuration has no `database` block, or one without adapters.
    """
    settings = config.settings
    with _lock:
        for known, runner in _kept:
            if known.database == settings.database and known.collections == settings.collections:
                return adapter_over(settings, runner.store)
        runner = StoreRunner(settings)
        adapter = adapter_over(settings, runner.store)
        _kept.append((settings, runner))
        return adapter


def reset_connection() -> None:
    """Close what `get_database` opened. SDKs keep theirs."""
    with _lock:
        kept = [runner for _, runner in _kept]
        _kept.clear()
    for runner in kept:
        runner.close()


def postgres_schema_sql(config: Config) -> str:
    """The statements that make the tables and indexes in PostgreSQL, for `manage_schema: False`. Opens nothing.

    Args:
        config: the configuration; `database.schema` and `collections` count.
    """
    from velt_py.selfhosting.stores.postgresql_schema import Layout

    database = config.settings.database
    schema, partitions = (database.schema, database.partitions) if database else ("public", 0)
    layout = Layout(schema, config.settings.collections, partitions)
    return "".join(f"{statement};\n" for statement in layout.statements())
