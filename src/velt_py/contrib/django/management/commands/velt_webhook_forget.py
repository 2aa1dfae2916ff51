"""`manage.py velt_webhook_forget`: deletes webhook events that were done long ago."""

from __future__ import annotations

from typing import Any

from velt_py.contrib.django.management.inbox import receiver
from velt_py.contrib.django.management.output import VeltCommand
from velt_py.contrib.django.process import get_sdk
from velt_py.exceptions import VeltConfigurationError
from velt_py.webhooks.report_lines import forgotten_line, forgotten_object

__all__ = ["Command"]


class Command(VeltCommand):
    """Deletes what was done; what waits or was given up stays."""

    help = "Deletes webhook events from the inbox that were done long ago; a dry run without --yes."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--days", type=int, default=30, metavar="N", help="done more than N days ago (%(default)s)"
        )
        parser.add_argument(
            "--yes", action="store_true", help="do it instead of only saying how many there are"
        )

    def run(self, **options: Any) -> str:
        if options["days"] < 0:
            raise VeltConfigurationError("--days: 0 or more days are needed", field="--days")
        dry_run = not options["yes"]
        found = (receiver().forget(get_sdk(), options["days"], dry_run=dry_run), dry_run)
        self.show([forgotten_line(*found)], forgotten_object(*found), options["json"])
        return ""
