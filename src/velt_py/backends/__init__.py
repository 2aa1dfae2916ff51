"""Published import paths."""

from __future__ import annotations

from velt_py.api.backend import ApiBackend
from velt_py.sdk import SelfHostingBackend

__all__ = ["ApiBackend", "SelfHostingBackend"]
