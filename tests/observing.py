"""Calls with secrets in them against a server on the loopback interface, for the tests of what looks on at calls."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Dict, List, Sequence, Tuple

from tests.loopback import Action, Close, Request, reply
from velt_py import AsyncVeltSDK, CallEvent, VeltSDK

SECRETS = ["k3y-api", "t0ken-auth", "w0rkspace-auth", "the secret plan", "Gloria", "answer-text", "h3ader"]
NAMES = ["on_request", "on_response", "on_retry", "on_error"]
OPERATION = "organizations.getOrganizations"
PATH = "/v2/organizations/get"

Told = List[Tuple[str, CallEvent]]
Call = Callable[[Any], Any]


def get(api: Any) -> Any:
    """A read with secrets wherever a caller may put some: it may be repeated."""
    return api.organizations.getOrganizations(
        organizationIds=["Gloria", "the secret plan"], options={"headers": {"x-own": "h3ader"}}
    )


def add(api: Any) -> Any:
    """A write that may not be repeated."""
    return api.organizations.addOrganizations(
        organizations=[{"organizationId": "one", "organizationName": "Gloria"}]
    )


def exchange(kind: str, url: str, *calls: Call, **config: Any) -> List[Any]:
    """What the calls of one SDK end with, one after the other, without waits of chance."""
    whole = {
        "apiKey": "k3y-api",
        "authToken": "t0ken-auth",
        "workspaceId": "w",
        "workspaceAuthToken": "w0rkspace-auth",
        "apiBaseUrl": url,
        **config,
    }

    async def awaited() -> List[Any]:
        ended: List[Any] = []
        async with AsyncVeltSDK.initialize(whole) as sdk:
            sdk.api._client.caller._chance = lambda: 0.0
            for call in calls:
                try:
                    ended.append(await call(sdk.api))
                except Exception as error:
                    ended.append(error)
        return ended

    if kind == "async":
        return asyncio.run(awaited())
    ended: List[Any] = []
    with VeltSDK.initialize(whole) as sdk:
        sdk.api._client.caller._chance = lambda: 0.0
        for call in calls:
            try:
                ended.append(call(sdk.api))
            except Exception as error:
                ended.append(error)
    return ended


def listening() -> Tuple[Told, Dict[str, Any]]:
    """Hooks, and the list in which they keep what they are told."""
    told: Told = []

    def hook(name: str) -> Callable[[CallEvent], None]:
        return lambda event: told.append((name, event))

    return told, {name: hook(name) for name in NAMES}


def answers(*actions: Sequence[Action]) -> Callable[[Request], List[Action]]:
    """One after the other, the last one for ever."""
    left = list(actions)
    return lambda _: list(left.pop(0) if len(left) > 1 else left[0])


FINE = reply(200, {"result": {"data": {"name": "answer-text"}}}, X_Request_Id="r-2")
BUSY = reply(503, {"error": {"status": "UNAVAILABLE", "message": "answer-text"}}, X_Request_Id="r-1")
GONE: List[Action] = [Close]


def assert_no_secrets(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []
