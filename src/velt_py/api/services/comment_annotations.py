"""`sdk.api.commentAnnotations`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import NEXT_PAGE_TOKEN
from velt_py.models import known_fields
from velt_py.models.comment_annotation_api import (
    AddCommentAnnotationsRequest,
    AddCommentsRequest,
    DeleteCommentAnnotationsRequest,
    DeleteCommentsRequest,
    GetCommentAnnotationsCountRequest,
    GetCommentAnnotationsRequest,
    GetCommentsRequest,
    UpdateCommentAnnotationsRequest,
    UpdateCommentsRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import comment_annotations as answers
else:
    answers = untyped

__all__ = ["CommentAnnotationApiService"]


class CommentAnnotationApiService(Service[T]):
    """Comment threads (annotations) and the comments in them."""

    area = "commentAnnotations"

    addCommentAnnotations = Operation(
        "commentannotations/add",
        AddCommentAnnotationsRequest,
        answers.AddCommentAnnotationsAnswer,
        repeatable=False,
        known=known_fields.addCommentAnnotations,
        docs="v2/comments-feature/comment-annotations/add-comment-annotations",
    )
    """Add comment annotations.

    The server asks: agent.agentName required when agentSource=external; visibility.organizationId required when
    type=organizationPrivate; visibility.userIds required when type=restricted; status needs svg or iconUrl;
    annotationId must not contain a colon.
    """

    getCommentAnnotations = Operation(
        "commentannotations/get",
        GetCommentAnnotationsRequest,
        answers.GetCommentAnnotationsAnswer,
        repeatable=True,
        paged=NEXT_PAGE_TOKEN,
        batched="documentIds",
        docs="v2/comments-feature/comment-annotations/get-comment-annotations-v2",
    )
    """Get comment annotations.

    The server asks: at most one of agentId, executionId, agentType, agentSource, agentSuggestions,
    agentComments.
    """

    getCommentAnnotationsCount = Operation(
        "commentannotations/count/get",
        GetCommentAnnotationsCountRequest,
        answers.GetCommentAnnotationsCountAnswer,
        repeatable=True,
        batched="documentIds",
        docs="v2/comments-feature/comment-annotations/get-comment-annotations-count",
    )
    """Get comment annotations count."""

    updateCommentAnnotations = Operation(
        "commentannotations/update",
        UpdateCommentAnnotationsRequest,
        answers.UpdateCommentAnnotationsAnswer,
        repeatable=True,
        known=known_fields.updateCommentAnnotations,
        docs="v2/comments-feature/comment-annotations/update-comment-annotations",
    )
    """Update comment annotations.

    The server asks: status.type not terminal clears resolvedByUserId; suggestion object is replaced whole.
    """

    deleteCommentAnnotations = Operation(
        "commentannotations/delete",
        DeleteCommentAnnotationsRequest,
        answers.DeleteCommentAnnotationsAnswer,
        repeatable=False,
        docs="v2/comments-feature/comment-annotations/delete-comment-annotations",
    )
    """Delete comment annotations.

    The server asks: agent filters combine with AND and need advanced queries.
    """

    addComments = Operation(
        "commentannotations/comments/add",
        AddCommentsRequest,
        answers.AddCommentsAnswer,
        repeatable=False,
        known=known_fields.addComments,
        docs="v2/comments-feature/comments/add-comments",
    )
    """Add comments.

    The server asks: commentData or comments; agent.agentName required when agentSource=external.
    """

    getComments = Operation(
        "commentannotations/comments/get",
        GetCommentsRequest,
        answers.GetCommentsAnswer,
        repeatable=True,
        docs="v2/comments-feature/comments/get-comments",
    )
    """Get comments."""

    updateComments = Operation(
        "commentannotations/comments/update",
        UpdateCommentsRequest,
        answers.UpdateCommentsAnswer,
        repeatable=True,
        known=known_fields.updateComments,
        docs="v2/comments-feature/comments/update-comments",
    )
    """Update comments.

    When sent again: with triggerNotification a resend notifies again.
    """

    deleteComments = Operation(
        "commentannotations/comments/delete",
        DeleteCommentsRequest,
        answers.DeleteCommentsAnswer,
        repeatable=False,
        docs="v2/comments-feature/comments/delete-comments",
    )
    """Delete comments."""
