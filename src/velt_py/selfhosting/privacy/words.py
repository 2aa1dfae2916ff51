"""Policies and reports as people type and read them, for the commands. Pure."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator

from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.privacy.report import Report

__all__ = ["lines_of", "policy_of"]


def policy_of(given: Iterable[str]) -> Dict[str, str]:
    """The policy of `--policy comments=delete,files=keep`, which may be given several times.

    Raises:
        VeltConfigurationError: a part is no NAME=VALUE.
    """
    policy: Dict[str, str] = {}
    for part in ",".join(given).split(","):
        name, equals, value = part.strip().partition("=")
        if not part.strip():
            continue
        if not equals:
            raise VeltConfigurationError(
                f"--policy {part}: write it as NAME=VALUE, for example comments=delete", field="--policy"
            )
        policy[name.strip()] = value.strip()
    return policy


def lines_of(report: Report) -> Iterator[str]:
    """The report for people, line by line."""
    for kind, counts in report.kinds.items():
        yield (
            f"{kind}: {counts.scanned} looked at, {counts.matched} with traces, "
            f"{counts.changed} changed, {counts.deleted} deleted, {counts.failed} failed"
        )
    yield f"files removed: {report.files}, lying elsewhere: {report.filesElsewhere}"
    if report.ownUsers:
        yield f"rows in your own users table, which is never written: {report.ownUsers}; delete them there"
    for title, listed in (("left", report.left), ("failed, see the log", report.failed)):
        for each in listed:
            places = ", ".join(place or "all of it" for place in each.places)
            yield f"{title}: {each.kind} {each.id} of organization {each.organization}: {places}"
    for each in report.unreadable:
        yield (
            f"damaged, repair or delete it: {each.kind} {each.id} of organization {each.organization} cannot be read"
        )
    if report.unplaced:
        yield (
            f"received events that name no organization: {report.unplaced}; erase in all organizations to reach them"
        )
    if report.velt is not None:
        error = f" ({report.velt['error']})" if report.velt["error"] else ""
        yield f"Velt's own data: {report.velt['state']}{error}"
    yield _conclusion(report)


def _conclusion(report: Report) -> str:
    if report.confirmed is None:
        return "nothing was changed; --yes does it"
    if report.confirmed:
        return "nothing is left"
    if not report.leftCount:
        return f"not confirmed: {report.unreadableCount} records cannot be read"
    return f"something is left in {report.leftCount} records"
