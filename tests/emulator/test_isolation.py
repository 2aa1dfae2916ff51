"""Two api keys never meet, and an erased person is gone: over all operations."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

import pytest

from tests.emulator.walk import DELETING, Sample, person, prepared, samples, walked
from tests.emulator.workflows import definition, result
from velt_py import VeltSDK
from velt_py.emulator import Emulator, InProcessTransport

CONFIGURED = ("config", "workflowDefinition", "workflowVersion")
"""What the walk configures in a person's name, and what stays as the application's own."""
LOOKS = ("get", "list", "count", "search", "query", "download")


def sdk_of(emulator: Emulator, key: str) -> VeltSDK:
    config = {
        "apiKey": key,
        "authToken": f"token-of-{key}",
        "workspaceId": f"workspace-of-{key}",
        "workspaceAuthToken": f"workspace-token-of-{key}",
    }
    return VeltSDK.initialize(config, transport=InProcessTransport(emulator))


def walk(emulator: Emulator, key: str, steps: List[Sample], marker: str) -> List[Tuple[str, str]]:
    """Operation and text of every answer."""
    prepared(emulator, key, marker)
    kept: Dict[str, Any] = {"own": key, "token": f"token-of-{key}"}
    replies = walked(emulator, sdk_of(emulator, key).api, kept, steps)
    return [(name, json.dumps(reply.answer)) for name, reply in replies]


def writing(marker: str) -> List[Sample]:
    return [each for each in samples(marker) if each.name not in DELETING]


@pytest.mark.parametrize("only_looks", [True, False], ids=["only-looks", "does-all"])
def test_what_one_key_wrote_never_shows_to_another_and_nothing_of_it_changes(
    emulator: Emulator, only_looks: bool
) -> None:
    walk(emulator, "one", writing("quokka"), "quokka")
    before = emulator.state.dump("one")
    assert "quokka" in json.dumps(before)
    steps = samples("wombat")
    if only_looks:
        steps = [each for each in steps if each.name.partition(".")[2].startswith(LOOKS)]
    said = walk(emulator, "two", steps, "wombat")
    assert [(name, text) for name, text in said if "quokka" in text] == []
    assert emulator.state.dump("one") == before
    assert "quokka" not in json.dumps(emulator.state.dump("two"))


def test_an_erased_person_is_gone_everywhere_and_the_other_tenant_is_intact(emulator: Emulator) -> None:
    who = person("zoe")
    for key in ("one", "two"):
        walk(emulator, key, writing("zoe"), "zoe")
        others = [each for each in writing("bob") if each.name.startswith(("users.add", "commentAnn"))]
        walk(emulator, key, others, "bob")
        api: Any = sdk_of(emulator, key).api
        tag = {"text": f"@{who['name']}", "userId": who["userId"], "contact": who}
        comment = {"commentText": f"Ask @{who['name']}!", "from": person("bob"), "taggedUserContacts": [tag]}
        api.commentAnnotations.addCommentAnnotations(
            organizationId="org-1",
            documentId="doc-1",
            commentAnnotations=[{"annotationId": "theirs", "commentData": [comment], "assignedTo": who}],
        )
    other = emulator.state.dump("two")
    api = sdk_of(emulator, "one").api
    (running,) = api.workflow.listExecutions(definitionId="flow")["result"]["items"]
    api.workflow.cancelExecution(executionId=running["executionId"])  # one that runs waits for its reviewers
    job = api.gdpr.deleteAllUserData(userIds=[who["userId"]])["data"]["jobId"]
    emulator.clock.tick(60)
    assert api.gdpr.getDeleteUserDataStatus(jobId=job)["result"]["data"]["isDeleteCompleted"] is True
    left = [
        (row["kind"], row["ids"])
        for row in emulator.state.dump("one")
        if row["kind"] not in CONFIGURED
        and any(each in json.dumps(row) for each in (who["userId"], who["name"], who["email"]))
    ]
    assert left == []
    theirs = api.commentAnnotations.getCommentAnnotations(organizationId="org-1", annotationIds=["theirs"])
    assert theirs["result"]["data"][0]["comments"][0]["commentText"] == "Ask @deleted!"
    assert emulator.state.dump("two") == other


@pytest.mark.parametrize("who", ["1", "editor", "custom", "comment", "public", "default"])
def test_erasing_a_person_whose_id_reads_like_something_else_leaves_that_something(
    emulator: Emulator, who: str
) -> None:
    api: Any = sdk_of(emulator, "one").api
    place = {"organizationId": "1", "documentId": "1"}
    bob = {"userId": "bob", "name": "Bob"}
    api.organizations.addOrganizations(organizations=[{"organizationId": "1", "organizationName": "One"}])
    api.documents.addDocuments(organizationId="1", documents=[{"documentId": "1"}])
    api.users.addUsers(**place, users=[{**bob, "accessRole": "editor"}])
    api.userGroups.addUserGroups(
        organizationId="1", organizationUserGroups=[{"groupId": "1", "groupName": "G"}]
    )
    api.commentAnnotations.addCommentAnnotations(
        **place,
        commentAnnotations=[
            {"annotationId": "1", "location": {"id": "1"}, "commentData": [{"commentText": "x", "from": bob}]}
        ],
    )
    api.notifications.addNotifications(
        **place,
        notificationId="1",
        actionUser=bob,
        notifyUsers=[bob],
        displayHeadlineMessageTemplate="h",
        displayBodyMessage="b",
    )
    api.users.addUsers(**place, users=[{"userId": who}])
    theirs = [row for row in emulator.state.dump("one") if row["doc"].get("userId") != who]
    api.gdpr.deleteAllUserData(userIds=[who])
    left = emulator.state.dump("one")
    assert [row for row in left if row["kind"] not in ("counter", "gdprJob")] == [
        row for row in theirs if row["kind"] != "counter"
    ]
    for answer in (
        api.notifications.getNotifications(organizationId="1", userId="bob"),
        api.commentAnnotations.getCommentAnnotations(organizationId="1"),
    ):
        assert len(answer["result"]["data"]) == 1


def test_a_person_can_be_erased_where_a_workflow_has_sent_mails(emulator: Emulator) -> None:
    api: Any = sdk_of(emulator, "one").api
    api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    users = [{"userId": "zoe", "email": "zoe@mail.example"}, {"userId": "bob", "email": "bob@mail.example"}]
    api.users.addUsers(organizationId="o", users=users)
    config = {"channel": "email", "bodyTemplate": "Look", "recipients": [user["email"] for user in users]}
    node = {"nodeId": "tell", "type": "notification", "config": config}
    result(api.workflow.createDefinition(**definition([node], [])))
    began = result(
        api.workflow.dispatchExecution(definitionId="flow", organizationId="o", idempotencyKey="zoe")
    )
    api.gdpr.deleteAllUserData(userIds=["zoe"])
    mails = [row["doc"] for row in emulator.state.dump("one") if row["kind"] == "mail"]
    assert [mail["to"] for mail in mails] == [["bob@mail.example"]]
    view = result(api.workflow.getExecution(executionId=began["executionId"]))
    assert (view["status"], view["idempotencyKey"]) == ("completed", None)
    assert "zoe" not in str([row for row in emulator.state.dump("one") if row["kind"] not in CONFIGURED])
