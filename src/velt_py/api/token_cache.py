"""User tokens kept until they must be renewed: one call to Velt for many page loads of a user."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Dict, Optional

from velt_py.api.token_rules import GOOD_FOR, RENEWAL_PAUSE, Entry, Rules, Shelf, token_of
from velt_py.exceptions import VeltConfigurationError, VeltSDKError

if TYPE_CHECKING:
    import asyncio

__all__ = ["AsyncTokenCache", "TokenCache"]

logger = logging.getLogger("velt_py.api.token_cache")


def _tell(error: Exception, left: float) -> None:
    facts = {
        "velt_error": type(error).__name__,
        "velt_code": error.code if isinstance(error, VeltSDKError) else None,
        "velt_seconds_left": round(left, 3),
    }
    logger.warning("velt.token.renewal_failed", extra=facts)


def _checked(fetch: Any, max_entries: Any) -> None:
    if not callable(fetch):
        raise VeltConfigurationError(
            "fetch: a function is needed, for example sdk.selfHosting.token.getToken", field="fetch"
        )
    if isinstance(max_entries, bool) or not isinstance(max_entries, int) or max_entries < 1:
        raise VeltConfigurationError("max_entries: a whole number from 1 on is needed", field="max_entries")


class _Flight:
    """A call under way, and those who wait for it."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.token: Optional[str] = None
        self.error: Optional[Exception] = None


class _Held:
    """What one process holds. A forked child takes the tokens over, and neither locks nor calls of its parent."""

    def __init__(self, shelf: Shelf) -> None:
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.flights: Dict[bytes, _Flight] = {}
        self.shelf = shelf


class TokenCache:
    """Keeps user tokens, for code that blocks. Safe under threads and after fork.

        tokens = TokenCache(sdk.selfHosting.token.getToken)
        token = tokens.get(organizationId="acme", userId="u-1", email="ana@acme.example")

    The same arguments give the same token until it must be renewed. Threads that ask for it at the same time share
    one call; while a token is renewed, the others get the old one. When a renewal fails the old token is handed out
    as long as it is good, `velt.token.renewal_failed` is logged, and the next attempt is made a minute later.
    A token ends before the earliest `expiresAt` (seconds since the epoch) of `permissions["resources"]`.

    Args:
        fetch: `sdk.selfHosting.token.getToken`, `sdk.api.accessControl.generateToken`, or what answers like them.
        max_entries: tokens to keep; the ones used longest ago go first.
        good_for: seconds that a token is good for.
        renew_before: seconds before its end at which it is renewed.
        clock: seconds since the epoch, for tests.

    Raises:
        VeltConfigurationError: an argument cannot be used.

    See https://docs.velt.dev/get-started/advanced#jwt-tokens
    """

    def __init__(
        self,
        fetch: Callable[..., Any],
        max_entries: int = 10_000,
        good_for: float = GOOD_FOR,
        renew_before: float = 3600.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        _checked(fetch, max_entries)
        self._rules = Rules(good_for, renew_before)
        self._fetch = fetch
        self._clock = clock
        self._state = _Held(Shelf(max_entries))

    @property
    def _held(self) -> _Held:
        held = self._state
        if held.pid != os.getpid():
            held = self._state = _Held(held.shelf.copy())
        return held

    def get(self, **arguments: Any) -> str:
        """The token for these arguments.

        Args:
            arguments: those of `fetch`, as keywords.

        Raises:
            VeltTokenError: the answer holds no token; `code` says why.
            VeltSDKError: what `fetch` raises, while there is no token that is still good.
            VeltValidationError: the arguments cannot be written as JSON.
        """
        key, held = self._rules.key(arguments), self._held
        while True:
            with held.lock:
                now = self._clock()
                entry, flight = held.shelf.find(key, now), held.flights.get(key)
                if entry is not None and (flight is not None or now < entry.renew_at):
                    return entry.token
                if flight is None:
                    own = held.flights[key] = _Flight()
                    break
            flight.landed.wait()
            if flight.token is not None:
                return flight.token
            if flight.error is not None:
                raise flight.error
            # The thread that called was interrupted, which is no answer for others: the next one calls.
        return self._lead(held, key, arguments, own, entry, now)

    def _lead(
        self,
        held: _Held,
        key: bytes,
        arguments: Dict[str, Any],
        flight: _Flight,
        old: Optional[Entry],
        asked_at: float,
    ) -> str:
        try:
            token = token_of(self._fetch(**arguments))
            with held.lock:
                # Not kept when it was forgotten in between.
                if held.flights.get(key) is flight:
                    held.shelf.keep(key, self._rules.entry(token, arguments, asked_at), self._clock())
            flight.token = token
        except Exception as error:
            now = self._clock()
            with held.lock:
                usable = old is not None and now < old.ends_at and held.shelf.holds(key, old)
                if old is not None and usable:
                    old.renew_at = now + RENEWAL_PAUSE
            if old is None or not usable:
                flight.error = error
                raise
            _tell(error, old.ends_at - now)
            flight.token = old.token
        finally:
            with held.lock:
                if held.flights.get(key) is flight:
                    del held.flights[key]
            flight.landed.set()
        return flight.token

    def forget(self, **arguments: Any) -> None:
        """Let go of the token for these arguments, for example when the user's permissions changed."""
        key, held = self._rules.key(arguments), self._held
        with held.lock:
            held.shelf.drop(key)
            held.flights.pop(key, None)

    def clear(self) -> None:
        """Let go of all tokens."""
        held = self._held
        with held.lock:
            held.shelf.clear()
            held.flights.clear()

    def __len__(self) -> int:
        return len(self._held.shelf)

    def __repr__(self) -> str:
        return f"<TokenCache of {len(self)}>"


class _AsyncFlight:
    """A call under way in its own task, so that nobody who waits for it can cancel it."""

    task: asyncio.Task[str]


class AsyncTokenCache:
    """Keeps user tokens, for code that awaits; as `TokenCache`, in one event loop.

        tokens = AsyncTokenCache(sdk.selfHosting.token.getToken)
        token = await tokens.get(organizationId="acme", userId="u-1")

    Cancelling one that waits for a token disturbs no other.
    """

    def __init__(
        self,
        fetch: Callable[..., Awaitable[Any]],
        max_entries: int = 10_000,
        good_for: float = GOOD_FOR,
        renew_before: float = 3600.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        _checked(fetch, max_entries)
        self._rules = Rules(good_for, renew_before)
        self._fetch = fetch
        self._clock = clock
        self._shelf = Shelf(max_entries)
        self._flights: Dict[bytes, _AsyncFlight] = {}

    async def get(self, **arguments: Any) -> str:
        """As `TokenCache.get`, awaited."""
        import asyncio

        key, now, loop = self._rules.key(arguments), self._clock(), asyncio.get_running_loop()
        entry, flight = self._shelf.find(key, now), self._flights.get(key)
        if flight is not None and flight.task.get_loop() is not loop:
            flight = None  # of a loop that ended, or of the parent of this process
        if entry is not None and (flight is not None or now < entry.renew_at):
            return entry.token
        if flight is None:
            flight = self._flights[key] = _AsyncFlight()
            flight.task = loop.create_task(self._lead(key, arguments, flight, entry, now))
            flight.task.add_done_callback(_seen)
        return await asyncio.shield(flight.task)

    async def _lead(
        self,
        key: bytes,
        arguments: Dict[str, Any],
        flight: _AsyncFlight,
        old: Optional[Entry],
        asked_at: float,
    ) -> str:
        try:
            token = token_of(await self._fetch(**arguments))
            if self._flights.get(key) is flight:
                self._shelf.keep(key, self._rules.entry(token, arguments, asked_at), self._clock())
            return token
        except Exception as error:
            now = self._clock()
            if old is None or now >= old.ends_at or not self._shelf.holds(key, old):
                raise
            old.renew_at = now + RENEWAL_PAUSE
            _tell(error, old.ends_at - now)
            return old.token
        finally:
            if self._flights.get(key) is flight:
                del self._flights[key]

    def forget(self, **arguments: Any) -> None:
        """Let go of the token for these arguments, for example when the user's permissions changed."""
        key = self._rules.key(arguments)
        self._shelf.drop(key)
        self._flights.pop(key, None)

    def clear(self) -> None:
        """Let go of all tokens."""
        self._shelf.clear()
        self._flights.clear()

    def __len__(self) -> int:
        return len(self._shelf)

    def __repr__(self) -> str:
        return f"<AsyncTokenCache of {len(self)}>"


def _seen(task: asyncio.Task[str]) -> None:
    # All who waited may be gone; an error that nobody fetched would be reported as lost.
    if not task.cancelled():
        task.exception()
