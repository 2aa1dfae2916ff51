"""Which rows of the users' collection a plan may see. Pure: stores that look at rows themselves ask here, the others
say the same in their own language."""

from __future__ import annotations

from typing import Any, Collection, Dict, List, Mapping, Optional, Sequence, Tuple, cast

from velt_py.selfhosting.plans import FindUsers, SaveUser
from velt_py.selfhosting.records import Path, value_at

__all__ = ["belongs", "chosen", "found", "names", "selected", "spelled_id"]


def spelled_id(value: Any) -> str:
    """A stored id as text; empty for what is no id."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def belongs(row: Mapping[str, Any], organization: str, columns: Tuple[Path, ...]) -> bool:
    """Whether a row is visible to an organization: it names it, lists it, or names none at all."""
    named = [value for value in (value_at(row, column) for column in columns) if value is not None]
    return not named or any(_names(value, organization) for value in named)


def names(row: Mapping[str, Any], organization: str, columns: Tuple[Path, ...]) -> bool:
    """Whether a row names or lists the organization."""
    return any(_names(value_at(row, column), organization) for column in columns)


def _names(value: Any, organization: str) -> bool:
    if isinstance(value, list):
        return any(spelled_id(entry) == organization for entry in cast("List[Any]", value))
    return spelled_id(value) == organization


def found(row: Mapping[str, Any], plan: FindUsers) -> bool:
    """Whether `plan` selects `row`."""
    return _found(row, plan, plan.values)


def _found(row: Mapping[str, Any], plan: FindUsers, values: Collection[str]) -> bool:
    return belongs(row, plan.scope.organization, plan.organization) and any(
        spelled_id(value_at(row, column)) in values for column in plan.columns
    )


def selected(rows: Sequence[Dict[str, Any]], plan: FindUsers) -> List[Dict[str, Any]]:
    """The rows that `plan` selects."""
    values = frozenset(plan.values)
    return [row for row in rows if _found(row, plan, values)]


def chosen(rows: Sequence[Dict[str, Any]], plan: SaveUser) -> Optional[Dict[str, Any]]:
    """The row that `plan` changes: one that names the organization goes before one that names none."""
    organization, columns = plan.scope.organization, plan.organization
    visible = [
        row
        for row in rows
        if spelled_id(value_at(row, plan.column)) == plan.change.id and belongs(row, organization, columns)
    ]
    own = [row for row in visible if names(row, organization, columns)]
    first = own or visible
    return first[0] if first else None
