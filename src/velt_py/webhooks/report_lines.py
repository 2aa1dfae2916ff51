"""What a look at the inbox found, as lines for a person and as JSON objects for a program."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Sequence

from velt_py.webhooks.receiver import Replay

__all__ = ["forgotten_line", "forgotten_object", "lines_of", "objects_of", "unknown"]


def unknown(report: Replay, ids: Sequence[str]) -> List[str]:
    """The ids that the inbox does not hold."""
    found = {id for entry in report.entries for id in (entry.key, entry.id)}
    return sorted(set(ids) - found)


def lines_of(report: Replay, dry_run: bool) -> Iterator[str]:
    """A line for each event, and what else there is to say."""
    for entry in report.entries:
        outcome = report.outcomes.get(entry.key, "to do")
        error = f", last error {entry.error}" if entry.error else ""
        yield f"{outcome}: {entry.key} {entry.name} ({entry.shelf}, {entry.attempts} attempts{error})"
    if not report.entries:
        yield "nothing is due"
    elif dry_run:
        yield "nothing was done; leave --dry-run out to do it"


def objects_of(report: Replay, dry_run: bool) -> Dict[str, Any]:
    """The same for a program: each event with its outcome, nothing that people wrote."""
    events = [{**entry.to_dict(), "outcome": report.outcomes.get(entry.key)} for entry in report.entries]
    return {"dryRun": dry_run, "events": events}


def forgotten_line(count: int, dry_run: bool) -> str:
    """How many events were deleted, or would be."""
    return f"{count} events would be deleted; --yes does it" if dry_run else f"deleted {count} events"


def forgotten_object(count: int, dry_run: bool) -> Dict[str, Any]:
    """The same for a program."""
    return {"dryRun": dry_run, "events": count}
