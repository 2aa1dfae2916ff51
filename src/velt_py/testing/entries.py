"""What stands in the outbox and in the log of webhooks, as types for type checkers and editors."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

__all__ = ["OutboxMail", "WebhookAttempt", "WebhookDelivery"]


class _EveryMail(TypedDict):
    id: str
    apiKey: str
    to: Union[str, List[str]]
    """One address, or the several that a workflow names; of a message to Slack its channel or address."""
    event: str
    """What it tells of: `comment.add`, `digest`, `workflow.mail`, `workflow.slack` and others."""
    organizationId: str
    at: int
    """Milliseconds since 1970 by the emulator's clock."""


_SomeMails = TypedDict(
    "_SomeMails",
    {
        "from": str,
        "userId": str,
        "actorUserId": str,
        "documentId": Union[str, None],
        "annotationId": str,
        "commentId": Union[int, str],
        "subject": str,
        "text": str,
        "activities": List[Dict[str, Any]],
        "format": Literal["text", "html", "slack-blocks"],
        "blocks": List[Any],
        "executionId": str,
        "stepId": str,
    },
    total=False,
)


class OutboxMail(_EveryMail, _SomeMails):
    """A mail that Velt would have sent; a workflow's message to Slack is one too.

    `subject` is that of mails, `text` is absent where Velt has none to write; a digest has `activities` instead; a
    workflow's has `executionId`, `stepId` and `format`, and `blocks` where the format is `slack-blocks`.
    """


class _EveryAttempt(TypedDict):
    at: int
    milliseconds: float


class WebhookAttempt(_EveryAttempt, total=False):
    """One attempt to deliver a webhook: when by the emulator's clock, how long it took, and the `status` of the answer,
    or the `error` where there was none."""

    status: int
    error: str


class WebhookDelivery(TypedDict):
    """A webhook that leaves, or left, and what became of it. Times are milliseconds since 1970 by the emulator's
    clock."""

    id: str
    apiKey: str
    scheme: Literal["basic", "svix", "workflow"]
    url: str
    event: str
    eventId: str
    endpoint: str
    """Of advanced webhooks, the id of the endpoint; empty for others."""
    state: Literal["waiting", "delivered", "dropped", "failed", "exhausted", "dead-letter"]
    due: int
    createdAt: int
    attempts: List[WebhookAttempt]
    body: Dict[str, Any]
