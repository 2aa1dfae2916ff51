"""What an error of psycopg means: try again, or which error of ours it becomes. Pure."""

from __future__ import annotations

import re
from typing import Optional

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from velt_py.exceptions import (
    VeltConflictError,
    VeltDatabaseUnavailableError,
    VeltSchemaError,
    VeltSDKError,
    VeltValidationError,
)
from velt_py.selfhosting.plans import Delete, Plan, SaveUser
from velt_py.selfhosting.stores.base import failure

__all__ = ["Attempts", "TimedOut", "connect_reason", "reason_of", "translated"]

NO_CONNECTION = (PoolTimeout, PoolClosed, TooManyRequests)
DEADLOCKED = ("40001", "40P01")
MISSING = ("42P01", "42703", "42P10", "3F000")
"""Undefined table, undefined column, no index that fits ON CONFLICT, undefined schema."""

UNIQUE = "23505"
REFUSED = ("42501", "25006")
"""No permission; read-only, which after a failover means that this is the wrong server."""

TOO_LONG = "54000"
GONE = ("57P01", "57P02", "57P03")

QUOTED = re.compile(r'"[^"]*"')

SCHEMA_HINT = "run `velt schema apply`, or set `database.manage_schema`"


class TimedOut(psycopg.OperationalError):
    """The server has not answered within our own time."""


def connect_reason(error: psycopg.Error) -> str:
    """Why connecting failed, without the names of hosts, users and databases."""
    lines = str(error).splitlines() or [type(error).__name__]
    return QUOTED.sub('"..."', lines[0])[:200]


def is_unavailable(error: psycopg.Error) -> bool:
    state = error.sqlstate
    if isinstance(error, NO_CONNECTION):
        return True
    if state is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return (
        state in GONE or state[:2] in ("08", "28", "53") or state in ("57014", "55P03", "3D000", *DEADLOCKED)
    )


def reason_of(error: BaseException) -> str:
    """What of a driver's error may stand in a log: the code and the primary message, which quote no row."""
    if not isinstance(error, psycopg.Error) or error.sqlstate is None:
        return type(error).__name__
    if error.sqlstate[:2] in ("22", "23"):
        # These primary messages may hold a value; the name of the constraint does not.
        return f"{error.sqlstate} {error.diag.constraint_name or ''}".strip()
    return f"{error.sqlstate} {error.diag.message_primary or ''}".strip()


class Attempts:
    """How often one plan is carried out before its error counts.

    Args:
        plan: what is carried out; None for work that changes nothing.
    """

    MOST = 4

    def __init__(self, plan: Optional[Plan] = None) -> None:
        self._plan = plan
        self._made = 0
        self._lost = False

    def again(self, error: psycopg.Error, broken: bool) -> bool:
        """Whether to try once more after `error`; `broken` tells whether the connection was lost."""
        self._made += 1
        if self._made >= self.MOST or isinstance(error, (*NO_CONNECTION, TimedOut)):
            return False
        if error.sqlstate in DEADLOCKED:
            return True
        if error.sqlstate == UNIQUE:
            # Where an index of the published package stands beside ours, two first saves of one record at the same
            # time may trip over that one; the second time the record is there and is changed.
            return self._made == 1 and not isinstance(self._plan, SaveUser)
        if broken and not self._lost:
            # A connection from before the server's restart. To carry out a plan twice does no harm, except that a
            # second delete would answer that there was nothing.
            self._lost = True
            return not isinstance(self._plan, Delete)
        return False


def translated(error: psycopg.Error, plan: Optional[Plan] = None, waited: str = "") -> VeltSDKError:
    """The error to raise `from None`, logged.

    Args:
        plan: what was carried out.
        waited: why connecting failed, where that is known.
    """
    state = error.sqlstate
    reason = reason_of(error)
    if is_unavailable(error):
        reason = f"{reason} {waited}".strip()
        problem = "PostgreSQL did not answer in time or cannot be reached; check the server and `database`"
        return failure(error, problem, reason=reason, kind=VeltDatabaseUnavailableError)
    if state in MISSING:
        problem = f"a table or an index is missing in PostgreSQL; {SCHEMA_HINT}"
        return failure(error, problem, reason=reason, kind=VeltSchemaError)
    if state in REFUSED:
        problem = "PostgreSQL does not permit this; check the rights of `database.username` on the tables"
        return failure(error, problem, reason=reason)
    if state == UNIQUE:
        return conflict(error, plan)
    if state == TOO_LONG:
        return VeltValidationError(
            "an id, a documentId or a folderId is too long for an index of PostgreSQL; send shorter ones"
        )
    return failure(error, reason=reason)


def conflict(error: psycopg.Error, plan: Optional[Plan]) -> VeltConflictError:
    logged = failure(error, reason=reason_of(error))
    if isinstance(plan, SaveUser):
        problem = "an index of the users' table allows this user's id only once over all organizations"
    else:
        problem = (
            "another organization has a record with this id, and an index of the published package allows it only "
            "once; run `velt schema apply`, which removes that index"
        )
    return VeltConflictError(f"{problem} (correlation {logged.correlation})", correlation=logged.correlation)
