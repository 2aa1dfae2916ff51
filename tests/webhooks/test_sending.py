"""Mails about mentions are sent once: however often an event comes, by whichever way, and whoever handles it."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from typing import Any, Dict, List

import pytest

from tests.webhooks.conftest import SECRET, Clock, Place
from velt_py.selfhosting.plans import Read
from velt_py.selfhosting.records import WEBHOOKS
from velt_py.selfhosting.scope import Scope
from velt_py.webhooks import Mail, WebhookEvent, Webhooks, asend_mentions, send_mentions, sign_for_tests

METADATA = {"organizationId": "acme", "documentId": "plan"}
PEOPLE = ("ben", "cem")
COMMENT: Dict[str, Any] = {
    "commentId": 7,
    "from": {"userId": "ana"},
    "taggedUserContacts": [{"userId": id} for id in PEOPLE],
}


def body_of(thread: str, name: str = "comment.add") -> bytes:
    data = {"metadata": METADATA, "commentAnnotation": {"annotationId": thread}, "targetComment": COMMENT}
    return json.dumps({"event": name, "data": data, "webhookId": "w"}).encode()


class Post:
    """Sends the mails of a receiver's events, and fails for whom it is told.

    Args:
        place: where the texts and the marks are.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.thread = f"t-{place.queue}"
        self.sent: List[str] = []
        self.fails: List[str] = []
        comments = {"7": {**COMMENT, "commentText": "look"}}
        threads = {self.thread: {"annotationId": self.thread, "comments": comments}}
        assert place.wait(place.sdk.selfHosting.comments.saveComments("acme", threads))["success"]
        for id in PEOPLE:
            user = {"userId": id, "name": id.title(), "email": f"{id}@acme.example"}
            assert place.wait(place.sdk.selfHosting.users.saveUser("acme", user))["success"]
        self.webhooks = place.webhooks()
        self.webhooks.on("comment.add", "comment_annotation.add")(
            self.mail_awaited if place._loop else self.mail
        )

    def send(self, mail: Mail) -> None:
        if mail.mention.userId in self.fails:
            raise OSError("550 no such mailbox")
        self.sent.append(mail.mention.userId)

    def mail(self, event: WebhookEvent) -> None:
        send_mentions(event, self.place.sdk, self.send, queue=self.place.queue)

    async def mail_awaited(self, event: WebhookEvent) -> None:
        await asend_mentions(event, self.place.sdk, self.send, queue=self.place.queue)

    def receive(self, id: str, name: str = "comment.add") -> str:
        body = body_of(self.thread, name)
        headers = sign_for_tests(body, SECRET, id=id)
        return str(self.place.receive(self.webhooks, headers, body).outcome)


@pytest.fixture
def post(place: Place) -> Post:
    return Post(place)


def test_nobody_is_mailed_twice_about_the_same_mention(post: Post) -> None:
    assert post.receive("msg_1") == "done"
    assert post.sent == ["ben", "cem"]
    assert post.receive("msg_1") == "settled"
    assert post.receive("msg_2") == "done", "the same comment under another id"
    assert post.receive("msg_3", "comment_annotation.add") == "done"
    outcomes = post.place.call(post.webhooks, "replay", post.place.sdk, ["msg_1"]).outcomes
    assert outcomes == {"v2:msg_1": "done"}
    assert post.sent == ["ben", "cem"]


def test_who_got_no_mail_because_of_an_error_gets_it_later_and_the_others_none(post: Post) -> None:
    post.fails.append("ben")
    assert post.receive("msg_1") == "pending"
    assert post.sent == ["cem"], "one address that fails is not in the way of the next one"
    post.fails.clear()
    post.place.call(post.webhooks, "replay", post.place.sdk, ["msg_1"])
    assert post.sent == ["cem", "ben"]


def test_marks_name_nobody_and_are_forgotten_with_the_events(place: Place, clock: Clock) -> None:
    post = Post(place)
    assert post.receive("msg_1") == "done"
    rows = Read(WEBHOOKS, Scope(place.queue))
    marks = [each for each in place.wait(place.sdk._runner.run(rows)) if each.id.startswith("mark:")]
    assert len(marks) == 2
    for mark in marks:
        assert not any(each in str(mark) for each in (*PEOPLE, "ana", "acme", "look"))
    clock.seconds = time.time() + 40 * 86400
    post.webhooks.inbox = dataclasses.replace(post.webhooks.inbox, clock=clock)
    assert place.call(post.webhooks, "forget", place.sdk, 30) == 1, "events are counted, marks are not"
    assert place.wait(place.sdk._runner.run(rows)) == []


def test_of_two_that_handle_the_same_mention_at_once_one_mails(sqlite: Place) -> None:
    post = Post(sqlite)
    body = body_of(post.thread)
    events = [Webhooks(SECRET).read(sign_for_tests(body, SECRET, id=f"msg_{n}"), body) for n in range(8)]
    threads = [threading.Thread(target=post.mail, args=(event,)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(post.sent) == ["ben", "cem"]
