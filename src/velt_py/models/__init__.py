"""Request and data classes, one module per area. Loaded at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.models.access_control import *
    from velt_py.models.activity import (
        GetActivityResolverRequest,
        PartialActivityRecord,
        SaveActivityResolverRequest,
    )
    from velt_py.models.activity_api import *
    from velt_py.models.agents import *
    from velt_py.models.attachment import (
        AttachmentResolverMetadata,
        DeleteAttachmentResolverRequest,
        PartialAttachment,
        ResolverAttachment,
        SaveAttachmentResolverData,
        SaveAttachmentResolverRequest,
    )
    from velt_py.models.base import BaseApiRequest, BaseMetadata, ResolverDeleteMetadata, ResolverResponse
    from velt_py.models.comment import (
        DeleteCommentResolverRequest,
        GetCommentResolverRequest,
        PartialComment,
        PartialCommentAnnotation,
        PartialTargetTextRange,
        SaveCommentResolverRequest,
    )
    from velt_py.models.comment_annotation_api import *
    from velt_py.models.crdt import *
    from velt_py.models.document import *
    from velt_py.models.enums import CommentResolverSaveEvent, ResolverActions
    from velt_py.models.folder import *
    from velt_py.models.gdpr import *
    from velt_py.models.livestate import *
    from velt_py.models.location import *
    from velt_py.models.memory import *
    from velt_py.models.notification import (
        DeleteNotificationResolverRequest,
        GetNotificationResolverRequest,
        PartialNotification,
        SaveNotificationResolverRequest,
    )
    from velt_py.models.notification_api import *
    from velt_py.models.organization import *
    from velt_py.models.presence import *
    from velt_py.models.reaction import (
        DeleteReactionResolverRequest,
        GetReactionResolverRequest,
        PartialReactionAnnotation,
        SaveReactionResolverRequest,
    )
    from velt_py.models.recorder import (
        DeleteRecorderResolverRequest,
        GetRecorderResolverRequest,
        PartialRecorderAnnotation,
        PartialRecorderAnnotationEditVersion,
        SaveRecorderResolverRequest,
    )
    from velt_py.models.recording import *
    from velt_py.models.resolver_auth import VerifyTokenResult
    from velt_py.models.rewriter import *
    from velt_py.models.user import (
        GetUserResolverRequest,
        PartialTaggedUserContacts,
        PartialUser,
        ResolveUserIdsByEmailRequest,
        SaveUserRequest,
        User,
    )
    from velt_py.models.user_api import *
    from velt_py.models.user_group import *
    from velt_py.models.workflow import *
    from velt_py.models.workspace import *

__all__ = [
    "AcceptRejectAdditionalUrlRequest",
    "AddActivitiesRequest",
    "AddAgentsToGroupRequest",
    "AddCommentAnnotationsRequest",
    "AddCommentsRequest",
    "AddCrdtDataRequest",
    "AddDocumentsRequest",
    "AddDomainsRequest",
    "AddFolderRequest",
    "AddNotificationsRequest",
    "AddOrganizationsRequest",
    "AddPermissionsRequest",
    "AddPresenceRequest",
    "AddUserGroupsRequest",
    "AddUserInviteRequest",
    "AddUsersRequest",
    "AddUsersToGroupRequest",
    "AskAiRequest",
    "AttachmentResolverMetadata",
    "BackfillJudgmentsRequest",
    "BaseApiRequest",
    "BaseMetadata",
    "BroadcastEventRequest",
    "CancelExecutionRequest",
    "CancelStepRequest",
    "CommentResolverSaveEvent",
    "CopyApiKeyRequest",
    "CountAgentExecutionsRequest",
    "CreateAdvancedWebhookEndpointRequest",
    "CreateAgentGroupRequest",
    "CreateAgentRequest",
    "CreateApiKeyRequest",
    "CreateDomainRequest",
    "CreateWorkflowDefinitionRequest",
    "CreateWorkspaceRequest",
    "DeleteActivitiesRequest",
    "DeleteAdvancedWebhookEndpointRequest",
    "DeleteAgentGroupRequest",
    "DeleteAgentRequest",
    "DeleteAllUserDataRequest",
    "DeleteAttachmentResolverRequest",
    "DeleteCommentAnnotationsRequest",
    "DeleteCommentResolverRequest",
    "DeleteCommentsRequest",
    "DeleteCrdtDataRequest",
    "DeleteDataByLocationRequest",
    "DeleteDocumentsRequest",
    "DeleteDomainsRequest",
    "DeleteFolderRequest",
    "DeleteKnowledgeRequest",
    "DeleteNotificationResolverRequest",
    "DeleteNotificationsRequest",
    "DeleteOrganizationsRequest",
    "DeletePresenceRequest",
    "DeleteReactionResolverRequest",
    "DeleteRecorderResolverRequest",
    "DeleteUsersFromGroupRequest",
    "DeleteUsersRequest",
    "DeleteWorkflowDefinitionRequest",
    "DismissAlertRequest",
    "DispatchExecutionRequest",
    "DownloadCanonicalMarkdownRequest",
    "EnhancePromptRequest",
    "EnsureWorkspaceAuthTokenRequest",
    "ExtractAgentsRequest",
    "GenerateSignatureRequest",
    "GenerateTokenRequest",
    "GetActivitiesRequest",
    "GetActivityConfigRequest",
    "GetActivityResolverRequest",
    "GetAdvancedWebhookConfigRequest",
    "GetAdvancedWebhookEndpointSecretRequest",
    "GetAdvancedWebhookEndpointsRequest",
    "GetAgentAnalyticsRequest",
    "GetAgentExecutionRequest",
    "GetAgentGroupRequest",
    "GetAgentRequest",
    "GetAlertConfigRequest",
    "GetAllUserDataRequest",
    "GetApiKeyMetadataRequest",
    "GetApiKeysRequest",
    "GetAuthTokensRequest",
    "GetCommentAnnotationsCountRequest",
    "GetCommentAnnotationsRequest",
    "GetCommentResolverRequest",
    "GetCommentsRequest",
    "GetCrdtDataRequest",
    "GetDeleteUserDataStatusRequest",
    "GetDocUsersRequest",
    "GetDocumentsCountRequest",
    "GetDocumentsRequest",
    "GetDomainsRequest",
    "GetEmailConfigRequest",
    "GetEmailStatusRequest",
    "GetExecutionEventsRequest",
    "GetExecutionRequest",
    "GetFoldersRequest",
    "GetIngestStatusRequest",
    "GetInvitedPendingUsersCountRequest",
    "GetInvitedUsersRequest",
    "GetNotificationConfigRequest",
    "GetNotificationResolverRequest",
    "GetNotificationsRequest",
    "GetOrganizationsRequest",
    "GetPatternsRequest",
    "GetPermissionProviderConfigRequest",
    "GetPermissionsRequest",
    "GetReactionResolverRequest",
    "GetRecorderResolverRequest",
    "GetRecordingsRequest",
    "GetRequestedDomainsRequest",
    "GetReviewerProfileRequest",
    "GetStatsRequest",
    "GetUploadUrlRequest",
    "GetUserInvitationsRequest",
    "GetUserResolverRequest",
    "GetUsersCountRequest",
    "GetUsersRequest",
    "GetWebhookConfigRequest",
    "GetWorkflowDefinitionRequest",
    "GetWorkspaceNotificationConfigRequest",
    "GetWorkspaceRequest",
    "IngestKnowledgeRequest",
    "ListAgentExecutionsRequest",
    "ListAgentGroupsRequest",
    "ListAgentVersionsRequest",
    "ListAlertsRequest",
    "ListExecutionsRequest",
    "ListExtractedRulesRequest",
    "ListKnowledgeSourcesRequest",
    "ListWorkflowDefinitionsRequest",
    "MarkAlertActionedRequest",
    "MemoryAskRequest",
    "MemorySearchRequest",
    "MemorySuggestRequest",
    "MigrateDocumentsRequest",
    "MigrateDocumentsStatusRequest",
    "MoveDocumentsRequest",
    "PartialActivityRecord",
    "PartialAttachment",
    "PartialComment",
    "PartialCommentAnnotation",
    "PartialNotification",
    "PartialReactionAnnotation",
    "PartialRecorderAnnotation",
    "PartialRecorderAnnotationEditVersion",
    "PartialTaggedUserContacts",
    "PartialTargetTextRange",
    "PartialUser",
    "QueryJudgmentsRequest",
    "RecordAgentResolutionRequest",
    "RecordReviewerDecisionRequest",
    "RefinePromptRequest",
    "RemoveAgentsFromGroupRequest",
    "RemovePermissionsRequest",
    "ResetAuthTokenRequest",
    "ResolveConfigRequest",
    "ResolveStepRequest",
    "ResolveUserIdsByEmailRequest",
    "ResolverActions",
    "ResolverAttachment",
    "ResolverDeleteMetadata",
    "ResolverResponse",
    "RespondUserInviteRequest",
    "RestoreAgentVersionRequest",
    "RunAgentExecutionRequest",
    "SaveActivityResolverRequest",
    "SaveAttachmentResolverData",
    "SaveAttachmentResolverRequest",
    "SaveCommentResolverRequest",
    "SaveNotificationResolverRequest",
    "SaveReactionResolverRequest",
    "SaveRecorderResolverRequest",
    "SaveUserRequest",
    "SearchKnowledgeRequest",
    "SeedActiveApiKeysRequest",
    "SendLoginLinkRequest",
    "SetNotificationConfigRequest",
    "TriggerConsolidationRequest",
    "TriggerInboundWebhookRequest",
    "UpdateActivitiesRequest",
    "UpdateActivityConfigRequest",
    "UpdateAdvancedWebhookConfigRequest",
    "UpdateAdvancedWebhookEndpointRequest",
    "UpdateAgentGroupRequest",
    "UpdateAgentRequest",
    "UpdateAgentVersionRequest",
    "UpdateAlertConfigRequest",
    "UpdateApiKeyMetadataRequest",
    "UpdateApiKeyRequest",
    "UpdateCommentAnnotationsRequest",
    "UpdateCommentsRequest",
    "UpdateCrdtDataRequest",
    "UpdateDocumentAccessRequest",
    "UpdateDocumentDisableStateRequest",
    "UpdateDocumentsRequest",
    "UpdateEmailConfigRequest",
    "UpdateFolderAccessRequest",
    "UpdateFolderRequest",
    "UpdateKnowledgeRequest",
    "UpdateLocationRequest",
    "UpdateNotificationsRequest",
    "UpdateOrganizationDisableStateRequest",
    "UpdateOrganizationsRequest",
    "UpdatePermissionProviderConfigRequest",
    "UpdatePresenceRequest",
    "UpdateUsersRequest",
    "UpdateWebhookConfigRequest",
    "UpdateWorkflowDefinitionRequest",
    "UpdateWorkspaceNotificationConfigRequest",
    "User",
    "ValidatePromptRequest",
    "VerifyTokenResult",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "velt_py.models.access_control": (
            "AddPermissionsRequest GenerateSignatureRequest GenerateTokenRequest "
            "GetPermissionsRequest RemovePermissionsRequest"
        ),
        "velt_py.models.activity_api": (
            "AddActivitiesRequest DeleteActivitiesRequest GetActivitiesRequest UpdateActivitiesRequest"
        ),
        "velt_py.models.agents": (
            "AddAgentsToGroupRequest CountAgentExecutionsRequest CreateAgentGroupRequest "
            "CreateAgentRequest DeleteAgentGroupRequest DeleteAgentRequest EnhancePromptRequest "
            "ExtractAgentsRequest GetAgentAnalyticsRequest GetAgentExecutionRequest "
            "GetAgentGroupRequest GetAgentRequest ListAgentExecutionsRequest ListAgentGroupsRequest "
            "ListAgentVersionsRequest RefinePromptRequest RemoveAgentsFromGroupRequest "
            "ResolveConfigRequest RestoreAgentVersionRequest RunAgentExecutionRequest "
            "UpdateAgentGroupRequest UpdateAgentRequest UpdateAgentVersionRequest "
            "ValidatePromptRequest"
        ),
        "velt_py.models.comment_annotation_api": (
            "AddCommentAnnotationsRequest AddCommentsRequest DeleteCommentAnnotationsRequest "
            "DeleteCommentsRequest GetCommentAnnotationsCountRequest GetCommentAnnotationsRequest "
            "GetCommentsRequest UpdateCommentAnnotationsRequest UpdateCommentsRequest"
        ),
        "velt_py.models.crdt": "AddCrdtDataRequest DeleteCrdtDataRequest GetCrdtDataRequest UpdateCrdtDataRequest",
        "velt_py.models.document": (
            "AddDocumentsRequest DeleteDocumentsRequest GetDocumentsCountRequest GetDocumentsRequest "
            "MigrateDocumentsRequest MigrateDocumentsStatusRequest MoveDocumentsRequest "
            "UpdateDocumentAccessRequest UpdateDocumentDisableStateRequest UpdateDocumentsRequest"
        ),
        "velt_py.models.folder": (
            "AddFolderRequest DeleteFolderRequest GetFoldersRequest UpdateFolderAccessRequest "
            "UpdateFolderRequest"
        ),
        "velt_py.models.gdpr": "DeleteAllUserDataRequest GetAllUserDataRequest GetDeleteUserDataStatusRequest",
        "velt_py.models.livestate": "BroadcastEventRequest",
        "velt_py.models.location": "DeleteDataByLocationRequest UpdateLocationRequest",
        "velt_py.models.memory": (
            "BackfillJudgmentsRequest DeleteKnowledgeRequest DismissAlertRequest "
            "DownloadCanonicalMarkdownRequest GetAlertConfigRequest GetIngestStatusRequest "
            "GetPatternsRequest GetReviewerProfileRequest GetStatsRequest GetUploadUrlRequest "
            "IngestKnowledgeRequest ListAlertsRequest ListExtractedRulesRequest "
            "ListKnowledgeSourcesRequest MarkAlertActionedRequest MemoryAskRequest "
            "MemorySearchRequest MemorySuggestRequest QueryJudgmentsRequest SearchKnowledgeRequest "
            "SeedActiveApiKeysRequest TriggerConsolidationRequest UpdateAlertConfigRequest "
            "UpdateKnowledgeRequest"
        ),
        "velt_py.models.notification_api": (
            "AddNotificationsRequest DeleteNotificationsRequest GetNotificationConfigRequest "
            "GetNotificationsRequest SetNotificationConfigRequest UpdateNotificationsRequest"
        ),
        "velt_py.models.organization": (
            "AddOrganizationsRequest DeleteOrganizationsRequest GetOrganizationsRequest "
            "UpdateOrganizationDisableStateRequest UpdateOrganizationsRequest"
        ),
        "velt_py.models.presence": "AddPresenceRequest DeletePresenceRequest UpdatePresenceRequest",
        "velt_py.models.recording": "GetRecordingsRequest",
        "velt_py.models.rewriter": "AskAiRequest",
        "velt_py.models.user_api": (
            "AddUserInviteRequest AddUsersRequest DeleteUsersRequest GetDocUsersRequest "
            "GetInvitedPendingUsersCountRequest GetInvitedUsersRequest GetUserInvitationsRequest "
            "GetUsersCountRequest GetUsersRequest RespondUserInviteRequest UpdateUsersRequest"
        ),
        "velt_py.models.user_group": "AddUserGroupsRequest AddUsersToGroupRequest DeleteUsersFromGroupRequest",
        "velt_py.models.workflow": (
            "CancelExecutionRequest CancelStepRequest CreateWorkflowDefinitionRequest "
            "DeleteWorkflowDefinitionRequest DispatchExecutionRequest GetExecutionEventsRequest "
            "GetExecutionRequest GetWorkflowDefinitionRequest ListExecutionsRequest "
            "ListWorkflowDefinitionsRequest RecordAgentResolutionRequest "
            "RecordReviewerDecisionRequest ResolveStepRequest TriggerInboundWebhookRequest "
            "UpdateWorkflowDefinitionRequest"
        ),
        "velt_py.models.workspace": (
            "AcceptRejectAdditionalUrlRequest AddDomainsRequest CopyApiKeyRequest "
            "CreateAdvancedWebhookEndpointRequest CreateApiKeyRequest CreateDomainRequest "
            "CreateWorkspaceRequest DeleteAdvancedWebhookEndpointRequest DeleteDomainsRequest "
            "EnsureWorkspaceAuthTokenRequest GetActivityConfigRequest GetAdvancedWebhookConfigRequest "
            "GetAdvancedWebhookEndpointSecretRequest GetAdvancedWebhookEndpointsRequest "
            "GetApiKeyMetadataRequest GetApiKeysRequest GetAuthTokensRequest GetDomainsRequest "
            "GetEmailConfigRequest GetEmailStatusRequest GetPermissionProviderConfigRequest "
            "GetRequestedDomainsRequest GetWebhookConfigRequest GetWorkspaceNotificationConfigRequest "
            "GetWorkspaceRequest ResetAuthTokenRequest SendLoginLinkRequest "
            "UpdateActivityConfigRequest UpdateAdvancedWebhookConfigRequest "
            "UpdateAdvancedWebhookEndpointRequest UpdateApiKeyMetadataRequest UpdateApiKeyRequest "
            "UpdateEmailConfigRequest UpdatePermissionProviderConfigRequest "
            "UpdateWebhookConfigRequest UpdateWorkspaceNotificationConfigRequest"
        ),
        "velt_py.models.activity": "GetActivityResolverRequest PartialActivityRecord SaveActivityResolverRequest",
        "velt_py.models.attachment": (
            "AttachmentResolverMetadata DeleteAttachmentResolverRequest PartialAttachment "
            "ResolverAttachment SaveAttachmentResolverData SaveAttachmentResolverRequest"
        ),
        "velt_py.models.base": "BaseApiRequest BaseMetadata ResolverDeleteMetadata ResolverResponse",
        "velt_py.models.comment": (
            "DeleteCommentResolverRequest GetCommentResolverRequest PartialComment "
            "PartialCommentAnnotation PartialTargetTextRange SaveCommentResolverRequest"
        ),
        "velt_py.models.enums": "CommentResolverSaveEvent ResolverActions",
        "velt_py.models.notification": (
            "DeleteNotificationResolverRequest GetNotificationResolverRequest PartialNotification "
            "SaveNotificationResolverRequest"
        ),
        "velt_py.models.reaction": (
            "DeleteReactionResolverRequest GetReactionResolverRequest PartialReactionAnnotation "
            "SaveReactionResolverRequest"
        ),
        "velt_py.models.recorder": (
            "DeleteRecorderResolverRequest GetRecorderResolverRequest PartialRecorderAnnotation "
            "PartialRecorderAnnotationEditVersion SaveRecorderResolverRequest"
        ),
        "velt_py.models.resolver_auth": "VerifyTokenResult",
        "velt_py.models.user": (
            "GetUserResolverRequest PartialTaggedUserContacts PartialUser ResolveUserIdsByEmailRequest "
            "SaveUserRequest User"
        ),
    },
)
