"""What a person told the emulator to answer where Velt asks a model: scripts. Kept with the state of the api key.

A script names an operation, patterns that fields of the request must match, and the payload of the answer. The first
one that matches wins. Only operations whose answers no rule can know take scripts; see `SCRIPTED`.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.emulator.patterns import is_found, pattern_fault
from velt_py.emulator.state import Records
from velt_py.exceptions import VeltValidationError

__all__ = ["SCRIPT", "SCRIPTED", "add_script", "scripted", "scripts_of"]

SCRIPT = "script"
"""The kind of the records."""

SCRIPTED = (
    "rewriter.askAi",
    "agents.runAgentExecution",
    "agents.enhancePrompt",
    "agents.validatePrompt",
    "agents.refinePrompt",
    "agents.resolveConfig",
    "agents.extractAgents",
    "memory.ask",
    "memory.suggest",
)
"""Operations that ask a model at Velt. The agent nodes of workflows run agents by the first of them for agents."""

MOST = 1000


def add_script(records: Records, given: Mapping[str, Any]) -> None:
    """Keep a script behind the others.

    Args:
        records: those of the api key.
        given: `operation`; `match`, an object of field names (`a.b` looks inside) and regular expressions, may be
            absent; `answer`, the payload.

    Raises:
        VeltValidationError: a part of it is missing or wrong.
    """
    operation: Any = given.get("operation")
    match: Any = given.get("match", {})
    if operation not in SCRIPTED:
        raise VeltValidationError(f"operation must be one of: {', '.join(SCRIPTED)}", field="operation")
    if not isinstance(match, dict):
        raise VeltValidationError("match must be an object of field names and patterns", field="match")
    patterns = cast(Dict[str, Any], match)
    for name, pattern in patterns.items():
        fault = pattern_fault(pattern)
        if fault:
            raise VeltValidationError(f"match.{name} is no regular expression: {fault}", field="match")
    if "answer" not in given:
        raise VeltValidationError("answer is missing: the payload that the operation gives", field="answer")
    if len(records.under(SCRIPT)) >= MOST:
        raise VeltValidationError(f"an api key can have at most {MOST} scripts", field="operation")
    doc: Dict[str, Any] = {"operation": operation, "match": patterns, "answer": given["answer"]}
    records.put(SCRIPT, str(records.next_number(SCRIPT)), doc=doc)


def scripts_of(records: Records) -> List[Dict[str, Any]]:
    """The scripts of an api key, the first one first."""
    return [row.doc for row in records.under(SCRIPT)]


def scripted(records: Records, operation: str, data: Mapping[str, Any]) -> Optional[Any]:
    """The payload that a script gives for a request; None when none matches."""
    for script in scripts_of(records):
        if script["operation"] == operation and all(
            is_found(pattern, _field(data, name)) for name, pattern in script["match"].items()
        ):
            return script["answer"]
    return None


def _field(data: Mapping[str, Any], path: str) -> Any:
    found: Any = data
    for name in path.split("."):
        found = cast("dict[str, Any]", found).get(name) if isinstance(found, dict) else None
    return found
