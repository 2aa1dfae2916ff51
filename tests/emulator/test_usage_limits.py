"""What an api key or a workspace may use: nothing is limited until somebody says so."""

from __future__ import annotations

import shlex
import sys
from typing import Any, Callable, Dict, Tuple

import pytest

from tests.emulator.asking import error, result
from tests.emulator.controlling import asked, sdk_over
from tests.emulator.workflows import Flow, agent, definition
from velt_py import VeltSDK
from velt_py.cli.command import main
from velt_py.emulator import Emulator

RUN = {"agentId": "spell-check", "url": "https://acme.example/", "organizationId": "o"}


def limits(emulator: Emulator, method: str = "POST", **given: Any) -> Tuple[int, Any]:
    return asked(emulator, method, "limits", **given)


def workspace_of(emulator: Emulator, **config: str) -> Any:
    return sdk_over(emulator, http={"retries": 0}, **config).api.workspace


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    api: Any = sdk.api
    names = [{"documentId": f"d{number}"} for number in range(3)]
    result(api.documents.addDocuments(organizationId="o", createOrganization=True, documents=names))
    return api


def test_so_many_calls_go_into_a_minute_refused_ones_too_and_the_next_one_is_empty(
    emulator: Emulator, api: Any, sdk_of: Callable[[str], VeltSDK]
) -> None:
    assert limits(emulator, apiKey="key", rateLimit=2)[1] == {"limits": {"rateLimit": 2}}
    get = api.organizations.getOrganizations.with_options(retries=0)
    result(get())
    assert error(get(pageSize=-1))["status"] == "INVALID_ARGUMENT"
    refused = get.raw()
    assert refused.status == 429
    assert error(refused.answer) == {
        "message": "Rate limit exceeded. Try again after 1 minute.",
        "status": "RESOURCE_EXHAUSTED",
    }
    assert "limits" in refused.headers["x-velt-emulator-assumptions"]
    result(sdk_of("other").api.organizations.getOrganizations())
    emulator.clock.tick(60)
    result(get())
    emulator.reset("key")
    for _ in range(3):
        result(get())


def test_operations_can_have_limits_of_their_own(emulator: Emulator, api: Any) -> None:
    limits(emulator, apiKey="key", rateLimit={"organizations.*": 1, "*": 3})
    once = api.organizations.getOrganizations.with_options(retries=0)
    result(once())
    assert error(once())["message"] == "Rate limit exceeded for this endpoint. Try again later."
    users = api.users.getUsers.with_options(retries=0)
    answers = [users(organizationId="o") for _ in range(3)]
    assert ["error" in each for each in answers] == [False, False, True]


def test_credits_end_with_the_last_run_whoever_begins_it(emulator: Emulator, api: Any) -> None:
    limits(emulator, apiKey="key", credits=2)
    run = api.agents.runAgentExecution.with_options(retries=0)
    assert error(run(**RUN, documentId="nowhere"))["status"] == "NOT_FOUND"
    result(run(**RUN, documentId="d0"))
    place = {"organizationId": "o", "documentId": "d1"}
    flow = Flow(api.workflow, definition([agent("check")], []), **place)
    assert flow.states() == {"check": "waiting"}
    refused = error(run(**RUN, documentId="d2"))
    assert refused == {"message": "The workspace's AI credits are exhausted.", "status": "RESOURCE_EXHAUSTED"}
    late = Flow(api.workflow, {**definition([agent("check")], []), "definitionId": "late"}, **place)
    assert late.step("check")["error"]["code"] == "agent-dispatch-failed"
    assert limits(emulator, "GET", apiKey="key")[1] == {"limits": {"credits": 0}}
    limits(emulator, apiKey="key", credits=None)
    result(run(**RUN, documentId="d2"))


def test_a_free_plan_has_no_production_keys_and_no_further_workspaces(emulator: Emulator) -> None:
    owner = {"ownerEmail": "owner@acme.example"}
    first = result(workspace_of(emulator).createWorkspace(**owner))["data"]
    own = workspace_of(emulator, workspaceId=first["id"], workspaceAuthToken=first["authToken"])
    limits(emulator, workspaceId=first["id"], plan="free")
    production = error(own.createApiKey(**owner, type="production"))
    assert production["status"] == "FAILED_PRECONDITION"
    more = error(workspace_of(emulator).createWorkspace(**owner, workspaceName="Second"))
    assert (more["status"], "paid plan" in more["message"]) == ("PERMISSION_DENIED", True)
    key = result(own.createApiKey(**owner, type="testing"))["data"]["apiKey"]
    token = result(own.getAuthTokens(apiKey=key))["data"]["authTokens"][0]["token"]
    shown = result(workspace_of(emulator, apiKey=key, authToken=token).getApiKeyMetadata())["data"]
    assert shown["planInfo"] == {"type": "free"}
    limits(emulator, workspaceId=first["id"], plan="paid")
    result(own.createApiKey(**owner, type="production"))
    result(workspace_of(emulator).createWorkspace(**owner, workspaceName="Second"))


def test_agents_and_production_keys_can_be_so_many(emulator: Emulator, api: Any) -> None:
    limits(emulator, apiKey="key", agents=1)
    fields: Dict[str, Any] = {"description": "d", "enabled": True, "execution": {"executionStrategy": "ai"}}
    fields.update(instructions="i", contextGathering={"strategies": ["web-page-text"]})
    result(api.agents.createAgent(name="a", **fields))
    assert error(api.agents.createAgent(name="b", **fields))["status"] == "RESOURCE_EXHAUSTED"
    owner = {"ownerEmail": "owner@acme.example"}
    made = result(workspace_of(emulator).createWorkspace(**owner))["data"]
    own = workspace_of(emulator, workspaceId=made["id"], workspaceAuthToken=made["authToken"])
    limits(emulator, workspaceId=made["id"], productionKeys=0, plan="free")
    assert error(own.createApiKey(**owner, type="production"))["status"] == "PERMISSION_DENIED"
    limits(emulator, workspaceId=made["id"], productionKeys=1, plan="paid")
    result(own.createApiKey(**owner, type="production"))
    assert error(own.createApiKey(**owner, type="production"))["status"] == "RESOURCE_EXHAUSTED"
    result(own.createApiKey(**owner, type="testing"))


def test_the_limits_of_a_workspace_hold_for_its_api_keys_unless_they_have_their_own(
    emulator: Emulator,
) -> None:
    owner = {"ownerEmail": "owner@acme.example"}
    made = result(workspace_of(emulator).createWorkspace(**owner))["data"]
    own = workspace_of(emulator, workspaceId=made["id"], workspaceAuthToken=made["authToken"])
    key = next(iter(made["apiKeyList"]))
    token = result(own.getAuthTokens(apiKey=key))["data"]["authTokens"][0]["token"]
    limits(emulator, workspaceId=made["id"], rateLimit=0)
    domains = workspace_of(emulator, apiKey=key, authToken=token).getDomains
    assert error(domains())["status"] == error(own.getWorkspace())["status"] == "RESOURCE_EXHAUSTED"
    limits(emulator, apiKey=key, rateLimit=1)
    result(domains())
    limits(emulator, "DELETE", workspaceId=made["id"])
    result(own.getWorkspace())


def test_every_workspace_has_calls_of_its_own(emulator: Emulator) -> None:
    for name in ("key", "second"):
        limits(emulator, workspaceId=name, rateLimit=1)
    calls = [
        workspace_of(emulator, workspaceId=name, workspaceAuthToken=f"token-of-{name}").getWorkspace
        for name in ("key", "second", "unlimited")
    ]
    assert ["error" in call() for call in calls] == [False, False, False]
    assert ["error" in call() for call in calls] == [True, True, False]


@pytest.mark.parametrize(
    "given",
    [
        {"rateLimit": -1},
        {"rateLimit": {}},
        {"rateLimit": {"*": "many"}},
        {"credits": True},
        {"plan": "gold"},
        {"quota": 1},
    ],
    ids=["negative", "empty", "text", "flag", "plan", "unknown"],
)
def test_a_limit_that_there_is_not_is_refused_and_changes_nothing(
    emulator: Emulator, given: Dict[str, Any]
) -> None:
    status, answer = limits(emulator, apiKey="key", **given)
    assert (status, next(iter(given)) in answer["error"]["message"]) == (400, True)
    assert limits(emulator, "GET", apiKey="key") == (200, {"limits": {}})


def test_the_command_limits_the_local_key(capfd: pytest.CaptureFixture[str]) -> None:
    code = (
        "from velt_py import VeltSDK; velt = VeltSDK.initialize(dict(http=dict(retries=0))).api; "
        "[print(velt.organizations.getOrganizations().get('error')) for _ in range(2)]"
    )
    script = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"
    options = ["--limit", "rate-limit=1", "--limit", "plan=free"]
    assert main(["emulator", "--port", "0", *options, "--cmd", script]) == 0
    assert "Rate limit exceeded" in capfd.readouterr().out
    assert main(["emulator", "--port", "0", "--limit", "plan=gold", "--cmd", "true"]) != 0
    assert "--limit: plan must be free or paid" in capfd.readouterr().err
