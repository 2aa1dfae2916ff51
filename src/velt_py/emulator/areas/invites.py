"""Invitations of users."""

from __future__ import annotations

from typing import Dict, List

from velt_py.emulator.areas.organizations import create as create_organization
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.refusals import Refused, invalid, missing
from velt_py.emulator.state import Row

__all__ = ["RULES"]

TARGET = {"org_user": "", "doc_user": "documentId", "folder_user": "folderId"}
LEVEL = {"org_user": "user", "doc_user": "documentUser", "folder_user": "folderUser"}


def add(call: Call) -> Answer:
    organization, email, kind, target = _invited(call)
    if call.records.get("organization", organization) is None:
        create_organization(call, organization, {"organizationName": call.data.get("organizationName")})
    doc = {name: value for name, value in call.data.items() if value is not None}
    doc.update(status="PENDING", type=kind, createdAt=call.now, lastUpdated=call.now)
    call.records.put("invite", organization, email, kind, target, doc=doc)
    call.guess("invitations")
    return success("User invited successfully.", {})


def respond(call: Call) -> Answer:
    organization, email, kind, target = _invited(call)
    status = call.text("status")
    if status not in ("ACCEPTED", "REJECTED", "WITHDRAWN"):
        raise invalid("status must be one of: ACCEPTED, REJECTED, WITHDRAWN.")
    user = call.object("user")
    if status == "ACCEPTED" and not (user and call.text("authToken")):
        raise invalid("ACCEPTED needs user and authToken.")
    call.guess("invitations")
    doc = call.records.get("invite", organization, email, kind, target)
    if doc is None:
        raise missing("Invitation does not exist.")
    if doc["status"] != "PENDING":
        raise Refused("FAILED_PRECONDITION", "The invitation was answered before.")
    doc.update(status=status, lastUpdated=call.now)
    call.records.put("invite", organization, email, kind, target, doc=doc)
    if status == "ACCEPTED":
        person = id_in(user, "userId")
        ids = (organization, target) if target else (organization,)
        call.records.put(LEVEL[kind], *ids, person, doc={**user, "organizationId": organization})
    return success("Invitation answered successfully.", {})


def of_organization(call: Call) -> Answer:
    organization = need(call)
    rows = call.records.under("invite", organization)
    email = call.text("email")
    rows = [row for row in rows if not email or row.ids[1] == email]
    if call.flag("isPendingUsersOnly"):
        rows = [row for row in rows if row.doc["status"] == "PENDING"]
    return _listed(call, rows)


def of_person(call: Call) -> Answer:
    email, organization = call.text("email"), call.text("organizationId")
    rows = call.records.under("invite", *([organization] if organization else []))
    rows = [row for row in rows if not email or row.ids[1] == email]
    for name in ("status", "type"):
        rows = [row for row in rows if not call.text(name) or row.doc[name] == call.text(name)]
    return _listed(call, rows)


def pending(call: Call) -> Answer:
    kind = call.text("type")
    rows = call.records.under("invite", need(call))
    found = [row for row in rows if row.doc["status"] == "PENDING" and (not kind or row.doc["type"] == kind)]
    call.guess("invitations")
    return success("Pending invitations counted successfully.", {"count": len(found)})


def _listed(call: Call, rows: List[Row]) -> Answer:
    call.guess("invitations")
    page = call.page(rows, size=100)
    shown: List[Document] = [row.doc for row in page.rows]
    return success("Invitations retrieved successfully.", shown, nextPageToken=page.token)


def _invited(call: Call) -> List[str]:
    organization, email = id_in(call.data, "organizationId"), id_in(call.data, "email")
    kind = call.text("type") or "org_user"
    return [organization, email, kind, id_in(call.data, TARGET[kind]) if TARGET[kind] else ""]


RULES: Dict[str, Rule] = {
    "users.addUserInvite": add,
    "users.respondToInvite": respond,
    "users.getInvitedUsers": of_organization,
    "users.getUserInvitations": of_person,
    "users.getInvitedPendingUsersCount": pending,
}
