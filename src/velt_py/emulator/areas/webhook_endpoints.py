"""The endpoints of advanced webhooks."""

from __future__ import annotations

import base64
from typing import Dict

from velt_py.emulator.areas.configurations import need_advanced_webhooks
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.clock import iso
from velt_py.emulator.endpoints import secret_of
from velt_py.emulator.identity import job_id
from velt_py.emulator.paging import page_of
from velt_py.emulator.refusals import invalid, missing
from velt_py.emulator.urls import production_fault

__all__ = ["RULES"]

MOST = 250
FIELDS = ("url", "description", "filterTypes", "channels", "disabled", "rateLimit", "uid", "metadata")


def create(call: Call) -> Answer:
    need_advanced_webhooks(call)
    _check_url(call)
    endpoint = f"ep_{job_id(call.key, 'endpoint', call.records.next_number('endpoint'))}"
    secret = "whsec_" + base64.b64encode(call.secret()[:24]).decode()
    _check_limits(call)
    doc: Document = {name: call.data.get(name) for name in FIELDS}
    if doc["metadata"] is None:
        del doc["metadata"]
    doc["disabled"] = doc["disabled"] is True
    doc.update(id=endpoint, createdAt=iso(call.now), updatedAt=iso(call.now))
    call.records.put("endpoint", endpoint, doc=doc)
    call.records.put("endpointSecret", endpoint, doc={"secret": secret})
    call.guess("workspace-answers")
    return success("Advanced webhook endpoint created successfully.", doc)


def get(call: Call) -> Answer:
    need_advanced_webhooks(call)
    limit = call.data.get("limit")
    if limit is not None and not 1 <= limit <= MOST:
        raise invalid(f"limit must be from 1 to {MOST}.")
    asked = {"pageSize": limit, "pageToken": call.data.get("iterator")}
    page = page_of(call.operation, call.records.under("endpoint"), asked, size=MOST, largest=MOST)
    data: Document = {
        "endpoints": [row.doc for row in page.rows],
        "iterator": page.token,
        "prevIterator": call.data.get("iterator"),
        "done": page.token is None,
    }
    return success("Advanced webhook endpoints retrieved successfully.", data)


def update(call: Call) -> Answer:
    endpoint = _need(call)
    changes = {name: call.data[name] for name in FIELDS if call.data.get(name) is not None}
    if not changes:
        raise invalid("At least one endpoint field besides endpointId must be provided.")
    if "url" in changes:
        _check_url(call)
    _check_limits(call)
    doc = call.records.get("endpoint", endpoint) or {}
    doc.update(changes)
    doc["updatedAt"] = iso(call.now)
    call.records.put("endpoint", endpoint, doc=doc)
    return success("Advanced webhook endpoint updated successfully.", doc)


def delete(call: Call) -> Answer:
    endpoint = _need(call)
    call.records.delete("endpoint", endpoint)
    call.records.delete("endpointSecret", endpoint)
    call.records.delete("endpointFailing", endpoint)
    return success(
        "Advanced webhook endpoint deleted successfully.", {"endpointId": endpoint, "deleted": True}
    )


def secret(call: Call) -> Answer:
    endpoint = _need(call)
    found: Document = {"endpointId": endpoint, "secret": secret_of(call.records, endpoint)}
    return success("Advanced webhook endpoint secret retrieved successfully.", found)


def _need(call: Call) -> str:
    need_advanced_webhooks(call)
    endpoint = call.text("endpointId")
    if call.records.get("endpoint", endpoint) is None:
        raise missing("Advanced webhook provider request failed.")
    return endpoint


def _check_url(call: Call) -> None:
    if not call.text("url").startswith(("http://", "https://")):
        raise invalid("url must be a valid http(s) URL.")
    fault = production_fault(call.text("url")) if call.strict_urls else None
    if fault:
        raise invalid(f"url {fault}")


def _check_limits(call: Call) -> None:
    """Check what says which messages an endpoint gets, and how many.

    Raises:
        Refused: a list is empty, or the limit is no whole number above 0.
    """
    for name in ("filterTypes", "channels"):
        if call.data.get(name) == []:
            raise invalid(f"{name} must be a non-empty array.")
    limit = call.data.get("rateLimit")
    if limit is not None and not (isinstance(limit, int) and limit >= 1):
        raise invalid("rateLimit must be a positive integer.")
    if not all(isinstance(each, str) for each in call.object("metadata").values()):
        raise invalid("metadata must hold strings.")


RULES: Dict[str, Rule] = {
    "workspace.createAdvancedWebhookEndpoint": create,
    "workspace.getAdvancedWebhookEndpoints": get,
    "workspace.updateAdvancedWebhookEndpoint": update,
    "workspace.deleteAdvancedWebhookEndpoint": delete,
    "workspace.getAdvancedWebhookEndpointSecret": secret,
}
