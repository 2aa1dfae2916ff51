"""Published import paths of the self-hosting services."""

from __future__ import annotations

from velt_py.selfhosting.operation import Resolver as BaseService
from velt_py.selfhosting.services.activities import ActivityService
from velt_py.selfhosting.services.attachments import AttachmentService
from velt_py.selfhosting.services.comments import CommentService
from velt_py.selfhosting.services.notifications import NotificationService
from velt_py.selfhosting.services.reactions import ReactionService
from velt_py.selfhosting.services.recorders import RecorderService
from velt_py.selfhosting.services.users import UserService
from velt_py.selfhosting.tokens import ResolverAuthService

__all__ = [
    "ActivityService",
    "AttachmentService",
    "BaseService",
    "CommentService",
    "NotificationService",
    "ReactionService",
    "RecorderService",
    "ResolverAuthService",
    "UserService",
]
