"""Executions of workflows: begun, listed, looked at, cancelled."""

from __future__ import annotations

from typing import Any, Dict, Optional

from velt_py.emulator.areas.workflow.definitions import DEFINITION
from velt_py.emulator.areas.workflow.pages import newest
from velt_py.emulator.areas.workflow.runs import EVENT, EXECUTION, keep, settled
from velt_py.emulator.areas.workflow.settling import settle
from velt_py.emulator.areas.workflow.starting import begin
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.refusals import invalid, missing
from velt_py.emulator.shapes import (
    Check,
    Issues,
    Path,
    Shape,
    checked,
    choice,
    integer,
    optional,
    record,
    text,
)
from velt_py.emulator.workflow import engine
from velt_py.emulator.workflow.node_schema import address

__all__ = ["RULES"]

KEY = r"[A-Za-z0-9:_\-.]{1,200}"
STATUSES = ("pending", "running", "completed", "failed", "cancelled")
VIEW = (
    *("executionId", "status", "startedAt", "completedAt", "cancelledAt", "definitionId"),
    *("definitionVersion", "correlationId", "idempotencyKey", "failureReason"),
)
STEP = (
    *("stepId", "nodeId", "nodeType", "status", "groupId", "startedAt", "completedAt", "output", "error"),
)
PAGE, EVENTS = 50, 100


def _together(data: Document, path: Path, issues: Issues) -> None:
    if ("webhookUrl" in data) != ("webhookSecret" in data):
        issues.rule(path, "webhookUrl and webhookSecret must be provided together")


DISPATCH: Dict[str, Check] = {
    "definitionId": text(1),
    "idempotencyKey": optional(text(pattern=KEY)),
    "correlationId": optional(text(pattern=KEY)),
    "triggerContext": optional(record()),
    "organizationId": optional(text()),
    "documentId": optional(text()),
    "folderId": optional(text()),
    "webhookUrl": optional(text(1, 2000)),
    "webhookSecret": optional(text(16, 512)),
}
DISPATCHES = {
    production: Shape(DISPATCH, _together, address("webhookUrl", production), strict=False)
    for production in (False, True)
}
ONE = Shape({"executionId": text(1)}, strict=False)
CANCEL = Shape({"executionId": text(1), "reason": optional(text(0, 500))}, strict=False)
READ = Shape(
    {
        "executionId": text(1),
        "sinceSeq": optional(integer(0)),
        "pageSize": optional(integer(1, 500)),
    },
    strict=False,
)
LIST = Shape(
    {
        "definitionId": optional(text()),
        "status": optional(choice(*STATUSES)),
        "pageSize": optional(integer(1, 500)),
        "cursor": optional(text()),
    },
    strict=False,
)


def dispatch(call: Call) -> Answer:
    checked(DISPATCHES[call.strict_urls], call.data)
    settle(call.records, call.now)
    name = call.text("definitionId")
    definition = call.records.get(DEFINITION, name)
    if definition is None:
        raise missing(f"Definition {name} does not exist.")
    receiver: Optional[Document] = definition["webhookConfig"]
    if call.text("webhookUrl"):
        receiver = {"url": call.text("webhookUrl"), "secret": call.text("webhookSecret")}
    started = begin(
        call.records,
        call.now,
        definition,
        call.text("idempotencyKey"),
        {
            "triggerContext": call.object("triggerContext"),
            "receiver": receiver,
            "correlationId": call.text("correlationId"),
            "organizationId": call.data.get("organizationId"),
            "documentId": call.data.get("documentId"),
            "folderId": call.data.get("folderId"),
        },
    )
    for guess in ("workflow-agents", "agent-runs", "workflow-loops", "workflow-limits"):
        call.guess(guess)
    return Answer(
        {
            "result": {
                "executionId": started.execution,
                "correlationId": started.correlation,
                "deduplicated": started.deduplicated,
            }
        }
    )


def get(call: Call) -> Answer:
    checked(ONE, call.data)
    settle(call.records, call.now)
    run = settled(call.records, call.text("executionId"), call.now)
    return Answer({"result": _view(run.doc, with_steps=True)})


def listed(call: Call) -> Answer:
    checked(LIST, call.data)
    settle(call.records, call.now)
    cursor = call.text("cursor")
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 20):
        raise invalid("Invalid cursor.")
    rows = [
        row
        for row in call.records.under(EXECUTION)
        if all(row.doc[name] == call.data[name] for name in ("definitionId", "status") if call.data.get(name))
    ]
    size = int(call.data.get("pageSize", PAGE))
    found, following = newest(rows, lambda row: row.doc["startedAt"], int(cursor) if cursor else None, size)
    call.guess("workflow-stamps")
    items = [_view(doc, with_steps=False) for doc in found]
    return Answer({"result": {"items": items, "nextCursor": None if following is None else str(following)}})


def cancel(call: Call) -> Answer:
    checked(CANCEL, call.data)
    settle(call.records, call.now)
    run = settled(call.records, call.text("executionId"), call.now)
    was_running = run.running
    if was_running:
        engine.cancel(run, call.data.get("reason"))
        keep(call.records, run)
    call.guess("workflow-cancel")
    return Answer({"result": {"cancelled": was_running, "executionId": run.doc["executionId"]}})


def events(call: Call) -> Answer:
    checked(READ, call.data)
    settle(call.records, call.now)
    execution = call.text("executionId")
    settled(call.records, execution, call.now)
    since, size = int(call.data.get("sinceSeq", 0)), int(call.data.get("pageSize", EVENTS))
    found = [row.doc for row in call.records.under(EVENT, execution) if row.doc["seq"] > since]
    shown = found[:size]
    return Answer(
        {
            "result": {
                "executionId": execution,
                "events": shown,
                "nextCursor": shown[-1]["seq"] if shown else since,
                "hasMore": len(found) > size,
            }
        }
    )


def _view(doc: Document, *, with_steps: bool) -> Document:
    # What was a person's who was erased meanwhile is gone.
    view: Document = {name: doc.get(name) for name in VIEW}
    steps: Dict[str, Any] = doc["steps"] if with_steps else {}
    view["steps"] = [{name: step.get(name) for name in STEP} for step in steps.values()]
    return view


RULES: Dict[str, Rule] = {
    "workflow.dispatchExecution": dispatch,
    "workflow.getExecution": get,
    "workflow.listExecutions": listed,
    "workflow.cancelExecution": cancel,
    "workflow.getExecutionEvents": events,
}
