"""A definition as a graph: its edges with their ends resolved, and who leads where. Pure."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Set, cast

from velt_py.emulator.shapes import objects
from velt_py.emulator.workflow.predicates import Ast, compiled, is_decision

__all__ = ["Edge", "End", "Graph"]

Document = Dict[str, Any]


class End(NamedTuple):
    """Where an edge begins or ends: a node, or a group of nodes."""

    id: str
    group: bool = False


class Edge(NamedTuple):
    """An edge. `cap` is how often its loop may go round; None on other edges."""

    source: End
    target: End
    role: str
    when: Optional[Ast]
    cap: Optional[int]

    @property
    def forward(self) -> bool:
        """Whether it leads on, instead of back or out of a loop that is used up."""
        return self.cap is None and self.role != "exhausted"


class Graph:
    """A definition's graph.

    Args:
        definition: with nodes, edges and groups that fit their schema.
    """

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.node_list = objects(definition.get("nodes"))
        self.group_list = objects(definition.get("groups"))
        self.nodes: Dict[str, Document] = {node["nodeId"]: node for node in self.node_list}
        self.groups: Dict[str, Document] = {group["groupId"]: group for group in self.group_list}
        self.edges = [_edge(each) for each in objects(definition.get("edges"))]
        self._below: Dict[str, FrozenSet[str]] = {}
        self._next: Dict[str, Set[str]] = {}
        for edge in self.edges:
            if edge.forward:
                for node in self.members(edge.source):
                    self._next.setdefault(node, set()).update(self.members(edge.target))

    def members(self, end: End) -> List[str]:
        """The nodes that an end stands for; none when it is not declared."""
        if not end.group:
            return [end.id] if end.id in self.nodes else []
        return list(dict.fromkeys(cast(List[str], self.groups.get(end.id, {}).get("memberNodeIds", []))))

    def group_of(self, node: str) -> Optional[Document]:
        """The group that a node belongs to; None when it belongs to none."""
        return next((group for group in self.group_list if node in group["memberNodeIds"]), None)

    def below(self, node: str) -> FrozenSet[str]:
        """The nodes that forward edges lead to from a node, itself only when they lead back to it."""
        if node not in self._below:
            self._below[node] = self.reached(self._next.get(node, ()), self._next)
        return self._below[node]

    def leads(self, sources: Iterable[str], targets: Iterable[str]) -> bool:
        """Whether forward edges lead from one of the sources to one of the targets, over no other loop."""
        wanted = set(targets)
        return any(node in wanted or wanted & self.below(node) for node in sources)

    def reached(self, starts: Iterable[str], along: Mapping[str, Set[str]]) -> FrozenSet[str]:
        """The nodes that are reached from these, themselves included."""
        found = set(starts)
        open_ends = list(found)
        while open_ends:
            for node in along.get(open_ends.pop(), ()):
                if node not in found:
                    found.add(node)
                    open_ends.append(node)
        return frozenset(found)

    def sources_of(self, node: str) -> Set[End]:
        """The ends that an edge out of a node can begin at: itself, and groups that hold it."""
        held = {End(group["groupId"], True) for group in self.group_list if node in group["memberNodeIds"]}
        return {End(node), *held}

    def out_of(self, node: str) -> List[Edge]:
        """The edges out of a node, those of its groups included."""
        sources = self.sources_of(node)
        return [edge for edge in self.edges if edge.source in sources]


def _edge(edge: Document) -> Edge:
    role = str(edge.get("on", "always"))
    when: Optional[Ast] = None
    if role in ("approve", "reject"):
        when = is_decision(role)
    elif role == "custom":
        when = compiled(edge["when"])
    loop = cast(Document, edge.get("loop") or {})
    return Edge(_end(edge["from"]), _end(edge["to"]), role, when, loop.get("maxIterations"))


def _end(end: Any) -> End:
    if isinstance(end, str):
        return End(end)
    found = cast(Document, end)
    return End(found["groupId"], True) if found["kind"] == "group" else End(found["nodeId"])
