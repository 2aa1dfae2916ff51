"""Whatever is sent, the emulator answers in Velt's words: never a failure of its own."""

from __future__ import annotations

import json
import random
from typing import Any, Dict, cast

import pytest

from velt_py.emulator import Emulator, coverage
from velt_py.models.request import Fact

HEADERS = {"x-velt-api-key": "key", "x-velt-auth-token": "token", "x-velt-workspace-id": "w"}
SCALARS = [
    "",
    "o",
    "d",
    "a",
    "root",
    "é\ud800",
    "\x1f",
    0,
    -1,
    1.5,
    10**30,
    True,
    False,
    None,
    "PENDING",
    "doc_user",
]
NAMES = [
    *(
        "organizationId",
        "documentId",
        "folderId",
        "parentFolderId",
        "userId",
        "groupId",
        "annotationId",
        "id",
    ),
    *("commentData", "commentId", "from", "status", "type", "agent", "agentSource", "reason", "confidence"),
    *(
        "visibility",
        "metadata",
        "resources",
        "expiresAt",
        "accessRole",
        "accessType",
        "key",
        "operator",
        "value",
    ),
    *(
        "featureType",
        "actionType",
        "actionUser",
        "targetEntityId",
        "timestamp",
        "createdAt",
        "readByUserIds",
        "taggedUserContacts",
        "name",
    ),
    *("email", "location", "suggestion", "all", "allDocuments", "context", "oldUser", "newUser", "provider"),
    *("emailServiceConfig", "delayConfig", "delaySeconds", "isEnabled", "permissionProviderUrl", "inbox"),
]
VALUES = [
    "text",
    "map",
    "custom",
    "comment",
    "document",
    "organization",
    "terminal",
    "velt",
    "external",
    "==",
    "in",
]


def anything(draw: random.Random, depth: int = 0) -> Any:
    kind = draw.randrange(10)
    if kind < 4 or depth > 3:
        return draw.choice(SCALARS)
    if kind < 6:
        return draw.choice(VALUES)
    if kind < 7:
        return [anything(draw, depth + 1) for _ in range(draw.randrange(3))]
    return {draw.choice(NAMES): anything(draw, depth + 1) for _ in range(draw.randrange(6))}


def fitting(draw: random.Random, fact: Fact) -> Any:
    """A value of the documented type, with anything inside."""
    type = fact.type.split("|")[0]
    if fact.one_of and draw.random() < 0.9:
        chosen = draw.choice(fact.one_of)
        return [chosen] if type.endswith("[]") else chosen
    if type.endswith("[]"):
        inner = Fact(type[:-2])
        return [fitting(draw, inner) for _ in range(draw.randrange(3))]
    if type == "string":
        return draw.choice(["o", "d", "a", "u", "root", "e@x.example", "https://x.example"])
    if type == "boolean":
        return draw.random() < 0.7
    if type in ("number", "integer"):
        return draw.choice([1, 2, 50])
    found = anything(draw, 1)
    entry: Dict[str, Any] = cast(Dict[str, Any], found) if isinstance(found, dict) else {}
    for name in ("organizationId", "documentId", "folderId", "userId", "groupId", "annotationId", "id"):
        if draw.random() < 0.6:
            entry[name] = draw.choice(["o", "d", "a", "u"])
    if draw.random() < 0.7:
        entry["commentData"] = [{"from": {"userId": "u"}, "commentText": "t"}]
        entry["from"] = {"userId": "u"}
    return entry


@pytest.mark.parametrize("seed", range(6))
def test_no_request_makes_the_emulator_fail(seed: int) -> None:
    draw = random.Random(seed)
    emulator = Emulator()
    routes = [route for route in emulator.routes.values() if route.name in coverage(emulator)["emulated"]]
    for _ in range(600):
        route = draw.choice(routes)
        data: Dict[str, Any] = {}
        for name, fact in route.facts.items():
            if fact.required or draw.random() < 0.5:
                data[name] = fitting(draw, fact) if draw.random() < 0.93 else anything(draw)
        if "createOrganization" in route.facts and draw.random() < 0.7:
            data.update(createOrganization=True, createDocument=True)
        status, _, body = emulator.handle("POST", route.path, HEADERS, json.dumps({"data": data}).encode())
        answer = json.loads(body)
        assert 200 <= status < 501
        assert "error" in answer or "result" in answer or answer["statusCode"] == 202
    for row in emulator.state.dump():
        json.dumps(row)


PLACE = {"organizationId": "o", "documentId": "d", "createOrganization": True, "createDocument": True}
ACTOR = {"userId": "u"}
ACTIVITY = {"featureType": "custom", "actionType": "run", "actionUser": ACTOR, "targetEntityId": "t"}
NOTICE = {"displayHeadlineMessageTemplate": "h", "displayBodyMessage": "b", "actionUser": ACTOR}


@pytest.mark.parametrize(
    ("path", "name", "entry", "field"),
    [
        ("activities/add", "activities", ACTIVITY, "timestamp"),
        ("activities/add", "activities", ACTIVITY, "location"),
        ("notifications/update", "notifications", {"id": "n"}, "location"),
        ("notifications/update", "notifications", {"id": "n"}, "actionUser"),
        (
            *("commentannotations/add", "commentAnnotations"),
            *({"commentData": [{"from": ACTOR, "commentText": "t"}]}, "createdAt"),
        ),
    ],
    ids=["timestamp", "place", "place of a notification", "actor", "creation"],
)
def test_a_field_of_another_type_inside_an_entry_is_refused_by_its_name(
    emulator: Emulator, path: str, name: str, entry: Dict[str, Any], field: str
) -> None:
    notice = {**PLACE, **NOTICE, "notificationId": "n"}
    emulator.handle("POST", "/v2/notifications/add", HEADERS, json.dumps({"data": notice}).encode())
    body = json.dumps({"data": {**PLACE, name: [{**entry, field: "text"}]}}).encode()
    status, _, answer = emulator.handle("POST", f"/v2/{path}", HEADERS, body)
    assert status == 400
    assert f"{field} must be of type" in json.loads(answer)["error"]["message"]
