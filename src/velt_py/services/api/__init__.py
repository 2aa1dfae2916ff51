"""Published import paths of the REST half: re-exports, no logic. Each area is loaded at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.services.api.access_control_service import AccessControlService
    from velt_py.services.api.activity_api_service import ActivityApiService
    from velt_py.services.api.agents_service import AgentsService
    from velt_py.services.api.base_api_service import BaseApiService
    from velt_py.services.api.comment_annotation_api_service import CommentAnnotationApiService
    from velt_py.services.api.crdt_service import CrdtService
    from velt_py.services.api.document_service import DocumentService
    from velt_py.services.api.folder_service import FolderService
    from velt_py.services.api.gdpr_service import GdprService
    from velt_py.services.api.livestate_service import LivestateService
    from velt_py.services.api.memory_service import MemoryService
    from velt_py.services.api.notification_api_service import NotificationApiService
    from velt_py.services.api.organization_service import OrganizationService
    from velt_py.services.api.presence_service import PresenceService
    from velt_py.services.api.recording_service import RecordingService
    from velt_py.services.api.rewriter_service import RewriterService
    from velt_py.services.api.token_service import TokenService
    from velt_py.services.api.user_group_service import UserGroupService
    from velt_py.services.api.user_service import UserService
    from velt_py.services.api.workflow_service import WorkflowService
    from velt_py.services.api.workspace_service import WorkspaceService

__all__ = [
    "AccessControlService",
    "ActivityApiService",
    "AgentsService",
    "BaseApiService",
    "CommentAnnotationApiService",
    "CrdtService",
    "DocumentService",
    "FolderService",
    "GdprService",
    "LivestateService",
    "MemoryService",
    "NotificationApiService",
    "OrganizationService",
    "PresenceService",
    "RecordingService",
    "RewriterService",
    "TokenService",
    "UserGroupService",
    "UserService",
    "WorkflowService",
    "WorkspaceService",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "velt_py.services.api.access_control_service": "AccessControlService",
        "velt_py.services.api.activity_api_service": "ActivityApiService",
        "velt_py.services.api.agents_service": "AgentsService",
        "velt_py.services.api.base_api_service": "BaseApiService",
        "velt_py.services.api.comment_annotation_api_service": "CommentAnnotationApiService",
        "velt_py.services.api.crdt_service": "CrdtService",
        "velt_py.services.api.document_service": "DocumentService",
        "velt_py.services.api.folder_service": "FolderService",
        "velt_py.services.api.gdpr_service": "GdprService",
        "velt_py.services.api.livestate_service": "LivestateService",
        "velt_py.services.api.memory_service": "MemoryService",
        "velt_py.services.api.notification_api_service": "NotificationApiService",
        "velt_py.services.api.organization_service": "OrganizationService",
        "velt_py.services.api.presence_service": "PresenceService",
        "velt_py.services.api.recording_service": "RecordingService",
        "velt_py.services.api.rewriter_service": "RewriterService",
        "velt_py.services.api.token_service": "TokenService",
        "velt_py.services.api.user_group_service": "UserGroupService",
        "velt_py.services.api.user_service": "UserService",
        "velt_py.services.api.workflow_service": "WorkflowService",
        "velt_py.services.api.workspace_service": "WorkspaceService",
    },
)
