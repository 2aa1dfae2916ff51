"""What the commands share: results as lines or as JSON, errors of ours without a traceback."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
from typing import Any, Iterable

from django.core.management.base import BaseCommand, CommandError

from velt_py.exceptions import VeltConfigurationError, VeltSDKError

__all__ = ["VeltCommand"]

FAILED, USAGE = 1, 2
"""Exit codes, as those of the `velt` command."""


class VeltCommand(BaseCommand):
    """A command; `run` does its work, and returns what is left to be done: nothing when all is well."""

    left_code = FAILED
    """The exit code when something is left."""

    requires_system_checks: Any = []  # a command that says what is wrong has to start although something is

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="results as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            left = self.run(**options)
        except VeltConfigurationError as error:
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
