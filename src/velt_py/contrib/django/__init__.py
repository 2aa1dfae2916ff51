"""Velt in a Django project: the app `velt_py.contrib.django`. Importing this package does not import Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.contrib.django.process import close as close
    from velt_py.contrib.django.process import close_async as close_async
    from velt_py.contrib.django.process import get_async_sdk as get_async_sdk
    from velt_py.contrib.django.process import get_sdk as get_sdk

__all__ = ["close", "close_async", "get_async_sdk", "get_sdk"]

__getattr__, __dir__ = lazy_names(
    __name__, {"velt_py.contrib.django.process": "close close_async get_async_sdk get_sdk"}
)
