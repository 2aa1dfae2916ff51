"""`sdk.api.organizations`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import NEXT_PAGE_TOKEN
from velt_py.models.organization import (
    AddOrganizationsRequest,
    DeleteOrganizationsRequest,
    GetOrganizationsRequest,
    UpdateOrganizationDisableStateRequest,
    UpdateOrganizationsRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import organizations as answers
else:
    answers = untyped

__all__ = ["OrganizationService"]


class OrganizationService(Service[T]):
    """Organizations, the tenants of a Velt workspace."""

    area = "organizations"

    addOrganizations = Operation(
        "organizations/add",
        AddOrganizationsRequest,
        answers.AddOrganizationsAnswer,
        repeatable=False,
        docs="v2/organizations/add-organizations",
    )
    """Add organizations."""

    getOrganizations = Operation(
        "organizations/get",
        GetOrganizationsRequest,
        answers.GetOrganizationsAnswer,
        repeatable=True,
        paged=NEXT_PAGE_TOKEN,
        batched="organizationIds",
        docs="v2/organizations/get-organizations-v2",
    )
    """Get organizations."""

    updateOrganizations = Operation(
        "organizations/update",
        UpdateOrganizationsRequest,
        answers.UpdateOrganizationsAnswer,
        repeatable=True,
        docs="v2/organizations/update-organizations",
    )
    """Update organizations."""

    deleteOrganizations = Operation(
        "organizations/delete",
        DeleteOrganizationsRequest,
        answers.DeleteOrganizationsAnswer,
        repeatable=False,
        docs="v2/organizations/delete-organizations",
    )
    """Delete organizations."""

    updateOrganizationDisableState = Operation(
        "organizations/access/disablestate/update",
        UpdateOrganizationDisableStateRequest,
        answers.UpdateOrganizationDisableStateAnswer,
        repeatable=True,
        docs="v2/organizations/update-organization-disable-state",
    )
    """Update organization disable state."""
