"""Velt in a Django project: the app `velt_py.contrib.django`. Importing this package does not import Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.contrib.django.process import close as close
    from velt_py.contrib.django.process import close_async as close_async
    from velt_py.contrib.django.process import get_async_sdk as get_async_sdk
    from velt_py.contrib.django.process import get_sdk as get_sdk

__all__ = ["close", "close_async", "get_async_sdk", "get_sdk"]

_found, __dir__ = lazy_names(
    __name__, {"velt_py.contrib.django.process": "close close_async get_async_sdk get_sdk"}
)


def __getattr__(name: str) -> Any:
    try:
        return _found(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "django":
            raise
        from velt_py.exceptions import VeltDependencyError

        raise VeltDependencyError(
            'a Django project needs Django, which is not installed; run: pip install "velt-py[django]"'
        ) from error
