"""The whole loop on one machine: a played browser, the application's own store, the emulator in Velt's place."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator
from urllib.parse import urlsplit

import pytest

from tests.emulator.controlling import asked, control
from tests.emulator.receiving import receiver
from tests.emulator.test_effects_webhooks import SOURCE, basic, endpoint
from tests.guides import end
from tests.waiting import until
from tests.webserver import Client, velt_server
from velt_py import VeltSDK
from velt_py.emulator import Emulator
from velt_py.web.access import everybody, no_questions

ANA = {"userId": "ana", "name": "Ana Ruiz", "email": "ana@acme.example"}
BEN = {"userId": "ben", "name": "Ben Okafor", "email": "ben@acme.example"}
PLACE: Dict[str, Any] = {"organizationId": "o", "documentId": "d"}
SECRET = "The launch moves to May"
TAG = {"text": "@Ben Okafor", "userId": "ben", "contact": BEN}


@pytest.fixture(params=["asgi", "wsgi"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """The application's own resolver routes behind a real socket."""
    config = {
        "database": {"type": "sqlite", "path": str(tmp_path / "velt.db")},
        "files": {"type": "folder", "path": str(tmp_path / "files"), "base_url": "https://app.example/velt"},
    }
    with velt_server(request.param, config, authenticate=everybody, authorize=no_questions) as client:
        yield client


class Page:
    """A page on which somebody is."""

    def __init__(self, emulator: Emulator, url: str, key: str = "key") -> None:
        self.emulator, self.key = emulator, key
        control(emulator, "POST", "frontend/config", apiKey=key, baseUrl=url)

    def play(self, feature: str, event: str, user: Any = ANA, **given: Any) -> Any:
        given = {"apiKey": self.key, "user": user, "event": event, **PLACE, **given}
        return control(self.emulator, "POST", f"frontend/{feature}", **given)["data"]

    def refused(self, feature: str, event: str, **given: Any) -> Any:
        given = {"apiKey": self.key, "user": ANA, "event": event, **PLACE, **given}
        status, answer = asked(self.emulator, "POST", f"frontend/{feature}", **given)
        return status, answer["error"]

    def threads(self, user: Any = ANA) -> Any:
        return self.play("comment", "get", user)["commentAnnotations"]


@pytest.fixture
def page(store: Client, emulator: Emulator) -> Page:
    return Page(emulator, f"http://127.0.0.1:{store.port}")


def begin(page: Page, **more: Any) -> Any:
    annotation = {
        "annotationId": "t",
        "comments": [{"commentText": SECRET, "commentHtml": f"<p>{SECRET}</p>", "taggedUserContacts": [TAG]}],
        "targetTextRange": {"text": "launch in April", "occurrence": 1},
        "positionX": 320.5,
        **more,
    }
    return page.play("comment", "comment_annotation.add", annotation=annotation)


def at_velt(emulator: Emulator) -> str:
    """All that the emulator holds in Velt's place, as one text."""
    return json.dumps(emulator.state.dump())


def test_a_conversation_keeps_its_texts_in_the_own_store_and_reads_as_it_was_written(
    page: Page, store: Client, sdk: VeltSDK, emulator: Emulator
) -> None:
    [first] = begin(page)["commentIds"]
    page.play("comment", "comment.add", BEN, annotationId="t", comment={"commentText": "Who tells them?"})
    page.play(
        "comment", "comment.update", annotationId="t", comment={"commentId": first, "commentText": "To June"}
    )
    [thread] = page.threads(BEN)
    assert [each["commentText"] for each in thread["comments"]] == ["To June", "Who tells them?"]
    assert thread["targetTextRange"] == {"text": "launch in April", "occurrence": 1}
    assert thread["positionX"] == 320.5
    for text in (SECRET, "To June", "Who tells them?", "launch in April", "Ana Ruiz", "ben@acme.example"):
        assert text not in at_velt(emulator), text
    own = store.post("/comments/get", {"organizationId": "o", "commentAnnotationIds": ["t"]}).json["data"]
    assert own["t"]["comments"][str(first)]["commentText"] == "To June"
    answer: Any = sdk.api.commentAnnotations.getCommentAnnotations(organizationId="o")
    [at_rest] = answer["result"]["data"]
    assert [each["isCommentResolverUsed"] for each in at_rest["comments"]] == [True, True]
    assert at_rest["from"] == {"userId": "ana"}


def test_deleting_a_comment_and_then_the_thread_leaves_nothing_on_either_side(
    page: Page, store: Client, sdk: VeltSDK
) -> None:
    begin(page)
    second = page.play("comment", "comment.add", annotationId="t", comment={"commentText": "2"})[
        "commentIds"
    ][0]
    page.play("comment", "comment.delete", annotationId="t", commentId=second)
    assert [each["commentText"] for each in page.threads()[0]["comments"]] == [SECRET]
    page.play("comment", "comment_annotation.delete", annotationId="t")
    assert page.threads() == []
    own = store.post("/comments/get", {"organizationId": "o", "commentAnnotationIds": ["t"]})
    assert own.json["data"] == {}


def test_what_the_browser_does_is_told_by_webhooks_without_texts(
    page: Page, sdk: VeltSDK, emulator: Emulator
) -> None:
    with receiver() as hook:
        basic(sdk, hook.url)
        begin(page)
        done = {"id": "RESOLVED", "name": "Resolved", "type": "terminal"}
        page.play("comment", "comment_annotation.status_change", annotationId="t", changes={"status": done})
        page.play("comment", "comment_annotation.subscribe", BEN, annotationId="t")
        comment = page.threads()[0]["comments"][0]["commentId"]
        about = {"icon": "1f44d", "commentAnnotationId": "t", "commentId": comment, "annotationId": "r"}
        page.play("reaction", "reaction.add", BEN, annotation=about)
        page.play("reaction", "reaction.delete", BEN, annotationId="r")
        emulator.deliver_due()
        actions = [body["actionType"] for body in hook.bodies()]
        assert actions == ["newlyAdded", "statusChanged", "subscribed", "reactionAdded", "reactionDeleted"]
        assert {body["platform"] for body in hook.bodies()} == {"sdk"}
        assert hook.bodies()[1]["actionUser"] == {"userId": "ana"}
        assert "rest-api" not in json.dumps(hook.bodies())
        assert SECRET not in json.dumps(hook.bodies())
        assert "1f44d" not in json.dumps(hook.bodies())


def test_huddles_and_shared_editors_are_told_by_both_kinds_of_webhooks(
    page: Page, sdk: VeltSDK, emulator: Emulator
) -> None:
    with receiver() as old, receiver() as new:
        basic(sdk, old.url, triggers={"crdt": True})
        endpoint(sdk, new.url)
        page.play("huddle", "huddle.create")
        page.play("huddle", "huddle.join", BEN)
        for text in ("draft", "final"):
            page.play("crdt", "crdt.update_data", editorId="e", type="text", data=text, sessionId="s")
        assert emulator.deliver_due() == 4
        emulator.clock.tick(4.9)
        assert emulator.deliver_due() == 0
        sdk.api.crdt.updateCrdtData(**PLACE, editorId="e", type="text", data="sent")
        emulator.clock.tick(4.9)
        assert emulator.deliver_due() == 0
        emulator.clock.tick(0.1)
        assert emulator.deliver_due() == 2
        created, joined, edited = old.bodies()
        assert (created["actionType"], joined["actionType"]) == ("created", "joined")
        assert (created["notificationSource"], created["platform"]) == ("huddle", "sdk")
        assert joined["actionUser"] == {"userId": "ben"}
        assert (edited["actionType"], edited["crdtData"]["data"]) == ("updateData", "sent")
        assert [each["event"] for each in new.bodies()] == [
            "huddle.create",
            "huddle.join",
            "crdt.update_data",
        ]
        assert new.bodies()[2]["data"]["crdtData"]["lastUpdatedBy"] == "REST_API"
    page.play("crdt", "crdt.update_data", BEN, editorId="e", type="text", data="again", sessionId="s")
    [shown] = page.play("crdt", "get")["editors"]
    assert (shown["data"], shown["lastUpdatedBy"], shown["sessionId"]) == ("again", "ben", "s")


def test_an_edit_after_the_quiet_time_replaces_nothing_that_is_about_to_leave(
    page: Page, sdk: VeltSDK, emulator: Emulator
) -> None:
    with receiver() as hook:
        basic(sdk, hook.url, triggers={"crdt": True})
        for text in ("first", "second"):
            page.play("crdt", "crdt.update_data", editorId="e", type="text", data=text)
            emulator.clock.tick(5)
        assert emulator.deliver_due() == 2
        assert [body["crdtData"]["data"] for body in hook.bodies()] == ["first", "second"]


def test_reactions_and_recordings_come_back_whole_and_lie_apart(page: Page, emulator: Emulator) -> None:
    page.play("reaction", "reaction.add", annotation={"annotationId": "r", "icon": "1f44d"})
    recording = {
        "annotationId": "v",
        "transcription": {"transcriptedText": "spoken words"},
        "attachments": [{"attachmentId": 7, "name": "v.webm", "url": "https://files.example/v.webm"}],
        "displayName": "Demo",
    }
    page.play("recorder", "recorder_annotation.add", annotation=recording)
    for text in ("1f44d", "spoken words", "files.example", "Ana Ruiz"):
        assert text not in at_velt(emulator), text
    assert page.play("reaction", "get")["reactionAnnotations"][0]["icon"] == "1f44d"
    [found] = page.play("recorder", "get")["recorderAnnotations"]
    assert found["transcription"] == recording["transcription"]
    assert found["attachments"] == recording["attachments"]
    assert found["from"] == ANA
    page.play("recorder", "recorder_annotation.delete", annotationId="v")
    page.play("reaction", "reaction.delete", annotationId="r")
    assert page.play("recorder", "get")["recorderAnnotations"] == []
    assert page.play("reaction", "get")["reactionAnnotations"] == []


def test_a_file_goes_to_the_application_and_only_its_place_to_velt(
    page: Page, emulator: Emulator, tmp_path: Path
) -> None:
    def stored() -> int:
        return len([path for path in (tmp_path / "files").rglob("*") if path.is_file()])

    content = base64.b64encode(b"%PDF-1.4 the secret plan").decode()
    file = page.play(
        "attachment", "attachment.add", name="plan.pdf", mimeType="application/pdf", content=content
    )
    assert file["url"].startswith("https://app.example/velt/files/")
    begin(page, comments=[{"commentText": "see", "attachments": [file]}])
    assert "plan.pdf" not in at_velt(emulator)
    [found] = page.threads()[0]["comments"][0]["attachments"]
    assert (found["name"], found["url"]) == ("plan.pdf", file["url"])
    assert stored() == 1
    page.play("attachment", "attachment.delete", attachmentId=file["attachmentId"])
    assert stored() == 0


def test_custom_activities_give_up_the_fields_that_are_named(page: Page, emulator: Emulator) -> None:
    activity = {
        "id": "act",
        "featureType": "custom",
        "actionType": "custom",
        "targetEntityId": "e",
        "displayMessageTemplateData": {"releaseName": "v2.1 secret"},
    }
    resolver = {"fieldsToRemove": {"activity": ["displayMessageTemplateData"]}}
    page.play("activity", "activity.save", activity=activity, resolver=resolver)
    assert "v2.1 secret" not in at_velt(emulator)
    [found] = page.play("activity", "get")["activities"]
    assert found["displayMessageTemplateData"] == {"releaseName": "v2.1 secret"}
    assert found["isActivityResolverUsed"] is True


def test_custom_notifications_are_filled_from_the_own_store(emulator: Emulator, sdk: VeltSDK) -> None:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.notifications.addNotifications(
        createDocument=True,
        isNotificationResolverUsed=True,
        notificationId="n",
        notifyUsers=[ANA],
        actionUser=BEN,
        **PLACE,
    )
    filled = {"success": True, "statusCode": 200, "data": {"n": {"displayBodyMessage": "secret news"}}}
    with receiver(answer=filled) as own:
        page = Page(emulator, own.url)
        [found] = page.play("notification", "get")["notifications"]
        assert (found["id"], found["displayBodyMessage"]) == ("n", "secret news")
        assert own.bodies() == [{"organizationId": "o", "notificationIds": ["n"]}]
        page.play("notification", "notification.delete", notificationId="n")
        assert page.play("notification", "get")["notifications"] == []


def test_nothing_is_stored_when_the_application_does_not_take_it(emulator: Emulator) -> None:
    with receiver(answer={"success": False, "statusCode": 500, "errorCode": "DOWN"}) as own:
        page = Page(emulator, own.url)
        annotation = {"annotationId": "t", "comments": [{"commentText": SECRET}]}
        status, error = page.refused("comment", "comment_annotation.add", annotation=annotation)
        assert (status, error["status"], error["details"]["errorCode"]) == (503, "UNAVAILABLE", "DOWN")
    assert page.threads() == []
    assert SECRET not in at_velt(emulator)


def test_a_resolver_that_fails_is_asked_again_as_often_as_the_page_says(emulator: Emulator) -> None:
    with receiver(status=503, answer={"success": True, "statusCode": 200, "data": {}}) as own:

        def recover() -> None:
            own.status = 200 if len(own.got) == 3 else 503

        own.then = recover
        page = Page(emulator, own.url)
        retries = {"saveRetryConfig": {"retryCount": 2, "retryDelay": 1, "revertOnFailure": True}}
        once = page.refused(
            "comment", "comment_annotation.add", annotation={"annotationId": "x", "comments": [{}]}
        )
        assert (once[0], len(own.got), at_velt(emulator).count('"x"')) == (503, 1, 0)
        own.got.clear()
        begin_with = {"resolver": {"baseUrl": own.url, "config": {"comment": retries}}}
        page.play(
            "comment",
            "comment_annotation.add",
            annotation={"annotationId": "t", "comments": [{"commentText": SECRET}]},
            **begin_with,
        )
        assert len(own.got) == 3
        assert len({body for _, body in own.got}) == 1
        own.status, own.then = 500, None
        [thread] = page.play("comment", "get", **begin_with)["commentAnnotations"]
        assert (len(own.got), thread["comments"][0]["isCommentTextAvailable"]) == (4, True)


def test_a_read_that_takes_too_long_shows_what_velt_has(page: Page, emulator: Emulator) -> None:
    begin(page)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        own = {"baseUrl": url, "config": {"comment": {"resolveTimeout": 30}}}
        [thread] = page.play("comment", "get", resolver=own)["commentAnnotations"]
    assert "commentText" not in thread["comments"][0]


def test_a_page_shows_its_threads_without_texts_while_the_application_is_down(
    emulator: Emulator,
) -> None:
    with receiver(answer={"success": True, "statusCode": 200}) as own:
        page = Page(emulator, own.url)
        begin(page)
    [thread] = page.threads()
    assert thread["annotationId"] == "t"
    assert "commentText" not in thread["comments"][0]


def test_a_private_thread_is_on_the_pages_of_those_who_may_see_it(page: Page) -> None:
    begin(page, visibility={"type": "restricted", "userIds": ["ben"]})
    assert [len(page.threads({"userId": name})) for name in ("ana", "ben", "carl")] == [1, 1, 0]


def test_an_erased_person_has_no_reaction_no_recording_and_no_mail_left(
    page: Page, sdk: VeltSDK, emulator: Emulator
) -> None:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.users.addUsers(organizationId="o", users=[ANA, BEN])
    begin(page)
    page.play("reaction", "reaction.add", BEN, annotation={"annotationId": "r", "icon": "1f44d"})
    page.play("recorder", "recorder_annotation.add", BEN, annotation={"annotationId": "v"})
    assert [mail["userId"] for mail in control(emulator, "GET", "outbox")["mails"]] == ["ben"]
    sdk.api.gdpr.deleteAllUserData(userIds=["ben"])
    kinds = ("reaction", "recording", "mail", "annotation", "notification", "user")
    left = [each["doc"] for each in emulator.state.dump() if each["kind"] in kinds]
    assert "ben" not in json.dumps(left)


@pytest.mark.parametrize("wanted", [True, False], ids=["wanted", "not wanted"])
def test_an_application_hears_of_an_assignment_only_when_it_wants_to(
    emulator: Emulator, wanted: bool
) -> None:
    with receiver(answer={"success": True, "statusCode": 200, "data": {}}) as own:
        page = Page(emulator, own.url)
        begin(page)
        events = {"events": ["comment_annotation.assign"] if wanted else []}
        page.play(
            *("comment", "comment_annotation.assign"),
            annotationId="t",
            changes={"assignedTo": BEN},
            resolver=events,
        )
        told = [body for body in own.bodies() if body.get("event") == "comment_annotation.assign"]
    assert len(told) == wanted
    assert all("commentId" not in body for body in told)
    assert page.threads()[0]["assignedTo"] == {"userId": "ben"}


def test_two_keys_never_share_a_page(page: Page, store: Client, emulator: Emulator) -> None:
    begin(page)
    other = Page(emulator, f"http://127.0.0.1:{store.port}", "other")
    assert other.threads() == []


def test_headers_of_a_page_reach_the_application_and_are_not_shown(emulator: Emulator) -> None:
    with receiver(answer={"success": True, "statusCode": 200, "data": {}}) as own:
        headers = {"Authorization": "Bearer secret-of-the-page"}
        shown = control(emulator, "POST", "frontend/config", apiKey="key", baseUrl=own.url, headers=headers)
        given = {"apiKey": "key", "user": ANA, "event": "get", "userIds": ["ana"], **PLACE}
        control(emulator, "POST", "frontend/user", **given)
        assert own.got[0][0]["Authorization"] == "Bearer secret-of-the-page"
        assert "secret-of-the-page" not in json.dumps(shown) + at_velt(emulator)


def test_a_reset_forgets_what_the_pages_of_its_key_configured(emulator: Emulator) -> None:
    for key in ("key", "other"):
        control(emulator, "POST", "frontend/config", apiKey=key, baseUrl="http://127.0.0.1:9")
    control(emulator, "POST", "reset", apiKey="key")
    given = {"user": ANA, "event": "get", "userIds": ["ana"], **PLACE}
    for key, said in (("key", "has no address"), ("other", "did not answer")):
        _, _, answer = emulator.handle(
            "POST", "/__velt/frontend/user", {}, json.dumps({"apiKey": key, **given}).encode()
        )
        assert said in json.loads(answer)["error"]["message"]


def test_without_providers_velt_gets_everything(emulator: Emulator) -> None:
    control(emulator, "POST", "frontend/config", apiKey="key", providers=[])
    given = {"apiKey": "key", "user": ANA, "event": "comment_annotation.add", **PLACE}
    annotation = {"annotationId": "t", "comments": [{"commentText": "for everybody"}]}
    control(emulator, "POST", "frontend/comment", annotation=annotation, **given)
    assert "for everybody" in at_velt(emulator)


BAD: Any = [
    ("config", {"baseUrl": 1}),
    ("config", {"baseUrl": "http://x", "headers": {"a": 1}}),
    ("config", {"urls": {"nothing.get": "http://x"}}),
    ("config", {"providers": ["nothing"]}),
    ("config", {"fieldsToRemove": {"comment": "x"}}),
    ("config", {"config": 1}),
    ("config", {"config": {"nothing": {}}}),
    ("config", {"config": {"comment": {"resolveTimeout": "1"}}}),
    ("config", {"config": {"comment": {"getRetryConfig": {"retryCount": 10**9}}}}),
    ("config", {"config": {"comment": {"getRetryConfig": [1]}}}),
    ("config", {"config": {"comment": {"saveRetryConfig": {"revertOnFailure": 1}}}}),
    ("config", {"config": {"comment": {"nothing": 1}}}),
    ("comment", {"event": "nothing"}),
    ("comment", {"event": ["x"]}),
    ("comment", {"event": "comment_annotation.add"}),
    ("comment", {"event": "comment_annotation.add", "annotation": {"comments": "x"}}),
    ("comment", {"event": "comment_annotation.add", "annotation": {"comments": []}}),
    (
        "comment",
        {"event": "comment_annotation.add", "annotation": {"annotationId": "\x1f", "comments": [{}]}},
    ),
    ("comment", {"event": "comment_annotation.add", "annotation": {"annotationId": 1, "comments": [{}]}}),
    ("comment", {"event": "comment_annotation.add", "annotation": {"comments": [{"to": [1]}]}}),
    ("comment", {"event": "comment_annotation.add", "annotation": {"comments": [{"from": 1}]}}),
    ("comment", {"event": "comment_annotation.add", "annotation": {"comments": [{"attachments": [{}]}]}}),
    ("comment", {"event": "comment_annotation.add", "annotation": {"metadata": 1, "comments": [{}]}}),
    ("comment", {"event": "comment_annotation.add", "annotation": {"subscribedUsers": 1, "comments": [{}]}}),
    ("comment", {"event": "comment.add", "annotationId": "x", "comment": {"commentText": "y"}}),
    ("comment", {"event": "comment.update", "annotationId": "x", "comment": {"commentId": "1"}}),
    ("comment", {"event": "comment.delete", "annotationId": "x", "commentId": True}),
    ("comment", {"event": "get", "user": {}}),
    ("reaction", {"event": "reaction.add", "annotation": {"annotationId": 1}}),
    ("reaction", {"event": "reaction.add", "annotation": {"reactions": 1}}),
    ("reaction", {"event": "reaction.delete", "annotationId": "x"}),
    ("recorder", {"event": "recorder_annotation.add", "annotation": {"attachments": [1]}}),
    ("recorder", {"event": "recorder_annotation.add", "annotation": {"recordingEditVersions": {"1": 1}}}),
    ("attachment", {"event": "attachment.add", "name": "x", "content": "no base64"}),
    ("attachment", {"event": "attachment.add", "name": "x", "content": "AAAA", "mimeType": "a\r\nb"}),
    ("activity", {"event": "activity.save", "activity": {"id": 1, "featureType": "custom"}}),
    ("activity", {"event": "activity.save", "activity": {"metadata": 1}}),
    ("user", {"event": "get", "userIds": "x"}),
    ("huddle", {"event": "huddle.leave"}),
    ("crdt", {"event": "crdt.update_data", "editorId": "e", "type": "text", "data": 1}),
    ("crdt", {"event": "crdt.update_data", "editorId": "\x1f", "type": "text", "data": "x"}),
    ("crdt", {"event": "crdt.update_data", "editorId": "e", "type": ["text"], "data": "x"}),
    ("crdt", {"event": "crdt.update_data", "editorId": "e", "type": "text", "data": "x", "sessionId": 1}),
    (
        "crdt",
        {"event": "crdt.update_data", "editorId": "e", "type": "map", "data": {}, "webhookDebounceTime": 1},
    ),
]


@pytest.mark.parametrize(("feature", "given"), BAD, ids=range(len(BAD)))
def test_bad_requests_end_in_an_answer_that_says_so(emulator: Emulator, feature: str, given: Any) -> None:
    with receiver(answer={"success": True, "statusCode": 200, "data": {}}) as own:
        control(emulator, "POST", "frontend/config", apiKey="key", baseUrl=own.url)
        given = {"apiKey": "key", "user": ANA, **PLACE, **given}
        status, answer = asked(emulator, "POST", f"frontend/{feature}", **given)
    assert 400 <= status < 500, answer


def listening(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((str(address.hostname), address.port or 0)) == 0


def test_the_loop_closes_over_velt_serve(emulator: Emulator, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "velt_py", "serve", "--insecure-local", "--port", "0", "--json"]
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=str(tmp_path)) as process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            page = Page(emulator, url)
            until(lambda: listening(url), 20)
            begin(page)
            assert page.threads(BEN)[0]["comments"][0]["commentText"] == SECRET
            assert SECRET not in at_velt(emulator)
            assert (tmp_path / "velt.db").exists()
        finally:
            end(process)
