"""Answers of `sdk.api.presence`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddPresenceAnswer",
    "DeletePresenceAnswer",
    "UpdatePresenceAnswer",
]


class AddPresenceData(TypedDict):
    success: bool


class AddPresenceResult(TypedDict):
    status: str
    message: str
    data: AddPresenceData


class AddPresenceAnswer(Failable):
    result: AddPresenceResult


class UpdatePresenceData(TypedDict):
    success: bool


class UpdatePresenceResult(TypedDict):
    status: str
    message: str
    data: UpdatePresenceData


class UpdatePresenceAnswer(Failable):
    result: UpdatePresenceResult


class DeletePresenceData(TypedDict):
    success: bool


class DeletePresenceResult(TypedDict):
    status: str
    message: str
    data: DeletePresenceData


class DeletePresenceAnswer(Failable):
    result: DeletePresenceResult
