"""Spans and metrics of OpenTelemetry for calls to Velt's API. Loaded only where the process uses OpenTelemetry.

One INTERNAL span a call, one CLIENT span an attempt, with the stable names of the HTTP conventions. No header is added
to what is sent: Velt gets the same bytes with and without tracing.
"""

from __future__ import annotations

import time
from typing import Any, Dict, Optional, Union
from urllib.parse import urlsplit

from opentelemetry import context, metrics, trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from velt_py._version import __version__
from velt_py.api.messages import Prepared, Reply, host_of
from velt_py.exceptions import VeltSDKError

__all__ = ["TELEMETRY", "CallSpans", "Telemetry"]

SCHEMA_URL = "https://opentelemetry.io/schemas/1.23.1"
"""The first version in which all the HTTP names used here are stable."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""Seconds; what the conventions advise for `http.client.request.duration`."""

# The sign for the instrumentations of urllib3 and aiohttp that this request has its span already.
SUPPRESS: Optional[str] = getattr(context, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", None)

Outcome = Union[Reply, BaseException]
Attributes = Dict[str, Union[str, int]]


class Telemetry:
    """The tracer and the instruments of this package.

    Args:
        tracer_provider, meter_provider: by default those of the process, also when they are set later.
    """

    def __init__(
        self,
        tracer_provider: Optional[trace.TracerProvider] = None,
        meter_provider: Optional[metrics.MeterProvider] = None,
    ) -> None:
        self.tracer = trace.get_tracer("velt_py", __version__, tracer_provider, SCHEMA_URL)
        meters = metrics.get_meter_provider() if meter_provider is None else meter_provider
        meter = meters.get_meter("velt_py", __version__, SCHEMA_URL)
        self.duration = _histogram(meter)

    def call(self, prepared: Prepared) -> CallSpans:
        """The spans of a call, which begins now."""
        return CallSpans(self, prepared)


def _histogram(meter: Any) -> metrics.Histogram:
    told = {
        "name": "http.client.request.duration",
        "unit": "s",
        "description": "Duration of HTTP client requests.",
    }
    try:
        made: metrics.Histogram = meter.create_histogram(**told, explicit_bucket_boundaries_advisory=BUCKETS)
    except TypeError:
        # Versions before 1.30 take no advice on buckets; a view of the application sets them there.
        made = meter.create_histogram(**told)
    return made


class CallSpans:
    """The spans of one call, and the measurements of its attempts."""

    def __init__(self, telemetry: Telemetry, prepared: Prepared) -> None:
        self._telemetry = telemetry
        self._prepared = prepared
        self._facts = _facts(prepared)
        self._began = 0.0
        self._attempt: Optional[_Current] = None
        self._attempting = False
        name = prepared.name
        span = telemetry.tracer.start_span(
            f"velt.{name}", kind=SpanKind.INTERNAL, attributes={"velt.operation": name}
        )
        # Without a provider there is nothing to hang attempts on.
        self._call = _Current(span, None) if span.get_span_context().is_valid else None

    def attempt(self, number: int) -> None:
        """An attempt begins; they count from 1."""
        self._attempting = True
        if self._call is not None:
            address = urlsplit(self._prepared.url)
            facts = {**self._facts, "url.full": host_of(self._prepared) + address.path}
            if number > 1:
                facts["http.request.resend_count"] = number - 1
            name = f"{self._prepared.method} {address.path}"
            span = self._telemetry.tracer.start_span(name, kind=SpanKind.CLIENT, attributes=facts)
            self._attempt = _Current(span, SUPPRESS)
        self._began = time.perf_counter()

    def attempt_ended(self, outcome: Outcome) -> None:
        """The attempt ended with this."""
        seconds = time.perf_counter() - self._began
        self._attempting = False
        self._telemetry.duration.record(seconds, {**self._facts, **_ending(outcome)})
        if self._attempt is not None:
            if isinstance(outcome, Reply):
                self._attempt.span.set_attribute("http.response.status_code", outcome.status)
            self._attempt.end(outcome)
            self._attempt = None

    def ended(self, outcome: Outcome) -> None:
        """The call ended with this; an attempt that is still under way ends with it."""
        if self._attempting:
            self.attempt_ended(outcome)
        if self._call is not None:
            self._call.end(outcome)


class _Current:
    """A span that is the current one until it ends."""

    def __init__(self, span: trace.Span, sign: Optional[str]) -> None:
        self.span = span
        here = trace.set_span_in_context(span)
        self._here = here if sign is None else context.set_value(sign, True, here)
        self._token = context.attach(self._here)

    def end(self, outcome: Outcome) -> None:
        failed = _ending(outcome).get("error.type")
        if failed is not None:
            self.span.set_attribute("error.type", failed)
            # Of a status the attribute tells everything; errors that are not ours may quote anything.
            told = outcome.message if isinstance(outcome, VeltSDKError) else None
            self.span.set_status(Status(StatusCode.ERROR, told))
        self.span.end()
        # A coroutine that is thrown away ends in somebody else's context, which is not ours to leave.
        if context.get_current() is self._here:
            context.detach(self._token)


def _facts(prepared: Prepared) -> Attributes:
    """What spans and metrics share: few values each, and nothing about people."""
    address = urlsplit(prepared.url)
    return {
        "http.request.method": prepared.method,
        "server.address": address.hostname or "",
        "server.port": address.port or (443 if address.scheme == "https" else 80),
        "velt.operation": prepared.name,
    }


def _ending(outcome: Outcome) -> Attributes:
    """The attributes that say how an attempt ended."""
    if isinstance(outcome, Reply):
        facts: Attributes = {"http.response.status_code": outcome.status}
        if outcome.status >= 400:
            facts["error.type"] = str(outcome.status)
        return facts
    kind = type(outcome)
    named = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return {"error.type": named}


TELEMETRY = Telemetry()
