"""The console over the state of an emulator, at `/__velt/console/`: whoever may ask the emulator may see all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generator, Mapping, Optional, cast

from velt_py.console.answers import (
    FILES,
    answer_file,
    answer_moved,
    answer_refused,
    answer_start,
    answer_view,
)
from velt_py.emulator.console_source import EmulatorSource
from velt_py.emulator.replies import Reply
from velt_py.exceptions import VeltSDKError
from velt_py.web.access import Access
from velt_py.web.messages import Headers, Refused, Request, Response
from velt_py.web.steps import WebStep

if TYPE_CHECKING:
    from velt_py.emulator.core import Emulator

__all__ = ["answer"]


def answer(emulator: Emulator, method: str, path: str, query: str, headers: Mapping[str, str]) -> Reply:
    """Answer a request for the console.

    Args:
        emulator: whose state is shown.
        method: GET.
        path: below the address of the console.
        query: as sent.
        headers: by their names in lower case.
    """
    request = Request(method, path, query, Headers(headers.items()))
    try:
        response = answered(EmulatorSource(emulator), request)
    except VeltSDKError as error:
        response = answer_refused(error)
    return response.status, dict(response.headers), response.body


def answered(source: EmulatorSource, request: Request) -> Response:
    """The response to a request.

    Raises:
        VeltSDKError: it cannot be answered.
    """
    if request.method != "GET":
        raise Refused(405, "METHOD_NOT_ALLOWED", "the console is looked at with GET")
    if request.path == "":
        return answer_moved("console")
    name = request.path[1:]
    if name in FILES:
        return answer_file(name, request)
    view: Optional[str] = name[4:] if name.startswith("api/") else None
    if view == "start":
        return finished(answer_start(source, request, everybody, ""))
    if view is None or view not in source.views:
        raise Refused(404, "NOT_FOUND", "there is no such page of the console")
    return finished(answer_view(source, view, request, everybody))


def everybody(access: Access) -> Generator[WebStep, Any, None]:
    """Nobody is asked: the server lets in who is on this machine."""
    return
    yield  # what asks is a generator


def finished(flow: Generator[WebStep, Any, Response]) -> Response:
    """The end of a flow that waits for nothing."""
    try:
        step = next(flow)
    except StopIteration as end:
        return cast(Response, end.value)
    raise TypeError(f"a view of the emulator waits for a {type(step).__name__}")
