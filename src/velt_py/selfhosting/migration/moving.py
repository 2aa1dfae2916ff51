"""A migration from one store to another as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from velt_py.selfhosting.migration.checkpoint import Checkpoint, Position
from velt_py.selfhosting.migration.files import FileCopying, open_files
from velt_py.selfhosting.migration.places import available, open_for_reading, place_of, refuse_same
from velt_py.selfhosting.migration.report import Report
from velt_py.selfhosting.migration.selection import Selection
from velt_py.selfhosting.migration.verifying import compare, remove_extras
from velt_py.selfhosting.migration.walking import Progress, Seen, walk
from velt_py.selfhosting.migration.writing import Writer
from velt_py.selfhosting.records import ATTACHMENTS
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.stores.opening import open_store
from velt_py.settings import Settings

__all__ = ["Options", "migrate", "move"]


@dataclass(frozen=True)
class Options:
    """How a migration is done.

    Args:
        apply: write; False is a dry run that only counts.
        verify_only: copy nothing, compare.
        remove_extra: delete from the target what the source does not have.
        files: copy the bytes of attachments as well.
        checkpoint: the file to go on from, and to keep up to date; a dry run does without.
        seen: called after each piece.
    """

    apply: bool = False
    verify_only: bool = False
    remove_extra: bool = False
    files: bool = False
    checkpoint: Optional[str] = None
    seen: Optional[Seen] = None


def migrate(source: Settings, target: Settings, selection: Selection, options: Options) -> Report:
    """Copy records from the store of one configuration to that of another, and compare both afterwards.

    Running it again changes nothing but what changed in the source meanwhile.

    Args:
        source: only read; no table and no index is made there.
        target: each record becomes exactly that of the source. What only the target has stays, unless
            `remove_extra`.
        selection: from `select`.
        options: how.

    Raises:
        VeltConfigurationError: both are the same store, the source is not there, the checkpoint is another's.
        VeltDatabaseError, VeltStorageError: a store failed. With a checkpoint the next run goes on there.
    """
    refuse_same(source, target)
    writing = options.apply and not options.verify_only
    report = Report(applied=writing)
    checkpoint = None
    if options.checkpoint is not None and writing:
        checkpoint = Checkpoint(options.checkpoint, place_of(source), place_of(target), selection, Position)
    start = checkpoint.load() if checkpoint is not None else None
    if start is not None:
        report = start[1]
    giving = open_for_reading(source, True)
    taking = open_store(target) if writing else open_for_reading(target, False)
    files = open_files(source, target, report) if options.files else None
    try:
        moving = Moving(giving, taking, report, files, checkpoint, options.seen)
        chosen = available(giving, selection)
        moving.run(chosen, start[0] if start is not None else None, options)
    finally:
        giving.close()
        taking.close()
        if files is not None:
            files.close()
    return report


def move(source: Store, target: Store, selection: Selection, options: Options) -> Report:
    """The same between two open stores, which stay the caller's, without files and checkpoint."""
    report = Report(applied=options.apply and not options.verify_only)
    Moving(source, target, report, None, None, options.seen).run(available(source, selection), None, options)
    return report


class Moving:
    """Copies and compares.

    Args:
        source, target: the stores.
        report: what was done is counted there.
        files, checkpoint, seen: None to do without.
    """

    def __init__(
        self,
        source: Store,
        target: Store,
        report: Report,
        files: Optional[FileCopying],
        checkpoint: Optional[Checkpoint[Position]],
        seen: Optional[Seen],
    ) -> None:
        self._source = source
        self._target = target
        self._report = report
        self._files = files
        self._checkpoint = checkpoint
        self._seen = seen

    def run(self, selection: Selection, start: Optional[Position], options: Options) -> None:
        """Do what the options ask for."""
        if not options.verify_only:
            self._copy(selection, start)
            if options.remove_extra:
                remove_extras(self._source, self._target, selection, self._report)
        if options.apply or options.verify_only:
            compare(self._source, self._target, selection, self._report, self._seen)
        if self._checkpoint is not None:
            self._checkpoint.clear()

    def _copy(self, selection: Selection, start: Optional[Position]) -> None:
        writer = Writer(self._target, self._report, self._report.applied)
        for kind, organization, records in walk(self._source, selection, start):
            if self._files is not None and kind.name == ATTACHMENTS.name:
                # Before the rows: a row of the target never waits for its file.
                self._files.copy(organization, records)
            writer.write(kind, organization, records)
            if self._checkpoint is not None:
                self._checkpoint.store(Position(kind.name, organization, records[-1].id), self._report)
            if self._seen is not None:
                count = self._report.of(kind.name).read
                self._seen(Progress("copy", kind.name, organization, count))
