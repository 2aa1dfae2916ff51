"""Erasing a person from a store, and looking whether anything is left. Pure: steps for a runner.

A record is swapped only where it still is what was decided on. One that somebody changed meanwhile is read and decided
anew, so a reply that arrives during an erasure is never lost. Files go before the records that name them, and users'
rows, which say whom to look for, go last: after a crash the same call finishes what is left.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, Generator, List, Sequence, Tuple

from velt_py.exceptions import VeltDatabaseUnavailableError, VeltSDKError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.files.opening import files_of
from velt_py.selfhosting.files.plans import RemoveFile
from velt_py.selfhosting.files.rows import DELETING, change, keys_of, now, row_of
from velt_py.selfhosting.operation import Step, Steps
from velt_py.selfhosting.plans import Delete, Read, Record, Replace, Swap
from velt_py.selfhosting.privacy.looking import Found, Looking, found_in
from velt_py.selfhosting.privacy.policy import DELETE
from velt_py.selfhosting.privacy.report import Left, Report
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.privacy.walking import (
    Search,
    Walk,
    Work,
    aisles_of,
    kept_users,
    learned,
    named_organizations,
    rows_of,
)
from velt_py.selfhosting.records import ATTACHMENTS, USERS, Kind
from velt_py.selfhosting.scope import Scope

__all__ = ["erase_steps", "verify_steps"]

logger = logging.getLogger("velt_py.selfhosting.privacy")

MOST_TURNS = 100
"""How often a record is decided anew because somebody else wrote it; more is no coincidence."""


def erase_steps(search: Search, dry_run: bool) -> Steps:
    """Erase the person, or with `dry_run` only count; an erasure ends with a scan for what is left."""
    organizations = yield from named_organizations(search)
    # Known before anything is erased; the last scan looks for the same.
    search = search._replace(person=(yield from learned(search, organizations)))
    report = Report(search.person.userId, applied=not dry_run, organizations=len(organizations))
    erasing = _Erasing(search, report)
    for kind, scope in (yield from aisles_of(organizations)):
        yield from erasing.kind(kind, scope)
    for name in organizations:
        yield from erasing.users(Scope(name))
    if not dry_run:
        yield from Looking(search, report).all(organizations)
    _tell("erase", report)
    return Result(data=report)


def verify_steps(search: Search) -> Steps:
    """Look for what is left of the person."""
    organizations = yield from named_organizations(search)
    search = search._replace(person=(yield from learned(search, organizations)))
    report = Report(search.person.userId, organizations=len(organizations))
    yield from Looking(search, report, counting=True).all(organizations)
    _tell("verify", report)
    return Result(data=report)


def _tell(operation: str, report: Report) -> None:
    counts = report.kinds.values()
    facts: Dict[str, Any] = {
        "velt_operation": f"privacy.{operation}",
        "velt_applied": report.applied,
        "velt_organizations": report.organizations,
        "velt_records": sum(each.scanned for each in counts),
        "velt_changed": sum(each.changed for each in counts),
        "velt_deleted": sum(each.deleted for each in counts),
        "velt_failed": report.failedCount,
        "velt_left": report.leftCount,
        "velt_unreadable": report.unreadableCount,
    }
    logger.info("velt.privacy.done", extra=facts)


class _Erasing:
    """Erases the person, or counts what would be."""

    def __init__(self, search: Search, report: Report) -> None:
        self._search = search
        self._report = report
        self._traces = Traces(search.person, search.policy)

    def kind(self, kind: Kind, scope: Scope) -> Work:
        walk = Walk(kind, scope)
        while True:
            records = yield from walk.next()
            if not records:
                return
            self._report.of(kind.name).scanned += len(records)
            found = self._decided(kind, scope, records)
            self._report.of(kind.name).matched += len(found)
            yield from self._carried_out(kind, scope, found)

    def _decided(self, kind: Kind, scope: Scope, records: Sequence[Record]) -> List[Found]:
        found: List[Found] = []
        for record in records:
            try:
                found += found_in(self._search, self._traces, kind, record)
            except ValueError:
                self._report.add_unreadable(Left(scope.organization, kind.name, record.id))
        self._report.unplaced += sum(each.unplaced for each in found)
        return [each for each in found if not each.unplaced]

    def _fail(self, kind: Kind, scope: Scope, id: str, places: Tuple[str, ...] = ()) -> None:
        self._report.add_failed(Left(scope.organization, kind.name, id, places))

    def _carried_out(self, kind: Kind, scope: Scope, found: List[Found]) -> Work:
        for _ in range(MOST_TURNS):
            if not found:
                return
            lost = yield from self._once(kind, scope, found)
            if not lost:
                return
            again: List[Record] = yield Read(kind, scope, tuple(lost))
            found = self._decided(kind, scope, again)
        for record, decision, _ in found:
            self._fail(kind, scope, record.id, decision.places)

    def _once(self, kind: Kind, scope: Scope, found: List[Found]) -> Generator[Step, Any, List[str]]:
        """Carry out decisions; the ids of the records that somebody else changed meanwhile."""
        ready: List[Found] = []
        rows = yield from self._rows(scope, [file for each in found for file in each.decision.files])
        for each in found:
            record, decision, _ = each
            if kind is ATTACHMENTS and decision.after is None:
                if (yield from self._removed(scope, [record], kind, record.id)):
                    self._report.of(kind.name).deleted += 1
                continue
            files = [rows.pop(file) for file in decision.files if file in rows]
            if (yield from self._removed(scope, files, kind, record.id)):
                ready.append(each)
        if not self._report.applied:
            self._count(kind, ready)
            return []
        return (yield from self._swapped(kind, scope, ready))

    def _swapped(self, kind: Kind, scope: Scope, found: List[Found]) -> Generator[Step, Any, List[str]]:
        swaps = tuple(Swap(each.record, each.decision.after) for each in found)
        try:
            done = yield Replace(kind, scope, swaps)
        except VeltDatabaseUnavailableError:
            raise
        except VeltSDKError:
            if len(found) > 1:
                lost: List[str] = []
                for each in found:
                    lost += yield from self._swapped(kind, scope, [each])
                return lost
            for record, decision, _ in found:
                self._fail(kind, scope, record.id, decision.places)
            return []
        self._count(kind, [each for each in found if each.record.id in done])
        return [each.record.id for each in found if each.record.id not in done]

    def _count(self, kind: Kind, found: Sequence[Found]) -> None:
        counts = self._report.of(kind.name)
        deleted = sum(each.decision.after is None for each in found)
        counts.deleted += deleted
        counts.changed += len(found) - deleted

    # Files

    def _rows(self, scope: Scope, ids: List[str]) -> Generator[Step, Any, Dict[str, Record]]:
        if not ids:
            return {}
        records: List[Record] = yield Read(ATTACHMENTS, scope, tuple(dict.fromkeys(ids)))
        return {record.id: record for record in records}

    def _removed(
        self, scope: Scope, rows: List[Record], kind: Kind, owner: str
    ) -> Generator[Step, Any, bool]:
        """Whether attachments and their files are gone. What fails is reported; the record that names them stays."""
        try:
            for row in rows:
                yield from self._remove(scope, row)
        except VeltDatabaseUnavailableError:
            raise
        except VeltSDKError:
            self._fail(kind, scope, owner, ("attachments",))
            return False
        return True

    def _remove(self, scope: Scope, record: Record) -> Work:
        settings, id = self._search.settings, record.id
        keys = keys_of(row_of(record), scope.organization, settings.files)
        self._report.files += len(keys)
        self._report.filesElsewhere += 0 if keys else 1
        if not self._report.applied:
            return
        if keys:
            files_of(settings)
            yield change(scope, id, {"state": DELETING, "stateAt": now()}, settings)
            for key in keys:
                yield RemoveFile(key)
        yield Delete(ATTACHMENTS, scope, (id,))

    # Users

    def users(self, scope: Scope) -> Work:
        rows = yield from rows_of(self._search, scope)
        if not rows:
            return
        settings, counts = self._search.settings, self._report.of(USERS.name)
        counts.scanned += len(rows)
        if kept_users(rows, scope, settings):
            self._report.ownUsers += len(rows)
            return
        if self._search.policy.users != DELETE:
            return
        counts.matched += len(rows)
        if not self._report.applied:
            counts.deleted += len(rows)
            return
        counts.deleted += yield Delete(USERS, scope, (self._search.person.userId,))
