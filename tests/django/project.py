"""Starts the Django of the tests in this process: once, because Django has one set of settings per process."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import lru_cache
from typing import Any

__all__ = ["start"]


@lru_cache(maxsize=1)
def start() -> Any:
    """Django's registry of apps, after the tables were made in a fresh SQLite file."""
    folder = tempfile.mkdtemp(prefix="velt-django-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VELT_TEST_DJANGO_DB"] = os.path.join(folder, "default.db")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.django.settings"
    import django
    from django.apps import apps
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return apps
