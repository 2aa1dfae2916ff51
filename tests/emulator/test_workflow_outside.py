"""Workflows and the world: signed requests that start them, webhook nodes that call the application."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, Dict, List, Tuple

import pytest

from tests.emulator.asking import result
from tests.emulator.receiving import Receiver, receiver
from tests.emulator.workflows import Flow, definition, edge, mock
from velt_py import VeltSDK
from velt_py.emulator import Emulator

PATH = "/v2/workflow/webhook-inbound/trigger"
SECRET = "secret-of-sixteen"
OWN_SECRET = "another-secret-16"


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    return sdk.api.workflow


def listen(api: Any, **inbound: Any) -> None:
    facts = {"authMode": "hmac", "secret": SECRET, **inbound}
    scope = {"level": "document", "organizationId": "o", "documentId": "d"}
    trigger = {"triggerId": "t", "inboundWebhook": facts}
    result(api.createDefinition(**definition([mock("a")], [], triggers=[trigger], scope=scope)))


def signed(body: bytes, algorithm: str = "sha256", secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()


def post(
    emulator: Emulator, body: Any, headers: Dict[str, str], query: str = "", path: str = PATH
) -> Tuple[int, Any]:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, _, answer = emulator.handle("POST", f"{path}?{query}" if query else path, headers, sent)
    return status, json.loads(answer)


def contexts(emulator: Emulator, key: str = "key") -> List[Any]:
    dumped = emulator.state.dump(key)
    return [each["doc"]["triggerContext"] for each in dumped if each["kind"] == "workflowExecution"]


VELT = {"definitionId": "flow", "triggerId": "t", "payload": {"build": 7}}


def test_a_signed_request_starts_an_execution_with_the_scope_of_its_definition(
    emulator: Emulator, api: Any
) -> None:
    listen(api, idempotencyBodyPath="payload.build")
    body = json.dumps(VELT).encode()
    headers = {"x-velt-api-key": "key", "x-velt-signature": f"sha256={signed(body)}"}
    status, answer = post(emulator, body, headers)
    assert (status, answer["ok"], answer["code"], answer["deduplicated"]) == (200, True, "accepted", False)
    assert contexts(emulator) == [{"build": 7}]
    stored = [each["doc"] for each in emulator.state.dump("key") if each["kind"] == "workflowExecution"]
    assert (stored[0]["organizationId"], stored[0]["documentId"]) == ("o", "d")
    assert stored[0]["idempotencyKey"] == "trig:t:7"
    again = post(emulator, body, headers)[1]
    assert (again["executionId"], again["deduplicated"]) == (answer["executionId"], True)
    emulator.clock.tick(24 * 3_600 + 1)
    assert post(emulator, body, headers)[1]["deduplicated"] is False


def test_an_event_counts_once_for_each_definition_although_their_triggers_share_an_id(
    emulator: Emulator, api: Any
) -> None:
    inbound = {"authMode": "bearer", "secret": SECRET, "idempotencyHeader": "x-event"}
    trigger = {"triggerId": "t", "inboundWebhook": inbound}
    started: List[Any] = []
    for name in ("one", "other"):
        fields = definition([mock("a")], [], triggers=[trigger])
        result(api.createDefinition(**{**fields, "definitionId": name}))
    headers = {"x-velt-api-key": "key", "x-event": "e1", "authorization": f"Bearer {SECRET}"}
    for name in ("one", "other", "one"):
        started.append(post(emulator, {**VELT, "definitionId": name}, headers)[1])
    assert [each["deduplicated"] for each in started] == [False, False, True]
    assert started[0]["executionId"] == started[2]["executionId"] != started[1]["executionId"]
    replay = result(api.dispatchExecution(definitionId="one", idempotencyKey="trig:t:e1"))
    assert replay["deduplicated"] is False


def test_the_sdk_can_trigger_with_a_bearer(api: Any) -> None:
    listen(api, authMode="bearer")
    answer = api.triggerInboundWebhook(**VELT, options={"headers": {"Authorization": f"Bearer {SECRET}"}})
    assert answer["ok"] is True
    assert api.triggerInboundWebhook(**VELT)["error"]["status"] == "UNAUTHENTICATED"


def test_what_is_not_genuine_or_not_there_starts_nothing(emulator: Emulator, api: Any) -> None:
    listen(api)
    body = json.dumps(VELT).encode()
    key = {"x-velt-api-key": "key"}
    good = f"sha256={signed(body)}"
    for headers, sent, wanted in [
        (key, body, 401),
        ({**key, "x-velt-signature": good}, body + b" ", 401),
        ({**key, "x-velt-signature": signed(body)}, body, 401),
        ({**key, "x-velt-signature": f"sha256={signed(body, secret='x')}"}, body, 401),
        ({"x-velt-api-key": "other", "x-velt-signature": good}, body, 404),
        ({"x-velt-signature": good}, body, 400),
        (key, b'{"definitionId": "flow"}', 400),
        (key, b"[]", 400),
    ]:
        assert post(emulator, sent, headers)[0] == wanted
    large = json.dumps({**VELT, "payload": {"text": "x" * 1_000_001}}).encode()
    assert post(emulator, large, key) == (413, {"ok": False, "code": "body-too-large"})
    assert contexts(emulator) == []


def test_providers_sign_their_own_way_and_find_the_key_in_the_query(emulator: Emulator, api: Any) -> None:
    listen(
        api,
        provider="github",
        allowedEvents=["push"],
        idempotencyHeader="X-GitHub-Delivery",
        payloadMapping="wrap",
    )
    query = "apiKey=key&definitionId=flow&triggerId=t"
    body = json.dumps({"ref": "main"}).encode()
    headers = {
        "x-hub-signature-256": f"sha256={signed(body)}",
        "x-github-event": "push",
        "x-github-delivery": "d1",
    }
    assert post(emulator, body, headers, query)[1]["code"] == "accepted"
    assert post(emulator, body, headers, query)[1]["deduplicated"] is True
    assert contexts(emulator) == [{"source": {"ref": "main"}}]
    for name in ("pull_request", ""):
        ignored = post(emulator, body, {**headers, "x-github-event": name}, query)
        assert ignored == (200, {"ok": False, "code": "event-ignored"})


def test_a_custom_source_names_its_header_and_hash(emulator: Emulator, api: Any) -> None:
    listen(api, provider="custom", signatureHeader="X-Sig", signatureAlgorithm="sha1", signaturePrefix="v=")
    body = b'{"n": 1}'
    query = "apiKey=key&definitionId=flow&triggerId=t"
    assert post(emulator, body, {"x-sig": f"v={signed(body, 'sha1')}"}, query)[1]["ok"] is True
    assert contexts(emulator) == [{"n": 1}]


def called(receiver: Receiver, **config: Any) -> Dict[str, Any]:
    node = {"nodeId": "call", "type": "webhook", "config": {"url": receiver.url, **config}}
    return definition(
        [node, mock("after")],
        [edge("call", "after", "custom", when='{"op":"eq","args":[{"var":"step.status"},"completed"]}')],
    )


def test_a_synchronous_node_goes_on_with_the_receivers_answer(emulator: Emulator, api: Any) -> None:
    with receiver(answer={"score": 3}, headers={"Content-Type": "application/json"}) as there:
        fields = called(there, requestHeaders={"X-Team": "a"})
        hook = {"webhookUrl": "https://hooks.acme.example/x", "webhookSecret": OWN_SECRET}
        flow = Flow(api, fields, triggerContext={"n": 1}, **hook)
        assert flow.states() == {"call": "running"}
        emulator.errands.run()
        emulator.errands.run()
        assert len(there.got) == 1
        headers, body = there.got[0]
        lowered = {name.lower(): value for name, value in headers.items()}
        assert lowered["x-velt-signature"] == f"sha256={signed(body, secret=OWN_SECRET)}"
        assert lowered["x-team"] == "a"
        assert json.loads(body)["execution"]["input"] == {"n": 1}
        output = flow.step("call")["output"]
        assert (output["httpStatus"], output["responseJson"]) == (200, {"score": 3})
        assert flow.status == "completed"


@pytest.mark.parametrize(("status", "attempts"), [(404, 1), (503, 3)])
def test_a_receivers_error_is_tried_again_only_when_it_is_its_own(
    emulator: Emulator, api: Any, status: int, attempts: int
) -> None:
    with receiver(status=status) as there:
        flow = Flow(api, called(there))
        for _ in range(6):
            emulator.errands.run()
            emulator.clock.tick(10)
        assert len(there.got) == attempts
        assert flow.step("call")["status"] == "failed"
        assert flow.view["failureReason"]["code"] == "webhook-node-failed"


def test_an_empty_answer_fails_where_one_is_required(emulator: Emulator, api: Any) -> None:
    with receiver(status=204) as there:
        fields = called(there, authMode="none", expectedStatusCodes=[204])
        fields["nodes"][0]["requireNonEmptyOutput"] = True
        flow = Flow(api, fields)
        emulator.errands.run()
        # HTTP has no body behind a 204, whatever the receiver wrote.
        assert flow.step("call")["error"]["code"] == "webhook-node-empty-response"


def test_an_asynchronous_node_waits_for_its_callback(emulator: Emulator, api: Any) -> None:
    with receiver() as there:
        hook = {"webhookUrl": "https://hooks.acme.example/x", "webhookSecret": OWN_SECRET}
        flow = Flow(api, called(there, mode="async"), **hook)
        emulator.errands.run()
        assert flow.states() == {"call": "waiting"}
        callback = json.loads(there.got[0][1])["callback"]
        assert callback["tokenHeader"] == "x-velt-callback-token"
        path, _, query = callback["url"].partition("?")
        path = path[len("http://127.0.0.1:4567") :]
        done = {"status": "completed", "output": {"score": 9}}
        assert post(emulator, done, {"x-velt-callback-token": "guessed"}, query, path)[0] == 401
        token = {callback["tokenHeader"]: callback["token"]}
        assert post(emulator, {"status": "odd"}, token, query, path)[0] == 400
        assert post(emulator, done, token, query, path) == (200, {"ok": True})
        assert flow.step("call")["output"]["score"] == 9
        assert flow.status == "completed"
        assert post(emulator, done, token, query, path)[0] == 401


def test_an_asynchronous_node_needs_a_secret(api: Any) -> None:
    with receiver() as there:
        flow = Flow(api, called(there, mode="async"))
        assert flow.step("call")["error"]["code"] == "webhook-node-missing-secret"
        assert flow.status == "failed"


def test_a_token_comes_from_the_trigger_context(emulator: Emulator, api: Any) -> None:
    with receiver() as there:
        fields = called(there, authMode="token", authTokenHeader="X-Token", bodyTemplate="pass-through")
        flow = Flow(api, fields, triggerContext={"webhookAuth": {"call": "tok"}})
        emulator.errands.run()
        assert there.got[0][0]["X-Token"] == "tok"
        assert flow.status == "completed"


@pytest.mark.parametrize(
    "config",
    [
        {"requestHeaders": {"X": "\u2192"}},
        {"requestHeaders": {"": "x"}},
        {"requestHeaders": {"a\r\nb": "x"}},
        {"url": "http://127.0.0.1:99999/"},
        {"authMode": "token", "authTokenHeader": "X-Token"},
    ],
    ids=["value", "no-name", "name", "port", "token"],
)
def test_a_call_that_cannot_be_sent_fails_its_step_and_keeps_no_other_from_its_call(
    emulator: Emulator, api: Any, config: Dict[str, Any]
) -> None:
    with receiver() as there:
        bad = Flow(api, called(there, **config), triggerContext={"webhookAuth": {"call": "s3cret\r\nX: y"}})
        good = Flow(api, {**called(there), "definitionId": "good"})
        for _ in range(3):
            emulator.errands.run()
            emulator.clock.tick(10)
        assert bad.step("call")["error"]["code"] == "webhook-node-failed"
        assert "s3cret" not in json.dumps(bad.step("call"))
        assert good.step("call")["status"] == "completed"
        assert len(there.got) == 1


def test_nothing_is_called_for_an_execution_that_was_cancelled(emulator: Emulator, api: Any) -> None:
    with receiver() as there:
        flow = Flow(api, called(there))
        api.cancelExecution(executionId=flow.id)
        emulator.errands.run()
        assert there.got == []


def test_events_of_what_the_clock_brought_leave_with_the_courier(emulator: Emulator, api: Any) -> None:
    with receiver() as there:
        fields = definition([mock("a", slaMs=1000)], [])
        Flow(api, fields, webhookUrl=there.url, webhookSecret=OWN_SECRET)
        emulator.deliver_due()
        emulator.deliver_due()
        types: List[str] = [body["type"] for body in there.bodies()]
        assert types == ["execution.dispatched", "step.completed", "execution.completed"]
