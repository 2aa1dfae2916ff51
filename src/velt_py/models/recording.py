"""Requests of `sdk.api.recordings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "GetRecordingsRequest",
]


@dataclass
class GetRecordingsRequest(ApiRequest):
    """Fields of `recordings.getRecordings`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string")
    recordingIds: Optional[List[str]] = fact("string[]")
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")
