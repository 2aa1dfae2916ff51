"""Cross-origin requests."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Optional

import pytest

from tests.webserver import Client, velt_server
from velt_py import VeltConfigurationError
from velt_py.web.access import everybody, no_questions
from velt_py.web.cors import CrossOrigin
from velt_py.web.routes import OPERATIONS

APP = "https://app.example"


@pytest.fixture
def pages(kind: str, config: Dict[str, Any]) -> Iterator[Client]:
    with velt_server(
        kind,
        config,
        authenticate=everybody,
        authorize=no_questions,
        origins=[APP, "http://localhost:3000/"],
        allow_headers=["X-Tenant"],
    ) as client:
        yield client


def preflight(client: Client, path: str, origin: str, headers: str = "content-type") -> Any:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": headers,
    }
    return client.request("OPTIONS", path, headers=asked)


@pytest.mark.parametrize("path", sorted(OPERATIONS))
@pytest.mark.parametrize("origin", [APP, "http://localhost:3000"])
def test_a_known_origin_may_post_with_credentials(pages: Client, path: str, origin: str) -> None:
    answer = preflight(pages, path, origin, "content-type, authorization, x-tenant, x-other")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-allow-methods"] == "POST, OPTIONS"
    assert answer.headers["access-control-allow-headers"] == "content-type, authorization, x-tenant"
    assert int(answer.headers["access-control-max-age"]) > 0
    assert "Origin" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "http://app.example",
        "https://app.example:444",
        "null",
        "*",
        "",
    ],
)
def test_an_unknown_origin_gets_no_permission_and_may_not_post(pages: Client, origin: str) -> None:
    answers = [
        preflight(pages, "/comments/get", origin),
        pages.post("/comments/get", {"organizationId": "acme"}, {"Origin": origin}),
        pages.request("GET", "/healthz", headers={"Origin": origin}),
    ]
    for answer in answers:
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
        assert "Origin" in answer.headers["vary"].split(", ")
    assert answers[1].status == 403


@pytest.mark.parametrize("path", ["/comments/get", "/nothing", "/files/1"])
@pytest.mark.parametrize("origin", [APP, None])
def test_failures_carry_the_permission_too_so_that_pages_can_read_them(
    pages: Client, path: str, origin: Optional[str]
) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = pages.post(path, {}, headers)
    assert answer.status in (400, 404, 405)
    assert answer.headers.get("access-control-allow-origin") == origin


def test_a_page_of_the_servers_own_origin_may_post(pages: Client) -> None:
    answer = pages.post(
        "/comments/get", {"organizationId": "acme"}, {"Origin": f"http://127.0.0.1:{pages.port}"}
    )
    assert answer.status == 200


def test_a_form_of_another_page_is_refused_although_forms_need_no_preflight(pages: Client) -> None:
    request = {"attachment": {"attachmentId": 1}, "metadata": {"organizationId": "acme"}}
    pages.headers["Origin"] = "https://evil.example"
    answer = pages.upload(
        "/attachments/save", [("file", "a.png", b"x"), ("request", None, json.dumps(request).encode())]
    )
    assert answer.status == 403
    assert pages.request("GET", "/files/1?organizationId=acme").status == 404


def test_options_without_an_origin_says_which_methods_there_are(pages: Client) -> None:
    answer = pages.request("OPTIONS", "/files/1")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "origin", ["*", "app.example", "https://", "https://app.example/path", "ftp://app.example", "null", ""]
)
def test_what_is_no_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(VeltConfigurationError, match="origins"):
        CrossOrigin([origin])


def test_origins_have_to_be_a_list_and_headers_names() -> None:
    with pytest.raises(VeltConfigurationError, match="list"):
        CrossOrigin("https://app.example")
    with pytest.raises(VeltConfigurationError, match="allow_headers"):
        CrossOrigin([], ["x-good", "bad header"])
