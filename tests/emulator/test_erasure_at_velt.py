"""A person who was erased is gone everywhere: from the state, the outbox, the log of webhooks and the calls before."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from tests.emulator.asking import result
from tests.emulator.controlling import control
from tests.emulator.tenants import sdk_for, walk, writing
from tests.emulator.walk import person
from tests.emulator.workflows import definition
from velt_py.emulator import Clock, Emulator
from velt_py.emulator.identity import hex_id

CONFIGURED = ("config", "workflowDefinition", "workflowVersion")
"""What the walk configures in a person's name, and what stays as the application's own."""
ZOE, BOB, CAROL = person("zoe"), person("bob"), person("carol")
PLACE = {"organizationId": "org-1", "documentId": "doc-1"}
TEXT = "Zebras only move at night"
"""Zoe's own words, wherever she writes."""


def names_of(key: str) -> Tuple[str, ...]:
    """By what Zoe can be known: id, name and address, their hashes, and her words."""
    hashes = (hex_id(key, "user", ZOE["userId"]), hex_id(key, "email", ZOE["email"]))
    return (*ZOE.values(), ZOE["email"].upper(), *hashes, TEXT)


def tag(who: Dict[str, str]) -> Dict[str, Any]:
    return {"text": f"@{who['name']}", "userId": who["userId"], "contact": who}


def lived(emulator: Emulator, key: str) -> None:
    """Zoe uses everything that there is: by the API, and in browsers. Others answer her, and name her."""
    walk(emulator, key, writing("zoe"), "zoe")
    others = [each for each in writing("bob") if each.name.startswith(("users.add", "commentAnn"))]
    walk(emulator, key, others, "bob")
    api: Any = sdk_for(emulator, key).api
    api.users.addUsers(organizationId="org-1", users=[CAROL])
    asked = {"triggerNotification": True, "triggerActivities": True}
    entries = [
        ("hers", {"commentText": TEXT, "from": ZOE, "taggedUserContacts": [tag(BOB)], **asked}),
        (
            "theirs",
            {
                "commentText": f"Ask @{ZOE['name']}!",
                "from": BOB,
                "taggedUserContacts": [tag(ZOE), tag(CAROL)],
                **asked,
            },
        ),
    ]
    for name, entry in entries:
        thread = {"annotationId": name, "commentData": [entry], "assignedTo": ZOE}
        assert "result" in api.commentAnnotations.addCommentAnnotations(**PLACE, commentAnnotations=[thread])
    reply = {"commentText": TEXT, "from": ZOE, **asked}
    api.commentAnnotations.addComments(**PLACE, annotationId="theirs", commentData=[reply])
    api.users.addUserInvite(
        organizationId="org-1", email=ZOE["email"].upper(), type="org_user", invitedBy=BOB
    )
    used_live(emulator, key)


def used_live(emulator: Emulator, key: str) -> None:
    """What Zoe does while she is in a document."""
    api: Any = sdk_for(emulator, key).api
    api.crdt.updateCrdtData(**PLACE, editorId="editor-1", type="map", data={"by": ZOE})
    api.livestate.broadcastEvent(**PLACE, liveStateDataId="cursor", data={"who": ZOE})
    here = {"apiKey": key, **PLACE}
    control(
        emulator, "POST", "recordings", **here, recordings=[{"from": ZOE, "transcription": {"text": TEXT}}]
    )
    control(emulator, "POST", "presence", **here, users=[ZOE])
    judgment = {**PLACE, "decision": "rejected", "reasoning": TEXT, "actionUser": ZOE}
    control(emulator, "POST", "memory/judgments", apiKey=key, judgments=[judgment])
    play(
        emulator, "reaction", "reaction.add", here, annotation={"commentAnnotationId": "theirs", "icon": "x"}
    )
    recording = {"transcription": {"text": TEXT}}
    play(emulator, "recorder", "recorder_annotation.add", here, annotation=recording)
    comment = {"commentText": TEXT}
    play(emulator, "comment", "comment_annotation.add", here, annotation={"comments": [comment]})
    activity = {
        "featureType": "custom",
        "actionType": "ran",
        "targetEntityId": "e",
        "entityData": {"t": TEXT},
    }
    play(emulator, "activity", "activity.save", here, activity=activity)


def play(emulator: Emulator, feature: str, event: str, place: Dict[str, Any], **given: Any) -> None:
    control(emulator, "POST", f"frontend/{feature}", event=event, user=ZOE, **place, **given)


def rows_in(file: Path) -> Iterator[Tuple[str, Dict[str, str]]]:
    """Every row of every table of a database, with the table's name."""
    database = sqlite3.connect(str(file))
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        cursor = database.execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            yield table, {name: str(value) for name, value in zip(columns, row)}
    database.close()


def left_of_zoe(file: Path, key: str) -> List[Tuple[str, str, str]]:
    return [
        (table, row.get("kind", ""), row.get("id", ""))
        for table, row in rows_in(file)
        if row.get("owner") == key and any(name in " ".join(row.values()) for name in names_of(key))
    ]


def test_an_erased_person_is_gone_from_every_table_and_the_other_tenant_is_intact(tmp_path: Path) -> None:
    emulator = Emulator(str(tmp_path), clock=Clock(1_800_000_000.0))
    file = tmp_path / "emulator.db"
    for key in ("one", "two"):
        lived(emulator, key)
    control(emulator, "POST", "snapshot", apiKey="one", name="before")
    kinds = {kind for _, kind, _ in left_of_zoe(file, "one")}
    assert kinds >= {
        *("user", "annotation", "notification", "activity", "mail", "delivery", "reaction", "recording"),
        *("presence", "livestate", "crdt", "invite", "permission", "judgment"),
    }
    other = emulator.state.dump("two")
    calls = control(emulator, "GET", "requests", apiKey="two")
    api = sdk_for(emulator, "one").api
    (running,) = api.workflow.listExecutions(definitionId="flow")["result"]["items"]
    api.workflow.cancelExecution(executionId=running["executionId"])  # one that runs waits for its reviewers
    job = api.gdpr.deleteAllUserData(userIds=[ZOE["userId"]])["data"]["jobId"]
    emulator.clock.tick(60)
    assert api.gdpr.getDeleteUserDataStatus(jobId=job)["result"]["data"]["isDeleteCompleted"] is True
    left = [each for each in left_of_zoe(file, "one") if each[1] not in CONFIGURED]
    assert left == [("snapshots", "", "")]
    assert emulator.state.dump("two") == other
    assert control(emulator, "GET", "requests", apiKey="two") == calls
    theirs = api.commentAnnotations.getCommentAnnotations(organizationId="org-1", annotationIds=["theirs"])
    assert [each["commentText"] for each in theirs["result"]["data"][0]["comments"]] == ["Ask @deleted!"]
    told = [mail["text"] for mail in control(emulator, "GET", "outbox", apiKey="one")["mails"]]
    assert "Ask @deleted!" in told
    emulator.close()


def test_an_erased_person_is_gone_from_all_that_the_control_api_shows(emulator: Emulator) -> None:
    lived(emulator, "one")
    before = control(emulator, "GET", "requests", apiKey="one")["requests"]
    sdk_for(emulator, "one").api.gdpr.deleteAllUserData(userIds=[ZOE["userId"]])
    *calls, erasing = control(emulator, "GET", "requests", apiKey="one")["requests"]
    assert erasing["data"] == {"userIds": [ZOE["userId"]]}
    facts = ("number", "path", "operation", "status", "at")
    assert [[call[name] for name in facts] for call in calls] == [
        [call[name] for name in facts] for call in before
    ]
    kept = [call for call in calls if call["data"] != "__erased__"]
    assert len(kept) > 20
    shown = {name: control(emulator, "GET", name, apiKey="one") for name in SHOWN}
    said = json.dumps([kept, shown])
    assert [name for name in names_of("one") if name in said] == []


SHOWN = ("outbox", "webhooks", "presence", "livestate")


WORDS = ("1", "editor", "custom", "comment", "public", "default", "metadata", "comments", "userId", "from")


@pytest.mark.parametrize("who", WORDS)
def test_erasing_a_person_whose_id_reads_like_something_else_leaves_that_something(
    emulator: Emulator, who: str
) -> None:
    api: Any = sdk_for(emulator, "one").api
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
    api: Any = sdk_for(emulator, "one").api
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


@pytest.mark.parametrize(
    ("said", "left"),
    [("@Robert", set()), ("Bobby B.", {"notification"})],  # there it is no tag, and may be any word
    ids=["mention", "word"],
)
def test_a_tag_that_only_its_contact_names_is_erased_wherever_the_comment_is_kept(
    emulator: Emulator, sdk: Any, said: str, left: Any
) -> None:
    tag = {"contact": {"userId": "bob"}, "text": said}
    flags = {"triggerActivities": True, "triggerNotification": True}
    comment = {
        "commentText": f"Ask {said}!",
        "from": {"userId": "alice"},
        "taggedUserContacts": [tag],
        **flags,
    }
    made = {"createOrganization": True, "createDocument": True, "organizationId": "o", "documentId": "d"}
    sdk.api.commentAnnotations.addCommentAnnotations(
        **made, commentAnnotations=[{"commentData": [comment], "annotationId": "t"}]
    )
    kept = {each["kind"] for each in emulator.state.dump("key") if said in json.dumps(each)}
    assert {"annotation", "activity"} <= kept
    sdk.api.gdpr.deleteAllUserData(userIds=["bob"])
    assert {each["kind"] for each in emulator.state.dump("key") if said in json.dumps(each)} == left
