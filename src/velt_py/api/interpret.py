"""From a reply to what the caller gets: the parsed answer untouched, or an error. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Type, cast

from velt_py.api.messages import Prepared, Reply, host_of
from velt_py.api.retry import retry_after
from velt_py.exceptions import (
    VeltAbortedError,
    VeltAlreadyExistsError,
    VeltApiError,
    VeltApiNotFoundError,
    VeltDeadlineExceededError,
    VeltFailedPreconditionError,
    VeltInternalError,
    VeltInvalidArgumentError,
    VeltPartialFailure,
    VeltPermissionDeniedError,
    VeltRateLimitError,
    VeltResponseError,
    VeltUnauthenticatedError,
    VeltUnavailableError,
)

__all__ = ["failed_entries", "interpreted"]

BY_WORD: Mapping[str, Type[VeltResponseError]] = {
    "INVALID_ARGUMENT": VeltInvalidArgumentError,
    "FAILED_PRECONDITION": VeltFailedPreconditionError,
    "UNAUTHENTICATED": VeltUnauthenticatedError,
    "PERMISSION_DENIED": VeltPermissionDeniedError,
    "NOT_FOUND": VeltApiNotFoundError,
    "ALREADY_EXISTS": VeltAlreadyExistsError,
    "ABORTED": VeltAbortedError,
    "RESOURCE_EXHAUSTED": VeltRateLimitError,
    "INTERNAL": VeltInternalError,
    "UNAVAILABLE": VeltUnavailableError,
    "DEADLINE_EXCEEDED": VeltDeadlineExceededError,
}
BY_STATUS: Mapping[int, Type[VeltResponseError]] = {
    400: VeltInvalidArgumentError,
    401: VeltUnauthenticatedError,
    403: VeltPermissionDeniedError,
    404: VeltApiNotFoundError,
    409: VeltAlreadyExistsError,
    429: VeltRateLimitError,
    500: VeltInternalError,
    502: VeltUnavailableError,
    503: VeltUnavailableError,
    504: VeltDeadlineExceededError,
}


def interpreted(prepared: Prepared, reply: Reply, raise_on_error: bool) -> Any:
    """The answer as Velt sent it.

    Args:
        raise_on_error: raise what the answer says went wrong, in part or altogether.

    Raises:
        VeltApiError: the answer is no JSON; with `raise_on_error` a `VeltResponseError` by Velt's word for the
            failure, or `VeltPartialFailure` when some entries of a batch failed.
    """
    redirected = 300 <= reply.status < 400
    if redirected and not _is_json(reply):
        raise _redirect(prepared, reply)
    try:
        answer = reply.parsed()
    except VeltApiError as error:
        raise VeltApiError(f"{_where(prepared)}: {error.message}", statusCode=reply.status) from error
    if not reply.body and not 200 <= reply.status < 400:
        raise VeltApiError(
            f"{_where(prepared)} answered with HTTP status {reply.status} and nothing else",
            statusCode=reply.status,
        )
    if raise_on_error:
        _raise_for(prepared, reply, answer)
        if redirected:
            raise _redirect(prepared, reply)
    return answer


def _where(prepared: Prepared) -> str:
    return f"{prepared.name}: {host_of(prepared)}"


def _redirect(prepared: Prepared, reply: Reply) -> VeltApiError:
    return VeltApiError(
        f"{_where(prepared)} answered with a redirect (HTTP status {reply.status}), which is not followed with "
        "credentials; check `apiBaseUrl`",
        statusCode=reply.status,
    )


def _is_json(reply: Reply) -> bool:
    try:
        reply.parsed()
    except VeltApiError:
        return False
    return bool(reply.body)


def _raise_for(prepared: Prepared, reply: Reply, answer: Any) -> None:
    error = _map(_map(answer).get("error"))
    facts: Dict[str, Any] = {
        "statusCode": reply.status,
        "details": error.get("details"),
        "requestId": reply.request_id(),
    }
    if error or reply.status >= 400:
        word = error.get("status")
        kind = BY_WORD.get(str(word)) or BY_STATUS.get(reply.status)
        if kind is None:
            kind = VeltUnavailableError if reply.status >= 500 else VeltResponseError
        entries = _entries(facts["details"])
        message = error.get("message")
        # Velt's own words may quote what was sent, so they are an attribute and no part of the message.
        told = f"{prepared.name}: {word or 'HTTP status'} ({reply.status})"
        raise kind(
            told,
            word=word if isinstance(word, str) else None,
            said=message if isinstance(message, str) else None,
            retryAfter=_asked(reply.headers),
            failed=entries,
            **facts,
        )
    failed = failed_entries(answer)
    if failed:
        raise VeltPartialFailure(
            f"{prepared.name}: {len(failed)} entries failed; they are listed in `failed`",
            failed=failed,
            answer=answer,
            **facts,
        )


def _asked(headers: Mapping[str, str]) -> Optional[float]:
    """The seconds that the server asks to wait; a date is read by the server's own clock."""
    asked = retry_after(headers, 0.0)
    if asked is None or retry_after(headers, asked) == asked:
        return asked  # a number: it does not depend on the time
    now = retry_after({"retry-after": headers.get("date", "")}, 0.0)
    return None if now is None else max(0.0, asked - now)


def failed_entries(answer: Any) -> Dict[str, Any]:
    """The entries of a batch that failed although the call as a whole says success, by their ids."""
    data = _map(_map(_map(answer).get("result")).get("data"))
    return {key: entry for key, entry in data.items() if _map(entry).get("success") is False}


def _entries(details: Any) -> Optional[Dict[str, Any]]:
    """The failed entries in the details of an error; None when it says nothing of entries."""
    if isinstance(details, dict):
        entries = cast(Dict[str, Any], details)
    elif isinstance(details, list):
        # In the order of the request; documents.getDocuments puts the documents that it found among them.
        listed = cast(List[Any], details)
        entries = {str(_map(entry).get("id", at)): entry for at, entry in enumerate(listed)}
    else:
        return None
    told = {key: entry for key, entry in entries.items() if "success" in _map(entry)}
    return {key: entry for key, entry in told.items() if entry["success"] is not True} if told else None


def _map(value: Any) -> Dict[str, Any]:
    return cast(Dict[str, Any], value) if isinstance(value, dict) else {}
