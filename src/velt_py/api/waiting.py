"""`.wait()`: look at a job until it is over. The rules are those of `velt_py.api.jobs`."""

from __future__ import annotations

import dataclasses
import logging
from typing import (
    TYPE_CHECKING,
    Any,
    Awaitable,
    Dict,
    Generic,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
    cast,
    overload,
)

from velt_py.exceptions import VeltJobFailed, VeltNetworkError, VeltWaitTimeout
from velt_py.models.request import ApiRequest, facts_of

if TYPE_CHECKING:
    import sys

    from velt_py.api.jobs import WaitOptions
    from velt_py.api.messages import Prepared
    from velt_py.api.operation import AsyncCall, Operation, SyncCall

    if sys.version_info >= (3, 10):
        from typing import ParamSpec
    else:
        from typing_extensions import ParamSpec

    P = ParamSpec("P")
else:
    P = TypeVar("P")

__all__ = ["AsyncWaits", "SyncWaits"]

logger = logging.getLogger("velt_py.api.waiting")

RequestT = TypeVar("RequestT", bound=ApiRequest)
AnswerT = TypeVar("AnswerT")


class SyncWaits(Generic[P, RequestT, AnswerT]):
    """The part of a `SyncCall` that waits."""

    @overload
    def wait(self, request: RequestT, *, options: Optional[WaitOptions] = None) -> AnswerT: ...
    @overload
    def wait(self, *args: P.args, **kwargs: P.kwargs) -> AnswerT: ...
    def wait(self, *args: Any, **kwargs: Any) -> Any:
        """Call again and again until the job is over, and return the last answer.

        Args:
            args, kwargs: a request object, or the request's fields.
            options: `velt_py.api.jobs.WaitOptions`: those of each call, and `deadline`, `first_wait` and `max_wait`
                in seconds. It ends at most 5 seconds after the deadline.

        Raises:
            VeltJobFailed: the job failed, or was cancelled or skipped.
            VeltWaitTimeout: the deadline is over; the job may still run.
            VeltApiError: a call failed for good (as with `raise_on_error`); passing failures are repeated first.
            TypeError: the operation tells of no job.
        """
        return _wait(cast("SyncCall[Any, Any, Any]", self), args, kwargs)


class AsyncWaits(Generic[P, RequestT, AnswerT]):
    """The part of an `AsyncCall` that waits."""

    @overload
    def wait(self, request: RequestT, *, options: Optional[WaitOptions] = None) -> Awaitable[AnswerT]: ...
    @overload
    def wait(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[AnswerT]: ...
    def wait(self, *args: Any, **kwargs: Any) -> Any:
        """As `SyncWaits.wait`, awaited. Cancelling it ends the wait, not the job."""
        return _wait_async(cast("AsyncCall[Any, Any, Any]", self), args, kwargs)


class _Look(NamedTuple):
    prepared: Prepared
    within: float


class _Wait:
    """One wait: what is sent, and what its answers mean."""

    def __init__(self, call: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any], now: float) -> None:
        from velt_py.api.jobs import read_wait_options
        from velt_py.api.options import Options

        operation: Operation[Any, Any, Any] = call.operation
        if operation.job is None:
            raise TypeError(f"{operation.name} tells of no job, so there is nothing to wait for")
        kwargs = dict(kwargs)
        own = kwargs.pop("options", None)
        given, self._pace = read_wait_options({} if own is None else own, operation.job.pace)
        options: Options = call._client.options.over(call._options).over(given)
        # An error answer holds no state of a job: taken for "it runs" it would be asked again until the deadline.
        self.options = options.over(Options(raise_on_error=True))
        self._operation, self._job = operation, operation.job
        self._prepared: Prepared = call.prepared_of(operation.request_of(args, kwargs), self.options)
        self._began = now
        self._looks = 0
        self._answer: Any = None

    def look(self, now: float) -> _Look:
        """What to send now, and the seconds that it may take, retries included."""
        within = self._pace.within(now - self._began)
        own = self._prepared.timeout
        return _Look(
            dataclasses.replace(self._prepared, timeout=within if own is None else min(own, within)), within
        )

    def over(self, answer: Any, now: float) -> bool:
        """Whether the job is done.

        Raises:
            VeltJobFailed: it never will be.
        """
        from velt_py.api.jobs import DONE, FAILED

        self._looks += 1
        self._answer = answer
        state = self._job.state(answer)
        if state == FAILED:
            word = self._job.word(answer)
            self._tell(logging.WARNING, state, now)
            raise VeltJobFailed(
                f"{self._operation.name}: the job ended as {word!r}; `answer` holds what Velt tells of it",
                word=word,
                **self._facts(),
            )
        if state == DONE:
            self._tell(logging.DEBUG, state, now)
        return state == DONE

    def pause(self, now: float, chance: float) -> float:
        """Seconds until the next look.

        Raises:
            VeltWaitTimeout: the deadline is over.
        """
        seconds = self._pace.pause(self._looks, now - self._began, chance)
        if seconds is None:
            raise self.timeout(now)
        return seconds

    def late(self, now: float) -> bool:
        """Whether the deadline is over."""
        return now - self._began >= self._pace.deadline

    def timeout(self, now: float) -> VeltWaitTimeout:
        self._tell(logging.WARNING, "timeout", now)
        facts = self._facts()
        named = ", ".join(facts["job"])
        return VeltWaitTimeout(
            f"{self._operation.name}: the job was not over after {self._pace.deadline:g} seconds; it may still "
            f"run: wait again for the same {named}, or give options.deadline",
            seconds=self._pace.deadline,
            **facts,
        )

    def _facts(self) -> Dict[str, Any]:
        named = tuple(name for name, fact in facts_of(self._operation.request).items() if fact.required)
        return {"job": named, "answer": self._answer, "looks": self._looks}

    def _tell(self, level: int, outcome: str, now: float) -> None:
        facts = {
            "velt_call": self._operation.name,
            "velt_outcome": outcome,
            "velt_looks": self._looks,
            "velt_seconds": round(now - self._began, 3),
        }
        logger.log(level, "velt.job.ended", extra=facts)


def _wait(call: SyncCall[Any, Any, Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
    client, caller = call._client, call._client.caller
    steps = _Wait(call, args, kwargs, caller._clock())
    while True:
        prepared, within = steps.look(caller._clock())
        try:
            reply = client.send(prepared, steps.options, within).reply
        except VeltNetworkError as error:
            if steps.late(caller._clock()):
                raise steps.timeout(caller._clock()) from error
            raise
        answer = call.answer_of(prepared, reply, steps.options)
        if steps.over(answer, caller._clock()):
            return answer
        caller._sleep(steps.pause(caller._clock(), caller._chance()))


async def _wait_async(call: AsyncCall[Any, Any, Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
    import asyncio

    client, caller = call._client, call._client.caller
    steps = _Wait(call, args, kwargs, caller._clock())
    while True:
        prepared, within = steps.look(caller._clock())
        try:
            reply = (await client.send(prepared, steps.options, within)).reply
        except VeltNetworkError as error:
            if steps.late(caller._clock()):
                raise steps.timeout(caller._clock()) from error
            raise
        answer = call.answer_of(prepared, reply, steps.options)
        if steps.over(answer, caller._clock()):
            return answer
        await (caller._sleep or asyncio.sleep)(steps.pause(caller._clock(), caller._chance()))
