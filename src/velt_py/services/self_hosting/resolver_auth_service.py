"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.tokens import ResolverAuthService

__all__ = ["ResolverAuthService"]
