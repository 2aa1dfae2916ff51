"""MongoDB's errors as ours. A driver's text may quote a document, so only codes and their names are logged."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Tuple, Type, cast

from bson.errors import BSONError
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    OperationFailure,
    PyMongoError,
)

from velt_py.exceptions import (
    VeltConflictError,
    VeltDatabaseError,
    VeltDatabaseOperationError,
    VeltDatabaseUnavailableError,
    VeltSDKError,
)
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.stores.base import failure
from velt_py.selfhosting.stores.mongodb_pipeline import dotted

__all__ = ["DRIVER_ERRORS", "DUPLICATE_KEY", "conflict", "cut_off", "translated"]

DRIVER_ERRORS: Tuple[Type[Exception], ...] = (PyMongoError, BSONError)

DUPLICATE_KEY = 11000

TOO_LARGE: FrozenSet[int] = frozenset({10334, 17280, 17419, 17420})
TOO_DEEP = 15
REFUSED_LOGIN = 18
FORBIDDEN = 13
TOO_OLD: FrozenSet[int] = frozenset({168, 31325, 40324})
NOT_VALID = 121
SHARD_KEY: FrozenSet[int] = frozenset({61, 31025})

SIZE = (
    "a record would grow beyond the 16 MB that MongoDB keeps in one document; delete parts of it or save less"
)

DEPTH = "a record is nested deeper than the 180 levels that MongoDB keeps; lower `limits.max_depth`"


def cut_off(error: BaseException) -> bool:
    """Whether the line broke: what was asked for may be carried out or not, and may be asked for again."""
    return isinstance(error, AutoReconnect) and not error.timeout


def translated(error: BaseException, kind: Optional[Kind] = None) -> VeltSDKError:
    """The error of ours to raise `from None` for one of the driver.

    Args:
        error: what the driver raised.
        kind: what was read or written, for the message.
    """
    code, reason = _facts(error)
    if isinstance(error, DocumentTooLarge) or code in TOO_LARGE:
        return VeltConflictError(f"{kind.name}: {SIZE}" if kind else SIZE)
    if code == TOO_DEEP:
        return VeltConflictError(f"{kind.name}: {DEPTH}" if kind else DEPTH)
    if getattr(error, "timeout", False) or isinstance(error, ConnectionFailure):
        problem = "MongoDB did not answer in time; check that it runs and can be reached, and try again"
        return failure(error, problem, reason=reason, kind=VeltDatabaseUnavailableError)
    if isinstance(error, ConfigurationError):
        problem = (
            "MongoDB's driver refuses the configuration; check `database.connection_string` and its options"
        )
        return failure(error, problem, reason=reason, kind=VeltDatabaseError)
    return failure(error, _problem(code), reason=reason, kind=VeltDatabaseOperationError)


def _problem(code: Optional[int]) -> str:
    if code == REFUSED_LOGIN:
        return "MongoDB refused the login; check `database.username`, `password` and `auth_database`"
    if code == FORBIDDEN:
        return "MongoDB's user may not do this; give it the role readWrite on the database"
    if code in TOO_OLD:
        return "MongoDB does not know this update; the store needs MongoDB 5.0 or newer"
    if code == NOT_VALID:
        return "the collection's own validation rules refuse the record; adapt them"
    if code in SHARD_KEY:
        return "the shard key does not fit; shard by the organization, as docs/scaling.md says"
    return "the database could not carry out the operation"


def _facts(error: BaseException) -> Tuple[Optional[int], str]:
    """The error's code, and code and name for the log."""
    if isinstance(error, BulkWriteError):
        details = cast(Dict[str, Any], error.details)
        concerns = cast(List[Dict[str, Any]], details.get("writeConcernErrors") or [])
        errors = cast(List[Dict[str, Any]], details.get("writeErrors") or []) or concerns
        others = [each for each in errors if each.get("code") != DUPLICATE_KEY]
        first: Dict[str, Any] = others[0] if others else {}
        code = first.get("code")
        return code, f"{code} {first.get('codeName', '')}".strip()
    if isinstance(error, OperationFailure):
        name = (error.details or {}).get("codeName", "")
        return error.code, f"{error.code} {name}".strip()
    return None, ""


def conflict(kind: Kind, collection: str, pattern: Optional[Mapping[str, Any]]) -> VeltConflictError:
    """What to raise when a unique index refuses a record again and again.

    Args:
        kind: what was saved.
        collection: where to.
        pattern: the index's keys, as the server named them.
    """
    keys = list(pattern or {})
    if not kind.shared and keys == [dotted(kind.id)]:
        return VeltConflictError(
            f"{kind.name}: this id is taken in another organization, and the collection {collection!r} has an "
            f"index that allows an id only once; run `velt schema apply`, which takes that index away"
        )
    named = ", ".join(keys) or "its keys"
    hint = "the index is yours: let it start with the organization" if kind.shared else "drop that index"
    return VeltConflictError(
        f"{kind.name}: the unique index on {named} of the collection {collection!r} refuses the record; {hint}"
    )
