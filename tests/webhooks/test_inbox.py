"""The inbox: a row first, then the work; once per event, again when it failed or was cut off, never two at a time."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from tests.webhooks.conftest import SECRET, Clock, Place
from velt_py import VeltSDK
from velt_py.exceptions import VeltConfigurationError, VeltSchemaError
from velt_py.selfhosting.plans import Delete, Read
from velt_py.selfhosting.records import WEBHOOKS
from velt_py.selfhosting.scope import Scope
from velt_py.webhooks import WebhookEvent, Webhooks, sign_for_tests
from velt_py.webhooks.inbox import ATTEMPTS, RETRY_SECONDS

BODY = json.dumps(
    {
        "event": "comment.add",
        "data": {"targetComment": {"commentText": "secret \0 text \ud800"}},
        "webhookId": "w",
    }
).encode()

Timed = Callable[..., Webhooks]


def signed(id: str = "msg_1", body: bytes = BODY) -> Dict[str, str]:
    return sign_for_tests(body, SECRET, id=id)


def rows(place: Place) -> Dict[str, Any]:
    records = place.wait(place.sdk._runner.run(Read(WEBHOOKS, Scope(place.queue))))
    return {
        record.id: json.loads(record.body) if isinstance(record.body, str) else record.body
        for record in records
    }


def test_an_event_is_stored_and_handled_once_however_often_it_comes(place: Place) -> None:
    webhooks, seen = place.webhooks(), []
    webhooks.on("comment.add")(seen.append)
    first = place.receive(webhooks, signed(), BODY)
    assert (first.new, first.outcome) == (True, "done")
    for _ in range(3):
        again = place.receive(webhooks, signed(), BODY)
        assert (again.new, again.outcome) == (False, "settled")
    assert [event.id for event in seen] == ["msg_1"]
    assert seen[0].data["targetComment"]["commentText"] == "secret \0 text \ud800"
    stored = rows(place)
    assert set(stored) == {"v2:msg_1"}, "the claims are gone"
    assert stored["v2:msg_1"]["state"]["shelf"].startswith("done 20")


def test_neither_the_secret_nor_the_signature_is_stored(place: Place) -> None:
    headers = {**signed(), "Authorization": "Basic token", "Cookie": "session=abc"}
    place.receive(place.webhooks(), headers, BODY)
    text = json.dumps(rows(place))
    for secret in (SECRET, SECRET[6:], headers["webhook-signature"][3:], "token", "abc"):
        assert secret not in text


def test_of_many_deliveries_at_the_same_time_one_is_handled(place: Place) -> None:
    seen: List[str] = []

    def slow(event: WebhookEvent) -> None:
        time.sleep(0.02)
        seen.append(event.id)

    webhooks = place.webhooks()
    webhooks.on("*")(slow)
    news = 0
    if place._loop is not None:

        async def all_at_once() -> List[Any]:
            jobs = [webhooks.areceive(signed(f"m{n % 3}"), BODY, place.sdk) for n in range(24)]
            return list(await asyncio.gather(*jobs))

        receipts = place.wait(all_at_once())
    else:
        with ThreadPoolExecutor(8) as pool:
            jobs = [pool.submit(webhooks.receive, signed(f"m{n % 3}"), BODY, place.sdk) for n in range(24)]
            receipts = [job.result() for job in jobs]
    news = sum(receipt.new for receipt in receipts)
    assert news == 3
    assert sorted(seen) == ["m0", "m1", "m2"]
    assert {receipt.outcome for receipt in receipts} <= {"done", "busy", "settled"}


def test_workers_of_several_processes_do_each_event_once(place: Place, timed: Timed) -> None:
    receiver = place.webhooks(in_process=False)
    for n in range(6):
        place.wait(place.sdk._runner.run(receiver.inbox.keep(receiver.read(signed(f"m{n}"), BODY))))
    seen: List[str] = []
    workers = [place.webhooks() for _ in range(4)]
    for worker in workers:
        worker.on("*")(lambda event: seen.append(event.id))
    if place._loop is not None:

        async def all_at_once() -> None:
            await asyncio.gather(*[worker.areplay(place.sdk) for worker in workers])

        place.wait(all_at_once())
    else:
        threads = [threading.Thread(target=worker.replay, args=(place.sdk,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(seen) == [f"m{n}" for n in range(6)]


def test_an_event_that_fails_is_tried_again_later_and_later_and_then_given_up(
    place: Place, clock: Clock, timed: Timed
) -> None:
    webhooks, calls = timed(place.webhooks()), []

    @webhooks.on("comment.*")
    def fails(event: WebhookEvent) -> None:
        calls.append(event.id)
        raise ValueError("what somebody wrote")

    assert place.receive(webhooks, signed(), BODY).outcome == "pending"
    for number, seconds in enumerate(RETRY_SECONDS, 2):
        assert place.call(webhooks, "replay", place.sdk).outcomes == {}, "not due yet"
        clock.seconds += seconds + 1
        outcome = place.call(webhooks, "replay", place.sdk).outcomes["v2:msg_1"]
        assert outcome == ("failed" if number == ATTEMPTS else "pending")
    assert len(calls) == ATTEMPTS == 7
    clock.seconds += 10**6
    assert place.call(webhooks, "replay", place.sdk).outcomes == {}
    stored = rows(place)["v2:msg_1"]["state"]
    assert (stored["shelf"], stored["error"]) == ("failed", "ValueError")
    assert "somebody" not in json.dumps(stored)
    webhooks.handlers._registered.clear()
    webhooks.on("*")(lambda event: calls.append("again"))
    assert place.call(webhooks, "replay", place.sdk, failed=True).outcomes == {"v2:msg_1": "done"}
    assert calls[-1] == "again"


def test_of_several_functions_only_those_that_failed_are_called_again(
    place: Place, clock: Clock, timed: Timed
) -> None:
    webhooks, calls = timed(place.webhooks()), []

    @webhooks.on("*")
    def counts(event: WebhookEvent) -> None:
        calls.append("counts")

    @webhooks.on("comment.add")
    def fails_once(event: WebhookEvent) -> None:
        calls.append("fails")
        if calls.count("fails") == 1:
            raise OSError

    @webhooks.on("comment.*")
    async def awaited(event: WebhookEvent) -> None:
        calls.append("awaited")

    assert place.receive(webhooks, signed(), BODY).outcome == "pending"
    clock.seconds += 60
    assert place.call(webhooks, "replay", place.sdk).outcomes == {"v2:msg_1": "done"}
    assert calls == ["counts", "fails", "awaited", "fails"]


def test_work_that_was_cut_off_is_done_by_the_next_one(place: Place, clock: Clock, timed: Timed) -> None:
    webhooks = timed(place.webhooks(), lease=30)

    @webhooks.on("*")
    def killed(event: WebhookEvent) -> None:
        raise SystemExit  # nothing after it is carried out, as when the process is killed

    with pytest.raises(SystemExit):
        place.receive(webhooks, signed(), BODY)
    seen: List[str] = []
    other = timed(place.webhooks(), lease=30)
    other.on("*")(lambda event: seen.append(event.id))
    assert place.call(other, "replay", place.sdk).outcomes == {"v2:msg_1": "busy"}
    clock.seconds += 31
    assert place.call(other, "replay", place.sdk).outcomes == {"v2:msg_1": "done"}
    assert place.call(other, "replay", place.sdk).outcomes == {}
    assert seen == ["msg_1"]
    assert set(rows(place)) == {"v2:msg_1"}


def test_an_event_that_kills_its_process_every_time_is_given_up(
    sqlite: Place, clock: Clock, timed: Timed
) -> None:
    webhooks, calls = timed(sqlite.webhooks(), lease=30), []

    @webhooks.on("*")
    def killed(event: WebhookEvent) -> None:
        calls.append(event.id)
        raise SystemExit

    with pytest.raises(SystemExit):
        webhooks.receive(signed(), BODY, sqlite.sdk)
    for _ in range(ATTEMPTS - 1):
        clock.seconds += 31
        with pytest.raises(SystemExit):
            webhooks.replay(sqlite.sdk)
    clock.seconds += 31
    assert webhooks.replay(sqlite.sdk).outcomes == {"v2:msg_1": "failed"}
    assert len(calls) == ATTEMPTS


CRASHING = """
import os, sys
from velt_py import VeltSDK
from velt_py.webhooks import Webhooks, sign_for_tests
sdk = VeltSDK.initialize({"database": {"type": "sqlite", "path": sys.argv[1]}})
webhooks = Webhooks(sys.argv[2], queue=sys.argv[3], lease=0.2)
@webhooks.on("*")
def crash(event): os.kill(os.getpid(), 9)
body = b'{"event": "comment.add", "data": {}}'
webhooks.receive(sign_for_tests(body, sys.argv[2], id="msg_9"), body, sdk)
"""


def test_the_event_of_a_process_that_was_killed_is_done_by_a_replay(sqlite: Place) -> None:
    path = sqlite.config["database"]["path"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", CRASHING, path, SECRET, sqlite.queue], env=environment, timeout=60
    )
    assert done.returncode == -9
    seen: List[str] = []
    webhooks = sqlite.webhooks()
    webhooks.on("comment.add")(lambda event: seen.append(event.id))
    deadline = time.monotonic() + 20
    while not seen and time.monotonic() < deadline:
        webhooks.replay(sqlite.sdk)
        time.sleep(0.05)
    assert seen == ["msg_9"]


RECEIVING = """
import os, sys, time
from velt_py import VeltSDK
from velt_py.webhooks import Webhooks, sign_for_tests
sdk = VeltSDK.initialize({"database": {"type": "sqlite", "path": sys.argv[1]}})
webhooks = Webhooks(sys.argv[2], queue=sys.argv[3])
@webhooks.on("*")
def handle(event): print(event.id, flush=True)
body = b'{"event": "comment.add", "data": {}}'
print("ready", flush=True)
sys.stdin.readline()
for n in range(20):
    webhooks.receive(sign_for_tests(body, sys.argv[2], id=f"msg_{n}"), body, sdk)
"""


def test_of_two_processes_that_receive_the_same_events_at_once_one_handles_each(sqlite: Place) -> None:
    path = sqlite.config["database"]["path"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", RECEIVING, path, SECRET, sqlite.queue]
    running = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        for each in running:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for each in running:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        handled = [line for each in running for line in each.communicate(timeout=60)[0].split()]
    finally:
        for each in running:
            each.kill()
    assert [each.returncode for each in running] == [0, 0]
    assert sorted(handled) == sorted(f"msg_{n}" for n in range(20))


def test_a_dry_run_tells_and_does_nothing(place: Place) -> None:
    webhooks, seen = place.webhooks(), []
    webhooks.on("*")(seen.append)
    place.wait(place.sdk._runner.run(webhooks.inbox.keep(webhooks.read(signed(), BODY))))
    report = place.call(webhooks, "replay", place.sdk, dry_run=True)
    assert [entry.name for entry in report.entries] == ["comment.add"]
    assert report.outcomes == {}
    assert seen == []
    assert "secret" not in json.dumps([entry.to_dict() for entry in report.entries])


def test_an_event_is_handled_again_when_its_id_is_named(place: Place) -> None:
    webhooks, seen = place.webhooks(), []
    webhooks.on("*")(seen.append)
    place.receive(webhooks, signed(), BODY)
    assert place.call(webhooks, "replay", place.sdk, ["v2:msg_1", "v2:unknown"]).outcomes == {
        "v2:msg_1": "done"
    }
    assert len(seen) == 2
    assert seen[0] == seen[1]


@pytest.mark.parametrize("payload", ["{", "[]", "null", "{}", 7], ids=str)
def test_a_row_that_holds_no_event_does_not_stand_in_the_way_of_others(place: Place, payload: Any) -> None:
    webhooks, seen = place.webhooks(), []
    webhooks.on("*")(lambda event: seen.append(event.id))
    for id in ("a", "b"):
        place.wait(place.sdk._runner.run(webhooks.inbox.keep(webhooks.read(signed(id), BODY))))
    broken = {"event": {"name": "comment.add", "id": "a", "scheme": "v2", "payload": payload}}
    place.wait(place.sdk._runner.run(webhooks.inbox.saving("v2:a", broken, ())))
    try:
        assert place.call(webhooks, "replay", place.sdk).outcomes == {"v2:a": "failed", "v2:b": "done"}
        assert seen == ["b"]
        assert rows(place)["v2:a"]["state"]["error"] == "Unreadable"
    finally:
        # Whoever erases a person in this database later would come upon it, and confirm nothing.
        place.wait(place.sdk._runner.run(Delete(WEBHOOKS, Scope(place.queue), ("v2:a",))))


def test_neither_a_receipt_nor_a_replay_shows_what_people_wrote(sqlite: Place) -> None:
    webhooks = sqlite.webhooks()
    shown = repr(sqlite.receive(webhooks, signed(), BODY)) + repr(
        webhooks.replay(sqlite.sdk, ["msg_1"], dry_run=True)
    )
    assert "msg_1" in shown
    assert "secret" not in shown


def test_queues_do_not_see_each_other(place: Place) -> None:
    webhooks = place.webhooks()
    place.wait(place.sdk._runner.run(webhooks.inbox.keep(webhooks.read(signed(), BODY))))
    other = Webhooks(SECRET, queue=place.queue + "-other")
    assert place.call(other, "replay", place.sdk).entries == []


def test_old_events_are_forgotten_when_they_are_done(place: Place, clock: Clock, timed: Timed) -> None:
    webhooks = timed(place.webhooks())
    for n in range(3):
        place.receive(webhooks, signed(f"m{n}"), BODY)
    webhooks.on("*")(lambda event: [][0])
    place.receive(webhooks, signed("failing"), BODY)
    clock.seconds += 31 * 86400
    place.receive(webhooks, signed("new"), BODY)
    assert place.call(webhooks, "forget", place.sdk, 40) == 0
    assert place.call(webhooks, "forget", place.sdk, 30) == 3
    assert set(rows(place)) == {"v2:failing", "v2:new"}


def test_an_unknown_event_a_basic_one_and_one_of_a_workflow_come_back_as_they_were(place: Place) -> None:
    secrets = {"v1": "token", "v2": SECRET, "workflow": "flow"}
    webhooks, seen = Webhooks(secrets, queue=place.queue), []
    webhooks.on("*")(seen.append)
    basic = json.dumps({"actionType": "added", "notificationSource": "comment", "webhookId": "w1"}).encode()
    flow = json.dumps({"type": "step.failed", "eventId": "e1", "seq": 4}).encode()
    new = json.dumps({"event": "moon.rise", "data": {"big": 2**70}}).encode()
    for scheme, body, id in (("v1", basic, None), ("workflow", flow, "e1"), ("v2", new, "m1")):
        headers = sign_for_tests(body, secrets[scheme], scheme=scheme, id=id, attempt=2)
        expected = webhooks.read(headers, body)
        assert place.receive(webhooks, headers, body).outcome == "done"
        assert seen.pop() == expected
        assert type(expected) is type(webhooks.read(headers, body))


def test_without_a_store_the_error_of_a_function_is_raised() -> None:
    webhooks = Webhooks(SECRET)

    @webhooks.on("comment.add")
    def fails(event: WebhookEvent) -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        webhooks.receive(signed(), BODY)
    with pytest.raises(OSError, match="no"):
        asyncio.run(webhooks.areceive(signed(), BODY))


async def test_a_function_to_await_is_refused_where_it_would_stop_the_loop(sqlite: Place) -> None:
    webhooks = Webhooks(SECRET)

    @webhooks.on("*")
    async def awaited(event: WebhookEvent) -> None:
        await asyncio.sleep(0)

    with pytest.raises(VeltConfigurationError, match="areceive"):
        webhooks.receive(signed(), BODY)


# The table


def test_nobody_who_has_no_webhooks_gets_a_table(sqlite: Place) -> None:
    store = sqlite.sdk._runner.store
    assert not any("webhook_events" in statement for statement in store.schema())
    sqlite.sdk.selfHosting.comments.getComments(organizationId="acme")
    assert store.missing_schema() == []
    sqlite.receive(sqlite.webhooks(), signed(), BODY)
    assert any("webhook_events" in statement for statement in store.schema())
    assert store.missing_schema() == []


def test_a_table_that_the_sdk_may_not_make_is_asked_for(tmp_path: Path) -> None:
    database = {"type": "sqlite", "path": str(tmp_path / "velt.db"), "manage_schema": False}
    with VeltSDK.initialize({"database": database}) as sdk:
        sdk._runner.store.apply_schema()
        with pytest.raises(VeltSchemaError, match="schema apply"):
            Webhooks(SECRET).receive(signed(), BODY, sdk)
    named = {"database": database, "collections": {"webhooks": "velt_inbox"}}
    with VeltSDK.initialize(named) as sdk:
        assert [line for line in sdk._runner.store.missing_schema() if "velt_inbox" in line]
        sdk._runner.store.apply_schema()
        assert Webhooks(SECRET).receive(signed(), BODY, sdk).outcome == "done"


def test_a_name_that_another_kind_has_is_refused(tmp_path: Path) -> None:
    config = {
        "database": {"type": "sqlite", "path": str(tmp_path / "velt.db")},
        "collections": {"activities": "webhook_events"},
    }
    with VeltSDK.initialize(config) as sdk, pytest.raises(
        VeltConfigurationError, match="collections.webhooks"
    ):
        Webhooks(SECRET).receive(signed(), BODY, sdk)
