"""What all answers have in common."""

from __future__ import annotations

from typing import Any, TypedDict

__all__ = ["ApiErrorBody", "Failable"]


class ApiErrorBody(TypedDict, total=False):
    """What Velt says of a failure."""

    message: str
    status: str
    details: Any
    code: Any


class Failable(TypedDict, total=False):
    """An answer has `error` instead of `result` when the call failed."""

    error: ApiErrorBody
