"""Looking for what a store holds of a person, changing nothing. Pure: steps for a runner."""

from __future__ import annotations

from typing import NamedTuple, Sequence, Tuple

from velt_py.exceptions import VeltSchemaError
from velt_py.selfhosting.plans import DAMAGED, Record
from velt_py.selfhosting.privacy.policy import DELETE
from velt_py.selfhosting.privacy.report import Left, Report
from velt_py.selfhosting.privacy.rules import Decision, decide
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.privacy.walking import (
    Search,
    Walk,
    Work,
    aisles_of,
    document_of,
    has_own_users,
    kept_users,
    place_in,
    rows_of,
)
from velt_py.selfhosting.records import USERS, Kind
from velt_py.selfhosting.scope import Scope

__all__ = ["Found", "Looking", "found_in"]


class Found(NamedTuple):
    """A record with a trace of the person, and what becomes of it.

    Args:
        unplaced: nobody can tell whether it belongs to the organization that is meant, so it stays as it is.
    """

    record: Record
    decision: Decision
    unplaced: bool = False


def found_in(search: Search, traces: Traces, kind: Kind, record: Record) -> Tuple[Found, ...]:
    """The record with its decision, nothing when there is no trace in it.

    Raises:
        ValueError: it cannot be read.
    """
    document = document_of(record, kind, traces)
    if document is None:
        return ()
    placed = place_in(search, kind, document)
    if placed is False:
        return ()
    decision = decide(kind, document, traces)
    if decision.after is document and not decision.files:
        return ()
    return (Found(record, decision, placed is None),)


class Looking:
    """A scan that changes nothing.

    Args:
        counting: count the records as well.
    """

    def __init__(self, search: Search, report: Report, counting: bool = False) -> None:
        self._search = search
        self._report = report
        self._counting = counting
        self._traces = Traces(search.person, search.policy)

    def all(self, organizations: Sequence[str]) -> Work:
        """Look everywhere, and say in the report whether all could be read and nothing was found."""
        report = self._report
        report.forget_unread()
        for kind, scope in (yield from aisles_of(organizations)):
            yield from self._kind(kind, scope)
        for name in organizations:
            yield from self._users(Scope(name))
        report.confirmed = not (report.leftCount or report.unreadableCount)

    def _kind(self, kind: Kind, scope: Scope) -> Work:
        walk = Walk(kind, scope)
        counts = self._report.of(kind.name)
        while True:
            records = yield from walk.next()
            if not records:
                return
            counts.scanned += len(records) if self._counting else 0
            for record in records:
                try:
                    found = found_in(self._search, self._traces, kind, record)
                except ValueError:
                    self._unread(kind, scope, record)
                    continue
                for each in found:
                    self._note(kind, scope, each)

    def _note(self, kind: Kind, scope: Scope, found: Found) -> None:
        if found.unplaced:
            self._report.unplaced += 1
            return
        self._report.of(kind.name).matched += 1 if self._counting else 0
        places = found.decision.places or ("",)
        self._report.add_left(Left(scope.organization, kind.name, found.record.id, places))

    def _unread(self, kind: Kind, scope: Scope, record: Record) -> None:
        self._report.add_unreadable(Left(scope.organization, kind.name, record.id))

    def _users(self, scope: Scope) -> Work:
        if self._search.policy.users != DELETE:
            return
        rows = yield from rows_of(self._search, scope)
        if rows and kept_users(rows, scope, self._search.settings):
            self._report.ownUsers += len(rows) if self._counting else 0
        elif rows:
            self._report.add_left(Left(scope.organization, USERS.name, self._search.person.userId, ("",)))
        if not has_own_users(self._search.settings):
            yield from self._damaged_users(scope)

    def _damaged_users(self, scope: Scope) -> Work:
        """Rows of users that no look-up finds, because they cannot be read."""
        walk = Walk(USERS, scope)
        while True:
            try:
                records = yield from walk.next()
            except VeltSchemaError:
                return  # the application has no such table
            if not records:
                return
            for record in records:
                if record.body == DAMAGED:
                    self._unread(USERS, scope, record)
