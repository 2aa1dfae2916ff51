"""Answers of `sdk.api.livestate`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "BroadcastEventAnswer",
]


class BroadcastEventData(TypedDict):
    success: bool


class BroadcastEventResult(TypedDict):
    status: str
    message: str
    data: BroadcastEventData


class BroadcastEventAnswer(Failable):
    result: BroadcastEventResult
