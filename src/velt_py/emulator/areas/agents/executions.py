"""Runs of agents: reading, listing and counting them."""

from __future__ import annotations

from typing import Dict, List, cast

from velt_py.emulator.areas.agents.groups import known_fields
from velt_py.emulator.areas.agents.settling import RESULT, RUN
from velt_py.emulator.areas.agents.starting import run
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.refusals import invalid, missing

__all__ = ["RULES"]

SHAPES = (
    {"agentId"},
    {"organizationId", "documentId"},
    {"agentId", "organizationId", "documentId"},
)
"""The filters that a list takes, and no others."""
PAGE, LARGEST = 20, 100


def get(call: Call) -> Answer:
    name = call.text("executionId")
    doc = call.records.get(RUN, name)
    if doc is None:
        raise missing(f"Execution not found: {name}")
    call.guess("agent-runs")
    data: Document = {"execution": doc}
    if call.flag("includeResults"):
        data["results"] = [row.doc for row in call.records.under(RESULT, name)]
    return success("Execution fetched successfully", data)


def listed(call: Call) -> Answer:
    names = ("agentId", "organizationId", "documentId")
    known_fields(call, *names, "pageSize", "pageToken")
    given = {name for name in names if call.data.get(name) is not None}
    if given not in SHAPES:
        raise invalid("The filter must be agentId, organizationId with documentId, or all three.")
    for name in (*sorted(given), *(["pageToken"] if call.data.get("pageToken") is not None else [])):
        if not call.text(name).strip():
            raise invalid(f"{name} must not be empty.")
    size = call.data.get("pageSize")
    if size is not None and (not isinstance(size, int) or not 1 <= size <= LARGEST):
        raise invalid(f"pageSize must be a whole number from 1 to {LARGEST}.")
    rows = [
        row
        for row in call.records.under(RUN)
        if all({**row.doc["metadata"], **row.doc}[name] == call.text(name) for name in given)
    ]
    page = call.page(rows, size=PAGE, by=lambda row: row.doc["startedAt"], descending=True)
    data: Document = {"executions": [row.doc for row in page.rows]}
    if page.token is not None:
        data["nextPageToken"] = page.token
    return success("Executions listed successfully", data)


def count(call: Call) -> Answer:
    known_fields(call, "agentIds", "status")
    if call.data.get("status") == "":
        raise invalid("status must not be empty.")
    status = call.text("status")
    found = [row.doc["agentId"] for row in call.records.under(RUN) if status in ("", row.doc["status"])]
    message = "Execution count fetched successfully"
    given = call.data.get("agentIds")
    if given is None:
        return success(message, {"total": len(found)})
    agents = cast(List[str], given if isinstance(given, list) else [given])
    if not agents or not all(each.strip() for each in agents):
        raise invalid("agentIds must have at least 1 entry, and none of them empty.")
    return success(message, {"counts": {each: found.count(each) for each in agents}})


RULES: Dict[str, Rule] = {
    "agents.runAgentExecution": run,
    "agents.getAgentExecution": get,
    "agents.listAgentExecutions": listed,
    "agents.countAgentExecutions": count,
}
