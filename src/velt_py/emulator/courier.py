"""Sends what `deliveries` keeps: the only place from which webhooks leave."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import (
    AbstractSet,
    Any,
    Callable,
    Deque,
    Dict,
    FrozenSet,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Set,
    Tuple,
)

from velt_py.emulator import endpoints
from velt_py.emulator.clock import Clock
from velt_py.emulator.deliveries import BASIC, DELIVERED, DELIVERY, GIVEN_UP, SVIX, WORKFLOW, attempted, drop
from velt_py.emulator.logins import authorization_of
from velt_py.emulator.outgoing import Outgoing
from velt_py.emulator.sealing import sealed
from velt_py.emulator.state import State
from velt_py.emulator.urls import production_fault
from velt_py.exceptions import VeltConfigurationError, VeltDependencyError, VeltNetworkError

__all__ = ["Courier"]

logger = logging.getLogger("velt_py.emulator")

TIMEOUTS = {BASIC: 15.0, SVIX: 15.0, WORKFLOW: 10.0}
"""Seconds for an answer; documented for advanced webhooks and those of the workflow engine."""
LOOK_SECONDS = 0.2
"""How often the thread looks for what has become due, beside being woken by calls."""
AT_ONCE = 8
SECOND = 1_000


class Job(NamedTuple):
    """A delivery that is due, as it was when it was taken."""

    key: str
    name: str
    doc: Dict[str, Any]


class Courier:
    """Delivers webhooks, each attempt outside the state's lock, so that a receiver may call the emulator back.

    Args:
        state: where the deliveries are.
        clock: what is due goes by it.
        outgoing: what posts.
        errands: what else is done by the clock, before what it causes is delivered, for one api key or for all but
            some; how many calls it made.
        production_url_rules: refuse addresses that Velt's servers would refuse.
    """

    def __init__(
        self,
        state: State,
        clock: Clock,
        outgoing: Outgoing,
        errands: Callable[[Optional[str], AbstractSet[str]], int],
        production_url_rules: bool = False,
    ) -> None:
        self._state = state
        self._clock = clock
        self._outgoing = outgoing
        self._errands = errands
        self._strict = production_url_rules
        self._by_hand: FrozenSet[str] = frozenset()
        self._lock = threading.Lock()
        self._round = threading.Lock()
        self._taken: Set[Tuple[str, str]] = set()
        self._attempts: Dict[Tuple[str, str], Deque[int]] = {}
        self._wake = threading.Event()
        self._thread: Optional[threading.Thread] = None
        self._ended = threading.Event()

    def deliver_due(self, key: Optional[str] = None) -> int:
        """Make one attempt for everything that is due now, in order for each address; how many there were.

        Args:
            key: only what belongs to this api key.
        """
        return self._deliver_due(key, frozenset())

    def deliver_now(self, key: str) -> int:
        """As `deliver_due`, and what the thread has under way for this api key is over too.

        A receiver must not call it: it would wait for itself.
        """
        if key in self._by_hand:
            return self.deliver_due(key)
        with self._round:
            return self.deliver_due(key)

    def hold(self, key: str) -> None:
        """Let nothing of an api key leave by itself; `deliver_due` still sends it."""
        with self._lock:
            self._by_hand |= {key}

    def let_go(self, keys: Optional[Iterable[str]] = None) -> None:
        """Let what belongs to these api keys, or to all, leave by itself again."""
        with self._lock:
            self._by_hand = frozenset() if keys is None else self._by_hand.difference(keys)
        self.wake()

    def forget(self, key: Optional[str] = None) -> None:
        """Forget how often the endpoints of an api key, or of all, were called lately."""
        with self._lock:
            for owner, endpoint in list(self._attempts):
                if key is None or owner == key:
                    del self._attempts[owner, endpoint]

    def _deliver_due(self, key: Optional[str], but: AbstractSet[str]) -> int:
        errands = self._errands(key, but)
        jobs = self._take(key, but)
        rounds: Dict[Tuple[str, str], List[Job]] = {}
        for job in jobs:
            rounds.setdefault((job.key, job.doc["url"]), []).append(job)
        if len(rounds) < 2:
            for each in rounds.values():
                self._deliver(each)
        else:
            from concurrent.futures import ThreadPoolExecutor  # seldom needed, and slow to load

            with ThreadPoolExecutor(min(AT_ONCE, len(rounds)), "velt-emulator-post") as pool:
                list(pool.map(self._deliver, rounds.values()))
        return len(jobs) + errands

    def start(self) -> None:
        """Deliver in a thread of this process until `stop`."""
        if self._thread is None:
            # One of its own: a thread that was stopped while it waits for a receiver must not go on.
            self._ended = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._ended,), name="velt-emulator-courier", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Deliver no more; an attempt that is under way is not waited for."""
        self._ended.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(1.0)
            self._thread = None

    def wake(self) -> None:
        """Look whether something is due, where the thread runs."""
        if self._thread is not None:
            self._wake.set()

    def notice(self) -> None:
        """Wake when a call put something on the agenda."""
        if self._state.scheduled:
            self.wake()

    def _run(self, ended: threading.Event) -> None:
        while not ended.is_set():
            self._wake.clear()
            self._state.scheduled = False
            try:
                with self._round:
                    made = self._deliver_due(None, self._by_hand)
            except Exception:
                # What was loaded into the state may be anything; the thread goes on with what comes after it.
                logger.exception("velt.emulator.failed", extra={"velt_path": "the delivery of webhooks"})
                made = 0
            if not made:
                self._wake.wait(LOOK_SECONDS)

    def _take(self, key: Optional[str], but: AbstractSet[str]) -> List[Job]:
        now = self._clock.milliseconds()
        jobs: List[Job] = []
        with self._state.call():
            if self._state.closed:
                return []
            for owner, row in self._state.agenda():
                if row.doc["due"] > now or owner in but or (key is not None and owner != key):
                    continue
                records = self._state.of(owner)
                doc = records.get(DELIVERY, row.ids[0])
                target = records.get("endpoint", doc["endpoint"]) if doc and doc["endpoint"] else None
                if doc is None or (doc["endpoint"] and not endpoints.is_open(target)):
                    drop(records, row.ids[0])
                    continue
                limit = (target or {}).get("rateLimit")
                with self._lock:
                    fresh = (owner, row.ids[0]) not in self._taken
                    if fresh and self._lets_through(owner, doc["endpoint"], limit, now):
                        self._taken.add((owner, row.ids[0]))
                        jobs.append(Job(owner, row.ids[0], doc))
        return jobs

    def _lets_through(self, owner: str, endpoint: str, limit: Optional[int], now: int) -> bool:
        """Whether an endpoint may get one more within this second of the emulator's clock; counts it if so. What it
        may not get yet stays due."""
        if not limit:
            return True
        times = self._attempts.setdefault((owner, endpoint), deque())
        while times and not now - SECOND < times[0] <= now:
            times.popleft()
        if len(times) >= limit:
            return False
        times.append(now)
        return True

    def _deliver(self, jobs: List[Job]) -> None:
        for job in jobs:
            try:
                self._keep(job, self._attempt(job.doc))
            finally:
                with self._lock:
                    self._taken.discard((job.key, job.name))

    def _attempt(self, doc: Dict[str, Any]) -> Dict[str, Any]:
        started = time.perf_counter()
        attempt: Dict[str, Any] = {"at": self._clock.milliseconds()}
        fault = production_fault(doc["url"]) if self._strict else None
        try:
            if fault:
                raise VeltConfigurationError(f"url {fault}")
            body, headers = sealed(doc)
            headers = {**authorization_of(doc["url"]), **headers}
            reply = self._outgoing.post(
                f"webhook.{doc['event']}", doc["url"], body, headers, TIMEOUTS[doc["scheme"]]
            )
            attempt["status"] = reply.status
        except (VeltNetworkError, VeltConfigurationError, VeltDependencyError) as error:
            attempt["error"] = error.message
        attempt["milliseconds"] = round((time.perf_counter() - started) * 1000, 3)
        return attempt

    def _keep(self, job: Job, attempt: Dict[str, Any]) -> None:
        with self._state.call():
            if self._state.closed:
                return
            now = self._clock.milliseconds()
            records = self._state.of(job.key)
            state = attempted(records, job.name, attempt, now)
            endpoint = job.doc["endpoint"]
            if endpoint and state == DELIVERED:
                endpoints.reached(records, endpoint)
            elif endpoint and state is not None:
                endpoints.failed(records, endpoint, now)
            if state == GIVEN_UP[SVIX]:
                endpoints.report_exhausted(records, job.name, now)
        logger.debug(
            "velt.emulator.delivery",
            extra={"velt_event": job.doc["event"], "velt_state": state, "velt_status": attempt.get("status")},
        )
