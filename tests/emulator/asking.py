"""Two people, what they write, and what stands in the answers that they get."""

from __future__ import annotations

from typing import Any, Dict

__all__ = ["ALICE", "BOB", "comment", "data", "error", "result"]

ALICE = {"userId": "alice", "name": "Alice", "email": "alice@example.com"}
BOB = {"userId": "bob", "name": "Bob", "email": "bob@example.com"}


def result(answer: Any) -> Any:
    """What an answer holds."""
    assert "result" in answer, answer
    return answer["result"]


def data(answer: Any) -> Any:
    """What an answer holds under `data`."""
    return result(answer)["data"]


def error(answer: Any) -> Any:
    """The error of an answer."""
    assert "error" in answer, answer
    return answer["error"]


def comment(text: str = "Hello", user: Dict[str, str] = ALICE, **more: Any) -> Dict[str, Any]:
    return {"commentText": text, "from": user, **more}
