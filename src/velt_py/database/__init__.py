"""Published import paths of the database adapters."""

from __future__ import annotations

from velt_py.selfhosting.adapters.base import DatabaseAdapter
from velt_py.selfhosting.adapters.mongodb import MongoDBAdapter
from velt_py.selfhosting.adapters.opening import get_database, reset_connection
from velt_py.selfhosting.adapters.postgresql import PostgresAdapter, PostgresTable
from velt_py.selfhosting.adapters.results import DeleteResult, InsertOneResult, UpdateResult

__all__ = [
    "DatabaseAdapter",
    "DeleteResult",
    "InsertOneResult",
    "MongoDBAdapter",
    "PostgresAdapter",
    "PostgresTable",
    "UpdateResult",
    "get_database",
    "reset_connection",
]
