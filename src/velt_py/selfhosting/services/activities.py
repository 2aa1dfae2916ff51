"""Activity records in the customer's own store. They are only ever added to: there is no delete."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from velt_py.models.activity import GetActivityResolverRequest, SaveActivityResolverRequest
from velt_py.selfhosting.operation import Body, Resolver, ResolverOperation, S, single
from velt_py.selfhosting.records import ACTIVITIES
from velt_py.selfhosting.requests import compact, found_records, reading, saved, saves

__all__ = ["ActivityService"]


def get_keywords(
    organizationId: str,
    activityIds: Optional[List[str]] = None,
    documentIds: Optional[List[str]] = None,
) -> Body:
    return compact(organizationId=organizationId, activityIds=activityIds, documentIds=documentIds)


def save_keywords(organizationId: str, activity: Mapping[str, Any], event: Optional[str] = None) -> Body:
    return compact(organizationId=organizationId, activity=activity, event=event)


class ActivityService(Resolver[S]):
    """Activity records: `sdk.selfHosting.activities`. Call forms and answers as for comments.

    https://docs.velt.dev/self-host-data/activities
    """

    getActivities = ResolverOperation(
        "activities.get",
        GetActivityResolverRequest,
        get_keywords,
        single(reading(ACTIVITIES, "activityIds"), found_records),
    )
    """Get activities of an organization.

    Args:
        organizationId: the organization; nothing of another one is ever returned.
        activityIds: only these; an empty list selects none.
        documentIds: only activities whose own metadata names one of these documents; with ids as well, both have
            to fit.

    Returns:
        `data` maps the activity's id to the stored activity; unknown ids are absent.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    saveActivities = ResolverOperation(
        "activities.save",
        SaveActivityResolverRequest,
        save_keywords,
        single(saves(ACTIVITIES, "activity", ()), saved),
    )
    """Save activities, all or none, in one write.

    Args:
        organizationId: the organization; it goes before the one in the request's metadata.
        activity: activities by id.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """
