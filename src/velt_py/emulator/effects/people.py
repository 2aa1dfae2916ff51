"""Who is told of something, and who may not see it. Pure on records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, cast

from velt_py.emulator.access import may_read
from velt_py.emulator.call import Call, Document
from velt_py.emulator.effects.facts import Happening
from velt_py.emulator.identity import hex_id

__all__ = [
    "Audience",
    "audience_of",
    "candidates",
    "is_private",
    "may_see",
    "preference",
    "subscribe",
    "tagged_in",
]

PUBLIC: Mapping[str, Any] = {"type": "public"}


@dataclass(frozen=True)
class Audience:
    """People by their ids.

    Args:
        told: who is addressed: tagged, assigned and subscribed people, without the one who did it, and without those
            who may not see it.
        denied: who may not see it, of those who would have been told and, where it is private, of the organization.
    """

    told: Dict[str, Document]
    denied: List[str]


def audience_of(call: Call, happening: Happening) -> Audience:
    """Who is told of something."""
    if happening.thread is None:
        return Audience({}, [])
    people = candidates(call, happening)
    everybody = list(people)
    if is_private(happening.thread):
        everybody += [row.ids[1] for row in call.records.under("user", happening.organization)]
    denied = [
        user
        for user in dict.fromkeys(everybody)
        if not may_see(call, happening.thread, user)
        or not may_read(call, happening.organization, happening.document, user)
    ]
    actor = (happening.actor or {}).get("userId")
    told = {user: person for user, person in people.items() if user != actor and user not in denied}
    return Audience(told, denied)


def candidates(call: Call, happening: Happening) -> Dict[str, Document]:
    """Who is addressed, may they see it or not."""
    thread, comment = happening.thread or {}, happening.comment or {}
    found: Dict[str, Document] = {}
    if happening.event.startswith("comment.reaction_"):
        _add(found, [comment.get("from")])
        return _known(call, happening.organization, found)
    for user in tagged_in(comment):
        _add(found, [user])
    for group in _objects(comment.get("toOrganizationUserGroup")):
        doc = call.records.get("group", happening.organization, str(group.get("groupId"))) or {"userIds": []}
        _add(found, ({"userId": user} for user in doc["userIds"]))
    _add(found, [thread.get("assignedTo")])
    subscribed: Any = thread.get("subscribedUsers")
    if isinstance(subscribed, dict):
        values = _objects(list(cast(Document, subscribed).values()))
        _add(found, (each.get("user") for each in values))
    if happening.event.startswith("comment_annotation.") and happening.event != "comment_annotation.add":
        _add(found, [thread.get("from")])
    return _known(call, happening.organization, found)


def tagged_in(comment: Document) -> List[Document]:
    """The people whom a comment names."""
    found = [
        each["contact"] if isinstance(each.get("contact"), dict) and each["contact"].get("userId") else each
        for each in _objects(comment.get("taggedUserContacts"))
    ]
    return [
        {**each} for each in [*found, *_objects(comment.get("to"))] if isinstance(each.get("userId"), str)
    ]


def subscribe(call: Call, thread: Document, people: Iterable[Document], how: str = "auto") -> None:
    """Let people hear of a thread from now on."""
    before: Any = thread.get("subscribedUsers")
    subscribed: Document = cast(Document, before) if isinstance(before, dict) else {}
    thread["subscribedUsers"] = subscribed
    for person in people:
        subscribed.setdefault(hex_id(call.key, "user", person["userId"]), {"type": how, "user": person})


def may_see(call: Call, thread: Mapping[str, Any], user: str) -> bool:
    """Whether a thread's visibility lets a person see it. Who wrote it always does."""
    visibility: Any = thread.get("visibilityConfig") or thread.get("visibility") or PUBLIC
    if _user_of(thread.get("from")) == user or visibility.get("type") == "public":
        return True
    if visibility.get("type") == "restricted":
        return user in (visibility.get("userIds") or [])
    homes: List[Any] = [*(visibility.get("organizationIds") or []), visibility.get("organizationId")]
    return any(isinstance(home, str) and call.records.get("user", home, user) is not None for home in homes)


def is_private(thread: Mapping[str, Any]) -> bool:
    """Whether not everybody may see a thread."""
    return (thread.get("visibilityConfig") or PUBLIC).get("type") != "public"


def preference(call: Call, organization: str, document: str, user: str, channel: str) -> str:
    """ALL, MINE or NONE: what a person wants to hear of a document by a channel."""
    for place in (document, ""):
        config = call.records.get("notificationConfig", organization, place, user)
        if config is not None and config.get(channel) is not None:
            return str(config[channel])
    return "ALL"


def _add(found: Dict[str, Document], people: Iterable[Any]) -> None:
    for person in people:
        user = _user_of(person)
        if user:
            found.setdefault(user, cast(Document, person))


def _known(call: Call, organization: str, people: Dict[str, Document]) -> Dict[str, Document]:
    """The people, with what their organization knows of them."""
    return {
        user: {**(call.records.get("user", organization, user) or {}), **person}
        for user, person in people.items()
    }


def _user_of(person: Any) -> Optional[str]:
    found: Any = cast(Document, person).get("userId") if isinstance(person, dict) else None
    return found if isinstance(found, str) and found else None


def _objects(found: Any) -> List[Document]:
    if not isinstance(found, list):
        return []
    return [cast(Document, each) for each in cast(List[Any], found) if isinstance(each, dict)]
