"""Published import path."""

from __future__ import annotations

from velt_py.api.services.agents import AgentsService

__all__ = ["AgentsService"]
