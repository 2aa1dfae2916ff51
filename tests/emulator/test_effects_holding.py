"""Notifications and mails that are held back: for a while, until they are seen, in batches."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.emulator.controlling import control
from tests.emulator.receiving import receiver
from tests.emulator.test_effects_people import PEOPLE, PLACE, told
from tests.emulator.test_effects_webhooks import basic
from velt_py import VeltSDK
from velt_py.emulator import Clock, Emulator, InProcessTransport
from velt_py.emulator.effects.batches import Held, Pipeline, Window, due_batches


@pytest.fixture
def api(sdk: VeltSDK) -> VeltSDK:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.users.addUsers(organizationId="o", users=list(PEOPLE.values()))
    return sdk


def configure(sdk: VeltSDK, delay: int = 0, **batches: Any) -> None:
    service: Dict[str, Any] = {"batchConfig": batches}
    if delay:
        service["delayConfig"] = {"isEnabled": True, "delaySeconds": delay}
    answer: Any = sdk.api.workspace.updateNotificationConfig(
        useNotificationService=True, notificationServiceConfig=service
    )
    assert "result" in answer, answer


def window(seconds: int, most: int) -> Dict[str, Any]:
    return {"isEnabled": True, "batchWindowSeconds": seconds, "maxActivities": most}


def tag(sdk: VeltSDK, thread: str, *users: str, document: str = "d") -> None:
    tagged = [{"userId": user, "text": f"@{user}", "contact": PEOPLE[user]} for user in users]
    comment = {
        "commentText": f"In {thread}",
        "from": PEOPLE["alice"],
        "triggerNotification": True,
        "taggedUserContacts": tagged,
    }
    sdk.api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId=document,
        createDocument=True,
        commentAnnotations=[{"annotationId": thread, "commentData": [comment]}],
    )


def outbox(emulator: Emulator) -> List[Any]:
    found: List[Any] = control(emulator, "GET", "outbox")["mails"]
    return found


def test_what_is_delayed_is_told_when_its_time_is_over_and_webhooks_at_once(
    api: VeltSDK, emulator: Emulator
) -> None:
    with receiver() as hook:
        basic(api, hook.url)
        configure(api, 30)
        tag(api, "t", "bob", "carl")
        assert emulator.deliver_due() == len(hook.got) == 1
    emulator.clock.tick(29.9)
    assert (told(api, "bob"), outbox(emulator)) == ([], [])
    emulator.clock.tick(0.1)
    assert (told(api, "bob"), told(api, "carl"), told(api, "dora")) == (
        ["comment_annotation.add"],
        ["comment_annotation.add"],
        [],
    )
    assert [mail["to"] for mail in outbox(emulator)] == ["bob@example.com", "carl@example.com"]
    assert outbox(emulator)[0]["at"] == emulator.clock.milliseconds()


def test_what_a_test_delivers_by_hand_is_not_told_by_the_thread(api: VeltSDK, emulator: Emulator) -> None:
    configure(api, 30)
    tag(api, "t", "bob")
    emulator.clock.tick(30)
    emulator.errands.run(None, frozenset(["key"]))
    assert "noticeHeld" in {each["kind"] for each in emulator.state.dump("key")}
    emulator.deliver_due()
    assert "noticeHeld" not in {each["kind"] for each in emulator.state.dump("key")}


def test_whoever_saw_it_in_the_meantime_is_not_told(api: VeltSDK, emulator: Emulator) -> None:
    configure(api, 30)
    tag(api, "t", "bob", "carl", "dora")
    page: Dict[str, Any] = {"apiKey": "key", **PLACE}
    control(emulator, "POST", "frontend/config", apiKey="key", providers=[])
    control(emulator, "POST", "frontend/comment", event="get", user=PEOPLE["bob"], **page)
    reply = {"commentText": "Seen", "from": PEOPLE["carl"]}
    api.api.commentAnnotations.addComments(annotationId="t", commentData=[reply], **PLACE)
    emulator.clock.tick(30)
    assert [told(api, name) for name in ("bob", "carl")] == [[], []]
    assert [mail["userId"] for mail in outbox(emulator)] == ["dora"]
    control(emulator, "POST", "frontend/comment", event="get", user=PEOPLE["dora"], **page)
    assert told(api, "dora") == ["comment_annotation.add"]


def test_a_document_collects_until_its_window_closes_or_is_full(api: VeltSDK, emulator: Emulator) -> None:
    configure(api, document=window(60, 3))
    tag(api, "a", "bob")
    emulator.clock.tick(50)
    tag(api, "b", "bob")
    tag(api, "elsewhere", "bob", document="e")
    assert outbox(emulator) == []
    emulator.clock.tick(10)
    [digest] = outbox(emulator)
    assert (digest["to"], digest["event"]) == ("bob@example.com", "digest")
    assert [each["annotationId"] for each in digest["activities"]] == ["a", "b"]
    assert len(told(api, "bob")) == 2
    control(emulator, "DELETE", "outbox")
    for thread in ("c", "d", "e"):
        tag(api, thread, "bob", "carl")
    assert {mail["to"]: len(mail["activities"]) for mail in outbox(emulator)} == {
        "bob@example.com": 3,
        "carl@example.com": 3,
    }
    emulator.clock.tick(1_000)
    assert [mail.get("documentId") for mail in outbox(emulator)] == [None, None, "e"]


def test_a_person_collects_over_documents_and_nothing_is_told_twice(api: VeltSDK, emulator: Emulator) -> None:
    configure(api, 10, document=window(600, 50), user=window(60, 50))
    tag(api, "a", "bob")
    tag(api, "b", "bob", "carl", document="e")
    emulator.clock.tick(70)
    assert sorted(len(mail.get("activities", [1])) for mail in outbox(emulator)) == [1, 2]
    emulator.clock.tick(10_000)
    assert len(outbox(emulator)) == 2
    assert (len(told(api, "bob")), len(told(api, "carl"))) == (1, 0)


def test_what_is_held_survives_a_restart_and_is_told_by_a_server_alone(tmp_path: Path) -> None:
    config = {"apiKey": "key", "authToken": "t"}
    clock = Clock(1_800_000_000.0)
    first = Emulator(str(tmp_path), clock=clock)
    sdk = VeltSDK.initialize(config, transport=InProcessTransport(first))
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.users.addUsers(organizationId="o", users=list(PEOPLE.values()))
    configure(sdk, 600)
    tag(sdk, "t", "bob")
    first.close()
    second = Emulator(str(tmp_path), clock=clock)
    clock.tick(600)
    second.deliver_due()
    kinds = [each["kind"] for each in second.state.dump("key")]
    second.close()
    assert ("mail" in kinds, "notification" in kinds, "noticeHeld" in kinds) == (True, True, False)


def test_a_deleted_document_and_an_erased_person_leave_nothing_that_is_held(
    api: VeltSDK, emulator: Emulator
) -> None:
    configure(api, 600)
    tag(api, "t", "bob", "carl")
    tag(api, "u", "dora", document="e")
    api.api.documents.deleteDocuments(organizationId="o", documentIds=["e"])
    api.api.gdpr.deleteAllUserData(userIds=["bob"], organizationIds=["o"])
    held = [each["doc"]["user"] for each in emulator.state.dump("key") if each["kind"] == "noticeHeld"]
    assert held == ["carl"]
    api.api.gdpr.deleteAllUserData(userIds=["alice"], organizationIds=["o"])
    assert "noticeHeld" not in json.dumps([each["kind"] for each in emulator.state.dump("key")])


def test_whichever_window_closes_first_takes_what_is_in_it() -> None:
    def held(due: int, user: str, activity: str, document: str = "d") -> Held:
        return Held(due, "o", document, user, activity, (activity, user))

    pipeline = Pipeline(0, Window(100, 3), Window(40, 10))
    entries = [held(0, "bob", "1"), held(10, "carl", "2"), held(30, "bob", "2"), held(90, "", "3")]
    found = due_batches(entries, pipeline, 500)
    assert [(batch.at, [each.place for each in batch.held]) for batch in found] == [
        (40, [("1", "bob"), ("2", "bob")]),
        (50, [("2", "carl")]),
        (190, [("3", "")]),
    ]
    assert due_batches(entries, pipeline, 39) == []
    many = [held(number, f"u{number % 50}", str(number), f"d{number // 2}") for number in range(5000)]
    wide = Pipeline(0, Window(10**9, 50), Window(10**9, 5000))
    started = time.process_time()
    assert due_batches(many, wide, 10**6) == []  # every call looks at them
    assert time.process_time() - started < 1
    full = due_batches([*entries[:2], held(12, "dora", "3")], pipeline, 500)
    assert [(batch.at, len(batch.held)) for batch in full] == [(12, 3)]
