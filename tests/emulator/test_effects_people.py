"""Who is told of a comment: notifications, mails, activities; and who is not."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List

import pytest

from tests.emulator.controlling import asked, control
from tests.emulator.test_effects_webhooks import basic, write
from velt_py import VeltSDK
from velt_py.emulator import Emulator
from velt_py.emulator.identity import hex_id

PEOPLE: Dict[str, Dict[str, Any]] = {
    name: {"userId": name, "name": name.title(), "email": f"{name}@example.com"}
    for name in ("alice", "bob", "carl", "dora")
}
BOB = {"text": "@Bob", "userId": "bob", "contact": PEOPLE["bob"]}
PLACE: Dict[str, Any] = {"organizationId": "o", "documentId": "d"}


def told(sdk: VeltSDK, user: str) -> List[str]:
    answer: Any = sdk.api.notifications.getNotifications(userId=user, **PLACE)
    return [each["actionType"] for each in answer["result"]["data"]]


def mails(emulator: Emulator) -> List[str]:
    return [mail["to"] for mail in control(emulator, "GET", "outbox")["mails"]]


@pytest.fixture
def api(sdk: VeltSDK) -> VeltSDK:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.users.addUsers(organizationId="o", users=list(PEOPLE.values()))
    return sdk


def test_whoever_is_tagged_is_notified_and_gets_a_mail_but_not_the_author(
    api: VeltSDK, emulator: Emulator
) -> None:
    write(api, taggedUserContacts=[BOB, {"userId": "alice", "text": "@me", "contact": PEOPLE["alice"]}])
    answer: Any = api.api.notifications.getNotifications(userId="bob", **PLACE)
    [found] = answer["result"]["data"]
    assert list(found["notifyUsersByUserId"]) == [hex_id("key", "user", "bob")]
    assert (found["notificationSource"], found["displayBodyMessage"]) == ("comment", "Hello")
    assert told(api, "alice") == []
    assert mails(emulator) == ["bob@example.com"]
    assert control(emulator, "GET", "outbox")["mails"][0]["subject"] == "Alice commented"


def test_members_of_a_tagged_group_and_assigned_people_are_told(api: VeltSDK, emulator: Emulator) -> None:
    api.api.userGroups.addUserGroups(
        organizationId="o", organizationUserGroups=[{"groupId": "g", "groupName": "G"}]
    )
    api.api.userGroups.addUsersToGroup(organizationId="o", organizationUserGroupId="g", userIds=["carl"])
    write(api, toOrganizationUserGroup=[{"groupId": "g", "text": "@G"}])
    comment = {"commentText": "Hello", "from": PEOPLE["alice"], "triggerNotification": True}
    thread = {"annotationId": "b", "assignedTo": PEOPLE["dora"], "commentData": [comment]}
    api.api.commentAnnotations.addCommentAnnotations(commentAnnotations=[thread], **PLACE)
    assert mails(emulator) == ["carl@example.com", "dora@example.com"]


def test_who_took_part_hears_of_the_next_comment(api: VeltSDK, emulator: Emulator) -> None:
    write(api, taggedUserContacts=[BOB])
    reply = {"commentText": "Yes", "from": PEOPLE["bob"], "triggerNotification": True}
    api.api.commentAnnotations.addComments(annotationId="a", commentData=[reply], **PLACE)
    assert mails(emulator) == ["bob@example.com", "alice@example.com"]
    assert told(api, "alice") == ["comment.add"]


def test_preferences_are_kept_to(api: VeltSDK, emulator: Emulator) -> None:
    settings = api.api.notifications.setNotificationConfig
    settings(organizationId="o", userIds=["bob"], config={"inbox": "NONE", "email": "ALL"})
    settings(organizationId="o", userIds=["carl"], config={"inbox": "MINE", "email": "NONE"})
    carl = {"text": "@Carl", "userId": "carl", "contact": PEOPLE["carl"]}
    write(api, taggedUserContacts=[BOB, carl])
    write(api, "b", taggedUserContacts=[BOB])
    assert told(api, "bob") == []
    assert len(told(api, "carl")) == 1
    assert len(told(api, "dora")) == 2
    assert mails(emulator) == ["bob@example.com", "bob@example.com"]


def test_private_comments_reach_only_those_who_may_see_them(api: VeltSDK, emulator: Emulator) -> None:
    basic(api, "http://127.0.0.1:9/nobody")
    carl = {"text": "@Carl", "userId": "carl", "contact": PEOPLE["carl"]}
    entry = {
        "annotationId": "a",
        "visibility": {"type": "restricted", "userIds": ["bob"]},
        "commentData": [
            {
                "commentText": "psst",
                "from": PEOPLE["alice"],
                "triggerNotification": True,
                "taggedUserContacts": [BOB, carl],
            }
        ],
    }
    api.api.commentAnnotations.addCommentAnnotations(createDocument=True, commentAnnotations=[entry], **PLACE)
    assert mails(emulator) == ["bob@example.com"]
    assert (len(told(api, "bob")), told(api, "carl"), told(api, "dora")) == (1, [], [])
    [webhook] = control(emulator, "GET", "webhooks")["webhooks"]
    assert sorted(webhook["body"]["accessDeniedUsers"]) == ["carl", "dora"]
    assert webhook["body"]["visibility"] == {"type": "restricted", "userIds": ["bob"]}


def test_preferences_travel_with_webhooks(api: VeltSDK, emulator: Emulator) -> None:
    basic(api, "http://127.0.0.1:9/nobody")
    config = {"inbox": "MINE", "email": "NONE"}
    api.api.notifications.setNotificationConfig(organizationId="o", userIds=["bob"], config=config)
    write(api)
    [webhook] = control(emulator, "GET", "webhooks")["webhooks"]
    assert webhook["body"]["usersOrganizationNotificationsConfig"] == {"bob": config}


def test_a_self_hosted_text_is_in_no_notification_mail_activity_or_webhook(
    api: VeltSDK, emulator: Emulator
) -> None:
    basic(api, "http://127.0.0.1:9/nobody")
    more: Dict[str, Any] = {"isCommentResolverUsed": True, "triggerActivities": True}
    write(api, commentText="a secret text", taggedUserContacts=[BOB], **more)
    assert len(mails(emulator)) == 1
    assert "a secret text" not in json.dumps(emulator.state.dump())


def test_activities_follow_when_they_are_asked_for(api: VeltSDK) -> None:
    write(api, triggerActivities=True)
    write(api, "b")
    answer: Any = api.api.activities.getActivities(organizationId="o")
    [found] = answer["result"]["data"]
    assert (found["featureType"], found["actionType"]) == ("comment", "comment_annotation.add")
    assert (found["targetEntityId"], found["actionUser"]["userId"]) == ("a", "alice")


def test_changes_cause_activities_once_the_service_is_on(api: VeltSDK) -> None:
    write(api)
    done = {"id": "RESOLVED", "name": "Resolved", "type": "terminal"}

    def change(status: Dict[str, str]) -> List[str]:
        api.api.commentAnnotations.updateCommentAnnotations(
            annotationIds=["a"], updatedData={"status": status}, **PLACE
        )
        answer: Any = api.api.activities.getActivities(organizationId="o")
        return [each["actionType"] for each in answer["result"]["data"]]

    assert change(done) == []
    api.api.workspace.updateActivityConfig(activityServiceConfig={"isEnabled": True})
    assert change({"id": "OPEN", "name": "Open", "type": "default"}) == ["comment_annotation.status_change"]


def test_services_that_are_switched_off_do_nothing(api: VeltSDK, emulator: Emulator) -> None:
    api.api.workspace.updateNotificationConfig(useNotificationService=False)
    api.api.workspace.updateEmailConfig(useEmailService=False)
    write(api, taggedUserContacts=[BOB])
    assert (told(api, "bob"), mails(emulator)) == ([], [])


def test_two_keys_never_get_each_others_mails(sdk_of: Callable[[str], VeltSDK], emulator: Emulator) -> None:
    one, other = sdk_of("one"), sdk_of("other")
    write(one, taggedUserContacts=[BOB])
    write(other)
    assert told(other, "bob") == ["comment_annotation.add"]
    assert control(emulator, "GET", "outbox?apiKey=other")["mails"] == []
    assert len(control(emulator, "GET", "outbox?apiKey=one&to=bob@example.com")["mails"]) == 1
    control(emulator, "DELETE", "outbox", apiKey="other")
    assert len(mails(emulator)) == 1
    control(emulator, "DELETE", "outbox")
    assert mails(emulator) == []


def test_a_snapshot_brings_one_key_back_and_leaves_the_others(
    sdk_of: Callable[[str], VeltSDK], emulator: Emulator
) -> None:
    one, other = sdk_of("one"), sdk_of("other")
    one.api.organizations.addOrganizations(organizations=[{"organizationId": "before"}])
    control(emulator, "POST", "snapshot", apiKey="one", name="start")
    for sdk in (one, other):
        sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "after"}])
    assert control(emulator, "GET", "snapshot?apiKey=one")["snapshots"] == ["start"]
    control(emulator, "POST", "restore", apiKey="one", name="start")
    assert [each["id"] for each in one.api.organizations.getOrganizations.items()] == ["before"]
    assert [each["id"] for each in other.api.organizations.getOrganizations.items()] == ["after"]
    assert asked(emulator, "POST", "restore", apiKey="other", name="start")[0] == 400


def test_a_snapshot_of_everything_brings_everything_back(sdk: VeltSDK, emulator: Emulator) -> None:
    control(emulator, "POST", "snapshot", name="empty")
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    control(emulator, "POST", "restore", name="empty")
    assert list(sdk.api.organizations.getOrganizations.items()) == []


def test_recordings_and_presence_are_seeded_and_cause_nothing(sdk: VeltSDK, emulator: Emulator) -> None:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    place = {"apiKey": "key", **PLACE}
    control(emulator, "POST", "recordings", recordings=[{"recordingId": "r", "type": "audio"}], **place)
    answer: Any = sdk.api.recordings.getRecordings(**PLACE)
    assert [each["recordingId"] for each in answer["result"]["data"]] == ["r"]
    control(emulator, "POST", "presence", users=[{"userId": "alice"}], **place)
    sdk.api.presence.addPresence(users=[{"userId": "bob", "status": "away"}], **PLACE)
    found = control(emulator, "GET", "presence?apiKey=key")["presence"]
    assert [(each["userId"], each["status"]) for each in found] == [("alice", "online"), ("bob", "away")]
    assert control(emulator, "GET", "webhooks")["webhooks"] == []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("recordings", {"apiKey": "k"}),
        ("recordings", {"apiKey": "k", **PLACE, "recordings": [1]}),
        ("recordings", {"apiKey": "k", **PLACE, "recordings": [{"recordingId": "\x1f"}]}),
        ("presence", {"apiKey": "k", **PLACE, "users": [{"userId": 1}]}),
        ("presence", {"apiKey": "k", **PLACE, "users": [{"userId": "u", "status": []}]}),
        ("snapshot", {"name": ["x"]}),
        ("webhooks/resend", {"apiKey": "k", "id": "\x1f"}),
    ],
    ids=range(7),
)
def test_bad_control_requests_end_in_a_400(emulator: Emulator, name: str, body: Any) -> None:
    status, _, _ = emulator.handle("POST", f"/__velt/{name}", {}, json.dumps(body).encode())
    assert status == 400
