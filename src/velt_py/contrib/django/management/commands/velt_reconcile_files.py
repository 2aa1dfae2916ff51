"""`manage.py velt_reconcile_files`: brings unfinished uploads and deletions to their end."""

from __future__ import annotations

from typing import Any

from velt_py.contrib.django.management.output import VeltCommand
from velt_py.contrib.django.process import get_options, get_sdk
from velt_py.selfhosting.files.reconcile import GRACE_SECONDS, reconcile
from velt_py.selfhosting.files.report_lines import is_settled, lines_of

__all__ = ["Command"]


class Command(VeltCommand):
    """Compares rows and files; exit code 1 when something is left."""

    help = "Brings unfinished uploads and deletions to their end; a dry run without --apply."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--apply", action="store_true", help="do it instead of only saying what would be done"
        )
        parser.add_argument(
            "--organization",
            action="append",
            metavar="ID",
            help="only this one; may be repeated (all that have attachments)",
        )
        parser.add_argument(
            "--grace",
            type=float,
            default=GRACE_SECONDS,
            metavar="SECONDS",
            help="how long a request may still be under way (%(default)g)",
        )

    def run(self, **options: Any) -> str:
        report = reconcile(
            get_sdk()._runner,
            get_options().settings,
            options["organization"] or None,
            options["apply"],
            grace_seconds=options["grace"],
        )
        self.show(lines_of(report), report.to_dict(), options["json"])
        return "" if is_settled(report) else "rows and files do not fit together"
