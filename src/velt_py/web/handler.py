"""The handlers: they carry out what the flow asks for, blocking or awaited. No rule lives here."""

from __future__ import annotations

import asyncio
import functools
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import Any, AsyncIterator, Callable, Iterable, Iterator, Optional, cast

from velt_py._functions import is_async
from velt_py._threads import in_thread
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.web.access import Authenticate, Authorize
from velt_py.web.features import Feature, Lasting
from velt_py.web.flow import answering
from velt_py.web.health import AsyncProbe, Probe
from velt_py.web.hooks import cannot_await
from velt_py.web.messages import Disconnected, Refused, Request, Response
from velt_py.web.parallel import Callers, ask_awaited
from velt_py.web.site import Event, Site
from velt_py.web.steps import Ask, AskAll, Do, Finish, Receive, WebStep, Work

__all__ = ["AsyncHandler", "Handler"]


class Handler:
    """Answers requests, blocking, from any thread.

    Args:
        sdk: whose stores to serve; it stays the caller's to close.
        authenticate: `authenticate(request)` returns who is asking, or None for a stranger.
        authorize: `authorize(principal, access)` returns True when the `Access` may happen.
        origins: origins whose pages may call, for example `https://app.example`.
        allow_headers: request headers that such pages may send beside `Content-Type` and `Authorization`.
        features: what brings routes of its own.

    Raises:
        VeltConfigurationError: for a hook that is no function or has to be awaited, for a wrong origin, and for a
            feature that cannot work here.
    """

    def __init__(
        self,
        sdk: VeltSDK,
        *,
        authenticate: Optional[Authenticate] = None,
        authorize: Optional[Authorize] = None,
        origins: Iterable[str] = (),
        allow_headers: Iterable[str] = (),
        features: Iterable[Feature] = (),
    ) -> None:
        self.site = Site.of(sdk, False, authenticate, authorize, origins, allow_headers, features)
        self._probe = Probe(lambda: sdk._runner.store.ping())
        self._callers = Callers()

    def handle(self, request: Request) -> Response:
        """Answer a request; the caller closes the response.

        Raises:
            Disconnected: raised by the request's body, when the client went away.
        """
        event = Event.of(request)
        flow = answering(self.site, request, event)
        try:
            step = next(flow)
            while True:
                try:
                    outcome = self._do(step, request)
                except BaseException as error:  # noqa: BLE001 - the flow closes what it has open, and raises it again
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
        except StopIteration as end:
            response = cast(Response, end.value)
            event.answered(response)
            self.site.tell(event)
            return response
        except Disconnected:
            event.log("velt.request.dropped")
            raise

    def _do(self, step: WebStep, request: Request) -> Any:
        if isinstance(step, Receive):
            return next(cast(Iterator[bytes], request.body), None) if request.body is not None else None
        if isinstance(step, Ask):
            answer = step.hook(*step.args)
            if inspect.isawaitable(answer):
                if inspect.iscoroutine(answer):
                    answer.close()
                raise cannot_await(step.setting)
            return answer
        if isinstance(step, AskAll):
            return self._callers.ask(step)
        if isinstance(step, Finish):
            return step.runner.finish(step.steps)
        if isinstance(step, Do):
            return step.runner.run(step.step)
        if isinstance(step, Work):
            return step.work()
        return self._probe.check()


class AsyncHandler:
    """Answers requests, awaited, in one event loop; arguments as for `Handler`.

    Hooks may be functions to await or plain ones. Plain ones are called in threads, since they may block.
    """

    def __init__(
        self,
        sdk: AsyncVeltSDK,
        *,
        authenticate: Optional[Authenticate] = None,
        authorize: Optional[Authorize] = None,
        origins: Iterable[str] = (),
        allow_headers: Iterable[str] = (),
        features: Iterable[Feature] = (),
    ) -> None:
        self.site = Site.of(sdk, True, authenticate, authorize, origins, allow_headers, features)
        self._probe = AsyncProbe(lambda: sdk._runner.store.ping())
        self._callers = Callers()
        self._threads: Optional[ThreadPoolExecutor] = None

    async def handle(self, request: Request) -> Response:
        """Answer a request; the caller closes the response.

        Raises:
            Disconnected: raised by the request's body, when the client went away.
        """
        event = Event.of(request)
        flow = answering(self.site, request, event)
        try:
            step = next(flow)
            while True:
                try:
                    outcome = await self._do(step, request)
                except BaseException as error:  # noqa: BLE001 - the flow closes what it has open, and raises it again
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
        except StopIteration as end:
            response = cast(Response, end.value)
            event.answered(response)
            self.site.tell(event)
            return response
        except Disconnected:
            event.log("velt.request.dropped")
            raise

    async def _do(self, step: WebStep, request: Request) -> Any:
        if isinstance(step, Receive):
            return await received(request, step.seconds)
        if isinstance(step, Ask):
            if is_async(step.hook):
                return await step.hook(*step.args)
            answer = await self.in_thread(functools.partial(step.hook, *step.args))
            return await answer if inspect.isawaitable(answer) else answer
        if isinstance(step, AskAll):
            if is_async(step.hook):
                return await ask_awaited(step)
            return await self.in_thread(lambda: self._callers.ask(step))
        if isinstance(step, Finish):
            return await to_its_end(step.runner.finish(step.steps))
        if isinstance(step, Do):
            return await to_its_end(step.runner.run(step.step))
        if isinstance(step, Work):
            return await to_its_end(self.in_thread(step.work))
        return await self._probe.check()

    async def in_thread(self, work: Callable[[], Any]) -> Any:
        """Call something that may block, beside the event loop and with its context."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(8, thread_name_prefix="velt-web")
        return await in_thread(work, self._threads)

    async def settle(self) -> None:
        """Wait for what the features do after their answers, some seconds at most."""
        for feature in self.site.features:
            if isinstance(feature, Lasting):
                await feature.asettle()

    def close(self) -> None:
        """Give the threads back."""
        if self._threads is not None:
            self._threads.shutdown(wait=False)
            self._threads = None


async def received(request: Request, seconds: float) -> Optional[bytes]:
    """The next chunk of the body."""
    if request.body is None:
        return None
    body = cast(AsyncIterator[bytes], request.body)
    try:
        return await asyncio.wait_for(next_chunk(body), seconds)
    except asyncio.TimeoutError:
        raise Refused(408, "REQUEST_TIMEOUT", f"nothing of the body came for {seconds:g} seconds") from None


async def next_chunk(body: AsyncIterator[bytes]) -> Optional[bytes]:
    try:
        return await body.__anext__()
    except StopAsyncIteration:
        return None


async def to_its_end(work: Any) -> Any:
    """Await something that uses what the flow has open: when this is cancelled, the work ends first."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        raise
