"""`velt gdpr`: export, erase and look for one person."""

from __future__ import annotations

import argparse
import json
from typing import Any, Dict, Iterator

from velt_py.cli.loading import load_config
from velt_py.cli.logs import log_to_stderr
from velt_py.exceptions import VeltConfigurationError
from velt_py.sdk import VeltSDK
from velt_py.selfhosting.privacy.exporting import export_lines
from velt_py.selfhosting.privacy.report import Report

__all__ = ["gdpr"]

OK, FOUND, PARTIAL = 0, 1, 3


def gdpr(given: argparse.Namespace) -> int:
    """Run one of the actions.

    Returns:
        0 when all is done, 1 when a verification found something, 3 when an erasure left something.
    """
    settings = load_config(given.config)
    log_to_stderr()
    with VeltSDK(settings) as sdk:
        if given.action == "export":
            return export(sdk, given)
        return erase(sdk, given) if given.action == "erase" else verify(sdk, given)


def whom(given: argparse.Namespace) -> Dict[str, Any]:
    return {"emails": given.email or None, "names": given.name or None}


def export(sdk: VeltSDK, given: argparse.Namespace) -> int:
    found = sdk.selfHosting.privacy.export_user(given.user, given.organization, **whom(given))
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for line in export_lines(found):
            print(line)
    return OK


def erase(sdk: VeltSDK, given: argparse.Namespace) -> int:
    report = sdk.privacy.erase_user(
        given.user,
        given.organization,
        policy=policy_of(given),
        dry_run=not given.yes,
        velt=given.velt,
        wait=None if given.deadline is None else {"deadline": given.deadline},
        **whom(given),
    )
    show(report, given.json)
    return OK if report.complete or (not report.applied and not report.failedCount) else PARTIAL


def verify(sdk: VeltSDK, given: argparse.Namespace) -> int:
    report = sdk.selfHosting.privacy.verify_erased(
        given.user, given.organization, policy=policy_of(given), **whom(given)
    )
    show(report, given.json)
    return OK if report.complete else FOUND


def policy_of(given: argparse.Namespace) -> Dict[str, str]:
    """The policy of `--policy comments=delete,files=keep`."""
    policy: Dict[str, str] = {}
    for part in ",".join(given.policy).split(","):
        name, equals, value = part.strip().partition("=")
        if not part.strip():
            continue
        if not equals:
            raise VeltConfigurationError(
                f"--policy {part}: write it as NAME=VALUE, for example comments=delete", field="--policy"
            )
        policy[name.strip()] = value.strip()
    return policy


def show(report: Report, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.to_dict()))
        return
    for line in lines_of(report):
        print(line)


def lines_of(report: Report) -> Iterator[str]:
    """The report for people."""
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
    if report.velt is not None:
        error = f" ({report.velt['error']})" if report.velt["error"] else ""
        yield f"Velt's own data: {report.velt['state']}{error}"
    if report.confirmed is not None:
        yield "nothing is left" if report.confirmed else f"something is left in {report.leftCount} records"
    else:
        yield "nothing was changed; --yes does it"
