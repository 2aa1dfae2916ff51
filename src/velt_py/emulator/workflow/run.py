"""An execution while it is worked on: its steps, and what came of the work. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Protocol, cast

from velt_py.emulator.identity import hex_id
from velt_py.emulator.workflow.graph import Graph

__all__ = [
    "ELIGIBLE",
    "EXTERNAL",
    "LARGEST",
    "TERMINAL",
    "Agents",
    "Begun",
    "Document",
    "Effect",
    "Found",
    "Run",
    "close",
    "live_steps",
    "new_execution",
    "roots_of",
    "spawn",
]

Document = Dict[str, Any]
TERMINAL = frozenset(["completed", "failed", "skipped", "cancelled", "breached"])
ELIGIBLE = frozenset(["completed", "skipped", "breached", "failed"])
"""Where a step must end so that its edges are looked at."""
EXTERNAL = frozenset(
    [
        *("execution.dispatched", "execution.completed", "execution.failed", "execution.cancelled"),
        *("step.awaiting-approval", "step.completed", "step.failed", "step.breached", "step.cancelled"),
        *("group.quorum-met", "loop.iteration-started", "loop.exhausted"),
    ]
)
"""Events that can be read; the others only use up their numbers."""
LARGEST = 2000
"""Steps of an execution at most; paths that meet again each bring their own steps, so few nodes can make many."""


@dataclass(frozen=True)
class Effect:
    """What an execution causes outside itself: a `mail`, a message to `slack`, or a `call` of a webhook node."""

    kind: str
    step: str
    facts: Document = field(repr=False)


class Begun(NamedTuple):
    """The run of an agent that was begun: its id, when it will have ended, and what its step shows beside the usual. Or
    why it was not begun."""

    execution: str = ""
    due: int = 0
    output: Document = {}
    fault: str = ""


class Found(NamedTuple):
    """How the run of an agent stands, and the summary of what it has found."""

    status: str
    summary: Document


class Agents(Protocol):
    """Runs agents."""

    def begin(self, asked: Document, now: int) -> Begun:
        """Begin a run.

        Args:
            asked: the fields of the agents' own operation, and what the workflow knows beside them.
            now: milliseconds since 1970.
        """
        ...

    def found(self, execution: str, now: int) -> Found:
        """What a run has found by a time."""
        ...


@dataclass
class Run:
    """An execution, its definition and the time.

    Args:
        doc: the execution, with its steps.
        definition: the version that it runs.
        now: milliseconds since 1970.
        agents: runs the agents of its nodes.
    """

    doc: Document = field(repr=False)
    definition: Document = field(repr=False)
    now: int
    agents: Agents = field(repr=False)
    events: List[Document] = field(default_factory=lambda: cast(List[Document], []), repr=False)
    effects: List[Effect] = field(default_factory=lambda: cast(List[Effect], []), repr=False)
    queue: List[str] = field(default_factory=lambda: cast(List[str], []))

    def __post_init__(self) -> None:
        self.graph = Graph(self.definition)
        compiled = self.definition["compiled"]
        self.forward = cast(List[Document], compiled["forwardEdges"])
        self._out: Dict[str, List[Document]] = {}
        for edge in self.forward:
            if "fromGroupId" not in edge:
                self._out.setdefault(edge["from"], []).append(edge)
        backs = [edge for edge in self.graph.edges if edge.cap is not None]
        self.loops = list(zip(backs, cast(List[Document], compiled["loops"])))

    @property
    def steps(self) -> Dict[str, Document]:
        """The steps by their ids."""
        return cast(Dict[str, Document], self.doc["steps"])

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return bool(self.doc["status"] == "running")

    def out_of(self, node: str) -> List[Document]:
        """The forward edges that a node itself has, without those of its group."""
        return self._out.get(node, [])

    def emit(self, type: str, step: Optional[str] = None, data: Optional[Document] = None) -> None:
        """Let something have happened."""
        self.doc["seq"] += 1
        if type not in EXTERNAL:
            return
        event: Document = {
            "eventId": f"evt_{hex_id(self.doc['executionId'], self.doc['seq'])}",
            "seq": self.doc["seq"],
            "type": type,
            "stepId": step,
            "timestamp": self.now,
            "correlationId": self.doc["correlationId"],
        }
        if data is not None:
            event["data"] = data
        self.events.append(event)


def new_execution(facts: Mapping[str, Any]) -> Document:
    """The record of an execution that has not begun.

    Args:
        facts: its ids, what it runs, its trigger context, its receiver and when it starts.
    """
    return {
        "status": "running",
        "completedAt": None,
        "cancelledAt": None,
        "failureReason": None,
        "steps": {},
        "groups": {},
        "loops": {},
        "lap": 1,
        "seq": 0,
        **facts,
    }


def spawn(run: Run, id: str, node: str, given: Document, lap: int) -> None:
    """Schedule a step, unless one of that id is there.

    Args:
        run: the execution.
        id: of the step; it follows from what caused it, so the same cause makes one step.
        node: of the definition.
        given: the step's input.
        lap: how often the execution has gone back when the step belongs to it.
    """
    if id in run.steps:
        return
    if len(run.steps) >= LARGEST:
        run.doc["failureReason"] = {
            "code": "too-many-steps",
            "message": f"The execution has {LARGEST} steps.",
        }
        return
    group = run.graph.group_of(node)
    run.steps[id] = {
        "stepId": id,
        "nodeId": node,
        "nodeType": run.graph.nodes[node]["type"],
        "status": "pending",
        "groupId": group["groupId"] if group else None,
        "startedAt": None,
        "completedAt": None,
        "output": {},
        "error": None,
        "input": given,
        "retryCount": 0,
        "lap": lap,
        "slaAt": None,
        "dueAt": None,
        "handled": False,
    }
    run.queue.append(id)
    run.emit("step.scheduled", id)


def close(
    run: Run, step: Document, status: str, output: Optional[Document] = None, error: Optional[Document] = None
) -> None:
    """End a step; what follows from it is the engine's."""
    step.update(status=status, completedAt=run.now, slaAt=None, dueAt=None)
    if output is not None:
        step["output"] = output
    if error is not None:
        step["error"] = error


def live_steps(run: Run) -> List[Document]:
    """The steps that have not ended."""
    return [step for step in run.steps.values() if step["status"] not in TERMINAL]


def roots_of(run: Run, step: Document) -> Document:
    """What conditions and templates see, with a step as the source."""
    doc = run.doc
    return {
        "output": step["output"],
        "step": {name: step[name] for name in ("stepId", "nodeId", "status", "retryCount")},
        "execution": {
            "input": doc["triggerContext"],
            **{
                name: doc[name] for name in ("executionId", "definitionId", "correlationId", "triggerContext")
            },
        },
    }
