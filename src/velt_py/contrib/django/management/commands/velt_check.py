"""`manage.py velt_check`: the system checks, and what they cannot say without asking the database."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any, Dict, List

from django.core import checks

from velt_py.contrib.django.management.output import VeltCommand
from velt_py.contrib.django.process import get_options, get_sdk
from velt_py.exceptions import VeltSDKError

__all__ = ["Command"]


class Command(VeltCommand):
    """Says what is wrong; exit code 1 when anything is."""

    help = "Checks the setting VELT, and whether the store answers and has what it needs."

    def run(self, **options: Any) -> str:
        found = [told(each) for each in checks.run_checks(tags=["velt"], include_deployment_checks=True)]
        if not any(each["level"] == "error" for each in found):
            found.extend(store_problems())
        lines = [f"{each['level']} {each['id']}: {each['message']}" for each in found]
        self.show(lines or ["all is well"], {"clean": not found, "findings": found}, options["json"])
        return f"{len(found)} findings" if found else ""


def told(message: Any) -> Dict[str, Any]:
    level = "error" if message.level >= checks.ERROR else "warning"
    hint = f" {message.hint}" if message.hint else ""
    return {"level": level, "id": message.id, "message": f"{message.msg}{hint}"}


def store_problems() -> List[Dict[str, Any]]:
    """What is wrong with the store itself."""
    database = get_options().settings.database
    assert database is not None
    store = get_sdk()._runner.store
    try:
        store.ping()
        # Other stores make what they miss at the first use, unless they were told not to.
        migrated = database.type == "django" or not database.manage_schema
        missing = list(store.missing_schema()) if migrated else []
    except VeltSDKError as error:
        return [{"level": "error", "id": "store", "message": error.message}]
    return [{"level": "error", "id": "schema", "message": line} for line in missing]
