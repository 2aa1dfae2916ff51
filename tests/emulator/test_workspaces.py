"""Workspaces: their api keys, tokens, domains, settings and webhook endpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.asking import data, error
from tests.emulator.controlling import control, sdk_over
from velt_py import VeltSDK
from velt_py.emulator import Emulator


@pytest.fixture
def workspace(emulator: Emulator) -> Any:
    made = data(
        sdk_over(emulator).api.workspace.createWorkspace(ownerEmail="owner@example.com", workspaceName="W")
    )
    return sdk_over(emulator, workspaceId=made["id"], workspaceAuthToken=made["authToken"]).api.workspace


def test_api_keys_are_made_renamed_listed_and_get_new_tokens(workspace: Any, emulator: Emulator) -> None:
    key = data(workspace.createApiKey(ownerEmail="owner@example.com", type="testing", apiKeyName="Mine"))[
        "apiKey"
    ]
    workspace.updateApiKey(apiKey=key, apiKeyName="Yours")
    names = [each["apiKeyName"] for each in workspace.getApiKeys.items(pageSize=1)]
    assert names == ["Owner Test API Key", "Yours"]
    assert set(data(workspace.getWorkspace())["apiKeyList"]) >= {key}
    old = data(workspace.getAuthTokens(apiKey=key))["authTokens"][0]["token"]
    assert data(sdk_over(emulator, apiKey=key, authToken=old).api.organizations.getOrganizations()) == []
    new = data(workspace.resetAuthToken(apiKey=key))["newAuthToken"]["token"]
    refused = sdk_over(emulator, apiKey=key, authToken=old).api.organizations.getOrganizations()
    assert error(refused)["status"] == "PERMISSION_DENIED"
    assert data(sdk_over(emulator, apiKey=key, authToken=new).api.organizations.getOrganizations()) == []


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
    sdk_over(emulator, apiKey="foreign", authToken="t").api.organizations.getOrganizations()
    assert error(workspace.getAuthTokens(apiKey="foreign"))["status"] == "NOT_FOUND"
    assert error(workspace.resetAuthToken(apiKey="foreign"))["status"] == "NOT_FOUND"


def test_a_wrong_workspace_token_is_refused_in_velts_words(workspace: Any, emulator: Emulator) -> None:
    made = data(workspace.getWorkspace())["id"]
    wrong = sdk_over(emulator, workspaceId=made, workspaceAuthToken="wrong").api.workspace.getWorkspace()
    assert error(wrong) == {"message": "Invalid auth token for workspace.", "status": "UNAUTHENTICATED"}
    nobody = sdk_over(emulator, workspaceAuthToken="wrong").api.workspace.getWorkspace()
    assert error(nobody) == {"message": "Workspace ID not found in headers.", "status": "INVALID_ARGUMENT"}


def test_a_workspace_is_called_after_its_owner_unless_it_is_named(emulator: Emulator) -> None:
    create = sdk_over(emulator).api.workspace.createWorkspace
    plain = data(create(ownerEmail="ana@example.com"))
    assert (plain["name"], plain["owner"]["name"]) == ("ana@example.com workspace", "ana@example.com")
    named = data(create(ownerEmail="ben@example.com", name="Ben"))
    assert (named["name"], named["owner"]["name"]) == ("Ben workspace", "Ben")
    for wrong in ({"name": ""}, {"workspaceName": "n" * 201}, {"avatar": "a" * 2001}):
        assert error(create(ownerEmail="cid@example.com", **wrong))["status"] == "INVALID_ARGUMENT"


def test_workspaces_are_not_made_twice_too_often_nor_by_disposable_addresses(
    workspace: Any, emulator: Emulator
) -> None:
    create = sdk_over(emulator).api.workspace.createWorkspace
    owner = {"ownerEmail": "owner@example.com"}
    assert error(create(**owner, workspaceName="W")) == {
        "status": "ALREADY_EXISTS",
        "message": "A workspace already exists for this email address",
    }
    for number in range(4):
        data(create(**owner, workspaceName=f"W{number}"))
    assert error(create(**owner, workspaceName="W5")) == {
        "status": "RESOURCE_EXHAUSTED",
        "message": "You have reached the maximum number of workspaces allowed for this email address.",
    }
    disposed = {"status": "INVALID_ARGUMENT", "message": "This email domain is not supported."}
    assert error(create(ownerEmail="me@mailinator.com")) == disposed
    link = sdk_over(emulator).api.workspace.sendLoginLink
    assert error(link(email="me@mailinator.com", continueUrl="https://console.velt.dev/")) == disposed


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://", "Invalid url for continueUrl"),
        ("https://app.example/", "The continueUrl domain is not allowed."),
        ("http://localhost:3000/in", None),
    ],
)
def test_a_login_link_leads_to_the_console_or_to_this_machine(
    emulator: Emulator, url: str, message: Any
) -> None:
    answer = sdk_over(emulator).api.workspace.sendLoginLink(email="owner@example.com", continueUrl=url)
    assert answer.get("error", {}).get("message") == message
    mails = control(emulator, "GET", "outbox")["mails"]
    assert [(mail["to"], mail["text"]) for mail in mails] == ([] if message else [("owner@example.com", url)])


def test_the_mail_with_a_login_link_is_that_of_the_api_key_and_goes_with_whom_it_is_to(
    emulator: Emulator, sdk: VeltSDK
) -> None:
    url = "https://console.velt.dev/"
    person = {"userId": "zoe", "name": "Zoe", "email": "zoe@example.com"}
    sdk.api.users.addUsers(organizationId="acme", users=[person])
    sdk.api.workspace.sendLoginLink(email="Zoe@example.com", continueUrl=url)
    sdk_over(emulator, apiKey="unknown").api.workspace.sendLoginLink(email="x@example.com", continueUrl=url)
    (mail,) = control(emulator, "GET", "outbox", apiKey="key")["mails"]
    assert (mail["to"], mail["event"]) == ("zoe@example.com", "workspace.login-link")
    records = control(emulator, "GET", "state", apiKey="key")["records"]
    assert control(emulator, "POST", "state", records=records)["loaded"] == len(records)
    _, _, shown = emulator.handle("GET", "/__velt/console/api/mails", {}, b"")
    assert {mail["to"] for mail in json.loads(shown)["items"]} == {"zoe@example.com", "x@example.com"}
    sdk.api.gdpr.deleteAllUserData(userIds=["zoe"])
    assert [mail["to"] for mail in control(emulator, "GET", "outbox")["mails"]] == ["x@example.com"]


def test_an_api_key_begins_with_what_its_request_says(workspace: Any, emulator: Emulator) -> None:
    make = {"ownerEmail": "owner@example.com", "type": "production"}
    key = data(
        workspace.createApiKey(
            **make,
            persistenceDBRegion="eur3",
            realtimeDBRegion="europe-west1",
            allowedDomains=["https://www.acme.example"],
            addLocalHostToAllowedDomains=True,
            enablePrivateComments=True,
            useEmailService=True,
            useWebhookService=False,
            webhookServiceConfig={"authToken": "hook"},
        )
    )["apiKey"]
    token = data(workspace.getAuthTokens(apiKey=key))["authTokens"][0]
    assert token["name"] == "Default Auth Token"
    own = sdk_over(emulator, apiKey=key, authToken=token["token"]).api.workspace
    assert data(own.getDomains()) == {"allowedDomains": ["acme.example", "localhost"]}
    facts = data(own.getApiKeyMetadata())
    assert (facts["ownerEmail"], facts["isPrivateCommentsEnabled"]) == ("owner@example.com", True)
    assert "aiModelsConfig" not in facts
    assert data(own.getEmailConfig())["emailServiceConfig"]["type"] == "custom"
    hooks = data(own.getWebhookConfig())
    assert (hooks["useWebhookService"], hooks["webhookServiceConfig"]["authToken"]) == (False, "hook")
    nobody = workspace.createApiKey(**{**make, "ownerEmail": "nobody"})
    assert error(nobody)["status"] == "INVALID_ARGUMENT"
    assert error(workspace.updateApiKey(apiKey="x", apiKeyName="X")) == {
        "status": "NOT_FOUND",
        "message": "API key not found.",
    }


def test_domains_that_are_there_already_are_told_and_the_others_added(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    assert data(api.addDomains(domains=["https://www.example.com", "*.example.org"])) == {
        "domainsAdded": ["example.com", "*.example.org"]
    }
    assert error(api.addDomains(domains=["example.com", "new.example"])) == {
        "details": {"domainsAdded": ["new.example"], "skippedDomains": ["example.com"]},
        "message": "Domain(s) added successfully to allowed domains. Skipped existing domains.",
        "status": "INTERNAL",
    }
    api.deleteDomains(domains=["example.com"])
    assert data(api.getDomains()) == {"allowedDomains": ["*.example.org", "new.example"]}
    assert error(api.deleteDomains(domains=["new.example", "example.com"]))["details"] == {
        "domainsRemoved": ["new.example"],
        "skippedDomains": ["example.com"],
    }


def test_settings_are_merged_and_checked(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    api.updateWebhookConfig(webhookServiceConfig={"authToken": "t"})
    api.updateWebhookConfig(webhookServiceConfig={"rawNotificationUrl": "https://example.com/hook"})
    assert data(api.getWebhookConfig()) == {
        "useWebhookService": False,
        "webhookServiceConfig": {
            "authToken": "t",
            "rawNotificationUrl": "https://example.com/hook",
            "processedNotificationUrl": "",
        },
    }
    slow = {"delayConfig": {"delaySeconds": 9}}
    for answer, message in [
        (
            api.updateEmailConfig(emailServiceConfig={"type": "pigeon"}),
            "Invalid email service configuration.",
        ),
        (api.updateEmailConfig(), "At least one of useEmailService or emailServiceConfig must be provided"),
        (api.updateNotificationConfig(notificationServiceConfig=slow), "delayConfig.delaySeconds"),
        (
            api.updateActivityConfig(activityServiceConfig={}),
            "At least one field must be provided for update",
        ),
        (api.updateApiKeyMetadata(), "At least one field must be provided for update"),
        (api.updateApiKeyMetadata(aiModelApiKey=[]), "at least one entry"),
        (api.updateApiKeyMetadata(aiModelApiKey=[{"provider": "me", "customerApiKey": "k"}]), "openai"),
        (api.updateAdvancedWebhookConfig(), "At least one of isEnabled, encryptData, encodeData, publicKey"),
    ]:
        assert error(answer)["status"] == "INVALID_ARGUMENT"
        assert message in error(answer)["message"]


def test_switching_a_service_on_for_the_first_time_brings_what_its_page_says(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    api = sdk.api.workspace
    mails = data(api.updateEmailConfig(useEmailService=True, emailServiceConfig={"fromEmail": "a@b.example"}))
    triggers = mails["emailServiceConfig"]["triggers"]
    assert (mails["useEmailService"], mails["emailServiceConfig"]["type"]) == (True, "custom")
    assert triggers["huddle"] == {"huddle.create": True, "huddle.join": True}
    assert triggers["comment"]["comment.add"] is True
    assert "comment_annotation.suggestion_accept" not in triggers["comment"]
    off = {"triggers": {"comment": {"comment.add": False}}}
    inbox = data(api.updateNotificationConfig(useNotificationService=True, notificationServiceConfig=off))
    comment = inbox["notificationServiceConfig"]["triggers"]["comment"]
    assert (comment["comment.add"], comment["comment_annotation.add"]) == (False, True)
    assert inbox["notificationServiceConfig"]["delayConfig"] == {"isEnabled": False, "delaySeconds": 10}
    hooks = data(api.updateWebhookConfig(useWebhookService=True))["webhookServiceConfig"]
    assert (hooks["triggers"]["crdt"], hooks["triggers"]["recorder"]) == (False, False)
    assert hooks["enableDataProtection"] is False
    enabled = data(api.updateActivityConfig(activityServiceConfig={"isEnabled": True, "immutable": False}))
    activities = enabled["activityServiceConfig"]
    assert activities["triggers"]["comment"]["comment_annotation.suggestion_accept"] is True
    assert (activities["immutable"], activities["enabledTime"]) == (False, emulator.clock.milliseconds())
    provider = {"permissionProviderUrl": "https://app.example/p"}
    empty = data(api.updatePermissionProviderConfig(usePermissionProvider=True))
    assert empty["permissionProviderConfig"] == {"permissionProviderUrl": "", "authToken": ""}
    later = api.updatePermissionProviderConfig(permissionProviderConfig=provider)["result"]
    assert set(later) == {"status", "message"}


def test_what_else_holds_for_a_key_is_echoed_by_the_names_of_the_request_and_keys_of_models_are_kept_nowhere(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    api = sdk.api.workspace
    given = {"enablePrivateComments": True, "defaultDocumentAccessType": "restricted"}
    secret = "sk-ant-" + "a" * 20
    models = [{"provider": "anthropic", "customerApiKey": secret}]
    echoed = data(api.updateApiKeyMetadata(**given, aiModelApiKey=models))
    assert {name: echoed[name] for name in given} == given
    assert set(echoed["aiModelsConfig"]["anthropic"]) == {"displayText"}
    shown = data(api.getApiKeyMetadata())
    assert (shown["isPrivateCommentsEnabled"], shown["defaultDocumentAccessType"]) == (True, "restricted")
    assert set(shown["aiModelsConfig"]) == {"anthropic"}
    assert secret not in str(emulator.state.dump())


def test_advanced_webhooks_are_switched_on_first(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    endpoint = {"url": "https://example.com/hook"}
    for early in (
        api.updateAdvancedWebhookConfig(encodeData=True),
        api.createAdvancedWebhookEndpoint(**endpoint),
    ):
        assert error(early)["status"] == "FAILED_PRECONDITION"
        assert error(early)["message"].startswith("Advanced webhooks are not configured for th")
    api.updateAdvancedWebhookConfig(isEnabled=True)
    api.updateAdvancedWebhookConfig(isEnabled=False, encodeData=True)
    off = error(api.createAdvancedWebhookEndpoint(**endpoint))
    assert off["status"] == "FAILED_PRECONDITION"
    assert "are disabled for this workspace" in off["message"]


def test_activities_are_refused_when_they_are_switched_off(sdk: VeltSDK) -> None:
    sdk.api.workspace.updateActivityConfig(activityServiceConfig={"isEnabled": False})
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.documents.addDocuments(organizationId="o", documents=[{"documentId": "d"}])
    entry = {"featureType": "comment", "actionType": "a", "actionUser": {"userId": "u"}}
    refused = sdk.api.activities.addActivities(organizationId="o", documentId="d", activities=[entry])
    assert error(refused)["status"] == "FAILED_PRECONDITION"


def test_webhook_endpoints_are_checked_listed_in_pages_changed_and_deleted_once(sdk: VeltSDK) -> None:
    api = sdk.api.workspace
    api.updateAdvancedWebhookConfig(isEnabled=True)
    for wrong in (
        {"url": "hook"},
        {"filterTypes": []},
        {"channels": []},
        {"rateLimit": 0},
        {"metadata": {"a": 1}},
    ):
        fields = {"url": "https://example.com/hook", **wrong}
        assert error(api.createAdvancedWebhookEndpoint(**fields))["status"] == "INVALID_ARGUMENT"
    ids = [
        data(api.createAdvancedWebhookEndpoint(url=f"https://example.com/{number}"))["id"]
        for number in range(5)
    ]
    assert [each["id"] for each in api.getAdvancedWebhookEndpoints.items(limit=2)] == ids
    assert data(api.getAdvancedWebhookEndpointSecret(endpointId=ids[0]))["secret"].startswith("whsec_")
    changed = data(api.updateAdvancedWebhookEndpoint(endpointId=ids[0], disabled=True))
    assert (changed["disabled"], changed["url"]) == (True, "https://example.com/0")
    assert {changed[name] for name in ("description", "filterTypes", "channels", "rateLimit", "uid")} == {
        None
    }
    assert "besides endpointId" in error(api.updateAdvancedWebhookEndpoint(endpointId=ids[0]))["message"]
    assert data(api.deleteAdvancedWebhookEndpoint(endpointId=ids[0]))["deleted"] is True
    assert error(api.deleteAdvancedWebhookEndpoint(endpointId=ids[0]))["status"] == "NOT_FOUND"
