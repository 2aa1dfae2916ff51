"""Notifications of what happened. Pure on records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Optional

from velt_py.emulator.call import Call, Document
from velt_py.emulator.effects.facts import Happening, metadata_of, switched_on
from velt_py.emulator.effects.people import Audience, is_private, preference
from velt_py.emulator.identity import push_id
from velt_py.emulator.recipients import recipients, with_more
from velt_py.emulator.service_switches import service_of
from velt_py.emulator.state import Records

__all__ = ["Notice", "compose", "keep"]

TOLD = frozenset(
    [
        "comment_annotation.add",
        "comment_annotation.assign",
        "comment_annotation.status_change",
        "comment_annotation.priority_change",
        "comment_annotation.accept",
        "comment_annotation.reject",
        "comment_annotation.approve",
        "comment.add",
        "comment.reaction_add",
    ]
)
"""The events of which people are notified."""


@dataclass(frozen=True)
class Notice:
    """A notification, and whom it is for."""

    doc: Document
    people: Dict[str, Document]


def compose(call: Call, happening: Happening, audience: Audience) -> Optional[Notice]:
    """The notification of something that happened; None where it is nothing that people are told of."""
    if happening.event not in TOLD or happening.thread is None or not _enabled(call, happening):
        return None
    wanted: Dict[str, Document] = {
        user: person
        for user, person in audience.told.items()
        if preference(call, happening.organization, happening.document, user, "inbox") != "NONE"
    }
    call.guess("notified-people")
    name = push_id(call.key, "notification", call.records.next_number("notification"))
    doc: Document = {
        "id": name,
        "notificationSource": "comment",
        "actionType": happening.event,
        "targetAnnotationId": happening.thread["annotationId"],
        "notifyAll": True,
        "metadata": metadata_of(call, happening),
        "readByUserIds": [],
        "timestamp": call.now,
    }
    if happening.actor:
        doc["actionUser"] = happening.actor
    if is_private(happening.thread):
        doc["visibility"] = happening.thread["visibilityConfig"]
    if audience.denied:
        doc["accessDeniedUsers"] = audience.denied
    comment = happening.comment or {}
    if comment:
        doc["targetCommentId"] = comment["commentId"]
    if comment.get("isCommentResolverUsed") is True:
        doc["isCommentResolverUsed"] = True
    elif comment.get("commentText"):
        doc["displayBodyMessage"] = comment["commentText"]
    return Notice(doc, wanted)


def keep(records: Records, organization: str, doc: Document, people: Dict[str, Document]) -> None:
    """Put a notification into the inboxes of people; one that others have had before is theirs, too."""
    told = recipients(records.owner, people)
    before = records.get("notification", organization, doc["id"])
    kept = {**doc, **told} if before is None else {**before, **with_more(before, told)}
    records.put("notification", organization, doc["id"], doc=kept)


def _enabled(call: Call, happening: Happening) -> bool:
    """Whether the service is to act on it."""
    service = service_of(call, "notification", happening.asked)
    return service is not None and switched_on(service.get("triggers"), happening.event, {"comment": True})
