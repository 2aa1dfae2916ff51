"""Which notifications that are held leave together, and when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, cast

__all__ = ["Batch", "Held", "Pipeline", "Window", "due_batches"]


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

    def scopes(self, held: Held) -> Iterator[Tuple[Tuple[str, ...], Window]]:
        """The windows in which something is collected."""
        if self.document is not None:
            yield ("document", held.organization, held.document), self.document
        if self.user is not None and held.user:
            yield ("user", held.organization, held.user), self.user


def due_batches(held: Sequence[Held], pipeline: Pipeline, now: int) -> List[Batch]:
    """What has to leave by now, in the order of time. What is not in it goes on waiting.

    Both scopes collect for themselves: whichever window closes first, by time or by number, takes what is in it.
    """
    collected: List[Held] = []
    batches: List[Batch] = []
    due = sorted((each for each in held if each.due <= now), key=lambda each: each.due)
    for (at, _), found in groupby(due, key=lambda each: (each.due, each.activity)):
        batches += _closed(collected, pipeline, at)
        fresh = list(found)
        collected += fresh
        for scope, window in dict(pair for each in fresh for pair in pipeline.scopes(each)).items():
            members = _members(collected, pipeline, scope)
            if len({each.activity for each in members}) >= window.most:
                batches.append(_taken(collected, members, at))
        single = [each for each in fresh if not any(pipeline.scopes(each))]
        if single:
            batches.append(_taken(collected, single, at))
    return [*batches, *_closed(collected, pipeline, now)]


def _closed(collected: List[Held], pipeline: Pipeline, until: int) -> Iterator[Batch]:
    """What the windows hold that close until then, the first one first; it is no longer collected."""
    while True:
        ends = [
            (each.due + window.length, scope) for each in collected for scope, window in pipeline.scopes(each)
        ]
        first = min(ends, default=None)
        if first is None or first[0] > until:
            return
        yield _taken(collected, _members(collected, pipeline, first[1]), first[0])


def _members(collected: Sequence[Held], pipeline: Pipeline, scope: Tuple[str, ...]) -> List[Held]:
    return [each for each in collected if any(scope == known for known, _ in pipeline.scopes(each))]


def _taken(collected: List[Held], members: List[Held], at: int) -> Batch:
    collected[:] = [each for each in collected if each not in members]
    return Batch(at, members)


def _window(config: Mapping[str, Any]) -> Optional[Window]:
    if config.get("isEnabled") is not True:
        return None
    return Window(_whole(config, "batchWindowSeconds") * 1_000, _whole(config, "maxActivities"))


def _whole(config: Mapping[str, Any], name: str) -> int:
    found = config.get(name)
    return found if isinstance(found, int) else 0


def _object(found: Any) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], found) if isinstance(found, dict) else {}
