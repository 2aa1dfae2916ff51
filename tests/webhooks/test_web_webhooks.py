"""The route of webhooks, behind real servers: the row first, a quick answer, the functions after it."""

from __future__ import annotations

import json
import logging
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from tests.waiting import until
from tests.webhooks.conftest import SECRET
from tests.webhooks.test_payloads import Pair, encrypted_by_openssl
from tests.webserver import Client, velt_server
from velt_py import VeltSDK
from velt_py.exceptions import VeltConfigurationError
from velt_py.webhooks import WebhookEvent, Webhooks, sign_for_tests
from velt_py.webhooks.reader import LARGEST

BODY = json.dumps({"event": "comment.add", "data": {"targetComment": {"commentText": "private"}}}).encode()
ROUTE = "/webhooks/velt"
SECRETS = {"v1": "token", "v2": SECRET}


class Receiver:
    """A receiver with a function that notes what it is called with."""

    def __init__(self) -> None:
        self.webhooks = Webhooks(SECRETS)
        self.seen: List[WebhookEvent] = []
        self.fails = False
        self.gate = threading.Event()
        self.gate.set()
        self.webhooks.on("*")(self.note)

    def note(self, event: WebhookEvent) -> None:
        self.gate.wait(10)
        self.seen.append(event)
        if self.fails:
            raise ValueError("what somebody wrote")


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def server(kind: str, config: Dict[str, Any], receiver: Receiver) -> Iterator[Client]:
    """No hooks: the signature alone lets in."""
    with velt_server(kind, config, features=[receiver.webhooks]) as client:
        yield client


def post(server: Client, body: bytes = BODY, id: str = "msg_1", **changes: str) -> Any:
    return server.request("POST", ROUTE, body, {**sign_for_tests(body, SECRET, id=id), **changes})


def test_an_event_is_answered_stored_and_handled(server: Client, receiver: Receiver) -> None:
    answer = post(server)
    assert answer.status == 200
    assert answer.json == {
        "success": True, "statusCode": 200, "data": {"id": "msg_1", "duplicate": False},
    }  # fmt: skip
    until(lambda: len(receiver.seen) == 1)
    assert post(server).json["data"] == {"id": "msg_1", "duplicate": True}
    assert post(server, id="msg_2").status == 200
    until(lambda: len(receiver.seen) == 2)
    assert [event.id for event in receiver.seen] == ["msg_1", "msg_2"]


def test_the_answer_does_not_wait_for_the_functions(server: Client, receiver: Receiver) -> None:
    receiver.gate.clear()
    assert post(server).status == 200
    assert receiver.seen == []
    receiver.gate.set()
    until(lambda: len(receiver.seen) == 1)


def test_a_function_that_fails_is_logged_without_texts_and_replayed(
    server: Client,
    receiver: Receiver,
    config: Dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver.fails = True
    with caplog.at_level(logging.DEBUG, "velt_py"):
        assert post(server).status == 200
        until(lambda: any(each.message == "velt.webhook.failed" for each in caplog.records))
    for record in caplog.records:
        assert not any(text in str(vars(record)) for text in ("private", "somebody", SECRET))
    receiver.fails = False
    with VeltSDK.initialize(config) as sdk:
        until(lambda: bool(receiver.webhooks.replay(sdk, ["msg_1"]).outcomes == {"v2:msg_1": "done"}))


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"webhook-signature": "v1,AAAA"}, 401, "WEBHOOK_UNVERIFIED"),
        ({"webhook-signature": "nonsense"}, 400, "WEBHOOK_REFUSED"),
        ({"webhook-timestamp": "soon"}, 400, "WEBHOOK_REFUSED"),
        ({"Content-Encoding": "gzip"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
    ids=["forged", "malformed signature", "malformed time", "compressed"],
)
def test_what_velt_did_not_send_is_refused_and_not_stored(
    server: Client,
    receiver: Receiver,
    config: Dict[str, Any],
    changes: Dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = post(server, **changes)
    assert (answer.status, answer.json["errorCode"]) == (status, code)
    with VeltSDK.initialize(config) as sdk:
        assert receiver.webhooks.replay(sdk, ["msg_1"]).entries == []
    assert receiver.seen == []


def test_what_openssl_encrypted_is_received_once_while_the_secret_is_replaced(
    kind: str, config: Dict[str, Any], tmp_path: Path
) -> None:
    pair = Pair(tmp_path)
    body = json.dumps(encrypted_by_openssl(pair, BODY)).encode()
    new = "whsec_bmV3ZXIga2V5IG9mIG91cnM="
    webhooks, seen = Webhooks({"v2": [new, SECRET]}, private_keys=pair.bare), []
    webhooks.on("comment.add")(lambda event: seen.append(event.data["targetComment"]["commentText"]))
    with velt_server(kind, config, features=[webhooks]) as client:
        for secret, duplicate in ((SECRET, False), (new, True)):
            answer = client.request("POST", ROUTE, body, sign_for_tests(body, secret, id="msg_1"))
            assert (answer.status, answer.json["data"]["duplicate"]) == (200, duplicate)
        unknown = sign_for_tests(body, "whsec_b3RoZXI=", id="msg_2")
        assert client.request("POST", ROUTE, body, unknown).status == 401
        until(lambda: bool(seen), 20)
    assert seen == ["private"]


def test_a_stale_message_is_refused(server: Client) -> None:
    headers = sign_for_tests(BODY, SECRET, timestamp=time.time() - 1000)
    answer = server.request("POST", ROUTE, BODY, headers)
    assert (answer.status, answer.json["errorCode"]) == (400, "WEBHOOK_STALE")


def test_without_a_signature_nobody_is_let_in(server: Client) -> None:
    assert server.post(ROUTE, BODY).status == 401
    assert server.request("POST", ROUTE, BODY, {"Authorization": "Basic guess"}).status == 401
    assert server.request("POST", ROUTE, BODY, {"Authorization": "Bearer token"}).status == 401


def test_a_basic_webhook_is_received(server: Client, receiver: Receiver) -> None:
    body = json.dumps({"actionType": "added", "notificationSource": "comment", "webhookId": "w1"}).encode()
    assert server.request("POST", ROUTE, body, sign_for_tests(body, "token")).status == 200
    until(lambda: [event.name for event in receiver.seen] == ["comment.add"])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"data":{}}'], ids=str)
def test_a_signed_body_that_is_no_event_is_refused(server: Client, body: bytes) -> None:
    assert post(server, body).status == 400


def test_a_large_body_is_refused(server: Client) -> None:
    assert post(server, b" " * (LARGEST + 1)).status == 413


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_other_methods_are_told_which_one_it_is(server: Client, method: str) -> None:
    answer = server.request(method, ROUTE)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")


def test_without_a_receiver_there_is_no_route(kind: str, config: Dict[str, Any]) -> None:
    with velt_server(kind, config) as client:
        assert client.post(ROUTE, BODY).status == 404


def test_without_a_database_the_answer_says_how_the_functions_ended(kind: str, receiver: Receiver) -> None:
    async def awaited(event: WebhookEvent) -> None:
        receiver.seen.append(event)

    receiver.webhooks.on("comment.add")(awaited)
    with velt_server(kind, {"apiKey": "k", "authToken": "t"}, features=[receiver.webhooks]) as client:
        assert post(client).status == 200
        assert len(receiver.seen) == 2
        receiver.fails = True
        answer = post(client)
        assert answer.status == 500
        assert "somebody" not in answer.body.decode()


def test_the_functions_of_a_process_without_background_work_wait_for_a_worker(
    kind: str,
    config: Dict[str, Any],
) -> None:
    webhooks, seen = Webhooks(SECRET, in_process=False), []
    webhooks.on("*")(seen.append)
    with velt_server(kind, config, features=[webhooks]) as client:
        assert post(client).status == 200
        assert webhooks.settle()
        assert seen == []
        with VeltSDK.initialize(config) as sdk:
            assert webhooks.replay(sdk).outcomes == {"v2:msg_1": "done"}
    assert len(seen) == 1


def test_a_store_that_is_down_answers_500_so_that_velt_sends_again(kind: str, tmp_path: Path) -> None:
    down = {"database": {"type": "sqlite", "path": str(tmp_path / "none" / "velt.db")}}
    receiver = Receiver()
    with velt_server(kind, down, features=[receiver.webhooks]) as client:
        assert post(client).status == 500
    assert receiver.seen == []


def test_wrong_settings_of_a_receiver_are_told_when_it_is_made() -> None:
    wrong: List[Dict[str, Any]] = [
        {"tolerance": 0}, {"tolerance": "300"}, {"queue": ""}, {"lease": 0}, {"private_keys": "nonsense"},
        {"path": "velt"},
    ]  # fmt: skip
    for settings in wrong:
        with pytest.raises(VeltConfigurationError) as caught:
            Webhooks(SECRET, **settings)
        assert caught.value.field == next(iter(settings))
    for pattern in ("", "comment.add.*", "*.add", "comment *", 7):
        with pytest.raises(VeltConfigurationError):
            Webhooks(SECRET).on(pattern)  # type: ignore[arg-type]
