"""Which notifications that are held leave together, and when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import groupby
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, cast

__all__ = ["Batch", "Held", "Pipeline", "Window", "due_batches"]


Scope = Tuple[str, ...]
"""Whose window something is in: a document's, or a person's."""


class Held(NamedTuple):
    """What one person is told of one activity, and is not told yet.

    Args:
        due: milliseconds since 1970 at which it has been held for long enough.
        organization, document, user: whose; no user where a notification names nobody.
        activity: the same for all people who are told of it.
        place: the ids of its record.
    """

    due: int
    organization: str
    document: str
    user: str
    activity: str
    place: Tuple[str, ...]


class Batch(NamedTuple):
    """What leaves together, and when."""

    at: int
    held: List[Held]


class Window(NamedTuple):
    """How long activities are collected, in milliseconds, and how many at most."""

    length: int
    most: int


@dataclass(frozen=True)
class Pipeline:
    """What stands between an activity and whoever is told of it.

    Args:
        delay: milliseconds for which it is held.
        document, user: how it is collected, by document and by person.
    """

    delay: int = 0
    document: Optional[Window] = None
    user: Optional[Window] = None

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Optional[Pipeline]:
        """The pipeline of a notification configuration, with all its numbers; None when it is off."""
        if config.get("useNotificationService") is not True:
            return None
        service = _object(config.get("notificationServiceConfig"))
        delay, batches = _object(service.get("delayConfig")), _object(service.get("batchConfig"))
        seconds = _whole(delay, "delaySeconds") if delay.get("isEnabled") is True else 0
        document, user = (_window(_object(batches.get(scope))) for scope in ("document", "user"))
        return cls(seconds * 1_000, document, user) if seconds or document or user else None

    def scopes(self, held: Held) -> Iterator[Tuple[Scope, Window]]:
        """The windows in which something is collected."""
        if self.document is not None:
            yield ("document", held.organization, held.document), self.document
        if self.user is not None and held.user:
            yield ("user", held.organization, held.user), self.user


def due_batches(held: Sequence[Held], pipeline: Pipeline, now: int) -> List[Batch]:
    """What has to leave by now, in the order of time. What is not in it goes on waiting.

    Both scopes collect for themselves: whichever window closes first, by time or by number, takes what is in it.
    """
    collected = Collected(pipeline)
    batches: List[Batch] = []
    due = sorted((each for each in held if each.due <= now), key=lambda each: each.due)
    for (at, _), found in groupby(due, key=lambda each: (each.due, each.activity)):
        batches += collected.closed(at)
        fresh = list(found)
        for scope, window in dict(pair for each in fresh for pair in collected.put(each)).items():
            if collected.activities(scope) >= window.most:
                batches.append(collected.taken(scope, at))
        single = [each for each in fresh if not any(pipeline.scopes(each))]
        if single:
            batches.append(Batch(at, single))
    return [*batches, *collected.closed(now)]


class Collected:
    """What the windows hold. Every call looks at all that is held, so nothing here looks at it twice.

    Args:
        pipeline: whose windows.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._number = 0
        self._inside: Dict[Scope, Dict[int, Held]] = {}
        self._ends: List[Tuple[int, Scope, int]] = []

    def put(self, each: Held) -> List[Tuple[Scope, Window]]:
        """Collect something; in which windows."""
        scopes = list(self._pipeline.scopes(each))
        self._number += 1
        for scope, window in scopes:
            self._inside.setdefault(scope, {})[self._number] = each
            heappush(self._ends, (each.due + window.length, scope, self._number))
        return scopes

    def activities(self, scope: Scope) -> int:
        """How many activities a window holds."""
        return len({each.activity for each in self._inside.get(scope, {}).values()})

    def closed(self, until: int) -> Iterator[Batch]:
        """What the windows hold that close until then, the first one first; it is no longer collected."""
        while self._ends and self._ends[0][0] <= until:
            at, scope, number = heappop(self._ends)
            if number in self._inside.get(scope, ()):
                yield self.taken(scope, at)

    def taken(self, scope: Scope, at: int) -> Batch:
        """What a window holds; it is no longer collected, in the other one neither."""
        members = self._inside.pop(scope)
        for number, each in members.items():
            for other, _ in self._pipeline.scopes(each):
                self._inside.get(other, {}).pop(number, None)
        return Batch(at, list(members.values()))


def _window(config: Mapping[str, Any]) -> Optional[Window]:
    if config.get("isEnabled") is not True:
        return None
    return Window(_whole(config, "batchWindowSeconds") * 1_000, max(1, _whole(config, "maxActivities")))


def _whole(config: Mapping[str, Any], name: str) -> int:
    found = config.get(name)
    return found if isinstance(found, int) else 0


def _object(found: Any) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], found) if isinstance(found, dict) else {}
