"""Takes away what earlier tests left in the places that tests share.

Most tests have organizations and people of their own and leave the rest alone. What walks over all organizations, or
over the whole inbox of webhooks, would walk over the records of every test before it.
"""

from __future__ import annotations

import functools
from typing import Any

from tests.django import project
from tests.stores.conftest import Driver

__all__ = ["empty"]


def empty(driver: Driver) -> None:
    """Leave nothing in a driver's place."""
    database = driver.settings.database
    assert database is not None
    names = list(driver.settings.collections.values())
    if database.type == "postgresql":
        _empty_postgresql(str(database.connection_string), names)
    elif database.type == "mongodb":
        for name in names:
            _mongodb(str(database.connection_string))[str(database.database_name)][name].delete_many({})
    elif database.type == "django":
        _empty_django(str(driver.config["database"]["alias"]))


@functools.lru_cache(maxsize=None)
def _mongodb(uri: str) -> Any:
    from pymongo import MongoClient

    return MongoClient(uri)


@functools.lru_cache(maxsize=None)
def _postgresql(url: str) -> Any:
    import psycopg

    return psycopg.connect(url, autocommit=True)


def _empty_postgresql(url: str, names: Any) -> None:
    connection = _postgresql(url)
    there = connection.execute(
        "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NOT NULL", [names]
    )
    for (name,) in there.fetchall():
        connection.execute(f'DELETE FROM "{name}"')


def _empty_django(alias: str) -> None:
    from django.db import connections

    with connections[alias].cursor() as cursor:
        for model in project.start().get_app_config("velt").get_models():
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
