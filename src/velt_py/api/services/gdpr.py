"""`sdk.api.gdpr`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.jobs import Job, Pace
from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import NEXT_PAGE_TOKEN
from velt_py.models.gdpr import (
    DeleteAllUserDataRequest,
    GetAllUserDataRequest,
    GetDeleteUserDataStatusRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import gdpr as answers
else:
    answers = untyped

__all__ = ["GdprService"]

DELETION = Job(("result", "data", "isDeleteCompleted"), done=(True,), failed=(), pace=Pace(86_400, 10, 300))


class GdprService(Service[T]):
    """Export and deletion of a person's data at Velt."""

    area = "gdpr"

    deleteAllUserData = Operation(
        "users/data/delete",
        DeleteAllUserDataRequest,
        answers.DeleteAllUserDataAnswer,
        repeatable=False,
        batched="userIds",
        docs="v2/gdpr/delete-all-user-data-gdpr",
    )
    """Delete all user data.

    When sent again: starts a new async job per call.
    """

    getAllUserData = Operation(
        "users/data/get",
        GetAllUserDataRequest,
        answers.GetAllUserDataAnswer,
        repeatable=True,
        paged=NEXT_PAGE_TOKEN,
        docs="v2/gdpr/get-all-user-data-gdpr",
    )
    """Get all user data."""

    getDeleteUserDataStatus = Operation(
        "users/data/delete/status",
        GetDeleteUserDataStatusRequest,
        answers.GetDeleteUserDataStatusAnswer,
        repeatable=True,
        job=DELETION,
        docs="v2/gdpr/get-delete-user-data-status-gdpr",
    )
    """Get delete user data status.

    Velt takes up to 24 hours for a deletion, so `.wait()` has that deadline unless another is given.
    """
