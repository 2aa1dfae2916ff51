"""Which fields the calls of the control API take: a misspelt one would do nothing, and nobody would know. Pure."""

from __future__ import annotations

from typing import FrozenSet, Mapping

from velt_py.emulator.controls.reading import Given
from velt_py.emulator.limits import CHECKS
from velt_py.exceptions import VeltValidationError

__all__ = ["check_names"]

PLACE = "apiKey organizationId documentId"
PAGE = "apiKey baseUrl headers urls providers fieldsToRemove additionalFields events config"
PLAYED = f"""
{PLACE} user event resolver annotation annotationId comment commentId changes name content mimeType attachmentId storage
commentAnnotationId userIds notificationId activity editorId type data contentKey sessionId webhookDebounceTime
"""
TAKEN: Mapping[str, FrozenSet[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "state": "apiKey records",
        "state/dump": "apiKey",
        "reset": "apiKey",
        "clock": "set tick run",
        "requests": "apiKey operation",
        "outbox": "apiKey to",
        "snapshot": "apiKey name",
        "restore": "apiKey name",
        "recordings": f"{PLACE} recordings",
        "presence": f"{PLACE} users",
        "livestate": "apiKey",
        "limits": f"apiKey workspaceId {' '.join(CHECKS)}",
        "scripts": "apiKey operation match answer",
        "memory/judgments": "apiKey judgments",
        "application": "apiKey advancedQueries",
        "webhooks": "apiKey state event",
        "webhooks/resend": "apiKey id",
        "webhooks/run": "apiKey",
        "frontend/config": PAGE,
    }.items()
}
NONE: FrozenSet[str] = frozenset()
FRONTEND = frozenset(PLAYED.split())
BY_THEMSELVES = frozenset([("POST", "faults")])
"""Calls that check the names: whoever uses Python makes the same mistakes there."""


def check_names(method: str, path: str, given: Given) -> None:
    """Check the names of a request's fields. Calls that are not in the table take none.

    Raises:
        VeltValidationError: there is none of that name.
    """
    if (method, path) in BY_THEMSELVES:
        return
    taken = TAKEN.get(path, FRONTEND if path.startswith("frontend/") else NONE)
    unknown = sorted(set(given) - taken)
    if unknown:
        names = ", ".join(sorted(taken)) or "no fields"
        raise VeltValidationError(f"{unknown[0][:60]}: {method} {path} takes {names}", field=unknown[0])
