"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.services.reactions import ReactionService

__all__ = ["ReactionService"]
