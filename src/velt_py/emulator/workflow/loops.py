"""Loops: a mandatory reviewer's rejection that leads back, and what happens when there were too many. Pure."""

from __future__ import annotations

from typing import Any, List, Optional, cast

from velt_py.emulator.workflow.graph import Edge, End
from velt_py.emulator.workflow.run import Document, Run, close, live_steps, spawn

__all__ = ["decide"]


def decide(run: Run, source: End, ended: List[Document]) -> None:
    """Go back when a loop's end was rejected by a mandatory reviewer.

    Args:
        run: the execution.
        source: the node or group that ended.
        ended: its steps.
    """
    rejected = next((step for step in ended if _rejected(step)), None)
    if rejected is None:
        return
    for edge, loop in run.loops:
        if edge.source == source:
            _go_round(run, edge, loop, rejected, ended)


def _rejected(step: Document) -> bool:
    output = step["output"]
    return output.get("decision") == "reject" and output.get("rejectorMandatory") is True


def _go_round(run: Run, edge: Edge, loop: Document, rejected: Document, ended: List[Document]) -> None:
    name = loop["loopId"]
    state: Document = run.doc["loops"].setdefault(name, {"iteration": 0, "previousAttempts": []})
    state["previousAttempts"].append(_attempt(edge, state["iteration"], rejected, ended))
    for step in ended:
        step["handled"] = True
    if state["iteration"] >= loop["maxIterations"]:
        _exhausted(run, edge, loop, rejected, state["iteration"])
        return
    state["iteration"] += 1
    run.doc["lap"] += 1
    _restart(run, loop)
    facts = {"loopId": name, "iteration": state["iteration"], "triggeredBy": "rejection"}
    run.emit("loop.iteration-started", rejected["stepId"], facts)
    given = {
        "iteration": state["iteration"],
        "loopId": name,
        "previousAttempts": list(state["previousAttempts"]),
    }
    for node in run.graph.members(edge.target):
        spawn(run, f"{name}__iter{state['iteration']}__to__{node}", node, given, run.doc["lap"])


def _attempt(edge: Edge, iteration: int, rejected: Document, ended: List[Document]) -> Document:
    output = rejected["output"]
    author: Any = output
    if edge.source.group:
        author = {step["nodeId"]: step["output"] for step in ended}
    facts = ("rejectedBy", "rejectorMandatory", "rejectionReason", "rejectedAt")
    return {"iteration": iteration, "authorOutput": author, **{name: output.get(name) for name in facts}}


def _restart(run: Run, loop: Document) -> None:
    body = cast(List[str], loop["bodyNodeIds"])
    for step in live_steps(run):
        if step["nodeId"] in body:
            close(run, step, "cancelled")
            run.emit(
                "step.cancelled",
                step["stepId"],
                {"actorId": "system:loop-restart", "reason": "loop-restart"},
            )
    for step in run.steps.values():
        if step["nodeId"] in body:
            step["handled"] = True


def _exhausted(run: Run, edge: Edge, loop: Document, rejected: Document, iteration: int) -> None:
    output = rejected["output"]
    facts: Document = {"loopId": loop["loopId"], "iteration": iteration}
    facts["lastRejectedBy"] = output.get("rejectedBy")
    if output.get("rejectionReason"):
        facts["lastRejectionReason"] = output["rejectionReason"]
    run.emit("loop.exhausted", rejected["stepId"], facts)
    out: Optional[Edge] = next(
        (each for each in run.graph.edges if each.role == "exhausted" and each.source == edge.source), None
    )
    if out is None:
        run.doc["failureReason"] = {
            "code": "loop-exhausted",
            "message": f"{loop['loopId']} has gone round {loop['maxIterations']} times and was rejected again.",
        }
        return
    before = f"group_{edge.source.id}" if edge.source.group else rejected["stepId"]
    for node in run.graph.members(out.target):
        spawn(run, f"{before}__to__{node}", node, output, rejected["lap"])
