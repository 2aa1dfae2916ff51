"""The app as Django sees it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

__all__ = ["VeltConfig"]


class VeltConfig(AppConfig):
    """Velt's comments, reactions, recordings, notifications, activities, attachments and users."""

    name = "velt_py.contrib.django"
    label = "velt"
    verbose_name = "Velt"
    default_auto_field: Any = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        from velt_py.contrib.django import checks, process

        checks.register()
        process.watch_settings()
