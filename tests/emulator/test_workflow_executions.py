"""Executions through the engine: reviewers, edges, overrides, cancellation, idempotency, events."""

from __future__ import annotations

import re
from typing import Any, Callable, List

import pytest

from tests.emulator.asking import error, result
from tests.emulator.workflows import SIGNOFF, Flow, agent, definition, edge, human, mock
from velt_py import VeltSDK
from velt_py.emulator import Emulator

TWO = definition(
    [human("review", "ann", "bob"), mock("publish"), mock("rework")],
    [edge("review", "publish", "approve"), edge("review", "rework", "reject")],
)
BACKUP = {
    "nodeId": "review",
    "type": "human",
    "config": {
        "reviewers": [{"userId": "ann", "mandatory": True}, {"userId": "eve", "mandatory": False}],
        "commentBody": "Please look.",
        "reviewerEmails": ["ann@acme.example"],
    },
}


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    return sdk.api.workflow


def test_a_step_is_approved_when_all_mandatory_reviewers_approve(api: Any) -> None:
    flow = Flow(api, TWO)
    assert result(flow.decide("review", "approve", "ann")) == {
        "recorded": True,
        "aggregatorStatus": "pending",
        "resumeScheduled": False,
    }
    assert flow.states() == {"review": "waiting"}
    assert result(flow.decide("review", "approve", "bob"))["resumeScheduled"] is True
    assert flow.states() == {"review": "completed", "publish": "completed"}
    assert flow.status == "completed"
    output = flow.step("review")["output"]
    assert (output["decision"], output["approved"], output["aggregatorStatus"]) == (
        "approve",
        True,
        "resolved",
    )
    assert (output["approveCount"], output["mandatoryApproveCount"], output["mandatoryCount"]) == (2, 2, 2)
    assert flow.step("publish")["stepId"] == f"{flow.step('review')['stepId']}__to__publish"
    assert re.match(r"step_review_\d+_\w+$", flow.step("review")["stepId"])
    assert flow.heard() == [
        "execution.dispatched",
        "step.awaiting-approval review",
        "step.completed review",
        "step.completed publish",
        "execution.completed",
    ]


def test_one_rejection_is_enough_even_of_an_optional_reviewer(api: Any) -> None:
    flow = Flow(api, definition([BACKUP, mock("rework")], [edge("review", "rework", "reject")]))
    waiting = flow.step("review")["output"]
    assert (waiting["reviewerIds"], waiting["commentBody"]) == (["ann", "eve"], "Please look.")
    rejected = result(flow.decide("review", "reject", "eve", reason="No."))
    assert rejected["aggregatorStatus"] == "rejected"
    assert flow.states() == {"review": "completed", "rework": "completed"}
    output = flow.step("review")["output"]
    assert (output["decision"], output["rejectedBy"], output["rejectorMandatory"]) == ("reject", "eve", False)
    assert flow.status == "completed"


def test_an_optional_reviewer_does_not_hold_a_step_up(api: Any) -> None:
    flow = Flow(api, definition([BACKUP, mock("rework")], [edge("review", "rework", "reject")]))
    assert result(flow.decide("review", "approve", "eve"))["aggregatorStatus"] == "pending"
    assert result(flow.decide("review", "approve", "ann"))["aggregatorStatus"] == "resolved"
    assert flow.status == "completed"


def test_a_decision_counts_once_and_only_from_a_reviewer(api: Any) -> None:
    flow = Flow(api, TWO)
    stranger = result(flow.decide("review", "approve", "mallory"))
    assert (stranger["recorded"], stranger["rejectionReason"]) == (False, "unknown-responder")
    flow.decide("review", "approve", "ann")
    again = result(flow.decide("review", "reject", "ann"))
    assert (again["recorded"], again["rejectionReason"], again["aggregatorStatus"]) == (
        False,
        "idempotent",
        "pending",
    )
    flow.decide("review", "reject", "bob")
    assert result(flow.decide("review", "approve", "bob"))["rejectionReason"] == "idempotent"
    late = Flow(api, {**TWO, "definitionId": "late"})
    late.decide("review", "reject", "ann")
    assert result(late.decide("review", "approve", "bob"))["rejectionReason"] == "already-terminal"
    not_human = error(late.decide("rework", "approve", "ann"))
    assert not_human["status"] == "FAILED_PRECONDITION"
    missing = api.recordReviewerDecision(
        executionId=late.id, stepId="none", reviewerId="ann", decision="approve"
    )
    assert error(missing)["status"] == "NOT_FOUND"


def test_custom_conditions_see_output_step_and_input(api: Any) -> None:
    def when(node: str, condition: str) -> Any:
        return edge("start", node, "custom", when=condition)

    nodes = [mock(name) for name in ("start", "synthetic", "named", "urgent", "never", "both")]
    fields = definition(
        nodes,
        [
            when("synthetic", '{"op":"eq","args":[{"var":"output.synthetic"},true]}'),
            when("named", '{"op":"startsWith","args":[{"var":"step.nodeId"},"sta"]}'),
            when("urgent", '{"op":"gt","args":[{"var":"execution.input.priority"},3]}'),
            when("never", '{"op":"regex","args":[{"var":"execution.input.title"},"^draft"]}'),
            when(
                "both",
                '{"op":"and","args":[{"op":"not","args":[{"op":"isEmpty","args":[{"var":"execution.input.tags"}]}]},'
                '{"op":"includes","args":[{"var":"execution.input.tags"},"legal"]}]}',
            ),
        ],
    )
    context = {"priority": 4, "title": "final", "tags": ["legal"]}
    flow = Flow(api, fields, triggerContext=context)
    assert set(flow.states()) == {"start", "synthetic", "named", "urgent", "both"}


def test_paths_that_meet_again_each_bring_their_own_step(api: Any) -> None:
    fields = definition(
        [mock("a"), mock("b"), mock("c"), mock("d")],
        [edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")],
    )
    assert len(Flow(api, fields).steps("d")) == 2


def test_an_execution_cannot_grow_without_bounds(api: Any) -> None:
    nodes = [mock("n0")]
    edges: List[Any] = []
    for layer in range(16):
        pair = [f"a{layer}", f"b{layer}"]
        nodes += [mock(pair[0]), mock(pair[1]), mock(f"n{layer + 1}")]
        for name in pair:
            edges += [edge(f"n{layer}", name), edge(name, f"n{layer + 1}")]
    view = Flow(api, definition(nodes, edges)).view
    assert view["status"] == "failed"
    assert view["failureReason"]["code"] == "too-many-steps"
    assert len(view["steps"]) == 2000


def test_a_replayed_dispatch_begins_nothing(api: Any) -> None:
    flow = Flow(api, TWO, idempotencyKey="doc-1", correlationId="corr:1")
    again = result(api.dispatchExecution(definitionId="flow", idempotencyKey="doc-1"))
    assert again == {"executionId": flow.id, "correlationId": "corr:1", "deduplicated": True}
    other = result(api.dispatchExecution(definitionId="flow", idempotencyKey="doc-2"))
    assert other["deduplicated"] is False
    assert other["executionId"] != flow.id
    assert len(result(api.listExecutions())["items"]) == 2
    assert flow.view["idempotencyKey"] == "doc-1"
    assert flow.view["correlationId"] == "corr:1"
    bad = error(api.dispatchExecution(definitionId="flow", idempotencyKey="a b"))
    assert bad["status"] == "INVALID_ARGUMENT"


def test_what_cannot_be_dispatched_is_refused(api: Any) -> None:
    assert error(api.dispatchExecution(definitionId="flow"))["status"] == "NOT_FOUND"
    api.createDefinition(**SIGNOFF)
    for fields, message in [
        (
            {"webhookUrl": "https://a.example/x"},
            "webhookUrl and webhookSecret must be provided together",
        ),
        (
            {"webhookUrl": "http://a.example/x", "webhookSecret": "s" * 16},
            "webhookUrl must use https scheme",
        ),
        (
            {"webhookUrl": "https://192.168.0.1/x", "webhookSecret": "s" * 16},
            "webhookUrl host resolves to a private, loopback, or link-local address",
        ),
        (
            {"webhookUrl": "https://metadata.google.internal/x", "webhookSecret": "s" * 16},
            "webhookUrl host resolves to a private, loopback, or link-local address",
        ),
    ]:
        failed = error(api.dispatchExecution(definitionId="flow", **fields))
        assert failed["status"] == "INVALID_ARGUMENT"
        assert failed["message"] == message
    api.deleteDefinition(definitionId="flow")
    assert error(api.dispatchExecution(definitionId="flow"))["status"] == "FAILED_PRECONDITION"


def test_an_execution_keeps_the_version_with_which_it_began(api: Any) -> None:
    flow = Flow(api, TWO)
    api.updateDefinition(**SIGNOFF, ifVersion=1)
    flow.decide("review", "approve", "ann")
    flow.decide("review", "approve", "bob")
    assert flow.view["definitionVersion"] == 1
    assert "publish" in flow.states()


def test_a_definition_is_not_deleted_under_its_executions(api: Any) -> None:
    flow = Flow(api, SIGNOFF)
    for purge in (False, True):
        failed = error(api.deleteDefinition(definitionId="flow", purge=purge))
        assert failed["status"] == "FAILED_PRECONDITION"
    flow.decide("review", "approve")
    assert result(api.deleteDefinition(definitionId="flow", purge=True))["deleted"] is True
    assert flow.status == "completed"
    assert result(flow.decide("review", "approve"))["rejectionReason"] == "idempotent"
    api.createDefinition(**definition([mock("other")], []))
    assert error(flow.resolve("review", "force-approve"))["status"] == "FAILED_PRECONDITION"
    gone = error(flow.resolve("review", "reviewer-approve", actorId="u_review"))
    assert gone["status"] == "PERMISSION_DENIED"


def test_a_cancelled_execution_stops_all_its_steps(api: Any) -> None:
    fields = definition(
        [human("a"), human("b"), mock("c")], [edge("a", "c", "reject"), edge("b", "c", "reject")]
    )
    flow = Flow(api, fields)
    done = result(api.cancelExecution(executionId=flow.id, reason="Postponed"))
    assert done == {"cancelled": True, "executionId": flow.id}
    assert flow.states() == {"a": "cancelled", "b": "cancelled"}
    assert flow.view["cancelledAt"] is not None
    last = flow.events()[-1]
    assert (last["type"], last["data"]) == ("execution.cancelled", {"reason": "Postponed"})
    count = len(flow.events())
    assert result(api.cancelExecution(executionId=flow.id))["executionId"] == flow.id
    assert len(flow.events()) == count
    assert error(flow.decide("a", "approve"))["status"] == "FAILED_PRECONDITION"
    assert error(api.cancelExecution(executionId="none"))["status"] == "NOT_FOUND"


def test_a_cancelled_step_leads_nowhere_and_leaves_its_siblings(api: Any) -> None:
    fields = definition(
        [human("a"), human("b"), mock("c")], [edge("a", "c", "reject"), edge("b", "c", "reject")]
    )
    flow = Flow(api, fields)
    place = {"executionId": flow.id, "stepId": flow.step("a")["stepId"]}
    assert result(api.cancelStep(**place, actorId="jane", reason="Away"))["cancelled"] is True
    assert flow.states() == {"a": "cancelled", "b": "waiting"}
    assert flow.events()[-1]["data"] == {"actorId": "jane", "reason": "Away"}
    assert error(api.cancelStep(**place, actorId="jane"))["status"] == "FAILED_PRECONDITION"
    assert error(api.cancelStep(**{**place, "stepId": "x"}, actorId="j"))["status"] == "NOT_FOUND"
    flow.decide("b", "approve")
    assert flow.status == "completed"


def test_overrides_decide_and_cannot_be_contradicted_by_their_output(api: Any) -> None:
    flow = Flow(api, TWO)
    denied = error(flow.resolve("review", "reviewer-approve", actorId="mallory"))
    assert denied["status"] == "PERMISSION_DENIED"
    done = flow.resolve(
        "review", "reviewer-reject", actorId="ann", output={"decision": "approve", "note": "kept"}
    )
    assert result(done)["resolved"] is True
    output = flow.step("review")["output"]
    assert (output["decision"], output["approved"], output["note"]) == ("reject", False, "kept")
    assert "rejectorMandatory" not in output
    assert flow.states() == {"review": "completed", "rework": "completed"}
    assert error(flow.resolve("review", "force-approve"))["status"] == "FAILED_PRECONDITION"
    missing = {"executionId": flow.id, "stepId": "none", "actorId": "ops"}
    forced = error(api.resolveStep(**missing, action="force-fail"))
    assert forced["status"] == "FAILED_PRECONDITION"
    assert forced["message"] == "resolveStep not applied: step-not-found"
    assert error(api.resolveStep(**missing, action="reviewer-approve"))["status"] == "NOT_FOUND"


def test_a_step_that_was_failed_takes_its_escalation(api: Any) -> None:
    fields = definition(
        [human("review"), mock("rework"), mock("escalate")],
        [
            edge("review", "rework", "reject"),
            edge(
                "review",
                "escalate",
                "custom",
                when='{"op":"eq","args":[{"var":"step.status"},"failed"]}',
            ),
        ],
    )
    flow = Flow(api, fields)
    flow.resolve("review", "force-fail", output={"why": "away"}, reason="On leave")
    assert flow.states() == {"review": "failed", "escalate": "completed"}
    assert flow.step("review")["output"]["why"] == "away"
    assert flow.step("review")["error"]["message"] == "On leave"
    assert flow.status == "completed"
    lost = Flow(api, {**SIGNOFF, "definitionId": "lost"})
    lost.resolve("review", "force-fail")
    assert lost.status == "failed"
    assert lost.view["failureReason"]["code"] == "overridden"
    assert lost.events()[-1]["type"] == "execution.failed"
    whole = Flow(api, {**SIGNOFF, "definitionId": "whole"})
    whole.resolve("review", "force-complete", output={"overriddenAt": 1, "summary": "s"})
    assert whole.step("review")["output"] == {"overriddenAt": 1, "summary": "s"}


def test_events_are_numbered_with_gaps_and_read_exactly_once_while_new_ones_appear(api: Any) -> None:
    names = [f"h{number}" for number in range(8)]
    fields = definition(
        [*(human(name) for name in names), mock("z")], [edge(name, "z", "reject") for name in names]
    )
    flow = Flow(api, fields)
    seen: List[int] = []
    since, left = 0, list(names)
    while True:
        page = result(api.getExecutionEvents(executionId=flow.id, sinceSeq=since, pageSize=3))
        seen += [event["seq"] for event in page["events"]]
        since = page["nextCursor"]
        if left:
            flow.decide(left.pop(), "approve")
        elif not page["hasMore"]:
            break
    assert seen == sorted(set(seen))
    assert seen == [event["seq"] for event in flow.events()]
    assert len(seen) == 1 + 8 + 8 + 1
    assert seen[-1] > len(seen)
    empty = result(api.getExecutionEvents(executionId=flow.id, sinceSeq=since))
    assert (empty["events"], empty["nextCursor"], empty["hasMore"]) == ([], since, False)
    assert len({event["eventId"] for event in flow.events()}) == len(seen)
    assert error(api.getExecutionEvents(executionId="none"))["status"] == "NOT_FOUND"


def test_executions_are_listed_by_definition_and_status_and_walked_exactly_once(api: Any) -> None:
    flow = Flow(api, SIGNOFF)
    ids = [flow.id]
    ids += [result(api.dispatchExecution(definitionId="flow"))["executionId"] for _ in range(30)]
    flow.decide("review", "approve")
    Flow(api, {**SIGNOFF, "definitionId": "other"})
    walked: List[str] = []
    for page in api.listExecutions.pages(definitionId="flow", pageSize=7):
        walked += [each["executionId"] for each in page["result"]["items"]]
        assert all(each["steps"] == [] for each in page["result"]["items"])
        api.dispatchExecution(definitionId="flow")
    assert walked == ids[::-1]
    ended = result(api.listExecutions(status="completed"))
    assert [each["executionId"] for each in ended["items"]] == [flow.id]
    assert ended["nextCursor"] is None
    assert error(api.listExecutions(cursor="x"))["status"] == "INVALID_ARGUMENT"
    assert error(api.listExecutions(pageSize=501))["status"] == "INVALID_ARGUMENT"


def test_resolutions_of_agents_have_nothing_that_waits_for_them(api: Any) -> None:
    flow = Flow(api, definition([agent("check"), human("h"), mock("m")], [edge("h", "m", "reject")]))
    facts = {"executionId": flow.id, "responseId": "r", "resolution": "resolved", "actorId": "a"}
    waiting = api.recordAgentResolution(**facts, stepId=flow.step("check")["stepId"])
    assert result(waiting)["rejectionReason"] == "aggregator-missing"
    human_step = api.recordAgentResolution(**facts, stepId=flow.step("h")["stepId"])
    assert error(human_step)["status"] == "FAILED_PRECONDITION"


def test_api_keys_have_their_own_executions(sdk_of: Callable[[str], VeltSDK]) -> None:
    one, other = sdk_of("one").api.workflow, sdk_of("other").api.workflow
    flow = Flow(one, SIGNOFF, idempotencyKey="k")
    assert error(other.getExecution(executionId=flow.id))["status"] == "NOT_FOUND"
    assert result(other.listExecutions())["items"] == []
    twin = Flow(other, SIGNOFF, idempotencyKey="k")
    assert twin.id != flow.id
    twin.decide("review", "approve")
    assert flow.status == "running"


def test_answers_that_rest_on_assumptions_say_so(emulator: Emulator, api: Any) -> None:
    api.createDefinition(**SIGNOFF)
    answered = api.dispatchExecution.raw(definitionId="flow")
    assert "workflow-agents" in answered.headers["x-velt-emulator-assumptions"]
