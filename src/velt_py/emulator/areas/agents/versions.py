"""Versions of agents: each change of behaviour makes one, and the latest can be undone."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.agents import AGENT, BUILT_IN
from velt_py.emulator.areas.agents.secrets import redacted
from velt_py.emulator.areas.agents.shapes import BLOCKS, VERSIONED, check_agent
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.refusals import Refused, invalid, missing

__all__ = ["RULES", "VERSION", "keep_version", "version_of"]

VERSION = "agentVersion"
"""The kind of the records."""


def keep_version(call: Call, agent: str, number: int, behaviour: Document) -> None:
    """Store a version of an agent."""
    call.records.put(VERSION, agent, str(number), doc={**behaviour, "createdAt": call.now})


def version_of(call: Call, agent: str, number: int) -> Document:
    """What an agent does in a version, and when that was made."""
    return call.records.get(VERSION, agent, str(number)) or {}


def update(call: Call) -> Answer:
    name = call.text("agentId")
    if name in BUILT_IN:
        call.guess("agents")
        raise invalid("A built-in agent has no versions; only enabled can be changed.")
    doc = _need(call)
    before = version_of(call, name, doc["version"])
    after = {each: before[each] for each in VERSIONED if each in before}
    for each in VERSIONED:
        value = call.data.get(each)
        if value is not None:
            after[each] = {**after.get(each, {}), **value} if each in BLOCKS else value
    # The whole is checked, not the change alone: a block can lose what it needs.
    kept = check_agent({**doc, **after})
    number = doc["version"] + 1
    keep_version(call, name, number, redacted({each: kept[each] for each in VERSIONED if each in kept}))
    changed = {**doc, "version": number, "updatedAt": call.now}
    if call.data.get("metadata") is not None:
        changed["metadata"] = call.object("metadata")
    call.records.put(AGENT, name, doc=changed)
    return success("Agent version created successfully", {"version": number})


def listed(call: Call) -> Answer:
    rows = [(int(row.ids[1]), row.doc) for row in call.records.under(VERSION, call.text("agentId"))]
    rows.sort(key=lambda row: row[0], reverse=True)
    versions = [{"id": f"v{number}", "version": number, **doc} for number, doc in rows]
    return success("Versions listed successfully", {"versions": versions})


def restore(call: Call) -> Answer:
    doc, name = _need(call), call.text("agentId")
    number = doc["version"] - 1
    if number < 1:
        raise Refused("FAILED_PRECONDITION", "The agent is at version 1 and cannot go lower.")
    if call.records.get(VERSION, name, str(number)) is None:
        raise missing(f"Version {number} of the agent does not exist.")
    call.records.delete(VERSION, name, str(doc["version"]))
    call.records.put(AGENT, name, doc={**doc, "version": number, "updatedAt": call.now})
    return success("Version restored successfully", {"version": number})


def _need(call: Call) -> Document:
    doc = call.records.get(AGENT, call.text("agentId"))
    if doc is None:
        raise missing(f"Agent not found: {call.text('agentId')}")
    return doc


RULES: Dict[str, Rule] = {
    "agents.updateAgentVersion": update,
    "agents.listAgentVersions": listed,
    "agents.restoreAgentVersion": restore,
}
