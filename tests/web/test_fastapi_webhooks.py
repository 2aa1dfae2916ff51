"""Webhooks in routes of an application of FastAPI: dependencies that verify, decode and store."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from tests.waiting import until
from tests.webserver import Answer, Client, uvicorn_server
from velt_py import AsyncVeltSDK, VeltConfigurationError, VeltSDK
from velt_py.contrib.fastapi import velt_receipt, velt_webhook
from velt_py.webhooks import Receipt, WebhookEvent, Webhooks, sign_for_tests
from velt_py.webhooks.reader import LARGEST

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
BODY = json.dumps(
    {"event": "comment.add", "data": {"metadata": {"organizationId": "acme"}, "text": "Gr\u00fc\u00dfe"}}
).encode()


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[Client]:
    with uvicorn_server(app) as port:
        yield Client(port)


def post(client: Client, body: bytes = BODY, id: str = "msg_1", **changes: str) -> Answer:
    sent = {"Content-Type": "application/json", **sign_for_tests(body, SECRET, id=id), **changes}
    return client.request("POST", "/hook", body, sent)


@pytest.fixture
def seen() -> List[Any]:
    return []


@pytest.fixture
def verifying(seen: List[Any]) -> Iterator[Client]:
    """A route that takes the event."""
    app = FastAPI()

    @app.post("/hook")
    async def hook(request: Request, event: WebhookEvent = Depends(velt_webhook(SECRET))) -> str:  # noqa: B008
        seen.append((event.name, event.organizationId, await request.body()))
        return "thanks"

    with serving(app) as client:
        yield client


def refused(answer: Answer, status: int, code: str) -> None:
    told = answer.json["detail"]
    assert (answer.status, told["statusCode"], told["success"], told["errorCode"]) == (
        status, status, False, code,
    ), answer.body  # fmt: skip


def test_a_route_gets_the_verified_event_and_the_raw_body_is_still_there(
    verifying: Client, seen: List[Any]
) -> None:
    assert post(verifying).status == 200
    assert seen == [("comment.add", "acme", BODY)]


@pytest.mark.parametrize(
    ("body", "changes", "status", "code"),
    [
        (BODY, {"webhook-signature": "v1,AAAA"}, 401, "WEBHOOK_UNVERIFIED"),
        (BODY, {"webhook-signature": "v1,!!"}, 400, "WEBHOOK_REFUSED"),
        (BODY, {"webhook-timestamp": "soon"}, 400, "WEBHOOK_REFUSED"),
        (BODY, {"webhook-timestamp": "1731705121"}, 401, "WEBHOOK_UNVERIFIED"),
        (BODY, {"Content-Encoding": "gzip"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{", {}, 400, "WEBHOOK_REFUSED"),
        (b"[]", {}, 400, "WEBHOOK_REFUSED"),
        (b'{"encodedPayload": "%"}', {}, 400, "WEBHOOK_REFUSED"),
        (b" " * (LARGEST + 1), {}, 413, "TOO_LARGE"),
    ],
    ids=[str(at) for at in range(9)],
)
def test_what_velt_did_not_send_or_nobody_can_read_is_refused_before_the_route(
    verifying: Client, seen: List[Any], body: bytes, changes: Dict[str, str], status: int, code: str
) -> None:
    refused(post(verifying, body, **changes), status, code)
    assert seen == []


def test_an_unsigned_request_is_refused(verifying: Client, seen: List[Any]) -> None:
    refused(verifying.post("/hook", json.loads(BODY)), 401, "WEBHOOK_UNVERIFIED")
    assert seen == []


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(verifying: Client, seen: List[Any]) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(LARGEST // 65536 + 20):
            yield b"10000\r\n" + b" " * 65536 + b"\r\n"
        yield b"0\r\n\r\n"

    headers = {**sign_for_tests(BODY, SECRET), "Transfer-Encoding": "chunked"}
    with contextlib.suppress(ConnectionError):
        refused(verifying.request("POST", "/hook", pieces(), headers), 413, "TOO_LARGE")
    assert seen == []


def test_the_application_says_how_refusals_look() -> None:
    app = FastAPI()

    @app.exception_handler(HTTPException)
    async def shown(request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse(error.detail, error.status_code)

    @app.post("/hook", dependencies=[Depends(velt_webhook(Webhooks({"v1": "the token"})))])
    def hook() -> None: ...

    with serving(app) as client:
        answer = post(client)
        assert (answer.status, answer.json["errorCode"]) == (401, "WEBHOOK_UNVERIFIED")
        assert (
            client.post(
                "/hook",
                {"actionType": "added", "notificationSource": "comment"},
                {"Authorization": "Basic the token"},
            ).status
            == 200
        )


def test_a_body_that_was_read_for_another_dependency_is_verified_all_the_same(seen: List[Any]) -> None:
    app = FastAPI()

    async def before(request: Request) -> None:
        seen.append(await request.json())

    @app.post("/hook", dependencies=[Depends(before)])
    async def hook(event: WebhookEvent = Depends(velt_webhook(SECRET))) -> None:  # noqa: B008
        seen.append(event.raw)

    with serving(app) as client:
        assert post(client).status == 200
    assert seen == [json.loads(BODY)] * 2


def test_a_stream_that_was_read_before_is_a_mistake_that_is_told(seen: List[Any]) -> None:
    app = FastAPI()
    told: List[str] = []

    @app.exception_handler(VeltConfigurationError)
    async def tell(request: Request, error: VeltConfigurationError) -> JSONResponse:
        told.append(error.message)
        return JSONResponse({}, 500)

    async def before(request: Request) -> None:
        async for _ in request.stream():
            pass

    @app.post("/hook", dependencies=[Depends(before)])
    async def hook(event: WebhookEvent = Depends(velt_webhook(SECRET))) -> None:  # noqa: B008
        seen.append(event)

    with serving(app) as client:
        assert post(client).status == 500
    assert "declares no form" in told[0]
    assert seen == []


# The inbox


@pytest.fixture
def config(tmp_path: Path) -> Dict[str, Any]:
    return {"database": {"type": "sqlite", "path": str(tmp_path / "velt.db")}}


def receiving(webhooks: Webhooks, config: Dict[str, Any], seen: List[Any]) -> FastAPI:
    sdk = AsyncVeltSDK.initialize(config)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> Any:
        async with sdk:
            yield
            await webhooks.asettle()

    app = FastAPI(lifespan=lifespan)

    @app.post("/hook")
    async def hook(receipt: Receipt = Depends(velt_receipt(webhooks, sdk))) -> None:  # noqa: B008
        seen.append((receipt.event.id, receipt.new))

    return app


def test_an_event_is_a_row_first_handled_after_the_answer_and_only_once(
    config: Dict[str, Any], seen: List[Any]
) -> None:
    webhooks = Webhooks(SECRET)
    handled: List[str] = []
    go = threading.Event()

    @webhooks.on("comment.add")
    def slow(event: WebhookEvent) -> None:
        assert go.wait(60)
        handled.append(event.id)

    with serving(receiving(webhooks, config, seen)) as client:
        assert [post(client).status for _ in range(2)] == [200, 200]
        assert handled == []
        go.set()
        until(lambda: handled == ["msg_1"])
        assert post(client).status == 200
    assert seen == [("msg_1", True), ("msg_1", False), ("msg_1", False)]
    assert handled == ["msg_1"]


def test_what_failed_waits_in_the_inbox_for_a_replay(
    config: Dict[str, Any], seen: List[Any], caplog: pytest.LogCaptureFixture
) -> None:
    webhooks = Webhooks(SECRET)
    fails = [True]

    @webhooks.on("*")
    async def handle(event: WebhookEvent) -> None:
        if fails:
            raise ValueError("what somebody wrote")

    with serving(receiving(webhooks, config, seen)) as client:
        assert post(client).status == 200
    fails.clear()
    with VeltSDK.initialize(config) as sdk:
        assert webhooks.replay(sdk, ["msg_1"]).outcomes == {"v2:msg_1": "done"}
    assert "what somebody wrote" not in caplog.text


def test_an_event_that_could_not_be_stored_is_answered_with_an_error_and_sent_again(
    tmp_path: Path, seen: List[Any], caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"database": {"type": "sqlite", "path": str(tmp_path / "no such folder" / "velt.db")}}
    with serving(receiving(Webhooks(SECRET), broken, seen)) as client, caplog.at_level(logging.ERROR):
        answer = post(client)
    refused(answer, 500, "DATABASE_ERROR")
    assert "no such folder" not in answer.body.decode()
    assert "velt.webhook.interrupted" in [record.getMessage() for record in caplog.records]
    assert seen == []


def test_wrong_arguments_are_named(config: Dict[str, Any]) -> None:
    wrong: List[Any] = [
        lambda: velt_webhook(""),
        lambda: velt_webhook("no svix secret"),
        lambda: velt_webhook({"v3": "a"}),  # type: ignore[dict-item]
        lambda: velt_webhook(SECRET, tolerance=0),
        lambda: velt_webhook(Webhooks(SECRET), tolerance=5),
        lambda: velt_receipt(SECRET, AsyncVeltSDK.initialize(config)),  # type: ignore[arg-type]
        lambda: velt_receipt(Webhooks(SECRET), AsyncVeltSDK.initialize({})),
        lambda: velt_receipt(Webhooks(SECRET), VeltSDK.initialize(config)),  # type: ignore[arg-type]
    ]
    for each in wrong:
        with pytest.raises(VeltConfigurationError):
            each()
