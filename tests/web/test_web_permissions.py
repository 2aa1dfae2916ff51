"""The permission provider: what Velt's servers post, and what they get."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Mapping, Optional

import pytest

from tests.webserver import Answer, Client, velt_server
from velt_py import VeltConfigurationError, VeltSDK, VeltValidationError
from velt_py.web.handler import Handler
from velt_py.web.permissions import Decision, PermissionRoute, Question, Resource

TOKEN = "the token of the provider"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def resource(id: str = "plan", type: str = "document", **more: Any) -> Dict[str, Any]:
    return {"id": id, "type": type, "source": "setDocuments", "organizationId": "acme", **more}


def asked(*resources: Mapping[str, Any], user: str = "ana") -> Dict[str, Any]:
    return {"data": {"requests": [{"userId": user, "resource": each} for each in resources]}}


def provider(kind: str, config: Mapping[str, Any], can: Any = None, **more: Any) -> Any:
    feature = PermissionRoute(can, **{"auth_tokens": TOKEN, **more})
    return velt_server(kind, config, features=[feature])


def decided(client: Client, body: Any, headers: Optional[Mapping[str, str]] = None) -> List[Dict[str, Any]]:
    answer = client.post("/permissions", body, headers or BEARER)
    assert answer.status == 200, answer.body
    assert {key: answer.json[key] for key in ("success", "statusCode", "message")} == {
        "success": True,
        "statusCode": 200,
        "message": "ok",
    }
    return list(answer.json["data"])


def refused(answer: Answer, status: int, word: str = "") -> None:
    assert (answer.status, answer.json["statusCode"], answer.json["success"]) == (status, status, False)
    assert word in answer.json["error"]


def by_name(user: str, resource: Resource) -> Any:
    """Answers in every way that there is."""
    answers: Dict[str, Any] = {
        "viewer": "viewer",
        "editor": "editor",
        "true": True,
        "false": False,
        "none": None,
        "until": Decision(True, "viewer", 1_699_876_543_210),
        "not until": Decision(False, None, 1_699_876_543_210),
    }
    return answers[resource.id]


async def by_name_awaited(user: str, resource: Resource) -> Any:
    await asyncio.sleep(0)
    return by_name(user, resource)


def every_by_name(questions: List[Question]) -> List[Any]:
    return [by_name(*question) for question in questions]


NAMES = ["until", "viewer", "none", "editor", "true", "not until", "false"]


@pytest.mark.parametrize("way", ["can", "can_all", "awaited", "at once"])
def test_every_request_is_answered_in_the_order_asked(kind: str, config: Dict[str, Any], way: str) -> None:
    ways: Dict[str, Dict[str, Any]] = {
        "can": {"can": by_name},
        "can_all": {"can_all": every_by_name},
        "awaited": {"can": by_name_awaited if kind == "asgi" else by_name},
        "at once": {"can": by_name, "at_once": 5},
    }
    with provider(kind, config, **ways[way]) as client:
        data = decided(client, asked(*[resource(name) for name in NAMES]))
    same = {"userId": "ana", "type": "document", "organizationId": "acme"}
    until = {"expiresAt": 1_699_876_543_210}
    assert data == [
        {**same, "resourceId": "until", "hasAccess": True, "accessRole": "viewer", **until},
        {**same, "resourceId": "viewer", "hasAccess": True, "accessRole": "viewer"},
        {**same, "resourceId": "none", "hasAccess": False},
        {**same, "resourceId": "editor", "hasAccess": True, "accessRole": "editor"},
        {**same, "resourceId": "true", "hasAccess": True},
        {**same, "resourceId": "not until", "hasAccess": False, **until},
        {**same, "resourceId": "false", "hasAccess": False},
    ]


def test_the_function_is_told_what_was_asked_and_ids_are_repeated_unread(
    kind: str, config: Dict[str, Any]
) -> None:
    told: List[Any] = []

    def can(user: str, resource: Resource) -> str:
        told.append((user, resource))
        return "editor"

    id = '{"widgetId":1}'
    context = resource(id, "context", context={"access": {"widgetId": 1}})
    with provider(kind, config, can) as client:
        data = decided(
            client,
            asked(resource(parentFolderId="f"), context, resource("acme", "organization", source="identify")),
        )
        numbers = decided(client, asked(resource(7, "folder"), user=8))  # type: ignore[arg-type]
    assert told == [
        ("ana", Resource("document", "plan", "acme", "setDocuments", "f")),
        ("ana", Resource("context", id, "acme", "setDocuments", None, {"access": {"widgetId": 1}})),
        ("ana", Resource("organization", "acme", "acme", "identify")),
        ("8", Resource("folder", "7", "acme", "setDocuments")),
    ]
    assert [entry["resourceId"] for entry in data] == ["plan", id, "acme"]
    # A role is for documents.
    assert ["accessRole" in entry for entry in data] == [True, False, False]
    assert (numbers[0]["userId"], numbers[0]["resourceId"]) == (8, 7)


def test_a_kind_of_resource_that_is_not_known_is_denied_and_nobody_is_asked(
    kind: str, config: Dict[str, Any]
) -> None:
    with provider(kind, config, lambda user, resource: True) as client:
        data = decided(client, asked(resource("w", "workspace"), resource("plan")))
    assert [(entry["type"], entry["hasAccess"]) for entry in data] == [
        ("workspace", False),
        ("document", True),
    ]


def test_an_empty_list_is_answered_with_an_empty_list(kind: str, config: Dict[str, Any]) -> None:
    with provider(kind, config, by_name) as client:
        assert decided(client, asked()) == []


# Errors deny


@pytest.mark.parametrize("wrong", [17, "owner", {"hasAccess": True}, object(), ["editor"], 1])
def test_an_answer_that_is_none_denies(kind: str, config: Dict[str, Any], wrong: Any) -> None:
    def can(user: str, resource: Resource) -> Any:
        return "editor" if resource.id == "plan" else wrong

    with provider(kind, config, can) as client:
        data = decided(client, asked(resource("wrong"), resource()))
    assert [entry["hasAccess"] for entry in data] == [False, True]


def test_a_function_that_fails_denies_this_item_and_its_text_stays_out_of_the_log(
    kind: str, config: Dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    def can(user: str, resource: Resource) -> str:
        if resource.id == "secret":
            raise KeyError("ana@acme.example")
        return "viewer"

    with provider(kind, config, can) as client, caplog.at_level(logging.INFO, "velt_py"):
        data = decided(client, asked(resource(), resource("secret"), resource("other")))
    assert [entry["hasAccess"] for entry in data] == [True, False, True]
    failed = [vars(record) for record in caplog.records if record.getMessage() == "velt.permission.failed"]
    assert [record["velt_error"] for record in failed] == ["KeyError"]
    everything = "".join(str(vars(record)) for record in caplog.records)
    assert "ana@acme" not in everything
    assert TOKEN not in everything


@pytest.mark.parametrize("answers", [None, "editor", ["editor"], ["editor"] * 3, {"plan": "editor"}])
def test_a_bulk_function_that_does_not_answer_each_question_denies_all(
    kind: str, config: Dict[str, Any], answers: Any
) -> None:
    with provider(kind, config, can_all=lambda questions: answers) as client:
        data = decided(client, asked(resource(), resource("b")))
    assert [entry["hasAccess"] for entry in data] == [False, False]


@pytest.mark.parametrize("awaited", [False, True])
def test_what_is_not_answered_in_time_is_denied_and_the_rest_is_answered(
    kind: str, config: Dict[str, Any], awaited: bool
) -> None:
    stop = threading.Event()

    def can(user: str, resource: Resource) -> str:
        if resource.id == "slow":
            stop.wait(30)
        return "editor"

    async def can_awaited(user: str, resource: Resource) -> str:
        if resource.id == "slow":
            await asyncio.sleep(30)
        return "editor"

    chosen = can_awaited if awaited and kind == "asgi" else can
    started = time.monotonic()
    with provider(kind, config, chosen, seconds=0.2) as client:
        data = decided(client, asked(resource(), resource("slow")))
        stop.set()
    assert [entry["hasAccess"] for entry in data] == [True, False]
    assert time.monotonic() - started < 10


def test_a_function_that_hangs_denies_without_holding_up_other_requests(
    kind: str, config: Dict[str, Any]
) -> None:
    stop = threading.Event()
    with provider(kind, config, lambda user, resource: stop.wait(30), seconds=0.1, at_once=50) as client:
        started = time.monotonic()
        for _ in range(3):
            data = decided(client, asked(*[resource(str(number)) for number in range(60)]))
            assert {entry["hasAccess"] for entry in data} == {False}
        assert client.request("GET", "/healthz").status == 200
        stop.set()
    assert time.monotonic() - started < 10


def test_questions_are_asked_at_the_same_time_where_that_is_wanted(kind: str, config: Dict[str, Any]) -> None:
    meeting = threading.Barrier(4, timeout=20)

    def can(user: str, resource: Resource) -> str:
        meeting.wait()
        return "viewer"

    with provider(kind, config, can, at_once=4, seconds=30) as client:
        data = decided(client, asked(*[resource(str(number)) for number in range(4)]))
    assert all(entry["hasAccess"] for entry in data)


# Who may ask


def test_only_who_has_one_of_the_tokens_is_answered(kind: str, config: Dict[str, Any]) -> None:
    with provider(kind, config, by_name, auth_tokens=["old", None, "new", ""]) as client:
        body = asked(resource("viewer"))
        for token in ("old", "new"):
            assert decided(client, body, {"Authorization": f"Bearer {token}"})[0]["hasAccess"]
        for wrong in (
            {},
            {"Authorization": "Bearer "},
            {"Authorization": "old"},
            {"Authorization": "Bearer ol"},
        ):
            answer = client.post("/permissions", body, wrong)
            refused(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("tokens", [(), None, "", [None, ""]])
def test_without_a_token_nobody_is_answered(kind: str, config: Dict[str, Any], tokens: Any) -> None:
    with provider(kind, config, by_name, auth_tokens=tokens) as client:
        refused(client.post("/permissions", asked(resource("viewer"))), 403, "auth_tokens")
        refused(client.post("/permissions", asked(resource("viewer")), {"Authorization": "Bearer "}), 403)


def test_the_tokens_stay_out_of_the_repr() -> None:
    assert TOKEN not in repr(PermissionRoute(by_name, auth_tokens=TOKEN))


# What is accepted


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "data"),
        ({"data": []}, "data"),
        ({"data": {}}, "data.requests"),
        ({"data": {"requests": {}}}, "data.requests"),
        ({"data": {"requests": [None]}}, "data.requests[0]"),
        ({"data": {"requests": [{"userId": "u"}]}}, "data.requests[0].resource"),
        (asked({**resource(), "id": {"$gt": ""}}), "data.requests[0].resource.id"),
        (
            asked(resource(), {**resource(), "organizationId": None}),
            "data.requests[1].resource.organizationId",
        ),
        (asked(resource(), user=["ana"]), "data.requests[0].userId"),  # type: ignore[arg-type]
        (asked({**resource(), "type": True}), "data.requests[0].resource.type"),
        (asked(resource("a\0b")), "data.requests[0].resource.id"),
        (asked(resource("x" * 20_000)), "data.requests[0].resource.id"),
        (asked(resource(context=[1])), "data.requests[0].resource.context"),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_with_its_field(
    config: Dict[str, Any], body: Any, field: str
) -> None:
    with provider("wsgi", config, by_name) as client:
        refused(client.post("/permissions", body, BEARER), 400, f"{field}:")


def test_too_much_at_once_is_refused(kind: str, config: Dict[str, Any]) -> None:
    with provider(kind, config, by_name) as client:
        refused(client.post("/permissions", asked(*[resource()] * 1001), BEARER), 413, "1000")
        refused(client.post("/permissions", b" " * 1_100_000, BEARER), 413, "bytes")
        refused(client.request("POST", "/permissions", b"{}", BEARER), 415)


# Times


def test_times_are_sent_in_milliseconds() -> None:
    moment = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))
    assert Decision(True, expiresAt=moment).expiresAt == 1_795_514_400_250
    assert Decision(True, expiresAt=1_795_514_400_250).expiresAt == 1_795_514_400_250


@pytest.mark.parametrize(
    ("moment", "word"),
    [
        (1_795_514_400, "seconds"),
        (0, "seconds"),
        (10**17, "no such time"),
        (1.5e12, "whole"),
        (True, "whole"),
        ("2026-11-24", "whole"),
        (datetime(2026, 11, 24), "time zone"),
    ],
)
def test_a_time_that_could_be_meant_otherwise_is_refused(moment: Any, word: str) -> None:
    with pytest.raises(VeltValidationError, match=f"expiresAt: .*{word}"):
        Decision(True, expiresAt=moment)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "can"),
        ({"can": by_name, "can_all": every_by_name}, "can"),
        ({"can": by_name, "seconds": 0}, "seconds"),
        ({"can": by_name, "at_once": 0}, "at_once"),
        ({"can": by_name, "auth_tokens": [17]}, "auth_tokens"),
        ({"can": by_name, "auth_tokens": " x"}, "auth_tokens"),
    ],
)
def test_a_provider_that_cannot_work_is_refused_at_the_start(arguments: Any, field: str) -> None:
    with pytest.raises(VeltConfigurationError, match=f"^{field}: "):
        PermissionRoute(**arguments)


def test_a_function_to_await_is_refused_where_nothing_can_await(config: Dict[str, Any]) -> None:
    with VeltSDK.initialize(config) as sdk:
        with pytest.raises(VeltConfigurationError, match="can: .*cannot await"):
            Handler(sdk, features=[PermissionRoute(by_name_awaited)])
        with pytest.raises(VeltConfigurationError, match="can_all: a function"):
            Handler(sdk, features=[PermissionRoute(can_all="every")])  # type: ignore[arg-type]


def test_the_answer_holds_nothing_but_what_is_documented(kind: str, config: Dict[str, Any]) -> None:
    with provider(kind, config, by_name) as client:
        answer = client.post("/permissions", asked(resource("viewer")), BEARER)
    assert set(answer.json) == {"data", "success", "statusCode", "message"}
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.body) == answer.json
