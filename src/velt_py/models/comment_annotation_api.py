"""Requests of `sdk.api.commentAnnotations`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddCommentAnnotationsRequest",
    "AddCommentsRequest",
    "DeleteCommentAnnotationsRequest",
    "DeleteCommentsRequest",
    "GetCommentAnnotationsCountRequest",
    "GetCommentAnnotationsRequest",
    "GetCommentsRequest",
    "UpdateCommentAnnotationsRequest",
    "UpdateCommentsRequest",
]


@dataclass
class AddCommentAnnotationsRequest(ApiRequest):
    """Fields of `commentAnnotations.addCommentAnnotations`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    commentAnnotations: Optional[List[Dict[str, Any]]] = fact("object[]", required=True)
    verifyUserPermissions: Optional[bool] = fact("boolean")
    createDocument: Optional[bool] = fact("boolean")
    createOrganization: Optional[bool] = fact("boolean")


@dataclass
class GetCommentAnnotationsRequest(ApiRequest):
    """Fields of `commentAnnotations.getCommentAnnotations`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string")
    documentIds: Optional[List[str]] = fact("string[]", most=30)
    groupByDocumentId: Optional[bool] = fact("boolean")
    locationIds: Optional[List[str]] = fact("string[]", most=30)
    folderId: Optional[str] = fact("string")
    annotationIds: Optional[List[str]] = fact("string[]", most=30)
    userIds: Optional[List[str]] = fact("string[]", most=30)
    statusIds: Optional[List[str]] = fact("string[]")
    updatedAfter: Optional[int] = fact("number")
    updatedBefore: Optional[int] = fact("number")
    createdAfter: Optional[int] = fact("number")
    createdBefore: Optional[int] = fact("number")
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")
    order: Optional[str] = fact("string", one_of=("asc", "desc"))
    statusId: Optional[str] = fact("string")
    resolvedBy: Optional[str] = fact("string")
    mentionedUserIds: Optional[List[str]] = fact("string[]")
    includeMetadata: Optional[bool] = fact("boolean")
    includePageInfo: Optional[bool] = fact("boolean")
    agentId: Optional[str] = fact("string")
    executionId: Optional[str] = fact("string")
    agentType: Optional[str] = fact("string", one_of=("built-in", "custom", "external"))
    agentSource: Optional[str] = fact("string", one_of=("velt", "external"))
    agentSuggestions: Optional[bool] = fact("boolean")
    agentComments: Optional[bool] = fact("boolean")


@dataclass
class GetCommentAnnotationsCountRequest(ApiRequest):
    """Fields of `commentAnnotations.getCommentAnnotationsCount`."""

    organizationId: Optional[str] = fact("string", required=True)
    userId: Optional[str] = fact("string", required=True)
    documentIds: Optional[List[str]] = fact("string[]", required=True, most=30)
    statusIds: Optional[List[str]] = fact("string[]")


@dataclass
class UpdateCommentAnnotationsRequest(ApiRequest):
    """Fields of `commentAnnotations.updateCommentAnnotations`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    locationIds: Optional[List[str]] = fact("string[]")
    userIds: Optional[List[str]] = fact("string[]")
    annotationIds: Optional[List[str]] = fact("string[]")
    updatedData: Optional[Dict[str, Any]] = fact("object")
    updateUsers: Optional[List[Dict[str, Any]]] = fact("object[]")


@dataclass
class DeleteCommentAnnotationsRequest(ApiRequest):
    """Fields of `commentAnnotations.deleteCommentAnnotations`."""

    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string", required=True)
    locationIds: Optional[List[str]] = fact("string[]")
    annotationIds: Optional[List[str]] = fact("string[]")
    userIds: Optional[List[str]] = fact("string[]")
    agentSuggestions: Optional[bool] = fact("boolean")
    agentId: Optional[str] = fact("string")
    agentUrls: Optional[List[str]] = fact("string[]")


@dataclass
class AddCommentsRequest(ApiRequest):
    """Fields of `commentAnnotations.addComments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    annotationId: Optional[str] = fact("string", required=True)
    commentData: Optional[List[Dict[str, Any]]] = fact("Comment[]", required=True)
    comments: Optional[List[Dict[str, Any]]] = fact("object[]")
    createOrganization: Optional[bool] = fact("boolean")
    createDocument: Optional[bool] = fact("boolean")
    verifyUserPermissions: Optional[bool] = fact("boolean")


@dataclass
class GetCommentsRequest(ApiRequest):
    """Fields of `commentAnnotations.getComments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    annotationId: Optional[str] = fact("string", required=True)
    userIds: Optional[List[str]] = fact("string[]", required=True)
    commentIds: Optional[List[int]] = fact("number[]")


@dataclass
class UpdateCommentsRequest(ApiRequest):
    """Fields of `commentAnnotations.updateComments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    annotationId: Optional[str] = fact("string", required=True)
    commentIds: Optional[List[int]] = fact("number[]", required=True)
    userIds: Optional[List[str]] = fact("string[]")
    triggerNotification: Optional[bool] = fact("boolean")
    updatedData: Optional[Dict[str, Any]] = fact("object", required=True)


@dataclass
class DeleteCommentsRequest(ApiRequest):
    """Fields of `commentAnnotations.deleteComments`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    annotationId: Optional[str] = fact("string", required=True)
    commentIds: Optional[List[int]] = fact("number[]")
    userIds: Optional[List[str]] = fact("string[]")
