"""The stores that a migration goes between: their names without secrets, and how they are opened."""

from __future__ import annotations

import dataclasses
import os
from typing import Dict, List
from urllib.parse import urlsplit

from velt_py.exceptions import VeltConfigurationError, VeltSchemaError
from velt_py.selfhosting.migration.selection import Selection
from velt_py.selfhosting.plans import Organizations, Plan, Scan
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.base import NoTable, Store, absent_tables
from velt_py.selfhosting.stores.memory import MemoryStore
from velt_py.selfhosting.stores.opening import database_of, open_store
from velt_py.selfhosting.stores.sqlite_tenants import PLACE
from velt_py.settings import DatabaseSettings, Settings

__all__ = ["available", "open_for_reading", "place_of", "refuse_same"]


def place_of(settings: Settings) -> str:
    """What names a store, for people and for comparing: no user, no password."""
    database = database_of(settings)
    kinds = ",".join(settings.collections[name] for name in sorted(settings.collections))
    if database.type == "sqlite":
        return f"sqlite {os.path.abspath(database.path)} {kinds}"
    if database.type == "django":
        return f"django {database.alias}"
    if database.type == "memory":
        return f"memory {kinds}"
    if database.type == "postgresql":
        return f"postgresql {server_of(database)} {database.schema} {kinds}"
    return f"mongodb {server_of(database)} {database.mongodb_database()} {kinds}"


def server_of(database: DatabaseSettings) -> str:
    """Hosts, ports and database of the server."""
    text = database.connection_string
    if not text:
        return f"{database.host or 'localhost'}:{database.port or ''}/{database.database_name or ''}"
    if "://" in text:
        # Several hosts are more than urlsplit takes apart, but where they begin and end it knows.
        parts = urlsplit(text)
        return f"{parts.netloc.rpartition('@')[2]}{parts.path}"
    pairs = [part.partition("=") for part in text.split()]
    named: Dict[str, str] = {name: value for name, _, value in pairs}
    return f"{named.get('host', '')}:{named.get('port', '')}/{named.get('dbname', '')}"


def refuse_same(source: Settings, target: Settings) -> None:
    """Make sure that there are two stores.

    Raises:
        VeltConfigurationError: both are one.
    """
    if place_of(source) == place_of(target):
        raise VeltConfigurationError(
            "source and target are the same store; name two different ones", field="--to"
        )


def open_for_reading(settings: Settings, is_source: bool) -> Store:
    """A store that nothing is written to, tables and indexes included.

    Args:
        is_source: whether it has to be there; a target that is not there yet is an empty one.

    Raises:
        VeltConfigurationError: the source is not there.
    """
    database = database_of(settings)
    if database.type == "sqlite" and PLACE not in database.path and not os.path.exists(database.path):
        # SQLite would make the file.
        if is_source:
            raise VeltConfigurationError(
                f"the source is not there: no file {database.path}", field="database.path"
            )
        return MemoryStore(settings.collections)
    untouched = dataclasses.replace(database, manage_schema=False)
    return open_store(dataclasses.replace(settings, database=untouched))


def available(source: Store, selection: Selection) -> Selection:
    """The selection without the kinds that have no table in the source; velt-py makes each at its first use.

    Raises:
        VeltSchemaError: it has none of them, so this is hardly the right database.
        VeltDatabaseError: it cannot be reached.
    """
    kinds: List[Kind] = []
    lacking: List[str] = []
    for kind in selection.kinds:
        plan: Plan = Organizations(kind)
        if selection.organizations is not None:
            plan = Scan(kind, Scope(selection.organizations[0]), limit=1)
        with absent_tables():
            try:
                source.run(plan)
            except NoTable:
                lacking.append(kind.name)
            else:
                kinds.append(kind)
    if lacking and not kinds:
        raise VeltSchemaError(
            f"the source has no table for {', '.join(lacking)}; is it the right database and schema?"
        )
    return dataclasses.replace(selection, kinds=tuple(kinds))
