"""The hooks of the project for the tests."""

from __future__ import annotations

from typing import Any

from velt_py.web.access import Access


def member(user: Any, access: Access) -> bool:
    """An `AUTHORIZE` hook: people work in the organizations that start with their name."""
    return access.organizationId.startswith(f"{user.username}-")
