"""`velt files`: upkeep of the files of attachments and recordings."""

from __future__ import annotations

import argparse
import json
from typing import Iterator, Tuple

from velt_py.cli.loading import load_config
from velt_py.cli.logs import log_to_stderr
from velt_py.selfhosting.files.reconcile import Report
from velt_py.selfhosting.files.reconcile import reconcile as bring_together
from velt_py.selfhosting.runners import StoreRunner

__all__ = ["reconcile"]


def reconcile(given: argparse.Namespace) -> int:
    """Compare rows and files, and bring them together with `--apply`. Something left over: exit code 1."""
    settings = load_config(given.config)
    log_to_stderr()
    runner = StoreRunner(settings)
    try:
        report = bring_together(
            runner, settings, given.organization or None, given.apply, grace_seconds=given.grace
        )
    finally:
        runner.close()
    if given.json:
        print(json.dumps(report.to_dict()))
    else:
        for line in lines_of(report):
            print(line)
    left = report.missing or report.damaged or report.failed
    return 0 if report.clean or (report.applied and not left) else 1


def lines_of(report: Report) -> Iterator[str]:
    """The report for people."""
    for title, findings in sections(report):
        for finding in findings:
            yield f"{title}: {finding[1]} (organization {finding[0]})"
    if report.leftovers:
        yield f"{'removed' if report.applied else 'to remove'}: {report.leftovers} unfinished files of crashed writes"
    yield (
        f"looked at {report.organizations} organizations, {report.rows} attachments, {report.files} files: "
        + ("all is well" if report.clean else "see above")
    )
    if not report.applied and not report.clean:
        yield "nothing was changed; --apply does it"


def sections(report: Report) -> Iterator[Tuple[str, Iterator[Tuple[str, str]]]]:
    done = report.applied
    yield "finished" if done else "to finish", iter(report.finished)
    yield "row removed" if done else "row to remove", iter(report.removed_rows)
    yield "file removed" if done else "file to remove", iter(report.removed_files)
    yield "file missing, only a backup helps", iter(report.missing)
    yield "file of another size than its row says", iter(report.damaged)
    yield "failed, see the log", iter(report.failed)
