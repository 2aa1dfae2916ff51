"""The errors of the SDK. The first five names are those of the published package."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

__all__ = [
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
]


class VeltSDKError(Exception):
    """Base of every error that this package raises on purpose.

    Args:
        message: what was wrong, where, and what to do. Never holds secrets or people's texts.
        code: the `errorCode` that the answer envelope carries for this error.
        statusCode: the HTTP status that belongs to it.
        field: the name of the field or setting at fault, when there is one.
        correlation: an id that also stands in the log line with the technical cause.
    """

    code = "INTERNAL_ERROR"
    statusCode = 500

    def __init__(
        self,
        message: str = "",
        *,
        code: Optional[str] = None,
        statusCode: Optional[int] = None,
        field: Optional[str] = None,
        correlation: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if statusCode is not None:
            self.statusCode = statusCode
        self.field = field
        self.correlation = correlation

    def __reduce__(self) -> Tuple[Any, ...]:
        state: Dict[str, Any] = dict(self.__dict__)
        return (type(self), (self.message,), state)


class VeltValidationError(VeltSDKError):
    """The caller sent something that cannot be accepted; nothing was read or written."""

    code = "INVALID_INPUT"
    statusCode = 400


class VeltNotFoundError(VeltSDKError):
    """What was asked for does not exist in this organization."""

    code = "NOT_FOUND"
    statusCode = 404


class VeltConflictError(VeltSDKError):
    """The record cannot be written as the store stands now, for example because an index of the published
    package allows an id only once over all organizations."""

    code = "CONFLICT"
    statusCode = 409


class VeltConfigurationError(VeltSDKError):
    """The configuration lacks a key or holds one that cannot be used."""

    code = "CONFIGURATION_ERROR"
    statusCode = 500


class VeltDependencyError(VeltConfigurationError):
    """An optional library is not installed; the message holds the install line."""

    code = "DEPENDENCY_MISSING"


class VeltDatabaseError(VeltSDKError):
    """The database is not configured, cannot be reached, or failed."""

    code = "DATABASE_ERROR"
    statusCode = 500


class VeltDatabaseOperationError(VeltDatabaseError):
    """An operation reached the database and failed there."""


class VeltDatabaseUnavailableError(VeltDatabaseError):
    """The database did not answer within the configured time."""


class VeltSchemaError(VeltDatabaseError):
    """A table, collection or index that the SDK needs is missing; `velt schema check` says which."""


class VeltStorageError(VeltSDKError):
    """The file store failed."""

    code = "STORAGE_ERROR"
    statusCode = 500


class VeltTokenError(VeltSDKError):
    """A token could not be obtained."""

    code = "TOKEN_ERROR"


class VeltWebhookError(VeltSDKError):
    """What was posted is no webhook of Velt that can be accepted: malformed, stale (400), or not signed with any of
    the configured secrets (401)."""

    code = "WEBHOOK_REFUSED"
    statusCode = 400


class VeltApiError(VeltSDKError):
    """Velt's REST API could not be reached or answered with something that is no JSON."""

    code = "VELT_API_ERROR"


class VeltNetworkError(VeltApiError):
    """A call got no answer: no connection, a timeout, an answer that broke off.

    Args:
        message: which host, and the real reason.
        sent: whether something may have reached the server, so that sending again may do a thing twice.
    """

    code = "NETWORK_ERROR"

    def __init__(self, message: str = "", *, sent: bool = True, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.sent = sent


class VeltResponseError(VeltApiError):
    """Velt answered with an error, and raising was asked for. An error does not mean that nothing was written:
    `failed` lists the entries of a batch that failed, where Velt tells.

    Args:
        word: Velt's word for the failure, for example `NOT_FOUND`.
        said: Velt's own sentence; it may quote what was sent, so it is no part of the message.
        details: what Velt tells beyond that, as sent.
        requestId: Velt's id of the request, when it sends one.
        retryAfter: seconds that Velt asks to wait.
        failed: the entries of a batch that failed, by their ids; None when Velt says nothing of entries.
    """

    def __init__(
        self,
        message: str = "",
        *,
        word: Optional[str] = None,
        said: Optional[str] = None,
        details: Any = None,
        requestId: Optional[str] = None,
        retryAfter: Optional[float] = None,
        failed: Optional[Dict[str, Any]] = None,
        **facts: Any,
    ) -> None:
        super().__init__(message, **facts)
        if word is not None:
            self.code = word
        self.word = word
        self.said = said
        self.details = details
        self.requestId = requestId
        self.retryAfter = retryAfter
        self.failed = failed


class VeltInvalidArgumentError(VeltResponseError):
    """INVALID_ARGUMENT: something in the request is wrong, a missing auth token included."""


class VeltFailedPreconditionError(VeltResponseError):
    """FAILED_PRECONDITION: the request is right, but not in the present state."""


class VeltUnauthenticatedError(VeltResponseError):
    """UNAUTHENTICATED: the credentials are not known."""


class VeltPermissionDeniedError(VeltResponseError):
    """PERMISSION_DENIED: the credentials do not allow this."""


class VeltApiNotFoundError(VeltResponseError):
    """NOT_FOUND: there is no such thing at Velt."""


class VeltAlreadyExistsError(VeltResponseError):
    """ALREADY_EXISTS: the id is taken."""


class VeltAbortedError(VeltResponseError):
    """ABORTED: something else was changed at the same time."""


class VeltRateLimitError(VeltResponseError):
    """RESOURCE_EXHAUSTED: too many calls; `retryAfter` says how long to wait, where Velt does."""


class VeltInternalError(VeltResponseError):
    """INTERNAL: Velt failed, or part of a batch did; see `details` and `failed`."""


class VeltUnavailableError(VeltResponseError):
    """UNAVAILABLE: Velt cannot answer at the moment."""


class VeltDeadlineExceededError(VeltResponseError):
    """DEADLINE_EXCEEDED: Velt took too long."""


class VeltPartialFailure(VeltResponseError):
    """Some entries of a batch failed although the call succeeded; the others were written.

    Args:
        answer: the whole answer, as sent.
    """

    code = "PARTIAL_FAILURE"

    def __init__(self, message: str = "", *, answer: Any = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.answer = answer


class VeltWaitError(VeltApiError):
    """A job that was waited for did not come to its end.

    Args:
        job: the names of the request's fields that say which job it is.
        answer: Velt's last answer, None when there was none; it is no part of the message.
        looks: how often Velt answered.
    """

    def __init__(
        self,
        message: str = "",
        *,
        job: Tuple[str, ...] = (),
        answer: Any = None,
        looks: int = 0,
        **facts: Any,
    ) -> None:
        super().__init__(message, **facts)
        self.job = job
        self.answer = answer
        self.looks = looks


class VeltWaitTimeout(VeltWaitError):
    """The deadline of a wait is over. The job may still run, and may be waited for again.

    Args:
        seconds: the deadline.
    """

    code = "WAIT_TIMEOUT"
    statusCode = 504

    def __init__(self, message: str = "", *, seconds: Optional[float] = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.seconds = seconds


class VeltJobFailed(VeltWaitError):
    """A job failed at Velt, or was cancelled or skipped.

    Args:
        word: Velt's word for its state, for example `cancelled`.
    """

    code = "JOB_FAILED"
    statusCode = 502

    def __init__(self, message: str = "", *, word: Any = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.word = word
