"""Answers of `sdk.api.locations`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "DeleteDataByLocationAnswer",
    "UpdateLocationAnswer",
]


class UpdateLocationResult(TypedDict):
    status: str
    message: str
    data: None


class UpdateLocationAnswer(Failable):
    result: UpdateLocationResult


class DeleteDataByLocationResult(TypedDict):
    status: str
    message: str
    data: None


class DeleteDataByLocationAnswer(Failable):
    result: DeleteDataByLocationResult
