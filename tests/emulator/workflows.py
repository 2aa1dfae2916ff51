"""Workflow definitions for tests, and what is asked of their answers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from tests.emulator.asking import result

Node = Dict[str, Any]


def human(name: str, *reviewers: str, **more: Any) -> Node:
    """A human node whose reviewers are all mandatory; `u_<name>` when none is named."""
    config = {"reviewers": [{"userId": each, "mandatory": True} for each in reviewers or (f"u_{name}",)]}
    return {"nodeId": name, "type": "human", "config": config, **more}


def mock(name: str, **more: Any) -> Node:
    """An agent node that passes at once."""
    return {"nodeId": name, "type": "agent", "config": {"agentId": "__mock__", "urlPath": "url"}, **more}


def agent(name: str, agent_id: str = "spell-check", **config: Any) -> Node:
    """An agent node, by one of Velt's own agents."""
    config.setdefault("url", "https://acme.example/page")
    return {"nodeId": name, "type": "agent", "config": {"agentId": agent_id, **config}}


def edge(source: Any, target: Any, on: Optional[str] = None, **more: Any) -> Dict[str, Any]:
    """An edge."""
    return {"from": source, "to": target, **({"on": on} if on else {}), **more}


def group_end(name: str) -> Dict[str, Any]:
    """A group as the end of an edge."""
    return {"kind": "group", "groupId": name}


def group(name: str, members: List[str], quorum: int, policy: Optional[str] = None, **more: Any) -> Node:
    """A group that expects all of its members."""
    facts = {"groupId": name, "memberNodeIds": members, "expectedSteps": len(members), "quorum": quorum}
    return {**facts, **({"onQuorumMet": policy} if policy else {}), **more}


def definition(nodes: List[Node], edges: List[Any], **more: Any) -> Dict[str, Any]:
    """The fields of a definition."""
    return {"definitionId": "flow", "name": "Flow", "nodes": nodes, "edges": edges, **more}


SIGNOFF = definition([human("review"), mock("rework")], [edge("review", "rework", "reject")])
"""One reviewer; a rejection leads to a second step."""


class Flow:
    """A definition that is run.

    Args:
        workflow: `sdk.api.workflow`.
        fields: of the definition.
        dispatched: further fields of the dispatch.
    """

    def __init__(self, workflow: Any, fields: Dict[str, Any], **dispatched: Any) -> None:
        self.workflow = workflow
        result(workflow.createDefinition(**fields))
        started = result(workflow.dispatchExecution(definitionId=fields["definitionId"], **dispatched))
        self.id: str = started["executionId"]

    @property
    def view(self) -> Any:
        return result(self.workflow.getExecution(executionId=self.id))

    @property
    def status(self) -> str:
        return str(self.view["status"])

    def steps(self, node: str) -> List[Any]:
        """The steps of a node, in the order of their beginning."""
        return [step for step in self.view["steps"] if step["nodeId"] == node]

    def step(self, node: str) -> Any:
        """The last step of a node."""
        return self.steps(node)[-1]

    def states(self) -> Dict[str, str]:
        """How each node's last step stands."""
        return {step["nodeId"]: step["status"] for step in self.view["steps"]}

    def decide(self, node: str, decision: str, reviewer: Optional[str] = None, **more: Any) -> Any:
        """Record a reviewer's decision about the last step of a node."""
        return self.workflow.recordReviewerDecision(
            executionId=self.id,
            stepId=self.step(node)["stepId"],
            reviewerId=reviewer or f"u_{node}",
            decision=decision,
            **more,
        )

    def resolve(self, node: str, action: str, **more: Any) -> Any:
        """Override the last step of a node."""
        more.setdefault("actorId", "ops")
        return self.workflow.resolveStep(
            executionId=self.id, stepId=self.step(node)["stepId"], action=action, **more
        )

    def events(self) -> List[Any]:
        """All events that can be read."""
        return list(self.workflow.getExecutionEvents.items(executionId=self.id))

    def heard(self) -> List[str]:
        """The events' types, each with the node of its step."""
        nodes = {step["stepId"]: step["nodeId"] for step in self.view["steps"]}
        return [f"{each['type']} {nodes.get(each['stepId'], '')}".strip() for each in self.events()]
