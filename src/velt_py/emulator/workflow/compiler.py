"""From the edges that were written to those that are run, and what edges may not be. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Set

from velt_py.emulator.refusals import invalid
from velt_py.emulator.workflow.graph import Edge, Graph

__all__ = ["check_edges", "compiled_graph"]

Document = Dict[str, Any]


def check_edges(graph: Graph) -> None:
    """Check the roles of the edges.

    Raises:
        Refused: an edge, or what a human node lacks.
    """
    for edge in graph.edges:
        complaint = _wrong(graph, edge)
        if complaint:
            raise invalid(f"{complaint}: {edge.source.id} -> {edge.target.id}")
    for node in graph.node_list:
        if node["type"] == "human" and not any(
            edge.role == "reject" for edge in graph.out_of(node["nodeId"])
        ):
            raise invalid(
                'every human node must have at least one outgoing edge with on="reject" (a forward reject route or a '
                f"reject back-edge): {node['nodeId']}"
            )


def _wrong(graph: Graph, edge: Edge) -> Optional[str]:
    if edge.source.group and edge.target.group:
        return "an edge cannot lead from a group to a group"
    sources, targets = graph.members(edge.source), graph.members(edge.target)
    if edge.role == "reject":
        policy = _policy(graph, edge)
        if policy in ("cancelOnQuorum", "joinOnQuorum") and edge.cap is None:
            return f'a forward edge with on="reject" from a {policy} group never fires; only a loop-back is allowed'
        if policy in ("cancelOnQuorum", "waitAll") and edge.cap is not None:
            return "a reject loop-back from a group requires onQuorumMet=joinOnQuorum"
        back = graph.leads(targets, sources) and set(sources) != set(targets)
        if edge.cap is not None and sources and targets and not back:
            return '"loop" requires an edge that leads back to an ancestor of its source'
        if edge.cap is None and back:
            return 'an edge with on="reject" that leads back to an ancestor requires "loop"'
    if edge.role == "exhausted" and not any(
        other.cap is not None and other.source == edge.source for other in graph.edges
    ):
        return 'an edge with on="exhausted" requires a reject loop-back from the same source'
    return None


def _policy(graph: Graph, edge: Edge) -> str:
    if not edge.source.group:
        return ""
    return str(graph.groups.get(edge.source.id, {}).get("onQuorumMet", "waitAll"))


def compiled_graph(graph: Graph) -> Document:
    """The edges and loops that the engine runs, as a `compiled` block."""
    forward: List[Document] = []
    loops: List[Document] = []
    for edge in graph.edges:
        if edge.cap is not None:
            loops.append(_loop(graph, edge))
        elif edge.forward:
            forward.extend(_expanded(graph, edge))
    return {"forwardEdges": forward, "loops": loops}


def _expanded(graph: Graph, edge: Edge) -> List[Document]:
    groups: Document = {}
    if edge.source.group:
        groups["fromGroupId"] = edge.source.id
    if edge.target.group:
        groups["toGroupId"] = edge.target.id
    return [
        {"from": source, "to": target, "role": edge.role, "when": edge.when, **groups}
        for source in graph.members(edge.source)
        for target in graph.members(edge.target)
    ]


def _loop(graph: Graph, edge: Edge) -> Document:
    entries = graph.members(edge.target)
    out = next(
        (each for each in graph.edges if each.role == "exhausted" and each.source == edge.source), None
    )
    route = graph.members(out.target) if out is not None else []
    return {
        "loopId": f"loop_{edge.target.id}__{edge.source.id}",
        "entryNodeId": entries[0] if entries else edge.target.id,
        "bodyNodeIds": _body(graph, edge),
        "maxIterations": edge.cap,
        "onExhausted": {"routeToNodeId": route[0]} if route else None,
    }


def _body(graph: Graph, edge: Edge) -> List[str]:
    entries, ends = graph.members(edge.target), graph.members(edge.source)
    inside: Set[str] = {*entries, *ends}
    for node in graph.nodes:
        if any(node in graph.below(entry) for entry in entries) and graph.leads([node], ends):
            inside.add(node)
    return [node for node in graph.nodes if node in inside]


def incoming(compiled: Mapping[str, Any]) -> Set[str]:
    """The nodes that a forward edge or an exhausted loop leads to."""
    found = {edge["to"] for edge in compiled["forwardEdges"]}
    found.update(loop["onExhausted"]["routeToNodeId"] for loop in compiled["loops"] if loop["onExhausted"])
    return found
