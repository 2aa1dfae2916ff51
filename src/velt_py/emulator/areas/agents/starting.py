"""Starting runs of agents."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple, cast

from velt_py.emulator.agents import BUILT_IN, find_agent
from velt_py.emulator.areas.agents.outcomes import duration_of, ended, output_of, pages_of, usage_of
from velt_py.emulator.areas.agents.settling import PAGE_TIME, QUEUE_TIME, RUN, RUNNING
from velt_py.emulator.areas.agents.shapes import PROVIDERS
from velt_py.emulator.areas.agents.versions import version_of
from velt_py.emulator.call import Answer, Call, Document, success
from velt_py.emulator.limits import spend_credit
from velt_py.emulator.refusals import Refused, missing
from velt_py.emulator.scripts import scripted
from velt_py.emulator.shapes import (
    Check,
    Issues,
    Path,
    Shape,
    checked,
    choice,
    integer,
    optional,
    text,
)

__all__ = ["begin", "run"]

MODELS = {"gemini": "gemini-3.6-flash", "claude": "claude-sonnet-5", "openai": "gpt-5.6-luna"}
"""The models that a run may be pinned to."""
CRAWLER: Document = {"maxPages": 100, "timeout": 300_000, "maxDepth": 0}


def _model_stands(value: Document, path: Path, issues: Issues) -> None:
    if not value:
        issues.rule(path, "aiConfig must have at least one of provider, model, defaultModels, maxToolTurns")
    allowed = [MODELS[value["provider"]]] if "provider" in value else list(MODELS.values())
    if "model" in value and value["model"] not in allowed:
        issues.rule((*path, "model"), f"model must be one of: {', '.join(allowed)}")
    if value.get("defaultModels") == {}:
        issues.rule((*path, "defaultModels"), "defaultModels must not be empty")


POLICY: Dict[str, Check] = {name: optional(choice(model)) for name, model in MODELS.items()}
REQUEST = Shape(
    {
        "url": text(1, url=True),
        "maxUrlsToProcess": optional(integer(1)),
        "ranBy": optional(
            Shape({"userId": text(1), "name": optional(text()), "email": optional(text())}, strict=False)
        ),
        "aiConfig": optional(
            Shape(
                {
                    "provider": optional(choice(*PROVIDERS)),
                    "model": optional(text()),
                    "defaultModels": optional(Shape(POLICY)),
                    "maxToolTurns": optional(integer(1, 16)),
                },
                _model_stands,
            )
        ),
    },
    strict=False,
)


def run(call: Call) -> Answer:
    execution, _ = begin(call)
    call.guess("agent-runs")
    return success("Agent execution created successfully", {"executionId": execution})


def begin(call: Call, *, placeless: bool = False) -> Tuple[str, Document]:
    """Put a run into the queue; what it will find is known, and shows when its time has come.

    Args:
        call: with the fields of `agents.runAgentExecution`.
        placeless: whether it may name no document, as a workflow may.

    Returns:
        The id of the execution, and what it will come to; `due` says when.

    Raises:
        Refused: a field does not fit, the document or the agent is not there, or the agent is running on it.
    """
    checked(REQUEST, {name: value for name, value in call.data.items() if value is not None})
    organization, document, name = (call.text(each) for each in ("organizationId", "documentId", "agentId"))
    placeless = placeless and not document
    if not placeless and call.records.get("document", organization, document) is None:
        raise missing("Document does not exist.")
    agent = find_agent(call.records, name)
    if agent is None:
        raise missing(f"Agent not found: {name}")
    previous = None if placeless else _previous(call)
    started = call.now
    while call.records.get(RUN, f"exec_{started}_{name}") is not None:
        started += 1
    execution = f"exec_{started}_{name}"
    try:
        spend_credit(call.records, call.shared)
    except Refused:
        call.guess("limits")
        raise
    return execution, _queue(call, execution, agent, previous)


def _previous(call: Call) -> Optional[str]:
    """The last run of the agent on the document.

    Raises:
        Refused: it has not ended.
    """
    place = {name: call.text(name) for name in ("organizationId", "documentId")}
    previous: Optional[str] = None
    for row in call.records.under(RUN):
        if row.doc["agentId"] == call.text("agentId") and row.doc["metadata"] == place:
            if row.doc["status"] == "running":
                message = f"An execution is already running for this agent and document: {row.ids[0]}"
                raise Refused("ALREADY_EXISTS", message)
            previous = row.ids[0]
    return previous


def _queue(call: Call, execution: str, agent: Document, previous: Optional[str]) -> Document:
    version = agent.get("version", 1)
    behaviour = {} if agent["id"] in BUILT_IN else version_of(call, agent["id"], version)
    process: Document = behaviour.get("postProcess") or {}
    script = scripted(call.records, call.operation, call.data)
    cross = call.flag("crossPageExecute")
    most = int(call.data.get("maxUrlsToProcess") or 50)
    guarded = (process.get("guardrails") or {}).get("enabled") is not False
    status, reason = ended(script)
    if not agent["enabled"]:
        status, reason = "skipped", "The agent is not enabled."
    # Without crossPageExecute the first page is the only one.
    pages = [] if status else pages_of(script, call.text("url"), most if cross else 1, guarded)
    usage = usage_of(script)
    doc = _execution(call, execution, agent, version, most, previous)
    model: Any = cast(Document, script).get("llmModel") if isinstance(script, dict) else None
    plan: Document = {
        "due": call.now + duration_of(script, QUEUE_TIME + PAGE_TIME * max(1, len(pages))),
        "status": status,
        "reason": reason,
        "pages": pages,
        "usage": usage,
        "model": model if isinstance(model, str) else None,
        "postProcess": process,
        "visibility": call.text("annotationVisibility") or "private",
        "output": output_of(script),
    }
    call.records.put(RUN, execution, doc=doc)
    call.records.put(RUNNING, execution, doc=plan)
    return plan


def _execution(
    call: Call, execution: str, agent: Document, version: int, most: int, previous: Optional[str]
) -> Document:
    person = call.object("ranBy")
    config: Document = {
        "seedUrl": call.text("url"),
        "crossPageExecute": call.flag("crossPageExecute"),
        "maxUrlsToProcess": most,
        "deviceType": call.text("deviceType") or "desktop",
    }
    if config["crossPageExecute"]:
        config["crawlerConfig"] = CRAWLER
    return {
        "id": execution,
        "agentId": agent["id"],
        "agentName": agent["name"],
        "agentVersion": version,
        "metadata": {"organizationId": call.text("organizationId"), "documentId": call.text("documentId")},
        "config": config,
        "status": "running",
        "startedAt": int(execution.split("_")[1]),
        "completedAt": None,
        "durationMs": None,
        "trigger": call.text("trigger") or "standalone",
        "workflowExecutionId": call.data.get("workflowExecutionId"),
        "previousExecutionId": previous,
        "ranBy": {each: person.get(each) or "" for each in ("userId", "name", "email")},
        "resultsSummary": {
            "totalFindings": 0,
            "totalAnnotationsCreated": 0,
            "urlsProcessed": 0,
            "urlsWithFindings": 0,
            "issuesCreated": 0,
            "summary": None,
        },
        "tokenUsage": usage_of(None),
    }
