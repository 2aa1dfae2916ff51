"""`sdk.api.folders`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import SOMEWHERE
from velt_py.models.folder import (
    AddFolderRequest,
    DeleteFolderRequest,
    GetFoldersRequest,
    UpdateFolderAccessRequest,
    UpdateFolderRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import folders as answers
else:
    answers = untyped

__all__ = ["FolderService"]


class FolderService(Service[T]):
    """Folders of an organization."""

    area = "folders"

    addFolder = Operation(
        "organizations/folders/add",
        AddFolderRequest,
        answers.AddFolderAnswer,
        repeatable=False,
        docs="v2/folders/add-folder",
    )
    """Add folder."""

    getFolders = Operation(
        "organizations/folders/get",
        GetFoldersRequest,
        answers.GetFoldersAnswer,
        repeatable=True,
        paged=SOMEWHERE,
        docs="v2/folders/get-folders",
    )
    """Get folders.

    The server asks: folderId excludes rootFoldersOnly, pageSize, pageToken.
    """

    updateFolder = Operation(
        "organizations/folders/update",
        UpdateFolderRequest,
        answers.UpdateFolderAnswer,
        repeatable=True,
        docs="v2/folders/update-folder",
    )
    """Update folder."""

    deleteFolder = Operation(
        "organizations/folders/delete",
        DeleteFolderRequest,
        answers.DeleteFolderAnswer,
        repeatable=False,
        docs="v2/folders/delete-folder",
    )
    """Delete folder."""

    updateFolderAccess = Operation(
        "organizations/folders/access/update",
        UpdateFolderAccessRequest,
        answers.UpdateFolderAccessAnswer,
        repeatable=True,
        docs="v2/folders/update-folder-access",
    )
    """Update folder access."""
