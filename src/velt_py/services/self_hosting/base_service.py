"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.operation import Resolver as BaseService

__all__ = ["BaseService"]
