"""What an error of Django's database layer means, whatever engine is below it."""

from __future__ import annotations

import sqlite3
from typing import Optional, Type

from django.core.exceptions import ImproperlyConfigured, SynchronousOnlyOperation
from django.db import Error, IntegrityError, InterfaceError, OperationalError
from django.db.transaction import TransactionManagementError

from velt_py.exceptions import (
    VeltConflictError,
    VeltDatabaseError,
    VeltDatabaseOperationError,
    VeltDatabaseUnavailableError,
    VeltSchemaError,
)
from velt_py.selfhosting.stores.base import NoTable, failure

__all__ = ["FOREIGN", "deadlocked", "migrate_command", "reason_of", "translated"]

FOREIGN = (Error, ImproperlyConfigured, SynchronousOnlyOperation)
"""What Django's database layer raises."""

NO_TABLE = ("42P01", "3F000", "1146")
NO_COLUMN = ("42703", "1054")
"""Table (or its schema) and column that are not there, as PostgreSQL and MySQL count."""

DEADLOCKED = ("40001", "40P01", "1213")
MYSQL_BUSY = ("1040", "1045", "1205", "1213", "4031")


def migrate_command(alias: str) -> str:
    """What a person types to make the tables."""
    return "python manage.py migrate velt" + ("" if alias == "default" else f" --database={alias}")


def code_of(error: BaseException) -> str:
    """The engine's code of an error; empty where it has none."""
    cause = error.__cause__ or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if state:
        return str(state)
    first = cause.args[0] if cause.args else None
    return str(first) if isinstance(first, int) else ""


def reason_of(error: BaseException) -> str:
    """What of an error may stand in a log: codes, and SQLite's messages, which quote no row."""
    cause = error.__cause__
    return str(cause) if isinstance(cause, sqlite3.Error) else code_of(error) or type(cause or error).__name__


def deadlocked(error: BaseException) -> bool:
    """Whether a transaction lost against another one, and may well win when it is carried out again."""
    return code_of(error) in DEADLOCKED


def has_no_table(error: BaseException) -> bool:
    return code_of(error) in NO_TABLE or "no such table" in reason_of(error)


def has_no_column(error: BaseException) -> bool:
    return code_of(error) in NO_COLUMN or "no such column" in reason_of(error)


def is_unavailable(error: BaseException) -> bool:
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    if isinstance(error.__cause__, sqlite3.Error):
        return any(word in reason_of(error) for word in ("locked", "busy", "unable to open"))
    code = code_of(error)
    # Below 2000 MySQL counts what its server says, from there on what its client does not get to hear.
    return not code.isdigit() or len(code) != 4 or code in MYSQL_BUSY or code.startswith("2")


def translated(error: BaseException, alias: str) -> VeltDatabaseError:
    """The error to raise `from None`, logged.

    Args:
        error: one of `FOREIGN`.
        alias: the entry of `DATABASES`.
    """
    kind: Type[VeltDatabaseError] = VeltDatabaseOperationError
    problem: Optional[str] = None
    if isinstance(error, SynchronousOnlyOperation):
        problem = "the blocking SDK was used in an event loop; use AsyncVeltSDK there"
    elif isinstance(error, ImproperlyConfigured):
        problem = f"the entry {alias!r} of DATABASES cannot be used; correct Django's settings"
    elif isinstance(error, TransactionManagementError):
        problem = "the surrounding transaction has failed before; end it before going on"
    elif has_no_table(error):
        kind, problem = NoTable, f"a table is missing; run `{migrate_command(alias)}`"
    elif has_no_column(error):
        kind, problem = VeltSchemaError, f"a column of a table is missing; run `{migrate_command(alias)}`"
    elif is_unavailable(error):
        kind = VeltDatabaseUnavailableError
        problem = (
            f"the database {alias!r} of DATABASES did not answer in time, is locked, or cannot be reached"
        )
    if problem is None:
        return failure(error, reason=reason_of(error))
    return failure(error, problem, reason=reason_of(error), kind=kind)


def conflict(error: IntegrityError) -> VeltConflictError:
    """The error for a record that the table refuses although no other one has its id."""
    logged = failure(error, reason=reason_of(error))
    return VeltConflictError(
        f"the table refuses this record (correlation {logged.correlation}); look for constraints beside those of the "
        "app's migrations, and on MariaDB for JSON that is nested deeper than its 32 levels",
        correlation=logged.correlation,
    )
