"""What happens by the clock alone: workflows go on and call the application, people are told what was held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, AbstractSet, List, Optional, Tuple

from velt_py.emulator.clock import Clock
from velt_py.emulator.kinds import NOTICE_HELD, WORKFLOW_LIVE, WORKFLOW_SCHEDULE
from velt_py.emulator.outgoing import Outgoing
from velt_py.emulator.state import State
from velt_py.exceptions import VeltConfigurationError, VeltDependencyError, VeltNetworkError

if TYPE_CHECKING:
    from velt_py.emulator.areas.workflow.calls import DueCall

__all__ = ["Errands"]

BASE = "http://127.0.0.1:4567"


class Errands:
    """Settles workflows and makes their calls, each call outside the state's lock, so that it may be called back.

    Args:
        state: where the executions are.
        clock: what is due goes by it.
        outgoing: what posts.
    """

    def __init__(self, state: State, clock: Clock, outgoing: Outgoing) -> None:
        self._state = state
        self._clock = clock
        self._outgoing = outgoing
        self.base_url = BASE
        """Where receivers of asynchronous webhook nodes find the emulator."""

    def run(self, key: Optional[str] = None, but: AbstractSet[str] = frozenset()) -> int:
        """Do what is due; how many calls were made.

        Args:
            key: only what belongs to this api key.
            but: nothing of these.
        """
        due: List[Tuple[str, DueCall]] = []
        with self._state.call():
            if self._state.closed:
                return 0
            now = self._clock.milliseconds()
            self._release(key, but, now)
            owners = {*self._state.owners(WORKFLOW_LIVE), *self._state.owners(WORKFLOW_SCHEDULE)}
            if not owners:
                return 0
            from velt_py.emulator.areas.workflow.calls import take
            from velt_py.emulator.areas.workflow.settling import settle

            for owner in sorted(owners):
                if owner not in but and (key is None or owner == key):
                    records = self._state.of(owner)
                    settle(records, now)
                    due.extend((owner, call) for call in take(records, now, self.base_url))
        for owner, call in due:
            self._make(owner, call)
        return len(due)

    def _release(self, key: Optional[str], but: AbstractSet[str], now: int) -> None:
        """Tell people what was held back until now."""
        owners = [
            owner
            for owner in self._state.owners(NOTICE_HELD)
            if owner not in but and (key is None or owner == key)
        ]
        if not owners:
            return
        from velt_py.emulator.effects.holding import release

        for owner in owners:
            release(self._state.of(owner), now)

    def _make(self, owner: str, call: DueCall) -> None:
        request = call.request
        status: Optional[int] = None
        headers, body = {}, b""
        try:
            reply = self._outgoing.send(
                "workflow.webhook-node",
                request.method,
                request.url,
                request.body,
                request.headers,
                request.seconds,
            )
            status, headers, body = reply.status, dict(reply.headers), reply.body
        except (VeltNetworkError, VeltConfigurationError, VeltDependencyError):
            status = None
        with self._state.call():
            if not self._state.closed:
                records = self._state.of(owner)
                from velt_py.emulator.areas.workflow.calls import answered

                answered(records, self._clock.milliseconds(), call, status, headers, body)
