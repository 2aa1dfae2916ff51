"""What is wrong with the graph of a definition: the codes of Velt's linter. Pure."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Callable, Dict, Iterator, List, Set, Tuple

from velt_py.emulator.refusals import invalid
from velt_py.emulator.workflow.compiler import compiled_graph, incoming
from velt_py.emulator.workflow.graph import Graph
from velt_py.emulator.workflow.predicates import mentions

__all__ = ["CODES", "check_graph", "lint"]

Finding = Dict[str, Any]
Document = Dict[str, Any]


def check_graph(graph: Graph) -> None:
    """Check a graph.

    Raises:
        Refused: with all findings as a JSON list in the message.
    """
    findings = lint(graph)
    if findings:
        raise invalid(f"Definition linter failed: {json.dumps(findings)}")


def lint(graph: Graph) -> List[Finding]:
    """The findings, each with its `code`."""
    return [finding for rule in RULES for finding in rule(graph)]


def _finding(code: str, message: str, **where: Any) -> Finding:
    return {"code": code, "message": message, **where}


def _nodes(graph: Graph) -> Iterator[Finding]:
    for name, count in Counter(node["nodeId"] for node in graph.node_list).items():
        if count > 1:
            yield _finding("duplicate-node-id", "Two nodes have the same nodeId.", nodeId=name)
    for node in graph.node_list:
        if "config" not in node:
            yield _finding("node-missing-config", "The node has no config.", nodeId=node["nodeId"])


def _dangling(graph: Graph) -> Iterator[Finding]:
    for place, edge in enumerate(graph.edges):
        for end in (edge.source, edge.target):
            if end.id not in (graph.groups if end.group else graph.nodes):
                kind = "group" if end.group else "node"
                yield _finding(
                    "dangling-edge", f"The edge names a {kind} that is not declared: {end.id}", edge=place
                )


def _cycles(graph: Graph) -> Iterator[Finding]:
    around = [node for node in graph.nodes if node in graph.below(node)]
    if around:
        yield _finding("cycle-detected", "Edges lead round in a circle.", nodeIds=around)


def _unreachable(graph: Graph) -> Iterator[Finding]:
    inward = incoming(compiled_graph(graph))
    along: Dict[str, Set[str]] = {}
    for edge in graph.edges:
        for node in graph.members(edge.source):
            along.setdefault(node, set()).update(graph.members(edge.target))
    reached = graph.reached([node for node in graph.nodes if node not in inward], along)
    for node in graph.nodes:
        if node not in reached:
            yield _finding("unreachable-node", "No path leads from a root to the node.", nodeId=node)


def _breaches(graph: Graph) -> Iterator[Finding]:
    for node in graph.node_list:
        out = graph.out_of(node["nodeId"]) if node.get("slaMs") else []
        routed = any(
            edge.role == "always" or (edge.role == "custom" and mentions(edge.when, "breached"))
            for edge in out
        )
        if out and not routed:
            yield _finding(
                "missing-breach-edge",
                "The node has slaMs and outgoing edges, and none of them is taken on a breach.",
                nodeId=node["nodeId"],
            )


def _groups(graph: Graph) -> Iterator[Finding]:
    names = Counter(group["groupId"] for group in graph.group_list)
    for name, count in names.items():
        if count > 1:
            yield _finding("group-duplicate-id", "Two groups have the same groupId.", groupId=name)
    held: Counter[str] = Counter()
    for group in graph.group_list:
        held.update(set(group["memberNodeIds"]))
        for code, message, broken in GROUP_RULES:
            if broken(graph, group):
                yield _finding(code, message, groupId=group["groupId"])
    for node, count in held.items():
        if count > 1:
            yield _finding(
                "group-node-in-multiple-groups", "The node is a member of several groups.", nodeId=node
            )


def _required(group: Document) -> List[str]:
    return group.get("requiredNodeIds") or []


def _successors_differ(graph: Graph, group: Document) -> bool:
    if group.get("onQuorumMet") != "joinOnQuorum":
        return False
    targets = [
        {target for edge in graph.out_of(node) if edge.forward for target in graph.members(edge.target)}
        for node in group["memberNodeIds"]
    ]
    return any(each != targets[0] for each in targets)


GroupRule = Tuple[str, str, Callable[[Graph, Document], bool]]
GROUP_RULES: Tuple[GroupRule, ...] = (
    ("group-members-empty", "The group has no members.", lambda _, group: not group["memberNodeIds"]),
    (
        "group-member-missing",
        "A member is not declared as a node.",
        lambda graph, group: any(node not in graph.nodes for node in group["memberNodeIds"]),
    ),
    (
        "group-expected-steps-invalid",
        "expectedSteps must be at least 1.",
        lambda _, group: group["expectedSteps"] < 1,
    ),
    (
        "group-quorum-invalid",
        "quorum must be between 1 and expectedSteps.",
        lambda _, group: not 1 <= group["quorum"] <= group["expectedSteps"],
    ),
    (
        "group-cancelonquorum-requires-quorum-lt-expected",
        "cancelOnQuorum requires a quorum below expectedSteps.",
        lambda _, group: (
            group.get("onQuorumMet") == "cancelOnQuorum" and group["quorum"] >= group["expectedSteps"]
        ),
    ),
    (
        "group-joinonquorum-members-must-share-successors",
        "The members of a joinOnQuorum group must lead to the same nodes.",
        _successors_differ,
    ),
    (
        "group-required-not-in-members",
        "requiredNodeIds names a node that is no member.",
        lambda _, group: any(node not in group["memberNodeIds"] for node in _required(group)),
    ),
    (
        "group-required-exceeds-quorum",
        "There are more requiredNodeIds than the quorum.",
        lambda _, group: len(_required(group)) > group["quorum"],
    ),
)


def _loops(graph: Graph) -> Iterator[Finding]:
    loops = compiled_graph(graph)["loops"]
    bodies: Counter[str] = Counter()
    for loop in loops:
        bodies.update(loop["bodyNodeIds"])
    for node, count in bodies.items():
        if count > 1:
            yield _finding("loop-node-in-multiple-loops", "The node is in several loops.", nodeId=node)
    backs = [edge for edge in graph.edges if edge.cap is not None]
    for edge, loop in zip(backs, loops):
        code = _misshapen(graph, graph.members(edge.source), loop["bodyNodeIds"])
        if code:
            yield _finding(
                code, "The loop's body ends neither in one node nor in one group.", loopId=loop["loopId"]
            )


def _misshapen(graph: Graph, ends: List[str], body: List[str]) -> str:
    inside = set(body)
    exits = {
        node
        for node in body
        for edge in graph.out_of(node)
        if any(target not in inside for target in graph.members(edge.target))
    }
    # A loop that nothing leaves ends the run where its rejection is decided.
    terminals = exits or set(ends)
    if len(terminals) == 1:
        return ""
    for group in graph.group_list:
        if group.get("onQuorumMet") == "joinOnQuorum" and set(group["memberNodeIds"]) == terminals:
            same = group["quorum"] == group["expectedSteps"]
            return "" if same else "loop-group-bounded-quorum-must-equal-expected"
    return "loop-body-must-have-single-terminal"


RULES: Tuple[Callable[[Graph], Iterator[Finding]], ...] = (
    _nodes,
    _dangling,
    _cycles,
    _unreachable,
    _breaches,
    _groups,
    _loops,
)
CODES = (
    "duplicate-node-id",
    "dangling-edge",
    "cycle-detected",
    "unreachable-node",
    "node-missing-config",
    "missing-breach-edge",
    "group-duplicate-id",
    *(rule[0] for rule in GROUP_RULES),
    "group-node-in-multiple-groups",
    "loop-node-in-multiple-loops",
    "loop-body-must-have-single-terminal",
    "loop-group-bounded-quorum-must-equal-expected",
)
"""All codes that a finding can have."""
