"""Bad requests end in the envelope, on both kinds of server, and never in a traceback."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Optional

import pytest

from tests.webserver import Answer, Client, velt_server
from velt_py.web.access import everybody, no_questions
from velt_py.web.routes import OPERATIONS

JSON = {"Content-Type": "application/json"}


def refused(answer: Answer, status: int, word: str = "") -> None:
    assert (answer.status, answer.json["statusCode"], answer.json["success"]) == (status, status, False), (
        answer.body
    )
    assert answer.json["errorCode"]
    assert word in answer.json["error"]
    assert answer.headers["cache-control"] == "no-store"
    assert "Traceback" not in answer.body.decode()


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"{'a': 1}", "no JSON"),
        (b'{"a": 1} x', "no JSON"),
        (b"null", "JSON object"),
        (b"17", "JSON object"),
        (b'"text"', "JSON object"),
        (b'["u1", "u2"]', "organizationId"),
        (b'{"organizationId": "a", "organizationId": "b"}', "twice"),
        (b'{"organizationId": "a", "metadata": {"x": 1, "x": 2}}', "twice"),
        (b'{"organizationId": NaN}', "NaN"),
        (b'{"organizationId": -Infinity}', "Infinity"),
        (b'{"organizationId": ' + b"9" * 1_000_000 + b"}", "digits"),
        (b'{"organizationId": "\xff\xfe"}', "UTF-8"),
        (b"\xef\xbb\xbf{}", "no JSON"),
        (b'{"organizationId": "a\\ud800"}', "surrogate"),
        (b'{"organizationId": "a\\u0000"}', "NUL"),
        (b'{"organizationId": {"$ne": null}}', "organization"),
        (b'{"organizationId": "acme", "commentAnnotationIds": [{"$gt": ""}]}', "id"),
        (b'{"organizationId": "acme", "commentAnnotationIds": "t1"}', "list"),
        (b"{}", "organizationId"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_reason(server: Client, raw: bytes, word: str) -> None:
    refused(server.request("POST", "/comments/get", raw, JSON), 400, word)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_of_a_hundred_thousand_levels_is_refused(server: Client, opening: bytes) -> None:
    refused(server.request("POST", "/comments/get", opening * 100_000, JSON), 400, "nested")
    closed = b'{"organizationId": "acme", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    refused(server.request("POST", "/comments/get", closed, JSON), 400, "nested")


def test_nesting_beyond_the_limit_of_a_record_is_refused_with_its_field(server: Client) -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]
    body = {
        "commentAnnotation": {"t": {"annotationId": "t", "deep": deep}},
        "metadata": {"organizationId": "acme"},
    }
    refused(server.post("/comments/save", body), 400, "commentAnnotation.t.deep")


def test_a_million_ids_are_refused(server: Client) -> None:
    body = {"organizationId": "acme", "commentAnnotationIds": [str(number) for number in range(1_000_000)]}
    refused(server.post("/comments/get", body), 400, "commentAnnotationIds")


def test_whole_numbers_are_stored_as_they_were_sent_or_refused(server: Client) -> None:
    def saved(number: int) -> Answer:
        thread = {"annotationId": "n", "number": number}
        return server.post(
            "/comments/save", {"commentAnnotation": {"n": thread}, "metadata": {"organizationId": "acme"}}
        )

    assert saved(2**63 - 1).status == 200
    found = server.post("/comments/get", {"organizationId": "acme"}).json
    assert found["data"]["n"]["number"] == 2**63 - 1
    refused(saved(2**64), 400, "64 bits")


@pytest.mark.parametrize(
    "type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ],
)
def test_another_content_type_is_refused(server: Client, type: Optional[str]) -> None:
    headers = {"Content-Type": type} if type else {}
    refused(server.request("POST", "/comments/get", b"{}", headers), 415, "application/json")


def test_a_compressed_body_is_refused(server: Client) -> None:
    refused(
        server.request("POST", "/comments/get", b"{}", {**JSON, "Content-Encoding": "gzip"}),
        415,
        "compressed",
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "BREW"])
def test_another_method_is_refused_and_the_right_one_named(server: Client, method: str) -> None:
    answer = server.request(method, "/comments/get")
    assert answer.status == 405
    assert answer.headers["allow"] == "POST, OPTIONS"
    if method != "HEAD":
        refused(answer, 405, "POST")
    other = server.request("DELETE", "/files/1?organizationId=acme")
    assert (other.status, other.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/comments",
        "/comments/get/",
        "/comments/../comments/get",
        "/COMMENTS/GET",
        "/comments/get%00",
        "/users/save",
        "/notifications/save",
        "/files",
        "/files/",
        "/files/1/2",
        "/files/..%2f..%2fvelt.db",
        "/files/%2e%2e/%2e%2e/velt.db",
        "/files/../velt.db",
        "/../../etc/passwd",
        "/%ff%fe",
        "/files/" + "a/" * 50,
    ],
)
def test_an_unknown_path_is_not_found(server: Client, path: str) -> None:
    refused(server.request("POST", path, b"{}", JSON), 404)
    refused(server.request("GET", path), 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/files/..?organizationId=acme", 404),
        ("/files/%2e%2e?organizationId=acme", 404),
        ("/files/velt.db?organizationId=acme", 404),
        ("/files/..%5cvelt.db?organizationId=acme", 404),
        ("/files/1%00.png?organizationId=acme", 400),
        ("/files/1", 400),
        ("/files/1?organizationId=", 400),
        ("/files/1?organizationId=acme&organizationId=rival", 400),
        ("/files/1?organizationId=%ff", 400),
        ("/files/1?" + "&".join(f"p{number}=1" for number in range(200)), 400),
        ("/files/" + "9" * 5000 + "?organizationId=acme", 400),
    ],
)
def test_an_odd_file_is_never_served(server: Client, path: str, status: int) -> None:
    refused(server.request("GET", path), status)


@pytest.mark.parametrize("path", sorted(OPERATIONS))
def test_every_route_refuses_an_empty_object_and_hostile_ids(server: Client, path: str) -> None:
    refused(server.post(path, {}), 400)
    hostile: Dict[str, Any] = {"$where": "1"}
    fields = ("organizationId", "commentAnnotationId", "attachmentId", "notificationId", "userIds", "emails")
    refused(server.post(path, dict.fromkeys(fields, hostile)), 400)


@pytest.fixture
def narrow(kind: str, config: Dict[str, Any]) -> Iterator[Client]:
    limits = {"max_body_bytes": 1000}
    with velt_server(
        kind, {**config, "limits": limits}, authenticate=everybody, authorize=no_questions
    ) as client:
        yield client


def test_a_body_beyond_the_limit_is_refused_by_its_declared_length(narrow: Client) -> None:
    body = json.dumps({"organizationId": "acme", "x": "y" * 2000}).encode()
    refused(narrow.request("POST", "/comments/get", body, JSON), 413, "1000")
    fitting = json.dumps({"organizationId": "acme", "x": "y" * 900}).encode()
    assert narrow.request("POST", "/comments/get", fitting, JSON).status == 200


def test_a_wrong_length_is_refused(narrow: Client) -> None:
    with narrow.raw() as connection:
        connection.sendall(
            b"POST /comments/get HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: -5\r\nConnection: close\r\n\r\n{}"
        )
        assert b" 400 " in connection.recv(4096).split(b"\r\n")[0]


def test_a_body_in_chunks_is_bounded_as_well(config: Dict[str, Any]) -> None:
    limits = {"max_body_bytes": 1000}
    with velt_server(
        "asgi", {**config, "limits": limits}, authenticate=everybody, authorize=no_questions
    ) as client, client.raw() as connection:
        connection.sendall(
            b"POST /comments/get HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(5):
            connection.sendall(b"190\r\n" + b" " * 400 + b"\r\n")
        assert b" 413 " in connection.recv(4096).split(b"\r\n")[0]
