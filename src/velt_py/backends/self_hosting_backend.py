"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.backend import SelfHosting as SelfHostingBackend

__all__ = ["SelfHostingBackend"]
