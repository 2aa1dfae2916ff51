"""Answers of the permission provider that Velt signs, for old browser SDKs."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from typing import Any, Dict, Iterator, List

import pytest

from tests.loopback import Loopback, reply
from tests.webserver import Client, velt_server
from velt_py import VeltConfigurationError, VeltSDK
from velt_py.web.handler import Handler
from velt_py.web.permissions import Decision, PermissionRoute, Resource

SIGNATURE = "0f" * 32
BEARER = {"Authorization": "Bearer secret"}


class Velt:
    """Velt's API, as far as signatures go."""

    def __init__(self) -> None:
        self.asked: List[Any] = []
        self.answer: Any = {"result": {"status": "success", "data": {"signature": SIGNATURE}}}
        self.status = 200
        self.wait = threading.Event()
        self.wait.set()

    def __call__(self, request: Any) -> Any:
        assert request.target == "/v2/auth/generate_signature"
        self.asked.append(json.loads(request.body)["data"])
        self.wait.wait(10)
        return reply(self.status, self.answer)


def can(user: str, resource: Resource) -> Any:
    return {"plan": "editor", "until": Decision(True, "viewer", 1_699_876_543_210)}.get(resource.id)


@contextlib.contextmanager
def serving(kind: str, config: Dict[str, Any], velt: Velt, **more: Any) -> Iterator[Client]:
    with Loopback(velt) as api:
        config = {
            **config,
            "apiKey": "key",
            "authToken": "auth-token",
            "apiBaseUrl": api.url,
            "http": {"retries": 0},
        }
        route = PermissionRoute(can, auth_tokens="secret", signed=True, **more)
        with velt_server(kind, config, features=[route]) as client:
            yield client


def asked(*resources: Any) -> Any:
    requests = [
        {"userId": "ana", "resource": {"id": id, "type": kind, "organizationId": "acme"}}
        for kind, id in resources
    ]
    return {"data": {"requests": requests}}


def test_an_answer_carries_what_velt_signed(kind: str, config: Dict[str, Any]) -> None:
    velt = Velt()
    questions = asked(("document", "plan"), ("folder", "other"), ("document", "until"), ("context", "plan"))
    with serving(kind, config, velt) as client:
        answer = client.post("/permissions", questions, BEARER)
    assert (answer.status, answer.json["success"], answer.json["signature"]) == (200, True, SIGNATURE)
    assert [entry["hasAccess"] for entry in answer.json["data"]] == [True, False, True, True]
    ana = {"userId": "ana", "type": "document", "hasAccess": True}
    assert velt.asked == [
        {
            "permissions": [
                {**ana, "resourceId": "plan", "accessRole": "editor"},
                {"userId": "ana", "resourceId": "other", "type": "folder", "hasAccess": False},
                {**ana, "resourceId": "until", "accessRole": "viewer", "expiresAt": 1_699_876_543_210},
            ]
        }
    ]


def test_what_velt_cannot_sign_is_answered_without_a_call(kind: str, config: Dict[str, Any]) -> None:
    velt = Velt()
    with serving(kind, config, velt) as client:
        for questions in (asked(), asked(("context", "plan"))):
            answer = client.post("/permissions", questions, BEARER)
            assert (answer.status, "signature" in answer.json) == (200, False)
        assert client.post("/permissions", asked(("document", "plan"))).status == 401
    assert velt.asked == []


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (403, {"error": {"message": "of ana@acme.example", "status": "PERMISSION_DENIED"}}),
        (200, {"result": {"status": "success", "data": {}}}),
        (200, {"result": {"status": "success", "data": {"signature": ""}}}),
        (200, {"result": {"status": "success", "data": {"signature": "<script>"}}}),
        (200, {"result": None}),
        (500, b"<html>"),
    ],
    ids=[str(at) for at in range(6)],
)
def test_an_answer_that_velt_does_not_sign_is_none(
    kind: str, config: Dict[str, Any], status: int, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    velt = Velt()
    velt.status, velt.answer = status, answer
    with serving(kind, config, velt) as client, caplog.at_level(logging.INFO, "velt_py"):
        refused = client.post("/permissions", asked(("document", "plan")), BEARER)
    found = (refused.status, refused.json["success"], refused.json["errorCode"], "data" in refused.json)
    assert found == (502, False, "SIGNATURE_ERROR", False)
    told = [vars(record) for record in caplog.records if record.getMessage() == "velt.permission.unsigned"]
    assert [record["velt_correlation"] for record in told] == [refused.json["correlationId"]]
    everything = "".join(str(vars(record)) for record in caplog.records if record.name.startswith("velt_py"))
    assert "ana@acme" not in everything + refused.body.decode()


def test_a_signature_that_is_late_is_none(kind: str, config: Dict[str, Any]) -> None:
    velt = Velt()
    velt.wait.clear()
    with serving(kind, config, velt, seconds=0.3) as client:
        refused = client.post("/permissions", asked(("document", "plan")), BEARER)
        velt.wait.set()
    assert (refused.status, refused.json["errorCode"]) == (502, "SIGNATURE_ERROR")


@pytest.mark.parametrize("missing", ["apiKey", "authToken"])
def test_signing_needs_the_credentials(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VELT_API_KEY", "VELT_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    config = {key: "a" for key in ("apiKey", "authToken") if key != missing}
    with VeltSDK.initialize(config) as sdk, pytest.raises(VeltConfigurationError, match=missing):
        Handler(sdk, features=[PermissionRoute(can, auth_tokens="secret", signed=True)])


def test_signed_is_true_or_false() -> None:
    with pytest.raises(VeltConfigurationError, match="signed"):
        PermissionRoute(can, signed="no")  # type: ignore[arg-type]
