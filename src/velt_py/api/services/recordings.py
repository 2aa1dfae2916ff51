"""`sdk.api.recordings`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import PAGE_TOKEN
from velt_py.models.recording import (
    GetRecordingsRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import recordings as answers
else:
    answers = untyped

__all__ = ["RecordingService"]


class RecordingService(Service[T]):
    """Recordings."""

    area = "recordings"

    getRecordings = Operation(
        "recordings/get",
        GetRecordingsRequest,
        answers.GetRecordingsAnswer,
        repeatable=True,
        paged=PAGE_TOKEN,
        docs="v2/recordings/get-recordings",
    )
    """Get recordings."""
