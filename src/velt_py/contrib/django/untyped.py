"""What the app uses of Django, for the type checkers: Django has no types of its own."""

from __future__ import annotations

from typing import Any

import django.contrib.auth
import django.db
import django.utils.module_loading

__all__ = ["close_old_connections", "get_user_model", "import_string"]

close_old_connections: Any = getattr(django.db, "close_old_connections")  # noqa: B009
get_user_model: Any = getattr(django.contrib.auth, "get_user_model")  # noqa: B009
import_string: Any = getattr(django.utils.module_loading, "import_string")  # noqa: B009
