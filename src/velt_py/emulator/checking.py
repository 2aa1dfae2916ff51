"""Whether a request fits the facts of its operation. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, cast

from velt_py.emulator.refusals import invalid
from velt_py.models.request import Fact

__all__ = ["check_depth", "check_request", "check_type", "cut_short"]

DEEPEST = 200
"""Levels of a body. What is far deeper can be read, but not be looked through, and would be stored before that is
found out."""

RELAXED: Dict[str, FrozenSet[str]] = {
    "commentAnnotations.getComments": frozenset(["userIds"]),
    "userGroups.deleteUsersFromGroup": frozenset(["userIds", "deleteAll"]),
    "folders.updateFolderAccess": frozenset(["accessType"]),
    "notifications.addNotifications": frozenset(["notifyUsers"]),
    "users.updateUsers": frozenset(["organizationId"]),
}
"""Fields that a page calls required and whose own examples leave out; see the assumption `required-fields`."""


REQUIRED = {
    ("crdt.addCrdtData", "editorId"): "Editor ID is required.",
    ("crdt.getCrdtData", "organizationId"): "Organization ID is required",
}
"""What Velt's pages say to requests without a field, where they say it."""


OPEN = frozenset(
    f"agents.{name}"
    for name in ("enhancePrompt", "validatePrompt", "refinePrompt", "resolveConfig", "extractAgents")
)
"""Operations whose `provider` may be any text by their schema; another one than the listed fails later."""

SELF_CHECKED = ("workflow.", "memory.")
"""Operations whose pages give the schema's own words; they check their requests themselves."""


def check_depth(body: Mapping[str, Any]) -> None:
    """Check how deeply a body is nested.

    Raises:
        Refused: too deeply.
    """
    level: List[Any] = [body]
    for _ in range(DEEPEST):
        below: List[Any] = []
        for each in level:
            below += cast(Dict[str, Any], each).values() if isinstance(each, dict) else each
        level = [each for each in below if isinstance(each, (dict, list))]
        if not level:
            return
    raise invalid(f"The body is nested deeper than {DEEPEST} levels.")


def check_request(operation: str, facts: Mapping[str, Fact], data: Mapping[str, Any]) -> None:
    """Check a request's fields. Fields that are not known are let through, as Velt does outside its memory calls.

    Raises:
        Refused: a field is missing, has the wrong type, too many entries or a value that it does not take.
    """
    if operation.startswith(SELF_CHECKED):
        return
    relaxed = RELAXED.get(operation, frozenset())
    for name, fact in facts.items():
        value = data.get(name)
        if value is None or (value == "" and "string" in fact.type.split("|")):
            if fact.required and name not in relaxed:
                raise invalid(REQUIRED.get((operation, name), f"{name} is required."))
            continue
        complaint = _wrong(value, replace(fact, one_of=None) if operation in OPEN else fact)
        if complaint:
            raise invalid(f"{name} {complaint}")


def cut_short(facts: Mapping[str, Fact], data: Mapping[str, Any]) -> Dict[str, Any]:
    """A request without the entries of its lists that are beyond their limits."""
    kept = dict(data)
    for name, fact in facts.items():
        if fact.most is not None and isinstance(kept.get(name), list):
            kept[name] = kept[name][: fact.most]
    return kept


def check_type(name: str, value: Any, type: str) -> None:
    """Check a field of an entry, where the facts end.

    Args:
        name: of the field, for the message.
        value: what stands there; None is absent.
        type: as the facts write it.

    Raises:
        Refused: it has another type.
    """
    if value is not None and not _fits(value, type):
        raise invalid(f"{name} must be of type {type}.")


def _wrong(value: Any, fact: Fact) -> Optional[str]:
    if not any(_fits(value, each) for each in fact.type.split("|")):
        return f"must be of type {fact.type}."
    if fact.most is not None and isinstance(value, list) and len(cast("list[Any]", value)) > fact.most:
        return f"can have at most {fact.most} entries."
    if fact.one_of is not None:
        given = cast("list[Any]", value) if isinstance(value, list) else [value]
        if any(each not in fact.one_of for each in given):
            return f"must be one of: {', '.join(fact.one_of)}."
    return None


def _fits(value: Any, type: str) -> bool:
    if type.endswith("[]"):
        return isinstance(value, list) and all(_fits(each, type[:-2]) for each in cast("list[Any]", value))
    if type == "any":
        return True
    if type == "string":
        return isinstance(value, str)
    if type == "boolean":
        return isinstance(value, bool)
    if type == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if type == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if type == "array":
        return isinstance(value, list)
    return isinstance(value, dict)
