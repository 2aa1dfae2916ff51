"""Which names of fields speak of people, and which never do. Pure.

Records hold more than the fields that Velt documents, so what an unknown field means is read off its name.
"""

from __future__ import annotations

import re
from typing import FrozenSet

__all__ = [
    "CONTENT",
    "ID_KEYED",
    "NAMES",
    "PLAIN_OBJECTS",
    "TEXTS",
    "WORDS",
    "counts_people",
    "is_structural",
    "speaks_of_people",
]

AUTHORS = ("from", "user", "actionUser", "actor", "author", "createdBy", "uploadedBy")
"""Fields that say whose an object is."""

TEMPLATES = ("displayMessageTemplateData", "displayHeadlineMessageTemplateData", "notificationSourceData")
"""Objects inside notifications and activities that repeat who acted."""

RECIPIENTS = ("notifyUsers", "recipients", "notifyUserIds")

NAMES: FrozenSet[str] = frozenset(
    ["name", "displayName", "userName", "fullName", "firstName", "lastName", "initial"]
)
"""Fields of a user that hold a name."""

TEXTS: FrozenSet[str] = frozenset(["commentText", "commentHtml", "displayBodyMessage"])
"""Texts that stay as empty ones where what somebody wrote is emptied."""

CONTENT: FrozenSet[str] = frozenset(
    [
        "attachment",
        "attachments",
        "chunkUrls",
        "recorders",
        "taggedUserContacts",
        "to",
        "transcription",
        "waveformData",
    ]
)
"""What somebody sent that is no text: emptied as a whole."""

PLAIN_OBJECTS: FrozenSet[str] = frozenset(
    ["customList", "documentMetadata", "location", "metadata", "pageInfo", "position", "priority", "status"]
)
"""Objects that place or sort a record instead of saying something; they stay where content is emptied."""

ID_KEYED: FrozenSet[str] = frozenset(
    ["attachments", "changes", "chunkUrls", "comments", "metadata", "recordingEditVersions"]
)
"""Maps that are never keyed by a person."""

WORDS: FrozenSet[str] = frozenset(
    [
        "accept",
        "add",
        "admin",
        "agent",
        "all",
        "annotation",
        "annotationId",
        "attachment",
        "attachmentId",
        "attachments",
        "changes",
        "closed",
        "comment",
        "commentHtml",
        "commentId",
        "commentText",
        "comments",
        "context",
        "custom",
        "data",
        "delete",
        "document",
        "documentId",
        "entityData",
        "entityTargetData",
        "event",
        "folderId",
        "from",
        "guest",
        "high",
        "icon",
        "id",
        "name",
        "email",
        "user",
        "users",
        "low",
        "medium",
        "member",
        "metadata",
        "none",
        "notification",
        "open",
        "organizationId",
        "owner",
        "private",
        "public",
        "reaction",
        "reactions",
        "recorder",
        "reject",
        "resolved",
        "restricted",
        "status",
        "system",
        "text",
        "to",
        "transcription",
        "type",
        "update",
        "url",
        "userId",
        "value",
        "viewer",
        "editor",
        "visibility",
    ]
)
"""Words that Velt's records are made of. Somebody whose id is one of them is looked for only where people stand."""

_PEOPLE = re.compile(
    r"user|author|owner|member|assign|mention|tagged|contact|recipient|subscri|participant|watch|follow|view|seen"
    r"|reader|read|email|e_mail|actor|person|people|guest|invit|notif(y|ied)|creator|created|editor|resolve|review"
    r"|approv|sender|uploade|^uids?$|(?-i:Uids?$)|(?-i:By\b|By[A-Z]|_by\b)|^by$",
    re.I,
)
_NOT_PEOPLE = re.compile(
    r"(At|Count|Date|Time|Type|Status|Name|Template|Message|Text|Html|Version|Role|Index|Url)$"
)
_NUMBERED = re.compile(r"(id|ids|uid|uids|by|users|members)$", re.I)
_STRUCTURAL = re.compile(
    r"(Id|Ids|ID|Key|At|On|Date|Time|Updated|Type|Url|URL|Urls|Version|Timestamp|Status|Index|Color|Source)$"
)
_STRUCTURAL_NAMES: FrozenSet[str] = frozenset(
    [
        "id",
        "url",
        "file",
        "type",
        "status",
        "state",
        "priority",
        "icon",
        "color",
        "timestamp",
        "date",
        "mimeType",
        "version",
        "visibility",
        "event",
        "event_type",
        "source",
        "sourceType",
        "featureType",
        "actionType",
        "apiKey",
        "fileKey",
        "previousKey",
        "annotationNumber",
        "textColor",
    ]
)


def speaks_of_people(name: str) -> bool:
    """Whether a field of this name holds people: a user, their ids, or a map keyed by them."""
    return bool(_PEOPLE.search(name)) and not _NOT_PEOPLE.search(name)


def counts_people(name: str) -> bool:
    """Whether a number in a field of this name may be a user's id and is no count."""
    return speaks_of_people(name) and bool(_NUMBERED.search(name))


def is_structural(name: str) -> bool:
    """Whether a text in a field of this name is an id, an address, a time or a word of Velt's, never prose."""
    return name in _STRUCTURAL_NAMES or bool(_STRUCTURAL.search(name))
