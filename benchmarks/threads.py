"""The threads that the benchmarks save and read: annotations of five comments, as the Velt frontend posts them."""

from __future__ import annotations

from typing import Any, Dict, List

__all__ = ["COMMENTS", "GROWING", "PER_DOCUMENT", "get_body", "growing", "ids", "save_body", "thread"]

GROWING = "growing"
"""The organization of the store that grows; its threads have one comment each."""

PER_DOCUMENT = 10
"""Threads in one document of the store that grows."""

COMMENTS = 5
TEXT = (
    "Could we move this paragraph up? The second quarter's figures ought to come before the outlook, "
    "otherwise readers miss that both rest on the same survey."
)


def ids(key: str, count: int) -> List[str]:
    """The ids of the threads that were saved under `key`."""
    return [f"{key}-{number}" for number in range(count)]


def metadata(organization: str, document: str) -> Dict[str, Any]:
    return {
        "apiKey": "benchmark",
        "documentId": document,
        "organizationId": organization,
        "folderId": "folder",
    }


def thread(
    id: str, organization: str, document: str, first: int = 0, comments: int = COMMENTS
) -> Dict[str, Any]:
    """One annotation.

    Args:
        first: the number of its first comment; a second save with another one merges.
    """
    return {
        "annotationId": id,
        "metadata": metadata(organization, document),
        "comments": {str(100_000 + at): comment(100_000 + at) for at in range(first, first + comments)},
        "from": {"userId": "ana"},
        "assignedTo": {"userId": "ben"},
        "targetTextRange": {"text": "The second quarter's figures"},
        "resolvedByUserId": None,
    }


def comment(id: int) -> Dict[str, Any]:
    text = f"{id}: {TEXT}"
    return {
        "commentId": id,
        "commentText": text,
        "commentHtml": f"<div>{text}</div>",
        "from": {"userId": "ana" if id % 2 else "ben"},
        "to": [{"userId": "cleo"}],
        "taggedUserContacts": [{"userId": "cleo", "contact": {"userId": "cleo"}, "text": "@Cleo"}],
    }


def save_body(key: str, count: int, first: int = 0) -> Dict[str, Any]:
    """The request that saves `count` threads; the organization bears the name `key`."""
    document = f"document-{key}"
    return {
        "commentAnnotation": {id: thread(id, key, document, first) for id in ids(key, count)},
        "metadata": metadata(key, document),
    }


def get_body(key: str, count: int) -> Dict[str, Any]:
    """The request that reads `count` of the threads saved under `key`."""
    return {"organizationId": key, "commentAnnotationIds": ids(key, count)}


def growing(number: int) -> Dict[str, Any]:
    """The thread with this number in the store that grows."""
    document = f"document-{number // PER_DOCUMENT}"
    return thread(f"{GROWING}-{number}", GROWING, document, comments=1)
