"""What becomes of a person's things. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Dict, Mapping, Tuple, cast

from velt_py.selfhosting.validation import check_text, refuse, spelled

__all__ = ["DELETE", "KEEP", "SCRUB", "Policy", "checked_policy"]

DELETE, SCRUB, KEEP = "delete", "scrub", "keep"

_ALL = (DELETE, SCRUB, KEEP)
_CHOICES: Mapping[str, Tuple[str, ...]] = {
    "comments": (SCRUB, DELETE),
    "reactions": _ALL,
    "recordings": _ALL,
    "notifications": _ALL,
    "activities": _ALL,
    "files": (DELETE, KEEP),
    "users": (DELETE, KEEP),
    "webhooks": (SCRUB, KEEP),
}


@dataclass(frozen=True)
class Policy:
    """What becomes of a person's things when they are erased.

    `delete` removes what is theirs, `scrub` empties it and makes its author an anonymous one, `keep` leaves it. Where
    they only occur in what is somebody else's (mentions, assignments, lists, texts), they are taken out, unless that
    kind is kept.

    Args:
        comments: `scrub` keeps the place of a comment in its thread, with empty texts; `delete` removes it, and a
            thread in which nothing is left.
        reactions, recordings, notifications, activities: `delete`, `scrub` or `keep`.
        files: of their comments and recordings: `delete` or `keep`.
        users: their rows in the SDK's own users table: `delete` or `keep`. A table of yours is never written.
        webhooks: events that webhooks brought: `scrub` empties what is theirs in them, `keep` leaves it until it is
            forgotten by its age. A row stays, since without it Velt's repetition would count as a new event.
        anonymous: the user's id that stands where theirs stood.
        replacement: what stands in texts where their name or address stood.
    """

    comments: str = SCRUB
    reactions: str = DELETE
    recordings: str = DELETE
    notifications: str = DELETE
    activities: str = DELETE
    files: str = DELETE
    users: str = DELETE
    webhooks: str = SCRUB
    anonymous: str = "erased-user"
    replacement: str = "[erased]"


def checked_policy(given: Any) -> Policy:
    """A policy, or the fields of one that differ from the default.

    Raises:
        VeltValidationError: names the field that is unknown or cannot be used.
    """
    if given is None:
        return Policy()
    known = [each.name for each in fields(Policy)]
    if isinstance(given, Policy):
        values: Dict[str, Any] = {name: getattr(given, name) for name in known}
    elif isinstance(given, Mapping):
        values = dict(cast("Mapping[str, Any]", given))
    else:
        refuse("policy", f"a Policy or an object is needed, {spelled(given)} was given")
    for name, value in values.items():
        if name not in known:
            refuse(f"policy.{name}", f"there is no such field; there are {', '.join(known)}")
        if not isinstance(value, str) or (name in _CHOICES and value not in _CHOICES[name]):
            choices = " or ".join(_CHOICES.get(name, ("a text",)))
            refuse(f"policy.{name}", f"{choices} is needed")
        check_text(value, f"policy.{name}")
    policy = Policy(**values)
    if not policy.anonymous:
        refuse("policy.anonymous", "an id is needed")
    return policy
