"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.adapters.opening import get_database, postgres_schema_sql, reset_connection

__all__ = ["get_database", "postgres_schema_sql", "reset_connection"]
