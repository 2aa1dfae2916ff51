"""How the emulator says no: Velt's words for errors, and the HTTP status of each."""

from __future__ import annotations

from typing import Any, Dict, Optional

__all__ = ["HTTP_STATUS", "Refused", "invalid", "missing"]

HTTP_STATUS = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""400, 409 and 500 are documented, the others are the usual ones; see the assumption `http-status`."""


class Refused(Exception):
    """An operation answers with an error.

    Args:
        word: Velt's word for it.
        message: what was wrong.
        details: what stands beside it, for example the outcome of each entry.
        kept: whether what was written before stays, as with entries that succeeded beside one that failed.
        code: instead of `status` in the answer, where the documentation shows it so.
    """

    def __init__(
        self,
        word: str,
        message: str,
        *,
        details: Any = None,
        kept: bool = False,
        code: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.word = word
        self.message = message
        self.details = details
        self.kept = kept
        self.code = code

    @property
    def status(self) -> int:
        """The HTTP status."""
        return HTTP_STATUS[self.word]

    def body(self) -> Dict[str, Any]:
        """The answer's body."""
        error: Dict[str, Any] = {"message": self.message}
        if self.code is None:
            error["status"] = self.word
        else:
            error["code"] = self.code
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}


def invalid(message: str) -> Refused:
    """INVALID_ARGUMENT."""
    return Refused("INVALID_ARGUMENT", message)


def missing(message: str) -> Refused:
    """NOT_FOUND."""
    return Refused("NOT_FOUND", message)
