"""Organizations."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.identity import hex_id
from velt_py.emulator.kinds import NOTICE_HELD
from velt_py.emulator.refusals import missing

__all__ = ["INSIDE", "RULES", "create", "need"]

INSIDE = (
    *("user", "group", "folder", "folderUser", "document", "documentUser", "annotation", "notification"),
    *(
        "notificationConfig",
        "activity",
        "presence",
        "livestate",
        "crdt",
        "recording",
        "migration",
        "permission",
    ),
    *("invite", "mail", "reaction", "judgment", NOTICE_HELD),
)
"""The kinds of records whose first id is that of an organization."""


def create(call: Call, organization: str, facts: Document) -> Document:
    """Make an organization, or write facts over one that is there."""
    before = call.records.get("organization", organization) or {"disabled": False}
    doc = {**before, **facts, "id": organization}
    doc.pop("organizationId", None)
    call.records.put("organization", organization, doc=doc)
    return doc


def need(call: Call) -> str:
    """The organization of a request, made when the request says so.

    Raises:
        Refused: there is none of that id.
    """
    organization = call.text("organizationId")
    if call.records.get("organization", organization) is None:
        if not call.flag("createOrganization"):
            call.guess("unknown-organization")
            raise missing("Organization does not exist.")
        create(call, organization, {})
    return organization


def add(call: Call) -> Answer:
    outcome: Document = {}
    for entry in call.objects("organizations"):
        organization = id_in(entry, "organizationId")
        again = call.records.get("organization", organization) is not None
        if again and call.chosen("organizations-again") == "strict":
            outcome[organization] = _refused(call, organization, "Organization already exists")
            continue
        create(call, organization, entry)
        outcome[organization] = _done(call, organization, "Added Successfully")
    return success("Organization(s) added successfully.", outcome)


def get(call: Call) -> Answer:
    wanted = call.texts("organizationIds")
    records = call.records
    page = call.page(records.among(wanted, "organization") if wanted else records.under("organization"))
    return success(
        "Organization(s) retrieved successfully.", [row.doc for row in page.rows], nextPageToken=page.token
    )


def update(call: Call) -> Answer:
    outcome: Document = {}
    for entry in call.objects("organizations"):
        organization = id_in(entry, "organizationId")
        if call.records.get("organization", organization) is None:
            outcome[organization] = _unknown(call, organization)
            continue
        create(call, organization, entry)
        outcome[organization] = _done(call, organization, "Updated Successfully")
    return success("Organization(s) updated successfully.", outcome)


def delete(call: Call) -> Answer:
    outcome: Document = {}
    for organization in call.texts("organizationIds"):
        if not call.records.delete("organization", organization):
            outcome[organization] = _unknown(call, organization)
            continue
        call.guess("organization-cascade")
        for kind in INSIDE:
            call.records.delete_under(kind, organization)
        outcome[organization] = _done(call, organization, "Deleted Successfully")
    return success("Organization(s) deleted successfully.", outcome)


def disable(call: Call) -> Answer:
    outcome: Document = {}
    for organization in call.texts("organizationIds"):
        create(call, organization, {"disabled": call.flag("disabled")})  # one that is not there is made
        outcome[organization] = _done(
            call, organization, "Updated disable state for organization Successfully"
        )
    return success("Updated disable state for Organization(s) successfully.", outcome)


def _done(call: Call, organization: str, message: str) -> Document:
    return {"success": True, "id": hex_id(call.key, "organization", organization), "message": message}


def _unknown(call: Call, organization: str) -> Document:
    return _refused(call, organization, "Organization does not exist")


def _refused(call: Call, organization: str, message: str) -> Document:
    return {**_done(call, organization, message), "success": False}


RULES: Dict[str, Rule] = {
    "organizations.addOrganizations": add,
    "organizations.getOrganizations": get,
    "organizations.updateOrganizations": update,
    "organizations.deleteOrganizations": delete,
    "organizations.updateOrganizationDisableState": disable,
}
