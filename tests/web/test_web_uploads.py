"""Uploads that go wrong, and uploads that are large."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from tests.webserver import Answer, Client, form, velt_server
from velt_py.web import bodies
from velt_py.web.access import everybody, no_questions

REQUEST = {"attachment": {"attachmentId": 1}, "metadata": {"organizationId": "acme"}}
JSON = json.dumps(REQUEST).encode()
FILE = "/files/1?organizationId=acme"
MEGABYTE = 1024 * 1024


def head_of(path: str, content_type: str, framing: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n{framing}\r\n\r\n"
    return head.encode()


def refused(answer: Answer, status: int, word: str = "") -> None:
    assert (answer.status, answer.json["statusCode"], answer.json["success"]) == (status, status, False), (
        answer.body
    )
    assert word in answer.json["error"]


def nothing_stored(client: Client, config: Dict[str, Any]) -> None:
    assert client.request("GET", FILE).status == 404
    assert files_in(config) == []


def files_in(config: Dict[str, Any]) -> List[Path]:
    return [path for path in Path(config["files"]["path"]).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("parts", "status", "word"),
    [
        ([("file", "a.png", b"x")], 400, "request"),
        ([("request", None, JSON)], 400, ""),
        ([("file", "a.png", b"x"), ("file", "b.png", b"y"), ("request", None, JSON)], 400, "two"),
        ([("file", "a.png", b"x"), ("request", None, JSON), ("request", None, JSON)], 400, "twice"),
        ([("file", "a.png", b"x"), ("request", None, b"{")], 400, "request"),
        ([("file", "a.png", b"x"), ("request", None, b"[]")], 400, "request"),
        ([("file", "a.png", b"x"), ("request", None, b"\xff")], 400, "UTF-8"),
        ([("file", "a.png", b"x"), ("request", None, b"[" * 100_000)], 400, "nested"),
        ([("file", "a.png", b"x"), ("request", None, b"{}")], 400, "organizationId"),
        ([("file", "a.png", b"x"), ("request", None, b" " * (MEGABYTE + 1))], 413, ""),
        (
            [("file", "a.png", b"x"), ("request", None, JSON), *[(f"x{n}", None, b"") for n in range(10)]],
            413,
            "",
        ),
        ([("file", "n" * 9000, b"x"), ("request", None, JSON)], 413, ""),
        ([("file", "a.png", b"x"), ("metadata", None, b'{"organizationId": "acme"}')], 400, "attachmentId"),
    ],
)
def test_a_wrong_form_is_refused_and_nothing_is_stored(
    server: Client, config: Dict[str, Any], parts: List[Tuple[Any, ...]], status: int, word: str
) -> None:
    refused(server.upload("/attachments/save", parts), status, word)
    nothing_stored(server, config)


def test_a_form_that_is_cut_off_or_malformed_is_refused(server: Client, config: Dict[str, Any]) -> None:
    kind, body = form([("file", "a.png", b"x" * 5000), ("request", None, JSON)])
    boundary = kind.rpartition("=")[2]
    no_name = f"--{boundary}\r\nContent-Disposition: attachment\r\n\r\nx\r\n--{boundary}--\r\n".encode()
    no_header = f"--{boundary}\r\n\r\nx\r\n--{boundary}--\r\n".encode()
    headers = "".join(f"X-{number}: y\r\n" for number in range(50))
    disposition = 'Content-Disposition: form-data; name="file"'
    many = f"--{boundary}\r\n{disposition}\r\n{headers}\r\nx\r\n--{boundary}--\r\n".encode()
    for raw, status in (
        (body[:-30], 400),
        (body[:100], 400),
        (b"", 400),
        (b"x" * 3000, 400),
        (no_name, 400),
        (no_header, 400),
        (many, 413),
    ):
        refused(server.request("POST", "/attachments/save", raw, {"Content-Type": kind}), status)
    nothing_stored(server, config)


@pytest.mark.parametrize(
    "kind_of_form",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 300,
        "multipart/form-data; boundary=other",
    ],
)
def test_a_form_without_its_boundary_is_refused(server: Client, kind_of_form: str) -> None:
    _, body = form([("file", "a.png", b"x"), ("request", None, JSON)])
    refused(server.request("POST", "/attachments/save", body, {"Content-Type": kind_of_form}), 400)


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_a_form_may_arrive_in_pieces_of_any_size(server: Client, piece: int) -> None:
    kind, body = form([("file", "a.png", b"\r\n--x\r\n\r--" * 50), ("request", None, JSON)])
    pieces = (body[at : at + piece] for at in range(0, len(body), piece))
    headers = {"Content-Type": kind, "Content-Length": str(len(body))}
    assert server.request("POST", "/attachments/save", pieces, headers).status == 200
    assert server.request("GET", FILE).body == b"\r\n--x\r\n\r--" * 50


def test_json_cannot_make_an_upload(server: Client) -> None:
    body = {**REQUEST, "upload": {"content": "x", "name": "a"}}
    refused(server.post("/attachments/save", body), 400)


@pytest.fixture
def small(kind: str, config: Dict[str, Any]) -> Iterator[Client]:
    files = {**config["files"], "max_bytes": 3 * MEGABYTE}
    with velt_server(
        kind, {**config, "files": files}, authenticate=everybody, authorize=no_questions
    ) as client:
        yield client


def test_a_file_beyond_the_limit_is_refused_and_nothing_is_stored(
    small: Client, config: Dict[str, Any]
) -> None:
    fitting = [("file", "a.png", b"x" * 3 * MEGABYTE), ("request", None, JSON)]
    refused(
        small.upload(
            "/attachments/save", [("file", "a.png", b"x" * (3 * MEGABYTE + 1)), ("request", None, JSON)]
        ),
        413,
    )
    nothing_stored(small, config)
    assert small.upload("/attachments/save", fitting).status == 200


def test_the_uploads_limit_does_not_raise_that_of_json(small: Client, kind: str) -> None:
    form_of_json = {"Content-Type": "application/json", "Content-Length": str(17 * MEGABYTE)}
    # Django takes a body in before it asks anybody what to do with it.
    sent = bytes(17 * MEGABYTE) if kind == "django_asgi" else b""
    refused(small.request("POST", "/attachments/save", sent, form_of_json), 413)


def temporary_files() -> List[str]:
    """The unnamed temporary files that this process, servers included, has open."""
    links: List[str] = []
    for fd in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            links.append(os.readlink(f"/proc/self/fd/{fd}"))
    return sorted(link for link in links if link.startswith(tempfile.gettempdir()) and "deleted" in link)


def test_a_dropped_upload_leaves_nothing_behind(server: Client, config: Dict[str, Any]) -> None:
    kind, body = form([("file", "a.png", b"x" * 5 * MEGABYTE), ("request", None, JSON)])
    before = temporary_files()
    for sent in (200, 2 * MEGABYTE, 5 * MEGABYTE):
        with server.raw() as connection:
            connection.sendall(
                head_of("/attachments/save", kind, f"Content-Length: {len(body)}") + body[:sent]
            )
    time.sleep(0.3)
    nothing_stored(server, config)
    assert temporary_files() == before
    assert (
        server.upload("/attachments/save", [("file", "a.png", b"x"), ("request", None, JSON)]).status == 200
    )


def test_a_client_that_leaves_during_a_download_does_not_disturb_the_next(server: Client) -> None:
    content = os.urandom(6 * MEGABYTE)
    assert (
        server.upload("/attachments/save", [("file", "a.png", content), ("request", None, JSON)]).status
        == 200
    )
    for _ in range(5):
        with server.raw() as connection:
            connection.sendall(f"GET {FILE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            connection.recv(1000)
    assert server.request("GET", FILE).body == content


def test_a_body_that_stops_coming_is_given_up(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 0.3)
    with velt_server(
        "asgi", config, authenticate=everybody, authorize=no_questions
    ) as client, client.raw() as connection:
        started = time.monotonic()
        connection.sendall(head_of("/comments/get", "application/json", "Content-Length: 100") + b"{")
        assert b" 408 " in connection.recv(4096).split(b"\r\n")[0]
        assert time.monotonic() - started < 5


def test_a_body_that_trickles_is_given_up(config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.3)
    with velt_server(
        "asgi", config, authenticate=everybody, authorize=no_questions
    ) as client, client.raw() as connection:
        connection.sendall(head_of("/comments/get", "application/json", "Content-Length: 900"))
        connection.settimeout(0.05)
        answer = b""
        for _ in range(100):
            connection.sendall(b" ")
            try:
                answer = connection.recv(4096)
                break
            except socket.timeout:
                continue
        assert b" 408 " in answer.split(b"\r\n")[0]


# Memory, measured in a process of its own


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Tuple[Client, int]]:
    config = tmp_path / "velt.json"
    config.write_text(
        json.dumps(
            {
                "database": {"type": "sqlite", "path": str(tmp_path / "velt.db")},
                "files": {"type": "folder", "path": str(tmp_path / "files")},
            }
        )
    )
    command = [
        sys.executable,
        "-m",
        "velt_py",
        "serve",
        "--insecure-local",
        "--port",
        "0",
        "--json",
        "--config",
        str(config),
    ]
    source = str(Path(bodies.__file__).parents[2])
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": source},
        text=True,
    ) as running:
        try:
            assert running.stdout is not None
            url = json.loads(running.stdout.readline())["listening"]
            client = Client(int(url.rpartition(":")[2]), timeout=120)
            for _ in range(100):
                try:
                    client.request("GET", "/healthz")
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)
            yield client, running.pid
        finally:
            running.terminate()


def peak(pid: int) -> int:
    """The most memory that a process ever had, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def large_form(size: int) -> Tuple[Dict[str, str], Iterator[bytes]]:
    boundary = uuid.uuid4().hex
    line = b"--" + boundary.encode()
    disposition = b"\r\nContent-Disposition: form-data; name="
    head = line + disposition + b'"file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    tail = b"\r\n" + line + disposition + b'"request"\r\n\r\n' + JSON + b"\r\n" + line + b"--\r\n"

    def pieces() -> Iterator[bytes]:
        yield head
        for number in range(size // MEGABYTE):
            yield bytes([number % 251]) * MEGABYTE
        yield tail

    length = len(head) + size + len(tail)
    return {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(length),
    }, pieces()


def test_a_hundred_megabytes_pass_both_ways_in_less_than_twenty_of_memory(
    process: Tuple[Client, int],
) -> None:
    client, pid = process
    small = client.upload(
        "/attachments/save", [("file", "a.png", b"x" * 2 * MEGABYTE), ("request", None, JSON)]
    )
    assert small.status == 200
    assert client.request("GET", FILE).status == 200
    before = peak(pid)
    headers, pieces = large_form(100 * MEGABYTE)
    assert client.request("POST", "/attachments/save", pieces, headers).status == 200
    answer = client.request("GET", FILE)
    assert len(answer.body) == 100 * MEGABYTE
    assert all(answer.body[n * MEGABYTE] == n % 251 for n in range(100))
    assert peak(pid) - before < 20 * MEGABYTE


def test_a_json_body_of_a_hundred_megabytes_is_refused_early_and_takes_no_memory(
    process: Tuple[Client, int],
) -> None:
    client, pid = process
    client.post("/comments/get", {"organizationId": "acme"})
    before = peak(pid)
    declared = {"Content-Type": "application/json", "Content-Length": str(100 * MEGABYTE)}
    started = time.monotonic()
    assert client.request("POST", "/comments/get", b"{", declared).status == 413
    assert time.monotonic() - started < 2
    with client.raw() as connection:
        connection.sendall(head_of("/comments/get", "application/json", "Transfer-Encoding: chunked"))
        with contextlib.suppress(OSError):  # the server may close the connection before it has everything
            for _ in range(100):
                connection.sendall(b"100000\r\n" + b" " * MEGABYTE + b"\r\n")
        assert b" 413 " in connection.recv(4096).split(b"\r\n")[0]
    assert peak(pid) - before < 40 * MEGABYTE
    assert client.request("GET", "/healthz").status == 200
