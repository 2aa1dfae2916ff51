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
        "application": "apiKey advancedQueries",
        "webhooks": "apiKey state event",
        "webhooks/resend": "apiKey id",
        "webhooks/run": "apiKey",
        "frontend/config": PAGE,
    }.items()
}
FRONTEND = frozenset(PLAYED.split())


def check_names(path: str, given: Given) -> None:
    """Check the names of a request's fields. Calls that are not in the table check their own.

    Raises:
        VeltValidationError: there is none of that name.
    """
    played = path.startswith("frontend/") and path not in TAKEN
    taken = FRONTEND if played else TAKEN.get(path)
    unknown = sorted(set(given) - taken) if taken is not None else []
    if taken is not None and unknown:
        raise VeltValidationError(
            f"{unknown[0][:60]}: {path} takes {', '.join(sorted(taken))}", field=unknown[0]
        )
