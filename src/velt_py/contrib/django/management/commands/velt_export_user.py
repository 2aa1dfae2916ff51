"""`manage.py velt_export_user`: what the store holds about a person."""

from __future__ import annotations

from typing import Any

from velt_py.contrib.django.management.output import PersonCommand
from velt_py.contrib.django.process import get_sdk
from velt_py.selfhosting.privacy.exporting import export_lines

__all__ = ["Command"]


class Command(PersonCommand):
    """Prints JSON lines, or one JSON object with --json."""

    help = "Prints what the store holds about a person, as JSON lines."

    def run(self, **options: Any) -> str:
        found = get_sdk().selfHosting.privacy.export_user(**self.whom(options))
        self.show(export_lines(found), found, options["json"])
        return ""
