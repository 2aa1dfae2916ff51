"""`velt gdpr`: export, erase and look for one person."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Dict

from velt_py.cli.loading import load_config
from velt_py.cli.logs import log_to_stderr
from velt_py.cli.progress import watch
from velt_py.sdk import VeltSDK
from velt_py.selfhosting.migration.terminal import clear_line
from velt_py.selfhosting.privacy.exporting import export_lines
from velt_py.selfhosting.privacy.report import Report
from velt_py.selfhosting.privacy.words import lines_of, policy_of

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
        watch(sdk._runner)
        if given.action == "export":
            return export(sdk, given)
        return erase(sdk, given) if given.action == "erase" else verify(sdk, given)


def whom(given: argparse.Namespace) -> Dict[str, Any]:
    return {"emails": given.email or None, "names": given.name or None}


def export(sdk: VeltSDK, given: argparse.Namespace) -> int:
    found = sdk.selfHosting.privacy.export_user(given.user, given.organization, **whom(given))
    clear_line(sys.stderr)
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
        policy=policy_of(given.policy),
        dry_run=not given.yes,
        velt=given.velt,
        wait=None if given.deadline is None else {"deadline": given.deadline},
        **whom(given),
    )
    show(report, given.json)
    return OK if report.settled else PARTIAL


def verify(sdk: VeltSDK, given: argparse.Namespace) -> int:
    report = sdk.selfHosting.privacy.verify_erased(
        given.user, given.organization, policy=policy_of(given.policy), **whom(given)
    )
    show(report, given.json)
    return OK if report.complete else FOUND


def show(report: Report, as_json: bool) -> None:
    clear_line(sys.stderr)
    if as_json:
        print(json.dumps(report.to_dict()))
        return
    for line in lines_of(report):
        print(line)
