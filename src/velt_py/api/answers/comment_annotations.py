"""Answers of `sdk.api.commentAnnotations`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict, Union

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddCommentAnnotationsAnswer",
    "AddCommentsAnswer",
    "DeleteCommentAnnotationsAnswer",
    "DeleteCommentsAnswer",
    "GetCommentAnnotationsAnswer",
    "GetCommentAnnotationsCountAnswer",
    "GetCommentsAnswer",
    "UpdateCommentAnnotationsAnswer",
    "UpdateCommentsAnswer",
]


class _AddCommentAnnotationsDataEntry(TypedDict, total=False):
    annotationId: str
    commentIds: List[float]
    findingId: str


class AddCommentAnnotationsDataEntry(_AddCommentAnnotationsDataEntry):
    success: bool
    message: str


class AddCommentAnnotationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, AddCommentAnnotationsDataEntry]


class AddCommentAnnotationsAnswer(Failable):
    result: AddCommentAnnotationsResult


CommentAnnotation = TypedDict(
    "CommentAnnotation",
    {
        "annotationId": "str",
        "annotationNumber": "float",
        "annotationIndex": "float",
        "type": "str",
        "createdAt": "float",
        "lastUpdated": "float",
        "hasDraftComments": "bool",
        "locationId": "float",
        "location": "Dict[str, Any]",
        "context": "CommentAnnotationContext",
        "visibilityConfig": "CommentAnnotationVisibilityConfig",
        "metadata": "CommentAnnotationMetadata",
        "pageInfo": "Dict[str, Any]",
        "from": "User",
        "subscribedUsers": "Dict[str, CommentAnnotationSubscribedUsersEntry]",
        "unsubscribedUsers": "Dict[str, Any]",
        "subscribedGroups": "Dict[str, Any]",
        "customList": "List[Dict[str, Any]]",
        "comments": "List[Comment]",
        "status": "CommentAnnotationStatus",
        "sourceType": "str",
        "agent": "AgentBlock",
        "suggestion": "CommentAnnotationSuggestion",
    },
    total=False,
)


class CommentAnnotationContext(TypedDict):
    access: Dict[str, Any]
    accessFields: List[str]


class CommentAnnotationVisibilityConfig(TypedDict):
    type: str


class _CommentAnnotationMetadata(TypedDict, total=False):
    sdkVersion: str


class CommentAnnotationMetadata(_CommentAnnotationMetadata):
    apiKey: str
    organizationId: str
    documentId: str


class _User(TypedDict, total=False):
    organizationId: str
    photoUrl: str
    initial: str
    clientUserName: str
    name_lowercase: str
    groupId: str
    type: str
    contacts: List[Any]
    email: str
    email_lowercase: str
    color: str
    textColor: str
    isAdmin: bool
    isGuest: bool
    name: str


class User(_User):
    userId: str


class CommentAnnotationSubscribedUsersEntry(TypedDict):
    user: CommentAnnotationSubscribedUsersEntryUser
    type: str


class CommentAnnotationSubscribedUsersEntryUser(TypedDict):
    userId: str


Comment = TypedDict(
    "Comment",
    {
        "commentId": "float",
        "type": "str",
        "status": "str",
        "isDraft": "bool",
        "isCommentTextAvailable": "bool",
        "commentText": "str",
        "commentHtml": "str",
        "createdAt": "float",
        "lastUpdated": "str",
        "to": "List[Dict[str, Any]]",
        "toOrganizationUserGroup": "List[Dict[str, Any]]",
        "taggedUserContacts": "List[Dict[str, Any]]",
        "attachments": "List[Dict[str, Any]]",
        "recorders": "List[Dict[str, Any]]",
        "customList": "List[Dict[str, Any]]",
        "reactionAnnotationIds": "List[str]",
        "reactionAnnotations": "List[ReactionAnnotation]",
        "from": "User",
        "agent": "AgentBlock",
        "sourceType": "str",
    },
    total=False,
)


class ReactionAnnotation(TypedDict):
    annotationId: str
    type: str
    icon: str
    commentAnnotationId: str
    locationId: float
    location: Dict[str, Any]
    context: ReactionAnnotationContext
    lastUpdated: float
    fromUsers: List[ReactionAnnotationFromUsers]


class ReactionAnnotationContext(TypedDict):
    access: Dict[str, Any]
    accessFields: List[str]


ReactionAnnotationFromUsers = TypedDict(
    "ReactionAnnotationFromUsers", {"lastUpdated": "float", "from": "User"}, total=False
)


class _AgentBlock(TypedDict, total=False):
    executionId: str
    agentName: str
    url: str


class AgentBlock(_AgentBlock):
    agentId: str
    agentType: str
    agentSource: str
    reason: Dict[str, Any]


class _CommentAnnotationStatus(TypedDict, total=False):
    svg: str
    iconUrl: str
    lightColor: str


class CommentAnnotationStatus(_CommentAnnotationStatus):
    id: str
    name: str
    type: str
    color: str


class CommentAnnotationSuggestion(TypedDict, total=False):
    status: str


class _GetCommentAnnotationsResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetCommentAnnotationsResult(_GetCommentAnnotationsResult):
    status: str
    message: str
    data: Union[List[Optional[CommentAnnotation]], Dict[str, List[CommentAnnotation]]]


class GetCommentAnnotationsAnswer(Failable):
    result: GetCommentAnnotationsResult


class GetCommentAnnotationsCountDataEntry(TypedDict):
    total: float
    unread: float


class GetCommentAnnotationsCountResult(TypedDict):
    status: str
    message: str
    data: Dict[str, GetCommentAnnotationsCountDataEntry]


class GetCommentAnnotationsCountAnswer(Failable):
    result: GetCommentAnnotationsCountResult


class UpdateCommentAnnotationsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class UpdateCommentAnnotationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateCommentAnnotationsDataEntry]


class UpdateCommentAnnotationsAnswer(Failable):
    result: UpdateCommentAnnotationsResult


class DeleteCommentAnnotationsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class DeleteCommentAnnotationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteCommentAnnotationsDataEntry]


class DeleteCommentAnnotationsAnswer(Failable):
    result: DeleteCommentAnnotationsResult


class AddCommentsResult(TypedDict):
    status: str
    message: str
    data: List[float]


class AddCommentsAnswer(Failable):
    result: AddCommentsResult


class GetCommentsResult(TypedDict):
    status: str
    message: str
    data: List[Optional[Comment]]


class GetCommentsAnswer(Failable):
    result: GetCommentsResult


class UpdateCommentsDataEntry(TypedDict):
    success: bool
    id: float
    message: str


class UpdateCommentsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateCommentsDataEntry]


class UpdateCommentsAnswer(Failable):
    result: UpdateCommentsResult


class DeleteCommentsDataEntry(TypedDict):
    success: bool
    id: float
    message: str


class DeleteCommentsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteCommentsDataEntry]


class DeleteCommentsAnswer(Failable):
    result: DeleteCommentsResult
