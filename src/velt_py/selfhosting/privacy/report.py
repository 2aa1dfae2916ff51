"""What an erasure or a search for a person came to. Counts and places, never what people wrote."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

__all__ = ["Counts", "Left", "Report"]

MOST_LISTED = 1000
"""Places of each list in a report; beyond that they are only counted."""


@dataclass
class Counts:
    """Records of one kind.

    Args:
        scanned: looked at.
        matched: with a trace of the person that the policy does not keep.
        changed, deleted: what was done; what would be done in a dry run; nothing in a verification.
        failed: could not be changed or deleted; the log says why.
    """

    scanned: int = 0
    matched: int = 0
    changed: int = 0
    deleted: int = 0
    failed: int = 0


class Left(NamedTuple):
    """A record in which something is left of the person, or that could not be dealt with.

    Args:
        organization, kind, id: which record; for an event of a webhook the queue stands for the organization.
        places: where in it; without what could be personal itself.
    """

    organization: str
    kind: str
    id: str
    places: Tuple[str, ...] = ()


def _no_counts() -> Dict[str, Counts]:
    return {}


def _none_left() -> List[Left]:
    return []


@dataclass
class Report:
    """What was found of a person, and with `applied` also done.

    Args:
        userId: the person.
        applied: whether anything was changed; False for a dry run and for a verification.
        organizations: how many were looked at.
        kinds: by kind of record.
        files: files removed from the file store (in a dry run: to be removed).
        filesElsewhere: attachments whose file lies at an address that is not ours; only their rows are removed.
        ownUsers: rows of the person in a users table of yours, which is never written; delete them there.
        left: where something of the person is left, after the scan that ends an erasure, or a verification.
        leftCount: how many such records; `left` lists the first thousand.
        failed: what could not be dealt with.
        unreadable: damaged records, in which nobody can see whether something is left; repair or delete them.
        unreadableCount: how many; `unreadable` lists the first thousand.
        unplaced: events of webhooks with a trace that name no organization: only a call for all organizations reaches
            them.
        confirmed: whether a scan could read everything and found nothing left; None where no scan was made (a dry run).
        velt: what became of Velt's own deletion: `state` (`done`, `timeout`, `failed`, `refused`, `not started`),
            `jobId` and `error`; None when it was not asked for.
    """

    userId: str
    applied: bool = False
    organizations: int = 0
    kinds: Dict[str, Counts] = field(default_factory=_no_counts)
    files: int = 0
    filesElsewhere: int = 0
    ownUsers: int = 0
    left: List[Left] = field(default_factory=_none_left)
    leftCount: int = 0
    failed: List[Left] = field(default_factory=_none_left)
    failedCount: int = 0
    unreadable: List[Left] = field(default_factory=_none_left)
    unreadableCount: int = 0
    unplaced: int = 0
    confirmed: Optional[bool] = None
    velt: Optional[Dict[str, Any]] = None

    def of(self, kind: str) -> Counts:
        """The counts of a kind."""
        return self.kinds.setdefault(kind, Counts())

    def add_left(self, left: Left) -> None:
        self.leftCount += 1
        if len(self.left) < MOST_LISTED:
            self.left.append(left)

    def add_failed(self, failed: Left) -> None:
        self.of(failed.kind).failed += 1
        self.failedCount += 1
        if len(self.failed) < MOST_LISTED:
            self.failed.append(failed)

    def add_unreadable(self, unreadable: Left) -> None:
        self.unreadableCount += 1
        if len(self.unreadable) < MOST_LISTED:
            self.unreadable.append(unreadable)

    def forget_unread(self) -> None:
        """What could not be read is counted by the scan that begins now."""
        self.unreadable, self.unreadableCount, self.unplaced = [], 0, 0

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do: a scan found nothing, nothing failed, and Velt's job, if any, is done."""
        return (
            self.confirmed is True
            and not self.failedCount
            and (not self.velt or self.velt["state"] == "done")
        )

    @property
    def settled(self) -> bool:
        """Whether all that was asked for is done: a dry run asks for nothing, so that only failures count there."""
        return self.complete or not (self.applied or self.failedCount or self.unreadableCount)

    @property
    def matched(self) -> int:
        """How many records had a trace of the person."""
        return sum(counts.matched for counts in self.kinds.values())

    def to_dict(self) -> Dict[str, Any]:
        """The report as JSON objects."""
        result: Dict[str, Any] = {"complete": self.complete}
        for name, value in vars(self).items():
            if name in ("left", "failed", "unreadable"):
                result[name] = [_left_dict(each) for each in getattr(self, name)]
            elif name == "kinds":
                result[name] = {kind: asdict(counts) for kind, counts in self.kinds.items()}
            else:
                result[name] = value
        return result


def _left_dict(left: Left) -> Dict[str, Any]:
    return {**left._asdict(), "places": list(left.places)}
