"""The application's own database connections: found, never opened beside Django, kept apart in a forked child."""

from __future__ import annotations

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List, Set, TypeVar

from asgiref.sync import SyncToAsync
from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.db import Error
from django.utils.connection import ConnectionDoesNotExist

from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.stores.django_errors import FOREIGN, deadlocked, translated
from velt_py.selfhosting.stores.django_untyped import apps, connections

__all__ = ["Place"]

T = TypeVar("T")

APP = "velt"
MOST = 4
"""How often work is begun that lost against others."""


class Place:
    """One entry of `DATABASES`.

    Args:
        alias: its name.

    Raises:
        VeltConfigurationError: Django is not configured or has no such entry, or the app is not installed.
    """

    def __init__(self, alias: str) -> None:
        self.alias = alias
        try:
            apps.check_models_ready()
            self.vendor = str(connections[alias].vendor)
        except (AppRegistryNotReady, ImproperlyConfigured):
            raise VeltConfigurationError(
                "Django is not set up: set DJANGO_SETTINGS_MODULE and call django.setup() before the first use",
                field="database.type",
            ) from None
        except ConnectionDoesNotExist:
            known = ", ".join(sorted(connections))
            raise VeltConfigurationError(
                f"DATABASES has no entry {alias!r}; it has {known}", field="database.alias"
            ) from None
        if not apps.is_installed("velt_py.contrib.django"):
            raise VeltConfigurationError(
                'the tables belong to an app that is not installed: add "velt_py.contrib.django" to INSTALLED_APPS',
                field="database.type",
            )
        keep_apart(alias)

    def model(self, name: str) -> Any:
        """A model of the app."""
        return apps.get_model(APP, name)

    @property
    def connection(self) -> Any:
        """The connection of this thread."""
        return connections[self.alias]

    def carry_out(self, work: Callable[[], T], repeatable: bool = True) -> T:
        """Do some work, again where that helps; Django's errors leave as ours. In a transaction of the application
        nothing is repeated: what came before would be lost.

        Args:
            repeatable: whether to do it again when the connection broke, which may be after the work was done.
        """
        began = 0
        while True:
            connection = self.connection
            free, was_open = not connection.in_atomic_block, connection.connection is not None
            began += 1
            try:
                return work()
            except FOREIGN as error:
                if free:
                    connection.close_if_unusable_or_obsolete()
                broken = was_open and connection.connection is None and repeatable and began == 1
                again = isinstance(error, Error) and (broken or deadlocked(error))
                if not (free and again and began < MOST):
                    raise translated(error, self.alias) from None


# A forked child must not speak over the connections of its parent. They stay open in here: closing them would end the
# parent's session.

_kept_apart: Set[str] = set()
_of_parents: List[Any] = []


def keep_apart(alias: str) -> None:
    """From now on a forked child gets a connection of its own for this entry."""
    if hasattr(os, "register_at_fork"):
        _watch_forks()
        _kept_apart.add(alias)


@functools.lru_cache(maxsize=1)
def _watch_forks() -> None:
    os.register_at_fork(after_in_child=_in_child)


def _in_child() -> None:
    for connection in connections.all(initialized_only=True):
        if connection.alias in _kept_apart and connection.connection is not None:
            in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()
            if not in_memory and not connection.in_atomic_block:
                _of_parents.append(connection.connection)
                connection.connection = None
    # The thread in which asgiref runs what blocks did not come along; without a new one every call would wait forever.
    SyncToAsync.single_thread_executor = ThreadPoolExecutor(max_workers=1)
