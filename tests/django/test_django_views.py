"""The routes in a project: who gets in, how cookies are checked, large bodies, files, both kinds of view."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterator, List

import pytest
from asgiref.sync import async_to_sync, iscoroutinefunction

from tests.django.project import start
from velt_py.web.access import Access
from velt_py.web.messages import Request

start()

from django.db import transaction  # noqa: E402
from django.test import AsyncClient, Client, override_settings  # noqa: E402

from velt_py.contrib.django import views  # noqa: E402

Ask = Callable[..., Any]
JSON = "application/json"


class Browser:
    """A client of the project, blocking or awaited, that sends JSON."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.client: Any = Client(**options) if kind == "wsgi" else AsyncClient(**options)
        self.kind = kind

    def login(self, user: Any) -> Browser:
        self.client.force_login(user)
        return self

    def request(self, method: str, path: str, body: Any = b"", kind: str = JSON, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        if self.kind == "asgi":
            return async_to_sync(self.awaited)(method, path, raw, kind, headers=named)
        return self.client.generic(method, path, raw, kind, headers=named)

    async def awaited(self, *args: Any, **kwargs: Any) -> Any:
        return await self.client.generic(*args, **kwargs)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.request("POST", path, body, **headers)


@pytest.fixture(params=["wsgi", "asgi"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def browser(kind: str, velt: Dict[str, Any]) -> Browser:
    return Browser(kind)


@pytest.fixture
def strict(kind: str, velt: Dict[str, Any]) -> Browser:
    """A browser whose forged requests are found out."""
    return Browser(kind, enforce_csrf_checks=True)


def saving(organization: str, **comment: Any) -> Dict[str, Any]:
    thread = {"annotationId": "A", "comments": {"1": {"commentId": 1, **comment}}}
    return {
        "commentAnnotation": {"A": thread},
        "event": "comment.add",
        "metadata": {"organizationId": organization, "documentId": "doc"},
    }


def code(answer: Any) -> Any:
    assert answer["content-type"] == "application/json; charset=utf-8"
    assert answer["cache-control"] == "no-store"
    said = json.loads(answer.content)
    assert said["statusCode"] == answer.status_code
    return answer.status_code, said.get("errorCode")


# Who gets in


def test_a_signed_in_person_saves_and_reads_what_she_may(
    browser: Browser, ana: Any, organization: str
) -> None:
    browser.login(ana)
    assert code(browser.post("/velt/comments/save", saving(organization, commentText="hé"))) == (200, None)
    read = browser.post("/velt/comments/get", {"organizationId": organization})
    assert json.loads(read.content)["data"]["A"]["comments"]["1"]["commentText"] == "hé"
    assert code(browser.post("/velt/comments/get", {"organizationId": "of-others"})) == (403, "FORBIDDEN")


def test_strangers_are_answered_in_the_envelope_and_not_sent_to_a_login_page(browser: Browser) -> None:
    assert code(browser.post("/velt/comments/get", {"organizationId": "acme"})) == (401, "UNAUTHENTICATED")
    assert code(browser.request("GET", "/velt/files/1?organizationId=acme")) == (401, "UNAUTHENTICATED")
    assert code(browser.request("GET", "/velt/")) == (404, "NOT_FOUND")
    assert code(browser.request("GET", "/velt/no/such/route")) == (404, "NOT_FOUND")
    assert code(browser.request("GET", "/velt/healthz")) == (200, None)


def test_a_person_who_may_not_sign_in_any_more_is_a_stranger(
    browser: Browser, ana: Any, organization: str
) -> None:
    browser.login(ana)
    ana.is_active = False
    ana.save()
    assert code(browser.post("/velt/comments/get", {"organizationId": organization})) == (
        401,
        "UNAUTHENTICATED",
    )


def test_without_authorize_nobody_may_do_anything(
    browser: Browser, ana: Any, organization: str, changed: Ask
) -> None:
    changed(AUTHORIZE=None)
    browser.login(ana)
    answer = browser.post("/velt/comments/get", {"organizationId": organization})
    assert code(answer) == (403, "NOT_CONFIGURED")


async def awaited_member(user: Any, access: Access) -> bool:
    return access.organizationId.startswith(f"{user.username}-")


async def awaited_user(request: Request) -> Any:
    from asgiref.sync import sync_to_async
    from django.contrib.auth import get_user_model

    name = request.headers.get("x-user")
    return await sync_to_async(get_user_model().objects.filter(username=name).first)()


def test_hooks_may_be_async_under_wsgi_and_plain_under_asgi(
    browser: Browser, ana: Any, organization: str, changed: Ask
) -> None:
    here = f"{__name__}.awaited_"
    changed(AUTHENTICATE=[f"{here}user"], AUTHORIZE=f"{here}member")
    answer = browser.post("/velt/comments/get", {"organizationId": organization}, X_USER=ana.username)
    assert code(answer) == (200, None)
    stranger = browser.post("/velt/comments/get", {"organizationId": organization})
    assert code(stranger) == (401, "UNAUTHENTICATED")


def test_a_hook_that_fails_lets_nobody_in(browser: Browser, changed: Ask) -> None:
    def failing(request: Request) -> None:
        raise RuntimeError("a private text")

    changed(AUTHENTICATE=failing)
    answer = browser.post("/velt/comments/get", {"organizationId": "acme"})
    assert code(answer) == (500, "INTERNAL_ERROR")
    assert b"private" not in answer.content


def test_a_wrong_setting_is_answered_in_the_envelope_without_its_details(
    browser: Browser, changed: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    changed(DATABASE={"type": "sqlite", "path": 5})
    answer = browser.post("/velt/comments/get", {"organizationId": "acme"})
    assert code(answer) == (500, "CONFIGURATION_ERROR")
    assert b"path" not in answer.content
    assert "velt.django.misconfigured" in [record.getMessage() for record in caplog.records]


def test_people_come_out_of_the_project_s_user_model(
    browser: Browser, ana: Any, organization: str, changed: Ask
) -> None:
    from django.contrib.auth.models import Group

    changed(USERS={"organization_field": "groups__name", "fields": {"name": "username", "email": "email"}})
    Group.objects.create(name=organization).user_set.add(ana)
    browser.login(ana)
    found = browser.post("/velt/users/get", {"organizationId": organization, "userIds": [str(ana.pk), "0"]})
    (person,) = json.loads(found.content)["data"].values()
    assert person["name"] == ana.username
    assert "password" not in str(found.content)
    elsewhere = {"organizationId": f"{organization}-2", "userIds": [str(ana.pk)]}
    assert json.loads(browser.post("/velt/users/get", elsewhere).content)["data"] == {}


# Cookies


def test_a_forged_post_with_the_cookie_of_a_session_is_refused(
    strict: Browser, ana: Any, organization: str
) -> None:
    strict.login(ana)
    assert code(strict.post("/velt/comments/save", saving(organization))) == (403, "CSRF_FAILED")
    token = "x" * 32
    strict.client.cookies["csrftoken"] = token
    assert code(strict.post("/velt/comments/save", saving(organization), X_CSRFTOKEN="y" * 32)) == (
        403,
        "CSRF_FAILED",
    )
    assert code(strict.post("/velt/comments/save", saving(organization), X_CSRFTOKEN=token)) == (200, None)


def test_an_upload_with_the_cookie_of_a_session_is_checked_without_parsing_it(
    strict: Browser, ana: Any, organization: str
) -> None:
    from tests.webserver import form

    strict.login(ana)
    strict.client.cookies["csrftoken"] = token = "x" * 32
    request = {
        "attachment": {"attachmentId": 7, "name": "a.png"},
        "metadata": {"organizationId": organization, "documentId": "doc"},
    }
    content = b"\x89PNG" * 1_000_000
    sent, body = form([("file", "a.png", content), ("request", None, json.dumps(request).encode())])
    assert code(strict.request("POST", "/velt/attachments/save", body, sent)) == (403, "CSRF_FAILED")
    saved = strict.request("POST", "/velt/attachments/save", body, sent, X_CSRFTOKEN=token)
    assert code(saved) == (200, None)
    url = json.loads(saved.content)["data"]["url"]
    assert url.startswith("https://app.example/velt/files/")
    found = strict.request("GET", url[len("https://app.example") :])
    assert found.status_code == 200
    assert found["content-length"] == str(len(content))
    assert streamed(found) == content
    part = strict.request("GET", url[len("https://app.example") :], RANGE="bytes=1-3")
    assert (part.status_code, streamed(part)) == (206, b"PNG")


def streamed(answer: Any) -> bytes:
    """The bytes of a file; Django warns when they come in the wrong way."""
    if not answer.is_async:
        return b"".join(answer.streaming_content)

    async def joined() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return async_to_sync(joined)()


def bearer_of_ana(request: Request) -> Any:
    from django.contrib.auth import get_user_model

    scheme, _, name = request.headers.get("authorization", "").partition(" ")
    return get_user_model().objects.filter(username=name).first() if scheme else None


@pytest.mark.parametrize(
    ("scheme", "outcome"), [("Bearer", (200, None)), ("Token", (200, None)), ("Basic", (403, "CSRF_FAILED"))]
)
def test_a_token_in_the_header_needs_no_proof_unless_browsers_send_it_by_themselves(
    strict: Browser, ana: Any, organization: str, changed: Ask, scheme: str, outcome: Any
) -> None:
    changed(AUTHENTICATE=bearer_of_ana)
    strict.login(ana)  # cookies are there, and play no part
    body = {"organizationId": organization}
    answer = strict.post("/velt/comments/get", body, AUTHORIZATION=f"{scheme} {ana.username}")
    assert code(answer) == outcome


def test_a_custom_header_is_proof_enough_where_the_setting_says_so(
    strict: Browser, ana: Any, organization: str, changed: Ask
) -> None:
    changed(COOKIE_AUTH="header")
    strict.login(ana)
    body = {"organizationId": organization}
    assert code(strict.post("/velt/comments/get", body)) == (403, "CSRF_FAILED")
    assert code(strict.post("/velt/comments/get", body, X_REQUESTED_WITH="velt")) == (200, None)


def test_cookies_may_be_ruled_out(strict: Browser, ana: Any, organization: str, changed: Ask) -> None:
    changed(COOKIE_AUTH=False)
    strict.login(ana)
    answer = strict.post("/velt/comments/get", {"organizationId": organization}, X_REQUESTED_WITH="velt")
    assert code(answer) == (403, "CSRF_FAILED")


def test_a_page_of_a_listed_origin_posts_after_a_preflight(
    strict: Browser, ana: Any, organization: str, changed: Ask
) -> None:
    origin = "https://pages.example"
    changed(ORIGINS=[origin], ALLOW_HEADERS=["X-CSRFToken"])
    strict.login(ana)
    strict.client.cookies["csrftoken"] = token = "x" * 32
    asked = strict.request(
        "OPTIONS", "/velt/comments/get", ORIGIN=origin, ACCESS_CONTROL_REQUEST_HEADERS="x-csrftoken"
    )
    assert asked.status_code == 204
    assert asked["access-control-allow-origin"] == origin
    assert asked["access-control-allow-headers"] == "x-csrftoken"
    body = {"organizationId": organization}
    # Django's own check knows trusted origins only.
    refused = strict.post("/velt/comments/get", body, ORIGIN=origin, X_CSRFTOKEN=token)
    assert code(refused) == (403, "CSRF_FAILED")
    with override_settings(CSRF_TRUSTED_ORIGINS=[origin]):
        answer = strict.post("/velt/comments/get", body, ORIGIN=origin, X_CSRFTOKEN=token)
    assert code(answer) == (200, None)
    assert answer["access-control-allow-credentials"] == "true"
    foreign = strict.post("/velt/comments/get", body, ORIGIN="https://evil.example", X_CSRFTOKEN=token)
    assert code(foreign) == (403, "FORBIDDEN")


# Bodies


def test_bodies_above_djangos_own_limit_are_taken_in(browser: Browser, ana: Any, organization: str) -> None:
    browser.login(ana)
    body = json.dumps({"organizationId": organization}).encode() + b" " * 10_000_000
    assert code(browser.post("/velt/comments/get", body)) == (200, None)


def test_bodies_above_our_own_limit_are_413_in_the_envelope(
    browser: Browser, ana: Any, organization: str, changed: Ask
) -> None:
    changed(LIMITS={"max_body_bytes": 3_000_000})
    browser.login(ana)
    body = json.dumps({"organizationId": organization}).encode() + b" " * 3_000_000
    assert code(browser.post("/velt/comments/get", body)) == (413, "TOO_LARGE")


class BodyReader:
    """A middleware that reads every body before the view does."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        if "whole" in request.GET:
            assert request.body
        else:
            request.POST  # noqa: B018 - parses a form
        return self.get_response(request)


@pytest.fixture
def reading() -> Iterator[None]:
    from django.conf import settings

    with override_settings(MIDDLEWARE=[f"{__name__}.BodyReader", *settings.MIDDLEWARE]):
        yield


def test_a_body_that_was_read_as_a_whole_is_there_still(
    reading: None, kind: str, velt: Any, ana: Any, organization: str
) -> None:
    browser = Browser(kind).login(ana)
    assert code(browser.post("/velt/comments/get?whole", {"organizationId": organization})) == (200, None)


def test_a_form_that_was_parsed_before_is_a_clear_failure(
    reading: None, kind: str, velt: Any, ana: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.webserver import form

    browser = Browser(kind).login(ana)
    sent, body = form([("file", "a.png", b"x"), ("request", None, b"{}")])
    answer = browser.request("POST", "/velt/attachments/save", body, sent)
    assert code(answer) == (500, "INTERNAL_ERROR")
    assert "velt.django.body_taken" in [record.getMessage() for record in caplog.records]


# Both kinds of view


def test_the_view_is_awaited_in_an_event_loop_only() -> None:
    async def asked() -> bool:
        return bool(iscoroutinefunction(views.view))

    assert not iscoroutinefunction(views.view)
    assert async_to_sync(asked)()
    assert iscoroutinefunction(views.async_view)
    assert not iscoroutinefunction(views.sync_view)


@pytest.mark.parametrize(
    "mounted", [views.view, views.sync_view, views.async_view], ids=["view", "sync", "async"]
)
def test_every_view_is_open_to_requests_without_login_and_csrf_token(mounted: Any) -> None:
    assert mounted.csrf_exempt is True
    assert mounted.login_required is False


def test_requests_run_outside_of_the_transaction_of_atomic_requests(
    browser: Browser, ana: Any, organization: str, changed: Ask
) -> None:
    from django.db import connection

    seen: List[bool] = []

    def noting(user: Any, access: Access) -> bool:
        seen.append(transaction.get_connection().in_atomic_block)
        return True

    changed(AUTHORIZE=noting)
    browser.login(ana)
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    try:
        assert code(browser.post("/velt/comments/get", {"organizationId": organization})) == (200, None)
    finally:
        connection.settings_dict["ATOMIC_REQUESTS"] = False
    assert seen == [False]
