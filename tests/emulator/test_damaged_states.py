"""A state that is put in is refused by the place of what is wrong with it, or can be worked on."""

from __future__ import annotations

import json
import random
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from tests.emulator.conftest import NOW
from tests.emulator.tenants import sdk_for, walk
from tests.emulator.walk import prepared, samples, walked
from tests.emulator.workflows import agent, definition, edge, group, group_end, human, mock, result
from velt_py.emulator import Clock, Emulator

LOOKS = ("get", "list", "count", "search", "query", "download")
CONTROLS = ("state", "outbox", "webhooks", "presence", "livestate", "scripts", "application")
Path = Tuple[Any, ...]
GONE: Any = object()
DAMAGES: Tuple[Any, ...] = (GONE, None, 5, "x", [], {}, [5])
TRIALS = 150


def branching() -> Dict[str, Any]:
    """A workflow with a group, a loop, a condition, a call, a message and a schedule."""
    told = {"channel": "email", "recipients": ["ana@mail.example"], "bodyTemplate": "{{output.decision}}"}
    when = {"op": "eq", "args": [{"var": "output.decision"}, "approve"]}
    return definition(
        [
            mock("start"),
            *(human(name) for name in ("ana", "bob")),
            mock("done"),
            {**agent("look"), "slaMs": 3_600_000},
            {"nodeId": "tell", "type": "notification", "config": told},
            {
                "nodeId": "call",
                "type": "webhook",
                "config": {"url": "http://127.0.0.1:9/", "authMode": "none"},
            },
        ],
        [
            *(edge("start", name) for name in ("ana", "bob")),
            edge(group_end("both"), "done", "custom", when=json.dumps(when)),
            edge(group_end("both"), "start", "reject", loop={"maxIterations": 2}),
            edge(group_end("both"), "tell", "exhausted"),
        ],
        definitionId="branching",
        groups=[group("both", ["ana", "bob"], 2, "joinOnQuorum")],
        triggers=[
            {"triggerId": "hourly", "schedule": {"cron": "0 * * * *", "timezone": "UTC", "enabled": True}}
        ],
    )


@pytest.fixture(scope="module")
def lively() -> Iterator[Tuple[List[Any], Dict[str, Any], float]]:
    """The records of a state in which much goes on, what its ids are, and its time."""
    emulator, kept = Emulator(clock=Clock(NOW)), {"own": "key", "token": "token-of-key"}
    api: Any = sdk_for(emulator, "key").api
    prepared(emulator, "key", "m")
    # What goes on is only begun: the walk over its steps ends most of it.
    steps = [
        each for each in samples("m") if not each.name.partition(".")[2].startswith(("delete", "remove"))
    ]
    assert all(reply.status != 500 for _, reply in walked(emulator, api, kept, steps))
    result(api.workflow.createDefinition(**branching()))
    begun = ""
    for reviewers in (("ana", "bob"), ("ana",)):
        # The first goes round, the second waits for the other reviewer.
        begun = result(api.workflow.dispatchExecution(definitionId="branching"))["executionId"]
        steps_of = result(api.workflow.getExecution(executionId=begun))["steps"]
        for name in reviewers:
            step = next(each["stepId"] for each in steps_of if each["nodeId"] == name)
            decision = {"stepId": step, "reviewerId": f"u_{name}", "decision": "reject"}
            result(api.workflow.recordReviewerDecision(executionId=begun, **decision))
    yield emulator.state.dump(), {**kept, "executionId": begun}, emulator.clock.seconds()
    emulator.close()


def load(emulator: Emulator, records: List[Any]) -> Tuple[int, Any]:
    status, _, body = emulator.handle("POST", "/__velt/state", {}, json.dumps({"records": records}).encode())
    return status, json.loads(body)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The way to everything inside a value."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, inner in entries:
        yield (*path, name)
        yield from places(inner, (*path, name))


def damaged(records: List[Any], number: int, path: Path, damage: Any) -> List[Any]:
    copied = json.loads(json.dumps(records[number]))
    around = copied["doc"]
    for name in path[:-1]:
        around = around[name]
    if damage is GONE:
        del around[path[-1]]
    else:
        around[path[-1]] = damage
    return [*records[:number], copied, *records[number + 1 :]]


def look_at_everything(emulator: Emulator, kept: Dict[str, Any]) -> None:
    steps = [each for each in samples("m") if each.name.partition(".")[2].startswith(LOOKS)]
    assert len(steps) > 60
    for name, reply in walked(emulator, sdk_for(emulator, "key").api, dict(kept), steps):
        assert reply.status != 500, name
    for name in CONTROLS:
        assert emulator.handle("GET", f"/__velt/{name}?apiKey=key", {}, b"")[0] == 200, name


def test_whatever_single_value_is_damaged_the_state_is_refused_or_can_be_read(lively: Any) -> None:
    records, kept, time = lively
    by_kind: Dict[str, List[Tuple[int, Path]]] = {}
    for number, record in enumerate(records):
        by_kind.setdefault(record["kind"], []).extend((number, path) for path in places(record["doc"]))
    assert len(by_kind) > 45
    draw, refused = random.Random(7), 0
    kinds = [kind for kind, found in by_kind.items() if found]
    for trial in range(TRIALS):
        number, path = draw.choice(by_kind[kinds[trial % len(kinds)]])
        damage = draw.choice(DAMAGES)
        emulator = Emulator(clock=Clock(time))
        status, answer = load(emulator, damaged(records, number, path, damage))
        try:
            if status == 200:
                look_at_everything(emulator, kept)
        except Exception as error:
            pytest.fail(f"{records[number]['kind']} {path} damaged by {damage!r}: {error!r}")
        finally:
            emulator.close()
        if status != 200:
            refused += 1
            assert status == 400
            assert answer["error"]["message"].startswith(f"records[{number}].doc.{path[0]}"), answer
    assert 20 < refused < TRIALS - 20


@pytest.mark.parametrize(
    ("kind", "path", "damage", "said"),
    [
        ("workflowExecution", ("steps", "*", "status"), GONE, "steps.*.status: Required"),
        ("workflowExecution", ("seq",), "x", "seq: Expected number, received string"),
        ("workflowVersion", ("nodes", 0, "nodeId"), 5, "nodes.0.nodeId: Expected string, received number"),
        ("workflowVersion", ("compiled", "forwardEdges", 0, "to"), "x", "must name nodes of the definition"),
        ("apiKey", ("apiKeyName",), GONE, "apiKeyName: Required"),
        ("apiKey", ("type",), None, "type: Expected string, received null"),
    ],
)
def test_what_is_wrong_deep_inside_is_said_by_its_place(
    lively: Any, kind: str, path: Path, damage: Any, said: str
) -> None:
    records, _, time = lively
    number, record = next(
        (number, record)
        for number, record in enumerate(records)
        if record["kind"] == kind
        and record["doc"].get("status", "running") in ("running", "active")
        and (path[0] in record["doc"])
    )
    steps = list(record["doc"].get("steps", ()))
    wrong = damaged(records, number, tuple(steps[0] if name == "*" else name for name in path), damage)
    emulator = Emulator(clock=Clock(time))
    status, answer = load(emulator, wrong)
    assert (status, emulator.state.dump()) == (400, [])
    message = answer["error"]["message"]
    assert message.startswith(f"records[{number}].doc.")
    assert said.replace("*", steps[0] if steps else "") in message
    emulator.close()


def test_a_dump_always_loads_also_after_a_person_was_erased(lively: Any) -> None:
    records, kept, time = lively
    emulator, other = Emulator(clock=Clock(time)), Emulator(clock=Clock(time))
    assert load(emulator, records) == (200, {"loaded": len(records)})
    assert emulator.state.dump() == records
    for user in ("m-user", "u_ana", "bob"):
        sdk_for(emulator, "key").api.gdpr.deleteAllUserData(userIds=[user])
        emulator.clock.tick(60)
    erased = emulator.state.dump()
    assert "m-user" not in json.dumps([each for each in erased if each["kind"] == "annotation"])
    assert load(other, erased)[0] == 200
    look_at_everything(other, kept)
    walk(other, "key", samples("m"), "m")
    assert load(emulator, other.state.dump())[0] == 200
    emulator.close()
    other.close()
