"""`Webhooks`: what an application receives webhooks with."""

from __future__ import annotations

import dataclasses
import functools
import logging
import time
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Union,
    cast,
)

from velt_py._functions import places_of
from velt_py._threads import in_thread
from velt_py.exceptions import VeltConfigurationError, VeltSDKError
from velt_py.selfhosting.operation import AsyncRunner, Runner
from velt_py.webhooks.background import Around, Background, plainly
from velt_py.webhooks.decrypt import KeysGiven
from velt_py.webhooks.events import WebhookEvent
from velt_py.webhooks.handlers import F, Handlers, blocking
from velt_py.webhooks.inbox import FAILED, Entry, Flow, Inbox
from velt_py.webhooks.reader import Reader
from velt_py.webhooks.running import call, run, run_async
from velt_py.webhooks.secrets import SecretsGiven
from velt_py.webhooks.verify import TOLERANCE

if TYPE_CHECKING:
    from velt_py.sdk import AsyncVeltSDK, VeltSDK
    from velt_py.web.features import Endpoint
    from velt_py.web.site import Site

__all__ = ["Receipt", "Replay", "Webhooks"]

logger = logging.getLogger("velt_py.webhooks")

LOOK_SECONDS = 30.0
"""How often events that are due are looked for beside the one that came."""

AT_ONCE = 50

LARGE = 64 * 1024
"""Bytes of a body; reading more than these takes milliseconds."""


class Receipt(NamedTuple):
    """What became of a request.

    Args:
        event: what was posted.
        new: False when the same event came before.
        outcome: of the inbox: `done`, `pending` (will be tried again), `busy`, `settled`; `done` without an inbox.
    """

    event: WebhookEvent
    new: bool
    outcome: str


@dataclasses.dataclass
class Replay:
    """What a look at the inbox did.

    Args:
        entries: the rows that it was about, before anything was done with them.
        outcomes: what became of each, by its id; empty for a dry run.
    """

    entries: List[Entry]
    outcomes: Dict[str, str]

    @property
    def failed(self) -> int:
        """How many are not done."""
        return sum(outcome in ("pending", "failed") for outcome in self.outcomes.values())


Seen = Callable[[Entry, str], Any]


class Webhooks:
    """Receives webhooks: verifies, decrypts, stores each event once, and calls your functions.

    It is a feature of the HTTP routes: `asgi_app(sdk, features=[webhooks])`.

    Args:
        secrets: the secret that starts with `whsec_`, or secrets by scheme: `{"v1": ..., "v2": ..., "workflow": ...}`;
            each a text, or a list of texts while one is replaced by the next. A scheme without a secret is refused.
        private_keys: the private key of encrypted webhooks, or several: PEM, base64 without the PEM lines, or a file.
        tolerance: seconds that a signed time may differ from this machine's, both ways.
        queue: the inbox's queue; one for all processes that handle the same events.
        lease: seconds after which the work of a process that does not come back is taken over. Longer than your
            slowest function takes.
        in_process: call the functions in the process that received the event, after its answer. Without it events
            wait for `work`, that is for `velt webhooks replay`.
        path: of the route, below the mount of the others.

    Raises:
        VeltConfigurationError: names the argument at fault.

    See https://docs.velt.dev/webhooks/advanced
    """

    def __init__(
        self,
        secrets: SecretsGiven,
        *,
        private_keys: KeysGiven = (),
        tolerance: float = TOLERANCE,
        queue: str = "default",
        lease: float = 300.0,
        in_process: bool = True,
        path: str = "/webhooks/velt",
    ) -> None:
        if not isinstance(cast(Any, queue), str) or not queue:
            raise VeltConfigurationError("queue: a name is needed", field="queue")
        if not isinstance(cast(Any, lease), (int, float)) or not 0 < lease < 10**9:
            raise VeltConfigurationError("lease: seconds are needed, more than 0", field="lease")
        if not isinstance(cast(Any, path), str) or not path.startswith("/"):
            raise VeltConfigurationError("path: it has to start with a slash", field="path")
        self.reader = Reader.of(secrets, private_keys, tolerance)
        self.handlers = Handlers()
        self.inbox = Inbox(time.time, queue, float(lease), report)
        self.in_process = in_process
        self.path = path
        self._background = Background()
        self._looked = 0.0

    def on(self, *patterns: str) -> Callable[[F], F]:
        """Register the decorated function, plain or async, for events: `comment.add`, `comment.*` or `*`. It is
        called with the event.

        Raises:
            VeltConfigurationError: for a pattern of another form.
        """
        return self.handlers.on(*patterns)

    # Receiving

    def read(self, headers: Any, body: bytes) -> WebhookEvent:
        """Verify and decode a request, and do nothing else.

        Args:
            headers: a mapping, whatever the case; a WSGI environment; or pairs, as in an ASGI scope.
            body: the raw bytes.

        Raises:
            VeltWebhookError: 401 when it is not signed with a configured secret, 400 when it cannot be accepted.
        """
        try:
            event = self.reader.read(headers, body, time.time())
        except VeltSDKError as error:
            logger.warning("velt.webhook.refused", extra={"velt_code": error.code, "velt_field": error.field})
            raise
        return event

    def receive(self, headers: Any, body: bytes, sdk: Optional[VeltSDK] = None) -> Receipt:
        """Receive a request: verify it, store it, call your functions.

        Args:
            headers, body: as for `read`.
            sdk: its store is the inbox. Then an error of a function is logged and the event tried again later.
                Without it nothing is stored, and the error is raised: answer 500, and Velt sends the event again.

        Raises:
            VeltWebhookError: as for `read`.
            VeltDatabaseError: when the event could not be stored; answer with its `statusCode`.
        """
        event = self.read(headers, body)
        if sdk is None:
            for each in self.handlers.of(event.name):
                blocking(each.function)(event)
            return Receipt(event, True, "done")
        new = bool(sdk._runner.run(self.inbox.keep(event)))
        kept(event, new)
        return Receipt(event, new, run(self.inbox.work(event.key, self.handlers), sdk._runner))

    async def areceive(self, headers: Any, body: bytes, sdk: Optional[AsyncVeltSDK] = None) -> Receipt:
        """`receive`, awaited; plain functions are called in threads. Arguments, answer and errors are the same."""
        # Decrypting, and reading a large body, would hold up the event loop.
        beside = bool(self.reader.keys) or (isinstance(cast(Any, body), bytes) and len(body) > LARGE)
        read = functools.partial(self.read, headers, body)
        event = cast(WebhookEvent, await in_thread(read)) if beside else read()
        if sdk is None:
            for each in self.handlers.of(event.name):
                await call(each.function, event)
            return Receipt(event, True, "done")
        new = bool(await sdk._runner.run(self.inbox.keep(event)))
        kept(event, new)
        outcome = await run_async(self.inbox.work(event.key, self.handlers), sdk._runner)
        return Receipt(event, new, outcome)

    # The inbox

    def replay(
        self,
        sdk: VeltSDK,
        ids: Optional[Sequence[str]] = None,
        *,
        failed: bool = False,
        dry_run: bool = False,
        seen: Optional[Seen] = None,
    ) -> Replay:
        """Have events handled that wait in the inbox: those that are due, unless told otherwise.

        Args:
            sdk: its store is the inbox.
            ids: these events by the ids of their rows or by their own, also when they are done already.
            failed: those that were given up.
            dry_run: only say which.
            seen: called with each event's row and its outcome, as soon as that is known.

        Returns:
            What became of each; an event whose function failed is in it, and its error in the log.

        Raises:
            VeltDatabaseError: the store failed.
        """
        return cast(Replay, run(self._replayed(ids, failed, dry_run, seen), sdk._runner))

    async def areplay(
        self,
        sdk: AsyncVeltSDK,
        ids: Optional[Sequence[str]] = None,
        *,
        failed: bool = False,
        dry_run: bool = False,
        seen: Optional[Seen] = None,
    ) -> Replay:
        """`replay`, awaited; arguments, answer and errors are the same."""
        return cast(Replay, await run_async(self._replayed(ids, failed, dry_run, seen), sdk._runner))

    def _replayed(
        self, ids: Optional[Sequence[str]], failed: bool, dry_run: bool, seen: Optional[Seen]
    ) -> Flow:
        forced = ids is not None or failed
        if ids is not None:
            # The id alone is what Velt's console shows; the row's begins with the scheme.
            keys = [key for id in ids for key in (id, f"v2:{id}", f"workflow:{id}")]
            entries: List[Entry] = yield from self.inbox.entries(ids=keys)
        elif failed:
            entries = yield from self.inbox.entries(shelves=(FAILED,))
        else:
            entries = yield from self.inbox.due()
        report = Replay(entries, {})
        for entry in [] if dry_run else entries:
            outcome = yield from self.inbox.work(entry.key, self.handlers, forced)
            report.outcomes[entry.key] = outcome
            if seen is not None:
                seen(entry, outcome)
        return report

    def forget(self, sdk: VeltSDK, days: int = 30, *, dry_run: bool = False) -> int:
        """Delete events that were done long ago.

        Args:
            sdk: its store is the inbox.
            days: how long ago, at least.
            dry_run: only count them.

        Returns:
            How many were deleted, or would be.

        Raises:
            VeltDatabaseError: the store failed.
        """
        return int(run(self.inbox.forget(days, dry_run), sdk._runner))

    async def aforget(self, sdk: AsyncVeltSDK, days: int = 30, *, dry_run: bool = False) -> int:
        """`forget`, awaited; arguments, answer and errors are the same."""
        return int(await run_async(self.inbox.forget(days, dry_run), sdk._runner))

    # The HTTP edge

    def endpoints(self, site: Site) -> Iterable[Endpoint]:
        """The route, for a handler."""
        # Who receives in a view of their own does not load the routes.
        from velt_py.webhooks.route import WebhookRoute

        return [WebhookRoute(self, site).endpoint]

    def follow(
        self,
        runner: Union[Runner, AsyncRunner],
        event: WebhookEvent,
        new: bool,
        around: Around = plainly,
    ) -> None:
        """Have a stored event handled after its answer; for the HTTP edge. Returns at once.

        Args:
            runner: of the store that holds it.
            event: the event.
            new: whether it did not come before.
            around: what code that blocks is called by, in its thread.
        """
        kept(event, new)
        if not self.in_process:
            return
        if isinstance(runner, AsyncRunner):
            self._background.start_async(lambda: self._worked_async(runner, event.key))
        else:
            self._background.start(lambda: self._worked(runner, event.key), around)

    def _worked(self, runner: Runner, key: str) -> None:
        try:
            run(self._following(key), runner)
        except VeltSDKError as error:
            interrupted(error)

    async def _worked_async(self, runner: AsyncRunner, key: str) -> None:
        try:
            await run_async(self._following(key), runner)
        except VeltSDKError as error:
            interrupted(error)

    def _following(self, key: str) -> Flow:
        """The event that came, and now and then those that are due."""
        yield from self.inbox.work(key, self.handlers)
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        due: List[Entry] = yield from self.inbox.due()
        for entry in due[:AT_ONCE]:
            yield from self.inbox.work(entry.key, self.handlers)

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait for the functions that are under way after their answers; False when that takes longer."""
        return self._background.settle(seconds)

    async def asettle(self, seconds: float = 10.0) -> bool:
        """`settle`, awaited, for those in this event loop."""
        return await self._background.settle_async(seconds)

    def __repr__(self) -> str:
        return f"<Webhooks {' '.join(self.reader.secrets.schemes)}>"


def kept(event: WebhookEvent, new: bool) -> None:
    logger.info(
        "velt.webhook.received",
        extra={"velt_event": event.name, "velt_scheme": event.scheme, "velt_id": event.id, "velt_new": new},
    )


def report(event: WebhookEvent, attempts: int, error: Exception) -> None:
    """Log a function that failed: the class of the error and where, not its text, which may quote people."""
    logger.error(
        "velt.webhook.failed",
        extra={
            "velt_event": event.name,
            "velt_id": event.id,
            "velt_attempts": attempts,
            "velt_error": type(error).__name__,
            "velt_trace": places_of(error),
        },
    )


def interrupted(error: VeltSDKError) -> None:
    """The store failed; the event stays in the inbox."""
    logger.error(
        "velt.webhook.interrupted",
        extra={"velt_error": type(error).__name__, "velt_correlation": error.correlation},
    )
