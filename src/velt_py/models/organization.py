"""Requests of `sdk.api.organizations`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddOrganizationsRequest",
    "DeleteOrganizationsRequest",
    "GetOrganizationsRequest",
    "UpdateOrganizationDisableStateRequest",
    "UpdateOrganizationsRequest",
]


@dataclass
class AddOrganizationsRequest(ApiRequest):
    """Fields of `organizations.addOrganizations`."""

    organizations: Optional[List[Dict[str, Any]]] = fact("Organization[]", required=True)


@dataclass
class GetOrganizationsRequest(ApiRequest):
    """Fields of `organizations.getOrganizations`."""

    organizationIds: Optional[List[str]] = fact("string[]", most=30)
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")


@dataclass
class UpdateOrganizationsRequest(ApiRequest):
    """Fields of `organizations.updateOrganizations`."""

    organizations: Optional[List[Dict[str, Any]]] = fact("Organization[]", required=True)


@dataclass
class DeleteOrganizationsRequest(ApiRequest):
    """Fields of `organizations.deleteOrganizations`."""

    organizationIds: Optional[List[str]] = fact("string[]", required=True)


@dataclass
class UpdateOrganizationDisableStateRequest(ApiRequest):
    """Fields of `organizations.updateOrganizationDisableState`."""

    organizationIds: Optional[List[str]] = fact("string[]", required=True)
    disabled: Optional[bool] = fact("boolean", required=True)
