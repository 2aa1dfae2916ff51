"""The events of the wire."""

from __future__ import annotations

from enum import Enum

__all__ = ["CommentResolverSaveEvent", "ResolverActions"]


class ResolverActions(str, Enum):
    """What happened, as the browser says it in `event`."""

    COMMENT_ANNOTATION_ADD = "comment_annotation.add"
    COMMENT_ANNOTATION_DELETE = "comment_annotation.delete"
    COMMENT_ADD = "comment.add"
    COMMENT_DELETE = "comment.delete"
    COMMENT_UPDATE = "comment.update"
    REACTION_ADD = "reaction.add"
    REACTION_DELETE = "reaction.delete"
    ATTACHMENT_ADD = "attachment.add"
    ATTACHMENT_DELETE = "attachment.delete"
    RECORDER_ANNOTATION_ADD = "recorder_annotation.add"
    RECORDER_ANNOTATION_UPDATE = "recorder_annotation.update"
    RECORDER_ANNOTATION_DELETE = "recorder_annotation.delete"
    NOTIFICATION_DELETE = "notification.delete"
    ACTIVITY_SAVE = "activity.save"


class CommentResolverSaveEvent(str, Enum):
    """Further events of a saved thread, for pages that asked for them."""

    STATUS_CHANGE = "comment_annotation.status_change"
    PRIORITY_CHANGE = "comment_annotation.priority_change"
    ASSIGN = "comment_annotation.assign"
    ACCESS_MODE_CHANGE = "comment_annotation.access_mode_change"
    CUSTOM_LIST_CHANGE = "comment_annotation.custom_list_change"
    APPROVE = "comment_annotation.approve"
    ACCEPT = "comment.accept"
    REJECT = "comment.reject"
    SUGGESTION_ACCEPT = "comment_annotation.suggestion_accept"
    SUGGESTION_REJECT = "comment_annotation.suggestion_reject"
    REACTION_ADD = "comment.reaction_add"
    REACTION_DELETE = "comment.reaction_delete"
    SUBSCRIBE = "comment_annotation.subscribe"
    UNSUBSCRIBE = "comment_annotation.unsubscribe"
