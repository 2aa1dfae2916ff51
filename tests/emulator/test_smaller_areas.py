"""The rewriter with its scripts, locations, requests for domains, copied api keys."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from tests.emulator.asking import data
from tests.emulator.controlling import asked, script, sdk_over
from velt_py import VeltSDK
from velt_py.emulator import Emulator


def test_a_text_comes_back_marked_by_its_model(sdk: VeltSDK) -> None:
    answer = sdk.api.rewriter.askAi(model="claude-x", prompt="shorter", text="A long text")
    assert answer == {"result": {"success": True, "text": "[emulated claude-x] A long text"}}


@pytest.mark.parametrize("model", ["llama-3", "gpt", "-gpt-"])
def test_a_model_of_no_known_provider_is_refused(sdk: VeltSDK, model: str) -> None:
    answer: Any = sdk.api.rewriter.askAi(model=model, prompt="p", text="t")
    assert answer["error"]["status"] == "INVALID_ARGUMENT"


def test_a_script_gives_the_answer_where_it_matches_and_only_for_its_api_key(
    sdk: VeltSDK, sdk_of: Callable[[str], VeltSDK], emulator: Emulator
) -> None:
    answer = {"success": False, "error": "No API key configured for provider: OpenAI"}
    script(emulator, "rewriter.askAi", answer, model="^gpt-", text="x")
    wanted = {"prompt": "p", "text": "xyz"}
    assert sdk.api.rewriter.askAi(model="gpt-4o", **wanted) == {"result": answer}
    assert sdk.api.rewriter.askAi(model="claude-3", **wanted) != {"result": answer}
    assert sdk_of("other").api.rewriter.askAi(model="gpt-4o", **wanted) != {"result": answer}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"operation": "folders.getFolders", "answer": 1}, "operation"),
        ({"operation": "rewriter.askAi"}, "answer"),
        ({"operation": "rewriter.askAi", "answer": 1, "match": {"text": "("}}, "match.text"),
        *(
            ({"operation": "rewriter.askAi", "answer": 1, "match": {"text": wrong}}, "match.text")
            for wrong in (None, 1, "(" * 3_000, "a{99999999999999999999}", "a" * 10_001)
        ),
        ({"operation": "rewriter.askAi", "answer": 1, "match": ["text"]}, "match"),
    ],
)
def test_a_wrong_script_is_refused_and_names_its_part(emulator: Emulator, given: Any, named: str) -> None:
    status, answer = asked(emulator, "POST", "scripts", apiKey="key", **given)
    assert status == 400
    assert answer["error"]["message"].startswith(named)


def test_a_script_without_an_api_key_is_refused(emulator: Emulator) -> None:
    status, answer = asked(emulator, "POST", "scripts", operation="rewriter.askAi", answer=1)
    assert (status, answer["error"]["message"].partition(" ")[0]) == (400, "apiKey")


def threads_at(sdk: VeltSDK, location: str) -> Any:
    return data(
        sdk.api.commentAnnotations.getCommentAnnotations(
            organizationId="o", documentIds=["d"], locationIds=[location]
        )
    )


@pytest.fixture
def placed(sdk: VeltSDK) -> VeltSDK:
    for place in ("scene_1", "scene_2"):
        sdk.api.commentAnnotations.addCommentAnnotations(
            organizationId="o",
            documentId="d",
            createOrganization=True,
            createDocument=True,
            commentAnnotations=[
                {
                    "location": {"id": place, "locationName": "Untitled", "version": 1},
                    "commentData": [{"commentText": "Hello", "from": {"userId": "u"}}],
                }
            ],
        )
    return sdk


LOCATED = {"apiKey": "key", "authToken": "token-of-key", "documentId": "d"}


@pytest.mark.parametrize(
    ("merge", "after"),
    [
        (True, {"id": "scene_1", "locationName": "White", "version": 1}),
        (False, {"id": "scene_1", "locationName": "White"}),
    ],
)
def test_a_location_is_renamed_where_threads_lie_at_it(placed: VeltSDK, merge: bool, after: Any) -> None:
    migrate = {"oldLocation": {"id": "scene_1"}, "newLocation": {"id": "scene_1", "locationName": "White"}}
    answer = placed.api.locations.updateLocation(migrate=migrate, merge=merge, **LOCATED)
    assert answer == {"result": {"status": "success", "message": "Location updated.", "data": None}}
    assert [thread["location"] for thread in threads_at(placed, "scene_1")] == [after]
    assert [thread["location"]["locationName"] for thread in threads_at(placed, "scene_2")] == ["Untitled"]


def test_what_lies_at_a_location_is_deleted_and_nothing_else(placed: VeltSDK) -> None:
    placed.api.locations.deleteDataByLocation(location={"id": "scene_1"}, **LOCATED)
    assert threads_at(placed, "scene_1") == []
    assert len(threads_at(placed, "scene_2")) == 1


def test_a_location_without_its_id_is_refused_and_nothing_deleted(placed: VeltSDK) -> None:
    answer: Any = placed.api.locations.deleteDataByLocation(location={"locationName": "Untitled"}, **LOCATED)
    assert answer["error"]["status"] == "INVALID_ARGUMENT"
    assert len(threads_at(placed, "scene_1")) == 1


def test_a_request_for_a_domain_is_accepted_once_and_allows_it(sdk: VeltSDK) -> None:
    workspace = sdk.api.workspace
    first, second = (data(workspace.createDomainRequest(domain=f"https://{name}.example")) for name in "ab")
    assert [each["status"] for each in data(workspace.getRequestedDomains())] == ["pending", "pending"]
    workspace.acceptRejectAdditionalUrlRequest(action="accept", id=first["id"])
    workspace.acceptRejectAdditionalUrlRequest(action="reject", id=second["id"])
    assert data(workspace.getDomains())["allowedDomains"] == ["a.example"]
    assert [each["status"] for each in data(workspace.getRequestedDomains())] == ["accepted", "rejected"]
    again: Any = workspace.acceptRejectAdditionalUrlRequest(action="accept", id=second["id"])
    assert again["error"]["status"] == "FAILED_PRECONDITION"


def test_a_copied_api_key_has_the_settings_but_not_the_content(emulator: Emulator) -> None:
    made = data(
        sdk_over(emulator).api.workspace.createWorkspace(ownerEmail="o@example.com", workspaceName="W")
    )
    owner = sdk_over(emulator, workspaceId=made["id"], workspaceAuthToken=made["authToken"]).api.workspace
    keys = [
        data(owner.createApiKey(ownerEmail="o@example.com", type="testing", apiKeyName=name))["apiKey"]
        for name in ("from", "to")
    ]
    source, target = (
        sdk_over(
            emulator, apiKey=key, authToken=data(owner.getAuthTokens(apiKey=key))["authTokens"][0]["token"]
        ).api
        for key in keys
    )
    source.workspace.addDomains(domains=["app.example"])
    source.organizations.addOrganizations(organizations=[{"organizationId": "o", "organizationName": "O"}])
    owner.copyApiKey(sourceApiKey=keys[0], targetApiKey=keys[1])
    assert data(target.workspace.getDomains())["allowedDomains"] == ["app.example"]
    assert data(target.organizations.getOrganizations()) == []
    refused = owner.copyApiKey(sourceApiKey="foreign", targetApiKey=keys[1])
    assert refused["error"]["status"] == "NOT_FOUND"
