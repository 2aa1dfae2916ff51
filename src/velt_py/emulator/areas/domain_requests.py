"""Requests to allow a further domain, and the answers to them. Only the published package shows these calls."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.areas.domains import allow
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.identity import push_id
from velt_py.emulator.refusals import Refused, missing

__all__ = ["RULES"]

REQUEST = "domainRequest"


def create(call: Call) -> Answer:
    name = push_id(call.key, REQUEST, call.records.next_number(REQUEST))
    doc: Document = {
        "id": name,
        "domain": id_in(call.data, "domain"),
        "clientDocumentId": call.text("clientDocumentId"),
        "organizationId": call.text("organizationId"),
        "status": "pending",
        "createdAt": call.now,
    }
    call.records.put(REQUEST, name, doc=doc)
    call.guess("domain-requests")
    return success("Domain request created successfully.", doc)


def listed(call: Call) -> Answer:
    call.guess("domain-requests")
    return success(
        "Requested domains retrieved successfully.", [row.doc for row in call.records.under(REQUEST)]
    )


def answer(call: Call) -> Answer:
    name, action = id_in(call.data, "id"), id_in(call.data, "action")
    doc = call.records.get(REQUEST, name)
    if doc is None:
        raise missing("Domain request does not exist.")
    if doc["status"] != "pending":
        raise Refused("FAILED_PRECONDITION", f"The domain request was answered before: {doc['status']}.")
    if action == "accept":
        allow(call.records, [str(doc["domain"])])
    doc["status"] = f"{action}ed"
    call.records.put(REQUEST, name, doc=doc)
    call.guess("domain-requests")
    return success(f"Domain request {doc['status']} successfully.", doc)


RULES: Dict[str, Rule] = {
    "workspace.createDomainRequest": create,
    "workspace.getRequestedDomains": listed,
    "workspace.acceptRejectAdditionalUrlRequest": answer,
}
