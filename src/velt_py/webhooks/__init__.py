"""Velt's webhooks: verified, decrypted, stored once, handled by your functions.

from velt_py.webhooks import Webhooks

webhooks = Webhooks("whsec_...")

@webhooks.on("comment.add")
def added(event): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.webhooks.events import (
        CommentAnnotationEvent,
        CommentEvent,
        CrdtEvent,
        HuddleEvent,
        RecorderEvent,
        WebhookEvent,
        WorkflowEvent,
    )
    from velt_py.webhooks.mail import Mail, Mention
    from velt_py.webhooks.mentions import amention_mails, mention_mails
    from velt_py.webhooks.receiver import Receipt, Replay, Webhooks
    from velt_py.webhooks.sending import asend_mentions, send_mentions
    from velt_py.webhooks.signing import encrypt_for_tests, sign_for_tests

__all__ = [
    "CommentAnnotationEvent",
    "CommentEvent",
    "CrdtEvent",
    "HuddleEvent",
    "Mail",
    "Mention",
    "Receipt",
    "RecorderEvent",
    "Replay",
    "WebhookEvent",
    "Webhooks",
    "WorkflowEvent",
    "amention_mails",
    "asend_mentions",
    "encrypt_for_tests",
    "mention_mails",
    "send_mentions",
    "sign_for_tests",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "velt_py.webhooks.events": (
            "CommentAnnotationEvent CommentEvent CrdtEvent HuddleEvent RecorderEvent WebhookEvent WorkflowEvent"
        ),
        "velt_py.webhooks.mail": "Mail Mention",
        "velt_py.webhooks.mentions": "amention_mails mention_mails",
        "velt_py.webhooks.receiver": "Receipt Replay Webhooks",
        "velt_py.webhooks.sending": "asend_mentions send_mentions",
        "velt_py.webhooks.signing": "encrypt_for_tests sign_for_tests",
    },
)
