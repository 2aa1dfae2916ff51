"""Notifications and their settings."""

from __future__ import annotations

import re
from typing import Dict, List

from velt_py.emulator.access import may_read
from velt_py.emulator.areas.documents import need_document
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, objects, success, texts
from velt_py.emulator.checking import check_type
from velt_py.emulator.effects.people import may_see, preference
from velt_py.emulator.identity import push_id
from velt_py.emulator.recipients import is_told, recipients
from velt_py.emulator.refusals import invalid
from velt_py.emulator.service_switches import need_service
from velt_py.emulator.state import Row

__all__ = ["RULES"]

ID = re.compile(r"[A-Za-z0-9_-]+\Z")
KEPT = (
    *(
        "actionUser",
        "displayHeadlineMessageTemplate",
        "displayHeadlineMessageTemplateData",
        "displayBodyMessage",
    ),
    *(
        "displayBodyMessageTemplate",
        "displayBodyMessageTemplateData",
        "notificationSourceData",
        "location",
        "context",
    ),
)
SETTINGS = ("inbox", "email", "slack")
VALUES = ("ALL", "MINE", "NONE")


def add(call: Call) -> Answer:
    need_service(call, "notification")
    organization = need(call)
    document = need_document(call, organization)
    if not call.flag("isNotificationResolverUsed"):
        for name in ("displayHeadlineMessageTemplate", "displayBodyMessage"):
            id_in(call.data, name)
    name = call.text("notificationId") or push_id(
        call.key, "notification", call.records.next_number("notification")
    )
    if not ID.match(name):
        raise invalid("notificationId can only hold letters, digits, _ and -.")
    told = {id_in(user, "userId"): user for user in objects(call.data, "notifyUsers")}
    if call.flag("verifyUserPermissions"):
        told = {user: person for user, person in told.items() if may_read(call, organization, document, user)}
    doc: Document = {key: call.data[key] for key in KEPT if call.data.get(key) is not None}
    doc.update(
        id=name,
        notificationSource=call.text("notificationSource") or "custom",
        **recipients(call.key, told),
        notifyAll=call.data.get("notifyAll") is not False,
        metadata={
            **call.object("metadata"),
            "apiKey": call.key,
            "organizationId": organization,
            "documentId": document,
        },
        readByUserIds=[],
        timestamp=call.now,
    )
    call.records.put("notification", organization, name, doc=doc)
    message = "Notification added successfully."
    return success(message, {"success": True, "message": message})


def get(call: Call) -> Answer:
    organization = need(call)
    if not any(call.data.get(name) for name in ("documentId", "userId", "notificationIds")):
        raise invalid("documentId or userId is required.")
    page = call.page(
        _selected(call, organization),
        by=lambda row: row.doc["timestamp"],
        descending=call.text("order") != "asc",
    )
    shown = [row.doc for row in page.rows]
    return success("Notification(s) retrieved successfully.", shown, pageToken=page.token)


def update(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {}
    for entry in call.objects("notifications"):
        name = id_in(entry, "id")
        doc = call.records.get("notification", organization, name)
        if doc is None:
            outcome[name] = {"success": False, "message": "Failed to update notification."}
            continue
        for part in ("actionUser", "location"):
            check_type(f"notifications[].{part}", entry.get(part), "object")
        doc.update((key, entry[key]) for key in KEPT if key in entry)
        readers = texts(entry, "readByUserIds")
        if call.flag("verifyUserPermissions"):
            place: str = doc["metadata"]["documentId"]
            readers = [user for user in readers if may_read(call, organization, place, user)]
        if "readByUserIds" in entry:
            before: List[str] = doc["readByUserIds"] if entry.get("persistReadForUsers") is True else []
            doc["readByUserIds"] = list(dict.fromkeys([*before, *readers]))
        call.records.put("notification", organization, name, doc=doc)
        outcome[name] = {"success": True, "message": "Notification updated."}
    return success("Notification(s) updated successfully.", outcome)


def delete(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {
        name: {"success": False, "message": "Failed to delete notification."}
        for name in call.texts("notificationIds")
    }
    for row in _selected(call, organization):
        call.records.delete("notification", *row.ids)
        outcome[row.ids[1]] = {"success": True, "message": "Notification deleted."}
    return success("Notification(s) deleted successfully.", outcome)


def get_settings(call: Call) -> Answer:
    organization, user = need(call), call.text("userId")
    places = list(call.texts("documentIds"))
    if call.flag("getOrganizationConfig"):
        places.insert(0, "")
    shown: List[Document] = []
    for document in places:
        config = call.records.get("notificationConfig", organization, document, user)
        if config is None and document:
            config = call.records.get("notificationConfig", organization, "", user)
        metadata = {"organizationId": organization, "apiKey": call.key, "userId": user}
        if document:
            metadata["documentId"] = document
        shown.append({"config": config or {"inbox": "ALL", "email": "ALL"}, "metadata": metadata})
    return success("User config fetched successfully.", shown)


def set_settings(call: Call) -> Answer:
    organization = need(call)
    config = call.object("config")
    for name, value in config.items():
        if name in SETTINGS and value not in VALUES:
            raise invalid(f"config.{name} must be one of: {', '.join(VALUES)}.")
    outcome: Document = {}
    for user in call.texts("userIds"):
        for document in call.texts("documentIds") or [""]:
            before = call.records.get("notificationConfig", organization, document, user) or {}
            call.records.put("notificationConfig", organization, document, user, doc={**before, **config})
            entry = {"success": True, "userId": user, "message": "User config set successfully."}
            outcome[user] = {**entry, "documentId": document} if document else entry
    return success("User config set successfully.", outcome)


def _selected(call: Call, organization: str) -> List[Row]:
    document, location, user = (call.text(name) for name in ("documentId", "locationId", "userId"))
    ids = call.texts("notificationIds")
    return [
        row
        for row in call.records.under("notification", organization)
        if (not document or row.doc["metadata"]["documentId"] == document)
        and (not location or (row.doc.get("location") or {}).get("id") == location)
        and (not user or is_told(call.key, row.doc, user) or row.doc["notifyAll"])
        and (
            not user
            or row.doc["notificationSource"] != "comment"
            or _for_reader(call, organization, row, user)
        )
        and (not ids or row.ids[1] in ids)
    ]


def _for_reader(call: Call, organization: str, row: Row, user: str) -> bool:
    """Whether a notification of a comment is one for a person: who wrote it, and who may not see it, have none."""
    doc: Document = row.doc
    actor: Document = doc.get("actionUser") or {}
    if actor.get("userId") == user or user in (doc.get("accessDeniedUsers") or []):
        return False
    document = doc["metadata"]["documentId"]
    thread = call.records.get("annotation", organization, document, doc.get("targetAnnotationId", ""))
    if not may_see(call, thread or {"from": actor, **doc}, user):
        return False
    wanted = preference(call, organization, document, user, "inbox")
    return is_told(call.key, doc, user) if wanted == "MINE" else wanted != "NONE"


RULES: Dict[str, Rule] = {
    "notifications.addNotifications": add,
    "notifications.getNotifications": get,
    "notifications.updateNotifications": update,
    "notifications.deleteNotifications": delete,
    "notifications.getNotificationConfig": get_settings,
    "notifications.setNotificationConfig": set_settings,
}
