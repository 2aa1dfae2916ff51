"""What answering a request needs done, as data. The flow yields these; the handlers carry them out, blocking or
awaited."""

from __future__ import annotations

from typing import Any, Callable, Generator, NamedTuple, Tuple, Union

from velt_py.selfhosting.operation import Step, Steps
from velt_py.web.messages import Response

__all__ = ["Ask", "Do", "Finish", "Flow", "Ping", "Receive", "WebStep", "Work"]


class Receive(NamedTuple):
    """The next chunk of the body, waited for at most `seconds`. The outcome is None at its end."""

    seconds: float


class Ask(NamedTuple):
    """Call a hook of the application; `setting` is its name, for messages. The outcome is what it returns."""

    setting: str
    hook: Callable[..., Any]
    args: Tuple[Any, ...]


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


WebStep = Union[Receive, Ask, Finish, Do, Work, Ping]
Flow = Generator[WebStep, Any, Response]
