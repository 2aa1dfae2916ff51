"""Which fields some objects may have: what `filter_unknown_fields` leaves of them. Pure."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, Tuple, cast

__all__ = ["Known", "only_known"]

Known = Mapping[Tuple[str, ...], FrozenSet[str]]
"""Names that are known, by where the objects stand: `("commentAnnotations[]", "comments[]")` for lists of objects,
`("updatedData",)` for one object. Of another shape, a value is left as it is, as in the published package."""

updateNotifications: Known = {
    ("notifications[]",): frozenset(
        {
            "actionUser",
            "context",
            "displayBodyMessage",
            "displayBodyMessageTemplate",
            "displayBodyMessageTemplateData",
            "displayHeadlineMessageTemplate",
            "displayHeadlineMessageTemplateData",
            "id",
            "location",
            "metadata",
            "notificationSourceData",
            "notifyUsers",
            "persistReadForUsers",
            "readByUserIds",
        }
    ),
}
NEW_COMMENT = frozenset(
    {
        "actions",
        "agent",
        "commentHtml",
        "commentId",
        "commentText",
        "createdAt",
        "from",
        "isCommentResolverUsed",
        "isCommentTextAvailable",
        "lastUpdated",
        "progress",
        "taggedUserContacts",
        "triggerActivities",
        "triggerNotification",
    }
)
"""Of a comment of a new thread."""

addCommentAnnotations: Known = {
    ("commentAnnotations[]",): frozenset(
        {
            "actions",
            "annotationId",
            "assignedTo",
            "commentData",
            "commentType",
            "comments",
            "context",
            "createdAt",
            "isPageAnnotation",
            "lastUpdated",
            "location",
            "pageInfo",
            "positionX",
            "positionY",
            "priority",
            "screenHeight",
            "screenScrollHeight",
            "screenScrollTop",
            "screenWidth",
            "status",
            "suggestion",
            "targetElement",
            "type",
            "visibility",
        }
    ),
    ("commentAnnotations[]", "comments[]"): NEW_COMMENT,
    ("commentAnnotations[]", "commentData[]"): NEW_COMMENT,
}
updateCommentAnnotations: Known = {
    ("updatedData",): frozenset(
        {
            "actions",
            "assignedTo",
            "context",
            "createdAt",
            "from",
            "lastUpdated",
            "location",
            "priority",
            "resolvedByUserId",
            "status",
            "statusUpdatedByUserId",
            "suggestion",
            "targetElement",
            "visibility",
        }
    ),
}
NEW_REPLY = frozenset(
    {
        "actions",
        "agent",
        "attachments",
        "commentHtml",
        "commentId",
        "commentText",
        "context",
        "createdAt",
        "from",
        "isCommentResolverUsed",
        "isCommentTextAvailable",
        "lastUpdated",
        "progress",
        "taggedUserContacts",
        "triggerNotification",
    }
)
"""Of a comment of a thread that is there."""

addComments: Known = {("commentData[]",): NEW_REPLY, ("comments[]",): NEW_REPLY}
updateComments: Known = {
    ("updatedData",): frozenset(
        {
            "actions",
            "attachments",
            "commentHtml",
            "commentText",
            "context",
            "createdAt",
            "from",
            "isCommentResolverUsed",
            "isCommentTextAvailable",
            "lastUpdated",
            "progress",
            "taggedUserContacts",
        }
    ),
}
addActivities: Known = {
    ("activities[]",): frozenset(
        {
            "actionIcon",
            "actionType",
            "actionUser",
            "changes",
            "displayMessageTemplate",
            "displayMessageTemplateData",
            "entityData",
            "entityTargetData",
            "featureType",
            "id",
            "isActivityResolverUsed",
            "targetEntityId",
            "targetSubEntityId",
        }
    ),
}
updateActivities: Known = {
    ("activities[]",): frozenset(
        {
            "actionIcon",
            "changes",
            "displayMessageTemplate",
            "displayMessageTemplateData",
            "entityData",
            "entityTargetData",
            "id",
        }
    ),
}


def only_known(data: Mapping[str, Any], known: Known) -> Dict[str, Any]:
    """A copy of a request's fields without the unknown names in the objects that `known` describes."""
    return {name: _filtered(value, (), name, known) for name, value in data.items()}


def _filtered(value: Any, above: Tuple[str, ...], name: str, known: Known) -> Any:
    if isinstance(value, list):
        path = (*above, f"{name}[]")
        return [_object(entry, path, known) for entry in cast(List[Any], value)]
    return _object(value, (*above, name), known)


def _object(value: Any, path: Tuple[str, ...], known: Known) -> Any:
    names = known.get(path)
    if names is None or not isinstance(value, dict):
        return value
    return {
        name: _filtered(entry, path, name, known)
        for name, entry in cast(Dict[str, Any], value).items()
        if name in names
    }
