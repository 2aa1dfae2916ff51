"""Requests of `sdk.api.locations`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "DeleteDataByLocationRequest",
    "UpdateLocationRequest",
]


@dataclass
class UpdateLocationRequest(ApiRequest):
    """Fields of `locations.updateLocation`."""

    apiKey: Optional[str] = fact("string", required=True)
    authToken: Optional[str] = fact("string", required=True)
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string", required=True)
    migrate: Optional[Dict[str, Any]] = fact("object", required=True)
    merge: Optional[bool] = fact("boolean")


@dataclass
class DeleteDataByLocationRequest(ApiRequest):
    """Fields of `locations.deleteDataByLocation`."""

    apiKey: Optional[str] = fact("string", required=True)
    authToken: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    location: Optional[Dict[str, Any]] = fact("object", required=True)
