"""How threads and comments look when Velt has stored them."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, cast

from velt_py.emulator.agents import BUILT_IN, find_agent
from velt_py.emulator.call import Call, Document, id_in, objects, texts
from velt_py.emulator.checking import check_type
from velt_py.emulator.clock import iso
from velt_py.emulator.identity import number_id
from velt_py.emulator.refusals import invalid, missing

__all__ = [
    "author_of",
    "check_lists",
    "check_shapes",
    "check_status",
    "check_visibility",
    "finding_of",
    "is_fresh",
    "make_comment",
    "make_thread",
    "next_comment",
    "people_in",
    "without_text",
]

PLAIN = (
    "type",
    "location",
    "targetElement",
    "context",
    "priority",
    "assignedTo",
    "metadata",
    "pageInfo",
    "customList",
)
OPEN: Document = {
    "id": "OPEN",
    "name": "Open",
    "type": "default",
    "color": "#625df5",
    "lightColor": "#e7e8fa",
}
LISTS = ("taggedUserContacts", "attachments", "recorders", "customList", "to", "toOrganizationUserGroup")
PRIVATE = ("commentText", "commentHtml")
SHAPED = ("metadata", "location", "subscribedUsers", "suggestion", "assignedTo", "agent")
FLAGS = ("triggerNotification", "triggerActivities")
"""What a request says of a comment and is no part of it."""
AGENT_SOURCES = ("velt", "external")
ACTIONS, STEPS = 20, 100
"""The entries that a comment's or a thread's actions, and a comment's steps of progress, have at most."""


def author_of(entry: Document) -> Document:
    """Who wrote a comment.

    Raises:
        Refused: nobody is named.
    """
    author = entry.get("from")
    if not isinstance(author, dict):
        raise invalid("commentData[].from is required.")
    id_in(cast(Document, author), "userId")
    return cast(Document, author)


def without_text(entry: Document) -> Document:
    """A comment's fields without its text, where the text is kept by the application's own store."""
    if entry.get("isCommentResolverUsed") is not True:
        return entry
    return {
        **{name: value for name, value in entry.items() if name not in PRIVATE},
        "isCommentTextAvailable": entry.get("isCommentTextAvailable") is not False,
    }


def make_comment(entry: Document, number: int, now: int, browser: bool = False) -> Document:
    """A comment as it is stored.

    Args:
        browser: whether a browser wrote it, and no call of the REST API.
    """
    kept = without_text(entry)
    comment: Document = {"type": "text", "status": "added", "isDraft": False, **kept}
    for name in FLAGS:
        comment.pop(name, None)
    for name in LISTS:
        comment.setdefault(name, [])
    comment.update(
        commentId=number,
        createdAt=entry.get("createdAt") or now,
        lastUpdated=iso(now),
        reactionAnnotationIds=[],
        reactionAnnotations=[],
    )
    comment["from"] = author_of(entry)
    comment["isCommentTextAvailable"] = "commentText" in kept or kept.get("isCommentTextAvailable") is True
    comment.update(_source(entry.get("agent"), browser))
    return comment


def _source(agent: Any, browser: bool) -> Document:
    """The field that says where a thread or a comment comes from; those of browsers have none."""
    if agent:
        return {"sourceType": "agent"}
    return {} if browser else {"sourceType": "rest-api"}


def next_comment(call: Call, thread: Document, entry: Document) -> Document:
    """Put a comment at the end of a thread.

    Raises:
        Refused: its number is taken or none, or nobody is named as its author.
    """
    taken = {comment["commentId"] for comment in thread["comments"]}
    number = entry.get("commentId")
    if number is None:
        number = number_id(call.key, call.records.next_number("comment"))
        while number in taken:
            number = number_id(call.key, call.records.next_number("comment"))
    if isinstance(number, bool) or not isinstance(number, int):
        raise invalid("commentData[].commentId must be of type number.")
    if number in taken:
        raise invalid("commentData[].commentId is taken.")
    check_lists("commentData[]", entry)
    _check_confidence(entry.get("agent"))
    comment = make_comment(entry, number, call.now, bool(call.platform))
    thread["comments"].append(comment)
    return comment


def make_thread(
    call: Call, organization: str, document: str, name: str, entry: Document, count: int
) -> Document:
    """A thread as it is stored, with its comments.

    Raises:
        Refused: it has no comment, or a field of it makes no sense.
    """
    comments = objects(entry, "commentData")
    if not comments:
        raise invalid("commentAnnotations[].commentData is required.")
    check_shapes(entry)
    check_type("createdAt", entry.get("createdAt"), "number")
    thread: Document = {key: entry[key] for key in PLAIN if entry.get(key) is not None}
    thread.setdefault("type", "comment")
    thread.update(
        annotationId=name,
        annotationNumber=count + 1,
        annotationIndex=count + 1,
        createdAt=entry.get("createdAt") or call.now,
        lastUpdated=call.now,
        hasDraftComments=False,
        visibilityConfig=check_visibility(entry),
        status=check_status(entry.get("status")) or dict(OPEN),
        comments=[],
        subscribedUsers={},
        metadata={
            **cast(Dict[str, Any], thread.get("metadata") or {}),
            "apiKey": call.key,
            "organizationId": organization,
            "documentId": document,
        },
    )
    thread["from"] = author_of(comments[0])
    thread.update(_suggested(entry, thread["type"]))
    thread.update(_begun_by(call, comments[0].get("agent")))
    for comment in comments:
        next_comment(call, thread, comment)
    return thread


def _begun_by(call: Call, agent: Any) -> Document:
    """The fields of a thread that say where it comes from, and from which agent."""
    source = _source(agent, bool(call.platform))
    return {**source, "agent": _agent(call, agent)} if agent else source


def _suggested(entry: Document, type: str) -> Document:
    """The field of a thread that suggests something: nobody has decided on it."""
    found = entry.get("suggestion")
    if isinstance(found, dict):
        return {"suggestion": {**cast(Document, found), "status": "pending"}}
    return {"suggestion": {"status": "pending"}} if type == "suggestion" else {}


def check_status(status: Any) -> Optional[Document]:
    """A status of a request; None where it is absent or cleared.

    Raises:
        Refused: it is no status.
    """
    if status is None:
        return None
    if not isinstance(status, dict):
        raise invalid("status must be of type object.")
    found = cast(Document, status)
    id_in(found, "id")
    if found.get("type") not in ("default", "ongoing", "terminal"):
        raise invalid("status.type must be one of: default, ongoing, terminal.")
    return found


def check_visibility(entry: Document) -> Document:
    """Who may see a thread, as a request says it; everybody when it says nothing.

    Raises:
        Refused: it makes no sense.
    """
    found: Any = entry.get("visibility") or entry.get("visibilityConfig") or {"type": "public"}
    if not isinstance(found, dict):
        raise invalid("visibility must be of type object.")
    visibility = cast(Document, found)
    kind = visibility.get("type")
    if kind not in ("public", "organizationPrivate", "restricted"):
        raise invalid("visibility.type must be one of: public, organizationPrivate, restricted.")
    for name in ("userIds", "organizationIds"):
        texts(visibility, name)
    home = visibility.get("organizationId")
    if home is not None and not isinstance(home, str):
        raise invalid("visibility.organizationId must be of type string.")
    if kind == "organizationPrivate" and not visibility.get("organizationId"):
        raise invalid("visibility.organizationId is required.")
    if kind == "restricted" and not visibility.get("userIds"):
        raise invalid("visibility.userIds is required.")
    return visibility


def _agent(call: Call, found: Any) -> Document:
    if not isinstance(found, dict):
        raise invalid("agent must be of type object.")
    agent = cast(Document, found)
    source = agent.get("agentSource")
    if source not in AGENT_SOURCES:
        raise invalid(f"agent.agentSource must be one of: {', '.join(AGENT_SOURCES)}.")
    if source == "external":
        id_in(agent, "agentName")
        agent = {**agent, "agentType": "external"}
    elif find_agent(call.records, id_in(agent, "agentId")) is None:
        raise missing("Agent does not exist.")
    return agent if source == "external" else _resolved(call, agent)


def _resolved(call: Call, agent: Document) -> Document:
    """Velt names its own agents itself."""
    name = agent["agentId"]
    known = find_agent(call.records, name) or {}
    kind = "built-in" if name in BUILT_IN else "custom"
    return {**agent, "agentType": kind, "agentName": known["name"]}


def check_shapes(entry: Document) -> None:
    """Check the fields of a thread into which the emulator looks.

    Raises:
        Refused: one has another type than threads have it.
    """
    check_lists("", entry)
    for name in SHAPED:
        found = entry.get(name)
        if found is not None and not isinstance(found, dict):
            raise invalid(f"{name} must be of type object.")
    subscribed = cast(Document, entry.get("subscribedUsers") or {})
    if not all(isinstance(each, dict) for each in subscribed.values()):
        raise invalid("subscribedUsers must hold objects.")


def check_lists(where: str, entry: Document) -> None:
    """Check how long the lists of a comment or a thread are.

    Args:
        where: the entry stands, for the message.

    Raises:
        Refused: one is longer than allowed, or no list.
    """
    progress: Any = entry.get("progress")
    steps = cast(Document, progress).get("steps") if isinstance(progress, dict) else None
    for name, found, most in (("actions", entry.get("actions"), ACTIONS), ("progress.steps", steps, STEPS)):
        check_type(f"{where}.{name}".lstrip("."), found, "array")
        if found is not None and len(found) > most:
            raise invalid(f"{where}.{name}".lstrip(".") + f" can have at most {most} entries.")


def finding_of(comment: Document) -> Any:
    """What an agent calls its finding; None where there is none."""
    return _reason_of(comment.get("agent")).get("findingId")


def _check_confidence(agent: Any) -> None:
    confidence: Any = _reason_of(agent).get("confidence")
    if confidence is not None and (not isinstance(confidence, (int, float)) or not 0 <= confidence <= 100):
        raise invalid("agent.reason.confidence must be from 0 to 100.")


def _reason_of(agent: Any) -> Document:
    reason: Any = cast(Document, agent).get("reason") if isinstance(agent, dict) else None
    return cast(Document, reason) if isinstance(reason, dict) else {}


def is_fresh(thread: Document) -> bool:
    """Whether a thread is an agent's suggestion that nobody has decided on."""
    suggestion: Any = thread.get("suggestion")
    pending = isinstance(suggestion, dict) and cast(Document, suggestion).get("status") == "pending"
    return bool(thread.get("agent")) and pending


def people_in(thread: Document) -> List[str]:
    """Who wrote in a thread."""
    return [comment["from"]["userId"] for comment in thread["comments"]]
