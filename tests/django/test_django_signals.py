"""Signals: sent for what was done through the routes, after it was committed, to whoever listens."""

from __future__ import annotations

import contextlib
import logging
from typing import Any, Callable, Dict, Iterator, List, Tuple

import pytest

from tests.django.project import start
from tests.django.test_django_views import Browser, saving

start()

from django.db import transaction  # noqa: E402
from django.test import override_settings  # noqa: E402

from velt_py.console import Console  # noqa: E402
from velt_py.contrib.django import signals  # noqa: E402
from velt_py.contrib.django.signals import AccessDenied, CommentDeleted, CommentSaved, VeltEvent  # noqa: E402

Change = Callable[..., None]
Heard = List[VeltEvent]


@contextlib.contextmanager
def listening(signal: Any, sender: Any = None) -> Iterator[Heard]:
    heard: Heard = []

    def receiver(sender: Any, event: VeltEvent, **_: Any) -> None:
        assert sender is type(event)
        heard.append(event)

    signal.connect(receiver, sender=sender)
    try:
        yield heard
    finally:
        signal.disconnect(receiver, sender=sender)


@pytest.fixture(params=["wsgi", "asgi"])
def browser(request: pytest.FixtureRequest, velt: Dict[str, Any], ana: Any) -> Browser:
    return Browser(str(request.param)).login(ana)


def test_a_saved_and_a_deleted_thread_are_told_of(browser: Browser, ana: Any, organization: str) -> None:
    with listening(signals.comment_saved) as saved, listening(signals.comment_deleted) as deleted:
        assert (
            browser.post("/velt/comments/save", saving(organization, commentText="private")).status_code
            == 200
        )
        body = {"commentAnnotationId": "A", "metadata": {"organizationId": organization}}
        assert browser.post("/velt/comments/delete", body).status_code == 200
    (event,) = saved
    assert event == CommentSaved("comments.save", organization, ("doc",), None, ("A",), "comment.add")
    assert event.principal == ana
    assert ana.username not in repr(event).replace(organization, "")
    assert [(type(each), each.ids, each.documentIds) for each in deleted] == [
        (CommentDeleted, ("A",), ("doc",))
    ]


def test_a_refused_request_is_told_of_as_denied_and_as_nothing_else(browser: Browser) -> None:
    with listening(signals.permission_denied, AccessDenied) as denied, listening(
        signals.comment_saved
    ) as saved:
        assert browser.post("/velt/comments/save", saving("of-others")).status_code == 403
        assert browser.post("/velt/comments/get", {"organizationId": "of-others"}).status_code == 403
    assert [(each.operation, each.organizationId) for each in denied] == [
        ("comments.save", "of-others"),
        ("comments.get", "of-others"),
    ]
    assert saved == []


def test_what_a_list_of_the_console_leaves_out_is_no_refusal(
    browser: Browser, organization: str, changed: Change
) -> None:
    changed(FEATURES=[Console()])
    saved = saving(organization)
    assert browser.post("/velt/comments/save", saved).status_code == 200
    with listening(signals.permission_denied, AccessDenied) as denied:
        assert browser.request("GET", "/velt/console/api/start").status_code == 200
        assert browser.request("GET", "/velt/console/api/organizations").status_code == 200
        assert denied == []
        assert browser.request("GET", "/velt/console/api/requests").status_code == 403
    assert [each.operation for each in denied] == ["console.requests"]


def test_a_save_that_failed_is_not_told_of(
    browser: Browser, organization: str, changed: Change, tmp_path: Any
) -> None:
    changed(DATABASE={"type": "sqlite", "path": str(tmp_path / "no such folder" / "velt.db")})
    with listening(signals.comment_saved) as saved:
        assert browser.post("/velt/comments/save", saving(organization)).status_code == 500
    assert saved == []


def test_a_receiver_that_fails_disturbs_neither_the_answer_nor_the_others(
    browser: Browser, organization: str, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(**_: Any) -> None:
        raise RuntimeError("the receiver failed")

    signals.comment_saved.connect(failing)
    try:
        with listening(signals.comment_saved) as saved, caplog.at_level(logging.DEBUG):
            sent = saving(organization, commentText="a private text")
            assert browser.post("/velt/comments/save", sent).status_code == 200
        assert len(saved) == 1
        assert "a private text" not in caplog.text
    finally:
        signals.comment_saved.disconnect(failing)


SAVES: List[Tuple[str, str, Dict[str, Any]]] = [
    ("reaction_saved", "/velt/reactions/save", {"reactionAnnotation": {"A": {"icon": "x"}}}),
    ("reaction_deleted", "/velt/reactions/delete", {"reactionAnnotationId": "A"}),
    ("recording_saved", "/velt/recordings/save", {"recorderAnnotation": {"A": {"from": {}}}}),
    ("recording_deleted", "/velt/recordings/delete", {"recorderAnnotationId": "A"}),
    ("attachment_deleted", "/velt/attachments/delete", {"attachmentId": 7}),
    ("notification_deleted", "/velt/notifications/delete", {"notificationId": "A"}),
    ("activity_saved", "/velt/activities/save", {"activity": {"A": {"id": "A"}}}),
]


@pytest.mark.parametrize(("name", "path", "body"), SAVES, ids=[name for name, _, _ in SAVES])
def test_every_change_has_its_signal(
    browser: Browser, organization: str, name: str, path: str, body: Dict[str, Any]
) -> None:
    with listening(getattr(signals, name)) as heard:
        metadata = {"organizationId": organization, "documentId": "doc"}
        answer = browser.post(path, {**body, "organizationId": organization, "metadata": metadata})
        assert answer.status_code == 200, answer.content
    assert [each.organizationId for each in heard] == [organization]


# Transactions of the project


@pytest.fixture
def own_database(velt: Dict[str, Any]) -> Iterator[None]:
    with override_settings(VELT={**velt, "DATABASE": "default"}):
        yield


def test_a_signal_waits_for_the_transaction_around_the_request(
    own_database: None, ana: Any, organization: str
) -> None:
    browser = Browser("wsgi").login(ana)
    with listening(signals.comment_saved) as saved:
        with transaction.atomic():
            assert browser.post("/velt/comments/save", saving(organization)).status_code == 200
            assert saved == []
        assert len(saved) == 1


def test_a_signal_is_not_sent_when_the_transaction_is_rolled_back(
    own_database: None, ana: Any, organization: str
) -> None:
    browser = Browser("wsgi").login(ana)
    with listening(signals.comment_saved) as saved:
        with transaction.atomic():
            assert browser.post("/velt/comments/save", saving(organization)).status_code == 200
            transaction.set_rollback(True)
        assert saved == []
    read = browser.post("/velt/comments/get", {"organizationId": organization})
    assert read.json()["data"] == {}


def test_denied_access_is_told_of_even_when_the_transaction_is_rolled_back(
    own_database: None, ana: Any
) -> None:
    browser = Browser("wsgi").login(ana)
    with listening(signals.permission_denied) as denied, transaction.atomic():
        browser.post("/velt/comments/save", saving("of-others"))
        transaction.set_rollback(True)
    assert len(denied) == 1
