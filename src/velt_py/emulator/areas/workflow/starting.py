"""How executions begin: dispatched, scheduled or triggered."""

from __future__ import annotations

from typing import NamedTuple, Optional

from velt_py.emulator.areas.workflow.agent_runs import AgentRuns
from velt_py.emulator.areas.workflow.pages import stamp
from velt_py.emulator.areas.workflow.runs import keep
from velt_py.emulator.identity import short_id
from velt_py.emulator.refusals import Refused
from velt_py.emulator.state import Records
from velt_py.emulator.workflow import engine
from velt_py.emulator.workflow.run import Document, Run, new_execution

__all__ = ["Started", "begin", "triggered"]

IDEMPOTENCY = "workflowDispatch"


class Started(NamedTuple):
    """An execution that was begun, or was there before."""

    execution: str
    correlation: str
    deduplicated: bool


def begin(
    records: Records,
    now: int,
    definition: Document,
    key: str,
    facts: Document,
    *,
    trigger: bool = False,
    lifetime: Optional[int] = None,
) -> Started:
    """Begin an execution, unless one was begun with that key.

    Args:
        records: those of the api key.
        now: milliseconds since 1970.
        definition: what it runs.
        key: the idempotency key; empty for one of its own.
        facts: its trigger context, receiver and the like.
        trigger: whether a trigger of the definition begins it; its keys are those of the definition, because other
            definitions may have a trigger of that id, while those of dispatches are those of the api key.
        lifetime: milliseconds for which the key counts; None is for ever.

    Raises:
        Refused: the definition was deleted, or there is no node to begin with.
    """
    scope = (definition["definitionId"],) if trigger else ()
    before = records.get(IDEMPOTENCY, *scope, key) if key else None
    if before is not None and (lifetime is None or before["at"] + lifetime > now):
        return Started(before["executionId"], before["correlationId"], True)
    if definition["status"] != "active":
        raise Refused("FAILED_PRECONDITION", f"Definition {definition['definitionId']} was deleted.")
    if not engine.root_nodes(definition):
        raise Refused("FAILED_PRECONDITION", "The definition has no root nodes.")
    run = _run(records, now, definition, key, facts)
    engine.start(run)
    keep(records, run)
    execution, correlation = run.doc["executionId"], run.doc["correlationId"]
    kept = {"executionId": execution, "correlationId": correlation, "at": now}
    records.put(IDEMPOTENCY, *scope, run.doc["idempotencyKey"], doc=kept)
    return Started(execution, correlation, False)


def _run(records: Records, now: int, definition: Document, key: str, facts: Document) -> Run:
    """An execution that has not begun."""
    number = records.next_number("workflowExecution")
    execution = f"exec_{now}_{short_id(8, records.owner, number)}"
    correlation = facts["correlationId"] or f"corr_{short_id(16, records.owner, number)}"
    doc = new_execution(
        {
            **facts,
            "executionId": execution,
            "startedAt": stamp(records, now),
            "definitionId": definition["definitionId"],
            "definitionVersion": definition["version"],
            "correlationId": correlation,
            "idempotencyKey": key or f"auto:{execution}",
        }
    )
    return Run(doc, definition, now, AgentRuns(records))


def triggered(definition: Document, context: Document) -> Document:
    """What an execution has that a trigger begins: the scope and the receiver of its definition.

    Args:
        definition: what it runs.
        context: its trigger context.
    """
    scope = definition["scope"]
    return {
        "triggerContext": context,
        "receiver": definition["webhookConfig"],
        "correlationId": "",
        "organizationId": scope["organizationId"],
        "documentId": scope["documentId"],
        "folderId": None,
    }
