"""The routes of tokens and permissions in a project, by one key of the setting each."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List

import pytest
from asgiref.sync import sync_to_async

from tests.django.project import start
from tests.django.test_django_views import Browser
from tests.loopback import Loopback, Request, reply
from velt_py.web.permissions import Question, Resource
from velt_py.web.tokens import Grant

start()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.checks import run_checks  # noqa: E402

from velt_py.contrib.django.process import get_options  # noqa: E402

Change = Callable[..., None]
TOKEN = "permission-token"


@pytest.fixture(params=["wsgi", "asgi"])
def browser(request: pytest.FixtureRequest, velt: Dict[str, Any]) -> Browser:
    return Browser(str(request.param))


def grant(user: Any) -> Any:
    organization = {"type": "organization", "id": f"{user.username}-org"}
    return Grant(user.pk, [organization], {"name": user.username})


async def awaited_grant(user: Any) -> Any:
    return await sync_to_async(grant)(user)


def by_user(request: Request) -> Any:
    """Velt's answer to `generateToken`."""
    data = json.loads(request.body)["data"]
    return reply(200, {"result": {"status": "success", "data": {"token": f"token of {data['userId']}"}}})


@pytest.mark.parametrize("granting", [grant, awaited_grant], ids=["plain", "awaited"])
def test_the_signed_in_person_gets_a_token(
    browser: Browser, ana: Any, changed: Change, granting: Any
) -> None:
    with Loopback(by_user) as velt:
        changed(TOKENS=granting, API_KEY="key", AUTH_TOKEN="auth-token", CONFIG={"apiBaseUrl": velt.url})
        browser.login(ana)
        for _ in range(2):
            answer = browser.request("GET", "/velt/token")
            assert json.loads(answer.content)["data"] == {"token": f"token of {ana.pk}"}
        # The tokens are kept by event loop, and here every awaited request has one of its own.
        assert len(velt.requests) == (1 if browser.kind == "wsgi" else 2)
        asked = json.loads(velt.requests[0].body)["data"]
        assert asked["permissions"]["resources"] == [{"type": "organization", "id": f"{ana.username}-org"}]


def test_strangers_get_no_token(browser: Browser, changed: Change) -> None:
    changed(TOKENS=f"{__name__}.grant", API_KEY="key", AUTH_TOKEN="auth-token")
    assert browser.request("GET", "/velt/token").status_code == 401


def test_without_the_setting_there_are_no_such_routes(browser: Browser) -> None:
    assert browser.request("GET", "/velt/token").status_code == 404
    assert browser.post("/velt/permissions", {}).status_code == 404


def can(user: str, resource: Resource) -> bool:
    """Whether this person has an account; asks the database."""
    return bool(get_user_model().objects.filter(username=user).exists())


async def awaited_can(user: str, resource: Resource) -> bool:
    return bool(await get_user_model().objects.filter(username=user).aexists())


def can_all(questions: List[Question]) -> List[bool]:
    names = [question.user for question in questions]
    known = set(get_user_model().objects.filter(username__in=names).values_list("username", flat=True))
    return [name in known for name in names]


FUNCTIONS = [{"can": f"{__name__}.can"}, {"can": awaited_can}, {"can_all": can_all}]


@pytest.mark.parametrize("functions", FUNCTIONS, ids=["plain", "awaited", "in-bulk"])
def test_the_permission_provider_is_answered_out_of_the_database(
    browser: Browser, ana: Any, changed: Change, functions: Dict[str, Any]
) -> None:
    changed(PERMISSIONS={**functions, "auth_tokens": TOKEN})
    resource = {"type": "organization", "id": "acme", "organizationId": "acme"}
    requests = [{"userId": name, "resource": resource} for name in (ana.username, "nobody")]
    body = {"data": {"requests": requests}}
    assert browser.post("/velt/permissions", body).status_code == 401
    answer = browser.post("/velt/permissions", body, AUTHORIZATION=f"Bearer {TOKEN}")
    assert [one["hasAccess"] for one in json.loads(answer.content)["data"]] == [True, False]


def test_secrets_of_permissions_are_in_no_repr(changed: Change) -> None:
    changed(PERMISSIONS={"can": can, "auth_tokens": TOKEN})
    assert TOKEN not in repr(get_options())
    assert TOKEN not in repr(get_options().features)


@pytest.mark.parametrize(
    "setting",
    [
        {"TOKENS": "no.such.function"},
        {"PERMISSIONS": can},
        {"PERMISSIONS": {"can": "no.such.function"}},
        {"PERMISSIONS": {"kan": can}},
        {"PERMISSIONS": {}},
    ],
    ids=["tokens", "function", "path", "key", "none"],
)
def test_what_cannot_be_used_is_found_by_a_check(changed: Change, setting: Dict[str, Any]) -> None:
    changed(**setting)
    assert [each.id for each in run_checks(tags=["velt"])] == ["velt.E006"]
