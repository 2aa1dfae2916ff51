"""Answers of `sdk.api.workspace`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AcceptRejectAdditionalUrlRequestAnswer",
    "AddDomainsAnswer",
    "CopyApiKeyAnswer",
    "CreateAdvancedWebhookEndpointAnswer",
    "CreateApiKeyAnswer",
    "CreateDomainRequestAnswer",
    "CreateWorkspaceAnswer",
    "DeleteAdvancedWebhookEndpointAnswer",
    "DeleteDomainsAnswer",
    "EnsureWorkspaceAuthTokenAnswer",
    "GetActivityConfigAnswer",
    "GetAdvancedWebhookConfigAnswer",
    "GetAdvancedWebhookEndpointSecretAnswer",
    "GetAdvancedWebhookEndpointsAnswer",
    "GetApiKeyMetadataAnswer",
    "GetApiKeysAnswer",
    "GetAuthTokensAnswer",
    "GetDomainsAnswer",
    "GetEmailConfigAnswer",
    "GetEmailStatusAnswer",
    "GetNotificationConfigAnswer",
    "GetPermissionProviderConfigAnswer",
    "GetRequestedDomainsAnswer",
    "GetWebhookConfigAnswer",
    "GetWorkspaceAnswer",
    "ResetAuthTokenAnswer",
    "SendLoginLinkAnswer",
    "UpdateActivityConfigAnswer",
    "UpdateAdvancedWebhookConfigAnswer",
    "UpdateAdvancedWebhookEndpointAnswer",
    "UpdateApiKeyAnswer",
    "UpdateApiKeyMetadataAnswer",
    "UpdateEmailConfigAnswer",
    "UpdateNotificationConfigAnswer",
    "UpdatePermissionProviderConfigAnswer",
    "UpdateWebhookConfigAnswer",
]


class CreateWorkspaceData(TypedDict):
    id: str
    name: str
    owner: CreateWorkspaceDataOwner
    authToken: str
    apiKeyList: Dict[str, CreateWorkspaceDataApiKeyListEntry]


class CreateWorkspaceDataOwner(TypedDict):
    email: str
    id: str
    name: str
    avatar: str


class CreateWorkspaceDataApiKeyListEntry(TypedDict):
    apiKeyName: str
    id: str
    type: str


class CreateWorkspaceResult(TypedDict):
    status: str
    message: str
    data: CreateWorkspaceData


class CreateWorkspaceAnswer(Failable):
    result: CreateWorkspaceResult


class GetWorkspaceData(TypedDict):
    id: str
    name: str
    owner: GetWorkspaceDataOwner
    authToken: str
    apiKeyList: Dict[str, GetWorkspaceDataApiKeyListEntry]


class GetWorkspaceDataOwner(TypedDict):
    email: str
    id: str
    name: str
    avatar: str


class GetWorkspaceDataApiKeyListEntry(TypedDict):
    apiKeyName: str
    id: str
    type: str


class GetWorkspaceResult(TypedDict):
    status: str
    message: str
    data: GetWorkspaceData


class GetWorkspaceAnswer(Failable):
    result: GetWorkspaceResult


class CreateApiKeyData(TypedDict):
    apiKey: str


class CreateApiKeyResult(TypedDict):
    status: str
    message: str
    data: CreateApiKeyData


class CreateApiKeyAnswer(Failable):
    result: CreateApiKeyResult


class UpdateApiKeyResult(TypedDict):
    status: str
    message: str
    data: None


class UpdateApiKeyAnswer(Failable):
    result: UpdateApiKeyResult


class GetApiKeysData(TypedDict):
    id: str
    apiKeyName: str
    type: str


class _GetApiKeysResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetApiKeysResult(_GetApiKeysResult):
    status: str
    message: str
    data: List[GetApiKeysData]


class GetApiKeysAnswer(Failable):
    result: GetApiKeysResult


class _GetApiKeyMetadataData(TypedDict, total=False):
    aiModelsConfig: Dict[str, GetApiKeyMetadataDataAiModelsConfigEntry]


class GetApiKeyMetadataData(_GetApiKeyMetadataData):
    ownerEmail: str
    planInfo: GetApiKeyMetadataDataPlanInfo
    defaultDocumentAccessType: str
    isPrivateCommentsEnabled: bool
    requireJwtToken: bool
    requireAutoOrgUser: bool


class GetApiKeyMetadataDataPlanInfo(TypedDict):
    type: str


class GetApiKeyMetadataDataAiModelsConfigEntry(TypedDict):
    displayText: str


class GetApiKeyMetadataResult(TypedDict):
    status: str
    message: str
    data: GetApiKeyMetadataData


class GetApiKeyMetadataAnswer(Failable):
    result: GetApiKeyMetadataResult


class ResetAuthTokenData(TypedDict):
    apiKey: str
    newAuthToken: ResetAuthTokenDataNewAuthToken


class ResetAuthTokenDataNewAuthToken(TypedDict):
    token: str
    name: str
    domains: List[str]


class ResetAuthTokenResult(TypedDict):
    status: str
    message: str
    data: ResetAuthTokenData


class ResetAuthTokenAnswer(Failable):
    result: ResetAuthTokenResult


class GetAuthTokensData(TypedDict):
    apiKey: str
    authTokens: List[GetAuthTokensDataAuthTokens]


class GetAuthTokensDataAuthTokens(TypedDict):
    token: str
    name: str
    domains: List[str]


class GetAuthTokensResult(TypedDict):
    status: str
    message: str
    data: GetAuthTokensData


class GetAuthTokensAnswer(Failable):
    result: GetAuthTokensResult


class AddDomainsData(TypedDict):
    domainsAdded: List[str]


class AddDomainsResult(TypedDict):
    status: str
    message: str
    data: AddDomainsData


class AddDomainsAnswer(Failable):
    result: AddDomainsResult


class DeleteDomainsData(TypedDict):
    domainsRemoved: List[str]


class DeleteDomainsResult(TypedDict):
    status: str
    message: str
    data: DeleteDomainsData


class DeleteDomainsAnswer(Failable):
    result: DeleteDomainsResult


class GetDomainsData(TypedDict):
    allowedDomains: List[str]


class GetDomainsResult(TypedDict):
    status: str
    message: str
    data: GetDomainsData


class GetDomainsAnswer(Failable):
    result: GetDomainsResult


class GetEmailStatusData(TypedDict):
    verified: bool


class GetEmailStatusResult(TypedDict):
    status: str
    message: str
    data: GetEmailStatusData


class GetEmailStatusAnswer(Failable):
    result: GetEmailStatusResult


class SendLoginLinkResult(TypedDict):
    status: str
    message: str
    data: None


class SendLoginLinkAnswer(Failable):
    result: SendLoginLinkResult


class GetEmailConfigData(TypedDict):
    useEmailService: bool
    emailServiceConfig: GetEmailConfigDataEmailServiceConfig


class GetEmailConfigDataEmailServiceConfig(TypedDict):
    type: str
    apiKey: str
    fromEmail: str
    fromCompany: str
    commentTemplateId: str
    tagTemplateId: str


class GetEmailConfigResult(TypedDict):
    status: str
    message: str
    data: GetEmailConfigData


class GetEmailConfigAnswer(Failable):
    result: GetEmailConfigResult


class UpdateEmailConfigData(TypedDict):
    useEmailService: bool
    emailServiceConfig: UpdateEmailConfigDataEmailServiceConfig


class UpdateEmailConfigDataEmailServiceConfig(TypedDict):
    type: str
    apiKey: str
    fromEmail: str
    fromCompany: str


class UpdateEmailConfigResult(TypedDict):
    status: str
    message: str
    data: UpdateEmailConfigData


class UpdateEmailConfigAnswer(Failable):
    result: UpdateEmailConfigResult


class GetWebhookConfigData(TypedDict):
    useWebhookService: bool
    webhookServiceConfig: GetWebhookConfigDataWebhookServiceConfig


class GetWebhookConfigDataWebhookServiceConfig(TypedDict):
    authToken: str
    rawNotificationUrl: str
    processedNotificationUrl: str


class GetWebhookConfigResult(TypedDict):
    status: str
    message: str
    data: GetWebhookConfigData


class GetWebhookConfigAnswer(Failable):
    result: GetWebhookConfigResult


class UpdateWebhookConfigData(TypedDict):
    useWebhookService: bool
    webhookServiceConfig: UpdateWebhookConfigDataWebhookServiceConfig


class UpdateWebhookConfigDataWebhookServiceConfig(TypedDict):
    authToken: str
    rawNotificationUrl: str
    processedNotificationUrl: str


class UpdateWebhookConfigResult(TypedDict):
    status: str
    message: str
    data: UpdateWebhookConfigData


class UpdateWebhookConfigAnswer(Failable):
    result: UpdateWebhookConfigResult


class GetRequestedDomainsResult(TypedDict):
    status: str
    message: str
    data: List[Any]


class GetRequestedDomainsAnswer(Failable):
    result: GetRequestedDomainsResult


class CreateDomainRequestResult(TypedDict):
    status: str
    message: str
    data: Dict[str, Any]


class CreateDomainRequestAnswer(Failable):
    result: CreateDomainRequestResult


class AcceptRejectAdditionalUrlRequestResult(TypedDict):
    status: str
    message: str
    data: Dict[str, Any]


class AcceptRejectAdditionalUrlRequestAnswer(Failable):
    result: AcceptRejectAdditionalUrlRequestResult


class CopyApiKeyResult(TypedDict):
    status: str
    message: str
    data: Dict[str, Any]


class CopyApiKeyAnswer(Failable):
    result: CopyApiKeyResult


class UpdateApiKeyMetadataData(TypedDict, total=False):
    enablePrivateComments: bool
    requireJwtToken: bool
    requireAutoOrgUser: bool
    defaultDocumentAccessType: str
    aiModelsConfig: Dict[str, UpdateApiKeyMetadataDataAiModelsConfigEntry]


class UpdateApiKeyMetadataDataAiModelsConfigEntry(TypedDict):
    displayText: str


class UpdateApiKeyMetadataResult(TypedDict):
    status: str
    message: str
    data: UpdateApiKeyMetadataData


class UpdateApiKeyMetadataAnswer(Failable):
    result: UpdateApiKeyMetadataResult


class GetNotificationConfigData(TypedDict):
    useNotificationService: bool
    notificationServiceConfig: NotificationServiceConfig


class NotificationServiceConfig(TypedDict, total=False):
    triggers: Dict[str, Any]
    delayConfig: NotificationServiceConfigDelayConfig
    batchConfig: NotificationServiceConfigBatchConfig


class NotificationServiceConfigDelayConfig(TypedDict):
    isEnabled: bool
    delaySeconds: float


class NotificationServiceConfigBatchConfig(TypedDict, total=False):
    document: NotificationServiceConfigBatchConfigDocument
    user: NotificationServiceConfigBatchConfigUser


class NotificationServiceConfigBatchConfigDocument(TypedDict):
    isEnabled: bool
    batchWindowSeconds: float
    maxActivities: float


class NotificationServiceConfigBatchConfigUser(TypedDict):
    isEnabled: bool
    batchWindowSeconds: float
    maxActivities: float


class GetNotificationConfigResult(TypedDict):
    status: str
    message: str
    data: GetNotificationConfigData


class GetNotificationConfigAnswer(Failable):
    result: GetNotificationConfigResult


class UpdateNotificationConfigData(TypedDict):
    useNotificationService: bool
    notificationServiceConfig: NotificationServiceConfig


class UpdateNotificationConfigResult(TypedDict):
    status: str
    message: str
    data: UpdateNotificationConfigData


class UpdateNotificationConfigAnswer(Failable):
    result: UpdateNotificationConfigResult


class GetPermissionProviderConfigData(TypedDict):
    usePermissionProvider: bool
    permissionProviderConfig: GetPermissionProviderConfigDataPermissionProviderConfig


class GetPermissionProviderConfigDataPermissionProviderConfig(TypedDict):
    permissionProviderUrl: str
    authToken: str


class GetPermissionProviderConfigResult(TypedDict):
    status: str
    message: str
    data: GetPermissionProviderConfigData


class GetPermissionProviderConfigAnswer(Failable):
    result: GetPermissionProviderConfigResult


class UpdatePermissionProviderConfigData(TypedDict, total=False):
    usePermissionProvider: bool
    permissionProviderConfig: UpdatePermissionProviderConfigDataPermissionProviderConfig


class UpdatePermissionProviderConfigDataPermissionProviderConfig(TypedDict):
    permissionProviderUrl: str
    authToken: str


class _UpdatePermissionProviderConfigResult(TypedDict, total=False):
    data: UpdatePermissionProviderConfigData


class UpdatePermissionProviderConfigResult(_UpdatePermissionProviderConfigResult):
    status: str
    message: str


class UpdatePermissionProviderConfigAnswer(Failable):
    result: UpdatePermissionProviderConfigResult


class GetActivityConfigData(TypedDict):
    activityServiceConfig: GetActivityConfigDataActivityServiceConfig


class _GetActivityConfigDataActivityServiceConfig(TypedDict, total=False):
    immutable: bool
    enabledTime: float
    triggers: Dict[str, Any]


class GetActivityConfigDataActivityServiceConfig(_GetActivityConfigDataActivityServiceConfig):
    isEnabled: bool


class GetActivityConfigResult(TypedDict):
    status: str
    message: str
    data: GetActivityConfigData


class GetActivityConfigAnswer(Failable):
    result: GetActivityConfigResult


class UpdateActivityConfigData(TypedDict):
    activityServiceConfig: UpdateActivityConfigDataActivityServiceConfig


class _UpdateActivityConfigDataActivityServiceConfig(TypedDict, total=False):
    immutable: bool
    enabledTime: float
    triggers: Dict[str, Any]


class UpdateActivityConfigDataActivityServiceConfig(_UpdateActivityConfigDataActivityServiceConfig):
    isEnabled: bool


class UpdateActivityConfigResult(TypedDict):
    status: str
    message: str
    data: UpdateActivityConfigData


class UpdateActivityConfigAnswer(Failable):
    result: UpdateActivityConfigResult


class GetAdvancedWebhookConfigData(TypedDict):
    isEnabled: bool
    encryptData: bool
    encodeData: bool
    publicKey: str
    enableDataProtection: bool


class GetAdvancedWebhookConfigResult(TypedDict):
    status: str
    message: str
    data: GetAdvancedWebhookConfigData


class GetAdvancedWebhookConfigAnswer(Failable):
    result: GetAdvancedWebhookConfigResult


class UpdateAdvancedWebhookConfigData(TypedDict):
    isEnabled: bool
    encryptData: bool
    encodeData: bool
    publicKey: str
    enableDataProtection: bool


class UpdateAdvancedWebhookConfigResult(TypedDict):
    status: str
    message: str
    data: UpdateAdvancedWebhookConfigData


class UpdateAdvancedWebhookConfigAnswer(Failable):
    result: UpdateAdvancedWebhookConfigResult


class GetAdvancedWebhookEndpointsData(TypedDict):
    endpoints: List[WebhookEndpoint]
    iterator: Optional[str]
    prevIterator: Optional[str]
    done: bool


class WebhookEndpoint(TypedDict):
    id: str
    url: str
    description: Optional[str]
    filterTypes: Optional[List[str]]
    channels: Optional[List[str]]
    disabled: bool
    rateLimit: Optional[float]
    uid: Optional[str]
    createdAt: str
    updatedAt: str


class GetAdvancedWebhookEndpointsResult(TypedDict):
    status: str
    message: str
    data: GetAdvancedWebhookEndpointsData


class GetAdvancedWebhookEndpointsAnswer(Failable):
    result: GetAdvancedWebhookEndpointsResult


class CreateAdvancedWebhookEndpointResult(TypedDict):
    status: str
    message: str
    data: WebhookEndpoint


class CreateAdvancedWebhookEndpointAnswer(Failable):
    result: CreateAdvancedWebhookEndpointResult


class UpdateAdvancedWebhookEndpointResult(TypedDict):
    status: str
    message: str
    data: WebhookEndpoint


class UpdateAdvancedWebhookEndpointAnswer(Failable):
    result: UpdateAdvancedWebhookEndpointResult


class DeleteAdvancedWebhookEndpointData(TypedDict):
    endpointId: str
    deleted: bool


class DeleteAdvancedWebhookEndpointResult(TypedDict):
    status: str
    message: str
    data: DeleteAdvancedWebhookEndpointData


class DeleteAdvancedWebhookEndpointAnswer(Failable):
    result: DeleteAdvancedWebhookEndpointResult


class GetAdvancedWebhookEndpointSecretData(TypedDict):
    endpointId: str
    secret: str


class GetAdvancedWebhookEndpointSecretResult(TypedDict):
    status: str
    message: str
    data: GetAdvancedWebhookEndpointSecretData


class GetAdvancedWebhookEndpointSecretAnswer(Failable):
    result: GetAdvancedWebhookEndpointSecretResult


class EnsureWorkspaceAuthTokenData(TypedDict):
    authToken: str


class EnsureWorkspaceAuthTokenResult(TypedDict):
    status: str
    message: str
    data: EnsureWorkspaceAuthTokenData


class EnsureWorkspaceAuthTokenAnswer(Failable):
    result: EnsureWorkspaceAuthTokenResult
