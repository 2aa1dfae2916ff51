"""`velt migrate`, `velt export` and `velt import`: records from one store to another, into a file and out of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Iterable, Optional

from velt_py.cli.loading import load_config
from velt_py.cli.logs import log_to_stderr
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.migration.arguments import options_of, selection_of
from velt_py.selfhosting.migration.lines import export_to, import_from
from velt_py.selfhosting.migration.moving import migrate as move
from velt_py.selfhosting.migration.report import Report, exit_code, export_lines, lines_of
from velt_py.selfhosting.migration.terminal import clear_line, progress_on

__all__ = ["export", "import_lines", "migrate"]


def migrate(given: argparse.Namespace) -> int:
    """Copy and compare. Exit code 1 when `--verify-only` found differences, 3 when something was left out."""
    source, target = load_config(given.source, "--from"), load_config(given.target, "--to")
    selection = selection_of(vars(given), [source, target])
    log_to_stderr()
    report = move(source, target, selection, options_of(vars(given), progress_on(sys.stderr)))
    return shown(report, given.json)


def export(given: argparse.Namespace) -> int:
    """Write records as JSON lines."""
    settings = load_config(given.config)
    selection = selection_of(vars(given), [settings])
    log_to_stderr()
    if given.target == "-":
        seen = (
            None if sys.stdout.isatty() else progress_on(sys.stderr)
        )  # one line would be written into another
        report = export_to(sys.stdout, settings, selection, seen)
        clear_line(sys.stderr)
        return exit_code(report)
    report = export_to(given.target, settings, selection, progress_on(sys.stderr))
    return shown(report, given.json, export_lines(report))


def import_lines(given: argparse.Namespace) -> int:
    """Store records of JSON lines.

    Raises:
        VeltConfigurationError: the file is not there.
    """
    if not os.path.exists(given.file):
        raise VeltConfigurationError(f"{given.file}: No such file or directory", field="FILE")
    settings = load_config(given.config)
    selection = selection_of(vars(given), [settings])
    log_to_stderr()
    report = import_from(
        given.file, settings, selection, given.yes, progress_on(sys.stderr), given.checkpoint
    )
    return shown(report, given.json)


def shown(report: Report, as_json: bool, lines: Optional[Iterable[str]] = None) -> int:
    clear_line(sys.stderr)
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        for line in list(lines_of(report) if lines is None else lines) or ["there are no records"]:
            print(line)
    return exit_code(report)
