"""What the commands share: results as lines or as JSON, errors of ours without a traceback."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
from typing import Any, Iterable

from django.core.management.base import BaseCommand, CommandError

from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltValidationError

__all__ = ["PARTIAL", "PersonCommand", "VeltCommand"]

FAILED, USAGE, PARTIAL = 1, 2, 3
"""Exit codes, as those of the `velt` command."""


class VeltCommand(BaseCommand):
    """A command; `run` does its work, and returns what is left to be done: nothing when all is well."""

    left_code = FAILED
    """The exit code when something is left to be done."""

    requires_system_checks: Any = []  # a command that says what is wrong has to start although something is

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="results as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            left = self.run(**options)
        except (VeltConfigurationError, VeltValidationError) as error:
            raise CommandError(error.message, returncode=USAGE) from None
        except VeltSDKError as error:
            raise CommandError(error.message, returncode=FAILED) from None
        if left:
            raise CommandError(left, returncode=self.left_code)

    def run(self, **options: Any) -> str:
        """Do it."""
        return ""

    def show(self, lines: Iterable[str], found: Any, as_json: bool) -> None:
        """Print the results."""
        if as_json:
            self.stdout.write(json.dumps(found))
            return
        for line in lines:
            self.stdout.write(line)


class PersonCommand(VeltCommand):
    """A command about one person."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("user", help="the person's user id")
        parser.add_argument("--organization", metavar="ID", help="only there (everywhere)")
        parser.add_argument(
            "--email", action="append", metavar="ADDRESS", help="an address of theirs; may be repeated"
        )
        parser.add_argument(
            "--name", action="append", metavar="NAME", help="how they are called in texts; may be repeated"
        )

    @staticmethod
    def whom(options: Any) -> Any:
        """The arguments that say who is meant."""
        return {
            "userId": options["user"],
            "organizationId": options["organization"],
            "emails": options["email"] or None,
            "names": options["name"] or None,
        }
