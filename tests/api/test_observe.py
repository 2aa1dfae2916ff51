"""Hooks, spans and metrics of calls, over real connections, sync and async."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.loopback import Action, Close, Loopback, Request, reply
from velt_py import AsyncVeltSDK, CallEvent, VeltSDK
from velt_py.api import observe
from velt_py.api.otel import BUCKETS, SUPPRESS, Telemetry
from velt_py.exceptions import VeltNetworkError, VeltTokenError

SECRETS = ["k3y-api", "t0ken-auth", "w0rkspace-auth", "the secret plan", "Gloria", "answer-text", "h3ader"]
NAMES = ["on_request", "on_response", "on_retry", "on_error"]
OPERATION = "organizations.getOrganizations"
PATH = "/v2/organizations/get"
ROOT = Path(__file__).resolve().parents[2]

Told = List[Tuple[str, CallEvent]]
Call = Callable[[Any], Any]


@pytest.fixture(params=["sync", "async"])
def kind(request: Any) -> str:
    return str(request.param)


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


# Hooks


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


def assert_no_secrets(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


# OpenTelemetry


class Collected:
    """What the SDK of OpenTelemetry got."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader])

    def spans(self) -> List[ReadableSpan]:
        """In the order in which they began."""
        return sorted(self.exporter.get_finished_spans(), key=lambda each: each.start_time or 0)

    def metrics(self) -> List[Any]:
        data: Any = self.reader.get_metrics_data()
        if data is None:
            return []
        [resource] = data.resource_metrics
        [scope] = resource.scope_metrics
        assert (scope.scope.name, bool(scope.scope.version)) == ("velt_py", True)
        return list(scope.metrics)

    def points(self) -> List[Tuple[Dict[str, Any], int]]:
        """Attributes and count of each row of the one histogram."""
        [metric] = self.metrics()
        assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
        return [(dict(each.attributes), each.count) for each in metric.data.data_points]


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collected]:
    made = Collected()
    monkeypatch.setattr(observe._Found, "looked", True)
    monkeypatch.setattr(observe._Found, "telemetry", Telemetry(made.tracers, made.meters))
    before = context.get_current()
    yield made
    assert context.get_current() is before
    made.tracers.shutdown()
    made.meters.shutdown()


def facts_of(span: ReadableSpan) -> Dict[str, Any]:
    return dict(span.attributes or {})


def test_a_call_is_a_span_and_each_attempt_a_span_below_it(kind: str, collected: Collected) -> None:
    with Loopback(answers(BUSY, FINE)) as server:
        exchange(kind, server.url, get)
    call, first, second = collected.spans()
    assert (call.name, call.kind, call.parent) == (f"velt.{OPERATION}", trace.SpanKind.INTERNAL, None)
    assert facts_of(call) == {"velt.operation": OPERATION}
    assert call.status.status_code is trace.StatusCode.UNSET
    common = {
        "http.request.method": "POST",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.full": server.url + PATH,
        "velt.operation": OPERATION,
    }
    for span in (first, second):
        assert (span.name, span.kind) == (f"POST {PATH}", trace.SpanKind.CLIENT)
        assert span.parent is not None
        assert span.parent.span_id == call.context.span_id
    assert facts_of(first) == {**common, "http.response.status_code": 503, "error.type": "503"}
    assert (first.status.status_code, first.status.description) == (trace.StatusCode.ERROR, None)
    assert facts_of(second) == {**common, "http.response.status_code": 200, "http.request.resend_count": 1}
    assert second.status.status_code is trace.StatusCode.UNSET
    scope = call.instrumentation_scope
    assert scope is not None
    assert (scope.name, bool(scope.version)) == ("velt_py", True)
    assert str(scope.schema_url).startswith("https://opentelemetry.io/schemas/1.")


def test_each_attempt_is_measured_in_seconds_with_few_attributes(kind: str, collected: Collected) -> None:
    with Loopback(answers(BUSY, FINE)) as server:
        exchange(kind, server.url, get, get)
    common = {
        "http.request.method": "POST",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "velt.operation": OPERATION,
    }
    refused = {**common, "http.response.status_code": 503, "error.type": "503"}
    fine = {**common, "http.response.status_code": 200}
    points = collected.points()
    assert sorted(points, key=lambda each: each[1]) == [(refused, 1), (fine, 2)]
    [metric] = collected.metrics()
    assert all(0 < point.sum < 10 for point in metric.data.data_points)


def test_the_buckets_are_those_that_the_conventions_advise(collected: Collected) -> None:
    with Loopback(answers(FINE)) as server:
        exchange("sync", server.url, get)
    [metric] = collected.metrics()
    [point] = metric.data.data_points
    assert tuple(point.explicit_bounds) == BUCKETS


def test_a_call_without_an_answer_is_an_error_of_both_spans(kind: str, collected: Collected) -> None:
    with Loopback(answers(GONE)) as server:
        [error] = exchange(kind, server.url, get, http={"retries": 0})
    call, attempt = collected.spans()
    for span in (call, attempt):
        assert facts_of(span)["error.type"] == "velt_py.exceptions.VeltNetworkError"
        assert span.status.status_code is trace.StatusCode.ERROR
        assert span.status.description == error.message
        assert span.events == ()
    assert "http.response.status_code" not in facts_of(attempt)
    [(attributes, _)] = collected.points()
    assert attributes["error.type"] == "velt_py.exceptions.VeltNetworkError"


@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_answer_that_is_an_error_is_one_of_both_spans(
    kind: str, status: int, collected: Collected
) -> None:
    with Loopback(answers(reply(status, {"error": {"message": "answer-text"}}))) as server:
        exchange(kind, server.url, get)
    for span in collected.spans():
        assert facts_of(span)["error.type"] == str(status)
        assert (span.status.status_code, span.status.description) == (trace.StatusCode.ERROR, None)


async def test_a_cancelled_call_ends_its_spans(collected: Collected) -> None:
    with Loopback(answers([5.0])) as server:
        async with AsyncVeltSDK.initialize({"apiBaseUrl": server.url}) as sdk:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(get(sdk.api), 0.2)
    call, attempt = collected.spans()
    for span in (call, attempt):
        assert str(facts_of(span)["error.type"]).endswith("CancelledError")
        assert span.status.status_code is trace.StatusCode.ERROR


async def test_a_call_thrown_away_in_the_middle_leaves_the_context_of_others_alone(
    collected: Collected, caplog: pytest.LogCaptureFixture
) -> None:
    with Loopback(answers([5.0])) as server:
        async with AsyncVeltSDK.initialize({"apiBaseUrl": server.url}) as sdk:
            coroutine = sdk.api.organizations.getOrganizations()

            async def begin() -> Any:
                steps = coroutine.__await__()
                return steps, next(steps)

            steps, _ = await asyncio.ensure_future(begin())
            here = context.get_current()
            steps.close()
            assert context.get_current() is here
    assert [record.name for record in caplog.records if record.name.startswith("opentelemetry")] == []
    assert len(collected.spans()) == 2


async def test_calls_at_the_same_time_keep_their_attempts_apart(collected: Collected) -> None:
    with Loopback(lambda _: [0.02, *FINE]) as server:
        async with AsyncVeltSDK.initialize({"apiBaseUrl": server.url}) as sdk:
            await asyncio.gather(*[get(sdk.api) for _ in range(20)])
    calls = {each.context.span_id for each in collected.spans() if each.kind is trace.SpanKind.INTERNAL}
    parents = [each.parent for each in collected.spans() if each.kind is trace.SpanKind.CLIENT]
    assert len(calls) == 20
    assert {parent.span_id for parent in parents if parent is not None} == calls
    assert collected.points()[0][1] == 20


def test_a_call_belongs_to_the_span_around_it_and_hooks_run_inside_the_call(
    kind: str, collected: Collected
) -> None:
    seen: Dict[str, Any] = {}

    def hook(name: str) -> Callable[[CallEvent], None]:
        return lambda _: seen.setdefault(name, trace.get_current_span().get_span_context().span_id)

    tracer = collected.tracers.get_tracer("application")
    with tracer.start_as_current_span("around") as around, Loopback(answers(BUSY, FINE, GONE)) as server:
        hooks = {name: hook(name) for name in NAMES}
        exchange(kind, server.url, get, get, hooks=hooks, http={"retries": 1})
        assert trace.get_current_span() is around
    by_id = {each.context.span_id: each for each in collected.spans()}
    call = next(each for each in collected.spans() if each.name == f"velt.{OPERATION}")
    assert call.parent is not None
    assert call.parent.span_id == around.get_span_context().span_id
    # The first three run inside the attempt, so that they can add to its span; the last one after it.
    assert [by_id[seen[name]].name for name in NAMES] == [f"POST {PATH}"] * 3 + [f"velt.{OPERATION}"]


def test_the_span_of_the_http_library_is_not_asked_for_a_second_time(collected: Collected) -> None:
    during: List[Any] = []
    assert SUPPRESS is not None
    hooks = {"on_request": lambda _: during.append(context.get_value(str(SUPPRESS)))}
    with Loopback(answers(FINE)) as server:
        exchange("sync", server.url, get, hooks=hooks)
    assert during == [True]
    assert context.get_value(SUPPRESS) is None


def test_spans_metrics_and_wire_hold_nothing_that_they_should_not(kind: str, collected: Collected) -> None:
    with Loopback(answers(BUSY, FINE, GONE)) as server:
        exchange(kind, server.url, get, add, get)
        assert not [each for each in server.requests if "traceparent" in each.headers]
    spans = collected.spans()
    assert len(spans) > 6
    assert_no_secrets("".join(each.to_json() for each in spans) + repr(collected.metrics()))


def test_what_is_sent_is_the_same_with_and_without_tracing(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback(answers(FINE)) as server:
        monkeypatch.setattr(observe._Found, "telemetry", None)
        monkeypatch.setattr(observe._Found, "looked", True)
        exchange(kind, server.url, get)
        made = Collected()
        monkeypatch.setattr(observe._Found, "telemetry", Telemetry(made.tracers, made.meters))
        exchange(kind, server.url, get, hooks=listening()[1])
        without, traced = server.requests
    assert made.spans()
    assert (without.method, without.target, without.headers, without.body) == (
        traced.method,
        traced.target,
        traced.headers,
        traced.body,
    )


# What the process has loaded decides

PROGRAM = """
import sys
from tests.loopback import Loopback, reply
from velt_py import VeltSDK
from velt_py.api import observe

def call():
    with Loopback(lambda _: reply(200, {})) as server, VeltSDK.initialize({"apiBaseUrl": server.url}) as sdk:
        assert sdk.api.organizations.getOrganizations() == {}
"""


def run(program: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_opentelemetry_is_not_loaded_where_nobody_uses_it() -> None:
    run("call()\nassert 'opentelemetry' not in sys.modules\nassert observe._telemetry() is None")


def test_a_package_of_that_name_without_the_api_does_no_harm() -> None:
    run(
        "import types\n"
        "sys.modules['opentelemetry'] = types.ModuleType('opentelemetry')\n"
        "call()\ncall()\nassert observe._telemetry() is None"
    )


def test_a_provider_that_is_set_after_the_first_call_gets_the_later_ones() -> None:
    run(
        "import opentelemetry.trace\n"
        "call()\n"
        "assert observe._telemetry() is not None\n"
        "from opentelemetry import metrics, trace\n"
        "from tests.api.test_observe import Collected\n"
        "collected = Collected()\n"
        "trace.set_tracer_provider(collected.tracers)\n"
        "metrics.set_meter_provider(collected.meters)\n"
        "assert collected.spans() == []\n"
        "call()\n"
        "assert len(collected.spans()) == 2\n"
        "assert [count for _, count in collected.points()] == [1]\n"
    )
