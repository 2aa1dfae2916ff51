"""Reactions in the customer's own store."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from velt_py.models.reaction import (
    DeleteReactionResolverRequest,
    GetReactionResolverRequest,
    SaveReactionResolverRequest,
)
from velt_py.selfhosting.operation import Body, Resolver, ResolverOperation, S, single
from velt_py.selfhosting.records import REACTIONS
from velt_py.selfhosting.requests import compact, deleting, found_records, gone, reading, saved, saves

__all__ = ["ReactionService"]


def get_keywords(
    organizationId: str,
    reactionAnnotationIds: Optional[List[str]] = None,
    documentIds: Optional[List[str]] = None,
    folderId: Optional[str] = None,
    allDocuments: Optional[bool] = None,
) -> Body:
    return compact(
        organizationId=organizationId,
        reactionAnnotationIds=reactionAnnotationIds,
        documentIds=documentIds,
        folderId=folderId,
        allDocuments=allDocuments,
    )


def save_keywords(
    organizationId: str,
    reactionAnnotation: Mapping[str, Any],
    documentId: Optional[str] = None,
    event: Optional[str] = None,
    folderId: Optional[str] = None,
) -> Body:
    return compact(
        reactionAnnotation=reactionAnnotation,
        metadata=compact(organizationId=organizationId, documentId=documentId, folderId=folderId),
        event=event,
    )


def delete_keywords(organizationId: str, reactionAnnotationId: str) -> Body:
    return compact(reactionAnnotationId=reactionAnnotationId, metadata=compact(organizationId=organizationId))


def prepare(id: str, reaction: Dict[str, Any], where: str) -> None:
    """Older clients send `user` for what is stored as `from`."""
    legacy = reaction.pop("user", None)
    if legacy is not None:
        reaction.setdefault("from", legacy)


class ReactionService(Resolver[S]):
    """Reactions: `sdk.selfHosting.reactions`. Call forms and answers as for comments.

    https://docs.velt.dev/self-host-data/reactions
    """

    getReactions = ResolverOperation(
        "reactions.get",
        GetReactionResolverRequest,
        get_keywords,
        single(reading(REACTIONS, "reactionAnnotationIds"), found_records),
    )
    """Get reactions of an organization.

    Args:
        organizationId: the organization; nothing of another one is ever returned.
        reactionAnnotationIds: only these reactions; an empty list selects none.
        documentIds: only reactions on these documents; with ids as well, both have to fit.
        folderId: only reactions in this folder, when `allDocuments` is true and neither list is given.

    Returns:
        `data` maps the reaction's id to the stored reaction; unknown ids are absent.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    saveReactions = ResolverOperation(
        "reactions.save",
        SaveReactionResolverRequest,
        save_keywords,
        single(saves(REACTIONS, "reactionAnnotation", ("documentId", "folderId"), prepare), saved),
    )
    """Save reactions, all or none, in one write. What is absent stays, null clears.

    Args:
        organizationId: the organization.
        reactionAnnotation: reactions by id.
        documentId, folderId: given to each reaction; without them its own metadata counts.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `CONFLICT` (409), `DATABASE_ERROR` (500).
    """

    deleteReaction = ResolverOperation(
        "reactions.delete",
        DeleteReactionResolverRequest,
        delete_keywords,
        single(deleting(REACTIONS, "reactionAnnotationId"), gone),
    )
    """Delete one reaction.

    Args:
        organizationId: the organization.
        reactionAnnotationId: the reaction.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `NOT_FOUND` (404), `DATABASE_ERROR` (500).
    """
