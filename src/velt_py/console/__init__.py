"""The console: a page to look at what is stored, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.console.feature import Console

__all__ = ["Console"]

__getattr__, __dir__ = lazy_names(__name__, {"velt_py.console.feature": "Console"})
