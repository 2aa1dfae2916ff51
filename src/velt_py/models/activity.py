"""Activity records, and the requests of their resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Optional

from velt_py.models.base import BaseMetadata, Model, Request

__all__ = ["GetActivityResolverRequest", "PartialActivityRecord", "SaveActivityResolverRequest"]


@dataclass
class PartialActivityRecord(Model):
    """Something that happened.

    Args:
        id: the activity's id.
        changes: what changed, by field: `{"from": ..., "to": ...}`.
        entityData, entityTargetData: what it happened to.
        displayMessageTemplateData: what fills the shown message.
        metadata: where it belongs.
        extra_fields: custom fields, and other names that were sent.
    """

    _id: ClassVar[str] = "id"

    id: str
    changes: Optional[Dict[str, Any]] = None
    entityData: Optional[Any] = None
    entityTargetData: Optional[Any] = None
    displayMessageTemplateData: Optional[Dict[str, Any]] = None
    metadata: Optional[BaseMetadata] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class GetActivityResolverRequest(Request):
    """Ask for activities.

    Args:
        organizationId: the organization.
        activityIds: only these; an empty list selects none.
        documentIds: only activities of these documents.
        extra_fields: other names that were sent.
    """

    organizationId: str
    activityIds: Optional[List[str]] = None
    documentIds: Optional[List[str]] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveActivityResolverRequest(Request):
    """Save activities.

    Args:
        activity: activities by id.
        event: what happened.
        metadata: where they belong.
        organizationId: the organization; it goes before the one in the metadata.
        extra_fields: other names that were sent.
    """

    activity: Dict[str, PartialActivityRecord]
    event: Optional[str] = None
    metadata: Optional[BaseMetadata] = None
    organizationId: str = ""
    extra_fields: Optional[Dict[str, Any]] = None
