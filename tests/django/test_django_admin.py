"""The admin pages: read-only, searchable, and the one action that changes something."""

from __future__ import annotations

import re
import uuid
from typing import Any, Dict, Iterator

import pytest

from tests.django.project import start

start()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Permission  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from velt_py.contrib.django import get_sdk  # noqa: E402
from velt_py.contrib.django.admin import RecordAdmin  # noqa: E402
from velt_py.contrib.django.models import CommentAnnotation, WebhookEvent  # noqa: E402
from velt_py.webhooks import Webhooks, sign_for_tests  # noqa: E402

MODELS = ["activity", "attachment", "commentannotation", "notification"]
MODELS += ["reactionannotation", "recorderannotation", "user", "webhookevent"]


@pytest.fixture(autouse=True)
def own_database(velt: Dict[str, Any]) -> Iterator[None]:
    with override_settings(VELT={**velt, "DATABASE": "default"}):
        yield


@pytest.fixture
def operator() -> Client:
    """Somebody who may do everything."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser(f"operator-{uuid.uuid4().hex}"))
    return client


@pytest.fixture
def organization() -> str:
    return f"acme-{uuid.uuid4().hex}"


@pytest.fixture
def thread(organization: str) -> Any:
    """A thread of two comments."""
    comments = {
        "1": {
            "commentId": 1,
            "commentText": 'Is "42" <b>right</b>?',
            "commentHtml": "<i>x</i>",
            "from": {"userId": "u-ana"},
        },
        "2": {
            "commentId": 2,
            "commentText": "Größe",
            "taggedUserContacts": [{"userId": "u-bo", "text": "@Bo"}],
        },
    }
    saved = get_sdk().selfHosting.comments.saveComments(
        organization,
        {"thread-1": {"comments": comments, "targetTextRange": {"text": "the plan", "from": 3}}},
        documentId="doc-1",
    )
    assert saved["success"]
    return CommentAnnotation.objects.get(organization_id=organization)


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return str(answer.content.decode())


@pytest.mark.parametrize("model", MODELS)
def test_every_kind_has_a_list_without_a_way_to_add(operator: Client, model: str) -> None:
    text = page(operator, reverse(f"admin:velt_{model}_changelist"))
    assert f"/velt/{model}/add/" not in text
    page(operator, reverse(f"admin:velt_{model}_add"), 403)


def test_a_record_is_shown_and_cannot_be_changed_or_deleted(operator: Client, thread: Any) -> None:
    url = reverse("admin:velt_commentannotation_change", args=[thread.pk])
    text = page(operator, url)
    assert "&lt;b&gt;right&lt;/b&gt;" in text
    assert "<b>right</b>" not in text
    assert "Größe" in text
    assert 'name="_save"' not in text
    assert "deletelink" not in text
    assert operator.post(url, {"organization_id": "other"}).status_code == 403
    assert operator.post(reverse("admin:velt_commentannotation_delete", args=[thread.pk])).status_code == 403
    assert CommentAnnotation.objects.get(pk=thread.pk).organization_id == thread.organization_id


def test_a_record_leads_to_what_else_is_on_its_document(operator: Client, thread: Any) -> None:
    text = page(operator, reverse("admin:velt_commentannotation_change", args=[thread.pk]))
    links = re.findall(r'<a href="(/admin/velt/[^"]+document=doc-1)">', text)
    assert len(links) == 5
    for link in links:
        listed = page(operator, link.replace("&amp;", "&"))
        assert (f"/commentannotation/{thread.pk}/change/" in listed) == ("commentannotation" in link)


def test_a_webhook_event_is_found_by_its_state_and_shown(operator: Client, organization: str) -> None:
    webhooks = Webhooks("whsec_plJ3nmyCDGBKInavdOK15jsl", queue=organization)
    body = b'{"event": "comment.add", "data": {}}'
    webhooks.receive(sign_for_tests(body, "whsec_plJ3nmyCDGBKInavdOK15jsl", id="msg_1"), body, get_sdk())
    event = WebhookEvent.objects.get(organization_id=organization)
    url = reverse("admin:velt_webhookevent_changelist")
    for state, found in ((event.document_id, True), ("failed", False)):
        listed = operator.get(url, {"document_id": state}).content.decode()
        assert (f"/webhookevent/{event.pk}/change/" in listed) == found
    assert "comment.add" in page(operator, reverse("admin:velt_webhookevent_change", args=[event.pk]))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("right", True),
        ("RIGHT", True),
        ("Größe", True),
        ('"42"', True),
        ("doc-1", True),
        ("thread-1", True),
        ("u-ana", True),
        ("right Größe", True),
        ("right nowhere", False),
        ("nowhere", False),
    ],
    ids=["word", "case", "letters", "quotes", "document", "record", "person", "both", "one-of-two", "none"],
)
def test_threads_are_found_by_ids_people_and_words(
    operator: Client, thread: Any, organization: str, words: str, found: bool
) -> None:
    url = reverse("admin:velt_commentannotation_changelist")
    listed = operator.get(url, {"organization": organization, "q": words}).content.decode()
    assert (f"/commentannotation/{thread.pk}/change/" in listed) == found


def test_lists_are_filtered_by_organization_document_and_date(
    operator: Client, thread: Any, organization: str
) -> None:
    url = reverse("admin:velt_commentannotation_changelist")
    get_sdk().selfHosting.comments.saveComments(organization, {"thread-2": {}}, documentId="doc-2")
    # Not every version of Django names a row beside its link.
    saved = CommentAnnotation.objects.get(organization_id=organization, record_id="thread-2")
    first, second = (f"/commentannotation/{each.pk}/change/" for each in (thread, saved))
    both = operator.get(url, {"organization": organization}).content.decode()
    assert first in both
    assert second in both
    assert f"?organization={organization}&amp;document=doc-2" in both
    one = operator.get(url, {"organization": organization, "document": "doc-2"}).content.decode()
    assert first not in one
    assert second in one
    other = operator.get(url, {"organization": organization + "x"}).content.decode()
    assert first not in other
    assert (
        operator.get(
            url, {"organization": organization, "updated_at__gte": "2100-01-01 00:00:00+00:00"}
        ).status_code
        == 200
    )


def test_pages_need_no_inline_script_or_style_of_ours(operator: Client, thread: Any) -> None:
    chosen = {"action": "redact_threads", "_selected_action": [thread.pk]}
    url = reverse("admin:velt_commentannotation_changelist")
    pages = [
        page(operator, url),
        page(operator, reverse("admin:velt_commentannotation_change", args=[thread.pk])),
        operator.post(url, chosen).content.decode(),
        page(operator, reverse("admin:velt_user_changelist")),
        operator.post(ERASE, {"people": "u-ana"}).content.decode(),
    ]
    for text in pages:
        scripts = re.findall(r"<script([^>]*)>", text)
        assert all("src=" in attributes for attributes in scripts)
        main = text[text.index('id="content"') :]
        assert " style=" not in main
        assert not re.search(r"\son\w+=", main)


def test_redacting_asks_first_and_then_takes_every_text_out(
    operator: Client, thread: Any, organization: str
) -> None:
    url = reverse("admin:velt_commentannotation_changelist")
    chosen = {"action": "redact_threads", "_selected_action": [thread.pk]}
    asked = operator.post(url, chosen)
    assert "thread-1" in asked.content.decode()
    assert "Größe" in str(CommentAnnotation.objects.get(pk=thread.pk).data)
    done = operator.post(url, {**chosen, "confirmed": "yes"}, follow=True)
    assert "1 comment threads were redacted" in done.content.decode()
    data = get_sdk().selfHosting.comments.getComments(organization)["data"]["thread-1"]
    for private in ("right", "Größe", "@Bo", "<i>", "the plan"):
        assert private not in str(data)
    assert data["comments"]["1"]["from"] == {"userId": "u-ana"}
    assert data["comments"]["1"]["commentText"] == "[redacted]"
    assert data["targetTextRange"] == {"text": "[redacted]", "from": 3}
    assert data["metadata"]["documentId"] == "doc-1"
    history = page(operator, reverse("admin:velt_commentannotation_history", args=[thread.pk]))
    assert "Redacted." in history


ERASE = "/admin/velt/user/erase/"


def test_erasing_a_person_shows_first_what_would_be_done(
    operator: Client, thread: Any, organization: str
) -> None:
    form = {"people": "u-ana\r\n", "organization": organization}
    assert ERASE in page(operator, reverse("admin:velt_user_changelist"))
    assert 'name="people"' in page(operator, ERASE)
    shown = operator.post(ERASE, form).content.decode()
    assert "This would be erased:" in shown
    assert "u-ana" in str(CommentAnnotation.objects.get(pk=thread.pk).data)
    done = operator.post(ERASE, {**form, "confirmed": "yes"}).content.decode()
    assert "a search found nothing left" in done
    data = str(CommentAnnotation.objects.get(pk=thread.pk).data)
    assert "u-ana" not in data
    assert "right" not in data
    assert "u-bo" in data, "others stay"
    again = operator.post(ERASE, form).content.decode()
    assert "Nothing of this person was found" in again
    from django.contrib.admin.models import LogEntry

    entry = LogEntry.objects.latest("pk")
    assert (entry.change_message, entry.object_repr) == ("Erased.", "1 people")


def test_rows_of_users_lead_to_the_page_that_erases_them(operator: Client, organization: str) -> None:
    from velt_py.contrib.django.models import User

    users = get_sdk().selfHosting.users
    assert users.saveUser(organization, {"userId": "u-ana", "name": "Ana"})["success"]
    row = User.objects.get(record_id="u-ana", organization_id=organization)
    url = reverse("admin:velt_user_changelist")
    answer = operator.post(url, {"action": "erase_people", "_selected_action": [row.pk]})
    assert answer.url == f"{ERASE}?people=u-ana"
    assert ">u-ana</textarea>" in page(operator, answer.url)
    assert "name at least one" in operator.post(ERASE, {"people": " "}).content.decode()


def test_whoever_may_only_look_is_not_offered_to_redact(thread: Any) -> None:
    viewer = get_user_model().objects.create_user(f"viewer-{uuid.uuid4().hex}", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_commentannotation"))
    client = Client()
    client.force_login(viewer)
    url = reverse("admin:velt_commentannotation_changelist")
    assert "redact_threads" not in page(client, url)
    client.post(url, {"action": "redact_threads", "_selected_action": [thread.pk], "confirmed": "yes"})
    assert "Größe" in str(CommentAnnotation.objects.get(pk=thread.pk).data)
    page(client, reverse("admin:velt_user_changelist"), 403)
    page(client, ERASE, 403)
    viewer.user_permissions.add(Permission.objects.get(content_type__app_label="velt", codename="view_user"))
    assert ERASE not in page(client, reverse("admin:velt_user_changelist"))
    assert client.post(ERASE, {"people": "u-bo", "confirmed": "yes"}).status_code == 403
    assert "u-bo" in str(CommentAnnotation.objects.get(pk=thread.pk).data)


def test_the_pages_are_hidden_while_another_store_has_the_data(
    operator: Client, velt: Dict[str, Any]
) -> None:
    assert "Comment threads" in page(operator, "/admin/")
    with override_settings(VELT=velt):
        assert "Comment threads" not in page(operator, "/admin/")
    with override_settings(VELT={"DATABASE": {"type": "sqlit"}}):
        assert "Comment threads" not in page(operator, "/admin/")


def test_lists_do_not_count_the_whole_table() -> None:
    assert RecordAdmin.show_full_result_count is False
