"""What happened, in words: the names of actions, and the templates of notifications and activities. Pure."""

from __future__ import annotations

import re
from typing import Any, Mapping

__all__ = ["filled", "in_words"]

ACTIONS: Mapping[str, str] = {
    "comment_annotation.add": "started a thread",
    "comment_annotation.delete": "deleted a thread",
    "comment_annotation.assign": "assigned a thread",
    "comment_annotation.status_change": "changed the status of a thread",
    "comment_annotation.priority_change": "changed the priority of a thread",
    "comment_annotation.access_mode_change": "changed who sees a thread",
    "comment_annotation.accept": "accepted a thread",
    "comment_annotation.reject": "rejected a thread",
    "comment_annotation.approve": "approved a thread",
    "comment_annotation.suggestion_accept": "accepted a suggestion",
    "comment_annotation.suggestion_reject": "rejected a suggestion",
    "comment_annotation.subscribe": "subscribed to a thread",
    "comment_annotation.unsubscribe": "unsubscribed from a thread",
    "comment.add": "wrote a comment",
    "comment.update": "changed a comment",
    "comment.delete": "deleted a comment",
    "comment.reaction_add": "reacted to a comment",
    "comment.reaction_delete": "took back a reaction",
    "reaction.add": "reacted",
    "reaction.delete": "took back a reaction",
    "recording.add": "made a recording",
    "recording.delete": "deleted a recording",
    "crdt.update_data": "edited the content",
}
PLACE = re.compile(r"\{\{?\s*([A-Za-z0-9_.]{1,60})\s*\}?\}")
LONGEST = 500


def in_words(action: str, feature: str = "") -> str:
    """An action in words; one that is not known, by its own name."""
    if action in ACTIONS:
        return ACTIONS[action]
    name = " ".join(each for each in (feature, action) if each)
    return re.sub(r"[._]+", " ", name)


def filled(template: str, words: Mapping[str, Any]) -> str:
    """A template with words in its places, `{name}` or `{{name}}`; empty when there is none for one of them.

    Args:
        template: as it is stored.
        words: what to put where, as text.
    """

    missing = False

    def put(found: re.Match[str]) -> str:
        nonlocal missing
        name = found.group(1)
        word = words.get(name) or words.get(name.partition(".")[0])
        missing = missing or not word
        return str(word)

    text = PLACE.sub(put, template[:LONGEST])
    return "" if missing else text
