"""`velt files`: upkeep of the files of attachments and recordings."""

from __future__ import annotations

import argparse
import json
import sys

from velt_py.cli.loading import load_config
from velt_py.cli.logs import log_to_stderr
from velt_py.cli.progress import watch
from velt_py.selfhosting.files.reconcile import reconcile as bring_together
from velt_py.selfhosting.files.report_lines import is_settled, lines_of
from velt_py.selfhosting.migration.terminal import clear_line
from velt_py.selfhosting.runners import StoreRunner

__all__ = ["reconcile"]


def reconcile(given: argparse.Namespace) -> int:
    """Compare rows and files, and bring them together with `--apply`. Something left over: exit code 1."""
    settings = load_config(given.config)
    log_to_stderr()
    runner = StoreRunner(settings)
    watch(runner)
    try:
        report = bring_together(
            runner, settings, given.organization or None, given.apply, grace_seconds=given.grace
        )
    finally:
        runner.close()
    clear_line(sys.stderr)
    if given.json:
        print(json.dumps(report.to_dict()))
    else:
        for line in lines_of(report):
            print(line)
    return 0 if is_settled(report) else 1
