"""What an api key, or a workspace, may use: calls a minute, credits for AI, agents, what its plan allows.

Velt sets them where the documentation cannot see it, so nothing is limited here until somebody says so. What an api key
has is kept, reset and dumped with its records; what is said of a workspace holds for its api keys too, unless they have
limits of their own.
"""

from __future__ import annotations

import fnmatch
from typing import Any, Callable, Dict, Mapping, Tuple, cast

from velt_py.emulator.refusals import Refused
from velt_py.emulator.state import Records
from velt_py.exceptions import VeltValidationError

__all__ = [
    "CHECKS",
    "FREE",
    "KEY",
    "LIMITS",
    "count_call",
    "forget_limits",
    "limits_of",
    "of_workspace",
    "set_limits",
    "spend_credit",
]

Document = Dict[str, Any]

LIMITS, RATE = "limits", "rate"
"""The kinds of the records: what was said, and the calls of the minute."""
KEY = ("key",)
"""Where the limits of an api key stand among its records; see `of_workspace` for those of a workspace."""
FREE, PAID = "free", "paid"
MINUTE = 60_000
ALL = "*"
OF_ALL = "Rate limit exceeded. Try again after 1 minute."
OF_ONE = "Rate limit exceeded for this endpoint. Try again later."
RATES = (
    "a whole number of calls a minute from 0, or an object of operations, with or without *, and such numbers"
)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_rate(value: Any) -> bool:
    if not isinstance(value, dict):
        return _is_count(value)
    rates = cast(Dict[str, Any], value)
    return bool(rates) and all(name and _is_count(each) for name, each in rates.items())


CHECKS: Mapping[str, Tuple[Callable[[Any], bool], str]] = {
    "rateLimit": (_is_rate, RATES),
    "credits": (_is_count, "a whole number from 0"),
    "agents": (_is_count, "a whole number from 0"),
    "plan": (lambda value: value in (FREE, PAID), f"{FREE} or {PAID}"),
    "productionKeys": (_is_count, "a whole number from 0"),
}
"""What each limit must be, and how it is said."""


def of_workspace(workspace: str) -> Tuple[str, ...]:
    """Where the limits of a workspace stand, among the records of no key."""
    return "workspace", workspace


def set_limits(records: Records, place: Tuple[str, ...], given: Mapping[str, Any]) -> Document:
    """Set limits beside those that are set; None takes one away.

    Args:
        records: those of the api key, or of no key for a workspace.
        place: `KEY`, or that of the workspace.
        given: any of `rateLimit`, `credits`, `agents`, `plan` and `productionKeys`.

    Returns:
        All that are set now.

    Raises:
        VeltValidationError: there is no such limit, or it cannot be that.
    """
    unknown = sorted(set(given) - set(CHECKS))
    if unknown:
        raise VeltValidationError(f"limits: {unknown[0]} is none of {', '.join(CHECKS)}", field=unknown[0])
    doc = records.get(LIMITS, *place) or {}
    for name, (fits, wanted) in CHECKS.items():
        if name not in given:
            continue
        if given[name] is None:
            doc.pop(name, None)
        elif fits(given[name]):
            doc[name] = given[name]
        else:
            raise VeltValidationError(f"{name} must be {wanted}", field=name)
    records.put(LIMITS, *place, doc=doc)
    return doc


def forget_limits(shared: Records, workspace: str) -> None:
    """Forget the limits of a workspace, and what it has called in this minute.

    Args:
        shared: the records of no key.
        workspace: its id.
    """
    place = of_workspace(workspace)
    shared.delete(LIMITS, *place)
    for row in shared.under(RATE, *place):
        shared.delete(RATE, *row.ids)


def limits_of(records: Records, shared: Records, workspace: str = "") -> Document:
    """The limits under which a call stands.

    Args:
        records: those of the api key.
        shared: those of no api key.
        workspace: the one that signed the call; that of the api key when none did.
    """
    workspace = workspace or _workspace_of(records, shared)
    return {**(shared.get(LIMITS, *of_workspace(workspace)) or {}), **(records.get(LIMITS, *KEY) or {})}


def _workspace_of(records: Records, shared: Records) -> str:
    return str((shared.get("apiKey", records.owner) or {}).get("workspace") or "")


def count_call(records: Records, limits: Document, operation: str, now: int, workspace: str = "") -> None:
    """Count a call in the minute of the emulator's clock.

    Args:
        records: those of the api key; of no key where only a workspace calls.
        limits: under which the call stands.
        operation: its name.
        now: milliseconds since 1970.
        workspace: the one that signed the call; it has minutes of its own where it names no api key.

    Raises:
        Refused: there were as many as are allowed.
    """
    given: Any = limits.get("rateLimit")
    rates: Mapping[str, int] = cast(Any, given) if isinstance(given, dict) else {ALL: given}
    caller = () if records.owner else of_workspace(workspace)
    counted: Document = {}
    for match, most in rates.items():
        if most is None or not fnmatch.fnmatchcase(operation, match):
            continue
        before = records.get(RATE, *caller, match) or {}
        calls = before["calls"] if before.get("minute") == now // MINUTE else 0
        if calls >= most:
            raise Refused("RESOURCE_EXHAUSTED", OF_ALL if match == ALL else OF_ONE)
        counted[match] = {"minute": now // MINUTE, "calls": calls + 1}
    for match, doc in counted.items():
        records.put(RATE, *caller, match, doc=doc)


def spend_credit(records: Records, shared: Records) -> None:
    """Take one credit from the api key, or from its workspace.

    Raises:
        Refused: there is none left.
    """
    for owner, place in ((records, KEY), (shared, of_workspace(_workspace_of(records, shared)))):
        doc = owner.get(LIMITS, *place) or {}
        if "credits" not in doc:
            continue
        if doc["credits"] < 1:
            raise Refused("RESOURCE_EXHAUSTED", "The workspace's AI credits are exhausted.")
        owner.put(LIMITS, *place, doc={**doc, "credits": doc["credits"] - 1})
        return
