"""`sdk.api.rewriter`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.rewriter import (
    AskAiRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import rewriter as answers
else:
    answers = untyped

__all__ = ["RewriterService"]


class RewriterService(Service[T]):
    """The text rewriter."""

    area = "rewriter"

    askAi = Operation(
        "rewriter/ask-ai",
        AskAiRequest,
        answers.AskAiAnswer,
        repeatable=True,
        docs="v2/rewriter/ask-ai",
    )
    """Ask AI.

    When sent again: no stored effect, but billed per call.
    """
