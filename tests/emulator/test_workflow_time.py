"""What happens by the clock: deadlines, agents, schedules. And what leaves: webhooks, mails."""

from __future__ import annotations

import json
from typing import Any, Dict, List

import pytest

from tests.emulator.workflows import SIGNOFF, Flow, agent, definition, edge, human, mock, result
from velt_py import VeltSDK
from velt_py.emulator import Emulator, InProcessTransport
from velt_py.emulator.areas.workflow.settling import settle
from velt_py.emulator.deliveries import DELIVERY
from velt_py.emulator.effects.mails import outbox
from velt_py.emulator.scripts import add_script

HOUR = 3_600
HOOK = {"url": "https://hooks.acme.example/x", "secret": "secret-of-sixteen"}
TIMED = definition(
    [human("review", slaMs=HOUR * 1000), mock("rework"), mock("remind")],
    [edge("review", "rework", "reject"), edge("review", "remind")],
)


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    return sdk.api.workflow


def deliveries(emulator: Emulator, key: str = "key") -> List[Dict[str, Any]]:
    with emulator.state.call():
        return [row.doc for row in emulator.state.of(key).under(DELIVERY)]


def script(emulator: Emulator, name: str, url: str = "", **facts: Any) -> None:
    match = {"agentId": f"^{name}$", "url": url}
    with emulator.state.call():
        add_script(emulator.state.of("key"), {"operation": "workflow.agent", "match": match, "answer": facts})


def test_a_deadline_that_passes_is_a_breach_at_its_own_time(emulator: Emulator, api: Any) -> None:
    flow = Flow(api, TIMED)
    started = flow.step("review")["startedAt"]
    emulator.clock.tick(HOUR - 1)
    assert flow.states() == {"review": "waiting"}
    emulator.clock.tick(5 * HOUR)
    assert flow.states() == {"review": "breached", "remind": "completed"}
    assert flow.step("review")["completedAt"] == started + HOUR * 1000
    breach = next(event for event in flow.events() if event["type"] == "step.breached")
    assert breach["timestamp"] == started + HOUR * 1000
    assert flow.status == "completed"
    assert flow.decide("review", "approve")["error"]["status"] == "FAILED_PRECONDITION"


def test_a_breach_that_leads_nowhere_fails_the_execution(emulator: Emulator, api: Any) -> None:
    flow = Flow(api, definition([agent("check")], []))
    flow_with_deadline = definition([agent("slow", "slow")], [])
    flow_with_deadline["nodes"][0]["slaMs"] = 1000
    late = Flow(api, {**flow_with_deadline, "definitionId": "late"})
    emulator.clock.tick(10)
    assert flow.status == "completed"
    assert late.status == "failed"
    assert late.view["failureReason"]["code"] == "sla-breached"


def test_a_decision_in_time_is_no_breach(emulator: Emulator, api: Any) -> None:
    flow = Flow(api, TIMED)
    emulator.clock.tick(HOUR - 1)
    flow.decide("review", "reject")
    emulator.clock.tick(2 * HOUR)
    assert flow.step("review")["status"] == "completed"


def test_a_courier_settles_what_no_call_looks_at(emulator: Emulator, api: Any) -> None:
    flow = Flow(api, TIMED)
    emulator.clock.tick(2 * HOUR)
    with emulator.state.call():
        settle(emulator.state.of("key"), emulator.clock.milliseconds())
    kept = [each["doc"] for each in emulator.state.dump("key") if each["kind"] == "workflowExecution"]
    assert [each["status"] for each in kept] == ["completed"]
    assert flow.status == "completed"


def test_an_agent_runs_for_a_while_and_its_script_decides(emulator: Emulator, api: Any) -> None:
    script(
        emulator,
        "brand",
        "acme\\.example/bad",
        afterMs=5_000,
        status="failed",
        summary={"totalFindings": 2},
    )
    script(emulator, "brand", afterMs=5_000)
    fields = definition(
        [agent("check", "brand", url=None, urlPath="page.url"), mock("good"), mock("bad")],
        [edge("check", "good", "approve"), edge("check", "bad", "reject")],
    )
    del fields["nodes"][0]["config"]["url"]
    flow = Flow(api, fields, triggerContext={"page": {"url": "acme.example/fine"}})
    waiting = flow.events()[-1]
    assert waiting["type"] == "step.awaiting-approval"
    assert set(waiting["data"]) == {"agentId", "agentExecutionId", "pollIntervalMs"}
    emulator.clock.tick(4)
    assert flow.states() == {"check": "waiting"}
    emulator.clock.tick(2)
    assert flow.states() == {"check": "completed", "good": "completed"}
    output = flow.step("check")["output"]
    assert output["resolvedUrl"] == "https://acme.example/fine"
    assert output["agentDurationMs"] == 5_000
    assert output["decision"] == "approve"
    bad = result(
        api.dispatchExecution(
            definitionId="flow", triggerContext={"page": {"url": "https://acme.example/bad"}}
        )
    )
    emulator.clock.tick(6)
    view = result(api.getExecution(executionId=bad["executionId"]))
    assert {step["nodeId"]: step["status"] for step in view["steps"]} == {
        "check": "failed",
        "bad": "completed",
    }
    assert view["steps"][0]["output"]["agentResultsSummary"] == {"totalFindings": 2}
    assert view["status"] == "completed"
    unresolved = result(api.dispatchExecution(definitionId="flow"))
    view = result(api.getExecution(executionId=unresolved["executionId"]))
    assert view["failureReason"]["code"] == "agent-url-unresolved"


def test_an_agent_that_never_ends_is_stopped_at_its_ceiling(emulator: Emulator, api: Any) -> None:
    script(emulator, "slow", afterMs=HOUR * 1000)
    flow = Flow(api, definition([agent("check", "slow", agentMaxRuntimeMs=60_000)], []))
    emulator.clock.tick(61)
    assert flow.step("check")["error"]["code"] == "agent-timeout"
    assert flow.status == "failed"


def test_a_script_says_only_what_fits(emulator: Emulator, api: Any) -> None:
    script(emulator, "odd", afterMs="soon", status="odd", summary=[], colour=1)
    flow = Flow(api, definition([agent("check", "odd")], []))
    emulator.clock.tick(3)
    assert flow.status == "completed"


def test_every_external_event_leaves_once_for_the_receiver_of_the_definition(
    emulator: Emulator, api: Any
) -> None:
    flow = Flow(api, {**TIMED, "webhookConfig": HOOK})
    emulator.clock.tick(2 * HOUR)
    for _ in range(3):
        flow.events()
    left = deliveries(emulator)
    assert [each["body"]["seq"] for each in left] == [event["seq"] for event in flow.events()]
    assert {(each["url"], each["secret"], each["scheme"]) for each in left} == {
        (HOOK["url"], HOOK["secret"], "workflow")
    }
    first = left[0]["body"]
    assert first["executionId"] == flow.id
    assert first["type"] == left[0]["event"] == "execution.dispatched"


def test_the_receiver_of_the_dispatch_wins_and_hears_everything(emulator: Emulator, api: Any) -> None:
    narrowed = {**HOOK, "eventTypes": ["execution.completed"]}
    flow = Flow(api, {**SIGNOFF, "webhookConfig": narrowed})
    flow.decide("review", "approve")
    assert [each["event"] for each in deliveries(emulator)] == ["execution.completed"]
    own = {"webhookUrl": "https://own.example/x", "webhookSecret": "another-secret-16"}
    api.dispatchExecution(definitionId="flow", **own)
    added = deliveries(emulator)[1:]
    assert [each["event"] for each in added] == ["execution.dispatched", "step.awaiting-approval"]
    assert {each["url"] for each in added} == {"https://own.example/x"}
    assert deliveries(emulator, "other") == []


def test_a_replayed_dispatch_sends_nothing(emulator: Emulator, api: Any) -> None:
    Flow(api, {**SIGNOFF, "webhookConfig": HOOK}, idempotencyKey="once")
    count = len(deliveries(emulator))
    api.dispatchExecution(definitionId="flow", idempotencyKey="once")
    assert len(deliveries(emulator)) == count


def test_a_notification_is_rendered_into_the_outbox(emulator: Emulator, api: Any) -> None:
    def node(name: str, **config: Any) -> Dict[str, Any]:
        return {"nodeId": name, "type": "notification", "config": config}

    fields = definition(
        [
            mock("check"),
            node(
                "mail",
                channel="email",
                recipients=["lead@acme.example"],
                subjectTemplate="{{input.decision}} {{execution.triggerContext.page.title}}",
                bodyTemplate="<b>{{execution.triggerContext.page.title}}</b>{{input.none}} {{step.nodeId}}",
                format="html",
            ),
            node(
                "slack",
                channel="slack",
                slackTarget="C0123",
                bodyTemplate='[{"type":"section"}]',
                format="slack-blocks",
            ),
            node("broken", channel="slack", slackTarget="C0123", bodyTemplate="x", format="slack-blocks"),
        ],
        [edge("check", "mail"), edge("check", "slack"), edge("check", "broken")],
    )
    flow = Flow(api, fields, triggerContext={"page": {"title": "A & B"}})
    assert flow.states() == {
        "check": "completed",
        "mail": "completed",
        "slack": "completed",
        "broken": "failed",
    }
    with emulator.state.call():
        mail, slack = outbox(emulator.state.of("key"))
    assert mail["to"] == ["lead@acme.example"]
    _, _, body = emulator.handle("GET", "/__velt/outbox?to=lead@acme.example", {}, b"")
    assert json.loads(body)["mails"] == [mail]
    assert mail["subject"] == "approve A & B"
    assert mail["text"] == "<b>A &amp; B</b> mail"
    assert (slack["to"], slack["blocks"]) == ("C0123", [{"type": "section"}])


def test_a_schedule_starts_executions_and_missed_ones_are_not_replayed(emulator: Emulator, api: Any) -> None:
    schedule = {
        "cron": "0 2 * * *",
        "timezone": "UTC",
        "enabled": True,
        "payloadTemplate": {"source": "nightly"},
    }
    fields = definition([mock("a")], [], triggers=[{"triggerId": "night", "schedule": schedule}])
    api.createDefinition(**fields)
    assert result(api.listExecutions())["items"] == []
    emulator.clock.tick(24 * HOUR)
    first = result(api.listExecutions())["items"]
    assert len(first) == 1
    assert len(result(api.listExecutions())["items"]) == 1
    emulator.clock.tick(5 * 24 * HOUR)
    assert len(result(api.listExecutions())["items"]) == 2
    stored = [each["doc"] for each in emulator.state.dump("key") if each["kind"] == "workflowExecution"]
    context = stored[0]["triggerContext"]["schedule"]
    assert context["triggerId"] == "night"
    assert context["payload"] == {"source": "nightly"}
    assert context["scheduledAt"] % (24 * HOUR * 1000) == 2 * HOUR * 1000
    off = {"triggerId": "night", "schedule": {**schedule, "enabled": False}}
    api.updateDefinition(**{**fields, "triggers": [off]}, ifVersion=1)
    emulator.clock.tick(3 * 24 * HOUR)
    assert len(result(api.listExecutions())["items"]) == 2


def test_a_workflow_goes_on_in_an_emulator_that_loads_its_state(emulator: Emulator, api: Any) -> None:
    flow = Flow(api, TIMED)
    other = Emulator(clock=emulator.clock)
    other.state.load(json.loads(json.dumps(emulator.state.dump())))
    config = {"apiKey": "key", "authToken": "token-of-key"}
    flow.workflow = VeltSDK.initialize(config, transport=InProcessTransport(other)).api.workflow
    emulator.clock.tick(2 * HOUR)
    assert flow.states() == {"review": "breached", "remind": "completed"}
    assert flow.status == "completed"
    other.close()
