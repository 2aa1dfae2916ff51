"""`sdk.api.livestate`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.livestate import (
    BroadcastEventRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import livestate as answers
else:
    answers = untyped

__all__ = ["LivestateService"]


class LivestateService(Service[T]):
    """Live state events."""

    area = "livestate"

    broadcastEvent = Operation(
        "livestate/broadcast",
        BroadcastEventRequest,
        answers.BroadcastEventAnswer,
        repeatable=False,
        docs="v2/livestate/broadcast-event",
    )
    """Broadcast event.

    When sent again: same data overwrites unless merge.
    """
