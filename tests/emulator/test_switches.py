"""What an application has switched on: advanced queries, and the services that act on what happens."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.emulator.controlling import asked, sdk_over
from tests.emulator.walk import samples
from velt_py import VeltSDK
from velt_py.emulator import Emulator

PLACE = {"organizationId": "o", "documentId": "d"}
ANN = {"userId": "ann", "name": "Ann", "email": "ann@mail.example"}
BEN = {"userId": "ben", "name": "Ben", "email": "ben@mail.example"}
MARK = "x-velt-emulator-assumptions"
NEEDING = (
    *("organizations.getOrganizations", "documents.getDocuments", "users.getUsers", "folders.addFolder"),
    *("folders.getFolders", "folders.updateFolder", "folders.deleteFolder"),
    *("notifications.getNotifications", "commentAnnotations.getCommentAnnotations"),
    *("commentAnnotations.getCommentAnnotationsCount", "commentAnnotations.getComments"),
)
"""Operations whose pages say: enable advanced queries."""


def application(emulator: Emulator, key: str, *, on: Any) -> Any:
    return asked(emulator, "POST", "application", apiKey=key, advancedQueries=on)


def told(api: Any, **more: Any) -> Any:
    """Ann writes a comment that names Ben."""
    tag = {"text": "@Ben", "userId": "ben", "contact": BEN}
    comment = {"commentText": "@Ben", "from": ANN, "taggedUserContacts": [tag], "triggerNotification": True}
    return api.commentAnnotations.addCommentAnnotations(
        **PLACE,
        createOrganization=True,
        createDocument=True,
        commentAnnotations=[{"commentData": [{**comment, "triggerActivities": True}], **more}],
    )


def effects(emulator: Emulator) -> Dict[str, int]:
    with emulator.state.call():
        records = emulator.state.of("key")
        return {kind: len(records.under(kind)) for kind in ("notification", "mail", "activity")}


def test_without_advanced_queries_agent_filters_delete_nothing(sdk: VeltSDK, emulator: Emulator) -> None:
    told(sdk.api)
    assert application(emulator, "key", on=False) == (200, {"advancedQueries": False})
    delete = sdk.api.commentAnnotations.deleteCommentAnnotations
    for more in ({"agentId": "a"}, {"agentSuggestions": True}, {"agentUrls": ["https://a.example"]}):
        reply = delete.raw(**PLACE, **more)
        assert (reply.status, reply.answer["error"]["status"]) == (404, "NOT_FOUND")
        assert reply.answer["error"]["message"].startswith("Advanced queries are not enabled")
        assert "advanced-queries" not in reply.headers.get(MARK, "")
    application(emulator, "key", on=True)
    found: Any = sdk.api.commentAnnotations.getCommentAnnotations(organizationId="o")
    assert len(found["result"]["data"]) == 1
    application(emulator, "key", on=False)
    assert "result" in delete(**PLACE)
    application(emulator, "key", on=True)
    found = sdk.api.commentAnnotations.getCommentAnnotations(organizationId="o")
    assert found["result"]["data"] == []


@pytest.mark.parametrize("how", ["application", "assumption"])
def test_without_advanced_queries_the_calls_that_need_them_are_not_found(how: str) -> None:
    emulator = Emulator(assume={"advanced-queries": "off"} if how == "assumption" else {})
    api: Any = sdk_over(emulator, apiKey="key", authToken="token").api
    if how == "application":
        application(emulator, "key", on=False)
    refused = set()
    for sample in samples("ann"):
        area, _, method = sample.name.partition(".")
        reply = getattr(getattr(api, area), method).raw(**sample.fields)
        if "Advanced queries" in str(reply.answer.get("error", {}).get("message")):
            refused.add(sample.name)
            assert "advanced-queries" in reply.headers[MARK]
    assert refused == set(NEEDING)
    application(emulator, "key", on=True)
    assert "result" in api.organizations.getOrganizations()
    emulator.close()


def test_another_application_keeps_its_advanced_queries(sdk_of: Any, emulator: Emulator) -> None:
    application(emulator, "key", on=False)
    assert "error" in sdk_of("key").api.organizations.getOrganizations()
    assert "result" in sdk_of("other").api.organizations.getOrganizations()


@pytest.mark.parametrize("said", [None, "off", 0])
def test_what_is_neither_on_nor_off_is_refused(emulator: Emulator, said: Any) -> None:
    status, answer = application(emulator, "key", on=said)
    assert (status, answer["error"]["message"]) == (400, "advancedQueries must be true or false")


def test_an_empty_agent_id_does_not_delete_the_whole_document(sdk: VeltSDK) -> None:
    told(sdk.api)
    refused: Any = sdk.api.commentAnnotations.deleteCommentAnnotations(**PLACE, agentId="")
    assert refused["error"]["status"] == "INVALID_ARGUMENT"
    found: Any = sdk.api.commentAnnotations.getCommentAnnotations(organizationId="o")
    assert len(found["result"]["data"]) == 1


ALL = {"notification": 1, "mail": 1, "activity": 1}


@pytest.mark.parametrize("assumed", ["on", "off"])
def test_until_they_are_configured_all_services_are_on_or_all_are_off(assumed: str) -> None:
    emulator = Emulator(assume={"notifications-enabled": assumed})
    api: Any = sdk_over(emulator, apiKey="key", authToken="token").api
    told(api)
    assert effects(emulator) == (ALL if assumed == "on" else dict.fromkeys(ALL, 0))
    emulator.close()


def test_a_service_that_is_configured_acts_when_it_is_on(sdk: VeltSDK, emulator: Emulator) -> None:
    workspace: Any = sdk.api.workspace
    for on in (False, True, False):
        workspace.updateNotificationConfig(useNotificationService=on)
        workspace.updateEmailConfig(useEmailService=on)
        workspace.updateActivityConfig(activityServiceConfig={"isEnabled": on})
        before = effects(emulator)
        told(sdk.api)
        after = effects(emulator)
        assert {name: after[name] - before[name] for name in ALL} == dict.fromkeys(ALL, int(on))
