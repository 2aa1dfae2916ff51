"""What changes end with, named as in pymongo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

__all__ = ["DeleteResult", "InsertOneResult", "UpdateResult"]


@dataclass(frozen=True)
class InsertOneResult:
    """An insert. `inserted_id` is the row's key."""

    inserted_id: Any


@dataclass(frozen=True)
class UpdateResult:
    """An update.

    Args:
        matched_count: how many records the filter selected.
        modified_count: how many were written.
        upserted_id: the key of the row that was made because none was selected.
    """

    matched_count: int
    modified_count: int
    upserted_id: Optional[Any] = None


@dataclass(frozen=True)
class DeleteResult:
    """A delete. `deleted_count` is how many records are gone."""

    deleted_count: int
