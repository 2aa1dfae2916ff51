"""What the rows of PostgreSQL mean to a plan. Pure."""

from __future__ import annotations

import logging
from typing import Any, List

from psycopg.errors import SerializationFailure

from velt_py.selfhosting.answers import loads
from velt_py.selfhosting.plans import FindUsers, Organizations, Plan, Read, Record, Replace, SaveUser, Scan
from velt_py.selfhosting.users import found

__all__ = ["answered"]

logger = logging.getLogger("velt_py.selfhosting.stores.postgresql")


def answered(plan: Plan, rows: List[Any]) -> Any:
    """The outcome of a plan.

    Raises:
        SerializationFailure: when the plan has to be carried out anew.
    """
    if isinstance(plan, (Read, Scan)):
        return records(rows)
    if isinstance(plan, Replace):
        return frozenset(id for (id,) in rows)
    if isinstance(plan, FindUsers):
        users = [loads(text) for (text,) in rows]
        return [user for user in users if found(user, plan)]
    if isinstance(plan, Organizations):
        return sorted(name for (name,) in rows)
    if isinstance(plan, SaveUser):
        added, changed = rows[0]
        if not added and not changed:
            raise SerializationFailure("the user's row was deleted while it was being changed")
        return added
    return rows[0][0]


def records(rows: List[Any]) -> List[Record]:
    """The records that have an id. Of a row without one the key is logged, by which an operator finds it."""
    if all(id is not None for id, _ in rows):
        return [Record(id, text) for id, text in rows]
    for id, key in rows:
        if id is None:
            logger.error("velt.record.unreadable", extra={"velt_record": key})
    return [Record(id, text) for id, text in rows if id is not None]
