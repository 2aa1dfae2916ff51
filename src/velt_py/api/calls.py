"""A call from its first attempt to its last: send, decide, wait, send again."""

from __future__ import annotations

import dataclasses
import logging
import random
import time
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, Optional, Union

from velt_py.api.messages import AsyncTransport, Prepared, Reply, Transport, host_of
from velt_py.api.observe import watch_of
from velt_py.api.retry import RetryPolicy
from velt_py.exceptions import VeltNetworkError
from velt_py.settings import Hooks

__all__ = ["AsyncCaller", "Caller", "Delivery"]

logger = logging.getLogger("velt_py.api.calls")


@dataclass(frozen=True)
class Delivery:
    """A reply and what it took.

    Args:
        attempts: how often the call was sent.
        elapsed: seconds, waits included.
    """

    reply: Reply
    attempts: int
    elapsed: float


class _Call:
    """The state of one call, the same for sync and async."""

    def __init__(
        self,
        prepared: Prepared,
        policy: RetryPolicy,
        clock: Callable[[], float],
        chance: Callable[[], float],
        hooks: Optional[Hooks],
    ) -> None:
        self.prepared = prepared
        self._policy = policy
        self._clock = clock
        self._chance = chance
        self._began = clock()
        self._attempts = 0
        self._watch = watch_of(prepared, hooks)

    def next(self) -> Prepared:
        """What to send now: each attempt has its own timeouts, a later one the time that is left at most."""
        self._attempts += 1
        if self._watch is not None:
            self._watch.attempt(self._attempts, self._clock() - self._began)
        if self._attempts == 1:
            return self.prepared
        left = max(0.001, self._policy.max_seconds - (self._clock() - self._began))
        if left >= (self.prepared.timeout or self._policy.attempt):
            return self.prepared
        return dataclasses.replace(self.prepared, timeout=left)

    def pause(self, outcome: Union[Reply, VeltNetworkError]) -> Optional[float]:
        """Seconds until the next attempt, None when the outcome is final."""
        elapsed = self._clock() - self._began
        seconds = self._policy.wait(
            self.prepared, outcome, self._attempts, elapsed, time.time(), self._chance()
        )
        if seconds is not None:
            waiting = {"velt_wait": round(seconds, 3)}
            logger.warning("velt.call.retry", extra={**self._facts(outcome, elapsed), **waiting})
        elif isinstance(outcome, VeltNetworkError):
            logger.warning("velt.call.failed", extra=self._facts(outcome, elapsed))
        elif logger.isEnabledFor(logging.DEBUG):  # most calls end here, with nobody to read their facts
            logger.debug("velt.call.answered", extra=self._facts(outcome, elapsed))
        if self._watch is not None:
            self._watch.outcome(outcome, elapsed, seconds)
        return seconds

    def _facts(self, outcome: Union[Reply, VeltNetworkError], elapsed: float) -> Dict[str, Any]:
        facts: Dict[str, Any] = {
            "velt_call": self.prepared.name,
            "velt_host": host_of(self.prepared),
            "velt_attempt": self._attempts,
            "velt_seconds": round(elapsed, 3),
        }
        if isinstance(outcome, Reply):
            facts["velt_status"] = outcome.status
        else:
            facts["velt_reason"] = outcome.message
        return facts

    def broken(self, error: BaseException) -> None:
        """The call ends with this error."""
        if self._watch is not None:
            self._watch.broken(error, self._clock() - self._began)

    def delivery(self, reply: Reply) -> Delivery:
        return Delivery(reply, self._attempts, self._clock() - self._began)


class Caller:
    """Sends calls, blocking.

    Args:
        transport: what carries them.
        policy: when they are sent again.
        sleep, clock, chance: time and chance, for tests.
        hooks: functions that are told what a call does.
    """

    def __init__(
        self,
        transport: Transport,
        policy: RetryPolicy,
        sleep: Callable[[float], Any] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        hooks: Optional[Hooks] = None,
    ) -> None:
        self._transport = transport
        self._policy = policy
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._hooks = hooks

    def call(
        self, prepared: Prepared, retries: Optional[int] = None, within: Optional[float] = None
    ) -> Delivery:
        """Send a call until it is answered or its retries are used up; any HTTP status is an answer.

        Args:
            retries: for this call, instead of the policy's.
            within: seconds after which there are no retries, where the policy has more.

        Raises:
            VeltNetworkError: the last attempt got no answer.
        """
        policy = self._policy.with_retries(retries).ending_within(within)
        call = _Call(prepared, policy, self._clock, self._chance, self._hooks)
        try:
            while True:
                try:
                    outcome: Union[Reply, VeltNetworkError] = self._transport.send(call.next())
                except VeltNetworkError as error:
                    outcome = error
                seconds = call.pause(outcome)
                if seconds is not None:
                    self._sleep(seconds)
                elif isinstance(outcome, VeltNetworkError):
                    raise outcome
                else:
                    return call.delivery(outcome)
        except BaseException as error:
            call.broken(error)
            raise

    def close(self) -> None:
        """Close the transport."""
        self._transport.close()


class AsyncCaller:
    """Sends calls, awaited. Arguments as for `Caller`."""

    def __init__(
        self,
        transport: AsyncTransport,
        policy: RetryPolicy,
        sleep: Optional[Callable[[float], Awaitable[Any]]] = None,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        hooks: Optional[Hooks] = None,
    ) -> None:
        self._transport = transport
        self._policy = policy
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._hooks = hooks

    async def call(
        self, prepared: Prepared, retries: Optional[int] = None, within: Optional[float] = None
    ) -> Delivery:
        """As `Caller.call`."""
        policy = self._policy.with_retries(retries).ending_within(within)
        call = _Call(prepared, policy, self._clock, self._chance, self._hooks)
        try:
            while True:
                try:
                    outcome: Union[Reply, VeltNetworkError] = await self._transport.send(call.next())
                except VeltNetworkError as error:
                    outcome = error
                seconds = call.pause(outcome)
                if seconds is not None:
                    await (self._sleep or _sleep())(seconds)
                elif isinstance(outcome, VeltNetworkError):
                    raise outcome
                else:
                    return call.delivery(outcome)
        except BaseException as error:
            call.broken(error)
            raise

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.close()


def _sleep() -> Callable[[float], Awaitable[Any]]:
    # Code that blocks must not pay for the import of asyncio.
    import asyncio

    return asyncio.sleep
