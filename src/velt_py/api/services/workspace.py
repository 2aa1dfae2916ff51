"""`sdk.api.workspace`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import ITERATOR, NEXT_PAGE_TOKEN
from velt_py.models.workspace import (
    AcceptRejectAdditionalUrlRequest,
    AddDomainsRequest,
    CopyApiKeyRequest,
    CreateAdvancedWebhookEndpointRequest,
    CreateApiKeyRequest,
    CreateDomainRequest,
    CreateWorkspaceRequest,
    DeleteAdvancedWebhookEndpointRequest,
    DeleteDomainsRequest,
    EnsureWorkspaceAuthTokenRequest,
    GetActivityConfigRequest,
    GetAdvancedWebhookConfigRequest,
    GetAdvancedWebhookEndpointSecretRequest,
    GetAdvancedWebhookEndpointsRequest,
    GetApiKeyMetadataRequest,
    GetApiKeysRequest,
    GetAuthTokensRequest,
    GetDomainsRequest,
    GetEmailConfigRequest,
    GetEmailStatusRequest,
    GetPermissionProviderConfigRequest,
    GetRequestedDomainsRequest,
    GetWebhookConfigRequest,
    GetWorkspaceNotificationConfigRequest,
    GetWorkspaceRequest,
    ResetAuthTokenRequest,
    SendLoginLinkRequest,
    UpdateActivityConfigRequest,
    UpdateAdvancedWebhookConfigRequest,
    UpdateAdvancedWebhookEndpointRequest,
    UpdateApiKeyMetadataRequest,
    UpdateApiKeyRequest,
    UpdateEmailConfigRequest,
    UpdatePermissionProviderConfigRequest,
    UpdateWebhookConfigRequest,
    UpdateWorkspaceNotificationConfigRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import workspace as answers
else:
    answers = untyped

__all__ = ["WorkspaceService"]


class WorkspaceService(Service[T]):
    """Workspaces, their api keys, domains and settings."""

    area = "workspace"

    createWorkspace = Operation(
        "workspace/create",
        CreateWorkspaceRequest,
        answers.CreateWorkspaceAnswer,
        repeatable=False,
        docs="v2/workspace/create",
    )
    """Create workspace.

    The server asks: 5 workspaces per owner email; disposable mail domains refused.
    """

    getWorkspace = Operation(
        "workspace/get",
        GetWorkspaceRequest,
        answers.GetWorkspaceAnswer,
        repeatable=True,
        workspace=True,
        docs="v2/workspace/get",
    )
    """Get workspace."""

    createApiKey = Operation(
        "workspace/apikey/create",
        CreateApiKeyRequest,
        answers.CreateApiKeyAnswer,
        repeatable=False,
        workspace=True,
        docs="v2/workspace/apikey-create",
    )
    """Create API key."""

    updateApiKey = Operation(
        "workspace/apikey/update",
        UpdateApiKeyRequest,
        answers.UpdateApiKeyAnswer,
        repeatable=True,
        workspace=True,
        docs="v2/workspace/apikey-update",
    )
    """Update API key."""

    getApiKeys = Operation(
        "workspace/apikeys/get",
        GetApiKeysRequest,
        answers.GetApiKeysAnswer,
        repeatable=True,
        workspace=True,
        paged=NEXT_PAGE_TOKEN,
        docs="v2/workspace/apikeys-get",
    )
    """Get API keys."""

    getApiKeyMetadata = Operation(
        "workspace/apikeyconfig/get",
        GetApiKeyMetadataRequest,
        answers.GetApiKeyMetadataAnswer,
        repeatable=True,
        docs="v2/workspace/apikeyconfig-get",
    )
    """Get API key metadata."""

    resetAuthToken = Operation(
        "workspace/authtoken/reset",
        ResetAuthTokenRequest,
        answers.ResetAuthTokenAnswer,
        repeatable=False,
        workspace=True,
        docs="v2/workspace/authtoken-reset",
    )
    """Reset auth token.

    When sent again: each call rotates the token.
    """

    getAuthTokens = Operation(
        "workspace/authtokens/get",
        GetAuthTokensRequest,
        answers.GetAuthTokensAnswer,
        repeatable=True,
        workspace=True,
        docs="v2/workspace/authtokens-get",
    )
    """Get auth tokens."""

    addDomains = Operation(
        "workspace/domains/add",
        AddDomainsRequest,
        answers.AddDomainsAnswer,
        repeatable=True,
        batched="domains",
        docs="v2/workspace/add-domain",
    )
    """Add domains."""

    deleteDomains = Operation(
        "workspace/domains/delete",
        DeleteDomainsRequest,
        answers.DeleteDomainsAnswer,
        repeatable=False,
        batched="domains",
        docs="v2/workspace/delete-domain",
    )
    """Delete domains."""

    getDomains = Operation(
        "workspace/domains/get",
        GetDomainsRequest,
        answers.GetDomainsAnswer,
        repeatable=True,
        docs="v2/workspace/domains-get",
    )
    """Get domains."""

    getEmailStatus = Operation(
        "workspace/email/status",
        GetEmailStatusRequest,
        answers.GetEmailStatusAnswer,
        repeatable=True,
        docs="v2/workspace/email-status",
    )
    """Get email status."""

    sendLoginLink = Operation(
        "workspace/email/send-login-link",
        SendLoginLinkRequest,
        answers.SendLoginLinkAnswer,
        repeatable=False,
        docs="v2/workspace/send-login-link",
    )
    """Send login link."""

    getEmailConfig = Operation(
        "workspace/emailconfig/get",
        GetEmailConfigRequest,
        answers.GetEmailConfigAnswer,
        repeatable=True,
        docs="v2/workspace/emailconfig-get",
    )
    """Get email config."""

    updateEmailConfig = Operation(
        "workspace/emailconfig/update",
        UpdateEmailConfigRequest,
        answers.UpdateEmailConfigAnswer,
        repeatable=True,
        docs="v2/workspace/emailconfig-update",
    )
    """Update email config.

    The server asks: at least one field.
    """

    getWebhookConfig = Operation(
        "workspace/webhookconfig/get",
        GetWebhookConfigRequest,
        answers.GetWebhookConfigAnswer,
        repeatable=True,
        docs="v2/workspace/webhookconfig-get",
    )
    """Get webhook config."""

    updateWebhookConfig = Operation(
        "workspace/webhookconfig/update",
        UpdateWebhookConfigRequest,
        answers.UpdateWebhookConfigAnswer,
        repeatable=True,
        docs="v2/workspace/webhookconfig-update",
    )
    """Update webhook config.

    The server asks: at least one field.
    """

    getRequestedDomains = Operation(
        "workspace/requested/domains/get",
        GetRequestedDomainsRequest,
        answers.GetRequestedDomainsAnswer,
        repeatable=True,
    )
    """Get requested domains."""

    createDomainRequest = Operation(
        "workspace/domains/request",
        CreateDomainRequest,
        answers.CreateDomainRequestAnswer,
        repeatable=False,
    )
    """Create domain request."""

    acceptRejectAdditionalUrlRequest = Operation(
        "workspace/additional-url-request",
        AcceptRejectAdditionalUrlRequest,
        answers.AcceptRejectAdditionalUrlRequestAnswer,
        repeatable=False,
    )
    """Accept reject additional URL request."""

    copyApiKey = Operation(
        "workspace/apikey/copy",
        CopyApiKeyRequest,
        answers.CopyApiKeyAnswer,
        repeatable=True,
        workspace=True,
    )
    """Copy API key."""

    updateApiKeyMetadata = Operation(
        "workspace/apikeyconfig/update",
        UpdateApiKeyMetadataRequest,
        answers.UpdateApiKeyMetadataAnswer,
        repeatable=True,
        docs="v2/workspace/apikeyconfig-update",
    )
    """Update API key metadata.

    The server asks: at least one field.
    """

    getNotificationConfig = Operation(
        "workspace/notificationconfig/get",
        GetWorkspaceNotificationConfigRequest,
        answers.GetNotificationConfigAnswer,
        repeatable=True,
        docs="v2/workspace/notificationconfig-get",
    )
    """Get notification config."""

    updateNotificationConfig = Operation(
        "workspace/notificationconfig/update",
        UpdateWorkspaceNotificationConfigRequest,
        answers.UpdateNotificationConfigAnswer,
        repeatable=True,
        docs="v2/workspace/notificationconfig-update",
    )
    """Update notification config.

    The server asks: at least one field.
    """

    getPermissionProviderConfig = Operation(
        "workspace/permissionproviderconfig/get",
        GetPermissionProviderConfigRequest,
        answers.GetPermissionProviderConfigAnswer,
        repeatable=True,
        docs="v2/workspace/permissionproviderconfig-get",
    )
    """Get permission provider config."""

    updatePermissionProviderConfig = Operation(
        "workspace/permissionproviderconfig/update",
        UpdatePermissionProviderConfigRequest,
        answers.UpdatePermissionProviderConfigAnswer,
        repeatable=True,
        docs="v2/workspace/permissionproviderconfig-update",
    )
    """Update permission provider config.

    The server asks: at least one field.
    """

    getActivityConfig = Operation(
        "workspace/activityconfig/get",
        GetActivityConfigRequest,
        answers.GetActivityConfigAnswer,
        repeatable=True,
        docs="v2/workspace/activityconfig-get",
    )
    """Get activity config."""

    updateActivityConfig = Operation(
        "workspace/activityconfig/update",
        UpdateActivityConfigRequest,
        answers.UpdateActivityConfigAnswer,
        repeatable=True,
        docs="v2/workspace/activityconfig-update",
    )
    """Update activity config.

    The server asks: activityServiceConfig needs a sub-field.
    """

    getAdvancedWebhookConfig = Operation(
        "workspace/advancedwebhookconfig/get",
        GetAdvancedWebhookConfigRequest,
        answers.GetAdvancedWebhookConfigAnswer,
        repeatable=True,
        docs="v2/workspace/advancedwebhookconfig-get",
    )
    """Get advanced webhook config."""

    updateAdvancedWebhookConfig = Operation(
        "workspace/advancedwebhookconfig/update",
        UpdateAdvancedWebhookConfigRequest,
        answers.UpdateAdvancedWebhookConfigAnswer,
        repeatable=True,
        docs="v2/workspace/advancedwebhookconfig-update",
    )
    """Update advanced webhook config.

    The server asks: at least one field; first ever call must carry isEnabled=true.
    """

    getAdvancedWebhookEndpoints = Operation(
        "workspace/advancedwebhook/endpoints/get",
        GetAdvancedWebhookEndpointsRequest,
        answers.GetAdvancedWebhookEndpointsAnswer,
        repeatable=True,
        paged=ITERATOR,
        docs="v2/workspace/advancedwebhook-endpoints-get",
    )
    """Get advanced webhook endpoints."""

    createAdvancedWebhookEndpoint = Operation(
        "workspace/advancedwebhook/endpoints/create",
        CreateAdvancedWebhookEndpointRequest,
        answers.CreateAdvancedWebhookEndpointAnswer,
        repeatable=False,
        docs="v2/workspace/advancedwebhook-endpoints-create",
    )
    """Create advanced webhook endpoint."""

    updateAdvancedWebhookEndpoint = Operation(
        "workspace/advancedwebhook/endpoints/update",
        UpdateAdvancedWebhookEndpointRequest,
        answers.UpdateAdvancedWebhookEndpointAnswer,
        repeatable=True,
        docs="v2/workspace/advancedwebhook-endpoints-update",
    )
    """Update advanced webhook endpoint.

    The server asks: at least one field besides endpointId.
    """

    deleteAdvancedWebhookEndpoint = Operation(
        "workspace/advancedwebhook/endpoints/delete",
        DeleteAdvancedWebhookEndpointRequest,
        answers.DeleteAdvancedWebhookEndpointAnswer,
        repeatable=False,
        docs="v2/workspace/advancedwebhook-endpoints-delete",
    )
    """Delete advanced webhook endpoint."""

    getAdvancedWebhookEndpointSecret = Operation(
        "workspace/advancedwebhook/endpoints/secret/get",
        GetAdvancedWebhookEndpointSecretRequest,
        answers.GetAdvancedWebhookEndpointSecretAnswer,
        repeatable=True,
        docs="v2/workspace/advancedwebhook-endpoints-secret-get",
    )
    """Get advanced webhook endpoint secret."""

    ensureWorkspaceAuthToken = Operation(
        "workspace/authtoken/ensure",
        EnsureWorkspaceAuthTokenRequest,
        answers.EnsureWorkspaceAuthTokenAnswer,
        repeatable=True,
        workspace=True,
    )
    """Ensure workspace auth token."""
