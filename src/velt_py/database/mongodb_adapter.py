"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.adapters.mongodb import MongoDBAdapter

__all__ = ["MongoDBAdapter"]
