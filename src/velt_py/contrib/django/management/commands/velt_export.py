"""`manage.py velt_export`: the records of this project's store as JSON lines."""

from __future__ import annotations

import sys
from typing import Any

from velt_py.contrib.django.management.output import VeltCommand
from velt_py.contrib.django.process import get_options
from velt_py.selfhosting.migration.arguments import add_selection, selection_of
from velt_py.selfhosting.migration.lines import export_to
from velt_py.selfhosting.migration.report import exit_code, export_lines
from velt_py.selfhosting.migration.terminal import progress_on

__all__ = ["Command"]


class Command(VeltCommand):
    """Writes records into a file, one JSON line each."""

    help = "Writes the records of this project's store into a file, one JSON line each."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--to", dest="target", required=True, metavar="FILE.jsonl", help="the file, - for the output"
        )
        add_selection(parser)

    def run(self, **options: Any) -> str:
        settings = get_options().settings
        selection, seen = selection_of(options, [settings]), progress_on(sys.stderr)
        whole = options["target"] != "-"
        output: Any = self.stdout
        report = export_to(options["target"] if whole else output, settings, selection, seen)
        if whole:
            self.show(export_lines(report), report.to_dict(), options["json"])
        self.left_code = exit_code(report)
        return "" if report.complete else "some records could not be written"
