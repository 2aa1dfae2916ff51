"""Mail about mentions by the project's own mail: to whom it may concern, once, as text and as HTML."""

from __future__ import annotations

import json
import uuid
from typing import Any, Dict, Iterator, List

import pytest

from tests.django.project import start
from velt_py.webhooks import WebhookEvent, Webhooks, sign_for_tests

start()

from django.core import mail as django_mail  # noqa: E402
from django.core.mail.backends.base import BaseEmailBackend  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from velt_py.contrib.django import get_sdk  # noqa: E402
from velt_py.contrib.django.mail import send_mentions  # noqa: E402

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
COMMENT: Dict[str, Any] = {
    "commentId": 1,
    "from": {"userId": "ana", "name": "Ana\r\nBcc: all@acme.example"},
    "taggedUserContacts": [{"userId": "ben"}],
}


class Refusing(BaseEmailBackend):
    """A backend that is down."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


class Project:
    """A project that mails whom an event mentions."""

    def __init__(self) -> None:
        self.thread = f"t-{uuid.uuid4().hex[:10]}"
        self.webhooks = Webhooks(SECRET, queue=f"q-{self.thread}")
        self.webhooks.on("comment.add", "comment_annotation.add")(self.notify)

    def notify(self, event: WebhookEvent) -> None:
        send_mentions(event, link=lambda mention: f"https://app.example/{mention.documentId}")

    def save(self) -> None:
        comments = {"1": {**COMMENT, "commentText": "@Ben <b>look</b>"}}
        threads = {self.thread: {"annotationId": self.thread, "comments": comments}}
        ben = {"userId": "ben", "name": "Ben", "email": "ben@acme.example"}
        assert get_sdk().selfHosting.users.saveUser("acme", ben)["success"]
        assert get_sdk().selfHosting.comments.saveComments("acme", threads)["success"]

    def post(self, id: str) -> None:
        data = {
            "metadata": {"organizationId": "acme", "documentId": "plan"},
            "commentAnnotation": {"annotationId": self.thread},
            "targetComment": COMMENT,
        }
        body = json.dumps({"event": "comment.add", "data": data}).encode()
        headers = {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in sign_for_tests(body, SECRET, id=id).items()
            if name.startswith("webhook")
        }
        answer = Client().post("/velt/webhooks/velt", body, content_type="application/json", **headers)
        assert answer.status_code == 200
        assert self.webhooks.settle()


@pytest.fixture
def project(velt: Dict[str, Any]) -> Iterator[Project]:
    made = Project()
    setting = {**velt, "DATABASE": "default", "WEBHOOKS": made.webhooks}
    backend = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(VELT=setting, EMAIL_BACKEND=backend, DEFAULT_FROM_EMAIL="velt@acme.example"):
        django_mail.outbox = []  # type: ignore[attr-defined]
        made.save()
        yield made


def sent() -> List[Any]:
    return list(django_mail.outbox)  # type: ignore[attr-defined]


def test_who_is_mentioned_is_mailed_once(project: Project) -> None:
    for id in ("msg_1", "msg_1", "msg_2"):
        project.post(id)
    (message,) = sent()
    assert (message.to, message.from_email) == (["ben@acme.example"], "velt@acme.example")
    assert message.subject == "Ana Bcc: all@acme.example mentioned you"
    wire = message.message()
    assert wire["Bcc"] is None
    assert wire["Auto-Submitted"] == "auto-generated"
    assert "@Ben <b>look</b>" in message.body
    (markup,) = [each[0] for each in message.alternatives if each[1] == "text/html"]
    assert "&lt;b&gt;look&lt;/b&gt;" in markup
    assert 'href="https://app.example/plan"' in markup


def test_a_mail_that_could_not_be_sent_is_sent_when_the_event_is_handled_again(project: Project) -> None:
    with override_settings(EMAIL_BACKEND=f"{__name__}.Refusing"):
        project.post("msg_1")
    assert sent() == []
    assert project.webhooks.replay(get_sdk(), ["msg_1"]).outcomes == {"v2:msg_1": "done"}
    assert len(sent()) == 1
