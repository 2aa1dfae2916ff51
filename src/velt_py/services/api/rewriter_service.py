"""Published import path."""

from __future__ import annotations

from velt_py.api.services.rewriter import RewriterService

__all__ = ["RewriterService"]
