"""`sdk.api.presence`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.presence import (
    AddPresenceRequest,
    DeletePresenceRequest,
    UpdatePresenceRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import presence as answers
else:
    answers = untyped

__all__ = ["PresenceService"]


class PresenceService(Service[T]):
    """Who is present."""

    area = "presence"

    addPresence = Operation(
        "presence/add",
        AddPresenceRequest,
        answers.AddPresenceAnswer,
        repeatable=True,
        docs="v2/presence/add-presence",
    )
    """Add presence."""

    updatePresence = Operation(
        "presence/update",
        UpdatePresenceRequest,
        answers.UpdatePresenceAnswer,
        repeatable=True,
        docs="v2/presence/update-presence",
    )
    """Update presence."""

    deletePresence = Operation(
        "presence/delete",
        DeletePresenceRequest,
        answers.DeletePresenceAnswer,
        repeatable=False,
        docs="v2/presence/delete-presence",
    )
    """Delete presence."""
