"""What follows from what: which steps begin, which edges are taken, when an execution ends. Pure."""

from __future__ import annotations

from typing import Dict, List, Optional

from velt_py.emulator.identity import short_id
from velt_py.emulator.workflow import agents, groups, loops, nodes
from velt_py.emulator.workflow.compiler import incoming
from velt_py.emulator.workflow.graph import End
from velt_py.emulator.workflow.predicates import holds
from velt_py.emulator.workflow.run import ELIGIBLE, Document, Run, close, live_steps, roots_of, spawn

__all__ = ["cancel", "cancel_step", "finish", "next_due", "root_nodes", "settle", "start"]


def root_nodes(definition: Document) -> List[str]:
    """The nodes at which executions begin."""
    inward = incoming(definition["compiled"])
    return [node["nodeId"] for node in definition["nodes"] if node["nodeId"] not in inward]


def start(run: Run) -> None:
    """Begin an execution."""
    execution = run.doc["executionId"]
    ids: Dict[str, str] = {
        node: f"step_{node}_{run.now}_{short_id(6, execution, node)}" for node in root_nodes(run.definition)
    }
    run.emit(
        "execution.dispatched",
        data={
            "definitionId": run.doc["definitionId"],
            "definitionVersion": run.doc["definitionVersion"],
            "rootStepIds": list(ids.values()),
        },
    )
    for node, id in ids.items():
        spawn(run, id, node, {}, 1)
    _work(run)


def settle(run: Run, until: int) -> None:
    """Let happen what is due: agents that are done, deadlines that have passed, in the order of their times.

    Args:
        run: the execution; its `now` becomes `until`.
        until: milliseconds since 1970.
    """
    while run.running:
        due = next_due(run)
        if due is None or due > until:
            break
        run.now = due
        for step in live_steps(run):
            _time_passes(run, step, due)
        _work(run)
    run.now = until


def next_due(run: Run) -> Optional[int]:
    """When something happens by itself; None when nothing does."""
    times = [
        int(step[name]) for step in live_steps(run) for name in ("slaAt", "dueAt") if step[name] is not None
    ]
    return min(times) if times else None


def _time_passes(run: Run, step: Document, due: int) -> None:
    if step["dueAt"] is not None and step["dueAt"] <= due:
        agents.resume(run, step)
        _follow(run, step)
    elif step["slaAt"] is not None and step["slaAt"] <= due:
        reason = f"sla-exceeded: {step['slaAt'] - step['startedAt']} ms"
        close(run, step, "breached", error={"code": "sla-breached", "message": reason})
        run.emit("step.breached", step["stepId"], {"reason": reason})
        _follow(run, step)


def finish(
    run: Run,
    step: Document,
    status: str,
    output: Document,
    data: Document,
    error: Optional[Document] = None,
) -> None:
    """End a step by what came from outside, and go on from there."""
    close(run, step, status, output, error)
    run.emit(f"step.{status}", step["stepId"], data)
    _follow(run, step)
    _work(run)


def cancel_step(run: Run, step: Document, actor: str, reason: Optional[str]) -> None:
    """Cancel a step; its edges are not taken."""
    _cancel(run, step, actor, reason)
    _follow(run, step)
    _work(run)


def cancel(run: Run, reason: Optional[str]) -> None:
    """Cancel an execution with all steps that have not ended."""
    for step in live_steps(run):
        _cancel(run, step, "system:execution-cancelled", "execution-cancelled")
    run.doc.update(status="cancelled", cancelledAt=run.now)
    run.emit("execution.cancelled", data={"reason": reason} if reason else {})


def _cancel(run: Run, step: Document, actor: str, reason: Optional[str]) -> None:
    close(run, step, "cancelled")
    run.emit("step.cancelled", step["stepId"], {"actorId": actor, "reason": reason})


def _work(run: Run) -> None:
    while run.queue:
        step = run.steps[run.queue.pop(0)]
        if step["status"] == "pending":
            nodes.begin(run, step)
            _follow(run, step)
    _roll_up(run)


def _follow(run: Run, step: Document) -> None:
    if step["status"] in ELIGIBLE:
        group = run.graph.group_of(step["nodeId"])
        if group is None or group.get("onQuorumMet") != "joinOnQuorum":
            _fan_out(run, step)
        loops.decide(run, End(step["nodeId"]), [step])
    if step["completedAt"] is not None and step["groupId"] in run.graph.groups:
        groups.member_ended(run, step)


def _fan_out(run: Run, step: Document) -> None:
    roots = roots_of(run, step)
    for edge in run.out_of(step["nodeId"]):
        if holds(edge["when"], roots):
            spawn(run, f"{step['stepId']}__to__{edge['to']}", edge["to"], step["output"], step["lap"])
            step["handled"] = True


def _roll_up(run: Run) -> None:
    if not run.running or live_steps(run):
        return
    steps = list(run.steps.values())
    lost = [step for step in steps if step["status"] in ("failed", "breached") and not step["handled"]]
    if run.doc["failureReason"] is None and lost:
        run.doc["failureReason"] = lost[0]["error"] or {"code": "step-failed", "message": lost[0]["stepId"]}
    if run.doc["failureReason"] is not None:
        _end(run, "failed")
    elif all(step["status"] == "cancelled" for step in steps):
        run.doc["cancelledAt"] = run.now
        run.doc["status"] = "cancelled"
        run.emit("execution.cancelled", data={})
    else:
        _end(run, "completed")


def _end(run: Run, status: str) -> None:
    run.doc.update(status=status, completedAt=run.now)
    run.emit(f"execution.{status}")
