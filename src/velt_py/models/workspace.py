"""Requests of `sdk.api.workspace`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AcceptRejectAdditionalUrlRequest",
    "AddDomainsRequest",
    "CopyApiKeyRequest",
    "CreateAdvancedWebhookEndpointRequest",
    "CreateApiKeyRequest",
    "CreateDomainRequest",
    "CreateWorkspaceRequest",
    "DeleteAdvancedWebhookEndpointRequest",
    "DeleteDomainsRequest",
    "EnsureWorkspaceAuthTokenRequest",
    "GetActivityConfigRequest",
    "GetAdvancedWebhookConfigRequest",
    "GetAdvancedWebhookEndpointSecretRequest",
    "GetAdvancedWebhookEndpointsRequest",
    "GetApiKeyMetadataRequest",
    "GetApiKeysRequest",
    "GetAuthTokensRequest",
    "GetDomainsRequest",
    "GetEmailConfigRequest",
    "GetEmailStatusRequest",
    "GetPermissionProviderConfigRequest",
    "GetRequestedDomainsRequest",
    "GetWebhookConfigRequest",
    "GetWorkspaceNotificationConfigRequest",
    "GetWorkspaceRequest",
    "ResetAuthTokenRequest",
    "SendLoginLinkRequest",
    "UpdateActivityConfigRequest",
    "UpdateAdvancedWebhookConfigRequest",
    "UpdateAdvancedWebhookEndpointRequest",
    "UpdateApiKeyMetadataRequest",
    "UpdateApiKeyRequest",
    "UpdateEmailConfigRequest",
    "UpdatePermissionProviderConfigRequest",
    "UpdateWebhookConfigRequest",
    "UpdateWorkspaceNotificationConfigRequest",
]


@dataclass
class CreateWorkspaceRequest(ApiRequest):
    """Fields of `workspace.createWorkspace`."""

    ownerEmail: Optional[str] = fact("string", required=True)
    name: Optional[str] = fact("string")
    workspaceName: Optional[str] = fact("string")
    avatar: Optional[str] = fact("string")
    expiresInMs: Optional[int] = fact("integer")


@dataclass
class GetWorkspaceRequest(ApiRequest):
    """Fields of `workspace.getWorkspace`."""


@dataclass
class CreateApiKeyRequest(ApiRequest):
    """Fields of `workspace.createApiKey`."""

    ownerEmail: Optional[str] = fact("string", required=True)
    type: Optional[str] = fact("string", required=True, one_of=("testing", "production"))
    createAuthToken: Optional[bool] = fact("boolean")
    apiKeyName: Optional[str] = fact("string")
    planInfo: Optional[Dict[str, Any]] = fact("object")
    customPlanInfo: Optional[bool] = fact("boolean")
    customPlanInfoData: Optional[Dict[str, Any]] = fact("object")
    persistenceDBRegion: Optional[str] = fact("string")
    realtimeDBRegion: Optional[str] = fact("string")
    workspaceId: Optional[str] = fact("string")
    isSuperWorkspace: Optional[bool] = fact("boolean")
    platform: Optional[str] = fact("string")
    allowedDomains: Optional[List[str]] = fact("string[]")
    addLocalHostToAllowedDomains: Optional[bool] = fact("boolean")
    useEmailService: Optional[bool] = fact("boolean")
    useNotificationService: Optional[bool] = fact("boolean")
    setDefaultNotificationTriggers: Optional[bool] = fact("boolean")
    setDefaultEmailTriggers: Optional[bool] = fact("boolean")
    useWebhookService: Optional[bool] = fact("boolean")
    requireAutoOrgUser: Optional[bool] = fact("boolean")
    enablePrivateComments: Optional[bool] = fact("boolean")
    emailServiceConfig: Optional[Dict[str, Any]] = fact("object")
    webhookServiceConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class UpdateApiKeyRequest(ApiRequest):
    """Fields of `workspace.updateApiKey`."""

    apiKey: Optional[str] = fact("string", required=True)
    apiKeyName: Optional[str] = fact("string", required=True)


@dataclass
class GetApiKeysRequest(ApiRequest):
    """Fields of `workspace.getApiKeys`."""

    apiKeys: Optional[List[str]] = fact("string[]")
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")


@dataclass
class GetApiKeyMetadataRequest(ApiRequest):
    """Fields of `workspace.getApiKeyMetadata`."""


@dataclass
class ResetAuthTokenRequest(ApiRequest):
    """Fields of `workspace.resetAuthToken`."""

    apiKey: Optional[str] = fact("string", required=True)


@dataclass
class GetAuthTokensRequest(ApiRequest):
    """Fields of `workspace.getAuthTokens`."""

    apiKey: Optional[str] = fact("string", required=True)


@dataclass
class AddDomainsRequest(ApiRequest):
    """Fields of `workspace.addDomains`."""

    domains: Optional[List[str]] = fact("string[]", required=True, most=100)


@dataclass
class DeleteDomainsRequest(ApiRequest):
    """Fields of `workspace.deleteDomains`."""

    domains: Optional[List[str]] = fact("string[]", required=True, most=100)


@dataclass
class GetDomainsRequest(ApiRequest):
    """Fields of `workspace.getDomains`."""


@dataclass
class GetEmailStatusRequest(ApiRequest):
    """Fields of `workspace.getEmailStatus`."""

    ownerEmail: Optional[str] = fact("string", required=True)


@dataclass
class SendLoginLinkRequest(ApiRequest):
    """Fields of `workspace.sendLoginLink`."""

    email: Optional[str] = fact("string", required=True)
    continueUrl: Optional[str] = fact("string", required=True)


@dataclass
class GetEmailConfigRequest(ApiRequest):
    """Fields of `workspace.getEmailConfig`."""


@dataclass
class UpdateEmailConfigRequest(ApiRequest):
    """Fields of `workspace.updateEmailConfig`."""

    useEmailService: Optional[bool] = fact("boolean")
    emailServiceConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class GetWebhookConfigRequest(ApiRequest):
    """Fields of `workspace.getWebhookConfig`."""


@dataclass
class UpdateWebhookConfigRequest(ApiRequest):
    """Fields of `workspace.updateWebhookConfig`."""

    useWebhookService: Optional[bool] = fact("boolean")
    webhookServiceConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class GetRequestedDomainsRequest(ApiRequest):
    """Fields of `workspace.getRequestedDomains`."""


@dataclass
class CreateDomainRequest(ApiRequest):
    """Fields of `workspace.createDomainRequest`."""

    domain: Optional[str] = fact("string")
    clientDocumentId: Optional[str] = fact("string")
    organizationId: Optional[str] = fact("string")


@dataclass
class AcceptRejectAdditionalUrlRequest(ApiRequest):
    """Fields of `workspace.acceptRejectAdditionalUrlRequest`."""

    action: Optional[str] = fact("string", one_of=("accept", "reject"))
    id: Optional[str] = fact("string")
    clientDocId: Optional[str] = fact("string")


@dataclass
class CopyApiKeyRequest(ApiRequest):
    """Fields of `workspace.copyApiKey`."""

    sourceApiKey: Optional[str] = fact("string")
    targetApiKey: Optional[str] = fact("string")


@dataclass
class UpdateApiKeyMetadataRequest(ApiRequest):
    """Fields of `workspace.updateApiKeyMetadata`."""

    enablePrivateComments: Optional[bool] = fact("boolean")
    requireJwtToken: Optional[bool] = fact("boolean")
    requireAutoOrgUser: Optional[bool] = fact("boolean")
    defaultDocumentAccessType: Optional[str] = fact(
        "string", one_of=("public", "restricted", "organizationPrivate")
    )
    aiModelApiKey: Optional[List[Dict[str, Any]]] = fact("object[]")


@dataclass
class GetWorkspaceNotificationConfigRequest(ApiRequest):
    """Fields of `workspace.getNotificationConfig`."""


@dataclass
class UpdateWorkspaceNotificationConfigRequest(ApiRequest):
    """Fields of `workspace.updateNotificationConfig`."""

    useNotificationService: Optional[bool] = fact("boolean")
    notificationServiceConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class GetPermissionProviderConfigRequest(ApiRequest):
    """Fields of `workspace.getPermissionProviderConfig`."""


@dataclass
class UpdatePermissionProviderConfigRequest(ApiRequest):
    """Fields of `workspace.updatePermissionProviderConfig`."""

    usePermissionProvider: Optional[bool] = fact("boolean")
    permissionProviderConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class GetActivityConfigRequest(ApiRequest):
    """Fields of `workspace.getActivityConfig`."""


@dataclass
class UpdateActivityConfigRequest(ApiRequest):
    """Fields of `workspace.updateActivityConfig`."""

    activityServiceConfig: Optional[Dict[str, Any]] = fact("object", required=True)


@dataclass
class GetAdvancedWebhookConfigRequest(ApiRequest):
    """Fields of `workspace.getAdvancedWebhookConfig`."""


@dataclass
class UpdateAdvancedWebhookConfigRequest(ApiRequest):
    """Fields of `workspace.updateAdvancedWebhookConfig`."""

    isEnabled: Optional[bool] = fact("boolean")
    encryptData: Optional[bool] = fact("boolean")
    encodeData: Optional[bool] = fact("boolean")
    publicKey: Optional[str] = fact("string")
    enableDataProtection: Optional[bool] = fact("boolean")


@dataclass
class GetAdvancedWebhookEndpointsRequest(ApiRequest):
    """Fields of `workspace.getAdvancedWebhookEndpoints`."""

    limit: Optional[int] = fact("number")
    iterator: Optional[str] = fact("string")


@dataclass
class CreateAdvancedWebhookEndpointRequest(ApiRequest):
    """Fields of `workspace.createAdvancedWebhookEndpoint`."""

    url: Optional[str] = fact("string", required=True)
    description: Optional[str] = fact("string")
    filterTypes: Optional[List[str]] = fact("string[]")
    channels: Optional[List[str]] = fact("string[]")
    disabled: Optional[bool] = fact("boolean")
    rateLimit: Optional[int] = fact("number")
    uid: Optional[str] = fact("string")
    metadata: Optional[Dict[str, Any]] = fact("object")


@dataclass
class UpdateAdvancedWebhookEndpointRequest(ApiRequest):
    """Fields of `workspace.updateAdvancedWebhookEndpoint`."""

    endpointId: Optional[str] = fact("string", required=True)
    url: Optional[str] = fact("string")
    description: Optional[str] = fact("string")
    filterTypes: Optional[List[str]] = fact("string[]")
    channels: Optional[List[str]] = fact("string[]")
    disabled: Optional[bool] = fact("boolean")
    rateLimit: Optional[int] = fact("number")
    metadata: Optional[Dict[str, Any]] = fact("object")


@dataclass
class DeleteAdvancedWebhookEndpointRequest(ApiRequest):
    """Fields of `workspace.deleteAdvancedWebhookEndpoint`."""

    endpointId: Optional[str] = fact("string", required=True)


@dataclass
class GetAdvancedWebhookEndpointSecretRequest(ApiRequest):
    """Fields of `workspace.getAdvancedWebhookEndpointSecret`."""

    endpointId: Optional[str] = fact("string", required=True)


@dataclass
class EnsureWorkspaceAuthTokenRequest(ApiRequest):
    """Fields of `workspace.ensureWorkspaceAuthToken`."""
