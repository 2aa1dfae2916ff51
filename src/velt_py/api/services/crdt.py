"""`sdk.api.crdt`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.crdt import (
    AddCrdtDataRequest,
    DeleteCrdtDataRequest,
    GetCrdtDataRequest,
    UpdateCrdtDataRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import crdt as answers
else:
    answers = untyped

__all__ = ["CrdtService"]


class CrdtService(Service[T]):
    """Shared editor data."""

    area = "crdt"

    addCrdtData = Operation(
        "crdt/add",
        AddCrdtDataRequest,
        answers.AddCrdtDataAnswer,
        repeatable=False,
        docs="v2/crdt/add-crdt-data",
    )
    """Add CRDT data."""

    getCrdtData = Operation(
        "crdt/get",
        GetCrdtDataRequest,
        answers.GetCrdtDataAnswer,
        repeatable=True,
        docs="v2/crdt/get-crdt-data",
    )
    """Get CRDT data."""

    updateCrdtData = Operation(
        "crdt/update",
        UpdateCrdtDataRequest,
        answers.UpdateCrdtDataAnswer,
        repeatable=True,
        docs="v2/crdt/update-crdt-data",
    )
    """Update CRDT data."""

    deleteCrdtData = Operation(
        "crdt/delete",
        DeleteCrdtDataRequest,
        answers.DeleteCrdtDataAnswer,
        repeatable=False,
    )
    """Delete CRDT data."""
