"""Activities of what happened. Pure on records."""

from __future__ import annotations

from velt_py.emulator.call import Call, Document
from velt_py.emulator.effects.facts import Happening, metadata_of, switched_on
from velt_py.emulator.identity import push_id
from velt_py.emulator.service_switches import service_of

__all__ = ["record"]

USUAL = {
    "comment": True,
    "reaction": True,
    "recorder": True,
    "crdt": True,
    "comment_annotation.suggestion_accept": True,
    "comment_annotation.suggestion_reject": True,
}

ACTIONS = {
    "comment.reaction_add": ("reaction", "reaction.add"),
    "comment.reaction_delete": ("reaction", "reaction.delete"),
    "recorder.done": ("recorder", "recording.add"),
    "crdt.update_data": ("crdt", "crdt.editor_edit"),
}
"""The features and actions of activities whose event has another name among webhooks."""


def record(call: Call, happening: Happening) -> None:
    """Keep an activity of something that happened."""
    service = service_of(call, "activity", happening.asked)
    if service is None or not switched_on(service.get("triggers"), happening.event, USUAL):
        return
    call.guess("activity-records")
    name = push_id(call.key, "activity", call.records.next_number("activity"))
    feature, action = ACTIONS.get(happening.event, (happening.source, happening.event))
    doc: Document = {
        "id": name,
        "featureType": feature,
        "actionType": action,
        "actionUser": happening.actor or {},
        "timestamp": call.now,
        "metadata": metadata_of(call, happening),
        "targetEntityId": happening.target or (happening.thread or {}).get("annotationId", ""),
        "immutable": service.get("immutable") is True,
    }
    if happening.changes:
        doc["changes"] = happening.changes
    if happening.thread is not None:
        # The comments would make every activity as large as its thread.
        doc["entityData"] = {key: value for key, value in happening.thread.items() if key != "comments"}
    if happening.comment is not None:
        doc["targetSubEntityId"] = str(happening.comment["commentId"])
        doc["entityTargetData"] = happening.comment
    call.records.put("activity", happening.organization, name, doc=doc)
