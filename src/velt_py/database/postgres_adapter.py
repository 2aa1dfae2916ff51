"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.adapters.postgresql import PostgresAdapter, PostgresTable

__all__ = ["PostgresAdapter", "PostgresTable"]
