"""Health checks, logs, mounting, the end of a server, tokens."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import jwt
import pytest

from tests.webserver import Client, uvicorn_server, velt_server, wsgi_server
from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.web import health
from velt_py.web.access import Access, bearer, everybody, no_questions
from velt_py.web.asgi import asgi_app
from velt_py.web.health import AsyncProbe, Probe
from velt_py.web.wsgi import wsgi_app

OPEN: Dict[str, Any] = {"authenticate": everybody, "authorize": no_questions}


# Health


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that accepts connections and never says anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(20)
        yield listener.getsockname()[1]


def test_health_answers_in_bounded_time_when_the_database_is_silent(
    kind: str, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "WAIT_SECONDS", 0.5)
    database = {"type": "mongodb", "connection_string": f"mongodb://user:secret-word@127.0.0.1:{silent}/velt"}
    with velt_server(kind, {"database": database}) as client:
        started = time.monotonic()
        answers: List[Any] = []
        asking = [
            threading.Thread(target=lambda: answers.append(client.request("GET", "/healthz")))
            for _ in range(5)
        ]
        for thread in asking:
            thread.start()
        live = client.request("GET", "/healthz/live")
        assert live.status == 200
        assert time.monotonic() - started < 2
        assert not answers
        for thread in asking:
            thread.join()
        assert time.monotonic() - started < 3
        for answer in answers:
            assert (answer.status, answer.json["errorCode"]) == (503, "DATABASE_ERROR")
            assert "secret-word" not in answer.body.decode()
            assert str(silent) not in answer.body.decode()
            assert answer.headers["cache-control"] == "no-store"


def test_health_says_when_the_database_cannot_be_opened(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "no such folder" / "velt.db"
    with velt_server(kind, {"database": {"type": "sqlite", "path": str(path)}}) as client:
        answer = client.request("GET", "/healthz")
        assert (answer.status, answer.json["success"]) == (503, False)
        assert "folder" not in answer.body.decode()


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_health_without_a_database_block_is_unhealthy(kind: str) -> None:
    with velt_server(kind, {}) as client:
        assert client.request("GET", "/healthz").status == 503
        assert client.request("HEAD", "/healthz/live").status == 200


def test_many_health_checks_ask_the_database_once_a_second() -> None:
    pings: List[float] = []
    probe = Probe(lambda: pings.append(time.monotonic()))
    assert all(probe.check() for _ in range(100))
    assert len(pings) == 1


async def test_many_awaited_health_checks_ask_the_database_once_at_a_time() -> None:
    pings: List[float] = []

    async def ping() -> None:
        pings.append(time.monotonic())
        await asyncio.sleep(0.05)

    probe = AsyncProbe(ping)
    assert all(await asyncio.gather(*[probe.check() for _ in range(100)]))
    assert len(pings) == 1


# Logs


def test_each_request_is_one_event_without_what_people_wrote(
    server: Client, caplog: pytest.LogCaptureFixture
) -> None:
    thread = {
        "annotationId": "thread-of-ana",
        "comments": {"1": {"commentId": 1, "commentText": "a private text"}},
    }
    body = {"commentAnnotation": {"thread-of-ana": thread}, "metadata": {"organizationId": "org-of-ana"}}
    with caplog.at_level(logging.DEBUG, "velt_py"):
        saved = server.post("/comments/save", body, {"Authorization": "Bearer secret-token"})
        server.request("GET", "/files/file-of-ben?organizationId=org-of-ana&token=secret-token")
        server.request("GET", "/no/such/secret-path")
    requests = [vars(record) for record in caplog.records if record.getMessage() == "velt.request"]
    assert [(r["velt_method"], r["velt_route"], r["velt_status"]) for r in requests] == [
        ("POST", "comments.save", 200),
        ("GET", "files.get", 404),
        ("GET", "unknown", 404),
    ]
    first = requests[0]
    assert first["velt_received"] == len(json.dumps(body))
    assert first["velt_sent"] == len(saved.body)
    assert first["velt_ms"] > 0
    assert len(first["velt_correlation"]) == 16
    ours = [record for record in caplog.records if record.name.startswith("velt_py")]
    everything = "".join(str(vars(record)) for record in ours)
    for secret in ("private text", "of-ana", "secret-token", "secret-path", "of-ben"):
        assert secret not in everything


def test_a_failure_of_the_database_is_logged_under_the_id_that_the_answer_carries(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"database": {"type": "sqlite", "path": str(tmp_path / "no such folder" / "velt.db")}}
    with velt_server(kind, broken, **OPEN) as client, caplog.at_level(logging.INFO, "velt_py"):
        answer = client.post("/comments/get", {"organizationId": "acme"})
    assert (answer.status, answer.json["errorCode"]) == (500, "DATABASE_ERROR")
    correlation = answer.json["correlationId"]
    named = [
        record.getMessage()
        for record in caplog.records
        if vars(record).get("velt_correlation") == correlation
    ]
    assert "velt.request" in named
    assert len(named) > 1


# Mounting and ending


async def below_mount(scope: Any, receive: Any, send: Any, app: Any, keep: bool) -> None:
    """What a framework does that mounts `app` at /velt."""
    path = scope["path"] if keep else scope["path"][len("/velt") :]
    await app({**scope, "root_path": scope.get("root_path", "") + "/velt", "path": path}, receive, send)


@pytest.mark.parametrize("keep", [True, False])
def test_a_mounted_asgi_application_finds_its_routes(config: Dict[str, Any], keep: bool) -> None:
    app = asgi_app(AsyncVeltSDK.initialize(config), **OPEN)

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await below_mount(scope, receive, send, app, keep)

    with uvicorn_server(outer, lifespan="off") as port:
        client = Client(port)
        assert client.post("/velt/comments/get", {"organizationId": "acme"}).status == 200
        assert client.post("/velt/nothing", {}).status == 404


def test_a_mounted_wsgi_application_finds_its_routes(config: Dict[str, Any]) -> None:
    with VeltSDK.initialize(config) as sdk:
        app = wsgi_app(sdk, **OPEN)

        def outer(environ: Dict[str, Any], start_response: Any) -> Any:
            environ = {**environ, "SCRIPT_NAME": "/velt", "PATH_INFO": environ["PATH_INFO"][len("/velt") :]}
            return app(environ, start_response)

        with wsgi_server(outer) as port:
            assert Client(port).post("/velt/comments/get", {"organizationId": "acme"}).status == 200


@pytest.mark.parametrize("owned", [True, False])
async def test_the_end_of_the_lifespan_closes_the_sdk_only_when_it_was_handed_over(
    config: Dict[str, Any], owned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: List[str] = []
    async with AsyncVeltSDK.initialize(config) as sdk:
        await sdk.selfHosting.comments.getComments(organizationId="acme")
        close = sdk.close

        async def closing() -> None:
            closed.append("closed")
            await close()

        monkeypatch.setattr(sdk, "close", closing)
        app = asgi_app(sdk, close_sdk=owned, **OPEN)
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
        sent: List[str] = []

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await app({"type": "lifespan"}, receive, send)
        assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert closed == (["closed"] if owned else [])


async def test_a_cancelled_request_leaves_the_sdk_usable(config: Dict[str, Any]) -> None:
    async with AsyncVeltSDK.initialize(config) as sdk:
        app = asgi_app(sdk, **OPEN)
        waiting = asyncio.Event()

        async def receive() -> Any:
            waiting.set()
            await asyncio.sleep(60)

        async def send(message: Any) -> None:
            raise AssertionError("nothing is sent")

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/comments/get", "headers": headers}
        task = asyncio.ensure_future(app(scope, receive, send))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        answer = await sdk.selfHosting.comments.getComments(organizationId="acme")
        assert answer["success"]
        await app.close()


# Tokens

SECRET = "a secret of at least thirty-two bytes"


def test_bearer_lets_in_whose_token_is_right_and_hands_its_claims_on(
    kind: str, config: Dict[str, Any]
) -> None:
    config = {**config, "resolver_auth": {"jwt": {"algorithms": ["HS256"], "secret": SECRET}}}
    principals: List[Any] = []

    def authorize(principal: Any, access: Access) -> bool:
        principals.append(principal)
        return bool(access.organizationId == principal["org"])

    sdk = AsyncVeltSDK.initialize(config) if kind == "asgi" else VeltSDK.initialize(config)
    with velt_server(kind, config, authenticate=bearer(sdk), authorize=authorize) as client:

        def answer(token: str, organization: str = "acme") -> Any:
            headers = {"authorization": f"Bearer {token}"} if token else {}
            return client.post("/comments/get", {"organizationId": organization}, headers)

        token = jwt.encode({"org": "acme", "sub": "ana"}, SECRET, "HS256")
        assert answer(token).status == 200
        assert principals == [{"org": "acme", "sub": "ana"}]
        assert answer(token, "rival").status == 403
        for wrong in ("", "x", token[:-3], jwt.encode({"org": "acme"}, SECRET + "!", "HS256")):
            refused = answer(wrong)
            assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
