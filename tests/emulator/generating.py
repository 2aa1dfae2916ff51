"""Requests that schemathesis makes from the emulator's own document, and an emulator in which they find something.

The document says of an object that it is one. What is made from that alone is refused at the first field that is
missing, so what the walk sends fills it in: the same fields with other values, and the ids of what is there.
"""

from __future__ import annotations

import copy
import json
from typing import Any, Dict, List, Mapping, Optional, Tuple, cast

import schemathesis

from tests.emulator.controlling import sdk_over
from tests.emulator.filling import filled
from tests.emulator.walk import DELETING, Sample, prepared, samples, walked
from velt_py.emulator import Emulator

__all__ = ["HEADERS", "furnished", "operations", "refurnish", "written"]

HEADERS = {
    "x-velt-api-key": "key",
    "x-velt-auth-token": "token",
    "x-velt-workspace-id": "workspace",
    "x-velt-workspace-auth-token": "token-of-the-workspace",
}
FURNISHED, MARKER = "furnished", "walker"
IDS, ANOTHER = ("Id", "id"), "another"
PLACES = ("pageToken", "cursor", "iterator")
"""Fields that only an answer gives; any other text is refused before anything is done."""
STAND_IN, HALF_A_PAIR = "\ue000", b"\\ud83d"
"""Schemathesis cannot hold half a surrogate pair, JSON can: it is put in when a request is written."""
TEXTS = (f"Ünï ✓ 👍🏽 {STAND_IN} <b>{{{{x}}}}</b> %s \\", "a\x00b\x1fc", "ß" * 3_000, "0")
"""What people write that not everything takes."""

Schema = Dict[str, Any]


def furnished() -> Tuple[Emulator, Dict[str, Any]]:
    """An emulator that has one of everything, and what its answers named."""
    emulator = Emulator()
    key, token, workspace, workspace_token = HEADERS.values()
    config = {
        "apiKey": key,
        "authToken": token,
        "workspaceId": workspace,
        "workspaceAuthToken": workspace_token,
    }
    kept: Dict[str, Any] = {"own": key, "token": token}
    prepared(emulator, key, MARKER)
    api = sdk_over(emulator, **config).api
    for _ in walked(emulator, api, kept, [each for each in samples(MARKER) if each.name not in DELETING]):
        pass
    emulator.state.keep_snapshot(None, FURNISHED)
    return emulator, kept


def refurnish(emulator: Emulator) -> None:
    """Put back what a test changed, so that none depends on those before it."""
    assert emulator.state.restore_snapshot(None, FURNISHED)


def operations(document: Mapping[str, Any], kept: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
    """Schemathesis' operations by their paths, without credentials, which every call here has: else much of what is
    sent is only not signed.

    Args:
        document: the emulator's.
        kept: as `furnished` gave it, to fill in what the walk sends; the document as it is without it.
    """
    sent = {each.name: each for each in samples(MARKER)}
    paths: Dict[str, Any] = {}
    for path, entry in document["paths"].items():
        post = {**copy.deepcopy(entry["post"]), "security": []}
        body = post["requestBody"]["content"]["application/json"]["schema"]
        fields = body["properties"].get("data", body)
        if kept is not None and post["operationId"] in sent:
            _fill(fields, sent[post["operationId"]], kept)
        paths[path] = {"post": post}
    components = {"schemas": document["components"]["schemas"]}
    schema = schemathesis.openapi.from_dict({**document, "paths": paths, "components": components})
    return {result.ok().path: result.ok() for result in schema.get_all_operations()}


def written(case: Any) -> Tuple[Dict[str, str], bytes]:
    """The headers and the body of a request of schemathesis'."""
    sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
    body = json.dumps(sent["json"]).encode() if "json" in sent else sent.get("data") or b""
    headers = {str(name): str(value) for name, value in sent["headers"].items()}
    return {**headers, **HEADERS}, body.replace(json.dumps(STAND_IN)[1:-1].encode(), HALF_A_PAIR)


def _fill(fields: Schema, sample: Sample, kept: Mapping[str, Any]) -> None:
    described: Schema = fields["properties"]
    for name in PLACES:
        described.pop(name, None)
    makes = sample.name.partition(".")[2].startswith(("add", "create"))
    for name, value in filled(sample.fields, kept).items():
        if name in described and "enum" not in described[name]:
            most = {key: described[name][key] for key in ("maxItems",) if key in described[name]}
            described[name] = {**_like(value, makes), **most}
    fields["required"] = sorted({*fields.get("required", []), *sample.fields} & set(described))
    fields["additionalProperties"] = False


def _like(value: Any, makes: bool) -> Schema:
    """A schema of values like one. Ids, words and addresses stay: others are refused. Sentences are other ones, and
    need not be there.

    Args:
        value: what the walk sends.
        makes: whether ids of its entries are those of something new, too.
    """
    if isinstance(value, dict):
        entries = cast(Dict[str, Any], value)
        properties = {each: _like(inner, makes) for each, inner in entries.items()}
        if makes:
            properties.update(
                {each: {"enum": [entries[each], ANOTHER]} for each in entries if each.endswith(IDS)}
            )
        needed = sorted(each for each, inner in entries.items() if not _sentence(inner))
        return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}
    if isinstance(value, list):
        kinds: List[Schema] = [_like(each, makes) for each in cast(List[Any], value)]
        return {"type": "array", "items": {"anyOf": kinds} if kinds else {}, "minItems": 1 if kinds else 0}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, (int, float)):
        return {"anyOf": [{"const": value}, {"type": "integer"}]}
    return {"enum": list(TEXTS)} if _sentence(value) else {"const": value}


def _sentence(value: Any) -> bool:
    return isinstance(value, str) and " " in value
