"""Webhooks in a project: one key of the setting, the row in the project's database, signal and functions after it."""

from __future__ import annotations

import contextlib
import json
import logging
import uuid
from typing import Any, Callable, Dict, Iterator, List

import pytest

from tests.django.project import start
from tests.django.test_django_views import Browser
from velt_py.webhooks import CommentEvent, WebhookEvent, Webhooks, sign_for_tests

start()

from django.db import connections, transaction  # noqa: E402
from django.test import override_settings  # noqa: E402

from velt_py.contrib.django import get_sdk, models  # noqa: E402
from velt_py.contrib.django.conf import options_of  # noqa: E402
from velt_py.contrib.django.signals import webhook_received  # noqa: E402
from velt_py.exceptions import VeltConfigurationError  # noqa: E402

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
BODY = json.dumps({"event": "comment.add", "data": {"targetComment": {"commentText": "private"}}}).encode()
Change = Callable[..., None]
received = Webhooks(SECRET, queue=f"q-{uuid.uuid4().hex[:10]}")
"""The receiver that a setting names by its path."""


class Receiver:
    """A receiver of the project, and what its function was called with."""

    def __init__(self) -> None:
        self.queue = f"q-{uuid.uuid4().hex[:10]}"
        self.webhooks = Webhooks(SECRET, queue=self.queue)
        self.seen: List[WebhookEvent] = []
        self.connections: List[Any] = []
        self.fails = False
        self.webhooks.on("*")(self.note)

    def note(self, event: WebhookEvent) -> None:
        assert models.WebhookEvent.objects.filter(record_id=event.key).exists() or self.fails
        self.connections.append(connections["default"])
        self.seen.append(event)
        if self.fails:
            raise ValueError("what somebody wrote")

    @property
    def rows(self) -> List[str]:
        return list(
            models.WebhookEvent.objects.filter(organization_id=self.queue).values_list("record_id", flat=True)
        )


@pytest.fixture
def receiver(velt: Dict[str, Any]) -> Iterator[Receiver]:
    made = Receiver()
    with override_settings(VELT={**velt, "DATABASE": "default", "WEBHOOKS": made.webhooks}):
        yield made
        assert made.webhooks.settle()


@pytest.fixture(params=["wsgi", "asgi"])
def browser(request: pytest.FixtureRequest) -> Browser:
    return Browser(str(request.param), enforce_csrf_checks=True)


@contextlib.contextmanager
def listening(sender: Any = None) -> Iterator[List[WebhookEvent]]:
    heard: List[WebhookEvent] = []

    def hear(sender: Any, event: WebhookEvent, **_: Any) -> None:
        assert sender is type(event)
        heard.append(event)

    webhook_received.connect(hear, sender=sender)
    try:
        yield heard
    finally:
        webhook_received.disconnect(hear, sender=sender)


def post(browser: Browser, id: str = "msg_1", secret: str = SECRET) -> Any:
    return browser.post("/velt/webhooks/velt", BODY, **sign_for_tests(BODY, secret, id=id))


def test_an_event_is_a_row_an_answer_a_signal_and_a_call(browser: Browser, receiver: Receiver) -> None:
    with listening(CommentEvent) as heard:
        answer = post(browser)
        assert (answer.status_code, answer.json()["data"]) == (200, {"id": "msg_1", "duplicate": False})
        assert post(browser).json()["data"] == {"id": "msg_1", "duplicate": True}
    assert receiver.webhooks.settle()
    assert [event.id for event in heard] == ["msg_1"]
    assert [event.id for event in receiver.seen] == ["msg_1"]
    assert receiver.rows == ["v2:msg_1"]
    assert receiver.webhooks.replay(get_sdk()).entries == []


def test_what_is_not_signed_is_refused(browser: Browser, receiver: Receiver) -> None:
    with listening() as heard:
        assert post(browser, secret="whsec_bmV3ZXIga2V5IG9mIG91cnM=").status_code == 401
        assert browser.post("/velt/webhooks/velt", BODY).status_code == 401
    assert (heard, receiver.rows) == ([], [])


def test_the_threads_of_the_functions_leave_no_connection_open(browser: Browser, receiver: Receiver) -> None:
    assert post(browser).status_code == 200
    assert receiver.webhooks.settle()
    (connection,) = receiver.connections
    assert connection is not connections["default"]
    assert connection.connection is None


def test_signal_and_functions_wait_for_the_transaction_around_the_request(receiver: Receiver) -> None:
    browser = Browser("wsgi")
    with listening() as heard:
        with transaction.atomic():
            assert post(browser).status_code == 200
            assert receiver.webhooks.settle()
            assert (heard, receiver.seen) == ([], [])
        assert len(heard) == 1
    assert receiver.webhooks.settle()
    assert len(receiver.seen) == 1


def test_an_event_that_is_rolled_back_is_told_of_when_it_comes_again(receiver: Receiver) -> None:
    browser = Browser("wsgi")
    with listening() as heard:
        with transaction.atomic():
            assert post(browser).status_code == 200
            transaction.set_rollback(True)
        assert (heard, receiver.rows) == ([], [])
        assert post(browser).json()["data"]["duplicate"] is False
    assert len(heard) == 1


def test_a_receiver_of_the_signal_that_fails_disturbs_neither_the_answer_nor_the_functions(
    browser: Browser, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(**_: Any) -> None:
        raise RuntimeError("the receiver failed")

    webhook_received.connect(failing)
    try:
        with caplog.at_level(logging.DEBUG):
            assert post(browser).status_code == 200
            assert receiver.webhooks.settle()
    finally:
        webhook_received.disconnect(failing)
    assert len(receiver.seen) == 1
    assert "private" not in caplog.text


def test_a_function_that_fails_is_called_again_by_a_replay(browser: Browser, receiver: Receiver) -> None:
    receiver.fails = True
    assert post(browser).status_code == 200
    assert receiver.webhooks.settle()
    receiver.fails = False
    assert receiver.webhooks.replay(get_sdk(), ["msg_1"]).outcomes == {"v2:msg_1": "done"}
    assert len(receiver.seen) == 2


@pytest.mark.parametrize("kind", ["sqlite", "memory"])
def test_other_stores_may_be_the_inbox(
    browser: Browser, velt: Dict[str, Any], tmp_path: Any, kind: str
) -> None:
    path = {"path": str(tmp_path / "other.db")} if kind == "sqlite" else {}
    seen: List[str] = []
    webhooks = Webhooks(SECRET)
    webhooks.on("comment.*")(lambda event: seen.append(event.id))
    setting = {**velt, "DATABASE": {"type": kind, **path}, "WEBHOOKS": webhooks}
    with override_settings(VELT=setting), listening() as heard:
        assert post(browser).status_code == 200
        assert len(heard) == 1
        if kind == "sqlite":
            assert webhooks.settle()
            assert seen == ["msg_1"]


# The setting


@pytest.mark.parametrize(
    "value",
    [
        SECRET,
        {"v2": [SECRET, "whsec_bmV3ZXIga2V5IG9mIG91cnM="], "v1": "token"},
        {"secrets": SECRET, "queue": "mine", "tolerance": 60},
        f"{__name__}.received",
        received,
    ],
    ids=["secret", "schemes", "settings", "path", "object"],
)
def test_a_secret_settings_or_a_receiver_are_taken(velt: Dict[str, Any], value: Any) -> None:
    webhooks = options_of({**velt, "WEBHOOKS": value}).webhooks
    assert webhooks is not None
    assert webhooks.read(sign_for_tests(BODY, SECRET), BODY).name == "comment.add"


@pytest.mark.parametrize(
    "value",
    [
        "plJ3nmyCDGBKInavdOK15jsl",
        "plJ3nmy.CDGBKInavdOK15jsl",
        {"v2": "plJ3nmyCDGBKInavdOK15jsl"},
        {"secrets": {"v2": "plJ3nmyCDGBKInavdOK15jsl"}},
        {"secrets": SECRET, "tolerence": 60},
        {"secrets": SECRET, "lease": 0},
        {"v3": SECRET},
        {},
        f"{__name__}.SECRET",
        5,
    ],
    ids=[
        "no-whsec", "no-path", "v2-no-whsec", "secrets-no-whsec", "misspelt", "wrong-lease", "no-scheme", "empty",
        "no-receiver", "number",
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_without_the_secret(velt: Dict[str, Any], value: Any) -> None:
    with pytest.raises(VeltConfigurationError, match=r"VELT\['WEBHOOKS'\]") as caught:
        options_of({**velt, "WEBHOOKS": value})
    assert caught.value.field == "WEBHOOKS"
    assert "plJ3nmy" not in str(caught.value)


def test_without_the_key_there_is_no_route(browser: Browser, velt: Dict[str, Any]) -> None:
    assert post(browser).status_code == 404
