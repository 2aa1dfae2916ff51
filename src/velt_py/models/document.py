"""Requests of `sdk.api.documents`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddDocumentsRequest",
    "DeleteDocumentsRequest",
    "GetDocumentsCountRequest",
    "GetDocumentsRequest",
    "MigrateDocumentsRequest",
    "MigrateDocumentsStatusRequest",
    "MoveDocumentsRequest",
    "UpdateDocumentAccessRequest",
    "UpdateDocumentDisableStateRequest",
    "UpdateDocumentsRequest",
]


@dataclass
class AddDocumentsRequest(ApiRequest):
    """Fields of `documents.addDocuments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documents: Optional[List[Dict[str, Any]]] = fact("Document[]", required=True)
    createOrganization: Optional[bool] = fact("boolean")
    folderId: Optional[str] = fact("string")
    createFolder: Optional[bool] = fact("boolean")


@dataclass
class GetDocumentsRequest(ApiRequest):
    """Fields of `documents.getDocuments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentIds: Optional[List[str]] = fact("string[]", most=30)
    folderId: Optional[str] = fact("string")
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")
    filters: Optional[List[Dict[str, Any]]] = fact("object[]", most=10)
    orderByCommentViews: Optional[bool] = fact("boolean")


@dataclass
class GetDocumentsCountRequest(ApiRequest):
    """Fields of `documents.getDocumentsCount`."""

    organizationId: Optional[str] = fact("string")
    excludeFolderDocs: Optional[bool] = fact("boolean")
    folderId: Optional[str] = fact("string")
    filters: Optional[List[Dict[str, Any]]] = fact("object[]", most=10)


@dataclass
class UpdateDocumentsRequest(ApiRequest):
    """Fields of `documents.updateDocuments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documents: Optional[List[Dict[str, Any]]] = fact("Document[]", required=True)
    merge: Optional[bool] = fact("boolean")


@dataclass
class DeleteDocumentsRequest(ApiRequest):
    """Fields of `documents.deleteDocuments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentIds: Optional[List[str]] = fact("string[]", required=True)


@dataclass
class MoveDocumentsRequest(ApiRequest):
    """Fields of `documents.moveDocuments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentIds: Optional[List[str]] = fact("string[]", required=True, most=30)
    folderId: Optional[str] = fact("string", required=True)


@dataclass
class UpdateDocumentAccessRequest(ApiRequest):
    """Fields of `documents.updateDocumentAccess`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentIds: Optional[List[str]] = fact("string[]", required=True)
    accessType: Optional[str] = fact(
        "string", required=True, one_of=("organizationPrivate", "restricted", "public")
    )


@dataclass
class UpdateDocumentDisableStateRequest(ApiRequest):
    """Fields of `documents.updateDocumentDisableState`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentIds: Optional[List[str]] = fact("string[]", required=True)
    disabled: Optional[bool] = fact("boolean", required=True)


@dataclass
class MigrateDocumentsRequest(ApiRequest):
    """Fields of `documents.migrateDocuments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    newDocumentId: Optional[str] = fact("string", required=True)


@dataclass
class MigrateDocumentsStatusRequest(ApiRequest):
    """Fields of `documents.migrateDocumentsStatus`."""

    organizationId: Optional[str] = fact("string", required=True)
    migrationId: Optional[str] = fact("string", required=True)
