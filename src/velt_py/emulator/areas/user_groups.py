"""Groups of users of an organization."""

from __future__ import annotations

from typing import Dict, Tuple

from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.identity import hex_id
from velt_py.emulator.refusals import invalid, missing

__all__ = ["RULES"]


def add(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {}
    for entry in call.objects("organizationUserGroups"):
        group = id_in(entry, "groupId")
        before = call.records.get("group", organization, group)
        if before is not None:
            call.guess("groups-again")
        call.records.put("group", organization, group, doc={"userIds": [], **(before or {}), **entry})
        name = hex_id(call.key, "group", organization, group)
        outcome[group] = {"success": True, "id": name, "message": "Organization user group added."}
    return success("Organization User Groups added successfully.", outcome)


def add_users(call: Call) -> Answer:
    organization, group, doc = _need(call)
    outcome: Document = {}
    for user in call.texts("userIds"):
        known = call.records.get("user", organization, user) is not None
        if known and user not in doc["userIds"]:
            doc["userIds"].append(user)
        outcome[user] = _entry(
            *(call, organization, group, known),
            "User added to organization user group." if known else "User does not exist.",
        )
    call.records.put("group", organization, group, doc=doc)
    return success("Added organization users to group successfully.", outcome)


def delete_users(call: Call) -> Answer:
    organization, group, doc = _need(call)
    if not call.flag("deleteAll") and "userIds" not in call.data:
        raise invalid("userIds or deleteAll is required.")
    outcome: Document = {}
    for user in list(doc["userIds"]) if call.flag("deleteAll") else call.texts("userIds"):
        inside = user in doc["userIds"]
        if inside:
            doc["userIds"].remove(user)
        outcome[user] = _entry(
            *(call, organization, group, inside),
            "User deleted from organization user group." if inside else "User does not exist.",
        )
    call.records.put("group", organization, group, doc=doc)
    return success("Deleted users from group successfully.", outcome)


def _need(call: Call) -> Tuple[str, str, Document]:
    organization, group = need(call), call.text("organizationUserGroupId")
    doc = call.records.get("group", organization, group)
    if doc is None:
        raise missing("Organization User Group does not exist.")
    return organization, group, doc


def _entry(call: Call, organization: str, group: str, done: bool, message: str) -> Document:
    if not done:
        call.guess("message-texts")
    name = hex_id(call.key, "group", organization, group)
    return {"success": done, "organizationUserGroupId": name, "message": message}


RULES: Dict[str, Rule] = {
    "userGroups.addUserGroups": add,
    "userGroups.addUsersToGroup": add_users,
    "userGroups.deleteUsersFromGroup": delete_users,
}
