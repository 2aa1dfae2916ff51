"""`manage.py velt_webhook_replay`: has webhook events handled that wait in the inbox."""

from __future__ import annotations

from typing import Any

from velt_py.contrib.django.management.inbox import receiver
from velt_py.contrib.django.management.output import VeltCommand
from velt_py.contrib.django.process import get_sdk
from velt_py.webhooks.report_lines import lines_of, objects_of, unknown

__all__ = ["Command"]


class Command(VeltCommand):
    """Calls the functions of `VELT["WEBHOOKS"]`; exit code 1 when one failed again or an id is unknown."""

    help = "Has webhook events handled that wait in the inbox: those that are due, unless told otherwise."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--pending", action="store_true", help="those that are due (the default)")
        which.add_argument("--failed", action="store_true", help="those that were given up")
        which.add_argument(
            "--id",
            dest="ids",
            action="append",
            default=[],
            metavar="ID",
            help="this one, also when it is done; may be repeated",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say which")

    def run(self, **options: Any) -> str:
        dry_run = options["dry_run"]
        report = receiver().replay(
            get_sdk(), options["ids"] or None, failed=options["failed"], dry_run=dry_run
        )
        self.show(lines_of(report, dry_run), objects_of(report, dry_run), options["json"])
        missing = unknown(report, options["ids"])
        if missing:
            return f"the inbox holds no event {', '.join(missing)}"
        return "some events failed again" if report.failed else ""
