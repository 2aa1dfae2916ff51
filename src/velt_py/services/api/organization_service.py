"""Published import path."""

from __future__ import annotations

from velt_py.api.services.organizations import OrganizationService

__all__ = ["OrganizationService"]
