"""Agent nodes: they have an agent run, wait for its end, and go on from what it came to. Pure."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional, cast

from velt_py.emulator.workflow.predicates import value_at
from velt_py.emulator.workflow.run import Document, Run, close

__all__ = ["MOCK", "begin", "resume"]

MOCK = "__mock__"
CEILING, POLL = 600_000, 15_000
PASSED = frozenset(["passed", "skipped"])
"""How the run of an agent must end so that its step is completed; after any other end it has failed."""


def begin(run: Run, step: Document, config: Document) -> None:
    """Begin an agent's run, or pass at once for the reserved agent."""
    agent = config["agentId"]
    if config.get("blocking"):
        _fail(run, step, "agent-blocking-not-supported", "Blocking agent nodes are not available.")
        return
    if agent == MOCK:
        close(run, step, "completed", {"agentId": agent, "synthetic": True, "decision": "approve"})
        run.emit(
            "step.completed", step["stepId"], {"agentId": agent, "synthetic": True, "decision": "approve"}
        )
        return
    url = _address(run, config)
    if url is None:
        _fail(run, step, "agent-url-unresolved", "No address stands at the node's urlPath.")
        return
    begun = run.agents.begin(_request(run, step, config, url), run.now)
    if begun.fault:
        _fail(run, step, "agent-dispatch-failed", begun.fault)
        return
    last = run.now + int(config.get("agentMaxRuntimeMs", CEILING))
    step["agent"] = {"execution": begun.execution, "late": begun.due > last, "output": begun.output}
    step.update(status="waiting", dueAt=min(begun.due, last))
    step["output"] = {"agentId": agent, "agentExecutionId": begun.execution, "resolvedUrl": url}
    poll = config.get("pollIntervalMs", POLL)
    facts = {"agentId": agent, "agentExecutionId": begun.execution, "pollIntervalMs": poll}
    run.emit("step.awaiting-approval", step["stepId"], facts)


def resume(run: Run, step: Document) -> None:
    """End the step of an agent whose run has ended, or may run no longer."""
    agent: Document = step["agent"]
    found = run.agents.found(agent["execution"], run.now)
    error: Optional[Document] = None
    if agent["late"]:
        error = {"code": "agent-timeout", "message": "The agent ran longer than agentMaxRuntimeMs."}
    elif found.status not in PASSED:
        error = {"code": "agent-failed", "message": "The agent did not pass."}
    decision = "reject" if error else "approve"
    output = {
        **step["output"],
        "agentExecutionStatus": found.status,
        "agentResultsSummary": found.summary,
        "agentDurationMs": run.now - step["startedAt"],
        "decision": decision,
        **agent["output"],
    }
    close(run, step, "failed" if error else "completed", output, error)
    facts = {
        "agentExecutionId": agent["execution"],
        "agentExecutionStatus": found.status,
        "decision": decision,
        "source": "poll",
    }
    run.emit(f"step.{step['status']}", step["stepId"], facts)


def _request(run: Run, step: Document, config: Document, url: str) -> Document:
    """The run that a node asks for: the fields of the agents' own operation, and what only a workflow knows."""
    context = run.doc["triggerContext"]
    asked: Document = {
        "agentId": config["agentId"],
        "url": url,
        "organizationId": run.doc["organizationId"],
        "documentId": run.doc["documentId"],
        "trigger": "workflow",
        "workflowExecutionId": run.doc["executionId"],
        "definitionId": run.doc["definitionId"],
        "nodeId": step["nodeId"],
        "input": step["input"],
        "triggerContext": context,
    }
    for name in ("crossPageExecute", "maxUrlsToProcess", "promptOverride", "inputMapping"):
        if name in config:
            asked[name] = config[name]
    paths = cast(Mapping[str, str], config.get("userContextMapping") or {})
    values: Dict[str, Any] = {name: value_at(context, path) for name, path in paths.items()}
    asked["userContext"] = {name: value for name, value in values.items() if value is not None}
    return asked


def _address(run: Run, config: Document) -> Optional[str]:
    if config.get("url"):
        return str(config["url"])
    found = value_at(run.doc["triggerContext"], config["urlPath"])
    if not isinstance(found, str) or not found:
        return None
    return found if re.match(r"https?://", found) else f"https://{found}"


def _fail(run: Run, step: Document, code: str, message: str) -> None:
    close(run, step, "failed", {}, {"code": code, "message": message})
    run.emit("step.failed", step["stepId"], {"reason": code})
