"""Groups that review together, and loops that send work back."""

from __future__ import annotations

from typing import Any, List

import pytest

from tests.emulator.asking import error, result
from tests.emulator.workflows import Flow, agent, definition, edge, group, group_end, human, mock
from velt_py import VeltSDK

NAMES = ["legal", "brand", "law"]
REVIEWERS = [human(name) for name in NAMES]
REJECTS = [edge(name, "rework", "reject") for name in NAMES]
REVISE = definition(
    [mock("draft"), human("boss"), mock("publish"), human("escalate"), mock("end")],
    [
        edge("draft", "boss"),
        edge("boss", "publish", "approve"),
        edge("boss", "draft", "reject", loop={"maxIterations": 2}),
        edge("boss", "escalate", "exhausted"),
        edge("escalate", "end", "reject"),
    ],
)
STAGE = definition(
    [mock("draft"), human("legal"), human("brand"), mock("publish"), mock("chief")],
    [
        edge("draft", "legal"),
        edge("draft", "brand"),
        edge(group_end("g"), "publish", "approve"),
        edge(group_end("g"), "draft", "reject", loop={"maxIterations": 1}),
        edge(group_end("g"), "chief", "exhausted"),
    ],
    groups=[group("g", ["legal", "brand"], 2, "joinOnQuorum")],
)


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    return sdk.api.workflow


def published(policy: str, quorum: int, **more: Any) -> Any:
    nodes = [*REVIEWERS, mock("publish"), mock("rework")]
    edges = [*[edge(name, "publish", "approve") for name in NAMES], *REJECTS]
    return definition(nodes, edges, groups=[group("g", NAMES, quorum, policy, **more)])


def quorums(flow: Flow) -> List[Any]:
    return [event["data"] for event in flow.events() if event["type"] == "group.quorum-met"]


def test_wait_all_lets_each_member_lead_on_and_frees_nobody(api: Any) -> None:
    flow = Flow(api, published("waitAll", 2))
    flow.decide("legal", "approve")
    flow.decide("brand", "approve")
    assert flow.step("law")["status"] == "waiting"
    assert quorums(flow) == [
        {"groupId": "g", "total": 2, "quorum": 2, "completedTotal": 2, "expectedSteps": 3}
    ]
    flow.decide("law", "reject")
    assert len(flow.steps("publish")) == 2
    assert len(flow.steps("rework")) == 1
    assert len(quorums(flow)) == 1
    assert flow.status == "completed"


def test_cancel_on_quorum_frees_the_others_and_each_approver_leads_on(api: Any) -> None:
    flow = Flow(api, published("cancelOnQuorum", 2))
    flow.decide("legal", "approve")
    flow.decide("brand", "approve")
    assert flow.step("law")["status"] == "cancelled"
    cancelled = next(event for event in flow.events() if event["type"] == "step.cancelled")
    assert cancelled["data"] == {"actorId": "system:group-quorum", "reason": "group-quorum-met"}
    assert len(flow.steps("publish")) == 2
    assert flow.status == "completed"


def test_join_on_quorum_goes_on_exactly_once_with_all_outputs(api: Any) -> None:
    flow = Flow(api, published("joinOnQuorum", 2))
    flow.decide("legal", "approve")
    assert flow.steps("publish") == []
    flow.decide("law", "approve")
    assert flow.step("brand")["status"] == "cancelled"
    assert [step["stepId"] for step in flow.steps("publish")] == ["group_g__to__publish"]
    assert flow.status == "completed"
    assert flow.heard()[-3:] == ["step.cancelled brand", "step.completed publish", "execution.completed"]


def test_rejections_never_count_towards_a_quorum(api: Any) -> None:
    flow = Flow(api, published("joinOnQuorum", 3))
    for name, decision in zip(NAMES, ("approve", "reject", "approve")):
        flow.decide(name, decision)
    assert quorums(flow) == []
    assert set(flow.states()) == set(NAMES)
    assert flow.status == "completed"


def test_required_members_must_be_among_the_approvals(api: Any) -> None:
    flow = Flow(api, published("cancelOnQuorum", 2, requiredNodeIds=["law"]))
    flow.decide("legal", "approve")
    flow.decide("brand", "approve")
    assert quorums(flow) == []
    assert flow.step("law")["status"] == "waiting"
    flow.decide("law", "approve")
    assert quorums(flow)[0]["total"] == 3


@pytest.mark.parametrize("unanimous", [True, False])
def test_a_wait_all_group_takes_one_branch_by_unanimity(api: Any, unanimous: bool) -> None:
    fields = definition(
        [*REVIEWERS, mock("publish"), mock("rework")],
        [
            edge(group_end("g"), "publish", "approve"),
            edge(group_end("g"), "rework", "reject"),
        ],
        groups=[group("g", NAMES, 3)],
    )
    flow = Flow(api, fields)
    for name in NAMES[:-1]:
        flow.decide(name, "approve")
    assert set(flow.states()) == set(NAMES)
    flow.decide(NAMES[-1], "approve" if unanimous else "reject")
    taken, left = ("publish", "rework") if unanimous else ("rework", "publish")
    assert flow.step(taken)["stepId"] == f"group_g__to__{taken}"
    assert flow.steps(left) == []
    assert flow.status == "completed"


def test_an_agent_counts_like_a_person_and_its_failure_does_not(api: Any) -> None:
    fields = definition(
        [mock("robot"), human("legal"), mock("publish")],
        [edge(group_end("g"), "publish", "approve"), edge("legal", "publish", "reject")],
        groups=[group("g", ["robot", "legal"], 2, "joinOnQuorum")],
    )
    fields["edges"].append(edge("robot", "publish", "reject"))
    flow = Flow(api, fields)
    flow.decide("legal", "approve")
    assert len(flow.steps("publish")) == 1
    blocked = agent("robot", blocking=True, resolutionPolicy={"type": "allResolved"})
    fields["nodes"][0] = blocked
    failed = Flow(api, {**fields, "definitionId": "failing"})
    assert failed.step("robot")["error"]["code"] == "agent-blocking-not-supported"
    assert failed.step("robot")["output"] == {}
    failed.decide("legal", "approve")
    assert failed.steps("publish") == []
    assert failed.status == "failed"


def test_a_rejection_goes_back_until_the_loop_is_exhausted_and_then_escalates(api: Any) -> None:
    flow = Flow(api, REVISE)
    for number in range(1, 3):
        flow.decide("boss", "reject", reason=f"No {number}")
        assert len(flow.steps("draft")) == number + 1
        assert flow.step("boss")["status"] == "waiting"
    flow.decide("boss", "reject", reason="Enough")
    assert flow.step("escalate")["status"] == "waiting"
    rounds = [event["data"] for event in flow.events() if event["type"].startswith("loop.")]
    assert [each["iteration"] for each in rounds] == [1, 2, 2]
    assert rounds[0]["triggeredBy"] == "rejection"
    assert (rounds[2]["lastRejectedBy"], rounds[2]["lastRejectionReason"]) == ("u_boss", "Enough")
    assert flow.steps("publish") == []
    flow.decide("escalate", "approve")
    assert flow.status == "completed"


def test_an_approval_leaves_the_loop(api: Any) -> None:
    flow = Flow(api, REVISE)
    flow.decide("boss", "reject")
    flow.decide("boss", "approve")
    assert flow.states()["publish"] == "completed"
    assert flow.status == "completed"
    assert len(flow.steps("boss")) == 2


def test_a_loop_without_a_way_out_fails_the_execution(api: Any) -> None:
    fields = {**REVISE, "edges": [each for each in REVISE["edges"] if each.get("on") != "exhausted"]}
    fields["nodes"] = [node for node in REVISE["nodes"] if node["nodeId"] not in ("escalate", "end")]
    fields["edges"] = [each for each in fields["edges"] if each["from"] != "escalate"]
    flow = Flow(api, fields)
    for _ in range(3):
        flow.decide("boss", "reject")
    assert flow.status == "failed"
    assert flow.view["failureReason"]["code"] == "loop-exhausted"
    assert flow.heard()[-2:] == ["loop.exhausted boss", "execution.failed"]


def test_only_a_mandatory_reviewers_own_rejection_goes_back(api: Any) -> None:
    boss = human("boss", "ann")
    boss["config"]["reviewers"].append({"userId": "eve", "mandatory": False})
    fields = {**REVISE, "nodes": [boss if node["nodeId"] == "boss" else node for node in REVISE["nodes"]]}
    flow = Flow(api, fields)
    flow.decide("boss", "reject", "eve")
    assert len(flow.steps("draft")) == 1
    assert flow.status == "completed"
    forced = Flow(api, {**fields, "definitionId": "forced"})
    forced.resolve("boss", "force-reject")
    assert len(forced.steps("draft")) == 1
    assert forced.status == "completed"


def test_a_stage_goes_back_as_a_whole_and_counts_its_quorum_anew(api: Any) -> None:
    flow = Flow(api, STAGE)
    flow.decide("legal", "approve")
    flow.decide("brand", "reject")
    assert len(flow.steps("draft")) == 2
    assert [step["status"] for step in flow.steps("legal")] == ["completed", "waiting"]
    flow.decide("brand", "approve")
    assert flow.steps("publish") == []
    flow.decide("legal", "approve")
    assert len(flow.steps("publish")) == 1
    assert flow.status == "completed"
    assert len(quorums(flow)) == 1


def test_a_stage_that_is_rejected_too_often_escalates(api: Any) -> None:
    flow = Flow(api, STAGE)
    for _ in range(2):
        flow.decide("legal", "reject")
        flow.decide("brand", "approve")
    assert flow.step("chief")["status"] == "completed"
    assert flow.step("chief")["stepId"] == "group_g__to__chief"
    assert flow.status == "completed"


def test_what_still_runs_inside_a_loop_is_cancelled_when_it_goes_back(api: Any) -> None:
    fields = definition(
        [mock("draft"), human("side"), human("boss"), mock("publish"), mock("rework")],
        [
            edge("draft", "side"),
            edge("draft", "boss"),
            edge("side", "boss", "approve"),
            edge("side", "boss", "reject"),
            edge("boss", "publish", "approve"),
            edge("boss", "draft", "reject", loop={"maxIterations": 1}),
        ],
    )
    fields["nodes"].pop()
    flow = Flow(api, fields)
    flow.decide("boss", "reject")
    assert [step["status"] for step in flow.steps("side")] == ["cancelled", "waiting"]
    restart = [event["data"] for event in flow.events() if event["type"] == "step.cancelled"]
    assert restart == [{"actorId": "system:loop-restart", "reason": "loop-restart"}]


def test_a_cancelled_member_ends_its_share_of_the_group(api: Any) -> None:
    flow = Flow(api, published("joinOnQuorum", 3))
    flow.decide("legal", "approve")
    flow.decide("brand", "approve")
    api.cancelStep(executionId=flow.id, stepId=flow.step("law")["stepId"], actorId="ops")
    assert flow.steps("publish") == []
    assert flow.status == "completed"
    assert error(flow.decide("law", "approve"))["status"] == "FAILED_PRECONDITION"


def test_a_group_is_entered_as_a_whole(api: Any) -> None:
    fields = definition(
        [mock("draft"), *REVIEWERS, mock("publish"), mock("rework")],
        [
            edge("draft", group_end("g")),
            *REJECTS,
            *[edge(name, "publish", "approve") for name in NAMES],
        ],
        groups=[group("g", NAMES, 2, "cancelOnQuorum")],
    )
    flow = Flow(api, fields)
    assert [flow.step(name)["groupId"] for name in NAMES] == ["g", "g", "g"]
    assert result(flow.decide("legal", "approve"))["aggregatorStatus"] == "resolved"
