"""The project behind real servers: sessions, files and large bodies over sockets; nothing blocks the event loop."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from typing import Any, Callable, Dict, Iterator, List

import pytest

from tests.django.project import start
from tests.webserver import Client, form, uvicorn_server, wsgi_server
from velt_py.web.access import Access

start()

from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.test import Client as DjangoClient  # noqa: E402
from django.test import override_settings  # noqa: E402

Change = Callable[..., None]


@contextlib.contextmanager
def serving(kind: str, user: Any) -> Iterator[Client]:
    """A client of the served project that is signed in by cookie."""
    signed = DjangoClient()
    signed.force_login(user)
    cookies = f"sessionid={signed.cookies['sessionid'].value}; csrftoken={'x' * 32}"
    server = uvicorn_server(ASGIHandler()) if kind == "asgi" else wsgi_server(WSGIHandler())
    with server as port:
        yield Client(port, {"Cookie": cookies, "X-CSRFToken": "x" * 32})


@pytest.fixture(params=["asgi", "wsgi"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def own_database(velt: Dict[str, Any]) -> Iterator[None]:
    with override_settings(VELT={**velt, "DATABASE": "default"}):
        yield


def test_a_session_writes_and_reads_in_the_project_s_own_database(
    kind: str, ana: Any, organization: str
) -> None:
    from velt_py.contrib.django.models import CommentAnnotation

    with serving(kind, ana) as client:
        metadata = {"organizationId": organization, "documentId": "doc"}
        body = {"commentAnnotation": {"A": {"comments": {"1": {"commentText": "hé"}}}}, "metadata": metadata}
        assert client.post("/velt/comments/save", body).status == 200
        read = client.post("/velt/comments/get", {"organizationId": organization})
        assert read.json["data"]["A"]["comments"]["1"]["commentText"] == "hé"
        forged = client.post("/velt/comments/save", body, {"X-CSRFToken": "y" * 32})
        assert (forged.status, forged.json["errorCode"]) == (403, "CSRF_FAILED")
        assert client.post("/velt/comments/get", {"organizationId": "of-others"}).status == 403
        health = client.request("GET", "/velt/healthz")
        assert health.json["data"] == {"alive": True, "database": True}
    assert CommentAnnotation.objects.get(organization_id=organization).document_id == "doc"


def test_a_large_file_goes_in_and_comes_out_in_parts(kind: str, ana: Any, organization: str) -> None:
    content = os.urandom(1 << 20) * 12
    request = {
        "attachment": {"attachmentId": 7, "name": "a.bin"},
        "metadata": {"organizationId": organization, "documentId": "doc"},
    }
    with serving(kind, ana) as client:
        parts = [
            ("file", "a.bin", content, "application/x-own"),
            ("request", None, json.dumps(request).encode()),
        ]
        saved = client.upload("/velt/attachments/save", parts)
        assert saved.status == 200, saved.body
        path = f"/velt/files/7?organizationId={organization}"
        assert client.request("GET", path).body == content
        part = client.request("GET", path, headers={"Range": "bytes=1000000-1999999"})
        assert (part.status, part.body) == (206, content[1_000_000:2_000_000])
        head = client.request("HEAD", path)
        assert (head.status, head.headers["content-length"], head.body) == (200, str(len(content)), b"")
        large = json.dumps({"organizationId": organization}).encode() + b" " * 10_000_000
        assert client.post("/velt/comments/get", large).status == 200


def test_hooks_that_block_do_not_hold_up_the_event_loop(ana: Any, organization: str, changed: Change) -> None:
    def slow(user: Any, access: Access) -> bool:
        time.sleep(0.3)
        return user.pk == ana.pk

    changed(AUTHORIZE=slow, DATABASE="default")
    statuses: List[int] = []

    def ask(client: Client) -> None:
        statuses.append(client.post("/velt/comments/get", {"organizationId": organization}).status)

    with serving("asgi", ana) as client:
        ask(client)
        asking = [threading.Thread(target=ask, args=(client,)) for _ in range(8)]
        started = time.monotonic()
        for thread in asking:
            thread.start()
        assert client.request("GET", "/velt/healthz/live").status == 200
        assert time.monotonic() - started < 0.3 * 8
        for thread in asking:
            thread.join()
        # One after the other they would take 2.4 seconds.
        assert time.monotonic() - started < 2
    assert statuses == [200] * 9


def test_a_slow_database_of_the_project_does_not_hold_up_the_event_loop(
    ana: Any, organization: str, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    from velt_py.selfhosting.stores.django import DjangoStore

    read = DjangoStore.read

    def slow(store: DjangoStore, plan: Any) -> Any:
        time.sleep(0.3)
        return read(store, plan)

    monkeypatch.setattr(DjangoStore, "read", slow)
    statuses: List[int] = []

    def ask(client: Client) -> float:
        started = time.monotonic()
        statuses.append(client.post("/velt/comments/get", {"organizationId": organization}).status)
        return time.monotonic() - started

    with serving("asgi", ana) as client:
        assert ask(client) >= 0.3
        asking = [threading.Thread(target=ask, args=(client,)) for _ in range(8)]
        started = time.monotonic()
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        together = time.monotonic() - started
    record_property("seconds", round(together, 2))
    assert statuses == [200] * 9
    # One after the other they would take 2.4 seconds.
    assert together < 2


def test_a_client_that_goes_away_leaves_the_server_well(kind: str, ana: Any, organization: str) -> None:
    with serving(kind, ana) as client:
        head = "POST /velt/comments/save HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in client.headers.items())
        for sent in (b"", b'{"metadata": '):
            with client.raw() as connection:
                connection.sendall(head.encode() + b"Content-Length: 1000\r\n\r\n" + sent)
        assert client.post("/velt/comments/get", {"organizationId": organization}).status == 200


def test_the_form_of_another_page_is_refused(kind: str, ana: Any, organization: str) -> None:
    request = {"attachment": {"attachmentId": 7}, "metadata": {"organizationId": organization}}
    sent, body = form([("file", "a.png", b"png"), ("request", None, json.dumps(request).encode())])
    with serving(kind, ana) as client:
        client.headers.pop("X-CSRFToken")
        foreign = {"Content-Type": sent, "Origin": "https://evil.example"}
        answer = client.request("POST", "/velt/attachments/save", body, foreign)
        assert (answer.status, answer.json["errorCode"]) == (403, "FORBIDDEN")
        answer = client.request("POST", "/velt/attachments/save", body, {"Content-Type": sent})
        assert (answer.status, answer.json["errorCode"]) == (403, "CSRF_FAILED")
