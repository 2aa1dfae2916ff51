"""What a migration did and found, as facts and as lines for people. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Tuple, cast

from velt_py.selfhosting.migration.pieces import Refusal

__all__ = ["MOST", "Counts", "Difference", "FileCounts", "Report", "exit_code", "export_lines", "lines_of"]

MOST = 1000
"""Ids of one sort that a report names; all are counted."""


@dataclass
class Counts:
    """Records of one kind.

    Args:
        read: of the source.
        new: that the target did not have.
        changed: that it had otherwise.
        same: that it had already.
        refused: that cannot be stored there.
        removed: that only the target had.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    removed: int = 0


@dataclass
class FileCounts:
    """Files of attachments.

    Args:
        copied: that the target's file store did not have.
        same: that it had.
        elsewhere: rows of velt-py and of linked files, which name an address; their files stay where they are.
        missing: that are not in the source's file store either.
    """

    copied: int = 0
    same: int = 0
    elsewhere: int = 0
    missing: int = 0


@dataclass
class Difference:
    """Where both stores differ in the records of one kind and organization.

    Args:
        kind, organization: whose.
        source, target: the numbers of records.
        missing: ids that the target lacks, differing: that it has otherwise, extra: that only the target has; at
            most `MOST` each.
    """

    kind: str
    organization: str
    source: int = 0
    target: int = 0
    missing: List[str] = field(default_factory=lambda: cast(List[str], []))
    differing: List[str] = field(default_factory=lambda: cast(List[str], []))
    extra: List[str] = field(default_factory=lambda: cast(List[str], []))

    def __bool__(self) -> bool:
        return bool(self.missing or self.differing or self.extra)


@dataclass
class Report:
    """What was done and found.

    Args:
        applied: whether the target was written to; False for a dry run.
        kinds: by kind.
        files: when files were asked for.
        refused: the first `MOST` refused records.
        missing_files: ids of the first `MOST` attachments whose file is not in the source's store.
        verified: whether both stores were compared.
        hashes: by kind, `{"source": ..., "target": ...}`, each count and hash.
        differences: where they differ.
    """

    applied: bool = False
    kinds: Dict[str, Counts] = field(default_factory=lambda: cast(Dict[str, Counts], {}))
    files: FileCounts = field(default_factory=FileCounts)
    refused: List[Refusal] = field(default_factory=lambda: cast(List[Refusal], []))
    missing_files: List[Tuple[str, str]] = field(default_factory=lambda: cast(List[Tuple[str, str]], []))
    verified: bool = False
    hashes: Dict[str, Dict[str, Tuple[int, str]]] = field(
        default_factory=lambda: cast(Dict[str, Dict[str, Tuple[int, str]]], {})
    )
    differences: List[Difference] = field(default_factory=lambda: cast(List[Difference], []))

    def of(self, kind: str) -> Counts:
        """The counts of a kind."""
        return self.kinds.setdefault(kind, Counts())

    def refuse(self, refusal: Refusal) -> None:
        """Take down a record that cannot be copied."""
        self.of(refusal.kind).refused += 1
        if len(self.refused) < MOST:
            self.refused.append(refusal)

    @property
    def complete(self) -> bool:
        """Whether nothing was left behind, as far as was looked."""
        left = self.differences or self.files.missing or any(each.refused for each in self.kinds.values())
        return not left

    def to_dict(self) -> Dict[str, Any]:
        """The report as JSON objects."""
        return {
            "complete": self.complete,
            "applied": self.applied,
            "verified": self.verified,
            "kinds": {name: dict(vars(counts)) for name, counts in self.kinds.items()},
            "files": dict(vars(self.files)),
            "refused": [each._asdict() for each in self.refused],
            "missing_files": [{"organization": name, "id": id} for name, id in self.missing_files],
            "hashes": {
                kind: {
                    side: {"records": count, "hash": digest}
                    for side, (count, digest) in sorted(sides.items())
                }
                for kind, sides in self.hashes.items()
            },
            "differences": [dict(vars(each)) for each in self.differences],
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Report:
        """A report to go on with: what was copied so far. Comparisons are made anew.

        Raises:
            KeyError, TypeError: this is none.
        """
        return cls(
            applied=bool(given["applied"]),
            kinds={name: Counts(**counts) for name, counts in given["kinds"].items()},
            files=FileCounts(**given["files"]),
            refused=[Refusal(**each) for each in given["refused"]],
            missing_files=[(each["organization"], each["id"]) for each in given["missing_files"]],
        )


def exit_code(report: Report) -> int:
    """The exit code of a command: 0 when all is well, 1 when a comparison alone found differences, 3 when something
    could not be copied."""
    if report.complete:
        return 0
    return 1 if report.verified and not report.kinds else 3


def lines_of(report: Report) -> Iterator[str]:
    """The report for people: ids, and no texts."""
    yield from copied_lines(report)
    yield from left_lines(report)
    for organization, id in report.missing_files:
        yield f"file missing in the source: attachment {id} (organization {organization})"
    for difference in report.differences:
        where = f"(organization {difference.organization})"
        for title, ids in (
            ("missing in the target", difference.missing),
            ("differs", difference.differing),
            ("only in the target", difference.extra),
        ):
            for id in ids:
                yield f"{title}: {difference.kind} {id} {where}"
    if report.verified:
        for kind, sides in report.hashes.items():
            source, target = sides["source"], sides["target"]
            verdict = "equal" if source == target else "DIFFERENT"
            yield f"{kind}: {source[0]} records in the source, {target[0]} in the target: {verdict} ({source[1]})"


def export_lines(report: Report) -> Iterator[str]:
    """The report of an export for people."""
    for kind, counts in report.kinds.items():
        yield f"{kind}: {counts.read - counts.refused} records written"
    yield from left_lines(report)


def left_lines(report: Report) -> Iterator[str]:
    for refused in report.refused:
        yield f"left out: {refused.kind} {refused.id} (organization {refused.organization}): {refused.why}"


def copied_lines(report: Report) -> Iterator[str]:
    for kind, counts in report.kinds.items():
        done = ("new", "changed") if report.applied else ("would be new", "would change")
        line = f"{kind}: {counts.read} read, {counts.new} {done[0]}, {counts.changed} {done[1]}, {counts.same} the same"
        if counts.refused:
            line += f", {counts.refused} left out"
        if counts.removed:
            line += f", {counts.removed} {'removed' if report.applied else 'would be removed'}"
        yield line
    files = report.files
    if any(vars(files).values()):
        done_files = "copied" if report.applied else "to copy"
        yield (
            f"files: {files.copied} {done_files}, {files.same} the same, {files.elsewhere} at addresses of their own, "
            f"{files.missing} missing"
        )
