"""Stored records as people read them. Pure: what is stored may be anything, what comes out has one shape.

Times are milliseconds since 1970, None where a record holds none.
"""

from __future__ import annotations

import html
import re
from datetime import datetime, timezone
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, cast

from velt_py.console.words import filled, in_words

__all__ = [
    "Surroundings",
    "activity_of",
    "brief",
    "fields_of",
    "linked_reactions",
    "list_of",
    "mentioned",
    "moment",
    "named",
    "notification_of",
    "person",
    "plain_text",
    "reactions_of",
    "recording_of",
    "status_of",
    "text_of",
    "thread_of",
]

LONGEST = 4000
"""Characters of one text; the rest stands in the record."""
MOST_COMMENTS = 200
MOST_ENTRIES = 50
"""Attachments, kinds of reaction, changes: more than people read."""
SECONDS_END = 10**11
"""Larger numbers are milliseconds."""
LAST_MOMENT = 8 * 10**15

Fields = Dict[str, Any]
TAG = re.compile(r"<[^<>]*>")


class Surroundings(NamedTuple):
    """What a document holds beside its threads.

    Args:
        reactions: the reactions by their id.
        files: ids of the attachments whose file can be fetched.
    """

    reactions: Mapping[str, Fields]
    files: Set[str]


# Single values


def text_of(value: Any, longest: int = LONGEST) -> str:
    """A text or a number as text, cut where it is long; empty for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return value if len(value) <= longest else value[:longest] + " …"


def fields_of(value: Any) -> Fields:
    """An object; empty for anything else."""
    return cast(Fields, value) if isinstance(value, dict) else {}


def list_of(value: Any) -> List[Fields]:
    """The objects of a list, or of an object by key."""
    if isinstance(value, dict):
        value = list(cast(Fields, value).values())
    if not isinstance(value, list):
        return []
    return [cast(Fields, each) for each in cast(List[Any], value) if isinstance(each, dict)]


def moment(value: Any) -> Optional[int]:
    """A time however it is stored: in seconds, in milliseconds, as ISO text, or as the databases of Velt write it."""
    if isinstance(value, dict):
        held = cast(Fields, value)
        value = held.get("_seconds", held.get("seconds"))
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        if not 0 < value < LAST_MOMENT:
            return None
        return int(value * 1000) if value < SECONDS_END else int(value)
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{3})\d*|Z$", r"\1", value))
        return int((found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def plain_text(comment: Fields) -> str:
    """What a comment says, without marks."""
    text = text_of(comment.get("commentText"))
    return text or text_of(html.unescape(TAG.sub(" ", text_of(comment.get("commentHtml")))).strip())


def person(value: Any) -> Fields:
    """Somebody: the id, and the name where the record holds one."""
    held = fields_of(value)
    id = text_of(held.get("userId"), 200)
    return {"id": id, "name": text_of(held.get("name") or held.get("email"), 200)}


def brief(value: Any) -> str:
    """A value in a few words."""
    held = fields_of(value)
    if held:
        for name in ("name", "userId", "id", "type"):
            if text_of(held.get(name)):
                return text_of(held[name], 100)
        return "…"
    if isinstance(value, list):
        return ", ".join(map(brief, cast(List[Any], value)[:5]))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return text_of(value, 100)


# Threads


def thread_of(id: str, thread: Fields, around: Surroundings) -> Fields:
    """A thread with its comments, the oldest first."""
    comments = [comment_of(each, around) for each in list_of(thread.get("comments"))]
    comments.sort(key=lambda each: each["at"] or 0)
    times = [each["at"] for each in comments if each["at"]]
    status, resolved = status_of(thread)
    return {
        "id": id,
        "kind": "thread",
        "about": text_of(fields_of(thread.get("targetTextRange")).get("text"), 500),
        "status": status,
        "resolved": resolved,
        "priority": brief(thread.get("priority")),
        "assigned": person(thread.get("assignedTo")),
        "closer": {"id": text_of(thread.get("resolvedByUserId"), 200), "name": ""},
        "place": place_of(thread),
        "at": max([*times, moment(thread.get("lastUpdated")) or moment(thread.get("createdAt")) or 0])
        or None,
        "comments": comments[-MOST_COMMENTS:],
        "left": max(0, len(comments) - MOST_COMMENTS),
    }


def status_of(thread: Fields) -> Tuple[str, bool]:
    """The status in words, and whether the thread is done with."""
    status = fields_of(thread.get("status"))
    name = text_of(status.get("name") or status.get("id") or thread.get("status"), 100)
    terminal = status.get("type") == "terminal" or name.lower() == "resolved"
    if not name and text_of(thread.get("resolvedByUserId")):
        return "Resolved", True
    return name, terminal


def place_of(thread: Fields) -> str:
    """Where in the document a thread stands, if its location has a name."""
    location = fields_of(thread.get("location"))
    return text_of(location.get("locationName"), 200)


def comment_of(comment: Fields, around: Surroundings) -> Fields:
    linked = comment.get("reactionAnnotationIds")
    ids = [text_of(each) for each in cast(List[Any], linked)] if isinstance(linked, list) else []
    reactions = [around.reactions[id] for id in ids if id in around.reactions]
    return {
        "id": text_of(comment.get("commentId"), 200),
        "author": person(comment.get("from")),
        "at": moment(comment.get("createdAt")) or moment(comment.get("lastUpdated")),
        "text": plain_text(comment),
        "edited": comment.get("isEdited") is True or bool(moment(comment.get("editedAt"))),
        "attachments": attachments_of(comment, around),
        "reactions": reactions_of(reactions or list_of(comment.get("reactionAnnotations"))),
    }


def attachments_of(holder: Fields, around: Surroundings) -> List[Fields]:
    found: List[Fields] = []
    for each in list_of(holder.get("attachments"))[:MOST_ENTRIES]:
        id = text_of(each.get("attachmentId"), 400)
        found.append(
            {
                "id": id,
                "name": text_of(each.get("name"), 300) or id,
                "type": text_of(each.get("mimeType"), 100),
                "size": each.get("size") if isinstance(each.get("size"), int) else None,
                "file": id in around.files,
            }
        )
    return found


def reactions_of(reactions: Iterable[Fields]) -> List[Fields]:
    """Reactions by their icon: who has reacted so."""
    people: Dict[str, List[Fields]] = {}
    for each in reactions:
        people.setdefault(text_of(each.get("icon"), 60) or "?", []).append(person(each.get("from")))
    return [
        {"icon": icon, "count": len(each), "people": each[:20]}
        for icon, each in list(people.items())[:MOST_ENTRIES]
    ]


def linked_reactions(threads: Iterable[Fields]) -> Set[str]:
    """The ids of the reactions that stand at a comment."""
    found: Set[str] = set()
    for thread in threads:
        for comment in list_of(thread.get("comments")):
            linked = comment.get("reactionAnnotationIds")
            if isinstance(linked, list):
                found.update(text_of(each) for each in cast(List[Any], linked))
    return found


def recording_of(id: str, recording: Fields, around: Surroundings) -> Fields:
    """A recording in the shape of a thread: what was said, and its files."""
    said = text_of(fields_of(recording.get("transcription")).get("transcribedText"))
    at = moment(recording.get("createdAt")) or moment(recording.get("lastUpdated"))
    comment = {
        "id": id,
        "author": person(recording.get("from")),
        "at": at,
        "text": said,
        "edited": False,
        "attachments": attachments_of(recording, around),
        "reactions": [],
    }
    return {
        "id": id,
        "kind": "recording",
        "about": "",
        "status": "",
        "resolved": False,
        "priority": "",
        "assigned": person(None),
        "closer": person(None),
        "place": "",
        "at": at,
        "comments": [comment],
        "left": 0,
    }


# Activities


def activity_of(id: str, activity: Fields) -> Fields:
    """Something that happened."""
    changes: List[Fields] = []
    for field, change in list(fields_of(activity.get("changes")).items())[:MOST_ENTRIES]:
        held = fields_of(change)
        both = "from" in held or "to" in held
        changes.append(
            {
                "field": text_of(field, 100),
                "from": brief(held.get("from")) if both else "",
                "to": brief(held.get("to")) if both else brief(change),
            }
        )
    feature, action = text_of(activity.get("featureType"), 60), text_of(activity.get("actionType"), 60)
    template, words = (
        text_of(activity.get("displayMessageTemplate")),
        activity.get("displayMessageTemplateData"),
    )
    who = person(activity.get("actionUser") or activity.get("from"))
    return {
        "id": id,
        "documentId": text_of(fields_of(activity.get("metadata")).get("documentId"), 400),
        "at": moment(activity.get("timestamp")) or moment(activity.get("createdAt")),
        "who": who,
        "what": filled(template, {"actionUser": who["name"], **words_of(words)}),
        "did": in_words(action, feature),
        "changes": changes,
    }


# Notifications


def notification_of(id: str, notification: Fields) -> Fields:
    """A notification: its headline and body with the words in their places, and who it is from."""
    said: Dict[str, str] = {}
    who = person(notification.get("actionUser") or notification.get("from"))
    for part in ("displayHeadlineMessage", "displayBodyMessage"):
        template = text_of(notification.get(f"{part}Template"))
        words = words_of(notification.get(f"{part}TemplateData"))
        said[part] = filled(template, {"actionUser": who["name"], **words}) or text_of(notification.get(part))
    readers = notification.get("readByUserIds")
    return {
        "id": id,
        "documentId": text_of(fields_of(notification.get("metadata")).get("documentId"), 400),
        "threadId": text_of(notification.get("targetAnnotationId"), 400),
        "at": moment(notification.get("timestamp")) or moment(notification.get("createdAt")),
        "who": who,
        "source": text_of(notification.get("notificationSource"), 100),
        "headline": said["displayHeadlineMessage"],
        "did": in_words(text_of(notification.get("actionType"), 60)),
        "text": said["displayBodyMessage"],
        "read": len(cast(List[Any], readers)) if isinstance(readers, list) else 0,
    }


def words_of(data: Any) -> Dict[str, str]:
    """What a template is filled with, in a few words each."""
    return {name: brief(value) for name, value in fields_of(data).items()}


# Names


def mentioned(items: Iterable[Fields]) -> Tuple[str, ...]:
    """The ids of the people in shaped items whose names are not known yet."""
    return tuple({each["id"]: None for each in people_in(list(items)) if each["id"] and not each["name"]})


def named(items: Sequence[Fields], names: Mapping[str, str]) -> None:
    """Fill in the names that were found."""
    for each in people_in(list(items)):
        if not each["name"]:
            each["name"] = names.get(each["id"], "")


def people_in(value: Any) -> Iterable[Fields]:
    if isinstance(value, dict):
        held = cast(Fields, value)
        if len(held) == 2 and "id" in held and "name" in held:
            yield held
        for each in held.values():
            yield from people_in(each)
    elif isinstance(value, list):
        for each in cast(List[Any], value):
            yield from people_in(each)
