"""What answering a request needs done, as data. The flow yields these; the handlers carry them out, blocking or
awaited."""

from __future__ import annotations

from typing import Any, Callable, Generator, NamedTuple, Optional, Sequence, Tuple, Union

from velt_py.selfhosting.operation import Step, Steps
from velt_py.web.messages import Response

__all__ = ["Ask", "AskAll", "Do", "Finish", "Flow", "Outcome", "Ping", "Receive", "WebStep", "Work"]


class Receive(NamedTuple):
    """The next chunk of the body, waited for at most `seconds`. The outcome is None at its end."""

    seconds: float


class Ask(NamedTuple):
    """Call a hook of the application; `setting` is its name, for messages. The outcome is what it returns."""

    setting: str
    hook: Callable[..., Any]
    args: Tuple[Any, ...]


class AskAll(NamedTuple):
    """Call a hook of the application once for each of `calls`, and wait at most `seconds` for all of them. The outcome
    is a list of an `Outcome` for each, in the order of the calls.

    Args:
        setting: the name of the hook, for messages.
        hook: the hook.
        calls: the arguments of each call.
        seconds: what has not returned by then counts as failed with a `TimeoutError`.
        at_once: how many calls may be under way at the same time.
    """

    setting: str
    hook: Callable[..., Any]
    calls: Sequence[Tuple[Any, ...]]
    seconds: float
    at_once: int


class Outcome(NamedTuple):
    """What a call came to.

    Args:
        value: what it returned.
        error: why it returned nothing; None when it did.
    """

    value: Any = None
    error: Optional[BaseException] = None


class Finish(NamedTuple):
    """Carry out the steps of an operation. The outcome is its `Result`."""

    runner: Any
    steps: Steps


class Do(NamedTuple):
    """Carry out one step of an operation. The outcome is that of the step."""

    runner: Any
    step: Step


class Work(NamedTuple):
    """Call something that may keep a thread busy. The outcome is what it returns."""

    work: Callable[[], Any]


class Ping(NamedTuple):
    """Ask the database whether it answers. The outcome is True or False, in bounded time."""


WebStep = Union[Receive, Ask, AskAll, Finish, Do, Work, Ping]
Flow = Generator[WebStep, Any, Response]
