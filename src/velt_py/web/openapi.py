"""What the routes take and answer, for OpenAPI documents. It is a description only: requests are checked by the
operations themselves, so a field that Velt adds tomorrow is no error today. Pure."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, Dict, List, Mapping, Optional, Tuple, Type, Union, cast, get_type_hints

from velt_py.selfhosting.services.activities import ActivityService
from velt_py.selfhosting.services.attachments import AttachmentService
from velt_py.selfhosting.services.comments import CommentService
from velt_py.selfhosting.services.notifications import NotificationService
from velt_py.selfhosting.services.reactions import ReactionService
from velt_py.selfhosting.services.recorders import RecorderService
from velt_py.selfhosting.services.users import UserService
from velt_py.web.routes import Route

__all__ = ["body_of", "responses_of"]

SERVICES: Mapping[str, Any] = {
    "activities": ActivityService,
    "attachments": AttachmentService,
    "comments": CommentService,
    "notifications": NotificationService,
    "reactions": ReactionService,
    "recorders": RecorderService,
    "users": UserService,
}
PLAIN: Mapping[Any, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
ID: Mapping[str, Any] = {"type": "string"}
METADATA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": True,
    "required": ["organizationId"],
    "properties": dict.fromkeys(("organizationId", "documentId", "folderId", "apiKey"), ID),
}

Schema = Dict[str, Any]


def body_of(route: Route) -> Schema:
    """The `requestBody` of a route.

    Args:
        route: one of those that are posted to.
    """
    content = {"application/json": {"schema": request_schema(route)}}
    if route.upload is not None:
        form = {"file": {"type": "string", "format": "binary"}, "request": {"type": "string"}}
        content["multipart/form-data"] = {
            "schema": {"type": "object", "properties": form, "required": ["file", "request"]}
        }
    return {"required": True, "content": content}


def request_schema(route: Route) -> Schema:
    operation = getattr(SERVICES[route.service], route.call)
    return schema_of_model(operation.request)


def schema_of_model(model: Type[Any]) -> Schema:
    """The schema of a dataclass, as its JSON looks; other keys are taken too."""
    hints = get_type_hints(model)
    properties: Schema = {}
    required: List[str] = []
    for each in fields(model):
        if each.name in ("extra_fields", "_extra_fields"):
            continue
        name = each.name.rstrip("_")
        properties[name] = dict(METADATA) if name == "metadata" else schema_of(hints[each.name])
        if each.default is MISSING and each.default_factory is MISSING:
            required.append(name)
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": True}
    if required:
        schema["required"] = required
    return schema


def schema_of(hint: Any) -> Schema:
    """The schema of an annotation; `{}` takes anything."""
    origin: Any = getattr(hint, "__origin__", None)
    args = cast(Tuple[Any, ...], getattr(hint, "__args__", ()))
    if origin is Union:
        kinds = [kind for kind in args if kind is not type(None)]
        if len(kinds) == 1:
            return schema_of(kinds[0])
        # Words that are known, and others that may come.
        return {"type": "string"} if any(is_word(kind) for kind in kinds) else {}
    if origin is list:
        return {"type": "array", "items": schema_of(args[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(args[1]) or True}
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if isinstance(hint, type) and is_dataclass(hint):
        return {"type": "object", "additionalProperties": True}
    return {}


def is_word(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, (str, Enum))


ENVELOPE: Mapping[str, Any] = {
    "type": "object",
    "required": ["success", "statusCode"],
    "properties": {"success": {"type": "boolean"}, "statusCode": {"type": "integer"}, "data": {}},
}
FAILURE: Mapping[str, Any] = {
    "type": "object",
    "required": ["success", "statusCode", "error", "errorCode"],
    "properties": {
        "success": {"type": "boolean", "enum": [False]},
        "statusCode": {"type": "integer"},
        "error": {"type": "string"},
        "errorCode": {"type": "string"},
        "correlationId": {"type": "string"},
    },
}


def responses_of(kind: Optional[str] = None) -> Dict[str, Any]:
    """The `responses` of a route.

    Args:
        kind: the media type of the answer when that is no envelope, for example `*/*`.
    """
    binary = {"schema": {"type": "string", "format": "binary"}}
    good = {kind: binary} if kind is not None else {"application/json": {"schema": dict(ENVELOPE)}}
    return {
        "200": {"description": "Done", "content": good},
        "default": {"description": "Refused", "content": {"application/json": {"schema": dict(FAILURE)}}},
    }
