"""Spans and metrics of calls as OpenTelemetry's SDK gets them, over real connections, sync and async."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.loopback import Loopback, reply
from tests.observing import (
    BUSY,
    FINE,
    GONE,
    NAMES,
    OPERATION,
    PATH,
    add,
    answers,
    assert_no_secrets,
    exchange,
    get,
    listening,
)
from velt_py import AsyncVeltSDK, CallEvent
from velt_py.api import observe
from velt_py.api.otel import BUCKETS, SUPPRESS, Telemetry

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sync", "async"])
def kind(request: Any) -> str:
    return str(request.param)


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
        "from tests.api.test_otel import Collected\n"
        "collected = Collected()\n"
        "trace.set_tracer_provider(collected.tracers)\n"
        "metrics.set_meter_provider(collected.meters)\n"
        "assert collected.spans() == []\n"
        "call()\n"
        "assert len(collected.spans()) == 2\n"
        "assert [count for _, count in collected.points()] == [1]\n"
    )
