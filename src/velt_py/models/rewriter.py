"""Requests of `sdk.api.rewriter`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AskAiRequest",
]


@dataclass
class AskAiRequest(ApiRequest):
    """Fields of `rewriter.askAi`."""

    model: Optional[str] = fact("string", required=True)
    prompt: Optional[str] = fact("string", required=True)
    text: Optional[str] = fact("string", required=True)
