"""Requests of `sdk.api.accessControl`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddPermissionsRequest",
    "GenerateSignatureRequest",
    "GenerateTokenRequest",
    "GetPermissionsRequest",
    "RemovePermissionsRequest",
]


@dataclass
class AddPermissionsRequest(ApiRequest):
    """Fields of `accessControl.addPermissions`."""

    user: Optional[Dict[str, Any]] = fact("object", required=True)
    permissions: Optional[Dict[str, Any]] = fact("object", required=True)


@dataclass
class GetPermissionsRequest(ApiRequest):
    """Fields of `accessControl.getPermissions`."""

    organizationId: Optional[str] = fact("string", required=True)
    userIds: Optional[List[str]] = fact("string[]", required=True)
    folderIds: Optional[List[str]] = fact("string[]")
    documentIds: Optional[List[str]] = fact("string[]")
    skipResourceExistenceValidation: Optional[bool] = fact("boolean")


@dataclass
class RemovePermissionsRequest(ApiRequest):
    """Fields of `accessControl.removePermissions`."""

    userId: Optional[str] = fact("string", required=True)
    permissions: Optional[Dict[str, Any]] = fact("object", required=True)


@dataclass
class GenerateSignatureRequest(ApiRequest):
    """Fields of `accessControl.generateSignature`."""

    permissions: Optional[List[Dict[str, Any]]] = fact("PermissionData[]", required=True)


@dataclass
class GenerateTokenRequest(ApiRequest):
    """Fields of `accessControl.generateToken`."""

    userId: Optional[str] = fact("string", required=True)
    userProperties: Optional[Dict[str, Any]] = fact("object", required=True)
    permissions: Optional[Dict[str, Any]] = fact("object", required=True)
