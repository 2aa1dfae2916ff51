"""`sdk.api.accessControl`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.access_control import (
    AddPermissionsRequest,
    GenerateSignatureRequest,
    GenerateTokenRequest,
    GetPermissionsRequest,
    RemovePermissionsRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import access_control as answers
else:
    answers = untyped

__all__ = ["AccessControlService"]


class AccessControlService(Service[T]):
    """Permissions, signatures and user tokens."""

    area = "accessControl"

    addPermissions = Operation(
        "auth/permissions/add",
        AddPermissionsRequest,
        answers.AddPermissionsAnswer,
        repeatable=True,
        docs="v2/auth/add-permissions",
    )
    """Add permissions.

    The server asks: resources[].organizationId required when type is document or folder.
    """

    getPermissions = Operation(
        "auth/permissions/get",
        GetPermissionsRequest,
        answers.GetPermissionsAnswer,
        repeatable=True,
        docs="v2/auth/get-permissions",
    )
    """Get permissions.

    The server asks: folderIds or documentIds must be non-empty.
    """

    removePermissions = Operation(
        "auth/permissions/remove",
        RemovePermissionsRequest,
        answers.RemovePermissionsAnswer,
        repeatable=False,
        docs="v2/auth/remove-permissions",
    )
    """Remove permissions.

    The server asks: resources[].organizationId required when type=document.
    """

    generateSignature = Operation(
        "auth/generate_signature",
        GenerateSignatureRequest,
        answers.GenerateSignatureAnswer,
        repeatable=True,
        docs="v2/auth/generate-signature",
    )
    """Generate signature."""

    generateToken = Operation(
        "auth/generate_token",
        GenerateTokenRequest,
        answers.GenerateTokenAnswer,
        repeatable=True,
        docs="v2/auth/generate-token",
    )
    """Generate token.

    The server asks: resources[].organizationId required when type is document or folder; organization goes in
    permissions.resources, not in userProperties. When sent again: mints a token, no stored effect known.
    """
