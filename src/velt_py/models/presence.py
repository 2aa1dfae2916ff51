"""Requests of `sdk.api.presence`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddPresenceRequest",
    "DeletePresenceRequest",
    "UpdatePresenceRequest",
]


@dataclass
class AddPresenceRequest(ApiRequest):
    """Fields of `presence.addPresence`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    users: Optional[List[Dict[str, Any]]] = fact("object[]", required=True)


@dataclass
class UpdatePresenceRequest(ApiRequest):
    """Fields of `presence.updatePresence`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    users: Optional[List[Dict[str, Any]]] = fact("object[]", required=True)


@dataclass
class DeletePresenceRequest(ApiRequest):
    """Fields of `presence.deletePresence`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    userIds: Optional[List[str]] = fact("string[]", required=True)
