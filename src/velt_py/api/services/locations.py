"""`sdk.api.locations`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.location import (
    DeleteDataByLocationRequest,
    UpdateLocationRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import locations as answers
else:
    answers = untyped

__all__ = ["LocationService"]


class LocationService(Service[T]):
    """Locations in documents (the older v1 paths)."""

    area = "locations"

    updateLocation = Operation(
        "organizations/documents/locations/update",
        UpdateLocationRequest,
        answers.UpdateLocationAnswer,
        repeatable=True,
        root="v1",
        docs="v1/locations/update-location",
    )
    """Update location."""

    deleteDataByLocation = Operation(
        "organizations/documents/locations/data/delete",
        DeleteDataByLocationRequest,
        answers.DeleteDataByLocationAnswer,
        repeatable=False,
        root="v1",
        docs="v1/locations/delete-data-by-location",
    )
    """Delete data by location."""
