"""Requests of `sdk.api.crdt`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddCrdtDataRequest",
    "DeleteCrdtDataRequest",
    "GetCrdtDataRequest",
    "UpdateCrdtDataRequest",
]


@dataclass
class AddCrdtDataRequest(ApiRequest):
    """Fields of `crdt.addCrdtData`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    editorId: Optional[str] = fact("string", required=True)
    data: Any = fact("string|object|array", required=True)
    type: Optional[str] = fact("string", required=True, one_of=("text", "map", "array", "xml", "xmltext"))
    contentKey: Optional[str] = fact("string")
    isServerIds: Optional[bool] = fact("boolean")


@dataclass
class GetCrdtDataRequest(ApiRequest):
    """Fields of `crdt.getCrdtData`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    editorId: Optional[str] = fact("string")
    type: Optional[str] = fact("string", one_of=("text", "map", "array", "xml", "xmltext"))
    isServerIds: Optional[bool] = fact("boolean")


@dataclass
class UpdateCrdtDataRequest(ApiRequest):
    """Fields of `crdt.updateCrdtData`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    editorId: Optional[str] = fact("string", required=True)
    data: Any = fact("string|object|array", required=True)
    type: Optional[str] = fact("string", required=True, one_of=("text", "map", "array", "xml", "xmltext"))
    contentKey: Optional[str] = fact("string")
    isServerIds: Optional[bool] = fact("boolean")


@dataclass
class DeleteCrdtDataRequest(ApiRequest):
    """Fields of `crdt.deleteCrdtData`."""

    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    editorIds: Optional[List[str]] = fact("string[]")
    isServerIds: Optional[bool] = fact("boolean")
