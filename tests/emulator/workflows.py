"""Workflow definitions for tests, and what is asked of their answers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

Node = Dict[str, Any]


def human(name: str, *reviewers: str, **more: Any) -> Node:
    """A human node whose reviewers are all mandatory; `u_<name>` when none is named."""
    config = {"reviewers": [{"userId": each, "mandatory": True} for each in reviewers or (f"u_{name}",)]}
    return {"nodeId": name, "type": "human", "config": config, **more}


def mock(name: str, **more: Any) -> Node:
    """An agent node that passes at once."""
    return {"nodeId": name, "type": "agent", "config": {"agentId": "__mock__", "urlPath": "url"}, **more}


def agent(name: str, agent_id: str = "checker", **config: Any) -> Node:
    """An agent node."""
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


def result(answer: Any) -> Any:
    """What an answer holds."""
    assert "result" in answer, answer
    return answer["result"]


def error(answer: Any) -> Any:
    """The error of an answer."""
    assert "error" in answer, answer
    return answer["error"]


SIGNOFF = definition([human("review"), mock("rework")], [edge("review", "rework", "reject")])
"""One reviewer; a rejection leads to a second step."""
