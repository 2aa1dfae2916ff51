"""Starts the Django of the tests in this process: once, because Django has one set of settings per process."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from functools import lru_cache
from typing import Any, Dict

__all__ = ["POSTGRESQL", "add_database", "start", "start_postgresql"]


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
    call_command("migrate", run_syncdb=True, verbosity=0)
    return apps


POSTGRESQL = "on_postgresql"
"""The alias of the same project's tables in PostgreSQL."""


@lru_cache(maxsize=1)
def start_postgresql(url: str) -> str:
    """The alias of a database in PostgreSQL with the tables in a schema of this process."""
    import psycopg

    start()
    from django.core.management import call_command

    schema = f"django_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
        facts = connection.info
        entry = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": facts.dbname,
            "USER": facts.user,
            "PASSWORD": facts.password,
            "HOST": facts.host,
            "PORT": facts.port,
            "OPTIONS": {"options": f"-c search_path={schema}", "connect_timeout": 5},
        }
    add_database(POSTGRESQL, entry)
    call_command("migrate", "velt", database=POSTGRESQL, verbosity=0)
    return POSTGRESQL


def add_database(alias: str, entry: Dict[str, Any]) -> None:
    """A further entry of `DATABASES`."""
    start()
    from django.db import connections

    known: Any = connections.settings
    known[alias] = connections.configure_settings({**known, alias: entry})[alias]
