"""Taking out what was written in comment threads, while the threads stay where they are."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Tuple, cast

from velt_py.contrib.django.portions import portions
from velt_py.exceptions import VeltSDKError
from velt_py.sdk import VeltSDK

__all__ = ["REDACTED", "redact", "redacted"]

REDACTED = "[redacted]"
TOGETHER = 200
"""Threads that are saved at once."""


def redacted(thread: Mapping[str, Any]) -> Dict[str, Any]:
    """What has to be saved over a thread so that nothing of what people wrote is left in its known fields.

    Args:
        thread: the stored thread.
    """
    changes: Dict[str, Any] = {}
    comments: Any = thread.get("comments")
    if isinstance(comments, dict):
        changes["comments"] = {
            id: without_text(cast(Mapping[str, Any], comment))
            for id, comment in cast(Dict[str, Any], comments).items()
            if isinstance(comment, dict)
        }
    quoted: Any = thread.get("targetTextRange")
    if isinstance(quoted, dict) and "text" in quoted:
        changes["targetTextRange"] = {**cast(Dict[str, Any], quoted), "text": REDACTED}
    return changes


def without_text(comment: Mapping[str, Any]) -> Dict[str, Any]:
    # A comment that had no text gets one: whoever looks at the thread sees that something was there.
    changes: Dict[str, Any] = {"commentText": REDACTED, "commentHtml": REDACTED}
    if comment.get("taggedUserContacts"):
        changes["taggedUserContacts"] = []  # the names of people as they were mentioned
    return changes


def redact(sdk: VeltSDK, threads: Iterable[Tuple[str, str, Mapping[str, Any]]]) -> int:
    """Redact threads.

    Args:
        sdk: whose store holds them.
        threads: organization, id and record of each.

    Returns:
        How many were redacted.

    Raises:
        VeltSDKError: when the store failed; the threads before that are redacted.
    """
    by_organization: Dict[str, List[Tuple[str, Dict[str, Any]]]] = {}
    for organization, id, thread in threads:
        by_organization.setdefault(organization, []).append((id, redacted(thread)))
    done = 0
    for organization, changes in by_organization.items():
        for part in portions(changes, TOGETHER):
            answer: Mapping[str, Any] = sdk.selfHosting.comments.saveComments(organization, dict(part))
            if not answer["success"]:
                raise VeltSDKError(f"threads could not be redacted: {answer.get('errorCode')}")
            done += len(part)
    return done
