"""Groups of steps that run beside each other, and what they decide together. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, cast

from velt_py.emulator.workflow import loops
from velt_py.emulator.workflow.graph import End
from velt_py.emulator.workflow.predicates import holds
from velt_py.emulator.workflow.run import Document, Run, close, roots_of, spawn

__all__ = ["member_ended"]


def member_ended(run: Run, step: Document) -> None:
    """Count a member that has ended, and act when the quorum is met or all have ended."""
    group = run.graph.groups[step["groupId"]]
    state = _state(run, step)
    state["members"][step["nodeId"]] = step["stepId"]
    approved = _approved(run, state)
    required = set(cast(List[str], group.get("requiredNodeIds") or []))
    if not state["met"] and len(approved) >= group["quorum"] and required <= set(approved):
        state["met"] = True
        _quorum_met(run, group, state, step, len(approved))
    if not state["closed"] and len(state["members"]) >= group["expectedSteps"]:
        state["closed"] = True
        run.emit("parallel-group.completed")
        _all_ended(run, group, state, step)


def _state(run: Run, step: Document) -> Document:
    # Each time that a loop goes round, counting starts anew.
    found: Document = run.doc["groups"].setdefault(
        f"{step['groupId']}#{step['lap']}", {"members": {}, "met": False, "closed": False}
    )
    return found


def _members(run: Run, state: Document) -> Dict[str, Document]:
    return {node: run.steps[id] for node, id in state["members"].items()}


def _approved(run: Run, state: Document) -> List[str]:
    return [
        node
        for node, step in _members(run, state).items()
        if step["status"] == "completed" and step["output"].get("decision") == "approve"
    ]


def _quorum_met(run: Run, group: Document, state: Document, step: Document, total: int) -> None:
    name, policy = group["groupId"], group.get("onQuorumMet", "waitAll")
    run.emit(
        "group.quorum-met",
        data={
            "groupId": name,
            "total": total,
            "quorum": group["quorum"],
            "completedTotal": len(state["members"]),
            "expectedSteps": group["expectedSteps"],
        },
    )
    if policy == "waitAll":
        return
    for other in run.steps.values():
        beside = other["groupId"] == name and other["lap"] == step["lap"]
        if beside and other["status"] == "waiting":
            close(run, other, "cancelled")
            facts = {"actorId": "system:group-quorum", "reason": "group-quorum-met"}
            run.emit("step.cancelled", other["stepId"], facts)
            state["members"][other["nodeId"]] = other["stepId"]
    for member in _members(run, state).values():
        member["handled"] = True
    edges = _collective(run, name)
    if policy == "joinOnQuorum":
        edges += _shared(run, group)
    _fire(run, group, state, step, edges, roots_of(run, step))


def _all_ended(run: Run, group: Document, state: Document, step: Document) -> None:
    name, members = group["groupId"], list(_members(run, state).values())
    edges = _collective(run, name)
    if group.get("onQuorumMet", "waitAll") == "waitAll" and edges:
        unanimous = len(_approved(run, state)) == len(members)
        roots = roots_of(run, step)
        roots["output"] = {
            "decision": "approve" if unanimous else "reject",
            **_input(run, group, state),
        }
        if _fire(run, group, state, step, edges, roots):
            for member in members:
                member["handled"] = True
    if not state["met"]:
        loops.decide(run, End(name, True), members)


def _collective(run: Run, name: str) -> List[Document]:
    return [edge for edge in run.forward if edge.get("fromGroupId") == name]


def _shared(run: Run, group: Document) -> List[Document]:
    return [edge for node in group["memberNodeIds"] for edge in run.out_of(node)]


def _fire(
    run: Run, group: Document, state: Document, step: Document, edges: List[Document], roots: Document
) -> bool:
    fired = False
    given = _input(run, group, state)
    again = f"__iter{step['lap']}" if step["lap"] > 1 else ""
    for edge in edges:
        if holds(edge["when"], roots):
            spawn(run, f"group_{group['groupId']}__to__{edge['to']}{again}", edge["to"], given, step["lap"])
            fired = True
    return fired


def _input(run: Run, group: Document, state: Document) -> Dict[str, Any]:
    return {
        "groupOutputs": {node: step["output"] for node, step in _members(run, state).items()},
        "groupId": group["groupId"],
        "quorum": group["quorum"],
        "totalApproved": len(_approved(run, state)),
    }
