"""The token route: what Velt is asked for, how often, and what the browser gets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterator, List, Optional

import pytest

from tests.transports import AsyncRecorder, Recorder
from tests.webserver import Client, uvicorn_server, wsgi_server
from velt_py import AsyncVeltSDK, VeltConfigurationError, VeltSDK, VeltValidationError
from velt_py.exceptions import VeltNetworkError
from velt_py.web.access import everybody
from velt_py.web.asgi import asgi_app
from velt_py.web.messages import Request
from velt_py.web.tokens import Grant, TokenRoute
from velt_py.web.wsgi import wsgi_app

CREDENTIALS = {"apiKey": "key", "authToken": "auth-token"}
ACME = {"type": "organization", "id": "acme"}
FACTS = {"name": "Ana", "email": "ana@acme.example"}


def by_user(data: Dict[str, Any]) -> Dict[str, Any]:
    return {"result": {"status": "success", "data": {"token": f"token of {data['userId']}"}}}


def signed_in(request: Request) -> Optional[str]:
    return request.headers.get("x-user")


def granted(principal: str) -> Optional[Grant]:
    return Grant(principal, [ACME], FACTS) if principal != "guest" else None


class Velt:
    """A server of the token route, and the calls that it made to Velt."""

    def __init__(self, kind: str, grant: Any = granted, answers: Any = by_user, **hooks: Any) -> None:
        self.kind = kind
        self.recorder: Any = AsyncRecorder(answers) if kind == "asgi" else Recorder(answers)
        self.hooks = {"authenticate": signed_in, "features": [TokenRoute(grant)], **hooks}

    @contextlib.contextmanager
    def serving(self, config: Dict[str, Any]) -> Iterator[Client]:
        config = {**config, **CREDENTIALS, "http": {"retries": 0}}
        if self.kind == "asgi":
            sdk = AsyncVeltSDK.initialize(config, self.recorder)
            with uvicorn_server(asgi_app(sdk, close_sdk=True, **self.hooks)) as port:
                yield Client(port)
        else:
            blocking = VeltSDK.initialize(config, self.recorder)
            with blocking, wsgi_server(wsgi_app(blocking, **self.hooks)) as port:
                yield Client(port)


def ask(client: Client, user: str = "ana", method: str = "GET", **headers: str) -> Any:
    return client.request(method, "/token", headers={"X-User": user, **headers} if user else headers)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_signed_in_user_gets_a_token_of_velt_for_what_is_granted(
    kind: str, config: Dict[str, Any], method: str
) -> None:
    velt = Velt(kind)
    with velt.serving(config) as client:
        answer = ask(client, method=method)
    assert (answer.status, answer.json) == (
        200,
        {"success": True, "statusCode": 200, "data": {"token": "token of ana"}},
    )
    assert answer.headers["cache-control"] == "no-store"
    (call,) = velt.recorder.calls
    assert call.prepared.url.endswith("/v2/auth/generate_token")
    assert call.headers["x-velt-api-key"] == "key"
    assert call.headers["x-velt-auth-token"] == "auth-token"
    assert call.data == {
        "userId": "ana",
        "userProperties": FACTS,
        "permissions": {"resources": [ACME]},
    }


def test_velt_is_asked_once_for_a_user_however_many_pages_are_opened(
    kind: str, config: Dict[str, Any]
) -> None:
    velt = Velt(kind)
    with velt.serving(config) as client:
        tokens = {ask(client, user).json["data"]["token"] for _ in range(5) for user in ("ana", "ben")}
        threads = [threading.Thread(target=ask, args=(client, "cem")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert tokens == {"token of ana", "token of ben"}
    assert sorted(call.data["userId"] for call in velt.recorder.calls) == ["ana", "ben", "cem"]


def test_a_grant_that_ends_some_time_from_now_does_not_ask_velt_each_time(
    kind: str, config: Dict[str, Any]
) -> None:
    asked: List[float] = []

    def for_an_hour(principal: str) -> Grant:
        # Every page is a little later than the one before.
        asked.append(len(asked) / 1000)
        end = datetime(2100, 1, 1, 12, 2, tzinfo=timezone.utc) + timedelta(seconds=asked[-1])
        return Grant(principal, [{**ACME, "expiresAt": end}])

    velt = Velt(kind, for_an_hour)
    with velt.serving(config) as client:
        assert [ask(client).status for _ in range(5)] == [200] * 5
    assert len(velt.recorder.calls) == 1
    end = velt.recorder.calls[0].data["permissions"]["resources"][0]["expiresAt"]
    assert end == datetime(2100, 1, 1, 12, 0, tzinfo=timezone.utc).timestamp()


def test_what_is_over_is_not_granted(kind: str, config: Dict[str, Any]) -> None:
    document = {"type": "document", "id": "plan", "organizationId": "acme", "expiresAt": time.time() - 5}

    def over(principal: str) -> Grant:
        return Grant(principal, [document] if principal == "ben" else [ACME, document])

    velt = Velt(kind, over)
    with velt.serving(config) as client:
        assert ask(client, "ana").status == 200
        assert ask(client, "ben").status == 403
    assert [call.data["permissions"]["resources"] for call in velt.recorder.calls] == [[ACME]]


def test_whoever_is_granted_nothing_or_is_not_known_gets_no_token(kind: str, config: Dict[str, Any]) -> None:
    velt = Velt(kind)
    with velt.serving(config) as client:
        refused = ask(client, "guest")
        assert (refused.status, refused.json["errorCode"]) == (403, "FORBIDDEN")
        stranger = ask(client, "")
        assert (stranger.status, stranger.headers["www-authenticate"]) == (401, "Bearer")
    assert velt.recorder.calls == []


def test_without_authenticate_nobody_gets_a_token(kind: str, config: Dict[str, Any]) -> None:
    velt = Velt(kind, authenticate=None)
    with velt.serving(config) as client:
        refused = ask(client)
    assert (refused.status, refused.json["errorCode"]) == (403, "NOT_CONFIGURED")
    assert "`authenticate`" in refused.json["error"]


def test_authorize_is_not_needed_for_tokens_and_other_routes_stay_closed(
    kind: str, config: Dict[str, Any]
) -> None:
    with Velt(kind, authenticate=everybody).serving(config) as client:
        assert client.request("GET", "/token").status == 200
        assert client.post("/comments/get", {"organizationId": "acme"}).status == 403


@pytest.mark.parametrize("origin", ["https://app.example", "https://evil.example", "null"])
def test_only_pages_of_listed_origins_get_a_token(kind: str, config: Dict[str, Any], origin: str) -> None:
    with Velt(kind, origins=["https://app.example"]).serving(config) as client:
        answer = ask(client, Origin=origin)
        known = origin == "https://app.example"
        assert answer.status == (200 if known else 403)
        assert ("access-control-allow-origin" in answer.headers) is known
        assert client.request("OPTIONS", "/token").headers["allow"] == "GET, POST, OPTIONS"


@pytest.mark.parametrize("wrong", [17, True, "ana", {"userId": "ana"}, KeyError("ana@acme.example")])
def test_a_grant_that_is_none_gives_no_token_and_is_logged(
    kind: str, config: Dict[str, Any], wrong: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def grant(principal: str) -> Any:
        if isinstance(wrong, Exception):
            raise wrong
        return wrong

    velt = Velt(kind, grant)
    with velt.serving(config) as client, caplog.at_level(logging.INFO, "velt_py"):
        answer = ask(client)
    assert (answer.status, velt.recorder.calls) == (500, [])
    failed = next(vars(each) for each in caplog.records if each.getMessage() == "velt.grant.failed")
    assert failed["velt_correlation"] == answer.json["correlationId"]
    assert "ana@acme" not in "".join(str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"status": "PERMISSION_DENIED", "message": "the key of ana@acme.example"}},
        {"result": {"status": "success", "data": {}}},
        VeltNetworkError("no connection"),
    ],
)
def test_without_an_answer_of_velt_there_is_no_token(
    kind: str, config: Dict[str, Any], answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with Velt(kind, answers=[answer]).serving(config) as client, caplog.at_level(logging.INFO, "velt_py"):
        refused = ask(client)
    assert (refused.status, refused.json["errorCode"]) == (502, "TOKEN_ERROR")
    failed = next(vars(each) for each in caplog.records if each.getMessage() == "velt.grant.unanswered")
    assert failed["velt_correlation"] == refused.json["correlationId"]
    assert "ana@acme" not in refused.body.decode() + "".join(str(vars(each)) for each in caplog.records)


def test_grant_may_be_awaited_where_something_awaits(config: Dict[str, Any]) -> None:
    async def grant(principal: str) -> Optional[Grant]:
        await asyncio.sleep(0)
        return granted(principal)

    with Velt("asgi", grant).serving(config) as client:
        assert ask(client).json["data"] == {"token": "token of ana"}
    with pytest.raises(VeltConfigurationError, match="grant: .*cannot await"), Velt("wsgi", grant).serving(
        config
    ):
        pass


@pytest.mark.parametrize("key", ["apiKey", "authToken"])
def test_a_token_route_without_credentials_is_refused_at_the_start(
    config: Dict[str, Any], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VELT_API_KEY", raising=False)
    monkeypatch.delenv("VELT_AUTH_TOKEN", raising=False)
    given = {name: value for name, value in CREDENTIALS.items() if name != key}
    with VeltSDK.initialize({**config, **given}) as sdk, pytest.raises(VeltConfigurationError, match=key):
        wsgi_app(sdk, features=[TokenRoute(granted)])


DOCUMENT = {"type": "document", "id": "plan", "organizationId": "acme"}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("", [ACME]), "userId"),
        (({"$gt": ""}, [ACME]), "userId"),
        (("ana", []), "resources"),
        (("ana", ACME), "resources"),
        (("ana", ["acme"]), "resources[0]"),
        (("ana", [{"type": "workspace", "id": "acme"}]), "resources[0].type"),
        (("ana", [ACME, {"type": "document", "id": "plan"}]), "resources[1].organizationId"),
        (("ana", [{**DOCUMENT, "accessRole": "owner"}]), "resources[0].accessRole"),
        (("ana", [{**DOCUMENT, "expiresAt": 1_795_514_400_250}]), "resources[0].expiresAt"),
        (("ana", [{**DOCUMENT, "expiresAt": datetime(2100, 1, 1)}]), "resources[0].expiresAt"),
        (("ana", [ACME], {"organizationId": "acme"}), "userProperties.organizationId"),
    ],
)
def test_a_grant_that_velt_would_not_take_is_refused_with_its_field(arguments: Any, field: str) -> None:
    with pytest.raises(VeltValidationError) as caught:
        Grant(*arguments)
    assert caught.value.field == field


def test_a_grant_is_sent_as_velt_takes_it() -> None:
    end = datetime(2100, 1, 1, tzinfo=timezone.utc)
    grant = Grant(7, [{**DOCUMENT, "id": 8, "accessRole": "viewer", "expiresAt": end}], {"isAdmin": True})
    assert grant.arguments(time.time()) == {
        "userId": "7",
        "userProperties": {"isAdmin": True},
        "permissions": {
            "resources": [
                {
                    "type": "document",
                    "id": "8",
                    "organizationId": "acme",
                    "accessRole": "viewer",
                    "expiresAt": 4_102_444_800,
                }
            ]
        },
    }
