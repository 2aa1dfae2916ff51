"""A save on its way to MongoDB: what is left to send, and when to give up. Holds no connection."""

from __future__ import annotations

import random
from typing import Any, Dict, List, Mapping, Optional, Tuple, cast

from bson.objectid import ObjectId
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.results import BulkWriteResult

from velt_py.selfhosting.plans import Change, Save, SaveUser
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.stores.mongodb_errors import DUPLICATE_KEY, conflict, translated
from velt_py.selfhosting.stores.mongodb_pipeline import (
    save_filter,
    save_user_filter,
    save_user_pipeline,
    save_user_sort,
    update_pipelines,
    user_key,
)

__all__ = ["Saving", "UserSaving"]

ATTEMPTS = 6
"""Two writers that store the same new record at once: one finds the key taken, and finds the record when it tries
again. More attempts are only needed when somebody deletes it in between."""


class _Attempts:
    """Counts how often a unique index refused.

    Args:
        kind: what is saved.
        collection: where to.
    """

    def __init__(self, kind: Kind, collection: str) -> None:
        self._kind = kind
        self._collection = collection
        self._made = 0

    def pause(self, pattern: Optional[Mapping[str, Any]]) -> float:
        """Seconds to wait before the next attempt.

        Raises:
            VeltConflictError: when it is no race of two writers.
        """
        self._made += 1
        if self._made >= ATTEMPTS:
            raise conflict(self._kind, self._collection, pattern)
        return random.uniform(0, 0.002 * 2**self._made)


class Saving:
    """The records of one `Save`.

    Args:
        plan: what is saved.
        collection: the collection's name.
    """

    def __init__(self, plan: Save, collection: str) -> None:
        self._plan = plan
        self._left: Tuple[Change, ...] = plan.changes
        self._added = 0
        self._pipeline = update_pipelines(plan.merges)
        self._attempts = _Attempts(plan.kind, collection)

    def requests(self) -> List[UpdateOne]:
        """What to send now, in one unordered bulk write."""
        return [
            UpdateOne(save_filter(self._plan, change), self._pipeline(change.document), upsert=True)
            for change in self._left
        ]

    def added(self, result: BulkWriteResult) -> int:
        """How many records are new, after the last bulk write went well."""
        return self._added + result.upserted_count

    def pause(self, error: BaseException) -> float:
        """Seconds to wait before `requests` is to be sent again, after an error.

        Raises:
            VeltSDKError: when it is no use.
        """
        if not isinstance(error, BulkWriteError):
            raise translated(error, self._plan.kind) from None
        details = cast(Dict[str, Any], error.details)
        errors = cast(List[Dict[str, Any]], details.get("writeErrors") or [])
        if not errors or any(each.get("code") != DUPLICATE_KEY for each in errors):
            raise translated(error, self._plan.kind) from None
        self._added += int(details.get("nUpserted", 0))
        left = self._left
        self._left = tuple([left[int(each["index"])] for each in errors])
        return self._attempts.pause(errors[0].get("keyPattern"))


class UserSaving:
    """The row of one `SaveUser`.

    Args:
        plan: what is saved.
        collection: the collection's name.
    """

    def __init__(self, plan: SaveUser, collection: str) -> None:
        self._plan = plan
        self._attempts = _Attempts(plan.kind, collection)

    def arguments(self) -> Dict[str, Any]:
        """The arguments of `find_one_and_update`; it answers None when the row is new."""
        plan = self._plan
        return {
            "filter": save_user_filter(plan),
            "update": save_user_pipeline(plan, ObjectId(user_key(plan.scope.organization, plan.change.id))),
            "sort": save_user_sort(plan),
            "projection": {"_id": 1},
            "upsert": True,
        }

    def pause(self, error: BaseException) -> float:
        """Seconds to wait before the next attempt, after an error.

        Raises:
            VeltSDKError: when it is no use.
        """
        if isinstance(error, DuplicateKeyError):
            return self._attempts.pause((error.details or {}).get("keyPattern"))
        raise translated(error, self._plan.kind) from None
