"""Steps of executions: decided by reviewers, overridden, cancelled."""

from __future__ import annotations

from typing import Dict, Tuple, cast

from velt_py.emulator.areas.workflow.runs import keep, settled
from velt_py.emulator.areas.workflow.settling import settle
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.refusals import Refused, missing
from velt_py.emulator.shapes import Shape, checked, choice, optional, record, text
from velt_py.emulator.workflow import engine, reviewers
from velt_py.emulator.workflow.run import TERMINAL, Run

__all__ = ["RULES"]

PLACE = {"executionId": text(1, 200), "stepId": text(1)}
ACTOR, REASON = text(1, 256), optional(text(0, 2000))
CANCEL = Shape({**PLACE, "actorId": ACTOR, "reason": optional(text(0, 500))}, strict=False)
RESOLVE = Shape(
    {
        **PLACE,
        "action": choice(
            *("force-approve", "force-reject", "force-complete", "force-fail"),
            *("reviewer-approve", "reviewer-reject"),
        ),
        "actorId": ACTOR,
        "output": optional(record()),
        "reason": REASON,
    },
    strict=False,
)
DECIDE = Shape(
    {**PLACE, "reviewerId": text(1, 256), "decision": choice("approve", "reject"), "reason": REASON},
    strict=False,
)
RESOLUTION = Shape(
    {
        **PLACE,
        "responseId": text(1, 200),
        "resolution": choice("resolved", "rejected"),
        "actorId": ACTOR,
        "reason": REASON,
    },
    strict=False,
)


def cancel(call: Call) -> Answer:
    checked(CANCEL, call.data)
    run, step = _step(call)
    if step["status"] in TERMINAL:
        raise Refused("FAILED_PRECONDITION", f"The step is {step['status']} already.")
    engine.cancel_step(run, step, call.text("actorId"), call.data.get("reason"))
    keep(call.records, run)
    return Answer({"result": {"cancelled": True, **_place(call)}})


def decide(call: Call) -> Answer:
    checked(DECIDE, call.data)
    run, step = _step(call)
    if step["nodeType"] != "human":
        raise Refused("FAILED_PRECONDITION", "The step is not a human node.")
    decided = reviewers.decided(step) if "reviewers" in (step.get("output") or {}) else "pending"
    if step["status"] != "waiting" and decided == "pending":
        raise Refused("FAILED_PRECONDITION", f"The step is {step['status']}, not waiting.")
    verdict = reviewers.record(
        step, call.text("reviewerId"), call.text("decision"), call.data.get("reason"), call.now
    )
    resumed = verdict.recorded and verdict.status != "pending"
    if verdict.recorded:
        run.emit("step.response-recorded", step["stepId"])
        if resumed:
            _resume(run, step, verdict.status)
        keep(call.records, run)
    result: Document = {
        "recorded": verdict.recorded,
        "aggregatorStatus": verdict.status,
        "resumeScheduled": resumed,
    }
    if verdict.reason is not None:
        result["rejectionReason"] = verdict.reason
    call.guess("workflow-decisions")
    return Answer({"result": result})


def _resume(run: Run, step: Document, status: str) -> None:
    run.emit("step.resumed", step["stepId"])
    output = reviewers.resumed_output(step, run.now)
    facts = {"aggregatorStatus": status, "nodeType": "human", "decision": output["decision"]}
    engine.finish(run, step, "completed", output, facts)


def resolve(call: Call) -> Answer:
    checked(RESOLVE, call.data)
    action = call.text("action")
    run, step = _overridable(call, by_reviewer=action.startswith("reviewer-"))
    allowed = ("running", "waiting") if action in ("force-complete", "force-fail") else ("waiting",)
    if step["status"] not in allowed:
        raise Refused(
            "FAILED_PRECONDITION",
            f"resolveStep not applied: the step is {step['status']}, and {action} takes {' or '.join(allowed)}",
        )
    run.emit("step.overridden", step["stepId"])
    given, overridden = call.object("output"), {"overriddenAt": call.now}
    failed = action == "force-fail"
    if action in ("force-complete", "force-fail"):
        output = {**overridden, **given}
    else:
        decision = action.partition("-")[2]
        facts = {"decision": decision, "approved": decision == "approve", "approvalReply": decision}
        output = {**step["output"], **given, **facts, **overridden}
    data: Document = {"nodeType": step["nodeType"], "action": action, "actorId": call.text("actorId")}
    if "decision" in output:
        data["decision"] = output["decision"]
    error = {"code": "overridden", "message": call.text("reason") or "An operator failed the step."}
    engine.finish(run, step, "failed" if failed else "completed", output, data, error if failed else None)
    keep(call.records, run)
    call.guess("workflow-overrides")
    return Answer({"result": {"resolved": True, **_place(call), "action": action}})


def _overridable(call: Call, *, by_reviewer: bool) -> Tuple[Run, Document]:
    try:
        run, step = _step(call)
    except Refused as refusal:
        if by_reviewer:
            raise
        raise Refused("FAILED_PRECONDITION", "resolveStep not applied: step-not-found") from refusal
    if by_reviewer:
        if step["nodeType"] != "human":
            raise Refused("FAILED_PRECONDITION", "resolveStep not applied: the step is not a human node")
        config: Document = run.graph.nodes.get(step["nodeId"], {}).get("config", {})
        named = [each["userId"] for each in reviewers.reviewers_of(config)]
        if call.text("actorId") not in named:
            raise Refused("PERMISSION_DENIED", "actorId is not one of the step's reviewers.")
    return run, step


def resolution(call: Call) -> Answer:
    checked(RESOLUTION, call.data)
    _, step = _step(call)
    if step["nodeType"] != "agent":
        raise Refused("FAILED_PRECONDITION", "The step is not an agent node.")
    if step["status"] != "waiting":
        raise Refused("FAILED_PRECONDITION", f"The step is {step['status']}, not waiting.")
    # Blocking agents never run, so no agent's step waits for resolutions.
    call.guess("workflow-decisions")
    return Answer(
        {
            "result": {
                "recorded": False,
                "aggregatorStatus": None,
                "resumeScheduled": False,
                "rejectionReason": "aggregator-missing",
            }
        }
    )


def _step(call: Call) -> Tuple[Run, Document]:
    settle(call.records, call.now)
    run = settled(call.records, call.text("executionId"), call.now)
    step = run.steps.get(call.text("stepId"))
    if step is None:
        raise missing(f"Step {call.text('stepId')} does not exist.")
    return run, step


def _place(call: Call) -> Document:
    return {name: cast(str, call.data[name]) for name in ("executionId", "stepId")}


RULES: Dict[str, Rule] = {
    "workflow.cancelStep": cancel,
    "workflow.resolveStep": resolve,
    "workflow.recordReviewerDecision": decide,
    "workflow.recordAgentResolution": resolution,
}
