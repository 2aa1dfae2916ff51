"""Who looks on at calls to Velt's API: the hooks of the configuration, and OpenTelemetry where the process uses it."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional, Union
from urllib.parse import urlsplit

from velt_py._functions import places_of
from velt_py.api.messages import Prepared, Reply, host_of
from velt_py.exceptions import VeltNetworkError, VeltSDKError
from velt_py.settings import Hook, Hooks

if TYPE_CHECKING:
    from velt_py.api.otel import CallSpans, Telemetry

__all__ = ["CallEvent", "HookCalls", "Watch", "watch_of"]

logger = logging.getLogger("velt_py.api.observe")

Outcome = Union[Reply, VeltNetworkError]


@dataclass(frozen=True)
class CallEvent:
    """What a hook is told of a call to Velt's API. Credentials, bodies and headers are not in it.

    Args:
        operation: service and method, for example `organizations.getOrganizations`.
        method: the HTTP method.
        host: name of the server, with the port where the address has one.
        path: for example `/v2/organizations/get`.
        attempt: counts from 1.
        elapsed: seconds since the call began, waits between attempts included.
        status: the HTTP status of this attempt's answer; None as long as there is none.
        wait: seconds until the next attempt; None when there is no next one.
        reason: why there is no answer; None as long as that is open, and where there is one.
        request_id: what the server calls this request in its answer.
    """

    operation: str
    method: str
    host: str
    path: str
    attempt: int
    elapsed: float
    status: Optional[int] = None
    wait: Optional[float] = None
    reason: Optional[str] = None
    request_id: Optional[str] = None


class HookCalls:
    """The hooks of one call.

    Args:
        hooks: the functions.
        prepared: the call.
    """

    def __init__(self, hooks: Hooks, prepared: Prepared) -> None:
        self._hooks = hooks
        self._now = CallEvent(
            operation=prepared.name,
            method=prepared.method,
            host=host_of(prepared).partition("://")[2],
            path=urlsplit(prepared.url).path,
            attempt=0,
            elapsed=0.0,
        )

    def attempt(self, number: int, elapsed: float) -> None:
        self._now = replace(self._now, attempt=number, elapsed=elapsed)
        self._tell("on_request", self._hooks.on_request, self._now)

    def outcome(self, outcome: Outcome, elapsed: float, wait: Optional[float]) -> None:
        event = replace(self._now, elapsed=elapsed, wait=wait)
        if isinstance(outcome, Reply):
            event = replace(event, status=outcome.status, request_id=outcome.request_id())
            self._tell("on_response", self._hooks.on_response, event)
        else:
            event = replace(event, reason=outcome.message)
        if wait is not None:
            self._tell("on_retry", self._hooks.on_retry, event)

    def broken(self, error: BaseException, elapsed: float) -> None:
        # Errors that are not ours may quote anything.
        reason = error.message if isinstance(error, VeltSDKError) else type(error).__name__
        self._tell("on_error", self._hooks.on_error, replace(self._now, elapsed=elapsed, reason=reason))

    def _tell(self, name: str, hook: Optional[Hook], event: CallEvent) -> None:
        if hook is None:
            return
        try:
            hook(event)
        except Exception as error:  # noqa: BLE001 - the call is not the hook's to end
            logger.error(
                "velt.hook.failed",
                extra={
                    "velt_hook": name,
                    "velt_call": event.operation,
                    "velt_error": type(error).__name__,
                    "velt_trace": places_of(error),
                },
            )


class Watch:
    """What looks on at one call. The hooks run inside the spans, so that what they log belongs to the call's trace.

    Args:
        hooks: None for none.
        spans: None where the process does not use OpenTelemetry.
    """

    def __init__(self, hooks: Optional[HookCalls], spans: Optional[CallSpans]) -> None:
        self._hooks = hooks
        self._spans = spans

    def attempt(self, number: int, elapsed: float) -> None:
        """An attempt begins; they count from 1."""
        if self._spans is not None:
            self._spans.attempt(number)
        if self._hooks is not None:
            self._hooks.attempt(number, elapsed)

    def outcome(self, outcome: Outcome, elapsed: float, wait: Optional[float]) -> None:
        """The attempt ended; without a wait the call ended too, and a failure is still raised."""
        if self._hooks is not None:
            self._hooks.outcome(outcome, elapsed, wait)
        if self._spans is not None:
            self._spans.attempt_ended(outcome)
            if wait is None and isinstance(outcome, Reply):
                self._spans.ended(outcome)

    def broken(self, error: BaseException, elapsed: float) -> None:
        """The call ends without an answer, for whatever reason."""
        if self._hooks is not None:
            self._hooks.broken(error, elapsed)
        if self._spans is not None:
            self._spans.ended(error)


def watch_of(prepared: Prepared, hooks: Optional[Hooks]) -> Optional[Watch]:
    """What looks on at a call; None, and next to no time spent, when nobody does."""
    telemetry = _telemetry()
    if hooks is None and telemetry is None:
        return None
    calls = None if hooks is None else HookCalls(hooks, prepared)
    return Watch(calls, None if telemetry is None else telemetry.call(prepared))


class _Found:
    looked = False
    telemetry: Optional[Telemetry] = None


def _telemetry() -> Optional[Telemetry]:
    # Who wants spans has imported OpenTelemetry to set a provider, so it is never loaded for nobody's sake.
    if not _Found.looked and "opentelemetry" in sys.modules:
        try:
            from velt_py.api.otel import TELEMETRY
        except ImportError:
            # The name is shared by many packages: another one is there, the API is not.
            _Found.telemetry = None
        else:
            _Found.telemetry = TELEMETRY
        _Found.looked = True
    return _Found.telemetry
