"""The Python backend SDK for Velt collaboration.

from velt_py import VeltSDK

sdk = VeltSDK.initialize({"database": {"type": "sqlite", "path": "velt.db"}})
sdk.selfHosting.comments.getComments(organizationId="acme")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names
from velt_py._version import __version__

if TYPE_CHECKING:
    from velt_py.api.observe import CallEvent
    from velt_py.api.token_cache import AsyncTokenCache, TokenCache
    from velt_py.exceptions import (
        VeltAbortedError,
        VeltAlreadyExistsError,
        VeltApiError,
        VeltApiNotFoundError,
        VeltConfigurationError,
        VeltConflictError,
        VeltDatabaseError,
        VeltDatabaseOperationError,
        VeltDatabaseUnavailableError,
        VeltDeadlineExceededError,
        VeltDependencyError,
        VeltFailedPreconditionError,
        VeltInternalError,
        VeltInvalidArgumentError,
        VeltJobFailed,
        VeltNetworkError,
        VeltNotFoundError,
        VeltPartialFailure,
        VeltPermissionDeniedError,
        VeltRateLimitError,
        VeltResponseError,
        VeltSchemaError,
        VeltSDKError,
        VeltStorageError,
        VeltTokenError,
        VeltUnauthenticatedError,
        VeltUnavailableError,
        VeltValidationError,
        VeltWaitError,
        VeltWaitTimeout,
        VeltWebhookError,
    )
    from velt_py.models.activity import (
        GetActivityResolverRequest,
        PartialActivityRecord,
        SaveActivityResolverRequest,
    )
    from velt_py.models.attachment import (
        AttachmentResolverMetadata,
        DeleteAttachmentResolverRequest,
        PartialAttachment,
        ResolverAttachment,
        SaveAttachmentResolverData,
        SaveAttachmentResolverRequest,
    )
    from velt_py.models.base import BaseMetadata, ResolverDeleteMetadata, ResolverResponse
    from velt_py.models.comment import (
        DeleteCommentResolverRequest,
        GetCommentResolverRequest,
        PartialComment,
        PartialCommentAnnotation,
        PartialTargetTextRange,
        SaveCommentResolverRequest,
    )
    from velt_py.models.enums import CommentResolverSaveEvent, ResolverActions
    from velt_py.models.notification import (
        DeleteNotificationResolverRequest,
        GetNotificationResolverRequest,
        PartialNotification,
        SaveNotificationResolverRequest,
    )
    from velt_py.models.reaction import (
        DeleteReactionResolverRequest,
        GetReactionResolverRequest,
        PartialReactionAnnotation,
        SaveReactionResolverRequest,
    )
    from velt_py.models.recorder import (
        DeleteRecorderResolverRequest,
        GetRecorderResolverRequest,
        PartialRecorderAnnotation,
        PartialRecorderAnnotationEditVersion,
        SaveRecorderResolverRequest,
    )
    from velt_py.models.resolver_auth import VerifyTokenResult
    from velt_py.models.user import (
        GetUserResolverRequest,
        PartialTaggedUserContacts,
        PartialUser,
        ResolveUserIdsByEmailRequest,
        SaveUserRequest,
        User,
    )
    from velt_py.sdk import AsyncVeltSDK, VeltSDK

__all__ = [
    "AsyncTokenCache",
    "AsyncVeltSDK",
    "AttachmentResolverMetadata",
    "BaseMetadata",
    "CallEvent",
    "CommentResolverSaveEvent",
    "DeleteAttachmentResolverRequest",
    "DeleteCommentResolverRequest",
    "DeleteNotificationResolverRequest",
    "DeleteReactionResolverRequest",
    "DeleteRecorderResolverRequest",
    "GetActivityResolverRequest",
    "GetCommentResolverRequest",
    "GetNotificationResolverRequest",
    "GetReactionResolverRequest",
    "GetRecorderResolverRequest",
    "GetUserResolverRequest",
    "PartialActivityRecord",
    "PartialAttachment",
    "PartialComment",
    "PartialCommentAnnotation",
    "PartialNotification",
    "PartialReactionAnnotation",
    "PartialRecorderAnnotation",
    "PartialRecorderAnnotationEditVersion",
    "PartialTaggedUserContacts",
    "PartialTargetTextRange",
    "PartialUser",
    "ResolveUserIdsByEmailRequest",
    "ResolverActions",
    "ResolverAttachment",
    "ResolverDeleteMetadata",
    "ResolverResponse",
    "SaveActivityResolverRequest",
    "SaveAttachmentResolverData",
    "SaveAttachmentResolverRequest",
    "SaveCommentResolverRequest",
    "SaveNotificationResolverRequest",
    "SaveReactionResolverRequest",
    "SaveRecorderResolverRequest",
    "SaveUserRequest",
    "TokenCache",
    "User",
    "VeltAbortedError",
    "VeltAlreadyExistsError",
    "VeltApiError",
    "VeltApiNotFoundError",
    "VeltConfigurationError",
    "VeltConflictError",
    "VeltDatabaseError",
    "VeltDatabaseOperationError",
    "VeltDatabaseUnavailableError",
    "VeltDeadlineExceededError",
    "VeltDependencyError",
    "VeltFailedPreconditionError",
    "VeltInternalError",
    "VeltInvalidArgumentError",
    "VeltJobFailed",
    "VeltNetworkError",
    "VeltNotFoundError",
    "VeltPartialFailure",
    "VeltPermissionDeniedError",
    "VeltRateLimitError",
    "VeltResponseError",
    "VeltSDK",
    "VeltSDKError",
    "VeltSchemaError",
    "VeltStorageError",
    "VeltTokenError",
    "VeltUnauthenticatedError",
    "VeltUnavailableError",
    "VeltValidationError",
    "VeltWaitError",
    "VeltWaitTimeout",
    "VeltWebhookError",
    "VerifyTokenResult",
    "__version__",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "velt_py.api.observe": "CallEvent",
        "velt_py.api.token_cache": "AsyncTokenCache TokenCache",
        "velt_py.exceptions": (
            "VeltAbortedError VeltAlreadyExistsError VeltApiError VeltApiNotFoundError "
            "VeltConfigurationError VeltConflictError VeltDatabaseError VeltDatabaseOperationError "
            "VeltDatabaseUnavailableError VeltDeadlineExceededError VeltDependencyError "
            "VeltFailedPreconditionError VeltInternalError VeltInvalidArgumentError VeltJobFailed VeltNetworkError "
            "VeltNotFoundError VeltPartialFailure VeltPermissionDeniedError VeltRateLimitError "
            "VeltResponseError VeltSDKError VeltSchemaError VeltStorageError VeltTokenError "
            "VeltUnauthenticatedError VeltUnavailableError VeltValidationError VeltWaitError VeltWaitTimeout "
            "VeltWebhookError"
        ),
        "velt_py.models.activity": "GetActivityResolverRequest PartialActivityRecord SaveActivityResolverRequest",
        "velt_py.models.attachment": (
            "AttachmentResolverMetadata DeleteAttachmentResolverRequest PartialAttachment "
            "ResolverAttachment SaveAttachmentResolverData SaveAttachmentResolverRequest"
        ),
        "velt_py.models.base": "BaseMetadata ResolverDeleteMetadata ResolverResponse",
        "velt_py.models.comment": (
            "DeleteCommentResolverRequest GetCommentResolverRequest PartialComment "
            "PartialCommentAnnotation PartialTargetTextRange SaveCommentResolverRequest"
        ),
        "velt_py.models.enums": "CommentResolverSaveEvent ResolverActions",
        "velt_py.models.notification": (
            "DeleteNotificationResolverRequest GetNotificationResolverRequest PartialNotification "
            "SaveNotificationResolverRequest"
        ),
        "velt_py.models.reaction": (
            "DeleteReactionResolverRequest GetReactionResolverRequest PartialReactionAnnotation "
            "SaveReactionResolverRequest"
        ),
        "velt_py.models.recorder": (
            "DeleteRecorderResolverRequest GetRecorderResolverRequest PartialRecorderAnnotation "
            "PartialRecorderAnnotationEditVersion SaveRecorderResolverRequest"
        ),
        "velt_py.models.resolver_auth": "VerifyTokenResult",
        "velt_py.models.user": (
            "GetUserResolverRequest PartialTaggedUserContacts PartialUser ResolveUserIdsByEmailRequest "
            "SaveUserRequest User"
        ),
        "velt_py.sdk": "AsyncVeltSDK VeltSDK",
    },
)
