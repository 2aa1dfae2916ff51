"""Activity records."""

from __future__ import annotations

from typing import Dict, List

from velt_py.emulator.areas.documents import need_document
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.checking import check_type
from velt_py.emulator.identity import push_id
from velt_py.emulator.refusals import invalid
from velt_py.emulator.service_switches import need_service
from velt_py.emulator.state import Row

__all__ = ["RULES"]

FEATURES = ("comment", "reaction", "recorder", "crdt", "custom")
CHANGEABLE = (
    *("changes", "entityData", "entityTargetData", "displayMessageTemplate", "displayMessageTemplateData"),
    "actionIcon",
)


def add(call: Call) -> Answer:
    need_service(call, "activity")
    organization = need(call)
    document = need_document(call, organization)
    for entry in call.objects("activities"):
        if entry.get("featureType") not in FEATURES:
            raise invalid(f"activities[].featureType must be one of: {', '.join(FEATURES)}.")
        if entry["featureType"] == "custom":
            id_in(entry, "targetEntityId")
        id_in(entry, "actionType")
        if not isinstance(entry.get("actionUser"), dict):
            raise invalid("activities[].actionUser is required.")
        check_type("activities[].timestamp", entry.get("timestamp"), "number")
        check_type("activities[].location", entry.get("location"), "object")
        name = entry.get("id") or push_id(call.key, "activity", call.records.next_number("activity"))
        metadata = {"apiKey": call.key, "organizationId": organization, "documentId": document}
        doc = {"timestamp": call.now, **entry, "id": name, "metadata": metadata}
        if doc["timestamp"] is None:
            doc["timestamp"] = call.now
        call.records.put("activity", organization, id_in(doc, "id"), doc=doc)
    message = "Activity(s) added successfully."
    return success(message, {"success": True, "message": message})


def get(call: Call) -> Answer:
    rows = _selected(call, need(call))
    page = call.page(rows, by=lambda row: row.doc["timestamp"], descending=call.text("order") != "asc")
    return success(
        "Activity(s) retrieved successfully.", [row.doc for row in page.rows], pageToken=page.token
    )


def update(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {}
    for entry in call.objects("activities"):
        name = id_in(entry, "id")
        doc = call.records.get("activity", organization, name)
        if doc is None:
            outcome[name] = {"success": False, "message": "Failed to update activity."}
            continue
        doc.update((key, entry[key]) for key in CHANGEABLE if key in entry)
        call.records.put("activity", organization, name, doc=doc)
        outcome[name] = {"success": True, "message": "Activity updated."}
    return success("Activity(s) updated successfully.", outcome)


def delete(call: Call) -> Answer:
    organization = need(call)
    if not any(call.data.get(name) for name in ("documentId", "targetEntityId", "activityIds")):
        raise invalid("At least one of documentId, targetEntityId or activityIds is required.")
    outcome: Document = {
        name: {"success": False, "message": "Failed to delete activity."}
        for name in call.texts("activityIds")
    }
    for row in _selected(call, organization):
        call.records.delete("activity", *row.ids)
        outcome[row.ids[1]] = {"success": True, "message": "Activity deleted."}
    return success("Activity(s) deleted successfully.", outcome)


def _selected(call: Call, organization: str) -> List[Row]:
    rows = call.records.under("activity", organization)
    document, target, user = (call.text(name) for name in ("documentId", "targetEntityId", "userId"))
    features, actions, ids = (call.texts(name) for name in ("featureTypes", "actionTypes", "activityIds"))
    return [
        row
        for row in rows
        if (not document or row.doc["metadata"]["documentId"] == document)
        and (not target or row.doc.get("targetEntityId") == target)
        and (not user or row.doc["actionUser"].get("userId") == user)
        and (not features or row.doc["featureType"] in features)
        and (not actions or row.doc["actionType"] in actions)
        and (not ids or row.ids[1] in ids)
    ]


RULES: Dict[str, Rule] = {
    "activities.addActivities": add,
    "activities.getActivities": get,
    "activities.updateActivities": update,
    "activities.deleteActivities": delete,
}
