"""Recordings, and the requests of their resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Optional, Union

from velt_py.models.base import BaseMetadata, Model, Request, ResolverDeleteMetadata, organization_of
from velt_py.models.enums import ResolverActions

__all__ = [
    "DeleteRecorderResolverRequest",
    "GetRecorderResolverRequest",
    "PartialRecorderAnnotation",
    "PartialRecorderAnnotationEditVersion",
    "SaveRecorderResolverRequest",
]


@dataclass
class PartialRecorderAnnotationEditVersion(Model):
    """One edited version of a recording.

    Args:
        from_: who edited it, a whole user; `from` on the wire.
        attachment: its file, in the older form.
        attachments: its files.
        transcription: what is said in it.
        extra_fields: other names that were sent.
    """

    from_: Optional[Dict[str, Any]] = None
    attachment: Optional[Dict[str, Any]] = None
    attachments: Optional[List[Dict[str, Any]]] = None
    transcription: Optional[Dict[str, Any]] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class PartialRecorderAnnotation(Model):
    """A recording.

    Args:
        annotationId: the recording's id.
        metadata: where it belongs.
        from_: who recorded it, a whole user; `from` on the wire.
        transcription: what is said in it.
        attachment: its file, in the older form.
        attachments: its files.
        chunkUrls: addresses of its parts.
        recordingEditVersions: edited versions by number.
        extra_fields: custom fields, and other names that were sent.
    """

    _id: ClassVar[str] = "annotationId"

    annotationId: str
    metadata: Optional[BaseMetadata] = None
    from_: Optional[Dict[str, Any]] = None
    transcription: Optional[Dict[str, Any]] = None
    attachment: Optional[Dict[str, Any]] = None
    attachments: Optional[List[Dict[str, Any]]] = None
    chunkUrls: Optional[Dict[str, str]] = None
    recordingEditVersions: Optional[Dict[str, PartialRecorderAnnotationEditVersion]] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class GetRecorderResolverRequest(Request):
    """Ask for recordings.

    Args:
        organizationId: the organization.
        recorderAnnotationIds: only these recordings; an empty list selects none.
        documentIds: only recordings of these documents.
        extra_fields: other names that were sent.
    """

    organizationId: str
    recorderAnnotationIds: Optional[List[str]] = None
    documentIds: Optional[List[str]] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveRecorderResolverRequest(Request):
    """Save recordings.

    Args:
        recorderAnnotation: recordings by id.
        metadata: where they belong.
        event: what happened.
        extra_fields: other names that were sent.
    """

    recorderAnnotation: Dict[str, PartialRecorderAnnotation]
    metadata: Optional[BaseMetadata] = None
    event: Optional[Union[ResolverActions, str]] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)


@dataclass
class DeleteRecorderResolverRequest(Request):
    """Delete one recording.

    Args:
        recorderAnnotationId: the recording.
        metadata: where it belongs.
        event: what happened.
        extra_fields: other names that were sent.
    """

    recorderAnnotationId: str
    metadata: Optional[ResolverDeleteMetadata] = None
    event: Optional[Union[ResolverActions, str]] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)
