"""Definitions of workflows."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from velt_py.emulator.areas.workflow.pages import newest, stamp
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.kinds import WORKFLOW_LIVE, WORKFLOW_SCHEDULE
from velt_py.emulator.refusals import Refused, missing
from velt_py.emulator.shapes import FLAG, Check, Shape, checked, integer, objects, optional, text
from velt_py.emulator.workflow.compiler import check_edges, compiled_graph
from velt_py.emulator.workflow.graph import Graph
from velt_py.emulator.workflow.linter import check_graph
from velt_py.emulator.workflow.schema import check_definition

__all__ = ["DEFINITION", "LIVE", "RULES", "SCHEDULE", "VERSION", "active"]

DEFINITION, VERSION = "workflowDefinition", "workflowVersion"
LIVE, SCHEDULE = WORKFLOW_LIVE, WORKFLOW_SCHEDULE
VIEW = (
    *("definitionId", "name", "description", "version", "scope", "nodes", "edges", "groups", "compiled"),
    *("triggers", "tags", "custom", "createdAt", "updatedAt", "status"),
)
NAMED: Mapping[str, Check] = {
    "definitionId": text(1),
    "organizationId": optional(text()),
    "documentId": optional(text()),
}
GET = Shape(NAMED, strict=False)
DELETE = Shape({**NAMED, "purge": optional(FLAG)}, strict=False)
LIST = Shape({"pageSize": optional(integer(1, 500)), "cursor": optional(integer())}, strict=False)
PAGE = 50


def create(call: Call) -> Answer:
    written = _checked(call, update=False)
    name = call.text("definitionId")
    before = call.records.get(DEFINITION, name)
    if before is not None and before["status"] == "active":
        raise Refused("ALREADY_EXISTS", f"Definition {name} already exists.")
    call.records.delete_under(VERSION, name)
    now = stamp(call.records, call.now)
    return _stored(call, {**written, "version": 1, "createdAt": now, "updatedAt": now, "status": "active"})


def update(call: Call) -> Answer:
    written = _checked(call, update=True)
    before = active(call, call.text("definitionId"))
    expected, current = call.data["ifVersion"], before["version"]
    if expected != current:
        raise Refused("FAILED_PRECONDITION", f"Version conflict: expected {expected}, current {current}")
    kept = {"version": current + 1, "createdAt": before["createdAt"], "status": "active"}
    return _stored(call, {**written, **kept, "updatedAt": stamp(call.records, call.now)})


def get(call: Call) -> Answer:
    checked(GET, call.data)
    return _view(active(call, call.text("definitionId")))


def listed(call: Call) -> Answer:
    checked(LIST, call.data)
    rows = [row for row in call.records.under(DEFINITION) if row.doc["status"] == "active"]
    found, cursor = newest(
        rows, lambda row: row.doc["updatedAt"], call.data.get("cursor"), call.data.get("pageSize", PAGE)
    )
    call.guess("workflow-stamps")
    items = [{name: doc[name] for name in VIEW} for doc in found]
    return Answer({"result": {"items": items, "nextCursor": cursor}})


def delete(call: Call) -> Answer:
    checked(DELETE, call.data)
    name, purge = call.text("definitionId"), call.flag("purge")
    before = call.records.get(DEFINITION, name)
    if before is None or (before["status"] != "active" and not purge):
        raise missing(f"Definition {name} does not exist.")
    if call.records.under(LIVE, name):
        raise Refused("FAILED_PRECONDITION", f"Definition {name} has executions that are in flight.")
    call.records.delete_under(SCHEDULE, name)
    if purge:
        call.records.delete(DEFINITION, name)
        call.records.delete_under(VERSION, name)
    else:
        call.records.put(DEFINITION, name, doc={**before, "status": "tombstoned"})
    return Answer({"result": {"deleted": True, "purged": purge, "definitionId": name}})


def active(call: Call, name: str) -> Document:
    """A definition that can be read and changed.

    Raises:
        Refused: there is none of that id, or it was deleted.
    """
    found = call.records.get(DEFINITION, name)
    if found is None or found["status"] != "active":
        raise missing(f"Definition {name} does not exist.")
    return found


def _checked(call: Call, *, update: bool) -> Document:
    call.guess("workflow-messages")
    check_definition(call.data, update=update, production=call.strict_urls)
    graph = Graph(call.data)
    check_edges(graph)
    check_graph(graph)
    for trigger in objects(call.data.get("triggers")):
        if trigger.get("appTrigger") is not None:
            raise Refused(
                "FAILED_PRECONDITION", "App triggers are only supported on Superflow-platform workspaces."
            )
    written: Document = {
        name: call.data.get(name)
        for name in ("name", "description", "nodes", "edges", "groups", "triggers", "tags", "custom")
    }
    written.update(
        definitionId=call.text("definitionId"),
        scope=_scope(call),
        compiled=compiled_graph(graph),
        webhookConfig=call.data.get("webhookConfig"),
    )
    return written


def _scope(call: Call) -> Document:
    given = call.object("scope") or {"level": "apiKey"}
    named: Dict[str, Optional[Any]] = {
        name: given.get(name) or call.data.get(name) for name in ("organizationId", "documentId")
    }
    return {"level": given["level"], **named}


def _stored(call: Call, doc: Document) -> Answer:
    name = doc["definitionId"]
    call.records.put(DEFINITION, name, doc=doc)
    call.records.put(VERSION, name, str(doc["version"]), doc=doc)
    _schedule(call, name, doc)
    return _view(doc)


def _schedule(call: Call, name: str, doc: Document) -> None:
    kept = {row.ids[1]: row.doc for row in call.records.under(SCHEDULE, name)}
    call.records.delete_under(SCHEDULE, name)
    for trigger in objects(doc["triggers"]):
        schedule: Document = trigger.get("schedule") or {}
        if schedule.get("enabled"):
            before = kept.get(trigger["triggerId"], {})
            same = before.get("schedule") == schedule
            facts = {"schedule": schedule, "since": before["since"] if same else call.now}
            call.records.put(SCHEDULE, name, trigger["triggerId"], doc=facts)


def _view(doc: Document) -> Answer:
    return Answer({"result": {name: doc[name] for name in VIEW}})


RULES: Dict[str, Rule] = {
    "workflow.createDefinition": create,
    "workflow.updateDefinition": update,
    "workflow.getDefinition": get,
    "workflow.listDefinitions": listed,
    "workflow.deleteDefinition": delete,
}
