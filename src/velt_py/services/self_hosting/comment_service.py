"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.services.comments import CommentService

__all__ = ["CommentService"]
