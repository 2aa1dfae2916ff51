"""What differs from velt-py 0.3.0 in each call of `sdk.selfHosting`; docs/differences.md gives the reasons."""

from __future__ import annotations

from typing import Dict, Tuple

__all__ = ["OWN_STORE_CALLS"]

ANSWERS = "answers an envelope where velt-py [raises](../differences.md#one-rule-for-raising)"
BLIND = "the api key [filters nothing](../differences.md#tenants)"
IDS = "[an empty list selects nothing, ids and documents intersect](../differences.md#what-is-refused)"
EMPTY = "[an empty list selects nothing](../differences.md#what-is-refused)"
KEPT = "[null clears a field, unknown keys are kept](../differences.md#what-a-save-does)"
SCOPED = "[no deletion without an organization, none in another one](../differences.md#tenants)"
NEW = "not in velt-py"
PEOPLE = (
    "[people of other organizations stay, and so do columns that no setting names](../differences.md#tenants)"
)
LIST = "[anything but a list is refused](../differences.md#what-is-refused)"

OWN_STORE_CALLS: Dict[str, Tuple[str, ...]] = {
    "comments.getComments": (BLIND, IDS),
    "comments.saveComments": (
        "[comments are merged one by one](../differences.md#what-a-save-does), `replace=True` saves as velt-py does",
        KEPT,
        ANSWERS,
    ),
    "comments.deleteComment": (SCOPED,),
    "reactions.getReactions": (BLIND, IDS),
    "reactions.saveReactions": (KEPT, ANSWERS),
    "reactions.deleteReaction": (SCOPED,),
    "recorders.getRecorderAnnotations": (BLIND, IDS),
    "recorders.saveRecorderAnnotation": (KEPT,),
    "recorders.deleteRecorderAnnotation": (SCOPED,),
    "attachments.saveAttachment": (
        "[the address is one of our own route, and the key follows from the content](../differences.md#attachments)",
        "size and type are checked",
        ANSWERS,
    ),
    "attachments.getAttachment": ("has a `statusCode`, which velt-py's answer lacks", ANSWERS),
    "attachments.getFile": (NEW,),
    "attachments.deleteAttachment": (
        SCOPED,
        "[only files that this package or velt-py stored are deleted](../differences.md#attachments)",
    ),
    "users.getUsers": (PEOPLE, LIST),
    "users.resolveUserIdsByEmail": (PEOPLE, LIST),
    "users.saveUser": (NEW,),
    "notifications.getNotifications": (EMPTY,),
    "notifications.saveNotifications": (KEPT,),
    "notifications.deleteNotification": (SCOPED,),
    "activities.getActivities": (IDS,),
    "activities.saveActivities": (KEPT,),
    "verifyToken": (),
}
"""By method. Nothing stands where the call is the same but for what holds for all."""
