"""What happens in documents while people are in them: presence, live state, shared editing, recordings."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.checking import check_type
from velt_py.emulator.effects.editing import crdt_data, edited
from velt_py.emulator.refusals import Refused, invalid, missing

__all__ = ["RULES", "crdt_doc"]

VALUE_TYPES: Dict[str, Tuple[type, str]] = {
    "text": (str, "a string"),
    "xml": (str, "a string"),
    "xmltext": (str, "a string"),
    "map": (dict, "an object"),
    "array": (list, "an array"),
}


def add_presence(call: Call) -> Answer:
    _set_presence(call)
    return success("Presence added successfully.", {"success": True})


def update_presence(call: Call) -> Answer:
    _set_presence(call)
    return success("Presence updated successfully.", {"success": True})


def _set_presence(call: Call) -> None:
    for entry in call.objects("users"):
        user, status = id_in(entry, "userId"), entry.get("status") or "online"
        check_type("users[].status", status, "string")
        place = (*_place(call), user)
        before = call.records.get("presence", *place) or {}
        doc = {**before, **entry, "status": status, "lastUpdated": call.now}
        call.records.put("presence", *place, doc=doc)


def delete_presence(call: Call) -> Answer:
    for user in call.texts("userIds"):
        call.records.delete("presence", *_place(call), user)
    return success("Presence deleted successfully.", {"success": True})


def broadcast(call: Call) -> Answer:
    place = (*_place(call), call.text("liveStateDataId"))
    before = call.records.get("livestate", *place) or {"data": {}}
    data = {**before["data"], **call.object("data")} if call.flag("merge") else call.object("data")
    call.records.put("livestate", *place, doc={"data": data, "lastUpdated": call.now})
    return success("Event broadcasted successfully.", {"success": True})


def add_crdt(call: Call) -> Answer:
    place = (*_place(call), call.text("editorId"))
    if call.records.get("crdt", *place) is not None:
        raise Refused("ALREADY_EXISTS", "CRDT data already exists for this editor ID.")
    call.records.put("crdt", *place, doc=crdt_doc(call))
    return success("CRDT data added successfully.")


def update_crdt(call: Call) -> Answer:
    place = (*_place(call), call.text("editorId"))
    if call.records.get("crdt", *place) is None:
        raise missing("No CRDT data found for this editor ID.")
    doc = crdt_doc(call)
    call.records.put("crdt", *place, doc=doc)
    edited(call, place[-1], doc)
    return success("CRDT data updated successfully.")


def get_crdt(call: Call) -> Answer:
    editor = call.text("editorId")
    rows = call.records.under("crdt", *_place(call))
    shown = [
        crdt_data(row.ids[-1], row.doc)
        for row in rows
        if (not editor or row.ids[-1] == editor) and call.text("type") in ("", row.doc["type"])
    ]
    return success("CRDT data retrieved successfully.", shown)


def delete_crdt(call: Call) -> Answer:
    place = (id_in(call.data, "organizationId"), id_in(call.data, "documentId"))
    editors = call.texts("editorIds")
    for row in call.records.under("crdt", *place):
        if not editors or row.ids[-1] in editors:
            call.records.delete("crdt", *row.ids)
    return success("CRDT data deleted successfully.", {})


def recordings(call: Call) -> Answer:
    document, wanted = call.text("documentId"), call.texts("recordingIds")
    organization = need(call)
    page = call.page(call.records.under("recording", organization, *([document] if document else [])))
    shown = [row.doc for row in page.rows if not wanted or row.ids[-1] in wanted]
    return success("Recorder annotations retrieved successfully.", shown, pageToken=page.token)


def _place(call: Call) -> Tuple[str, str]:
    return call.text("organizationId"), call.text("documentId")


def crdt_doc(call: Call) -> Document:
    """What is stored of the data of a shared editor.

    Raises:
        Refused: the data is not of the type that the request names.
    """
    kind: str = call.text("type")
    data: Any = call.data.get("data")
    python, said = VALUE_TYPES[kind]
    if not isinstance(data, python):
        raise invalid(f"Data must be {said} for type {kind}.")
    return {
        "data": data,
        "type": kind,
        "contentKey": call.text("contentKey") or "content",
        "at": call.now,
    }


RULES: Dict[str, Rule] = {
    "presence.addPresence": add_presence,
    "presence.updatePresence": update_presence,
    "presence.deletePresence": delete_presence,
    "livestate.broadcastEvent": broadcast,
    "crdt.addCrdtData": add_crdt,
    "crdt.getCrdtData": get_crdt,
    "crdt.updateCrdtData": update_crdt,
    "crdt.deleteCrdtData": delete_crdt,
    "recordings.getRecordings": recordings,
}
