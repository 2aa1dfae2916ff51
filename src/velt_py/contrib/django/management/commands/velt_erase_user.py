"""`manage.py velt_erase_user`: erases a person, and looks again."""

from __future__ import annotations

from typing import Any

from velt_py.contrib.django.management.output import PARTIAL, PersonCommand
from velt_py.contrib.django.process import get_sdk
from velt_py.selfhosting.privacy.words import lines_of, policy_of

__all__ = ["Command"]


class Command(PersonCommand):
    """Erases in the own store, with --velt at Velt too; exit code 3 when something is left."""

    help = "Erases a person's data and looks whether anything is left; a dry run without --yes."
    left_code = PARTIAL

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--yes", action="store_true", help="do it instead of only saying what would be done"
        )
        parser.add_argument(
            "--policy",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="what becomes of their things, for example comments=delete,files=keep; may be repeated",
        )
        parser.add_argument(
            "--velt", action="store_true", help="delete Velt's own data, too, and wait for its end"
        )

    def run(self, **options: Any) -> str:
        report = get_sdk().privacy.erase_user(
            policy=policy_of(options["policy"]),
            dry_run=not options["yes"],
            velt=options["velt"],
            **self.whom(options),
        )
        self.show(lines_of(report), report.to_dict(), options["json"])
        return "" if report.settled else "something is left of this person"
