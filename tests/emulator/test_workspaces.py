"""Workspaces: their api keys, tokens, domains, settings and webhook endpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from velt_py import VeltSDK
from velt_py.emulator import Emulator, InProcessTransport


def data(answer: Any) -> Any:
    assert "result" in answer, answer
    return answer["result"]["data"]


def error(answer: Any) -> Any:
    assert "error" in answer, answer
    return answer["error"]


def signed_by(emulator: Emulator, **config: str) -> Any:
    return VeltSDK.initialize(config, transport=InProcessTransport(emulator)).api


@pytest.fixture
def workspace(emulator: Emulator) -> Any:
    made = data(
        signed_by(emulator).workspace.createWorkspace(ownerEmail="owner@example.com", workspaceName="W")
    )
    return signed_by(emulator, workspaceId=made["id"], workspaceAuthToken=made["authToken"]).workspace


def test_api_keys_are_made_renamed_listed_and_get_new_tokens(workspace: Any, emulator: Emulator) -> None:
    key = data(workspace.createApiKey(ownerEmail="owner@example.com", type="testing", apiKeyName="Mine"))[
        "apiKey"
    ]
    workspace.updateApiKey(apiKey=key, apiKeyName="Yours")
    names = [each["apiKeyName"] for each in workspace.getApiKeys.items(pageSize=1)]
    assert names == ["Default", "Yours"]
    assert set(data(workspace.getWorkspace())["apiKeyList"]) >= {key}
    old = data(workspace.getAuthTokens(apiKey=key))["authTokens"][0]["token"]
    assert data(signed_by(emulator, apiKey=key, authToken=old).organizations.getOrganizations()) == []
    new = data(workspace.resetAuthToken(apiKey=key))["newAuthToken"]["token"]
    refused = signed_by(emulator, apiKey=key, authToken=old).organizations.getOrganizations()
    assert error(refused)["status"] == "PERMISSION_DENIED"
    assert data(signed_by(emulator, apiKey=key, authToken=new).organizations.getOrganizations()) == []


def test_an_api_key_is_made_with_the_settings_that_the_request_says(
    workspace: Any, emulator: Emulator
) -> None:
    said: Any = {
        "useNotificationService": True,
        "webhookServiceConfig": {"rawNotificationUrl": "https://app.example/hook"},
        "enablePrivateComments": True,
        "allowedDomains": ["app.example"],
    }
    made = data(workspace.createApiKey(ownerEmail="owner@example.com", type="testing", **said))["apiKey"]
    token = data(workspace.getAuthTokens(apiKey=made))["authTokens"][0]["token"]
    own = signed_by(emulator, apiKey=made, authToken=token).workspace
    assert data(own.getNotificationConfig())["useNotificationService"] is True
    hooks = data(own.getWebhookConfig())
    assert (hooks["useWebhookService"], hooks["webhookServiceConfig"]) == (
        False,
        said["webhookServiceConfig"],
    )
    metadata = data(own.getApiKeyMetadata())
    assert (metadata["ownerEmail"], metadata["isPrivateCommentsEnabled"]) == ("owner@example.com", True)
    assert data(own.getEmailConfig())["useEmailService"] is False
    assert data(own.getDomains())["allowedDomains"] == ["app.example"]


@pytest.mark.parametrize(
    ("kind", "regions", "taken"),
    [
        ("production", {"persistenceDBRegion": "europe-west3"}, True),
        ("production", {"persistenceDBRegion": "eur3", "realtimeDBRegion": "europe-west1"}, True),
        ("production", {"persistenceDBRegion": "atlantis-north1"}, False),
        ("production", {"persistenceDBRegion": ""}, False),
        ("production", {"realtimeDBRegion": ""}, False),
        ("testing", {"persistenceDBRegion": "europe-west3"}, False),
    ],
    ids=["single", "multi", "unknown", "empty", "realtime", "testing"],
)
def test_an_api_key_lies_in_a_region_that_there_is(
    emulator: Emulator, workspace: Any, kind: str, regions: Any, taken: bool
) -> None:
    made = data(workspace.getWorkspace())
    headers = {"x-velt-workspace-id": made["id"], "x-velt-workspace-auth-token": made["authToken"]}
    body = json.dumps({"data": {"ownerEmail": "owner@example.com", "type": kind, **regions}}).encode()
    status, _, answer = emulator.handle("POST", "/v2/workspace/apikey/create", headers, body)
    assert (status, "error" in json.loads(answer)) == ((200, False) if taken else (400, True))


def test_a_workspace_sees_no_key_of_another(workspace: Any, emulator: Emulator) -> None:
    signed_by(emulator, apiKey="foreign", authToken="t").organizations.getOrganizations()
    assert error(workspace.getAuthTokens(apiKey="foreign"))["status"] == "NOT_FOUND"
    assert error(workspace.resetAuthToken(apiKey="foreign"))["status"] == "NOT_FOUND"


def test_a_wrong_workspace_token_is_refused_in_velts_words(workspace: Any, emulator: Emulator) -> None:
    made = data(workspace.getWorkspace())["id"]
    wrong = signed_by(emulator, workspaceId=made, workspaceAuthToken="wrong").workspace.getWorkspace()
    assert error(wrong) == {"message": "Invalid auth token for workspace.", "status": "UNAUTHENTICATED"}
    nobody = signed_by(emulator, workspaceAuthToken="wrong").workspace.getWorkspace()
    assert error(nobody) == {"message": "Workspace ID not found in headers.", "status": "INVALID_ARGUMENT"}


def test_workspaces_are_not_made_twice_nor_by_disposable_addresses(
    workspace: Any, emulator: Emulator
) -> None:
    again = signed_by(emulator).workspace.createWorkspace(ownerEmail="owner@example.com", workspaceName="W")
    assert error(again)["status"] == "ALREADY_EXISTS"
    disposable = signed_by(emulator).workspace.createWorkspace(ownerEmail="me@mailinator.com")
    assert error(disposable)["status"] == "INVALID_ARGUMENT"


def test_domains_that_are_there_already_are_told_and_the_others_added(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    assert data(api.addDomains(domains=["https://www.example.com", "*.example.org"])) == {
        "domainsAdded": ["example.com", "*.example.org"]
    }
    partly = error(api.addDomains(domains=["example.com", "new.example"]))
    assert partly["details"] == {"domainsAdded": ["new.example"], "skippedDomains": ["example.com"]}
    api.deleteDomains(domains=["example.com"])
    assert data(api.getDomains()) == {"allowedDomains": ["*.example.org", "new.example"]}


def test_settings_are_merged_and_checked(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    api.updateWebhookConfig(useWebhookService=True, webhookServiceConfig={"authToken": "t"})
    api.updateWebhookConfig(webhookServiceConfig={"rawNotificationUrl": "https://example.com/hook"})
    found = data(api.getWebhookConfig())
    service = found["webhookServiceConfig"]
    assert (service["authToken"], service["rawNotificationUrl"]) == ("t", "https://example.com/hook")
    assert error(api.updateWebhookConfig(webhookServiceConfig={"rawNotificationUrl": "hook"}))
    assert "At least one field" in error(api.updateEmailConfig())["message"]
    slow = api.updateNotificationConfig(notificationServiceConfig={"delayConfig": {"delaySeconds": 9}})
    assert error(slow)["status"] == "INVALID_ARGUMENT"


def test_what_velt_writes_when_a_service_is_switched_on_for_the_first_time(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    suggestion = "comment_annotation.suggestion_accept"

    hooks = data(api.updateWebhookConfig(useWebhookService=True, webhookServiceConfig={"authToken": "t"}))
    service = hooks["webhookServiceConfig"]
    assert (service["authToken"], service["enableDataProtection"]) == ("t", False)
    assert service["triggers"]["comment"]["comment.add"] is True
    assert suggestion not in service["triggers"]["comment"]
    assert service["triggers"]["huddle"] == {"huddle.create": True, "huddle.join": True}
    assert service["triggers"]["crdt"] == {"crdt.update_data": False}

    delay = {"delayConfig": {"isEnabled": True, "delaySeconds": 30}}
    api.updateNotificationConfig(notificationServiceConfig=delay)
    notices = data(api.updateNotificationConfig(useNotificationService=True))["notificationServiceConfig"]
    assert notices["delayConfig"] == delay["delayConfig"]
    assert set(notices["triggers"]) == {"comment", "huddle"}
    assert "batchConfig" not in notices

    mails = data(api.updateEmailConfig(emailServiceConfig={"type": "custom"}))
    assert (mails["useEmailService"], mails["emailServiceConfig"]["type"]) == (True, "custom")
    mine = {"triggers": {"comment": {"comment.add": False}}}
    changed = data(api.updateEmailConfig(emailServiceConfig=mine))["emailServiceConfig"]["triggers"][
        "comment"
    ]
    assert (changed["comment.add"], changed["comment_annotation.add"]) == (False, True)

    provider = data(api.updatePermissionProviderConfig(usePermissionProvider=True))
    assert provider["permissionProviderConfig"] == {"permissionProviderUrl": "", "authToken": ""}

    activity = data(api.updateActivityConfig(activityServiceConfig={"isEnabled": True, "immutable": False}))
    found = activity["activityServiceConfig"]
    assert (found["immutable"], found["triggers"]["comment"][suggestion]) == (False, True)
    assert found["enabledTime"] > 0


def test_advanced_webhooks_are_switched_on_first(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    early = error(api.updateAdvancedWebhookConfig(encodeData=True))
    assert (early["status"], early["message"][:43]) == (
        "FAILED_PRECONDITION",
        "Advanced webhooks are not configured for th",
    )
    api.updateAdvancedWebhookConfig(isEnabled=True)
    api.updateAdvancedWebhookConfig(isEnabled=False, encodeData=True)
    off = error(api.createAdvancedWebhookEndpoint(url="https://example.com/hook"))
    assert (off["status"], "disabled" in off["message"]) == ("FAILED_PRECONDITION", True)


def test_activities_are_refused_when_they_are_switched_off(sdk: VeltSDK) -> None:
    sdk.api.workspace.updateActivityConfig(activityServiceConfig={"isEnabled": False})
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.documents.addDocuments(organizationId="o", documents=[{"documentId": "d"}])
    entry = {"featureType": "comment", "actionType": "a", "actionUser": {"userId": "u"}}
    refused = sdk.api.activities.addActivities(organizationId="o", documentId="d", activities=[entry])
    assert error(refused)["status"] == "FAILED_PRECONDITION"


def test_webhook_endpoints(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    refused = api.createAdvancedWebhookEndpoint(url="https://example.com/hook")
    assert error(refused)["status"] == "FAILED_PRECONDITION"
    api.updateAdvancedWebhookConfig(isEnabled=True)
    ids = [
        data(api.createAdvancedWebhookEndpoint(url=f"https://example.com/{number}"))["id"]
        for number in range(5)
    ]
    assert [each["id"] for each in api.getAdvancedWebhookEndpoints.items(limit=2)] == ids
    assert data(api.getAdvancedWebhookEndpointSecret(endpointId=ids[0]))["secret"].startswith("whsec_")
    changed = data(api.updateAdvancedWebhookEndpoint(endpointId=ids[0], disabled=True))
    assert (changed["disabled"], changed["url"]) == (True, "https://example.com/0")
    assert error(api.updateAdvancedWebhookEndpoint(endpointId=ids[0]))["status"] == "INVALID_ARGUMENT"
    assert data(api.deleteAdvancedWebhookEndpoint(endpointId=ids[0]))["deleted"] is True
    assert error(api.deleteAdvancedWebhookEndpoint(endpointId=ids[0]))["status"] == "NOT_FOUND"
