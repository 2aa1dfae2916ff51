"""Bringing rows and files of attachments back together after crashes. Pure, but for the two functions that run it.

Only what is older than a grace time is touched: younger rows and files may belong to a request that is under way.
A file is removed only when its key names the organization that it was looked up for, and no row of it claims it: other
files in the same folder or bucket, those of the published package included, are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Generator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, cast

from velt_py.config import Settings
from velt_py.exceptions import VeltSDKError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.files.keys import attachment_of, folder_of, is_own
from velt_py.selfhosting.files.opening import files_of
from velt_py.selfhosting.files.plans import ClearLeftovers, FileFacts, ListFiles, RemoveFile, StatFile
from velt_py.selfhosting.files.rows import (
    DELETING,
    PENDING,
    STORED,
    change,
    file_url,
    finished,
    keys_of,
    now,
    own_key,
    row_of,
)
from velt_py.selfhosting.operation import AsyncRunner, Runner, Step, Steps
from velt_py.selfhosting.plans import Delete, Organizations, Read, Record
from velt_py.selfhosting.records import ATTACHMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.validation import organization as checked_organization

__all__ = ["Finding", "Report", "decide", "reconcile", "reconcile_async"]

GRACE_SECONDS = 3600.0

FINISH = "finish"
REMOVE_ROW = "remove row"
REMOVE_FILE = "remove file"
MISSING = "missing"
DAMAGED = "damaged"


class Finding(NamedTuple):
    """Something that does not fit.

    Args:
        organization: whose.
        id: the attachment, or the key of a file without one.
    """

    organization: str
    id: str


def _no_findings() -> List[Finding]:
    return []


@dataclass
class Report:
    """What was found, and with `applied` also done.

    Args:
        applied: whether anything was changed; False for a dry run.
        organizations, rows, files: how many were looked at.
        finished: saves that had stored their bytes and whose row now says so.
        removed_rows: rows of saves without bytes, and of deletes that had not come to their end.
        removed_files: keys of files that no row claims.
        missing: attachments whose file is not there; only a backup helps.
        damaged: attachments whose file has another size than their row.
        leftovers: unfinished files of crashed writes.
        failed: what could not be brought together; the log says why.
    """

    applied: bool = False
    organizations: int = 0
    rows: int = 0
    files: int = 0
    finished: List[Finding] = field(default_factory=_no_findings)
    removed_rows: List[Finding] = field(default_factory=_no_findings)
    removed_files: List[Finding] = field(default_factory=_no_findings)
    missing: List[Finding] = field(default_factory=_no_findings)
    damaged: List[Finding] = field(default_factory=_no_findings)
    leftovers: int = 0
    failed: List[Finding] = field(default_factory=_no_findings)

    @property
    def clean(self) -> bool:
        """Whether every row has its file and every file its row."""
        found = (
            self.finished,
            self.removed_rows,
            self.removed_files,
            self.missing,
            self.damaged,
            self.failed,
        )
        return not any(found) and not self.leftovers

    def to_dict(self) -> Dict[str, Any]:
        """The report as JSON objects."""
        result: Dict[str, Any] = {"clean": self.clean}
        for name, value in vars(self).items():
            if isinstance(value, list):
                value = [finding._asdict() for finding in cast(List[Finding], value)]
            result[name] = value
        return result


def decide(row: Mapping[str, Any], file: Optional[FileFacts], age: float, grace: float) -> Optional[str]:
    """What is to be done about one row that has or had a file in our store.

    Args:
        row: the row.
        file: the facts of its file, or None when there is none.
        age: seconds since the row's state was set.
        grace: seconds for which a state may be that of a request under way.

    Returns:
        FINISH, REMOVE_ROW, MISSING, DAMAGED, or None when all is well or may become so.
    """
    state = row.get("state")
    if not finished(row):
        if age <= grace:
            return None
        return FINISH if state == PENDING and file is not None else REMOVE_ROW
    if file is None:
        return MISSING
    size = row.get("size")
    if state == STORED and isinstance(size, int) and size != file.size:
        return DAMAGED
    return None


def steps(
    settings: Settings, organizations: Optional[Sequence[str]], apply: bool, grace: float
) -> Generator[Step, Any, Report]:
    files_of(settings)
    report = Report(applied=apply)
    names: Sequence[str]
    if organizations is None:
        names = yield Organizations(ATTACHMENTS)
    else:
        names = [checked_organization(name, "organization", settings.limits) for name in organizations]
    for name in names:
        report.organizations += 1
        yield from _Upkeep(Scope(name), settings, apply, grace, report).steps()
    return report


Work = Generator[Step, Any, None]


class _Upkeep:
    """The upkeep of one organization."""

    def __init__(self, scope: Scope, settings: Settings, apply: bool, grace: float, report: Report) -> None:
        self._scope = scope
        self._settings = settings
        self._files = files_of(settings)
        self._apply = apply
        self._grace = grace
        self._report = report
        self._listed: Set[str] = set()
        self._facts: Dict[str, FileFacts] = {}

    def steps(self) -> Work:
        # Files before rows: the row of a file that is there already is never overlooked then.
        yield from self._list(folder_of(self._scope.organization, self._settings.apiKey))
        rows = yield from self._rows(None)
        for row in rows.values():
            for key in keys_of(row, self._scope.organization, self._files):
                if is_own(key, self._scope.organization):
                    # A folder under another api key, from before the key was rotated.
                    yield from self._list(key.rpartition("/")[0] + "/")
        self._report.rows += len(rows)
        self._report.files += len(self._facts)
        for id, row in rows.items():
            yield from self._guarded(id, self._row(id, row))
        claimed = {key for row in rows.values() for key in self._claimed(row)}
        for key, facts in self._facts.items():
            if key not in claimed and facts.age > self._grace and is_own(key, self._scope.organization):
                yield from self._guarded(key, self._orphan(key))

    def _list(self, prefix: str) -> Work:
        if prefix in self._listed:
            return
        self._listed.add(prefix)
        found: List[FileFacts] = yield ListFiles(prefix)
        self._facts.update({facts.key: facts for facts in found})
        self._report.leftovers += yield ClearLeftovers(prefix, self._grace, self._apply)

    def _rows(self, ids: Optional[Tuple[str, ...]]) -> Generator[Step, Any, Dict[str, Dict[str, Any]]]:
        records: List[Record] = yield Read(ATTACHMENTS, self._scope, ids)
        return {record.id: row_of(record) for record in records}

    def _claimed(self, row: Mapping[str, Any]) -> Tuple[str, ...]:
        key = own_key(row, self._scope.organization, self._files)
        return (key,) if key else ()

    def _guarded(self, id: str, work: Work) -> Work:
        """One failure must not keep the others from being repaired; the stores have logged it."""
        try:
            yield from work
        except VeltSDKError:
            self._report.failed.append(Finding(self._scope.organization, id))

    def _row(self, id: str, row: Mapping[str, Any]) -> Work:
        key = own_key(row, self._scope.organization, self._files)
        if key is None and finished(row):
            yield from self._previous(row, key)
            return
        file = self._facts.get(key or "")
        if file is None and key is not None:
            file = yield StatFile(key)
        verdict = decide(row, file, age_of(row), self._grace)
        finding = Finding(self._scope.organization, id)
        if verdict == MISSING:
            self._report.missing.append(finding)
        elif verdict == DAMAGED:
            self._report.damaged.append(finding)
        elif verdict == FINISH and key is not None and file is not None:
            if self._apply and (yield from self._unchanged(id, row)):
                yield change(self._scope, id, self._finishing(id, key, file), self._settings)
            self._report.finished.append(finding)
        elif verdict == REMOVE_ROW:
            if self._apply:
                yield from self._remove_row(id, row)
            self._report.removed_rows.append(finding)
        yield from self._previous(row, key)

    def _finishing(self, id: str, key: str, file: FileFacts) -> Dict[str, Any]:
        url = file_url(self._scope.organization, id, key, self._files)
        return {"file": url, "size": file.size, "fileKey": key, "state": STORED, "stateAt": now()}

    def _remove_row(self, id: str, row: Mapping[str, Any]) -> Work:
        if not (yield from self._unchanged(id, row)):
            return
        yield change(self._scope, id, {"state": DELETING, "stateAt": now()}, self._settings)
        for key in keys_of(row, self._scope.organization, self._files):
            yield RemoveFile(key)
            self._facts.pop(key, None)
        yield Delete(ATTACHMENTS, self._scope, (id,))

    def _unchanged(self, id: str, row: Mapping[str, Any]) -> Generator[Step, Any, bool]:
        """Whether a row is still as it was read: a retry may have taken it up meanwhile."""
        rows = yield from self._rows((id,))
        return id in rows and rows[id].get("stateAt") == row.get("stateAt")

    def _previous(self, row: Mapping[str, Any], key: Optional[str]) -> Work:
        """Bytes of the published package that were replaced, and whose removal did not come to its end; those under
        keys of our own are orphans like any other."""
        if not finished(row) or age_of(row) <= self._grace:
            return
        for old in keys_of(row, self._scope.organization, self._files):
            if old == key or is_own(old, self._scope.organization) or (yield StatFile(old)) is None:
                continue
            if self._apply:
                yield RemoveFile(old)
            self._report.removed_files.append(Finding(self._scope.organization, old))

    def _orphan(self, key: str) -> Work:
        attachment = attachment_of(key)
        if attachment is not None:
            rows = yield from self._rows((attachment,))
            if any(key in self._claimed(row) for row in rows.values()):
                return
        if self._apply:
            yield RemoveFile(key)
        self._report.removed_files.append(Finding(self._scope.organization, key))


def age_of(row: Mapping[str, Any]) -> float:
    """Seconds since the state of a row was set; a row that does not say is old."""
    at = row.get("stateAt")
    return (now() - at) / 1000 if isinstance(at, (int, float)) else float("inf")


def reconcile(
    runner: Runner,
    settings: Settings,
    organizations: Optional[Sequence[str]] = None,
    apply: bool = False,
    grace_seconds: float = GRACE_SECONDS,
) -> Report:
    """Compare the rows of the attachments with the files, and bring them together.

    Args:
        runner: carries out the steps.
        settings: the configuration.
        organizations: whose; all that have rows of attachments unless given. Files of one without any row are looked
            at only when it is named.
        apply: do it; False only reports what would be done.
        grace_seconds: leave alone what is younger. More than the longest upload takes.

    Raises:
        VeltConfigurationError: there is no file store.
        VeltDatabaseError, VeltStorageError: a store could not be read. What fails for one attachment only stands in
            the report.
    """
    return cast(Report, runner.finish(reported(settings, organizations, apply, grace_seconds)).data)


async def reconcile_async(
    runner: AsyncRunner,
    settings: Settings,
    organizations: Optional[Sequence[str]] = None,
    apply: bool = False,
    grace_seconds: float = GRACE_SECONDS,
) -> Report:
    """The same as `reconcile`, awaited."""
    return cast(Report, (await runner.finish(reported(settings, organizations, apply, grace_seconds))).data)


def reported(settings: Settings, organizations: Optional[Sequence[str]], apply: bool, grace: float) -> Steps:
    report = yield from steps(settings, organizations, apply, grace)
    return Result(data=report)
