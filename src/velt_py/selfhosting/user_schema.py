"""`user_schema`: how a row of the customer's users becomes a user, and the other way round. Pure.

Only the published fields leave a row, and what `user_schema` or `users.fields` name; every other column stays.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple, cast

from velt_py.config import Settings
from velt_py.selfhosting.records import Path, value_at
from velt_py.selfhosting.users import spelled_id
from velt_py.selfhosting.validation import check_text, refuse

__all__ = ["column_of", "columns_of", "organization_columns", "public_user", "row_of"]

FIELDS: Tuple[str, ...] = (
    "userId",
    "name",
    "photoUrl",
    "email",
    "color",
    "textColor",
    "isAdmin",
    "initial",
)
"""The published fields, in their published order. The organization never leaves."""

DEEPEST = 3
"""Names in a column's path that `saveUser` can fill without touching its neighbours."""


def path_of(column: str) -> Path:
    return tuple(column.split("."))


def columns_of(field: str, settings: Settings) -> Tuple[Path, ...]:
    """The columns that may hold a field: the mapped ones in their order, then the field's own name."""
    mapped = (settings.user_schema or {}).get(field, ())
    return tuple(dict.fromkeys([path_of(column) for column in mapped] + [(field,)]))


def column_of(field: str, settings: Settings) -> Path:
    """The column that `saveUser` fills for a field: the first mapped one, or the field's own name."""
    return columns_of(field, settings)[0]


def organization_columns(settings: Settings) -> Tuple[Path, ...]:
    """The columns that may hold the organization: the mapped ones alone when there are any."""
    mapped = (settings.user_schema or {}).get("organizationId", ())
    return tuple(path_of(column) for column in mapped) or (("organizationId",),)


_ABSENT = object()


def _field(row: Mapping[str, Any], columns: Tuple[Path, ...]) -> Any:
    """A present top-level column wins even when it is null, a nested one only when it is not."""
    for column in columns:
        if len(column) == 1:
            if column[0] in row:
                return row[column[0]]
        else:
            value = value_at(row, column)
            if value is not None:
                return value
    return _ABSENT


def public_user(row: Mapping[str, Any], settings: Settings) -> Optional[Dict[str, Any]]:
    """What may leave of a row, or None when it has no user id."""
    custom = [
        name for name in (settings.user_schema or {}) if name not in FIELDS and name != "organizationId"
    ]
    user: Dict[str, Any] = {}
    for field in FIELDS:
        value = _field(row, columns_of(field, settings))
        if value is not _ABSENT:
            user[field] = value
    for field in custom:
        value = _field(row, tuple(path_of(column) for column in (settings.user_schema or {})[field]))
        if value is not _ABSENT:
            user[field] = value
    for column in settings.user_fields:
        value = _field(row, (path_of(column),))
        if value is not _ABSENT:
            user.setdefault(column, value)
    return user if spelled_id(user.get("userId")) else None


def row_of(user: Mapping[str, Any], settings: Settings) -> Dict[str, Any]:
    """The columns to write for a user, without the organization.

    Raises:
        VeltValidationError: when a field would be written into, over or beneath a column that holds the
            organization, or lies deeper than three names.
    """
    taken = (*organization_columns(settings), ("_id",))
    row: Dict[str, Any] = {}
    for field, value in user.items():
        check_text(field, "user: a key")
        if field == "organizationId":
            continue
        mapped = field in FIELDS or field in (settings.user_schema or {})
        column = column_of(field, settings) if mapped else (field,)
        if any(_overlap(column, other) for other in taken):
            refuse(
                f"user.{field}", f"the column {column[0]!r} holds the organization or the database's own key"
            )
        if len(column) > DEEPEST:
            refuse(
                f"user_schema.{field}",
                f"a column that is written has at most {DEEPEST} names between its dots",
            )
        place(row, column, value)
    return row


def _overlap(one: Path, other: Path) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def place(row: Dict[str, Any], column: Path, value: Any) -> None:
    """Put a value at a column's path, beside what is there."""
    for name in column[:-1]:
        below = row.setdefault(name, {})
        if not isinstance(below, dict):
            refuse(
                "user", f"the column {'.'.join(column)!r} lies inside a column that holds a value of its own"
            )
        row = cast(Dict[str, Any], below)
    row[column[-1]] = value
