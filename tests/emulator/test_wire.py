"""What comes over a connection that no client of HTTP would send, and what an old one would."""

from __future__ import annotations

import socket
from email.utils import formatdate
from urllib.parse import urlsplit

import pytest

from velt_py.emulator import Emulator, EmulatorServer
from velt_py.emulator.wire import http_date

CREDENTIALS = b"Host: 127.0.0.1\r\nx-velt-api-key: key\r\nx-velt-auth-token: token\r\n"
ASKED = b"POST /v2/organizations/get HTTP/1.1\r\n" + CREDENTIALS
BODY = b'{"data":{}}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)


def said(emulator: Emulator, *parts: bytes) -> bytes:
    """All that comes back until the connection ends, which this side does not."""
    with EmulatorServer(emulator, port=0) as server:
        address = urlsplit(server.url)
        with socket.create_connection(
            (str(address.hostname), int(address.port or 0)), timeout=30
        ) as connection:
            for part in parts:
                connection.sendall(part)
            found = b""
            while True:
                piece = connection.recv(65536)
                if not piece:
                    return found
                found += piece


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"POST / HTTP/2.0\r\n\r\n", 505),
        (b"TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 501),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (ASKED + b"a: b\r\n" * 101 + b"\r\n", 431),
        (ASKED + b"a: " + b"b" * 70_000 + b"\r\n\r\n", 431),
        (ASKED + b"no colon\r\n\r\n", 400),
        (ASKED + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (ASKED + b"Content-Length: -1\r\n\r\n", 400),
        (b"GET /__velt/health HTTP/1.1\r\nHost: [::1\r\n\r\n", 403),
    ],
    ids=["line", "version", "method", "target", "many", "long", "colon", "lengths", "negative", "host"],
)
def test_what_is_no_request_is_refused_and_the_connection_ends(
    emulator: Emulator, request_: bytes, status: int
) -> None:
    assert said(emulator, request_).startswith(b"HTTP/1.1 %d " % status)


def test_several_requests_in_one_piece_are_all_answered(emulator: Emulator) -> None:
    last = ASKED + LENGTH + b"Connection: close\r\n\r\n" + BODY
    found = said(emulator, (ASKED + LENGTH + b"\r\n" + BODY) * 2 + last)
    assert found.count(b"HTTP/1.1 200 OK") == 3


def test_a_client_that_asks_whether_to_go_on_is_told_so(emulator: Emulator) -> None:
    found = said(emulator, ASKED + LENGTH + b"Expect: 100-continue\r\nConnection: close\r\n\r\n", BODY)
    assert found.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_an_old_client_gets_its_answer_and_the_end_of_the_connection(emulator: Emulator) -> None:
    found = said(emulator, ASKED.replace(b"HTTP/1.1", b"HTTP/1.0") + LENGTH + b"\r\n" + BODY)
    assert found.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close" in found


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"], ids=["204", "304"])
def test_nothing_stands_between_an_answer_without_a_body_and_the_next_one(
    emulator: Emulator, status: bytes
) -> None:
    emulator.faults.add(times=1, status=int(status[:3]))
    last = ASKED + LENGTH + b"Connection: close\r\n\r\n" + BODY
    first, second, _ = said(emulator, ASKED + LENGTH + b"\r\n" + BODY + last).split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 " + status)
    assert second.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("seconds", [0, 951_782_400, 1_800_000_000, 4_102_444_799])
def test_the_date_of_an_answer_is_that_of_http(seconds: int) -> None:
    assert http_date(seconds) == formatdate(seconds, usegmt=True)
