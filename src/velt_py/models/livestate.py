"""Requests of `sdk.api.livestate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "BroadcastEventRequest",
]


@dataclass
class BroadcastEventRequest(ApiRequest):
    """Fields of `livestate.broadcastEvent`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    liveStateDataId: Optional[str] = fact("string", required=True)
    data: Optional[Dict[str, Any]] = fact("object", required=True)
    merge: Optional[bool] = fact("boolean")
