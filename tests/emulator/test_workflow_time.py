"""What happens by the clock: deadlines, agents, schedules. And what leaves: webhooks, mails."""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, List

import pytest

from tests.emulator.asking import result
from tests.emulator.controlling import sdk_over
from tests.emulator.workflows import SIGNOFF, Flow, agent, definition, edge, human, mock
from velt_py import VeltSDK
from velt_py.emulator import Emulator
from velt_py.emulator.areas.workflow.settling import settle
from velt_py.emulator.deliveries import DELIVERY
from velt_py.emulator.effects.mails import outbox
from velt_py.emulator.scripts import add_script
from velt_py.emulator.workflow import cron

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
    match = {"agentId": f"^{name}$", "url": url, **facts.pop("match", {})}
    given = {"operation": "agents.runAgentExecution", "match": match}
    with emulator.state.call():
        add_script(emulator.state.of("key"), {**given, "answer": facts})


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
    flow_with_deadline = definition([agent("slow")], [])
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


def test_an_agent_runs_for_a_while_and_what_it_finds_decides(emulator: Emulator, api: Any) -> None:
    fault = {"title": "Wrong colour", "targetText": "blue"}
    script(
        emulator,
        "spell-check",
        "acme\\.example/bad",
        afterMs=5_000,
        findings=[fault, {**fault, "occurrence": 2}],
    )
    script(emulator, "spell-check", afterMs=5_000, output={"passesBrandCheck": True})
    fields = definition(
        [agent("check", url=None, urlPath="page.url"), mock("good"), mock("bad")],
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
    assert (output["agentDurationMs"], output["agentExecutionStatus"]) == (5_000, "passed")
    assert (output["decision"], output["passesBrandCheck"]) == ("approve", True)
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
    assert view["steps"][0]["output"]["agentResultsSummary"]["totalFindings"] == 2
    assert view["steps"][0]["output"]["decision"] == "reject"
    assert view["status"] == "completed"
    unresolved = result(api.dispatchExecution(definitionId="flow"))
    view = result(api.getExecution(executionId=unresolved["executionId"]))
    assert view["failureReason"]["code"] == "agent-url-unresolved"


def test_the_run_of_a_node_is_one_of_the_agents_and_leaves_its_threads_on_the_document(
    emulator: Emulator, sdk: VeltSDK
) -> None:
    velt: Any = sdk.api
    place = {"organizationId": "o", "documentId": "d"}
    velt.documents.addDocuments(organizationId="o", createOrganization=True, documents=[{"documentId": "d"}])
    page = "The text says teh."
    rules = [{"pattern": "teh", "finding": {"title": "Typo"}}]
    match = {"userContext.colour": "^red$", "nodeId": "check", "trigger": "workflow"}
    script(emulator, "spell-check", match=match, text=page, rules=rules)
    node = agent("check", userContextMapping={"colour": "brand.colour", "gone": "x"}, pollIntervalMs=60_000)
    fields = definition([node, human("review")], [edge("check", "review"), edge("review", "check", "reject")])
    fields["edges"][1]["loop"] = {"maxIterations": 2}
    flow = Flow(velt.workflow, fields, triggerContext={"brand": {"colour": "red"}}, **place)
    begun = result(velt.agents.listAgentExecutions(**place))["data"]["executions"]
    assert [(each["status"], each["trigger"], each["workflowExecutionId"]) for each in begun] == [
        ("running", "workflow", flow.id)
    ]
    assert flow.step("check")["output"]["agentExecutionId"] == begun[0]["id"]
    emulator.clock.tick(3)
    assert flow.states() == {"check": "failed", "review": "waiting"}
    ended = velt.agents.getAgentExecution(executionId=begun[0]["id"], includeResults=True)["result"]["data"]
    assert ended["execution"]["status"] == "failed"
    assert flow.step("check")["output"]["agentResultsSummary"] == ended["execution"]["resultsSummary"]
    assert ended["results"][0]["agentResult"]["findings"][0]["targetText"] == "teh"
    threads = velt.commentAnnotations.getCommentAnnotations(**place)["result"]["data"]
    assert [each["agent"]["executionId"] for each in threads] == [begun[0]["id"]]
    flow.decide("review", "reject")
    emulator.clock.tick(3)
    assert len(flow.steps("check")) == 2
    assert len(velt.commentAnnotations.getCommentAnnotations(**place)["result"]["data"]) == 1


def test_a_courier_brings_the_findings_of_a_run_that_nobody_asks_for(
    emulator: Emulator, sdk: VeltSDK
) -> None:
    velt: Any = sdk.api
    velt.documents.addDocuments(organizationId="o", createOrganization=True, documents=[{"documentId": "d"}])
    script(emulator, "spell-check", findings=[{"title": "Typo"}])
    fields = definition([agent("one"), agent("two", "grammar-check")], [edge("one", "two")])
    Flow(velt.workflow, fields, organizationId="o", documentId="d")
    emulator.clock.tick(60)
    emulator.deliver_due()
    kept = {each["kind"]: each["doc"] for each in emulator.state.dump("key")}
    assert kept["workflowExecution"]["status"] == "completed"
    assert kept["annotation"]["agent"]["agentId"] == "spell-check"
    assert kept["agentRun"]["agentId"] == "grammar-check"
    assert kept["agentRun"]["completedAt"] == kept["workflowExecution"]["completedAt"]


def test_a_run_that_is_refused_fails_its_step_before_it_begins(emulator: Emulator, sdk: VeltSDK) -> None:
    velt: Any = sdk.api
    velt.documents.addDocuments(organizationId="o", createOrganization=True, documents=[{"documentId": "d"}])
    fields = definition([agent("unknown", "nobody"), agent("a"), agent("b")], [])
    there = Flow(velt.workflow, fields, organizationId="o", documentId="d")
    assert there.states() == {"unknown": "failed", "a": "waiting", "b": "failed"}
    failed = there.step("b")
    assert (failed["output"], failed["error"]["code"]) == ({}, "agent-dispatch-failed")
    assert "already running" in failed["error"]["message"]
    assert "Agent not found: nobody" in there.step("unknown")["error"]["message"]
    nowhere = result(velt.workflow.dispatchExecution(definitionId="flow", organizationId="o", documentId="x"))
    steps = result(velt.workflow.getExecution(executionId=nowhere["executionId"]))["steps"]
    assert {step["error"]["message"] for step in steps[1:]} == {"Document does not exist."}


def test_an_agent_that_never_ends_is_stopped_at_its_ceiling(emulator: Emulator, api: Any) -> None:
    script(emulator, "spell-check", afterMs=HOUR * 1000)
    flow = Flow(api, definition([agent("check", agentMaxRuntimeMs=60_000)], []))
    emulator.clock.tick(61)
    assert flow.step("check")["error"]["code"] == "agent-timeout"
    assert flow.status == "failed"


@pytest.mark.parametrize("wrong", [{"afterMs": "soon"}, {"afterMs": -1}, {"output": []}, {"status": "odd"}])
def test_a_script_that_makes_no_sense_fails_the_step_and_says_why(
    emulator: Emulator, api: Any, wrong: Dict[str, Any]
) -> None:
    script(emulator, "spell-check", **wrong)
    flow = Flow(api, definition([agent("check")], []))
    assert "makes no sense" in flow.step("check")["error"]["message"]


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


def test_a_schedule_goes_by_the_day_of_its_zone_and_its_summer_time(emulator: Emulator, api: Any) -> None:
    pytest.importorskip("zoneinfo" if sys.version_info >= (3, 9) else "backports.zoneinfo")
    schedule = {"cron": "30 2 * * *", "timezone": "America/Los_Angeles", "enabled": True}
    emulator.clock.stop_at(1_772_928_000.0)  # 2026-03-08T00:00Z: the night after, clocks go from 2:00 to 3:00
    for name in ("one", "other"):
        triggers = [{"triggerId": "night", "schedule": schedule}]
        api.createDefinition(**{**definition([mock("a")], [], triggers=triggers), "definitionId": name})
    instants: List[int] = []
    for _ in range(3):
        emulator.clock.tick(24 * HOUR)
        assert result(api.listExecutions())
        kept = [each["doc"] for each in emulator.state.dump("key") if each["kind"] == "workflowExecution"]
        instants.append(kept[-1]["triggerContext"]["schedule"]["scheduledAt"])
        assert {each["definitionId"] for each in kept[-2:]} == {"one", "other"}
    assert [instant // 1000 % (24 * HOUR) / HOUR for instant in instants] == [10.5, 9.5, 9.5]


def test_a_machine_without_time_zones_says_so_and_still_knows_utc(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(zone: str) -> str:
        schedule = {"cron": "0 2 * * *", "timezone": zone, "enabled": True}
        triggers = [{"triggerId": "night", "schedule": schedule}]
        answer = api.createDefinition(**definition([mock("a")], [], triggers=triggers))
        return str(answer.get("error", {}).get("message"))

    monkeypatch.setattr(cron, "ZONES", ())
    assert "install tzdata" in refused("America/Los_Angeles")
    assert refused("UTC") == "None"


def test_a_workflow_goes_on_in_an_emulator_that_loads_its_state(emulator: Emulator, api: Any) -> None:
    flow = Flow(api, TIMED)
    other = Emulator(clock=emulator.clock)
    other.state.load(json.loads(json.dumps(emulator.state.dump())))
    config = {"apiKey": "key", "authToken": "token-of-key"}
    flow.workflow = sdk_over(other, **config).api.workflow
    emulator.clock.tick(2 * HOUR)
    assert flow.states() == {"review": "breached", "remind": "completed"}
    assert flow.status == "completed"
    other.close()
