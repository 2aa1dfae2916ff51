"""Requests of `sdk.api.activities`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddActivitiesRequest",
    "DeleteActivitiesRequest",
    "GetActivitiesRequest",
    "UpdateActivitiesRequest",
]


@dataclass
class AddActivitiesRequest(ApiRequest):
    """Fields of `activities.addActivities`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    activities: Optional[List[Dict[str, Any]]] = fact("object[]", required=True)


@dataclass
class GetActivitiesRequest(ApiRequest):
    """Fields of `activities.getActivities`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string")
    targetEntityId: Optional[str] = fact("string")
    featureTypes: Optional[List[str]] = fact(
        "string[]", one_of=("comment", "reaction", "recorder", "crdt", "custom")
    )
    actionTypes: Optional[List[str]] = fact("string[]")
    userId: Optional[str] = fact("string")
    activityIds: Optional[List[str]] = fact("string[]")
    order: Optional[str] = fact("string", one_of=("asc", "desc"))
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")


@dataclass
class UpdateActivitiesRequest(ApiRequest):
    """Fields of `activities.updateActivities`."""

    organizationId: Optional[str] = fact("string", required=True)
    activities: Optional[List[Dict[str, Any]]] = fact("object[]", required=True)


@dataclass
class DeleteActivitiesRequest(ApiRequest):
    """Fields of `activities.deleteActivities`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string")
    activityIds: Optional[List[str]] = fact("string[]")
    targetEntityId: Optional[str] = fact("string")
