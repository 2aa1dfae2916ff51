"""Rows that somebody else damaged: the admin pages show them as such, and everything else as ever."""

from __future__ import annotations

import uuid
from typing import Any, Dict, Iterator

import pytest

from tests.django.project import start

start()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from velt_py.contrib.django import models  # noqa: E402
from velt_py.contrib.django.admin import DAMAGED  # noqa: E402

UNREADABLE = {
    "no-json": "no JSON at all",
    "cut-off": '{"comments": {"1": {"commentText": "hal',
    "null": "null",
    "list": "[1, 2]",
    "text": '"a text"',
    "too-deep": '{"comments": ' + "[" * 200_000 + "]" * 200_000 + "}",
}
ODD = {
    "parsed-by-some": '{"comments": ' + "[" * 3000 + "]" * 3000 + "}",  # by new versions of Python
    "comments-list": '{"comments": [1]}',
    "comment-null": '{"comments": {"1": null}}',
    "half-a-character": '{"comments": {"1": {"commentText": "left \\ud800 right"}}, "name": "\\udc00"}',
    "mentions-number": '{"comments": {"1": {"commentText": 5, "taggedUserContacts": 5, "from": 5}}}',
    "no-number": '{"name": NaN, "icon": 1e999}',
    "deep": '{"name": "deep", "x": ' + "[" * 300 + "]" * 300 + "}",
}
MODELS = [
    models.CommentAnnotation,
    models.ReactionAnnotation,
    models.RecorderAnnotation,
    models.Notification,
    models.Activity,
    models.Attachment,
    models.User,
    models.WebhookEvent,
]


@pytest.fixture(autouse=True)
def own_database(velt: Dict[str, Any]) -> Iterator[None]:
    with override_settings(VELT={**velt, "DATABASE": "default"}):
        yield


@pytest.fixture
def operator() -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(get_user_model().objects.create_superuser(f"operator-{uuid.uuid4().hex}"))
    return client


def damaged_row(model: Any, organization: str, text: str) -> Any:
    """A row with this text in place of a record, past all that would refuse it."""
    row = model.objects.create(organization_id=organization, record_id="damaged", data={})
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            cursor.execute(f"UPDATE {model._meta.db_table} SET data = %s WHERE id = %s", [text, row.pk])
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
    return row


@pytest.fixture
def organization() -> Iterator[str]:
    name = f"acme-{uuid.uuid4().hex}"
    yield name
    for model in MODELS:
        model.objects.filter(organization_id=name).delete()


def named(model: Any) -> str:
    return str(model._meta.model_name)


@pytest.mark.parametrize("text", [*UNREADABLE.values(), *ODD.values()], ids=[*UNREADABLE, *ODD])
@pytest.mark.parametrize("model", MODELS, ids=named)
def test_a_damaged_row_hides_no_other_and_can_be_looked_at(
    operator: Client, organization: str, model: Any, text: str
) -> None:
    whole = model.objects.create(
        organization_id=organization, record_id="whole", data={"name": "the other one"}
    )
    row = damaged_row(model, organization, text)
    page = f"admin:velt_{named(model)}"
    listed = operator.get(reverse(f"{page}_changelist"))  # the newest come first
    assert listed.status_code == 200
    for each in (row, whole):
        its_page = reverse(f"{page}_change", args=[each.pk])
        assert its_page in listed.content.decode()
        assert operator.get(its_page).status_code == 200


@pytest.mark.parametrize("text", list(UNREADABLE.values()), ids=list(UNREADABLE))
def test_a_damaged_row_is_called_so(operator: Client, organization: str, text: str) -> None:
    row = damaged_row(models.CommentAnnotation, organization, text)
    listed = operator.get(f"{reverse('admin:velt_commentannotation_changelist')}?organization={organization}")
    shown = operator.get(reverse("admin:velt_commentannotation_change", args=[row.pk]))
    for answer in (listed, shown):
        assert DAMAGED in answer.content.decode().replace("&#x27;", "'")


def test_redacting_passes_over_a_damaged_row_and_says_so(operator: Client, organization: str) -> None:
    thread = models.CommentAnnotation.objects.create(
        organization_id=organization,
        record_id="whole",
        data={
            "metadata": {"organizationId": organization},
            "comments": {"1": {"commentId": 1, "commentText": "private"}},
        },
    )
    row = damaged_row(models.CommentAnnotation, organization, UNREADABLE["cut-off"])
    body = {"action": "redact_threads", "_selected_action": [thread.pk, row.pk]}
    url = reverse("admin:velt_commentannotation_changelist")
    assert operator.post(url, body).status_code == 200
    answer = operator.post(url, {**body, "confirmed": "yes"}, follow=True)
    assert "1 comment threads were redacted." in answer.content.decode()
    assert "1 damaged rows were left as they are." in answer.content.decode()
    thread.refresh_from_db()
    assert thread.data["comments"]["1"]["commentText"] == "[redacted]"
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM velt_commentannotation WHERE id = %s", [row.pk])
        assert cursor.fetchone() == (UNREADABLE["cut-off"],)
