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
from velt_py.selfhosting.plans import Delete, FindUsers, Plan, SaveUser
from velt_py.selfhosting.stores.base import NoTable, failure

__all__ = [
    "Attempts",
    "Connecting",
    "NoUsersTable",
    "Stale",
    "TimedOut",
    "not_made",
    "reason_of",
    "translated",
]

NO_CONNECTION = (PoolTimeout, PoolClosed, TooManyRequests)
DEADLOCKED = ("40001", "40P01")
NO_TABLE = ("42P01", "3F000")
"""Undefined table, undefined schema."""

MISSING = (*NO_TABLE, "42703", "42P10")
"""Also: undefined column, no index that fits ON CONFLICT."""

UNIQUE = "23505"
REFUSED = ("42501", "25006")
"""No permission; read-only, which after a failover means that this is the wrong server."""

TOO_LONG = "54000"
GONE = ("57P01", "57P02", "57P03")

QUOTED = re.compile(r'"[^"]*"')

REFUSALS = (
    (
        re.compile(
            r'authentication failed|no password supplied|role "\.\.\." (does not exist|is not permitted)'
        ),
        "PostgreSQL refuses the user or the password; check `database.username` and `database.password`, or what "
        "`database.connection_string` says of both",
    ),
    (
        re.compile(r'database "\.\.\." does not exist'),
        "PostgreSQL has no database of this name; check `database.database_name`, or what "
        "`database.connection_string` says of it",
    ),
    (
        re.compile(r"pg_hba\.conf|permission denied for database"),
        "PostgreSQL does not let this user into this database from here; check its pg_hba.conf and the right CONNECT",
    ),
)
"""What a server says of whom it will not have, and what that means. libpq tells no code of an error at connecting. Of
a server that speaks another language nothing is known, so it is waited for as for one that starts."""

SCHEMA_HINT = "run `velt schema apply`, or set `database.manage_schema`"


class TimedOut(psycopg.OperationalError):
    """The server has not answered within our own time."""


class Stale(psycopg.OperationalError):
    """The connection was dead before anything was sent over it."""


def connect_reason(error: psycopg.Error) -> str:
    """Why connecting failed, without the names of hosts, users and databases."""
    lines = str(error).splitlines() or [type(error).__name__]
    return QUOTED.sub('"..."', lines[0])[:200]


class Connecting:
    """How connecting to one server has gone.

    `succeeded` says whether there ever was a connection, `reason` why it failed last, and `refusal` is the problem to
    tell when the server will not have us, however long we wait.
    """

    def __init__(self, succeeded: bool = False) -> None:
        self.succeeded = succeeded
        self.reason = ""
        self.refusal: Optional[str] = None

    def failed(self, error: psycopg.Error) -> None:
        self.reason = connect_reason(error)
        self.refusal = next((problem for words, problem in REFUSALS if words.search(self.reason)), None)

    def done(self) -> None:
        self.succeeded, self.reason, self.refusal = True, "", None


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
        plan: what is carried out; None for what is no plan.
        managed: whether missing tables may be made.

    `broken` is to be set when the connection was lost; `unprepared` says that tables are to be looked for again.
    """

    MOST = 8
    MOST_STALE = 1000
    MOST_COLLIDED = 4

    def __init__(self, plan: Optional[Plan], managed: bool) -> None:
        self._plan = plan
        self._managed = managed
        self._made = 0
        self._stale = 0
        self._lost = False
        self._collided = 0
        self.broken = False
        self.unprepared = False

    def again(self, error: psycopg.Error) -> bool:
        """Whether to try once more after `error`."""
        broken, self.broken = self.broken, False
        if isinstance(error, Stale):
            # The pool puts another one in its place; while the server is down it has none, which ends this.
            self._stale += 1
            return self._stale < self.MOST_STALE
        self._made += 1
        if self._made >= self.MOST or isinstance(error, (*NO_CONNECTION, TimedOut)):
            return False
        if error.sqlstate in DEADLOCKED:
            return True
        if error.sqlstate == UNIQUE:
            # Where an index of the published package stands beside ours, first saves of one record at the same time
            # may trip over that one; the second time the record is there and is changed, with many writers at the
            # latest the third time.
            self._collided += 1
            return self._collided < self.MOST_COLLIDED and not isinstance(self._plan, SaveUser)
        if error.sqlstate in MISSING and self._managed:
            # Somebody dropped them while we were running, or another process was still making them.
            first, self.unprepared = not self.unprepared, True
            return first
        if broken and not self._lost:
            # A connection from before the server's restart. To carry out a plan twice does no harm, except that a
            # second delete would answer that there was nothing.
            self._lost = True
            return not isinstance(self._plan, Delete)
        return False


class NoUsersTable(NoTable):
    """There is no table of users, so there are no users to find. The stores keep this to themselves."""


def not_made(error: psycopg.Error) -> Optional[VeltSchemaError]:
    """The error for tables or indexes that could not be made, logged; None when that was not the trouble."""
    if error.sqlstate == UNIQUE:
        problem = (
            "the unique index cannot be made: two records of one organization have one id; delete one of them"
        )
    elif error.sqlstate in REFUSED:
        problem = "PostgreSQL does not permit to make tables and indexes; let `velt schema apply` run with more rights"
    elif error.sqlstate == "55P03":
        problem = "others kept a table busy, so that it could not be changed; run `velt schema apply` again"
    else:
        return None
    failed = failure(error, problem, reason=reason_of(error), kind=VeltSchemaError)
    return failed if isinstance(failed, VeltSchemaError) else None


def translated(
    error: psycopg.Error, plan: Optional[Plan] = None, connecting: Optional[Connecting] = None
) -> VeltSDKError:
    """The error to raise `from None`, logged.

    Args:
        plan: what was carried out.
        connecting: how it has gone, where that is known.
    """
    state = error.sqlstate
    if state == "42P01" and isinstance(plan, FindUsers):
        return NoUsersTable()
    reason = reason_of(error)
    if is_unavailable(error):
        problem = "PostgreSQL cannot be reached in time, or refuses the user; check the server and `database`"
        if isinstance(error, NO_CONNECTION) and connecting is not None:
            reason = f"{reason} {connecting.reason}".rstrip()
            problem = connecting.refusal or problem
        return failure(error, problem, reason=reason, kind=VeltDatabaseUnavailableError)
    if state in MISSING:
        problem = f"a table or an index is missing in PostgreSQL; {SCHEMA_HINT}"
        return failure(error, problem, reason=reason, kind=NoTable if state in NO_TABLE else VeltSchemaError)
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
