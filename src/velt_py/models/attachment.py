"""Attachments: how comments list them, and the requests of the attachments' resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional, Union

from velt_py.models.base import Model, Request, ResolverDeleteMetadata, organization_of
from velt_py.models.enums import ResolverActions

__all__ = [
    "AttachmentResolverMetadata",
    "DeleteAttachmentResolverRequest",
    "PartialAttachment",
    "ResolverAttachment",
    "SaveAttachmentResolverData",
    "SaveAttachmentResolverRequest",
]


@dataclass
class PartialAttachment(Model):
    """An attachment in the list of a comment.

    Args:
        url: where the file is.
        name: the file's name.
        attachmentId: the id that the browser made.
        extra_fields: other names that were sent.
    """

    url: str
    name: str
    attachmentId: int
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class AttachmentResolverMetadata(Model):
    """Where an attachment belongs.

    Args:
        organizationId, documentId, folderId: the customer's ids.
        attachmentId: the attachment.
        commentAnnotationId: the thread that it hangs on.
        apiKey: the Velt API key.
        extra_fields: other names that were sent.
    """

    organizationId: Optional[str] = None
    documentId: Optional[str] = None
    folderId: Optional[str] = None
    attachmentId: Optional[int] = None
    commentAnnotationId: Optional[str] = None
    apiKey: Optional[str] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveAttachmentResolverData(Model):
    """What the answer to a saved attachment carries.

    Args:
        url: where the frontend finds the file.
        extra_fields: other names.
    """

    url: str
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class ResolverAttachment(Model):
    """An attachment to save.

    Args:
        attachmentId: the id that the browser made.
        file: where the file is, an address that starts with http:// or https://; empty when its bytes come along.
        name: the file's name.
        metadata: where it belongs.
        mimeType: its content type.
        extra_fields: other names that were sent, for example `size`.
    """

    attachmentId: int
    file: str
    name: Optional[str] = None
    metadata: Optional[AttachmentResolverMetadata] = None
    mimeType: Optional[str] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveAttachmentResolverRequest(Request):
    """Save one attachment.

    Args:
        attachment: the attachment.
        metadata: where it belongs.
        event: what happened.
        extra_fields: other names that were sent.
    """

    attachment: ResolverAttachment
    metadata: Optional[AttachmentResolverMetadata] = None
    event: Optional[Union[ResolverActions, str]] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)


@dataclass
class DeleteAttachmentResolverRequest(Request):
    """Delete one attachment.

    Args:
        attachmentId: the attachment.
        metadata: where it belongs.
        event: what happened.
        extra_fields: other names that were sent.
    """

    attachmentId: int
    metadata: Optional[ResolverDeleteMetadata] = None
    event: Optional[Union[ResolverActions, str]] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)
