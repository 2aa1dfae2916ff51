"""Webhooks that leave the emulator: what causes them, how they are signed, when they are tried again."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from tests.emulator.controlling import control, sdk_over
from tests.emulator.receiving import Receiver, receiver
from tests.waiting import until
from velt_py import VeltSDK
from velt_py.emulator import Clock, Emulator, EmulatorServer
from velt_py.emulator.deliveries import WORKFLOW, Delivery, enqueue
from velt_py.webhooks import Webhooks

ALICE = {"userId": "alice", "name": "Alice", "email": "alice@example.com"}
TOKEN = "token-of-the-receiver"
SOURCE = str(Path(__file__).resolve().parents[2] / "src")


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def basic(sdk: VeltSDK, url: str, **more: Any) -> None:
    service = {"authToken": TOKEN, "rawNotificationUrl": url, **more}
    sdk.api.workspace.updateWebhookConfig(useWebhookService=True, webhookServiceConfig=service)


def endpoint(sdk: VeltSDK, url: str, **more: Any) -> str:
    """The secret of a new endpoint of advanced webhooks."""
    sdk.api.workspace.updateAdvancedWebhookConfig(isEnabled=True)
    made: Any = sdk.api.workspace.createAdvancedWebhookEndpoint(url=url, **more)
    name = made["result"]["data"]["id"]
    found: Any = sdk.api.workspace.getAdvancedWebhookEndpointSecret(endpointId=name)
    return str(found["result"]["data"]["secret"])


def write(sdk: VeltSDK, annotation: str = "a", **comment: Any) -> Any:
    entry = {"commentText": "Hello", "from": ALICE, "triggerNotification": True, **comment}
    return sdk.api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId="d",
        createOrganization=True,
        createDocument=True,
        commentAnnotations=[{"annotationId": annotation, "commentData": [entry]}],
    )


def test_a_receiver_verifies_basic_webhooks(sdk: VeltSDK, emulator: Emulator, hook: Receiver) -> None:
    basic(sdk, hook.url)
    write(sdk)
    assert hook.got == []
    assert emulator.deliver_due() == 1
    [event] = hook.events(Webhooks({"v1": TOKEN}))
    assert (event.name, event.organizationId, event.documentId) == ("comment_annotation.add", "o", "d")
    assert hook.got[0][0]["Authorization"] == f"Basic {TOKEN}"
    body = hook.bodies()[0]
    assert (body["actionType"], body["notificationSource"]) == ("newlyAdded", "comment")
    assert body["targetComment"]["commentText"] == "Hello"
    assert "triggerNotification" not in body["targetComment"]


def test_a_receiver_verifies_advanced_webhooks(sdk: VeltSDK, emulator: Emulator, hook: Receiver) -> None:
    secret = endpoint(sdk, hook.url)
    write(sdk)
    emulator.deliver_due()
    [event] = hook.events(Webhooks(secret))
    assert (event.name, event.scheme) == ("comment_annotation.add", "v2")
    assert event.data["actionUser"] == ALICE
    assert hook.bodies()[0]["actionType"] == "add"


def test_a_receiver_verifies_webhooks_of_the_workflow_engine(emulator: Emulator, hook: Receiver) -> None:
    with emulator.state.call():
        body = {"eventId": "e", "type": "step.failed", "seq": 1}
        enqueue(emulator.state.of("key"), Delivery(WORKFLOW, hook.url, "s", "step.failed", "e", body), 0)
    hook.status = 500
    emulator.deliver_due()
    hook.status = 204
    emulator.clock.tick(2)
    emulator.deliver_due()
    assert [event.attempt for event in hook.events(Webhooks({"workflow": "s"}))] == [0, 1]


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_bodies_leave_encoded_and_encrypted_as_configured(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver, encrypted: bool
) -> None:
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    bare = "".join(public.decode().splitlines()[1:-1])
    wrapping = {"encryptData": True, "publicKey": bare} if encrypted else {"encodeData": True}
    basic(sdk, hook.url, **wrapping)
    write(sdk)
    emulator.deliver_due()
    names = {"encryptedData", "encryptedKey", "iv"} if encrypted else {"encodedPayload"}
    assert set(hook.bodies()[0]) == names
    pem = private.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    [event] = hook.events(Webhooks({"v1": TOKEN}, private_keys=[pem.decode()]))
    assert event.data["targetComment"]["commentText"] == "Hello"


def test_failures_are_retried_as_documented_and_then_reported(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    hook.status = 500
    endpoint(sdk, hook.url)
    with receiver() as other:
        reports = endpoint(sdk, other.url, filterTypes=["message.attempt.exhausted"])
        write(sdk)
        emulator.deliver_due()
        for pause in (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000):
            emulator.clock.tick(pause - 1)
            assert emulator.deliver_due() == 0
            emulator.clock.tick(1)
            assert emulator.deliver_due() == 1
        emulator.clock.tick(10**6)
        emulator.deliver_due()
        assert len(hook.got) == 8
        assert len({headers["webhook-id"] for headers, _ in hook.got}) == 1
        [entry] = control(emulator, "GET", "webhooks?event=comment_annotation.add")["webhooks"]
        assert (entry["state"], len(entry["attempts"]), entry["attempts"][0]["status"]) == (
            "exhausted",
            8,
            500,
        )
        assert other.bodies()[0]["type"] == "message.attempt.exhausted"
        assert Webhooks(reports).read(*other.got[0]).name == "message.attempt.exhausted"


def test_workflow_deliveries_end_as_dead_letters_and_basic_ones_are_tried_once(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    hook.status = 503
    basic(sdk, hook.url)
    write(sdk)
    with emulator.state.call():
        delivery = Delivery(WORKFLOW, hook.url, "s", "step.failed", "e", {"eventId": "e"})
        enqueue(emulator.state.of("key"), delivery, 0)
    for _ in range(8):
        emulator.deliver_due()
        emulator.clock.tick(480)
    states = {each["scheme"]: each for each in control(emulator, "GET", "webhooks")["webhooks"]}
    assert (states["workflow"]["state"], len(states["workflow"]["attempts"])) == ("dead-letter", 6)
    assert (states["basic"]["state"], len(states["basic"]["attempts"])) == ("failed", 1)


def test_a_redirect_is_a_failure_and_is_not_followed(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    with receiver() as elsewhere:
        hook.status, hook.headers = 302, {"Location": elsewhere.url}
        endpoint(sdk, hook.url)
        write(sdk)
        emulator.deliver_due()
        assert elsewhere.got == []
    assert control(emulator, "GET", "webhooks")["webhooks"][0]["state"] == "waiting"


def test_nobody_listening_is_a_failure_with_its_reason(sdk: VeltSDK, emulator: Emulator) -> None:
    with receiver() as gone:
        url = gone.url
    basic(sdk, url)
    write(sdk)
    emulator.deliver_due()
    [entry] = control(emulator, "GET", "webhooks")["webhooks"]
    assert "127.0.0.1" in entry["attempts"][0]["error"]


@pytest.mark.parametrize(
    "service",
    [
        {"rawNotificationUrl": "http://127.0.0.1:99999/"},
        {"authToken": "a token\nof two lines"},
        {"authToken": "a token of \u20ac"},
        {"authToken": "a token of \ud800"},
    ],
    ids=["port", "lines", "sign", "half"],
)
def test_what_cannot_be_sent_fails_by_itself_and_holds_nothing_else_up(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver, service: Any
) -> None:
    basic(sdk, hook.url, **service)
    endpoint(sdk, hook.url)
    write(sdk)
    assert emulator.deliver_due() == 2
    entries = control(emulator, "GET", "webhooks")["webhooks"]
    assert [(each["scheme"], each["state"]) for each in entries] == [
        ("basic", "failed"),
        ("svix", "delivered"),
    ]
    error = entries[0]["attempts"][0]["error"]
    assert "none that can be sent" in error
    assert "token of" not in error


def test_a_secret_that_cannot_be_written_fails_by_itself(emulator: Emulator, hook: Receiver) -> None:
    with emulator.state.call():
        for name, secret in (("bad", "\ud800"), ("good", "s")):
            delivery = Delivery(WORKFLOW, hook.url, secret, "step.failed", name, {"eventId": name})
            enqueue(emulator.state.of("key"), delivery, 0)
    assert emulator.deliver_due() == 2
    entries = control(emulator, "GET", "webhooks")["webhooks"]
    assert [each["state"] for each in entries] == ["waiting", "delivered"]
    assert "UTF-8" in entries[0]["attempts"][0]["error"]


def test_an_endpoint_that_fails_for_five_days_is_disabled(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    hook.status = 500
    endpoint(sdk, hook.url)
    for _ in range(7):
        write(sdk, f"a{emulator.clock.milliseconds()}")
        emulator.deliver_due()
        emulator.clock.tick(86_400)
    found: Any = sdk.api.workspace.getAdvancedWebhookEndpoints()
    assert found["result"]["data"]["endpoints"][0]["disabled"] is True
    before = len(hook.got)
    emulator.clock.tick(86_400)
    emulator.deliver_due()
    assert len(hook.got) == before


def test_endpoints_get_what_they_asked_for(sdk: VeltSDK, emulator: Emulator, hook: Receiver) -> None:
    endpoint(sdk, hook.url, filterTypes=["comment.add"])
    with receiver() as disabled, receiver() as everything:
        endpoint(sdk, disabled.url, disabled=True)
        endpoint(sdk, everything.url)
        write(sdk)
        sdk.api.commentAnnotations.addComments(
            organizationId="o",
            documentId="d",
            annotationId="a",
            commentData=[{"commentText": "More", "from": ALICE, "triggerNotification": True}],
        )
        emulator.deliver_due()
        assert [body["event"] for body in hook.bodies()] == ["comment.add"]
        assert disabled.got == []
        assert [body["event"] for body in everything.bodies()] == ["comment_annotation.add", "comment.add"]


@pytest.mark.parametrize(("choice", "number"), [("source", 1), ("ignored", 2)])
def test_an_endpoint_gets_what_is_sent_on_its_channels(hook: Receiver, choice: str, number: int) -> None:
    emulator = Emulator(assume={"webhook-channels": choice})
    sdk = sdk_over(emulator, apiKey="key", authToken="t")
    endpoint(sdk, hook.url, channels=["recorder"])
    endpoint(sdk, hook.url, channels=["comment", "huddle"])
    write(sdk)
    emulator.deliver_due()
    emulator.close()
    assert len(hook.got) == number


def test_an_endpoint_gets_no_more_in_a_second_than_its_limit(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    endpoint(sdk, hook.url, rateLimit=2)
    with receiver() as unlimited:
        endpoint(sdk, unlimited.url)
        for number in range(5):
            write(sdk, f"a{number}")
        assert emulator.deliver_due() == 7
        assert emulator.deliver_due() == 0
        emulator.clock.tick(0.9)
        assert emulator.deliver_due() == 0
        emulator.clock.tick(0.1)
        assert emulator.deliver_due() == 2
        emulator.clock.tick(60)
        assert emulator.deliver_due() == 1
        assert len(unlimited.got) == 5
    assert len({headers["webhook-id"] for headers, _ in hook.got}) == len(hook.got) == 5


def test_a_user_and_password_in_an_address_authenticate_the_message(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    endpoint(sdk, hook.url.replace("http://", "http://ana:s%40cret@"))
    write(sdk)
    emulator.deliver_due()
    assert hook.got[0][0]["Authorization"] == "Basic " + base64.b64encode(b"ana:s@cret").decode()
    shown = json.dumps([control(emulator, "GET", "webhooks"), control(emulator, "GET", "requests")])
    assert "s%40cret" not in shown


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"rateLimit": 0}, "rateLimit"),
        ({"rateLimit": 1.5}, "rateLimit"),
        ({"channels": []}, "channels"),
        ({"filterTypes": []}, "filterTypes"),
        ({"metadata": {"a": 1}}, "metadata"),
    ],
    ids=str,
)
def test_limits_that_make_no_sense_are_refused_and_what_is_not_set_is_null(
    sdk: VeltSDK, fields: Any, named: str
) -> None:
    api = sdk.api.workspace
    api.updateAdvancedWebhookConfig(isEnabled=True)
    made: Any = api.createAdvancedWebhookEndpoint(url="https://app.example/hook")
    shown = made["result"]["data"]
    assert [shown[name] for name in ("channels", "rateLimit", "uid", "disabled")] == [None, None, None, False]
    refused: List[Any] = [
        api.createAdvancedWebhookEndpoint(url="https://app.example/hook", **fields),
        api.updateAdvancedWebhookEndpoint(endpointId=shown["id"], **fields),
    ]
    assert [each["error"]["status"] for each in refused] == ["INVALID_ARGUMENT"] * 2
    assert all(named in each["error"]["message"] for each in refused)


def test_a_comment_that_does_not_ask_for_it_causes_nothing(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    basic(sdk, hook.url)
    write(sdk, triggerNotification=False)
    assert emulator.deliver_due() == 0
    assert control(emulator, "GET", "webhooks")["webhooks"] == []


def test_triggers_switch_events_off(sdk: VeltSDK, emulator: Emulator, hook: Receiver) -> None:
    basic(sdk, hook.url, triggers={"comment_annotation.add": False})
    write(sdk)
    assert emulator.deliver_due() == 0


def test_changes_and_deletions_are_told(sdk: VeltSDK, emulator: Emulator, hook: Receiver) -> None:
    basic(sdk, hook.url)
    annotations = sdk.api.commentAnnotations
    made: Any = write(sdk, triggerNotification=False)
    number = made["result"]["data"]["a"]["commentIds"][0]
    place: Dict[str, Any] = {"organizationId": "o", "documentId": "d"}
    done = {"id": "RESOLVED", "name": "Resolved", "type": "terminal"}
    for changes in (
        {"status": done},
        {"assignedTo": {"userId": "bob"}},
        {"priority": {"id": "P1", "name": "High"}},
        {"visibility": {"type": "restricted", "userIds": ["bob"]}},
        {"metadata": {"nothing": "that is watched"}},
    ):
        annotations.updateCommentAnnotations(annotationIds=["a"], updatedData=changes, **place)
    annotations.updateComments(
        annotationId="a",
        commentIds=[number],
        updatedData={"commentText": "x"},
        triggerNotification=True,
        **place,
    )
    annotations.deleteComments(annotationId="a", commentIds=[number], **place)
    emulator.deliver_due()
    actions = [body["actionType"] for body in hook.bodies()]
    assert actions == [
        *("statusChanged", "assigned", "priorityChanged", "accessModeChanged", "updated", "deleted"),
    ]
    assert hook.bodies()[0]["oldStatus"]["id"] == "OPEN"
    assert hook.bodies()[0]["newStatus"] == done
    assert hook.bodies()[1]["assigned"] == {"userId": "bob"}
    assert hook.bodies()[-1]["visibility"]["userIds"] == ["bob"]


def test_a_receiver_may_call_the_emulator_back(sdk_of: Callable[[str], VeltSDK], emulator: Emulator) -> None:
    seen: List[Any] = []
    with EmulatorServer(emulator, port=0) as server, receiver() as hook:
        keys = {"apiKey": "key", "authToken": "token-of-key", "apiBaseUrl": server.url}
        with VeltSDK.initialize(keys) as inner:

            def look() -> None:
                seen.append(inner.api.organizations.getOrganizations())

            hook.then = look
            sdk = sdk_of("key")
            basic(sdk, hook.url)
            write(sdk)
            until(lambda: bool(seen), 20)
    assert [each["id"] for each in seen[0]["result"]["data"]] == ["o"]


def test_a_server_delivers_by_itself_and_again_when_its_clock_is_moved(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    hook.status = 500
    endpoint(sdk, hook.url)
    with EmulatorServer(emulator, port=0):
        write(sdk)
        until(lambda: len(hook.got) == 1, 20)
        control(emulator, "POST", "clock", tick=5)
        until(lambda: len(hook.got) == 2, 20)


def test_two_keys_never_get_each_others_webhooks(
    sdk_of: Callable[[str], VeltSDK], emulator: Emulator, hook: Receiver
) -> None:
    one, other = sdk_of("one"), sdk_of("other")
    with receiver() as theirs:
        basic(one, hook.url)
        basic(other, theirs.url)
        write(one)
        emulator.deliver_due()
        assert (len(hook.got), len(theirs.got)) == (1, 0)
    log = control(emulator, "GET", "webhooks?apiKey=other")["webhooks"]
    assert log == []
    assert [each["apiKey"] for each in control(emulator, "GET", "webhooks")["webhooks"]] == ["one"]


def test_the_log_resends_with_the_same_id_and_shows_no_secret(
    sdk: VeltSDK, emulator: Emulator, hook: Receiver
) -> None:
    secret = endpoint(sdk, hook.url)
    basic(sdk, hook.url)
    write(sdk)
    assert control(emulator, "POST", "webhooks/run", apiKey="key")["attempts"] == 2
    log = control(emulator, "GET", "webhooks?apiKey=key&state=delivered")["webhooks"]
    assert len(log) == 2
    assert secret not in json.dumps(log)
    assert TOKEN not in json.dumps(log)
    [again] = [each for each in log if each["scheme"] == "svix"]
    control(emulator, "POST", "webhooks/resend", apiKey="key", id=again["id"])
    emulator.deliver_due()
    ids = [headers["webhook-id"] for headers, _ in hook.got if "webhook-id" in headers]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    status, _, _ = emulator.handle("POST", "/__velt/webhooks/resend", {}, b'{"apiKey": "key", "id": "x"}')
    assert status == 400
    control(emulator, "DELETE", "webhooks")
    assert control(emulator, "GET", "webhooks")["webhooks"] == []


@pytest.mark.parametrize(
    "url", ["http://app.example/hook", "https://localhost/hook", "https://10.0.0.1/hook"]
)
def test_production_rules_refuse_addresses_that_velt_would_refuse(url: str) -> None:
    strict = Emulator(clock=Clock(1_800_000_000.0), production_url_rules=True)
    sdk = sdk_over(strict, apiKey="key", authToken="t")
    sdk.api.workspace.updateAdvancedWebhookConfig(isEnabled=True)
    answers: List[Any] = [
        sdk.api.workspace.createAdvancedWebhookEndpoint(url=url),
        sdk.api.workspace.updateWebhookConfig(webhookServiceConfig={"rawNotificationUrl": url}),
    ]
    assert [answer["error"]["status"] for answer in answers] == ["INVALID_ARGUMENT"] * 2
    assert "result" in sdk.api.workspace.createAdvancedWebhookEndpoint(url="https://app.example/hook")
    strict.close()


def test_what_was_queued_survives_a_kill(tmp_path: Path, hook: Receiver) -> None:
    script = f"""
import time
from velt_py import VeltSDK
from velt_py.emulator import Emulator, InProcessTransport
emulator = Emulator({str(tmp_path)!r})
sdk = VeltSDK.initialize({{"apiKey": "key", "authToken": "t"}}, transport=InProcessTransport(emulator))
sdk.api.workspace.updateWebhookConfig(
    useWebhookService=True, webhookServiceConfig={{"rawNotificationUrl": {hook.url!r}}}
)
sdk.api.commentAnnotations.addCommentAnnotations(
    organizationId="o", documentId="d", createOrganization=True, createDocument=True,
    commentAnnotations=[{{"commentData": [
        {{"commentText": "x", "from": {{"userId": "u"}}, "triggerNotification": True}}]}}],
)
print("queued", flush=True)
time.sleep(60)
"""
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"queued\n"
        process.send_signal(signal.SIGKILL)
    revived = Emulator(str(tmp_path))
    assert hook.got == []
    assert revived.deliver_due() == 1
    assert len(hook.got) == 1
    revived.close()
