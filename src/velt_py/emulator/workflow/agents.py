"""Agent nodes: what a run of an agent comes to, by a script or by default. Pure."""

from __future__ import annotations

import re
from typing import Any, Callable, Mapping, Optional, cast

from velt_py.emulator.identity import job_id
from velt_py.emulator.workflow.predicates import value_at
from velt_py.emulator.workflow.run import Document, Run, close

__all__ = ["MOCK", "begin", "outcome_of", "resume"]

MOCK = "__mock__"
RUNTIME = 2_000
CEILING, POLL = 600_000, 15_000
LONGEST = 10**12


def begin(run: Run, step: Document, config: Document) -> None:
    """Begin an agent's run, or pass at once for the reserved agent."""
    agent = config["agentId"]
    if config.get("blocking"):
        _fail(run, step, "agent-blocking-not-supported", "Blocking agent nodes are not available.")
        return
    url = _address(run, config)
    if agent == MOCK:
        close(run, step, "completed", {"agentId": agent, "synthetic": True, "decision": "approve"})
        run.emit(
            "step.completed", step["stepId"], {"agentId": agent, "synthetic": True, "decision": "approve"}
        )
        return
    if url is None:
        _fail(run, step, "agent-url-unresolved", "No address stands at the node's urlPath.")
        return
    execution = job_id(run.doc["executionId"], step["stepId"])
    asked = {
        "agentId": agent,
        "nodeId": step["nodeId"],
        "definitionId": run.doc["definitionId"],
        "url": url,
        "input": step["input"],
        "triggerContext": run.doc["triggerContext"],
    }
    script = outcome_of(run.scripts(asked))
    wanted = int(script["afterMs"])
    ceiling = config.get("agentMaxRuntimeMs", CEILING)
    step["agent"] = {
        "id": agent,
        "execution": execution,
        "url": url,
        "script": script,
        "late": wanted > ceiling,
    }
    step.update(status="waiting", dueAt=run.now + min(wanted, ceiling))
    step["output"] = {"agentId": agent, "agentExecutionId": execution, "resolvedUrl": url}
    poll = config.get("pollIntervalMs", POLL)
    facts = {"agentId": agent, "agentExecutionId": execution, "pollIntervalMs": poll}
    run.emit("step.awaiting-approval", step["stepId"], facts)


def resume(run: Run, step: Document) -> None:
    """End the step of an agent that is done."""
    agent = step["agent"]
    script: Document = agent["script"]
    status = "failed" if agent["late"] else script["status"]
    decision = "reject" if status == "failed" else script["decision"]
    output = {
        **step["output"],
        "agentExecutionStatus": status,
        "agentResultsSummary": script["summary"],
        "agentDurationMs": run.now - step["startedAt"],
        "decision": decision,
        **script["output"],
    }
    error: Optional[Document] = None
    if agent["late"]:
        error = {"code": "agent-timeout", "message": "The agent ran longer than agentMaxRuntimeMs."}
    elif status == "failed":
        error = {"code": "agent-failed", "message": "The agent did not pass."}
    close(run, step, "failed" if error else "completed", output, error)
    facts = {
        "agentExecutionId": agent["execution"],
        "agentExecutionStatus": status,
        "decision": decision,
        "source": "poll",
    }
    run.emit(f"step.{step['status']}", step["stepId"], facts)


def outcome_of(script: Any) -> Document:
    """What a script makes of a run, over what happens without one.

    Args:
        script: an object with any of `afterMs` (milliseconds that the run takes), `status` (completed, failed or
            skipped), `decision` (approve or reject), `summary` and `output` (objects that the step shows). What is of
            another kind is left out.
    """
    found: Document = {
        "afterMs": RUNTIME,
        "status": "completed",
        "decision": "approve",
        "summary": {"totalFindings": 0},
        "output": {},
    }
    if isinstance(script, dict):
        said = cast(Document, script)
        found.update({name: said[name] for name, fits in FITTING.items() if fits(said.get(name))})
    return found


def _is_runtime(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_status(value: Any) -> bool:
    return value in ("completed", "failed", "skipped")


def _is_decision(value: Any) -> bool:
    return value in ("approve", "reject")


FITTING: Mapping[str, Callable[[Any], bool]] = {
    "afterMs": _is_runtime,
    "status": _is_status,
    "decision": _is_decision,
    "summary": _is_object,
    "output": _is_object,
}


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
