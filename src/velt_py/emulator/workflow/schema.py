"""What the requests of definitions must look like. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Mapping

from velt_py.emulator.shapes import (
    MISSING,
    Check,
    Issues,
    Path,
    Shape,
    checked,
    choice,
    integer,
    list_of,
    optional,
    record,
    text,
)
from velt_py.emulator.workflow.node_schema import address, node_check
from velt_py.emulator.workflow.predicates import compiled
from velt_py.emulator.workflow.trigger_schema import TRIGGER

__all__ = ["check_definition"]

NODE_END = Shape({"kind": choice("node"), "nodeId": text(1, 64)})
GROUP_END = Shape({"kind": choice("group"), "groupId": text(1, 64)})
NAME = text(1, 64)


def _endpoint(value: Any, path: Path, issues: Issues) -> None:
    if value is MISSING or isinstance(value, str):
        NAME(value, path, issues)
    elif isinstance(value, dict) and value.get("kind") == "group":
        GROUP_END(value, path, issues)
    elif isinstance(value, dict) and value.get("kind") == "node":
        NODE_END(value, path, issues)
    else:
        issues.add("invalid_union", path, "Invalid input")


def _edge(edge: Dict[str, Any], path: Path, issues: Issues) -> None:
    role, when = edge.get("on", "always"), edge.get("when")
    if role == "custom" and not (when or "").strip():
        issues.rule((*path, "when"), 'edge with on="custom" requires a non-empty "when"')
    elif role != "custom" and when is not None:
        issues.rule((*path, "when"), '"when" is only allowed on an edge with on="custom"')
    elif role == "custom" and compiled(str(when)) is None:
        issues.rule((*path, "when"), '"when" is not a JSON-AST expression that can be compiled')
    if edge.get("loop") is not None and role != "reject":
        issues.rule((*path, "loop"), '"loop" is only allowed on an edge with on="reject"')


EDGE = Shape(
    {
        "from": _endpoint,
        "to": _endpoint,
        "on": optional(choice("approve", "reject", "always", "exhausted", "custom")),
        "when": optional(text(0, 1000)),
        "loop": optional(Shape({"maxIterations": integer(1, 20)})),
    },
    _edge,
)
GROUP = Shape(
    {
        "groupId": text(1, 64),
        "memberNodeIds": list_of(text(1, 64), most=500),
        "expectedSteps": integer(most=500),
        "quorum": integer(),
        "onQuorumMet": optional(choice("waitAll", "cancelOnQuorum", "joinOnQuorum")),
        "requiredNodeIds": optional(list_of(text(1, 64))),
    }
)
"""What is below its smallest value here, the linter names."""
SCOPE = Shape(
    {
        "level": choice("apiKey", "organization", "document"),
        "organizationId": optional(text(1)),
        "documentId": optional(text(1)),
    }
)


def _scope(data: Dict[str, Any], path: Path, issues: Issues) -> None:
    scope: Dict[str, Any] = data.get("scope") or {"level": "apiKey"}
    wanted = {"organization": ("organizationId",), "document": ("organizationId", "documentId")}
    for name in wanted.get(scope["level"], ()):
        if not scope.get(name) and not data.get(name):
            issues.rule(("scope", name), f'scope.level="{scope["level"]}" requires {name}')


def _fields(production: bool) -> Mapping[str, Check]:
    return {
        "definitionId": text(pattern=r"[a-z0-9][a-z0-9-]{2,63}"),
        "name": text(1, 200),
        "nodes": list_of(node_check(production), 1, 100),
        "edges": list_of(EDGE, 0, 500),
        "description": optional(text(0, 2000)),
        "scope": optional(SCOPE),
        "groups": optional(list_of(GROUP, 0, 100)),
        "triggers": optional(list_of(TRIGGER, 0, 50)),
        "tags": optional(list_of(text(0, 64), most=20)),
        "custom": optional(record()),
        "organizationId": optional(text(1)),
        "documentId": optional(text(1)),
        "webhookConfig": optional(
            Shape(
                {
                    "url": text(1, 2000),
                    "secret": text(16, 512),
                    "eventTypes": optional(list_of(text(1, 128), most=50)),
                },
                address("url", production),
            )
        ),
    }


@lru_cache(maxsize=None)
def _shape(update: bool, production: bool) -> Shape:
    fields = dict(_fields(production))
    if update:
        fields["ifVersion"] = integer(1)
    return Shape(fields, _scope)


def check_definition(data: Mapping[str, Any], *, update: bool, production: bool) -> None:
    """Check the request that creates or updates a definition.

    Raises:
        Refused: it does not fit.
    """
    checked(_shape(update, production), data)
