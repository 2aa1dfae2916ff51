"""The inbox: every event is a row before anything is done with it. Pure; time is handed in.

A row is never worked on twice at the same time, nor twice in the same attempt: who works on it stores a claim of
the attempt's number first, and of two such claims one is the new one. A claim ends with its lease, so the work of a
process that was killed is taken over. Then an event may be handled once more: it is handled at least once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import (
    Any,
    Callable,
    Dict,
    Generator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
    cast,
)

from velt_py.exceptions import VeltWebhookError
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.plans import Change, Delete, MapMerge, Plan, Read, Record, Save
from velt_py.selfhosting.records import WEBHOOKS
from velt_py.selfhosting.scope import Scope
from velt_py.webhooks.events import WebhookEvent, event_of
from velt_py.webhooks.handlers import Handlers
from velt_py.webhooks.verify import Verified

__all__ = ["ATTEMPTS", "RETRY_SECONDS", "Entry", "Flow", "Handle", "Inbox", "Step"]

RETRY_SECONDS = (10, 60, 300, 1800, 7200, 21600)
"""How long after a failed attempt the next one is due."""

ATTEMPTS = len(RETRY_SECONDS) + 1
"""After so many the event waits for a person: `velt webhooks replay --failed`."""

UNREADABLE = "Unreadable"
"""Instead of the class of an error: the row holds no event, and never will."""

PENDING, FAILED, DONE = "pending", "failed", "done"
FIRST_STAYS = (MapMerge("state", overwrite=()), MapMerge("event", overwrite=()))
LAST_WINS = (MapMerge("state"),)
OLDEST_DAYS = 400


class Handle(NamedTuple):
    """Call a function with an event. An error of it is thrown into the flow."""

    function: Callable[..., Any]
    event: WebhookEvent


Step = Union[Plan, Handle]
Flow = Generator[Step, Any, Any]


@dataclass(frozen=True)
class Entry:
    """A row of the inbox.

    Args:
        key: the row's id.
        name: of the event.
        shelf: `pending`, `failed`, or `done` and the day.
        attempts: how many there were.
        received: milliseconds since 1970.
        next: when the next attempt is due, in milliseconds since 1970.
        error: the class of the last error.
        handled: the functions that are through with it.
        stored: the event as stored.
    """

    key: str
    name: str
    shelf: str
    attempts: int
    received: int
    next: int
    error: Optional[str]
    handled: Tuple[str, ...]
    stored: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        """The event's own id."""
        return str(self.stored.get("id"))

    def event(self) -> WebhookEvent:
        """The event as it came.

        Raises:
            KeyError, TypeError, ValueError, VeltWebhookError: for a row that somebody else wrote or altered.
        """
        stored = self.stored
        payload: Any = json.loads(stored["payload"])
        if not isinstance(payload, dict):
            raise TypeError("the payload of an event is an object")
        verified = Verified(stored["scheme"], stored["id"], stored.get("timestamp"), stored.get("attempt"))
        if verified.scheme == "v1":
            verified = Verified("v1")
        return event_of(verified, cast(Dict[str, Any], payload))

    def to_dict(self) -> Dict[str, Any]:
        """What a person may know of it: nothing that people wrote."""
        return {
            "id": self.key,
            "event": self.name,
            "state": self.shelf,
            "attempts": self.attempts,
            "receivedAt": self.received,
            "nextAt": self.next if self.shelf == PENDING else None,
            "error": self.error,
        }


def entry_of(record: Record) -> Optional[Entry]:
    body = body_of(record)
    state, event = body.get("state"), body.get("event")
    if not isinstance(state, dict) or not isinstance(event, dict):
        return None  # a claim, or a mark
    facts, stored = cast(Dict[str, Any], state), cast(Dict[str, Any], event)
    return Entry(
        record.id,
        str(stored.get("name")),
        str(facts.get("shelf")),
        int(facts.get("attempts") or 0),
        int(facts.get("received") or 0),
        int(facts.get("next") or 0),
        facts.get("error"),
        tuple(facts.get("handled") or ()),
        stored,
    )


@dataclass(frozen=True)
class Inbox:
    """The plans of one queue.

    Args:
        clock: tells the seconds since 1970.
        queue: which rows are meant; processes that share a store may have queues of their own.
        lease: seconds after which the work of somebody who does not come back is taken over.
        failed: told of every function that failed: the event, how many attempts there were, and the error.
    """

    clock: Callable[[], float]
    queue: str = "default"
    lease: float = 300.0
    failed: Callable[[WebhookEvent, int, Exception], None] = lambda event, attempts, error: None

    @property
    def scope(self) -> Scope:
        return Scope(self.queue)

    def now(self) -> int:
        return int(self.clock() * 1000)

    # Keeping

    def keep(self, event: WebhookEvent) -> Save:
        """The plan that stores an event; it answers 0 when the event came before."""
        now = self.now()
        stored = {
            "name": event.name,
            "id": event.id,
            "scheme": event.scheme,
            "timestamp": event.timestamp,
            "attempt": event.attempt,
            # As text, because not every store can keep every JSON.
            "payload": json.dumps(event.raw, separators=(",", ":")),
        }
        state = {"shelf": PENDING, "attempts": 0, "received": now, "next": now}
        return self.saving(event.key, {"state": state, "event": stored}, FIRST_STAYS)

    def saving(self, id: str, fields: Mapping[str, Any], merges: Tuple[MapMerge, ...]) -> Save:
        document = {"id": id, "queue": self.queue, **fields}
        return Save(WEBHOOKS, self.scope, (Change(id, document, dumps(document)),), merges)

    # Looking

    def entries(self, ids: Optional[Sequence[str]] = None, shelves: Optional[Sequence[str]] = None) -> Flow:
        """The rows with these ids or on these shelves, the oldest first."""
        records: List[Record] = yield Read(
            WEBHOOKS,
            self.scope,
            tuple(ids) if ids is not None else None,
            tuple(shelves) if shelves is not None else None,
        )
        found = [entry for entry in map(entry_of, records) if entry is not None]
        return sorted(found, key=lambda entry: (entry.received, entry.key))

    def due(self) -> Flow:
        """The pending rows whose time has come."""
        found: List[Entry] = yield from self.entries(shelves=(PENDING,))
        now = self.now()
        return [entry for entry in found if entry.next <= now]

    # Working

    def work(self, key: str, handlers: Handlers, forced: bool = False) -> Flow:
        """Have an event handled, when it is its turn.

        Args:
            key: the row's id.
            handlers: the functions.
            forced: also when it is done, or given up, or not due yet.

        Returns:
            `done`; `pending` or `failed` when a function failed; `busy` when somebody else is at it; `settled` when
            there was nothing to do; `gone` when there is no such row.
        """
        entry = yield from self.waiting(key, forced)
        if not isinstance(entry, Entry):
            return entry
        attempt: Optional[int] = yield from self.claim(key, entry.attempts + 1)
        if attempt is None:
            return "busy"
        # Whoever had the claim before may have finished between the first look and this claim.
        entry = yield from self.waiting(key, forced)
        if not isinstance(entry, Entry):
            yield self.freed(key, attempt, attempt)
            return entry
        if attempt > ATTEMPTS and not forced:
            outcome = yield from self.settle(entry, attempt, entry.handled, "Interrupted")
            return outcome
        done, error = yield from self.handle(entry, attempt, handlers, forced)
        outcome = yield from self.settle(entry, attempt, done, error)
        return outcome

    def waiting(self, key: str, forced: bool) -> Flow:
        """The row when it is its turn, else the word that says why not."""
        found: List[Entry] = yield from self.entries(ids=(key,))
        if not found:
            return "gone"
        entry = found[0]
        turn = forced or (entry.shelf == PENDING and entry.next <= self.now())
        return entry if turn else "settled"

    def claim(self, key: str, first: int) -> Flow:
        """Claim the next attempt; returns its number, None when somebody else is at it."""
        for number in range(first, first + 2 * ATTEMPTS):
            id = claim_id(key, number)
            until = self.now() + int(self.lease * 1000)
            if (yield self.saving(id, {"state": {"until": until}}, FIRST_STAYS)):
                return number
            records: List[Record] = yield Read(WEBHOOKS, self.scope, (id,))
            if not records or until_of(records[0]) > self.now():
                return None
        return None

    def handle(self, entry: Entry, attempt: int, handlers: Handlers, forced: bool) -> Flow:
        """Call the functions that are not through with the event yet; returns those that are, and what failed."""
        try:
            event = entry.event()
        except (KeyError, TypeError, ValueError, VeltWebhookError):
            # Such a row must not stand in the way of those behind it.
            return entry.handled, UNREADABLE
        done = [] if forced else list(entry.handled)
        failed: Optional[str] = None
        for each in handlers.of(event.name):
            if each.label in done:
                continue
            try:
                yield Handle(each.function, event)
            except Exception as error:  # noqa: BLE001 - told, and tried again later
                self.failed(event, attempt, error)
                failed = type(error).__name__
            else:
                done.append(each.label)
        return done, failed

    def settle(self, entry: Entry, attempt: int, done: Sequence[str], error: Optional[str]) -> Flow:
        """Store how an attempt ended."""
        now = self.now()
        state: Dict[str, Any] = {"attempts": attempt, "handled": list(done), "error": error}
        if error is None:
            outcome, state["shelf"] = DONE, f"{DONE} {day_of(now)}"
        elif attempt >= ATTEMPTS or error == UNREADABLE:
            outcome = state["shelf"] = FAILED
        else:
            outcome = state["shelf"] = PENDING
            state["next"] = now + RETRY_SECONDS[attempt - 1] * 1000
        yield self.saving(entry.key, {"state": state}, LAST_WINS)
        yield self.freed(entry.key, entry.attempts + 1, attempt)
        return outcome

    def freed(self, key: str, first: int, last: int) -> Delete:
        ids = tuple(claim_id(key, number) for number in range(min(first, last), last + 1))
        return Delete(WEBHOOKS, self.scope, ids)

    # Marking

    def mark(self, id: str) -> Save:
        """The plan that notes that something was done, forgotten like events that were; it answers 0 when it was
        noted before."""
        state = {"shelf": f"{DONE} {day_of(self.now())}"}
        return self.saving(mark_id(id), {"state": state}, FIRST_STAYS)

    def unmark(self, id: str) -> Delete:
        """The plan that takes a note back."""
        return Delete(WEBHOOKS, self.scope, (mark_id(id),))

    # Forgetting

    def forget(self, days: int, dry_run: bool = False) -> Flow:
        """Delete the events that were done more than `days` days ago, with `dry_run` only count; returns how many."""
        today = datetime.fromtimestamp(self.clock(), timezone.utc)
        gone = 0
        for before in range(days + 1, days + 1 + OLDEST_DAYS):
            shelf = f"{DONE} {(today - timedelta(days=before)).strftime('%Y-%m-%d')}"
            found: List[Record] = yield Read(WEBHOOKS, self.scope, None, (shelf,))
            if found and not dry_run:
                yield Delete(WEBHOOKS, self.scope, tuple(record.id for record in found))
            gone += sum(entry_of(record) is not None for record in found)
        return gone


def body_of(record: Record) -> Dict[str, Any]:
    body: Any = loads(record.body) if isinstance(record.body, str) else record.body
    return cast("Dict[str, Any]", body) if isinstance(body, dict) else {}


def claim_id(key: str, number: int) -> str:
    return f"claim:{number}:{key}"


def mark_id(id: str) -> str:
    return f"mark:{id}"


def until_of(record: Record) -> int:
    state: Any = body_of(record).get("state")
    return int(cast("Dict[str, Any]", state).get("until") or 0) if isinstance(state, dict) else 0


def day_of(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%d")
