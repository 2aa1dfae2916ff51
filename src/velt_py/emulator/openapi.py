"""The emulator as an OpenAPI document, from the facts of the operation table. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping

from velt_py.emulator.checking import RELAXED
from velt_py.models.request import Fact

if TYPE_CHECKING:
    from velt_py.emulator.routes import Route

__all__ = ["openapi_document"]

Schema = Dict[str, Any]

PLAIN = ("boolean", "integer", "number", "object", "string")

CREDENTIALS: Mapping[str, str] = {
    "apiKey": "x-velt-api-key",
    "authToken": "x-velt-auth-token",
    "workspaceId": "x-velt-workspace-id",
    "workspaceAuthToken": "x-velt-workspace-auth-token",
}

ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message"],
            "properties": {"message": {"type": "string"}, "status": {"type": "string"}, "details": {}},
        }
    },
}


def openapi_document(routes: Mapping[str, Route], version: str) -> Dict[str, Any]:
    """An OpenAPI 3.1 document of all operations: their requests, and of the answers the envelope of errors only.

    Args:
        routes: the operations by their paths.
        version: of this package.
    """
    schemes = {
        name: {"type": "apiKey", "in": "header", "name": header} for name, header in CREDENTIALS.items()
    }
    schemes["apiKeyInQuery"] = {"type": "apiKey", "in": "query", "name": "apiKey"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Velt's REST API, as the emulator of velt_py serves it",
            "version": version,
            "description": "Made from the table of operations. Fields that are not described are taken, too.",
        },
        "servers": [{"url": "/"}],
        "paths": {path: {"post": _operation(routes[path])} for path in sorted(routes)},
        "components": {"securitySchemes": schemes, "schemas": {"Error": ERROR}},
    }


def _operation(route: Route) -> Dict[str, Any]:
    fields = _fields(route)
    body: Schema = fields if route.bare else _object({"data": fields}, ["data"])
    described: Dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.name.partition(".")[0]],
        "security": _security(route),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}},
            "default": {
                "description": "Refused",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }
    if route.docs:
        described["externalDocs"] = {"url": route.docs}
    if route.deprecated:
        described["deprecated"] = True
    return described


def _security(route: Route) -> List[Dict[str, List[str]]]:
    if route.bare:
        # What calls from outside is no SDK: it tells whose it is, and signs as the trigger or the step says.
        return [{"apiKey": []}, {"apiKeyInQuery": []}]
    if route.public:
        return []
    if route.workspace:
        return [
            {"workspaceId": [], "workspaceAuthToken": []},
            {"workspaceId": [], "authToken": []},
        ]
    return [{"apiKey": [], "authToken": []}]


def _fields(route: Route) -> Schema:
    relaxed = RELAXED.get(route.name, frozenset())
    required = [name for name, fact in route.facts.items() if fact.required and name not in relaxed]
    properties = {name: schema_of(fact, name in required) for name, fact in route.facts.items()}
    return _object(properties, required)


def _object(properties: Schema, required: List[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return schema


def schema_of(fact: Fact, required: bool = False) -> Schema:
    """The schema of a field.

    Args:
        fact: what is known of it.
        required: an empty text counts as none.
    """
    kinds = [_kind(kind, fact, required) for kind in fact.type.split("|")]
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _kind(kind: str, fact: Fact, required: bool) -> Schema:
    if kind.endswith("[]") or kind == "array":
        inner = _kind(kind[:-2], Fact("any", one_of=fact.one_of), False) if kind != "array" else {}
        schema: Schema = {"type": "array", "items": inner} if inner else {"type": "array"}
        return schema if fact.most is None else {**schema, "maxItems": fact.most}
    schema = {"type": kind} if kind in PLAIN else {} if kind == "any" else {"type": "object"}
    if fact.one_of is not None:
        schema["enum"] = list(fact.one_of)
    elif kind == "string" and required:
        schema["minLength"] = 1
    return schema
