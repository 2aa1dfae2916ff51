"""What follows from calls that write threads and comments. Pure on records."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Tuple, cast

from velt_py.emulator.call import Call, Document
from velt_py.emulator.effects.happening import Happening, announce
from velt_py.emulator.effects.people import subscribe, tagged_in

__all__ = ["added", "changed", "removed", "thread_changed"]

Place = Tuple[str, ...]

WATCHED: Tuple[Tuple[str, str], ...] = (
    ("status", "comment_annotation.status_change"),
    ("assignedTo", "comment_annotation.assign"),
    ("priority", "comment_annotation.priority_change"),
    ("customList", "comment_annotation.custom_list_change"),
    ("visibilityConfig", "comment_annotation.access_mode_change"),
)
VERDICTS = {
    "accepted": "comment_annotation.suggestion_accept",
    "rejected": "comment_annotation.suggestion_reject",
}


def added(call: Call, place: Place, thread: Document, entries: List[Document], first: bool) -> None:
    """Comments were added at the end of a thread.

    Args:
        place: the ids of the thread's record.
        thread: as it is now; whoever is subscribed by it is written into it.
        entries: the comments as the request has them, with the flags that say what is to follow.
        first: whether they began the thread.
    """
    comments: List[Document] = thread["comments"][-len(entries) :]
    for entry, comment in zip(entries, comments):
        notify, record = entry.get("triggerNotification") is True, entry.get("triggerActivities") is True
        event = "comment_annotation.add" if first and comment is comments[0] else "comment.add"
        happening = Happening(event, place[0], place[1], comment["from"], thread, comment)
        announce(call, happening, notify=notify, record=record)
        if notify:
            subscribe(call, thread, [comment["from"], *tagged_in(comment)])


def changed(call: Call, place: Place, thread: Document, before: Document, comment: Document) -> None:
    """A comment was changed."""
    texts = {"from": before.get("commentText"), "to": comment.get("commentText")}
    changes = {"commentText": texts} if texts["from"] != texts["to"] else {}
    announce(
        call,
        Happening(
            "comment.update", place[0], place[1], call.actor or comment["from"], thread, comment, changes
        ),
    )


def removed(call: Call, place: Place, thread: Document, comments: List[Document]) -> None:
    """Comments were deleted."""
    for comment in comments:
        actor = call.actor or comment["from"]
        announce(
            call,
            Happening(
                "comment.delete", place[0], place[1], actor, thread, comment, asked=bool(call.platform)
            ),
        )


def thread_changed(call: Call, place: Place, before: Document, thread: Document) -> None:
    """Fields of a thread were changed; who did it is only known when a browser is played."""
    for name, event in WATCHED:
        old, new = before.get(name), thread.get(name)
        if _same(name, old, new):
            continue
        announce(
            call,
            Happening(
                event,
                place[0],
                place[1],
                actor=call.actor,
                thread=thread,
                changes={name: {"from": old, "to": new}},
                more=_more(name, old, new),
                asked=bool(call.platform),
            ),
        )
    verdict = _verdict(thread)
    if verdict != _verdict(before) and verdict in VERDICTS:
        happening = Happening(
            VERDICTS[verdict], place[0], place[1], actor=call.actor, thread=thread, asked=bool(call.platform)
        )
        announce(call, happening)


def _same(name: str, old: Any, new: Any) -> bool:
    """Whether a field says the same; people and statuses are told apart by their ids."""
    key = {"status": "id", "assignedTo": "userId"}.get(name)
    if key and isinstance(old, dict) and isinstance(new, dict):
        old, new = cast(Document, old).get(key), cast(Document, new).get(key)
    return bool(old == new)


def _more(name: str, old: Any, new: Any) -> Document:
    if name == "status":
        return {"oldStatus": old, "newStatus": new}
    if name == "priority":
        return {"newPriority": new}
    return {"assigned": new} if name == "assignedTo" else {}


def _verdict(thread: Mapping[str, Any]) -> Optional[str]:
    suggestion: Any = thread.get("suggestion")
    found: Any = cast(Document, suggestion).get("status") if isinstance(suggestion, dict) else None
    return found if isinstance(found, str) else None
