"""Writing records into the target such that they become exactly those of the source."""

from __future__ import annotations

from typing import Any, FrozenSet, List, Sequence, Tuple

from velt_py.exceptions import VeltConflictError, VeltValidationError
from velt_py.selfhosting.migration.pieces import Piece, Refusal, decide
from velt_py.selfhosting.migration.report import Report
from velt_py.selfhosting.migration.walking import same_ids
from velt_py.selfhosting.plans import Change, FindUsers, Record, Replace, Save, SaveUser
from velt_py.selfhosting.records import Kind, Path
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.users import spelled_id

__all__ = ["Writer"]

ATTEMPTS = 5
"""How often a record that others change meanwhile is tried."""

BUSY = "others kept changing it in the target; run again"
NOBODYS = "the target has a row of this user that names no organization, and it stays as it is"


class Writer:
    """Writes pieces.

    Args:
        target: where to.
        report: what was done is counted there.
        apply: do it; False only counts.
    """

    def __init__(self, target: Store, report: Report, apply: bool) -> None:
        self._target = target
        self._report = report
        self._apply = apply

    def write(self, kind: Kind, organization: str, records: Sequence[Record]) -> None:
        """Make these records those of the target.

        Raises:
            VeltDatabaseError: the target failed. What it cannot take of itself stands in the report.
        """
        self._report.of(kind.name).read += len(records)
        self._write(kind, organization, list(records))

    def _write(self, kind: Kind, organization: str, records: List[Record]) -> None:
        for _ in range(ATTEMPTS):
            piece = decide(kind, organization, records, same_ids(self._target, kind, organization, records))
            try:
                done = self._carry_out(kind, Scope(organization), piece)
            except (VeltValidationError, VeltConflictError) as error:
                self._one_by_one(kind, organization, records, error)
                return
            self._count(kind, piece, done)
            left = {swap.before.id for swap in piece.swaps} - done
            records = [record for record in records if record.id in left]
            if not records:
                return
        for record in records:
            self._report.refuse(Refusal(kind.name, organization, record.id, BUSY))

    def _one_by_one(self, kind: Kind, organization: str, records: List[Record], error: Any) -> None:
        """A piece that the target does not take as a whole: it takes all but those at fault."""
        if len(records) > 1:
            for record in records:
                self._write(kind, organization, [record])
        else:
            self._report.refuse(Refusal(kind.name, organization, records[0].id, error.message))

    def _count(self, kind: Kind, piece: Piece, done: FrozenSet[str]) -> None:
        counts = self._report.of(kind.name)
        counts.new += len(piece.new)
        counts.changed += len(done)
        counts.same += piece.same
        for refusal in piece.refused:
            self._report.refuse(refusal)

    def _carry_out(self, kind: Kind, scope: Scope, piece: Piece) -> FrozenSet[str]:
        """Store a piece; returns the ids of those that took the place of others."""
        if not self._apply:
            return frozenset([swap.before.id for swap in piece.swaps])
        if kind.shared:
            self._save_users(kind, scope, piece.new)
        else:
            self._target.run(Save(kind, scope, piece.new))
        done: FrozenSet[str] = self._target.run(Replace(kind, scope, piece.swaps))
        return done

    def _save_users(self, kind: Kind, scope: Scope, changes: Tuple[Change, ...]) -> None:
        """New rows of users. The table may be the customer's, which has no index that tells one row from another."""
        columns: Tuple[Path, ...] = (kind.organization,)
        ids = tuple([change.id for change in changes])
        rows = self._target.run(FindUsers(scope, (kind.id,), ids, columns, kind=kind))
        taken = {spelled_id(row.get(kind.id[0])) for row in rows}
        for change in changes:
            if change.id in taken:
                raise VeltConflictError(NOBODYS)
            self._target.run(SaveUser(scope, kind.id, columns, change, change, kind=kind))
