"""Published import path."""

from __future__ import annotations

from velt_py.sdk import SelfHostingBackend

__all__ = ["SelfHostingBackend"]
