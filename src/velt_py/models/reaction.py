"""Reactions, and the requests of their resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Union, cast

from velt_py.models.base import BaseMetadata, Model, Request, ResolverDeleteMetadata, organization_of
from velt_py.models.enums import ResolverActions
from velt_py.models.user import PartialUser

__all__ = [
    "DeleteReactionResolverRequest",
    "GetReactionResolverRequest",
    "PartialReactionAnnotation",
    "SaveReactionResolverRequest",
]


@dataclass
class PartialReactionAnnotation(Model):
    """A reaction.

    Args:
        annotationId: the reaction's id.
        metadata: where it belongs.
        icon: what is shown.
        from_: who reacted; `from` on the wire, where older clients say `user`.
        extra_fields: custom fields, and other names that were sent.
    """

    _id: ClassVar[str] = "annotationId"

    annotationId: str
    metadata: Optional[BaseMetadata] = None
    icon: Optional[str] = None
    from_: Optional[PartialUser] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @classmethod
    def _read(cls, data: Any, where: str) -> PartialReactionAnnotation:
        if isinstance(data, Mapping) and "user" in data:
            sent = dict(cast(Mapping[str, Any], data))
            legacy = sent.pop("user")
            if sent.get("from") is None and legacy is not None:
                sent["from"] = legacy
            data = sent
        return super()._read(data, where)


@dataclass
class GetReactionResolverRequest(Request):
    """Ask for reactions.

    Args:
        organizationId: the organization.
        reactionAnnotationIds: only these reactions; an empty list selects none.
        documentIds: only reactions on these documents.
        folderId: only reactions in this folder, with `allDocuments`.
        allDocuments: whether `folderId` counts.
        extra_fields: other names that were sent.
    """

    organizationId: str
    reactionAnnotationIds: Optional[List[str]] = None
    documentIds: Optional[List[str]] = None
    folderId: Optional[str] = None
    allDocuments: Optional[bool] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveReactionResolverRequest(Request):
    """Save reactions.

    Args:
        reactionAnnotation: reactions by id.
        metadata: where they belong.
        event: what happened.
        extra_fields: other names that were sent.
    """

    reactionAnnotation: Dict[str, PartialReactionAnnotation]
    metadata: Optional[BaseMetadata] = None
    event: Optional[Union[ResolverActions, str]] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)


@dataclass
class DeleteReactionResolverRequest(Request):
    """Delete one reaction.

    Args:
        reactionAnnotationId: the reaction.
        metadata: where it belongs.
        event: what happened.
        extra_fields: other names that were sent.
    """

    reactionAnnotationId: str
    metadata: Optional[ResolverDeleteMetadata] = None
    event: Optional[Union[ResolverActions, str]] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @property
    def organizationId(self) -> Optional[str]:
        """The organization, from the metadata."""
        return organization_of(self.metadata)
