"""Published import path."""

from __future__ import annotations

from velt_py.api.services.workflow import WorkflowService

__all__ = ["WorkflowService"]
