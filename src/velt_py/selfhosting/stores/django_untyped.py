"""What the store uses of Django, for the type checkers: Django has no types of its own."""

from __future__ import annotations

from typing import Any

import django.apps
import django.core.management
import django.db
import django.db.migrations.executor
import django.db.models
import django.db.transaction

__all__ = ["MigrationExecutor", "Q", "apps", "atomic", "call_command", "connections"]

MigrationExecutor: Any = django.db.migrations.executor.MigrationExecutor
Q: Any = django.db.models.Q
apps: Any = django.apps.apps
atomic: Any = getattr(django.db.transaction, "atomic")  # noqa: B009
call_command: Any = getattr(django.core.management, "call_command")  # noqa: B009
connections: Any = django.db.connections
