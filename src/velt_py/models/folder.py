"""Requests of `sdk.api.folders`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddFolderRequest",
    "DeleteFolderRequest",
    "GetFoldersRequest",
    "UpdateFolderAccessRequest",
    "UpdateFolderRequest",
]


@dataclass
class AddFolderRequest(ApiRequest):
    """Fields of `folders.addFolder`."""

    organizationId: Optional[str] = fact("string", required=True)
    folders: Optional[List[Dict[str, Any]]] = fact("Folders[]", required=True)
    createOrganization: Optional[bool] = fact("boolean")


@dataclass
class GetFoldersRequest(ApiRequest):
    """Fields of `folders.getFolders`."""

    organizationId: Optional[str] = fact("string", required=True)
    folderId: Optional[str] = fact("string")
    rootFoldersOnly: Optional[bool] = fact("boolean")
    pageSize: Optional[int] = fact("integer")
    pageToken: Optional[str] = fact("string")
    maxDepth: Optional[int] = fact("number")


@dataclass
class UpdateFolderRequest(ApiRequest):
    """Fields of `folders.updateFolder`."""

    organizationId: Optional[str] = fact("string", required=True)
    folders: Optional[List[Dict[str, Any]]] = fact("Folders[]", required=True)


@dataclass
class DeleteFolderRequest(ApiRequest):
    """Fields of `folders.deleteFolder`."""

    organizationId: Optional[str] = fact("string", required=True)
    folderId: Optional[str] = fact("string", required=True)


@dataclass
class UpdateFolderAccessRequest(ApiRequest):
    """Fields of `folders.updateFolderAccess`."""

    organizationId: Optional[str] = fact("string", required=True)
    folderIds: Optional[List[str]] = fact("string[]", required=True)
    accessType: Optional[str] = fact(
        "string", required=True, one_of=("organizationPrivate", "restricted", "public")
    )
    inheritFromParent: Optional[bool] = fact("boolean")
