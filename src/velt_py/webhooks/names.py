"""The names of events, and those that basic webhooks have instead. Pure."""

from __future__ import annotations

from typing import Mapping, Tuple

__all__ = ["EVENTS", "V1_ACTIONS", "V1_NAMES"]

COMMENT_ACTIONS: Mapping[str, str] = {
    "newlyAdded": "comment_annotation.add",
    "assigned": "comment_annotation.assign",
    "statusChanged": "comment_annotation.status_change",
    "priorityChanged": "comment_annotation.priority_change",
    "accessModeChanged": "comment_annotation.access_mode_change",
    "subscribed": "comment_annotation.subscribe",
    "unsubscribed": "comment_annotation.unsubscribe",
    "accepted": "comment_annotation.accept",
    "rejected": "comment_annotation.reject",
    "approved": "comment_annotation.approve",
    "suggestionAccepted": "comment_annotation.suggestion_accept",
    "suggestionRejected": "comment_annotation.suggestion_reject",
    "added": "comment.add",
    "updated": "comment.update",
    "deleted": "comment.delete",
    "reactionAdded": "comment.reaction_add",
    "reactionDeleted": "comment.reaction_delete",
}

V1_NAMES: Mapping[Tuple[str, str], str] = {
    **{("comment", action): name for action, name in COMMENT_ACTIONS.items()},
    ("huddle", "created"): "huddle.create",
    # Velt's table says join, its samples joined; the last one is what is sent here.
    ("huddle", "join"): "huddle.join",
    ("huddle", "joined"): "huddle.join",
    ("crdt", "updateData"): "crdt.update_data",
    ("recorder", "done"): "recorder.done",
}
"""What basic webhooks call an event, as source and action, and its name."""

V1_ACTIONS: Mapping[str, Tuple[str, str]] = {name: pair for pair, name in V1_NAMES.items()}
"""The same the other way round."""

WORKFLOW: Tuple[str, ...] = (
    "execution.dispatched",
    "execution.completed",
    "execution.failed",
    "execution.cancelled",
    "step.awaiting-approval",
    "step.completed",
    "step.failed",
    "step.breached",
    "step.cancelled",
    "group.quorum-met",
    "loop.iteration-started",
    "loop.exhausted",
)

EVENTS: Tuple[str, ...] = (
    *dict.fromkeys(V1_NAMES.values()),
    "comment_annotation.custom_list_change",
    *WORKFLOW,
)
"""The events that are known. Others pass as well."""
