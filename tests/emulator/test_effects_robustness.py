"""Whatever a page plays, an application answers or a comment holds: the emulator never fails itself."""

from __future__ import annotations

import json
import random
from typing import Any, Dict, List

import pytest

from tests.emulator.receiving import receiver
from velt_py.emulator import Emulator

HEADERS = {"x-velt-api-key": "key", "x-velt-auth-token": "token"}
SCALARS: List[Any] = [
    "",
    "o",
    "d",
    "a",
    "u",
    "\x1f",
    "é\ud800",
    0,
    -1,
    7,
    1.5,
    True,
    False,
    None,
    "restricted",
]
WORDS = """
    annotationId comments commentId commentText commentHtml from userId email name to taggedUserContacts
    contact text attachments attachmentId url triggerNotification triggerActivities
    toOrganizationUserGroup groupId assignedTo visibility type userIds organizationId subscribedUsers
    user status id priority customList suggestion metadata targetTextRange resolvedByUserId
    isCommentResolverUsed icon reactions commentAnnotationId transcription recordingEditVersions changes
    entityData featureType actionType actionUser targetEntityId context agent data success statusCode
    hasAccess accessRole resourceId displayBodyMessage
"""
NAMES = WORDS.split()
EVENTS = {
    "comment": (
        "comment_annotation.add comment_annotation.delete comment_annotation.subscribe comment.add comment.update "
        "comment.delete comment_annotation.status_change comment_annotation.assign get "
        "comment_annotation.unsubscribe"
    ),
    "reaction": "reaction.add reaction.delete get",
    "recorder": "recorder_annotation.add recorder_annotation.delete get",
    "attachment": "attachment.add attachment.delete",
    "user": "get",
    "notification": "get notification.delete",
    "activity": "activity.save get",
}


def anything(dice: random.Random, depth: int = 4) -> Any:
    kind = dice.randrange(6) if depth else 0
    if kind <= 1:
        return dice.choice(SCALARS)
    if kind == 2:
        return [anything(dice, depth - 1) for _ in range(dice.randrange(3))]
    return {name: anything(dice, depth - 1) for name in dice.sample(NAMES, dice.randrange(6))}


def likely(dice: random.Random) -> Dict[str, Any]:
    """A comment that is nearly one."""
    comment: Dict[str, Any] = {"commentText": "x", "from": {"userId": "u"}, "triggerNotification": True}
    comment["triggerActivities"] = True
    for name in dice.sample(NAMES, 3):
        comment[name] = anything(dice)
    return comment


def post(emulator: Emulator, path: str, data: Dict[str, Any]) -> int:
    """The status of an answer; a failure of the emulator's own is none."""
    body = json.dumps({"data": data}).encode()
    status, _, answer = emulator.handle("POST", f"/v2/{path}", HEADERS, body)
    assert status < 500, (answer, body)
    return status


def prepared(emulator: Emulator) -> None:
    """Everything that may follow from a comment is on."""
    for path, data in (
        (
            "workspace/webhookconfig/update",
            {
                "useWebhookService": True,
                "webhookServiceConfig": {"rawNotificationUrl": "http://127.0.0.1:9/"},
            },
        ),
        ("workspace/advancedwebhookconfig/update", {"isEnabled": True}),
        ("workspace/advancedwebhook/endpoints/create", {"url": "http://127.0.0.1:9/"}),
        ("workspace/activityconfig/update", {"activityServiceConfig": {"isEnabled": True}}),
        ("organizations/add", {"organizations": [{"organizationId": "o"}]}),
    ):
        assert post(emulator, path, data) == 200


@pytest.mark.parametrize("seed", range(3))
def test_no_comment_makes_what_follows_from_it_fail(emulator: Emulator, seed: int) -> None:
    dice = random.Random(seed)
    prepared(emulator)
    good = 0
    place: Dict[str, Any] = {"organizationId": "o", "documentId": "d"}
    for number in range(300):
        thread: Dict[str, Any] = {"annotationId": f"a{number}", "commentData": [likely(dice)]}
        for name in dice.sample(NAMES, 2):
            thread[name] = anything(dice)
        changes = {name: anything(dice) for name in dice.sample(NAMES, 4)}
        calls = (
            ("add", {"commentAnnotations": [thread], "createDocument": True}),
            ("update", {"annotationIds": [f"a{number}"], "updatedData": changes}),
            ("comments/add", {"annotationId": f"a{number}", "commentData": [likely(dice)]}),
        )
        for path, data in calls:
            good += post(emulator, f"commentannotations/{path}", {**place, **data}) == 200
        # What there is to read is of this thread, and of up to 24 that are gone.
        for user in ("u", "a"):
            assert post(emulator, "notifications/get", {**place, "userId": user}) == 200
        gone = {"annotationIds": [f"a{number}"]} if number % 2 else {}
        good += post(emulator, "commentannotations/delete", {**place, **gone}) == 200
        if number % 25 == 24:
            assert post(emulator, "notifications/delete", place) == 200
    assert emulator.handle("GET", "/__velt/webhooks", {}, b"")[0] == 200
    assert good > 300, "hardly a call did what it was for"


@pytest.mark.parametrize("seed", range(3))
def test_no_page_and_no_answer_of_an_application_makes_the_player_fail(emulator: Emulator, seed: int) -> None:
    dice = random.Random(seed)
    prepared(emulator)

    def answer(body: Any) -> Any:
        data = anything(dice)
        if dice.random() < 0.5:
            data = {dice.choice(["t1", "t2"]): anything(dice) for _ in range(2)}
        return {"success": True, "statusCode": 200, "data": data} if dice.random() < 0.9 else anything(dice)

    with receiver(answer=answer) as own:
        page = {"apiKey": "key", "baseUrl": own.url, "events": ["comment_annotation.assign"]}
        page["fieldsToRemove"] = {"comment": ["context"], "activity": ["entityData"]}
        emulator.handle("POST", "/__velt/frontend/config", {}, json.dumps(page).encode())
        for _ in range(300):
            feature = dice.choice(sorted(EVENTS))
            annotation: Any = {"annotationId": dice.choice(["t1", "t2"]), "comments": [likely(dice)]}
            annotation.update((name, anything(dice)) for name in dice.sample(NAMES, 2))
            given: Dict[str, Any] = {
                "apiKey": "key",
                "organizationId": "o",
                "documentId": "d",
                "user": {"userId": "u"},
                "event": dice.choice(EVENTS[feature].split()),
                "annotationId": dice.choice(["t1", "t2"]),
                "annotation": annotation,
                "comment": likely(dice),
                "activity": {"id": "t1", "featureType": "custom", "actionType": "x", "targetEntityId": "e"},
                "changes": {name: anything(dice) for name in dice.sample(NAMES, 3)},
                "content": "AAAA",
                "name": "x",
                "userIds": ["u"],
            }
            for name in dice.sample(sorted(given), dice.randrange(2)):
                given[name] = anything(dice)
            body = json.dumps(given).encode()
            status, _, said = emulator.handle("POST", f"/__velt/frontend/{feature}", {}, body)
            assert status < 500 or status == 503, (said, body)
