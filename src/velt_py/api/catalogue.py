"""Where the table of each service of `sdk.api` is."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict

__all__ = ["SERVICES", "service_class"]

SERVICES: Dict[str, str] = {
    "organizations": "organizations.OrganizationService",
    "folders": "folders.FolderService",
    "documents": "documents.DocumentService",
    "users": "users.UserService",
    "userGroups": "user_groups.UserGroupService",
    "notifications": "notifications.NotificationApiService",
    "commentAnnotations": "comment_annotations.CommentAnnotationApiService",
    "activities": "activities.ActivityApiService",
    "accessControl": "access_control.AccessControlService",
    "crdt": "crdt.CrdtService",
    "presence": "presence.PresenceService",
    "livestate": "livestate.LivestateService",
    "recordings": "recordings.RecordingService",
    "rewriter": "rewriter.RewriterService",
    "gdpr": "gdpr.GdprService",
    "workspace": "workspace.WorkspaceService",
    "agents": "agents.AgentsService",
    "memory": "memory.MemoryService",
    "workflow": "workflow.WorkflowService",
    "locations": "locations.LocationService",
}
"""Module and class of each service. A module, with the models it needs, is loaded at the service's first use."""


def service_class(name: str) -> Any:
    """The class of a service, for example that of `organizations`."""
    module, _, found = SERVICES[name].partition(".")
    return getattr(import_module(f"velt_py.api.services.{module}"), found)
