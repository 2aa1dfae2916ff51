"""Alerts: listed, dismissed, acted on, and the settings that are kept for them."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.refusals import Refused

__all__ = ["ALERT", "RULES"]

ALERT = "alert"
"""The kind of the records."""
LISTED = 50


def listed(call: Call) -> Answer:
    call.guess("memory-insights")
    rows = [row for row in call.records.under(ALERT) if row.doc["status"] == "active"]
    rows.sort(key=lambda row: (row.doc["createdAt"], row.seq), reverse=True)
    return Answer({"result": [row.doc for row in rows[:LISTED]]})


def dismiss(call: Call) -> Answer:
    by = call.object("user").get("uid") or ""
    return _changed(call, {"status": "dismissed", "dismissedAt": call.now, "dismissedBy": by})


def act(call: Call) -> Answer:
    return _changed(call, {"status": "actioned"})


def configure(call: Call) -> Answer:
    stored = call.records.get("alertConfig", "alertConfig") or {}
    call.records.put("alertConfig", "alertConfig", doc={**stored, **call.object("config")})
    return Answer({"result": {"success": True}})


def config(call: Call) -> Answer:
    stored = call.records.get("alertConfig", "alertConfig") or {}
    return Answer({"result": {"enabled": True, **stored}})


def _changed(call: Call, changes: Document) -> Answer:
    alert = call.records.get(ALERT, call.text("alertId"))
    if alert is None:
        raise Refused("INTERNAL", "The alert does not exist.")
    call.records.put(ALERT, call.text("alertId"), doc={**alert, **changes})
    return Answer({"result": {"success": True}})


RULES: Dict[str, Rule] = {
    "memory.listAlerts": listed,
    "memory.dismissAlert": dismiss,
    "memory.markAlertActioned": act,
    "memory.updateAlertConfig": configure,
    "memory.getAlertConfig": config,
}
