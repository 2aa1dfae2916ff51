"""Comparing two stores: numbers and hashes first, and ids only where these differ."""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Set

from velt_py.selfhosting.migration.canonical import Tally, canonical, document_of
from velt_py.selfhosting.migration.report import MOST, Difference, Report
from velt_py.selfhosting.migration.selection import Selection
from velt_py.selfhosting.migration.walking import (
    Progress,
    Seen,
    organizations_of,
    pieces_of,
    same_ids,
)
from velt_py.selfhosting.plans import Record, Replace, Swap
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.base import Store

__all__ = ["compare", "extras", "remove_extras"]

DAMAGED = b"damaged"
"""Stands for a record that is no JSON object: it equals none that is."""


def owners(source: Store, selection: Selection) -> List[str]:
    """The organizations that the source knows, by whatever kind: what else the target has is not compared."""
    names: Set[str] = set()
    for kind in selection.kinds:
        names.update(organizations_of(source, kind, selection))
    return sorted(names)


def compare(source: Store, target: Store, selection: Selection, report: Report, seen: Optional[Seen]) -> None:
    """Compare every record of the selection, and put what was found into the report."""
    names = owners(source, selection)
    for kind in selection.kinds:
        sums: Dict[str, Tally] = {"source": Tally(), "target": Tally()}
        for name in names:
            tallies = {
                side: tally_of(store, kind, name, selection.piece)
                for side, store in (("source", source), ("target", target))
            }
            for side, tally in tallies.items():
                sums[side].join(tally)
            if tallies["source"] != tallies["target"]:
                difference = between(source, target, kind, name, selection.piece)
                if difference:
                    difference.source, difference.target = tallies["source"].count, tallies["target"].count
                    report.differences.append(difference)
            if seen is not None:
                seen(Progress("compare", kind.name, name, sums["source"].count))
        report.hashes[kind.name] = {side: (tally.count, tally.hash) for side, tally in sums.items()}
    report.verified = True


def body_of(record: Record, kind: Kind) -> bytes:
    try:
        return canonical(document_of(record, kind))
    except (ValueError, RecursionError):
        return DAMAGED


def tally_of(store: Store, kind: Kind, organization: str, piece: int) -> Tally:
    """Number and hash of all records of one kind and organization."""
    tally = Tally()
    for records in pieces_of(store, kind, organization, piece):
        for record in records:
            tally.add(record.id, body_of(record, kind))
    return tally


def between(source: Store, target: Store, kind: Kind, organization: str, piece: int) -> Difference:
    """The ids of what differs. What was made equal since it was counted is not among them."""
    difference = Difference(kind.name, organization)
    for records in pieces_of(source, kind, organization, piece):
        there = same_ids(target, kind, organization, records)
        for record in records:
            other = there.get(record.id)
            if other is None:
                keep(difference.missing, record.id)
            elif body_of(other, kind) != body_of(record, kind):
                keep(difference.differing, record.id)
    for records in extras(source, target, kind, organization, piece):
        for record in records:
            keep(difference.extra, record.id)
    return difference


def keep(ids: List[str], id: str) -> None:
    if len(ids) < MOST:
        ids.append(id)


def extras(source: Store, target: Store, kind: Kind, organization: str, piece: int) -> Iterator[List[Record]]:
    """The records of one kind and organization that only the target has."""
    for records in pieces_of(target, kind, organization, piece):
        there = same_ids(source, kind, organization, records)
        only = [record for record in records if record.id not in there]
        if only:
            yield only


def remove_extras(source: Store, target: Store, selection: Selection, report: Report) -> None:
    """Delete from the target what the source does not have, in the organizations that the source knows. What somebody
    changes at this moment stays."""
    for kind in selection.kinds:
        for name in owners(source, selection):
            for records in extras(source, target, kind, name, selection.piece):
                if report.applied:
                    swaps = tuple([Swap(record, None) for record in records])
                    report.of(kind.name).removed += len(target.run(Replace(kind, Scope(name), swaps)))
                else:
                    report.of(kind.name).removed += len(records)
