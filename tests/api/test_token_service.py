"""getToken against a real server: what is sent, what is answered, and what is raised."""

from __future__ import annotations

import asyncio
import json
import pickle
import warnings
from typing import Any, Dict, Iterator, List

import pytest

from tests.loopback import Action, Close, Loopback, Request, reply
from velt_py.api.messages import Prepared, Reply
from velt_py.exceptions import (
    VeltConfigurationError,
    VeltDependencyError,
    VeltNetworkError,
    VeltTokenError,
    VeltValidationError,
)
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.services.api.token_service import TokenService

KEY, AUTH = "key-1", "auth-s3cret"
GOOD = {"result": {"status": "success", "message": "ok", "data": {"token": "T"}}}


@pytest.fixture
def velt() -> Iterator[Loopback]:
    with Loopback(lambda _: reply(200, GOOD)) as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def kind(request: Any) -> str:
    return str(request.param)


def get(kind: str, url: str, *args: Any, config: Any = None, transport: Any = None, **kwargs: Any) -> Any:
    """getToken through either SDK."""
    settings = {"apiKey": KEY, "authToken": AUTH, "apiBaseUrl": url, "http": {"retries": 0}, **(config or {})}

    async def awaited() -> Any:
        async with AsyncVeltSDK.initialize(settings, transport) as sdk:
            return await sdk.selfHosting.token.getToken(*args, **kwargs)

    if kind == "async":
        return asyncio.run(awaited())
    with VeltSDK.initialize(settings, transport) as sdk:
        return sdk.selfHosting.token.getToken(*args, **kwargs)


def test_a_token_is_asked_for_and_returned(kind: str, velt: Loopback) -> None:
    assert get(kind, velt.url, "acme", "u-1") == {"success": True, "data": {"token": "T"}}
    [request] = velt.requests
    assert (request.method, request.target) == ("POST", "/v2/auth/token/get")
    assert json.loads(request.body) == {
        "data": {"userId": "u-1", "userProperties": {"organizationId": "acme"}}
    }
    headers = {
        name: request.headers[name] for name in ("content-type", "x-velt-api-key", "x-velt-auth-token")
    }
    assert headers == {"content-type": "application/json", "x-velt-api-key": KEY, "x-velt-auth-token": AUTH}


def test_everything_that_is_given_is_sent(kind: str, velt: Loopback) -> None:
    permissions = {"resources": [{"type": "document", "id": "d", "accessRole": None}]}
    get(kind, velt.url, "acme", "u-1", "a@x.example", False, "Änn", permissions)
    assert json.loads(velt.requests[0].body) == {
        "data": {
            "userId": "u-1",
            "userProperties": {
                "organizationId": "acme",
                "email": "a@x.example",
                "isAdmin": False,
                "name": "Änn",
            },
            "permissions": permissions,
        }
    }


def answered(kind: str, actions: List[Action], **more: Any) -> Any:
    with Loopback(lambda _: actions) as server:
        return get(kind, server.url, "acme", "u-1", **more)


REFUSED = {"error": {"message": "no such key", "status": "PERMISSION_DENIED"}}


@pytest.mark.parametrize(
    ("actions", "code", "text"),
    [
        (reply(403, REFUSED), "VELT_API_ERROR", "no such key"),
        (reply(500, {"error": "plain"}), "VELT_API_ERROR", "500"),
        (reply(404), "VELT_API_ERROR", "404"),
        (reply(400, [1]), "VELT_API_ERROR", "400"),
        (reply(200, {}), "NO_TOKEN", "token"),
        (reply(200, {"result": None}), "NO_TOKEN", "token"),
        (reply(200, {"result": {"data": {"token": ""}}}), "NO_TOKEN", "token"),
        (reply(200, {"result": {"data": {"token": 5}}}), "NO_TOKEN", "token"),
    ],
)
def test_a_refusal_of_velt_is_answered(kind: str, actions: List[Action], code: str, text: str) -> None:
    answer = answered(kind, actions)
    assert sorted(answer) == ["error", "errorCode", "success"]
    assert (answer["success"], answer["errorCode"]) == (False, code)
    assert text in answer["error"]


@pytest.mark.parametrize(
    ("actions", "text"),
    [
        (reply(502, b"<html>"), "HTTP status 502 is no JSON"),
        (reply(200, b"<html>"), "HTTP status 200 is no JSON"),
        (reply(200, b""), "empty"),
        (reply(302, {}, Location="https://evil.example"), "redirect"),
        ([Close], "network error"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", Close], "network error"),
    ],
)
def test_no_usable_answer_raises_with_the_real_reason_and_no_secret(
    kind: str, actions: List[Action], text: str
) -> None:
    with pytest.raises(VeltTokenError, match=text) as caught:
        answered(kind, actions)
    error: Any = caught.value
    while error is not None:
        assert AUTH not in f"{error} {error!r} {vars(error)}"
        error = error.__cause__ or error.__context__
    copied = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert str(copied) == str(caught.value)


def test_velt_out_of_reach_raises_with_the_real_reason(kind: str) -> None:
    with pytest.raises(VeltTokenError, match="Connection refused") as caught:
        get(kind, "http://127.0.0.1:1", "acme", "u-1")
    assert isinstance(caught.value.__cause__, VeltNetworkError)


@pytest.mark.parametrize("organization", ["", None, 5, [], {"$ne": 1}])
def test_without_an_organization_nothing_is_sent(kind: str, velt: Loopback, organization: Any) -> None:
    with pytest.raises(VeltValidationError) as caught:
        get(kind, velt.url, organization, "u-1")
    assert caught.value.field == "organizationId"
    assert velt.requests == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"userId": ["u"]}, "userId"),
        ({"userId": True}, "userId"),
        ({"userId": {"a": 1}}, "userId"),
        ({"email": 5}, "email"),
        ({"name": ["x"]}, "name"),
        ({"permissions": {1, 2}}, "permissions"),
        ({"permissions": float("nan")}, "permissions"),
        ({"permissions": {"a": object()}}, "permissions"),
    ],
)
def test_an_argument_that_cannot_be_sent_is_named(
    kind: str, velt: Loopback, arguments: Dict[str, Any], field: str
) -> None:
    with pytest.raises(VeltValidationError) as caught:
        get(kind, velt.url, **{"organizationId": "acme", "userId": "u-1", **arguments})
    assert caught.value.field == field
    assert velt.requests == []


@pytest.mark.parametrize("user", ["", None])
def test_without_a_user_the_answer_says_so(kind: str, velt: Loopback, user: Any) -> None:
    answer = get(kind, velt.url, "acme", user)
    assert (answer["success"], answer["errorCode"]) == (False, "INVALID_INPUT")
    assert velt.requests == []


@pytest.mark.parametrize(
    "config",
    [
        {"apiKey": None},
        {"authToken": None},
        {"authToken": "a\r\nx: y"},
        {"apiKey": "ключ"},
        {"apiKey": "a\0"},
    ],
)
def test_without_usable_credentials_the_answer_says_which_are_missing(
    kind: str, velt: Loopback, config: Dict[str, Any]
) -> None:
    answer = get(kind, velt.url, "acme", "u-1", config=config)
    assert (answer["success"], answer["errorCode"]) == (False, "CONFIG_ERROR")
    assert next(iter(config)) in answer["error"]
    assert "x: y" not in answer["error"]
    assert velt.requests == []


def test_what_is_answered_is_raised_when_the_configuration_asks_for_it(kind: str, velt: Loopback) -> None:
    raising = {"raiseOnError": True}
    with pytest.raises(VeltValidationError):
        get(kind, velt.url, "acme", "", config=raising)
    with pytest.raises(VeltConfigurationError):
        get(kind, velt.url, "acme", "u-1", config={**raising, "apiKey": None})
    with pytest.raises(VeltTokenError, match="no such key") as caught:
        answered(kind, reply(403, REFUSED), config=raising)
    assert caught.value.code == "VELT_API_ERROR"
    assert get(kind, velt.url, "acme", "u-1", config=raising)["success"]


def test_a_passing_failure_is_retried(kind: str) -> None:
    answers = iter([reply(503, {}, Retry_After_Ms="1"), [Close], reply(200, GOOD)])

    def answer(_: Request) -> List[Action]:
        return next(answers)

    with Loopback(answer) as server:
        assert get(kind, server.url, "acme", "u-1", config={"http": {"retries": 2}})["success"]
        assert len(server.requests) == 3


def test_many_tokens_need_one_connection(velt: Loopback) -> None:
    with VeltSDK.initialize({"apiKey": KEY, "authToken": AUTH, "apiBaseUrl": velt.url}) as sdk:
        for number in range(20):
            assert sdk.selfHosting.token.getToken("acme", f"u-{number}")["success"]
    assert (len(velt.requests), velt.connections) == (20, 1)


class Canned:
    """A transport of the caller's own."""

    def __init__(self) -> None:
        self.sent: List[Prepared] = []
        self.closed = 0

    def send(self, prepared: Prepared) -> Reply:
        self.sent.append(prepared)
        return Reply(200, {}, json.dumps(GOOD).encode())

    def close(self) -> None:
        self.closed += 1


class AwaitedCanned(Canned):
    async def send(self, prepared: Prepared) -> Reply:  # type: ignore[override]
        return Canned.send(self, prepared)

    async def close(self) -> None:  # type: ignore[override]
        Canned.close(self)


def test_any_object_with_send_and_close_can_carry_the_calls(kind: str) -> None:
    transport = Canned() if kind == "sync" else AwaitedCanned()
    assert get(kind, "https://api.example", "acme", "u-1", transport=transport)["success"]
    assert [prepared.url for prepared in transport.sent] == ["https://api.example/v2/auth/token/get"]
    assert transport.closed == 1
    assert AUTH not in repr(transport.sent)


# The published way to make it


def test_the_service_can_be_made_by_itself(velt: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TokenService.VELT_API_URL == "https://api.velt.dev/v2/auth/token/get"
    monkeypatch.setattr(TokenService, "VELT_API_URL", f"{velt.url}/patched")
    service = TokenService(KEY, AUTH)
    assert service.getToken("acme", "u-1") == {"success": True, "data": {"token": "T"}}
    service.close()
    assert velt.requests[0].target == "/patched"
    assert AUTH not in repr(service)


def test_the_environment_names_the_base_url(velt: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VELT_API_BASE_URL", velt.url)
    assert TokenService(KEY, AUTH).getToken("acme", "u-1")["success"]
    assert velt.requests[0].target == "/v2/auth/token/get"


def test_sdk_api_token_is_the_same_service_and_deprecated() -> None:
    with VeltSDK.initialize({}) as sdk:
        with pytest.warns(DeprecationWarning, match=r"sdk\.selfHosting\.token"):
            service = sdk.api.token
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert sdk.selfHosting.token is service


async def test_without_aiohttp_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "aiohttp", None)
    async with AsyncVeltSDK.initialize({"apiKey": KEY, "authToken": AUTH}) as sdk:
        with pytest.raises(VeltDependencyError, match=r'pip install "velt-py\[async\]"'):
            await sdk.selfHosting.token.getToken("acme", "u-1")
