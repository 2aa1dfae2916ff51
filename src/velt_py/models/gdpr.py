"""Requests of `sdk.api.gdpr`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "DeleteAllUserDataRequest",
    "GetAllUserDataRequest",
    "GetDeleteUserDataStatusRequest",
]


@dataclass
class DeleteAllUserDataRequest(ApiRequest):
    """Fields of `gdpr.deleteAllUserData`."""

    userIds: Optional[List[str]] = fact("string[]", required=True, most=30)
    organizationIds: Optional[List[str]] = fact("string[]")


@dataclass
class GetAllUserDataRequest(ApiRequest):
    """Fields of `gdpr.getAllUserData`."""

    organizationId: Optional[str] = fact("string", required=True)
    userId: Optional[str] = fact("string", required=True)
    pageToken: Optional[str] = fact("string")
    veltUserIds: Optional[List[str]] = fact("string[]")
    veltAllOrganizations: Optional[bool] = fact("boolean")
    uniqueId: Optional[str] = fact("string")


@dataclass
class GetDeleteUserDataStatusRequest(ApiRequest):
    """Fields of `gdpr.getDeleteUserDataStatus`."""

    jobId: Optional[str] = fact("string", required=True)
