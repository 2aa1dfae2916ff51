"""Answers of `sdk.api.rewriter`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AskAiAnswer",
]


class _AskAiResult(TypedDict, total=False):
    text: str
    error: str


class AskAiResult(_AskAiResult):
    success: bool


class AskAiAnswer(Failable):
    result: AskAiResult
