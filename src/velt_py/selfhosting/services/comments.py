"""Comment threads in the customer's own store."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple, cast

from velt_py.config import Limits, Settings
from velt_py.models.comment import (
    DeleteCommentResolverRequest,
    GetCommentResolverRequest,
    SaveCommentResolverRequest,
)
from velt_py.selfhosting.merge import comment_merge
from velt_py.selfhosting.operation import Body, Resolver, ResolverOperation, S, single
from velt_py.selfhosting.plans import MapMerge
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.requests import (
    compact,
    deleting,
    event_of,
    found_records,
    gone,
    reading,
    saved,
    saves,
    wire,
)
from velt_py.selfhosting.validation import boolean, identifier, mapping, refuse

__all__ = ["CommentService"]


def get_keywords(
    organizationId: str,
    commentAnnotationIds: Optional[List[str]] = None,
    documentIds: Optional[List[str]] = None,
    folderId: Optional[str] = None,
    allDocuments: Optional[bool] = None,
) -> Body:
    return compact(
        organizationId=organizationId,
        commentAnnotationIds=commentAnnotationIds,
        documentIds=documentIds,
        folderId=folderId,
        allDocuments=allDocuments,
    )


def save_keywords(
    organizationId: str,
    commentAnnotation: Mapping[str, Any],
    documentId: Optional[str] = None,
    event: Optional[str] = None,
    commentId: Optional[str] = None,
    folderId: Optional[str] = None,
    replace: bool = False,
) -> Body:
    return compact(
        commentAnnotation=commentAnnotation,
        metadata=compact(organizationId=organizationId, documentId=documentId, folderId=folderId),
        event=event,
        commentId=commentId,
        replace=replace or None,
    )


def delete_keywords(organizationId: str, commentAnnotationId: str) -> Body:
    return compact(commentAnnotationId=commentAnnotationId, metadata=compact(organizationId=organizationId))


COMMENT_ID = Limits()
"""Ids of comments are keys inside a record and no index holds them, so the setting does not matter to them."""


def prepare(id: str, thread: Dict[str, Any], where: str) -> None:
    """Check the comments of a thread, and give each the id that it is listed under."""
    if "comments" not in thread:
        return
    prepared: Dict[str, Any] = {}
    # Null says no more than an empty map does: comments are removed by an event.
    given = {} if thread["comments"] is None else mapping(thread["comments"], f"{where}.comments")
    for key, entry in given.items():
        id = identifier(key, f"{where}.comments: a key", COMMENT_ID)
        if id in prepared:
            refuse(f"{where}.comments.{id}", "the same id stands twice, once as text and once as number")
        if entry is None:
            refuse(f"{where}.comments.{id}", "a comment is removed by the event comment.delete, not by null")
        comment = wire(entry, f"{where}.comments.{id}")
        comment.setdefault("commentId", key)
        prepared[id] = comment
    thread["comments"] = prepared


def merges(body: Body, threads: List[Dict[str, Any]], settings: Settings) -> Tuple[MapMerge, ...]:
    """How the comments are merged: by the event, or not at all when the caller asks to replace them."""
    metadata = MapMerge("metadata")
    if boolean(body.get("replace"), "replace"):
        return (metadata,)
    comment = body.get("commentId")
    named = None if comment in (None, "") else identifier(comment, "commentId", settings.limits)
    maps = [cast("Dict[str, Any]", thread["comments"]) for thread in threads if thread.get("comments")]
    rule = comment_merge(event_of(body), named, {id for comments in maps for id in comments})
    for comments in maps:
        for removed in rule.remove:
            comments.pop(removed, None)
    return metadata, rule


class CommentService(Resolver[S]):
    """Comment threads: `sdk.selfHosting.comments`.

    Every operation takes a request object, the raw body that the browser posted, or keywords with
    `organizationId` first, and answers with the envelope `{"success", "statusCode", "data"?, "error"?, "errorCode"?}`.

    https://docs.velt.dev/self-host-data/comments
    """

    getComments = ResolverOperation(
        "comments.get",
        GetCommentResolverRequest,
        get_keywords,
        single(reading(COMMENTS, "commentAnnotationIds"), found_records),
    )
    """Get threads of an organization, as they were saved.

    Args:
        organizationId: the organization; nothing of another one is ever returned.
        commentAnnotationIds: only these threads; an empty list selects none.
        documentIds: only threads of these documents; with ids as well, both have to fit.
        folderId: only threads of this folder, when `allDocuments` is true and neither list is given.

    Returns:
        `data` maps the thread's id to the stored thread; unknown ids are absent.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    saveComments = ResolverOperation(
        "comments.save",
        SaveCommentResolverRequest,
        save_keywords,
        single(saves(COMMENTS, "commentAnnotation", ("documentId", "folderId"), prepare, merges), saved),
    )
    """Save threads, all or none, in one write.

    What is absent stays, null clears, comments are merged one by one; the event `comment.delete` removes the
    comment named by `commentId`. Two people who reply at the same time both keep their reply.

    Args:
        organizationId: the organization.
        commentAnnotation: threads by id.
        documentId, folderId: given to each thread; without them its own metadata counts.
        event: what happened, for example `comment.add`.
        commentId: the comment that the event is about.
        replace: take the given comments for all that are left, instead of merging them.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `CONFLICT` (409), `DATABASE_ERROR` (500).
    """

    deleteComment = ResolverOperation(
        "comments.delete",
        DeleteCommentResolverRequest,
        delete_keywords,
        single(deleting(COMMENTS, "commentAnnotationId"), gone),
    )
    """Delete one thread with all its comments.

    Args:
        organizationId: the organization.
        commentAnnotationId: the thread.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `NOT_FOUND` (404), `DATABASE_ERROR` (500).
    """
