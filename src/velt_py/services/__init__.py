"""Published import paths of the services: re-exports, no logic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.services.api import TokenService
    from velt_py.services.self_hosting import (
        AttachmentService,
        BaseService,
        CommentService,
        ReactionService,
        UserService,
    )

__all__ = [
    "AttachmentService",
    "BaseService",
    "CommentService",
    "ReactionService",
    "TokenService",
    "UserService",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "velt_py.services.api": "TokenService",
        "velt_py.services.self_hosting": (
            "AttachmentService BaseService CommentService ReactionService UserService"
        ),
    },
)
