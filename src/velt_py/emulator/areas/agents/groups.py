"""Groups of agents."""

from __future__ import annotations

from typing import Dict, List

from velt_py.emulator.agents import find_agent
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.identity import job_id
from velt_py.emulator.refusals import Refused, invalid, missing

__all__ = ["GROUP", "RULES", "known_fields", "leave_groups", "need_group"]

GROUP = "agentGroup"
"""The kind of the records."""
MOST_GROUPS = 50
MOST_AGENTS = 100
LONGEST_NAME, LONGEST_DESCRIPTION = 200, 2000


def create(call: Call) -> Answer:
    known_fields(call, "name", "description", "agentIds", "metadata")
    facts = _texts(call)
    if "name" not in facts:
        raise invalid("name is required.")
    agents = _agents(call) if call.data.get("agentIds") is not None else []
    if len(call.records.under(GROUP)) >= MOST_GROUPS:
        raise Refused("RESOURCE_EXHAUSTED", f"A workspace can have at most {MOST_GROUPS} agent groups.")
    name = job_id(call.key, "agentGroup", call.records.next_number("agentGroup"))
    doc: Document = {
        "id": name,
        **facts,
        "agentIds": agents,
        "metadata": {**call.object("metadata"), "apiKey": call.key},
        "createdAt": call.now,
        "updatedAt": call.now,
    }
    call.records.put(GROUP, name, doc=doc)
    call.guess("agent-groups")
    return success("Agent group created successfully", {"group": doc})


def get(call: Call) -> Answer:
    return success("Agent group fetched successfully", {"group": need_group(call)})


def listed(call: Call) -> Answer:
    groups: List[Document] = []
    for row in call.records.under(GROUP):
        shown = {name: value for name, value in row.doc.items() if name != "agentIds"}
        groups.append({**shown, "agentCount": len(row.doc["agentIds"])})
    call.guess("agent-groups")
    return success("Agent groups listed successfully", {"groups": groups})


def update(call: Call) -> Answer:
    known_fields(call, "groupId", "name", "description")
    facts = _texts(call)
    if not facts:
        raise invalid("At least one of name, description must be provided.")
    return _changed(call, "Agent group updated successfully", {**need_group(call), **facts})


def delete(call: Call) -> Answer:
    need_group(call)
    call.records.delete(GROUP, call.text("groupId"))
    return success("Agent group deleted successfully", {"groupId": call.text("groupId")})


def add_agents(call: Call) -> Answer:
    doc = need_group(call)
    _some(call)
    agents = [*doc["agentIds"], *(each for each in _agents(call) if each not in doc["agentIds"])]
    if len(agents) > MOST_AGENTS:
        raise Refused("RESOURCE_EXHAUSTED", f"An agent group can have at most {MOST_AGENTS} agents.")
    return _changed(call, "Agents added to group successfully", {**doc, "agentIds": agents})


def remove_agents(call: Call) -> Answer:
    doc = need_group(call)
    _some(call)
    agents = [each for each in doc["agentIds"] if each not in call.texts("agentIds")]
    return _changed(call, "Agents removed from group successfully", {**doc, "agentIds": agents})


def need_group(call: Call) -> Document:
    """The group of a request.

    Raises:
        Refused: there is none of that id.
    """
    doc = call.records.get(GROUP, call.text("groupId"))
    if doc is None:
        raise missing(f"Agent group not found: {call.text('groupId')}")
    return doc


def leave_groups(call: Call, agent: str) -> None:
    """Take an agent out of all groups; they stay, even empty."""
    for row in call.records.under(GROUP):
        if agent in row.doc["agentIds"]:
            kept = [each for each in row.doc["agentIds"] if each != agent]
            call.records.put(GROUP, *row.ids, doc={**row.doc, "agentIds": kept, "updatedAt": call.now})


def known_fields(call: Call, *names: str) -> None:
    """Refuse other fields, where the page says that the schema is strict.

    Raises:
        Refused: there is another one.
    """
    unknown = sorted(name for name in call.data if name not in names)
    if unknown:
        keys = ", ".join(f"'{name}'" for name in unknown)
        raise invalid(f"Unrecognized key(s) in object: {keys}")


def _texts(call: Call) -> Document:
    facts: Document = {}
    for name, least, most in (("name", 1, LONGEST_NAME), ("description", 0, LONGEST_DESCRIPTION)):
        if call.data.get(name) is None:
            continue
        facts[name] = call.text(name).strip()
        if not least <= len(facts[name]) <= most:
            raise invalid(f"{name} must have from {least} to {most} characters.")
    return facts


def _some(call: Call) -> None:
    if not call.texts("agentIds"):
        raise invalid("agentIds must have at least 1 entry.")
    if not all(call.texts("agentIds")):
        raise invalid("agentIds[] must have at least 1 character.")


def _agents(call: Call) -> List[str]:
    """The agents of a request, each once.

    Raises:
        Refused: there is none of one of the ids.
    """
    agents = list(dict.fromkeys(call.texts("agentIds")))
    for each in agents:
        if not each:
            raise invalid("agentIds[] must have at least 1 character.")
        if find_agent(call.records, each) is None:
            raise missing(f"Agent not found: {each}")
    return agents


def _changed(call: Call, message: str, doc: Document) -> Answer:
    doc["updatedAt"] = call.now
    call.records.put(GROUP, doc["id"], doc=doc)
    return success(message, {"group": doc})


RULES: Dict[str, Rule] = {
    "agents.createAgentGroup": create,
    "agents.getAgentGroup": get,
    "agents.listAgentGroups": listed,
    "agents.updateAgentGroup": update,
    "agents.deleteAgentGroup": delete,
    "agents.addAgentsToGroup": add_agents,
    "agents.removeAgentsFromGroup": remove_agents,
}
