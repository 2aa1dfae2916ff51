"""Agents: making, reading, changing and deleting them."""

from __future__ import annotations

from typing import Dict, List

from velt_py.emulator.agents import AGENT, BUILT_IN, STATE, built_in
from velt_py.emulator.areas.agents.groups import leave_groups, need_group
from velt_py.emulator.areas.agents.secrets import redacted
from velt_py.emulator.areas.agents.settling import RUN
from velt_py.emulator.areas.agents.shapes import VERSIONED, check_agent
from velt_py.emulator.areas.agents.versions import VERSION, keep_version, version_of
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.identity import job_id
from velt_py.emulator.limits import limits_of
from velt_py.emulator.refusals import Refused, invalid, missing

__all__ = ["RULES"]

OWN = ("name", "description", "enabled")


def create(call: Call) -> Answer:
    given = check_agent(call.data)
    most = limits_of(call.records, call.shared).get("agents")
    if most is not None and len(call.records.under(AGENT)) >= most:
        call.guess("limits")
        raise Refused("RESOURCE_EXHAUSTED", f"The workspace has {most} custom agents, which is the maximum.")
    name = job_id(call.key, "agent", call.records.next_number("agent"))
    doc: Document = {
        "id": name,
        **{each: given[each] for each in OWN},
        "version": 1,
        "managedBy": "customer",
        "createdAt": call.now,
        "updatedAt": call.now,
    }
    if "metadata" in given:
        doc["metadata"] = given["metadata"]
    call.records.put(AGENT, name, doc=doc)
    keep_version(call, name, 1, redacted({each: given[each] for each in VERSIONED if each in given}))
    call.guess("agents")
    return success("Agent created successfully", {"agentId": name})


def get(call: Call) -> Answer:
    call.guess("agents")
    if call.data.get("agentId") is None:
        return success("Agents fetched successfully", {"agents": _listed(call)})
    name = call.text("agentId")
    if not name:
        raise invalid("agentId must have at least 1 character.")
    if name in BUILT_IN:
        return success("Agent fetched successfully", {"agent": built_in(call.records, name)})
    doc = call.records.get(AGENT, name)
    if doc is None:
        raise missing(f"Agent not found: {name}")
    agent = {**_identity(doc), **version_of(call, name, doc["version"])}
    if "metadata" in doc:
        agent["metadata"] = doc["metadata"]
    agent.pop("createdAt", None)
    return success("Agent fetched successfully", {"agent": agent})


def update(call: Call) -> Answer:
    name = call.text("agentId")
    if call.data.get("name") == "":
        raise invalid("name must have at least 1 character.")
    if name in BUILT_IN:
        if call.data.get("enabled") is None:
            raise invalid("enabled is required for a built-in agent.")
        call.records.put(STATE, name, doc={"enabled": call.data["enabled"]})
        return success("Agent updated successfully", {"agentId": name})
    doc = call.records.get(AGENT, name)
    if doc is None:
        raise Refused("INTERNAL", f"Agent not found: {name}")
    changes = {each: call.data[each] for each in OWN if call.data.get(each) is not None}
    call.records.put(AGENT, name, doc={**doc, **changes, "updatedAt": call.now})
    return success("Agent updated successfully", {"agentId": name})


def delete(call: Call) -> Answer:
    name = call.text("agentId")
    # A built-in agent stays, and stays where it is a member: there is nothing of it to delete.
    if name not in BUILT_IN:
        leave_groups(call, name)
        call.records.delete_under(VERSION, name)
        call.records.delete(AGENT, name)
    return success("Agent deleted successfully", {"agentId": name})


def _identity(doc: Document) -> Document:
    return {name: doc[name] for name in ("id", *OWN, "version", "managedBy")}


def _listed(call: Call) -> List[Document]:
    wanted = call.text("filter")
    found = {name: built_in(call.records, name) for name in BUILT_IN if wanted != "customOnly"}
    if wanted != "defaultOnly":
        for row in call.records.under(AGENT):
            if (row.doc.get("metadata") or {}).get("internal") is not True:
                found[row.ids[0]] = _identity(row.doc)
    if call.data.get("groupId") is not None:
        if not call.text("groupId"):
            raise invalid("groupId must have at least 1 character.")
        members = need_group(call)["agentIds"]
        found = {name: found[name] for name in members if name in found}
    counts: Dict[str, List[int]] = {}
    for row in call.records.under(RUN):
        counts.setdefault(row.doc["agentId"], []).append(row.doc["startedAt"])
    for name, agent in found.items():
        agent.pop("essentialDefault", None)
        agent["executionCount"] = len(counts.get(name, []))
        agent["lastExecutedAt"] = max(counts.get(name, []), default=None)
    return list(found.values())


RULES: Dict[str, Rule] = {
    "agents.createAgent": create,
    "agents.getAgent": get,
    "agents.updateAgent": update,
    "agents.deleteAgent": delete,
}
