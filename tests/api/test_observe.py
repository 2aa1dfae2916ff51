"""Hooks are told what calls do, over real connections, sync and async."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from typing import Any, List

import pytest

from tests.loopback import Loopback, reply
from tests.observing import (
    BUSY,
    FINE,
    GONE,
    NAMES,
    OPERATION,
    PATH,
    SECRETS,
    Call,
    add,
    answers,
    assert_no_secrets,
    exchange,
    get,
    listening,
)
from velt_py import AsyncVeltSDK, CallEvent
from velt_py.exceptions import VeltNetworkError, VeltTokenError


@pytest.fixture(params=["sync", "async"])
def kind(request: Any) -> str:
    return str(request.param)


def test_hooks_are_told_of_each_attempt_answer_and_wait_in_order(kind: str) -> None:
    told, hooks = listening()
    with Loopback(answers(BUSY, FINE)) as server:
        [answer] = exchange(kind, server.url, get, hooks=hooks)
    assert answer["result"]["data"] == {"name": "answer-text"}
    assert [name for name, _ in told] == [
        "on_request",
        "on_response",
        "on_retry",
        "on_request",
        "on_response",
    ]
    events = [event for _, event in told]
    assert [each.attempt for each in events] == [1, 1, 1, 2, 2]
    assert [each.status for each in events] == [None, 503, 503, None, 200]
    assert [each.request_id for each in events] == [None, "r-1", "r-1", None, "r-2"]
    assert [each.wait for each in events] == [None, 0.0, 0.0, None, None]
    assert [each.reason for each in events] == [None] * 5
    assert [each.elapsed for each in events] == sorted(each.elapsed for each in events)
    for each in events:
        assert (each.operation, each.method, each.path) == (OPERATION, "POST", PATH)
        assert each.host == server.url.partition("://")[2]


def test_an_answer_of_velt_that_is_an_error_is_an_answer_whether_it_is_raised_or_not(kind: str) -> None:
    told, hooks = listening()
    refusal = reply(403, {"error": {"status": "PERMISSION_DENIED", "message": "answer-text"}})
    with Loopback(answers(refusal)) as server:
        exchange(kind, server.url, get, hooks=hooks)
        exchange(kind, server.url, get, hooks=hooks, raiseOnError=True)
    assert [(name, event.status) for name, event in told] == [("on_request", None), ("on_response", 403)] * 2


def test_a_call_without_an_answer_ends_with_its_reason(kind: str) -> None:
    told, hooks = listening()
    with Loopback(answers(GONE)) as server:
        [error] = exchange(kind, server.url, get, hooks=hooks, http={"retries": 1})
    assert isinstance(error, VeltNetworkError)
    assert [(name, event.attempt) for name, event in told] == [
        ("on_request", 1),
        ("on_retry", 1),
        ("on_request", 2),
        ("on_error", 2),
    ]
    reasons = [event.reason for _, event in told]
    assert reasons == [None, error.message, None, error.message]
    assert [event.status for _, event in told] == [None] * 4


def test_a_call_that_may_not_be_repeated_ends_at_once(kind: str) -> None:
    told, hooks = listening()
    with Loopback(answers(GONE)) as server:
        exchange(kind, server.url, add, hooks=hooks)
    assert [name for name, _ in told] == ["on_request", "on_error"]


def test_a_call_that_cannot_leave_ends_with_its_reason(kind: str) -> None:
    told, hooks = listening()
    http = {"ca_bundle": "/nowhere/ca.pem"}
    [error] = exchange(kind, "https://127.0.0.1:1", get, hooks=hooks, http=http)
    assert [(name, event.reason) for name, event in told] == [
        ("on_request", None),
        ("on_error", error.message),
    ]


async def test_a_call_that_is_cancelled_ends_for_its_hooks_too() -> None:
    told, hooks = listening()
    with Loopback(answers([5.0])) as server:
        config = {"apiBaseUrl": server.url, "hooks": hooks}
        async with AsyncVeltSDK.initialize(config) as sdk:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(get(sdk.api), 0.2)
    assert [(name, event.reason) for name, event in told] == [
        ("on_request", None),
        ("on_error", "CancelledError"),
    ]


def test_hooks_hear_of_the_token_service_and_of_workspace_calls(kind: str) -> None:
    told, hooks = listening()
    with Loopback(answers(reply(200, {"result": {"data": {"token": "t"}}}))) as server:
        calls: List[Call] = [
            lambda api: api.tokens.getToken("one", "Gloria"),
            lambda api: api.workspace.getWorkspace(),
        ]
        exchange(kind, server.url, *calls, hooks=hooks)
    assert [event.operation for name, event in told if name == "on_response"] == [
        "token.getToken",
        "workspace.getWorkspace",
    ]
    assert_no_secrets(repr(told))


def test_a_token_that_cannot_be_had_is_told_too(kind: str) -> None:
    told, hooks = listening()
    with Loopback(answers(GONE)) as server:
        [error] = exchange(kind, server.url, lambda api: api.tokens.getToken("one", "Gloria"), hooks=hooks)
    assert isinstance(error, VeltTokenError)
    assert told[-1][0] == "on_error"


@pytest.mark.parametrize("name", NAMES)
def test_a_hook_that_fails_is_logged_and_changes_nothing(
    kind: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(event: CallEvent) -> None:
        raise ValueError("the secret plan")

    told, hooks = listening()
    caplog.set_level(logging.DEBUG, "velt_py")
    with Loopback(answers(BUSY, FINE, GONE)) as server:
        http = {"retries": 1}
        answer, error = exchange(kind, server.url, get, get, hooks={**hooks, name: failing}, http=http)
    assert answer["result"]["data"] == {"name": "answer-text"}
    assert isinstance(error, VeltNetworkError)
    others = [each for each, _ in told]
    assert name not in others
    assert set(others) == set(NAMES) - {name}
    failures = [record for record in caplog.records if record.message == "velt.hook.failed"]
    assert failures
    facts = vars(failures[0])
    assert failures[0].levelno == logging.ERROR
    assert (facts["velt_hook"], facts["velt_call"], facts["velt_error"]) == (name, OPERATION, "ValueError")
    assert facts["velt_trace"][-1].endswith(" failing")
    assert_no_secrets(repr([vars(record) for record in caplog.records]))


def test_one_hook_alone_is_enough(kind: str) -> None:
    told: List[CallEvent] = []
    with Loopback(answers(BUSY, FINE)) as server:
        exchange(kind, server.url, get, hooks={"on_retry": told.append})
    assert [event.attempt for event in told] == [1]


def test_an_event_holds_no_credentials_and_nothing_that_people_wrote(kind: str) -> None:
    told, hooks = listening()
    with Loopback(answers(BUSY, FINE, GONE)) as server:
        exchange(kind, server.url, get, get, hooks=hooks)
        assert [each for each in SECRETS[:2] if each in repr(server.requests)] == SECRETS[:2]
    assert_no_secrets(repr(told))


def test_an_event_cannot_be_changed() -> None:
    event = CallEvent(OPERATION, "POST", "api.example", PATH, 1, 0.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.attempt = 2  # type: ignore[misc]
