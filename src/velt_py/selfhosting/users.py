"""Which rows of the users' collection a plan may see. Pure: stores that look at rows themselves ask here, the others
say the same in their own language."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple, cast

from velt_py.selfhosting.plans import FindUsers
from velt_py.selfhosting.records import Path, value_at

__all__ = ["belongs", "found", "names", "spelled_id"]


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
        return any(spelled_id(entry) == organization for entry in cast(List[Any], value))
    return spelled_id(value) == organization


def found(row: Mapping[str, Any], plan: FindUsers) -> bool:
    """Whether `plan` selects `row`."""
    wanted = set(plan.values)
    return belongs(row, plan.scope.organization, plan.organization) and any(
        spelled_id(value_at(row, column)) in wanted for column in plan.columns
    )
