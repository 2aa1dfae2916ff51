"""What all services of one SDK share: credentials, the caller, the options of every call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Awaitable, Generic, Mapping, Optional, TypeVar

from velt_py.api.calls import AsyncCaller, Caller, Delivery
from velt_py.api.messages import Prepared
from velt_py.api.options import Options
from velt_py.api.prepare import Credentials

__all__ = ["AsyncClient", "Client", "Raw"]

A = TypeVar("A")


@dataclass(frozen=True)
class Raw(Generic[A]):
    """An answer and what it took.

    Args:
        answer: the parsed answer.
        status: the HTTP status.
        headers: with names in small letters; out of `repr`.
        attempts: how often the call was sent.
        elapsed: seconds, waits between attempts included.
    """

    answer: A = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    attempts: int
    elapsed: float

    @classmethod
    def of(cls, answer: Any, delivery: Delivery) -> Raw[Any]:
        reply = delivery.reply
        return cls(answer, reply.status, reply.headers, delivery.attempts, delivery.elapsed)


class Client:
    """For a `VeltSDK`.

    Args:
        credentials: what signs the calls, and where they go.
        caller: carries them.
        options: for every call, below those of the call itself.
    """

    def __init__(self, credentials: Credentials, caller: Caller, options: Options) -> None:
        self.credentials = credentials
        self.caller = caller
        self.options = options

    def send(self, prepared: Prepared, options: Options, within: Optional[float] = None) -> Delivery:
        """Carry a call out.

        Args:
            within: seconds after which it is not sent again.

        Raises:
            VeltNetworkError: no attempt was answered.
        """
        return self.caller.call(prepared, options.retries, within)


class AsyncClient:
    """For an `AsyncVeltSDK`. Arguments as for `Client`."""

    def __init__(self, credentials: Credentials, caller: AsyncCaller, options: Options) -> None:
        self.credentials = credentials
        self.caller = caller
        self.options = options

    def send(
        self, prepared: Prepared, options: Options, within: Optional[float] = None
    ) -> Awaitable[Delivery]:
        """As `Client.send`, awaited."""
        return self.caller.call(prepared, options.retries, within)
