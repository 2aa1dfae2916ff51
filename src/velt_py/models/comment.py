"""Comment threads, and the requests of the comments' resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Optional, Union

from velt_py.models.attachment import PartialAttachment
from velt_py.models.base import UNSET, BaseMetadata, Model, Request, ResolverDeleteMetadata, organization_of
from velt_py.models.enums import CommentResolverSaveEvent, ResolverActions
from velt_py.models.user import PartialTaggedUserContacts, PartialUser

__all__ = [
    "UNSET",
    "DeleteCommentResolverRequest",
    "GetCommentResolverRequest",
    "PartialComment",
    "PartialCommentAnnotation",
    "PartialTargetTextRange",
    "SaveCommentResolverRequest",
]


@dataclass
class PartialTargetTextRange(Model):
    """The text that a thread is about.

    Args:
        text: the text as it stands in the document.
        extra_fields: other names that were sent.
    """

    text: str = ""
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class PartialComment(Model):
    """One comment of a thread.

    Args:
        commentId: the comment's id.
        commentHtml, commentText: what it says.
        attachments: its files by id.
        from_: who wrote it; `from` on the wire.
        to: whom it is for.
        taggedUserContacts: who is tagged in it.
        extra_fields: custom fields, and other names that were sent.
    """

    _id: ClassVar[str] = "commentId"

    commentId: Union[str, int]
    commentHtml: Optional[str] = None
    commentText: Optional[str] = None
    attachments: Optional[Dict[int, PartialAttachment]] = None
    from_: Optional[PartialUser] = None
    to: Optional[List[PartialUser]] = None
    taggedUserContacts: Optional[List[PartialTaggedUserContacts]] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class PartialCommentAnnotation(Model):
    """A thread.

    Args:
        annotationId: the thread's id.
        metadata: where it belongs.
        comments: its comments by id.
        from_: who opened it; `from` on the wire.
        assignedTo: who has to see to it.
        targetTextRange: the text that it is about.
        resolvedByUserId: who resolved it; None clears, `UNSET` leaves what is stored.
        context: what the page adds; None clears, `UNSET` leaves what is stored.
        extra_fields: custom fields, and other names that were sent.
    """

    _id: ClassVar[str] = "annotationId"

    annotationId: str
    metadata: Optional[BaseMetadata] = None
    comments: Optional[Dict[str, PartialComment]] = None
    from_: Optional[PartialUser] = None
    assignedTo: Optional[PartialUser] = None
    targetTextRange: Optional[PartialTargetTextRange] = None
    resolvedByUserId: Any = UNSET
    context: Any = UNSET
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class GetCommentResolverRequest(Request):
    """Ask for threads.

    Args:
        organizationId: the organization.
        commentAnnotationIds: only these threads; an empty list selects none.
        documentIds: only threads of these documents.
        folderId: only threads of this folder, with `allDocuments`.
        allDocuments: whether `folderId` counts.
        extra_fields: other names that were sent.
    """

    organizationId: str
    commentAnnotationIds: Optional[List[str]] = None
    documentIds: Optional[List[str]] = None
    folderId: Optional[str] = None
    allDocuments: Optional[bool] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveCommentResolverRequest(Request):
    """Save threads.

    Args:
        commentAnnotation: threads by id.
        event: what happened; one that nobody knows yet stays a text.
        metadata: where the threads belong.
        commentId: the comment that the event is about.
        targetComment: a copy of that comment, for convenience; it is not stored.
        extra_fields: other names that were sent.
    """

    commentAnnotation: Dict[str, PartialCommentAnnotation]
    event: Optional[Union[ResolverActions, CommentResolverSaveEvent, str]] = None
    metadata: Optional[BaseMetadata] = None
    commentId: Optional[str] = None
    targetComment: Optional[PartialComment] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)


@dataclass
class DeleteCommentResolverRequest(Request):
    """Delete one thread.

    Args:
        commentAnnotationId: the thread.
        metadata: where it belongs.
        event: what happened.
        extra_fields: other names that were sent.
    """

    commentAnnotationId: str
    metadata: Optional[ResolverDeleteMetadata] = None
    event: Optional[Union[ResolverActions, str]] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)
