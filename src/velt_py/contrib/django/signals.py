"""Signals about what people did through the routes, sent after it was committed.

    @receiver(comment_saved)
    def tell_people(event, **_): ...

`sender` is the class of the event. Receivers that fail are logged by Django and disturb nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Type

from django.dispatch import Signal

__all__ = [
    "AccessDenied",
    "ActivitySaved",
    "AttachmentDeleted",
    "AttachmentSaved",
    "CommentDeleted",
    "CommentSaved",
    "NotificationDeleted",
    "ReactionDeleted",
    "ReactionSaved",
    "RecordingDeleted",
    "RecordingSaved",
    "VeltEvent",
    "activity_saved",
    "anybody_listens",
    "attachment_deleted",
    "attachment_saved",
    "comment_deleted",
    "comment_saved",
    "notification_deleted",
    "permission_denied",
    "reaction_deleted",
    "reaction_saved",
    "recording_deleted",
    "recording_saved",
    "tell",
    "webhook_received",
]


@dataclass(frozen=True)
class VeltEvent:
    """Something that was done through the routes.

    Args:
        operation: for example `comments.save`.
        organizationId: the organization.
        documentIds: the documents that it concerns; None when they are not known.
        folderId: the folder that it concerns, where one is known.
        ids: the ids of the records.
        event: what the frontend says has happened, for example `comment.add`; None when it does not say.
        principal: what the `AUTHENTICATE` hook returned.

    What people wrote is not in it: it stands in the store, under these ids.
    """

    operation: str
    organizationId: str
    documentIds: Optional[Tuple[str, ...]] = None
    folderId: Optional[str] = None
    ids: Optional[Tuple[str, ...]] = None
    event: Optional[str] = None
    principal: Any = field(default=None, repr=False, compare=False)


class CommentSaved(VeltEvent):
    """Comment threads were saved."""


class CommentDeleted(VeltEvent):
    """A comment thread was deleted, or was gone already: browsers repeat deletions."""


class ReactionSaved(VeltEvent):
    """Reactions were saved."""


class ReactionDeleted(VeltEvent):
    """A reaction was deleted, or was gone already."""


class RecordingSaved(VeltEvent):
    """A recording was saved."""


class RecordingDeleted(VeltEvent):
    """A recording was deleted, or was gone already."""


class AttachmentSaved(VeltEvent):
    """A file was stored."""


class AttachmentDeleted(VeltEvent):
    """A file was deleted, or was gone already."""


class NotificationDeleted(VeltEvent):
    """A notification was deleted, or was gone already."""


class ActivitySaved(VeltEvent):
    """Activities were saved."""


class AccessDenied(VeltEvent):
    """The `AUTHORIZE` hook did not allow this."""


comment_saved = Signal()
comment_deleted = Signal()
reaction_saved = Signal()
reaction_deleted = Signal()
recording_saved = Signal()
recording_deleted = Signal()
attachment_saved = Signal()
attachment_deleted = Signal()
notification_deleted = Signal()
activity_saved = Signal()
permission_denied = Signal()
webhook_received = Signal()
"""A new webhook event was stored; `event` is a `velt_py.webhooks.WebhookEvent`, `sender` its class. What must not be
lost when it fails belongs into a function of the receiver instead, which is called again."""

DONE: Mapping[str, Tuple[Any, Type[VeltEvent]]] = {
    "comments.save": (comment_saved, CommentSaved),
    "comments.delete": (comment_deleted, CommentDeleted),
    "reactions.save": (reaction_saved, ReactionSaved),
    "reactions.delete": (reaction_deleted, ReactionDeleted),
    "recordings.save": (recording_saved, RecordingSaved),
    "recordings.delete": (recording_deleted, RecordingDeleted),
    "attachments.save": (attachment_saved, AttachmentSaved),
    "attachments.delete": (attachment_deleted, AttachmentDeleted),
    "notifications.delete": (notification_deleted, NotificationDeleted),
    "activities.save": (activity_saved, ActivitySaved),
}
"""The signal of each operation that changes something, and the class of its event."""


def anybody_listens(questions: Sequence[Any]) -> bool:
    """Whether one of these questions has a signal that somebody receives."""
    return any(
        signal.has_listeners(kind) for signal, kind in (signal_of(each) for each in questions) if signal
    )


def signal_of(question: Any) -> Tuple[Any, Type[VeltEvent]]:
    if not question.allowed:
        return permission_denied, AccessDenied
    return DONE.get(question.access.operation, (None, VeltEvent))


def tell(questions: List[Any], status: int, alias: Optional[str]) -> None:
    """Send the signals of an answered request.

    Args:
        questions: what the `AUTHORIZE` hook was asked, as `handlers.Asked`.
        status: the HTTP status of the answer.
        alias: the project's database that holds the data: what was done in it counts when its transaction is
            committed. None when another store has the data, which has committed it by now.
    """
    for question in questions:
        signal, kind = signal_of(question)
        if signal is None or not signal.has_listeners(kind):
            continue
        send = partial(signal.send_robust, sender=kind, event=event_of(kind, question))
        if not question.allowed:
            # A list leaves out what somebody may not see; only who was refused was denied something.
            if status >= 400:
                send()
        elif status < 300:
            committed(send, alias)


def committed(send: Any, alias: Optional[str]) -> None:
    """Send when the surrounding transaction, if there is one, has been committed."""
    if alias is None:
        send()
        return
    from django.db import transaction

    transaction.on_commit(send, using=alias)


def event_of(kind: Type[VeltEvent], question: Any) -> VeltEvent:
    access = question.access
    facts: Dict[str, Any] = {
        "operation": access.operation,
        "organizationId": access.organizationId,
        "documentIds": access.documentIds,
        "folderId": access.folderId,
        "ids": access.ids,
        "event": access.event,
    }
    return kind(**facts, principal=question.principal)
