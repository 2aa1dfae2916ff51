"""`sdk.api.activities`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import PAGE_TOKEN
from velt_py.models import known_fields
from velt_py.models.activity_api import (
    AddActivitiesRequest,
    DeleteActivitiesRequest,
    GetActivitiesRequest,
    UpdateActivitiesRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import activities as answers
else:
    answers = untyped

__all__ = ["ActivityApiService"]


class ActivityApiService(Service[T]):
    """Activity records."""

    area = "activities"

    addActivities = Operation(
        "activities/add",
        AddActivitiesRequest,
        answers.AddActivitiesAnswer,
        repeatable=False,
        known=known_fields.addActivities,
        docs="v2/activities/add-activities",
    )
    """Add activities.

    The server asks: activities[].targetEntityId required when featureType=custom; workspace
    activityServiceConfig must be enabled.
    """

    getActivities = Operation(
        "activities/get",
        GetActivitiesRequest,
        answers.GetActivitiesAnswer,
        repeatable=True,
        paged=PAGE_TOKEN,
        docs="v2/activities/get-activities",
    )
    """Get activities."""

    updateActivities = Operation(
        "activities/update",
        UpdateActivitiesRequest,
        answers.UpdateActivitiesAnswer,
        repeatable=True,
        known=known_fields.updateActivities,
        docs="v2/activities/update-activities",
    )
    """Update activities."""

    deleteActivities = Operation(
        "activities/delete",
        DeleteActivitiesRequest,
        answers.DeleteActivitiesAnswer,
        repeatable=False,
        docs="v2/activities/delete-activities",
    )
    """Delete activities.

    The server asks: at least one of documentId, targetEntityId, activityIds.
    """
