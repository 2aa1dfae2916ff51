"""What a save does to a stored record, by event. Pure: stores that cannot merge inside the database call `merged`,
the others express the same `MapMerge` in their own language; one conformance suite holds them together.

The browser sends the thread as that one client knows it. So what is absent from a saved map is never dropped, and
of two clients that save at the same time neither loses a reply: only the comment that the event names may change
what is stored, the others fill gaps. A removal is told by the event, never by absence.
"""

from __future__ import annotations

from typing import Any, Container, Dict, FrozenSet, Mapping, Optional, Tuple, cast

from velt_py.selfhosting.plans import MapMerge
from velt_py.selfhosting.records import Kind

__all__ = ["DELETES", "comment_merge", "map_merges", "merged"]

ONE_COMMENT: FrozenSet[str] = frozenset(
    {
        "comment.add",
        "comment.update",
        "comment.accept",
        "comment.reject",
        "comment.reaction_add",
        "comment.reaction_delete",
    }
)
"""Events about one comment: the one that `commentId` names."""

NO_COMMENT: FrozenSet[str] = frozenset(
    "comment_annotation." + name
    for name in (
        "status_change",
        "priority_change",
        "assign",
        "access_mode_change",
        "custom_list_change",
        "approve",
        "suggestion_accept",
        "suggestion_reject",
        "subscribe",
        "unsubscribe",
    )
)
"""Events about the thread: the comments that come along are a copy, possibly an old one."""

DELETES: FrozenSet[str] = frozenset({"comment.delete", "comment_annotation.delete"})

TEXTS: Tuple[str, ...] = ("commentText", "commentHtml")
"""The browser does not send empty texts, so in an edited comment an absent text means that there is none."""


def comment_merge(event: Optional[str], comment: Optional[str], given: Container[str]) -> MapMerge:
    """How the `comments` of a stored thread take in those of a saved one.

    Args:
        event: the event of the request, if it has one. Unknown events are treated like none.
        comment: the id of the comment that the event is about, as text.
        given: the ids of the comments that the request holds.
    """
    if event in DELETES:
        if comment is not None:
            return MapMerge("comments", deep=True, overwrite=(), remove=(comment,))
        # Without an id an empty map is the only statement about what is left; a filled one may be out of date.
        return MapMerge("comments", deep=True, overwrite=(), empty=True)
    if event in NO_COMMENT:
        return MapMerge("comments", deep=True, overwrite=())
    if event in ONE_COMMENT and comment is not None and comment in given:
        clear = TEXTS if event == "comment.update" else ()
        return MapMerge("comments", deep=True, overwrite=(comment,), clear=clear)
    return MapMerge("comments", deep=True)


def map_merges(kind: Kind) -> Tuple[MapMerge, ...]:
    """The merges of a kind where no event decides."""
    return tuple(MapMerge(field, deep) for field, deep in kind.maps.items())


def merged(
    stored: Mapping[str, Any], document: Mapping[str, Any], merges: Tuple[MapMerge, ...]
) -> Dict[str, Any]:
    """The record after `document` was saved over `stored`. Neither argument is changed.

    Top-level fields of `document` replace those of `stored` (null too: it clears), absent ones stay, and map fields
    are merged by key as `merges` say. A stored field that should be a map and is none counts as an empty one.
    """
    result = {**stored, **document}
    for rule in merges:
        old = stored.get(rule.field)
        new = document.get(rule.field, {})
        if isinstance(new, dict) and isinstance(old, dict):
            if rule.empty and rule.field in document and not new:
                continue
            result[rule.field] = _merged_map(cast("Dict[str, Any]", old), cast("Dict[str, Any]", new), rule)
    return result


def _merged_map(old: Dict[str, Any], new: Dict[str, Any], rule: MapMerge) -> Dict[str, Any]:
    result = dict(old)
    for key, entry in new.items():
        before = old.get(key)
        if key not in old:
            result[key] = entry
        elif rule.overwrite is None or key in rule.overwrite:
            if rule.deep and isinstance(entry, dict) and isinstance(before, dict):
                kept = cast("Dict[str, Any]", before)
                if rule.overwrite is not None:
                    kept = {name: value for name, value in kept.items() if name not in rule.clear}
                result[key] = {**kept, **cast("Dict[str, Any]", entry)}
            else:
                result[key] = entry
    for key in rule.remove:
        result.pop(key, None)
    return result
