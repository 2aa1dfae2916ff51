"""The endpoints of advanced webhooks."""

from __future__ import annotations

import base64
from typing import Any, Dict

from velt_py.emulator.areas.configurations import config_of
from velt_py.emulator.areas.services import NOT_CONFIGURED
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.clock import iso
from velt_py.emulator.endpoints import secret_of
from velt_py.emulator.identity import job_id
from velt_py.emulator.kinds import CONFIG
from velt_py.emulator.paging import page_of
from velt_py.emulator.refusals import Refused, invalid, missing
from velt_py.emulator.urls import is_web, production_fault

__all__ = ["RULES"]

MOST = 250
OPTIONAL = ("description", "filterTypes", "channels", "rateLimit", "uid")
"""The fields that are shown as null where they are not set."""
FIELDS = ("url", *OPTIONAL, "disabled", "metadata")
DISABLED = (
    "Advanced webhooks are disabled for this workspace. Enable them via POST "
    '/v2/workspace/advancedwebhookconfig/update with { "isEnabled": true }.'
)


def create(call: Call) -> Answer:
    _need_enabled(call)
    _check_fields(call)
    endpoint = f"ep_{job_id(call.key, 'endpoint', call.records.next_number('endpoint'))}"
    secret = "whsec_" + base64.b64encode(call.secret()[:24]).decode()
    doc: Document = {**dict.fromkeys(OPTIONAL), "disabled": False}
    doc.update((name, call.data[name]) for name in FIELDS if call.data.get(name) is not None)
    doc.update(id=endpoint, createdAt=iso(call.now), updatedAt=iso(call.now))
    call.records.put("endpoint", endpoint, doc=doc)
    call.records.put("endpointSecret", endpoint, doc={"secret": secret})
    call.guess("workspace-answers")
    return success("Advanced webhook endpoint created successfully.", doc)


def get(call: Call) -> Answer:
    _need_enabled(call)
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
    changes = {name: call.data[name] for name in FIELDS if name != "uid" and call.data.get(name) is not None}
    if not changes:
        raise invalid("At least one endpoint field besides endpointId must be provided.")
    _check_fields(call)
    doc = {**(call.records.get("endpoint", endpoint) or {}), **changes}
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


def _need_enabled(call: Call) -> None:
    if config_of(call.records, "advancedWebhook")["isEnabled"] is not True:
        configured = call.records.get(CONFIG, "advancedWebhook") is not None
        raise Refused("FAILED_PRECONDITION", DISABLED if configured else NOT_CONFIGURED)


def _need(call: Call) -> str:
    _need_enabled(call)
    endpoint = call.text("endpointId")
    if call.records.get("endpoint", endpoint) is None:
        raise missing("Advanced webhook provider request failed.")
    return endpoint


def _check_fields(call: Call) -> None:
    url: Any = call.data.get("url")
    if url is not None and not is_web(url):
        raise invalid("url must be a valid http(s) URL.")
    fault = production_fault(url) if url is not None and call.strict_urls else None
    if fault:
        raise invalid(f"url {fault}")
    for name in ("filterTypes", "channels"):
        if call.data.get(name) == []:
            raise invalid(f"{name} must be a non-empty array.")
    rate: Any = call.data.get("rateLimit")
    if rate is not None and (not isinstance(rate, int) or rate < 1):
        raise invalid("rateLimit must be a positive integer.")
    if not all(isinstance(each, str) for each in call.object("metadata").values()):
        raise invalid("metadata must have string values.")


RULES: Dict[str, Rule] = {
    "workspace.createAdvancedWebhookEndpoint": create,
    "workspace.getAdvancedWebhookEndpoints": get,
    "workspace.updateAdvancedWebhookEndpoint": update,
    "workspace.deleteAdvancedWebhookEndpoint": delete,
    "workspace.getAdvancedWebhookEndpointSecret": secret,
}
