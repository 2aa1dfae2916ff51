"""The ready hooks: sessions, tokens, Django REST framework, memberships in a model."""

from __future__ import annotations

import json
import sys
import time
import uuid
from typing import Any, Callable, Dict

import jwt
import pytest

from tests.django.project import start
from velt_py.exceptions import VeltConfigurationError, VeltDependencyError
from velt_py.web.access import Access

start()

from django.contrib.auth.models import Group  # noqa: E402
from django.test import Client  # noqa: E402

from velt_py.contrib.django.auth import ModelAuthorizer, drf  # noqa: E402

Change = Callable[..., None]


def status(organization: str, authorization: str = "") -> int:
    headers = {"authorization": authorization} if authorization else {}
    body = json.dumps({"organizationId": organization})
    return int(
        Client().generic("POST", "/velt/comments/get", body, "application/json", headers=headers).status_code
    )


def test_a_jwt_lets_in_whom_it_names(velt: Dict[str, Any], changed: Change) -> None:
    secret = "s" * 32
    changed(
        RESOLVER_AUTH={"jwt": {"secret": secret, "algorithms": ["HS256"]}},
        AUTHORIZE=lambda claims, access: access.organizationId == claims["organizationId"],
    )
    claims = {"organizationId": "acme", "exp": int(time.time()) + 60}
    token = jwt.encode(claims, secret, "HS256")
    assert status("acme", f"Bearer {token}") == 200
    assert status("other", f"Bearer {token}") == 403
    assert status("acme", f"Bearer {token[:-2]}") == 401
    assert status("acme") == 401


def test_a_token_of_drf_lets_in_its_user(
    velt: Dict[str, Any], changed: Change, ana: Any, organization: str
) -> None:
    from rest_framework.authtoken.models import Token

    changed(AUTHENTICATE="velt_py.contrib.django.auth.drf_token")
    token = Token.objects.create(user=ana)
    assert status(organization, f"Token {token.key}") == 200
    assert status("other", f"Token {token.key}") == 403
    assert status(organization, f"Token {token.key}x") == 401
    assert status(organization) == 401
    ana.is_active = False
    ana.save()
    assert status(organization, f"Token {token.key}") == 401


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_classes_of_drf_that_check_forms_leave_the_body_alone(
    velt: Dict[str, Any], changed: Change, ana: Any, organization: str, method: str
) -> None:
    from tests.webserver import form

    changed(AUTHENTICATE=drf("rest_framework.authentication.SessionAuthentication"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    client.cookies["csrftoken"] = token = "x" * 32
    request = {
        "attachment": {"attachmentId": 7, "name": "a.png"},
        "metadata": {"organizationId": organization, "documentId": "doc"},
    }
    kind, body = form([("file", "a.png", b"png"), ("request", None, json.dumps(request).encode())])
    saved = client.generic("POST", "/velt/attachments/save", body, kind, headers={"x-csrftoken": token})
    assert saved.status_code == 200, saved.content
    forged = client.generic("POST", "/velt/attachments/save", body, kind)
    assert forged.status_code in (401, 403)
    assert client.get(f"/velt/files/7?organizationId={organization}").status_code == 200


def test_drf_that_is_not_installed_is_named_with_its_install_line(
    monkeypatch: pytest.MonkeyPatch, velt: Dict[str, Any]
) -> None:
    monkeypatch.setitem(sys.modules, "rest_framework", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(VeltDependencyError, match="pip install djangorestframework"):
        drf("any.Class")(None)  # type: ignore[arg-type]
    with pytest.raises(VeltConfigurationError, match="name an authentication class"):
        drf()


# Memberships


@pytest.fixture
def acme(ana: Any) -> str:
    """An organization, a group of Django's here, of which Ana is a member."""
    name = f"acme-{uuid.uuid4().hex}"
    Group.objects.create(name=name).user_set.add(ana)
    return name


def test_a_membership_allows_its_organization_only(ana: Any, acme: str) -> None:
    members = ModelAuthorizer("auth.Group", organization_field="name", user_field="user")
    assert members(ana, Access("comments.get", acme)) is True
    assert members(ana, Access("comments.get", acme.upper())) is False
    assert members(ana, Access("comments.get", "")) is False
    other = Group.objects.create(name=f"{acme}-2")
    assert members(ana, Access("comments.get", other.name)) is False
    assert members({"userId": ana.pk}, Access("comments.get", acme)) is True
    assert members({"sub": ana.pk}, Access("comments.get", acme)) is False


def test_further_filters_have_to_hold_as_well(ana: Any, acme: str) -> None:
    members = ModelAuthorizer(
        Group, organization_field="name", user_field="user", filters={"user__is_staff": True}
    )
    assert members(ana, Access("comments.get", acme)) is False
    ana.is_staff = True
    ana.save()
    assert members(ana, Access("comments.get", acme)) is True


def test_every_document_that_is_touched_needs_a_row(ana: Any, acme: str) -> None:
    from django.contrib.auth.models import Permission

    group = Group.objects.get(name=acme)
    first, second, third = Permission.objects.order_by("pk")[:3]
    group.permissions.set([first, second])
    documents = ModelAuthorizer(
        "auth.Group", organization_field="name", user_field="user", document_field="permissions__pk"
    )

    def may(*ids: Any, operation: str = "comments.save") -> bool:
        return documents(ana, Access(operation, acme, documentIds=tuple(str(id) for id in ids)))

    assert may(first.pk)
    assert may(first.pk, second.pk)
    assert not may(first.pk, third.pk)
    assert not may(f"0{first.pk}"), "ids are texts, and this is another document"
    assert not may("no number")
    assert not documents(ana, Access("comments.get", acme)), "all documents were asked for"
    assert documents(ana, Access("users.get", acme)), "users belong to no document"
    assert not documents(ana, Access("users.get", "other"))


def test_an_organization_that_cannot_be_in_the_field_is_denied(ana: Any) -> None:
    by_number = ModelAuthorizer("auth.Group", organization_field="pk", user_field="user")
    assert by_number(ana, Access("comments.get", "acme")) is False
    assert by_number(None, Access("comments.get", "1")) is False


def test_members_work_through_the_routes(velt: Dict[str, Any], changed: Change, ana: Any, acme: str) -> None:
    changed(AUTHORIZE=ModelAuthorizer("auth.Group", organization_field="name", user_field="user"))
    client = Client()
    client.force_login(ana)
    for organization, expected in ((acme, 200), ("other", 403)):
        body = {"organizationId": organization}
        assert client.post("/velt/comments/get", body, "application/json").status_code == expected
