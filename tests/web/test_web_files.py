"""Serving stored files: ranges, caching, headers that keep uploads harmless, redirects to a bucket."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Optional, Tuple

import pytest

from tests.buckets import bucket
from tests.webserver import Client, velt_server
from velt_py.web.access import everybody, no_questions

CONTENT = bytes(range(256)) * 40
PATH = "/files/1?organizationId=acme"


def store(
    client: Client, content: bytes = CONTENT, name: str = "plan.png", mime_type: str = "image/png"
) -> None:
    attachment = {"attachmentId": 1, "name": name, "mimeType": mime_type}
    request = json.dumps({"attachment": attachment, "metadata": {"organizationId": "acme"}}).encode()
    answer = client.upload(
        "/attachments/save", [("file", name, content, mime_type), ("request", None, request)]
    )
    assert answer.status == 200, answer.body


@pytest.fixture
def stored(server: Client) -> Client:
    store(server)
    return server


def test_a_file_comes_back_as_it_was_with_headers_that_keep_it_harmless(stored: Client) -> None:
    answer = stored.request("GET", PATH)
    assert (answer.status, answer.body) == (200, CONTENT)
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-length"] == str(len(CONTENT))
    assert headers["content-disposition"].startswith('inline; filename="plan.png"')
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-cache"
    assert headers["etag"]


@pytest.mark.parametrize(
    "mime_type", ["text/html", "image/svg+xml", "application/pdf", "application/xhtml+xml"]
)
def test_what_could_run_is_downloaded_and_not_shown(server: Client, mime_type: str) -> None:
    store(server, b"<script>alert(1)</script>", "evil.html", mime_type)
    answer = server.request("GET", PATH)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_head_says_what_get_would_and_sends_nothing(stored: Client) -> None:
    head, get = stored.request("HEAD", PATH), stored.request("GET", PATH)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag", "content-disposition"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=10000-", (10000, len(CONTENT))),
        ("bytes=-5", (len(CONTENT) - 5, len(CONTENT))),
        ("bytes=-999999", (0, len(CONTENT))),
        ("bytes=5-999999", (5, len(CONTENT))),
    ],
)
def test_a_part_of_a_file_is_sent_when_asked_for(stored: Client, asked: str, part: Tuple[int, int]) -> None:
    answer = stored.request("GET", PATH, headers={"Range": asked})
    start, end = part
    assert (answer.status, answer.body) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-100000", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(stored: Client, asked: str) -> None:
    answer = stored.request("GET", PATH, headers={"Range": asked})
    assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")
    assert answer.json["success"] is False


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "items=0-1", "bytes=5-2", "bytes=-", "bytes=a-b", "bytes=" + "9" * 50 + "-", ""],
)
def test_what_is_no_single_range_gives_the_whole_file(stored: Client, asked: str) -> None:
    answer = stored.request("GET", PATH, headers={"Range": asked})
    assert (answer.status, answer.body) == (200, CONTENT)


def test_a_browser_that_has_the_file_is_not_sent_it_again(stored: Client) -> None:
    etag = stored.request("GET", PATH).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = stored.request("GET", PATH, headers={"If-None-Match": known})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
    assert stored.request("GET", PATH, headers={"If-None-Match": '"other"'}).status == 200


def test_a_part_of_a_replaced_file_is_never_mixed_with_the_old_one(stored: Client) -> None:
    etag = stored.request("GET", PATH).headers["etag"]
    store(stored, CONTENT[::-1])
    answer = stored.request("GET", PATH, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert (answer.status, answer.body) == (200, CONTENT[::-1])
    again = {"Range": "bytes=0-9", "If-Range": answer.headers["etag"]}
    assert stored.request("GET", PATH, headers=again).status == 206


def test_an_empty_file_is_served(server: Client) -> None:
    store(server, b"")
    answer = server.request("GET", PATH)
    assert (answer.status, answer.body) == (200, b"")
    assert server.request("GET", PATH, headers={"Range": "bytes=0-"}).status == 416


def test_a_file_whose_address_is_elsewhere_is_not_served_here(server: Client) -> None:
    body = {
        "attachment": {"attachmentId": 1, "file": "https://cdn.example/a"},
        "metadata": {"organizationId": "acme"},
    }
    assert server.post("/attachments/save", body).status == 200
    assert server.request("GET", PATH).status == 404


@pytest.fixture
def in_bucket(kind: str, config: Dict[str, Any], s3_endpoint: str) -> Iterator[Client]:
    files = {"base_url": "https://app.example"}
    with velt_server(
        kind,
        {**config, "files": files, "aws": bucket(s3_endpoint)},
        authenticate=everybody,
        authorize=no_questions,
    ) as client:
        yield client


@pytest.mark.servers
def test_a_file_in_a_bucket_is_reached_by_a_redirect_to_a_signed_address(
    in_bucket: Client, s3_endpoint: str
) -> None:
    store(in_bucket)
    answer = in_bucket.request("GET", PATH)
    assert (answer.status, answer.body) == (302, b"")
    assert answer.headers["cache-control"] == "no-store"
    location: Optional[str] = answer.headers["location"]
    assert location is not None
    assert location.startswith(s3_endpoint)
    port = int(s3_endpoint.rpartition(":")[2].strip("/"))
    fetched = Client(port).request("GET", location[len(s3_endpoint.rstrip("/")) :])
    assert (fetched.status, fetched.body) == (200, CONTENT)
