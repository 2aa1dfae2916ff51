"""Recordings in the customer's own store."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from velt_py.models.recorder import (
    DeleteRecorderResolverRequest,
    GetRecorderResolverRequest,
    SaveRecorderResolverRequest,
)
from velt_py.selfhosting.operation import Body, Resolver, ResolverOperation, S, single
from velt_py.selfhosting.records import RECORDINGS
from velt_py.selfhosting.requests import compact, deleting, found_records, gone, reading, saved, saves

__all__ = ["RecorderService"]


def get_keywords(
    organizationId: str,
    recorderAnnotationIds: Optional[List[str]] = None,
    documentIds: Optional[List[str]] = None,
) -> Body:
    return compact(
        organizationId=organizationId, recorderAnnotationIds=recorderAnnotationIds, documentIds=documentIds
    )


def save_keywords(
    organizationId: str,
    recorderAnnotation: Mapping[str, Any],
    documentId: Optional[str] = None,
    event: Optional[str] = None,
) -> Body:
    return compact(
        recorderAnnotation=recorderAnnotation,
        metadata=compact(organizationId=organizationId, documentId=documentId),
        event=event,
    )


def delete_keywords(organizationId: str, recorderAnnotationId: str) -> Body:
    return compact(recorderAnnotationId=recorderAnnotationId, metadata=compact(organizationId=organizationId))


class RecorderService(Resolver[S]):
    """Recordings: `sdk.selfHosting.recorders`. Call forms and answers as for comments.

    https://docs.velt.dev/self-host-data/recordings
    """

    getRecorderAnnotations = ResolverOperation(
        "recordings.get",
        GetRecorderResolverRequest,
        get_keywords,
        single(reading(RECORDINGS, "recorderAnnotationIds"), found_records),
    )
    """Get recordings of an organization.

    Args:
        organizationId: the organization; nothing of another one is ever returned.
        recorderAnnotationIds: only these recordings; an empty list selects none.
        documentIds: only recordings on these documents; with ids as well, both have to fit.

    Returns:
        `data` maps the recording's id to the stored recording; unknown ids are absent.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    saveRecorderAnnotation = ResolverOperation(
        "recordings.save",
        SaveRecorderResolverRequest,
        save_keywords,
        single(saves(RECORDINGS, "recorderAnnotation", ("documentId",)), saved),
    )
    """Save recordings, all or none, in one write. What is absent stays, null clears; edit versions and chunk urls
    are merged by key.

    Args:
        organizationId: the organization.
        recorderAnnotation: recordings by id.
        documentId: given to each recording; without it its own metadata counts.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `CONFLICT` (409), `DATABASE_ERROR` (500).
    """

    deleteRecorderAnnotation = ResolverOperation(
        "recordings.delete",
        DeleteRecorderResolverRequest,
        delete_keywords,
        single(deleting(RECORDINGS, "recorderAnnotationId"), gone),
    )
    """Delete one recording.

    Args:
        organizationId: the organization.
        recorderAnnotationId: the recording.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `NOT_FOUND` (404), `DATABASE_ERROR` (500).
    """
