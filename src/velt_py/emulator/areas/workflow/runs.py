"""Executions in the records: loaded, settled, kept with their events and what they cause."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, cast

from velt_py.emulator.areas.workflow.agent_runs import AgentRuns
from velt_py.emulator.areas.workflow.definitions import LIVE, VERSION
from velt_py.emulator.deliveries import WORKFLOW, Delivery, enqueue
from velt_py.emulator.identity import push_id
from velt_py.emulator.kinds import MAIL
from velt_py.emulator.refusals import missing
from velt_py.emulator.state import Records
from velt_py.emulator.workflow import engine
from velt_py.emulator.workflow.run import Document, Effect, Run

__all__ = ["CALL", "EVENT", "EXECUTION", "keep", "load", "settled"]

EXECUTION, EVENT, CALL = "workflowExecution", "workflowEvent", "workflowCall"


def load(records: Records, execution: str, now: int) -> Run:
    """An execution to work on.

    Raises:
        Refused: there is none of that id.
    """
    doc = records.get(EXECUTION, execution)
    if doc is None:
        raise missing(f"Execution {execution} does not exist.")
    version = records.get(VERSION, doc["definitionId"], str(doc["definitionVersion"]))
    # A definition can be deleted once its executions have ended; they are only read then.
    definition = version or {"nodes": [], "edges": [], "compiled": {"forwardEdges": [], "loops": []}}
    return Run(doc, definition, now, AgentRuns(records))


def settled(records: Records, execution: str, now: int) -> Run:
    """An execution in which everything has happened that is due.

    Raises:
        Refused: there is none of that id.
    """
    run = load(records, execution, now)
    if run.running:
        engine.settle(run, now)
        keep(records, run)
    return run


def keep(records: Records, run: Run) -> None:
    """Store an execution with what has happened since it was loaded."""
    execution = run.doc["executionId"]
    records.put(EXECUTION, execution, doc=run.doc)
    for event in run.events:
        records.put(EVENT, execution, f"{event['seq']:012d}", doc=event)
        _deliver(records, run, event)
    for effect in run.effects:
        _cause(records, run, effect)
    run.events.clear()
    run.effects.clear()
    place = (LIVE, run.doc["definitionId"], execution)
    if run.running:
        records.put(*place, doc={"due": engine.next_due(run)})
    else:
        records.delete(*place)


def _deliver(records: Records, run: Run, event: Document) -> None:
    receiver = cast(Optional[Document], run.doc["receiver"])
    if receiver is None:
        return
    wanted = cast(Optional[List[str]], receiver.get("eventTypes"))
    if wanted and event["type"] not in wanted:
        return
    body = {**event, "executionId": run.doc["executionId"]}
    delivery = Delivery(WORKFLOW, receiver["url"], receiver["secret"], event["type"], event["eventId"], body)
    enqueue(records, delivery, event["timestamp"])


def _cause(records: Records, run: Run, effect: Effect) -> None:
    execution = run.doc["executionId"]
    if effect.kind == "call":
        facts: Dict[str, Any] = {"attempt": 0, "due": run.now, **effect.facts}
        records.put(CALL, execution, effect.step, doc=facts)
        return
    name = push_id(records.owner, "mail", records.next_number("mail"))
    organization = run.doc["organizationId"] or ""
    facts = {
        "id": name,
        "event": f"workflow.{effect.kind}",
        "organizationId": organization,
        "documentId": run.doc["documentId"],
        "at": run.now,
        "executionId": execution,
        "stepId": effect.step,
        **_message(effect.facts),
    }
    records.put(MAIL, organization, name, doc=facts)


def _message(facts: Document) -> Document:
    if facts["channel"] == "email":
        return {
            "to": facts["recipients"],
            "subject": facts["subject"],
            "text": facts["body"],
            "format": facts["format"],
        }
    blocks = json.loads(facts["body"]) if facts["format"] == "slack-blocks" else None
    return {
        "to": facts["slackTarget"],
        "text": facts["body"],
        "format": facts["format"],
        **({"blocks": blocks} if blocks is not None else {}),
    }
