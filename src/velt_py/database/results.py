"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.adapters.results import DeleteResult, InsertOneResult, UpdateResult

__all__ = ["DeleteResult", "InsertOneResult", "UpdateResult"]
