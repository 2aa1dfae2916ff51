"""A browser writes and reads what is no comment: reactions, recordings, files, people, notifications, activities."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, cast

from velt_py.emulator.call import Answer, Call, Document, success
from velt_py.emulator.effects import Happening, announce
from velt_py.emulator.frontend.browser import Browser, checked_record, need
from velt_py.emulator.frontend.stripping import merged, strip_activity, strip_reaction, strip_recording
from velt_py.emulator.identity import number_id, push_id
from velt_py.emulator.refusals import missing
from velt_py.exceptions import VeltValidationError

__all__ = ["PLAYERS"]

Given = Mapping[str, Any]
Play = Callable[[Browser, Given], Any]


def _add_reaction(browser: Browser, given: Given) -> Any:
    reaction = _record(browser, need(given, "annotation", dict), "reaction")
    partial, rest = strip_reaction(reaction, browser.resolvers.rules("reaction"))
    if browser.resolvers.has("reaction"):
        _save(browser, "reaction", "reactionAnnotation", partial, "reaction.add")
    else:
        rest = reaction
    _store(browser, "reaction", rest, _reacted(rest, "comment.reaction_add"))
    return {"annotationId": rest["annotationId"]}


def _delete_reaction(browser: Browser, given: Given) -> Any:
    doc = _stored(browser, "reaction", need(given, "annotationId"))
    _forget(browser, "reaction", "reactionAnnotationId", doc, "reaction.delete")
    _store(browser, "reaction", doc, _reacted(doc, "comment.reaction_delete"), gone=True)
    return {"annotationId": doc["annotationId"]}


def _get_reactions(browser: Browser, given: Given) -> Any:
    return {"reactionAnnotations": _read(browser, "reaction", "reaction", "reactionAnnotationIds")}


def _save_recording(browser: Browser, given: Given) -> Any:
    recording = _record(browser, need(given, "annotation", dict), "recording")
    partial, rest = strip_recording(recording, browser.resolvers.rules("recorder"))
    event = need(given, "event")
    if browser.resolvers.has("recorder"):
        _save(browser, "recorder", "recorderAnnotation", partial, event)
    else:
        rest = recording
    done = event == "recorder_annotation.add"
    _store(browser, "recording", rest, _recorded(rest) if done else None)
    return {"annotationId": rest["annotationId"]}


def _delete_recording(browser: Browser, given: Given) -> Any:
    doc = _stored(browser, "recording", need(given, "annotationId"))
    _forget(browser, "recorder", "recorderAnnotationId", doc, "recorder_annotation.delete")
    _store(browser, "recording", doc, None, gone=True)
    return {"annotationId": doc["annotationId"]}


def _get_recordings(browser: Browser, given: Given) -> Any:
    return {"recorderAnnotations": _read(browser, "recording", "recorder", "recorderAnnotationIds")}


def _add_attachment(browser: Browser, given: Given) -> Any:
    try:
        content = base64.b64decode(need(given, "content").encode(), validate=True)
    except (ValueError, binascii.Error):
        raise VeltValidationError("content must be base64", field="content") from None
    if given.get("attachmentId") is not None:
        number = need(given, "attachmentId", int)
    else:
        with browser.emulator.state.call():
            number = number_id(browser.key, "attachment", browser.records().next_number("attachment"))
    name, type = need(given, "name"), given.get("mimeType") or "application/octet-stream"
    if not isinstance(type, str) or "\r" in type or "\n" in type:
        raise VeltValidationError("mimeType must be a text", field="mimeType")
    attachment: Document = {"attachmentId": number, "name": name, "mimeType": type}
    request: Document = {
        "attachment": attachment,
        "metadata": {
            **browser.metadata,
            "attachmentId": number,
            "commentAnnotationId": given.get("commentAnnotationId"),
        },
        "event": "attachment.add",
    }
    provider = _storage(given)
    data: Any = browser.resolvers.upload(browser.emulator.outgoing, provider, request, name, type, content)
    url: Any = cast(Document, data).get("url") if isinstance(data, dict) else None
    return {
        **attachment,
        "size": len(content),
        "url": url,
        "isAttachmentResolverUsed": True,
    }


def _delete_attachment(browser: Browser, given: Given) -> Any:
    number = need(given, "attachmentId", int)
    body = {"attachmentId": number, "metadata": browser.metadata, "event": "attachment.delete"}
    browser.ask(_storage(given), "delete", body)
    return {"attachmentId": number}


def _storage(given: Given) -> str:
    return "recorder.storage" if given.get("storage") == "recorder" else "attachment"


def _get_users(browser: Browser, given: Given) -> Any:
    ids: Any = given.get("userIds")
    if not isinstance(ids, list):
        raise VeltValidationError("userIds must be a list of texts", field="userIds")
    return {"users": browser.ask("user", "get", {"organizationId": browser.organization, "userIds": ids})}


def _get_notifications(browser: Browser, given: Given) -> Any:
    rows: List[Document] = browser.write("notifications.getNotifications", userId=browser.user["userId"])
    own = [row["id"] for row in rows if row["notificationSource"] == "custom"]
    found: Dict[str, Any] = {}
    if own and browser.resolvers.has("notification"):
        body = {"organizationId": browser.organization, "notificationIds": own}
        found = browser.read("notification", body)
    return {
        "notifications": [
            {**merged(row, _without(found[row["id"]], "notificationId")), "isNotificationResolverUsed": True}
            if row["id"] in found
            else row
            for row in rows
        ]
    }


def _delete_notification(browser: Browser, given: Given) -> Any:
    name = need(given, "notificationId")
    if browser.resolvers.has("notification"):
        body = {"notificationId": name, "organizationId": browser.organization}
        browser.ask("notification", "delete", {**body, "event": "notification.delete"})
    browser.write("notifications.deleteNotifications", notificationIds=[name])
    return {"notificationId": name}


def _save_activity(browser: Browser, given: Given) -> Any:
    activity: Document = {"actionUser": browser.user, **checked_record(need(given, "activity", dict))}
    with browser.emulator.state.call():
        number = browser.records().next_number("activity")
    activity.setdefault("id", push_id(browser.key, "activity", number))
    activity["metadata"] = {**(activity.get("metadata") or {}), **browser.metadata}
    partial, rest = strip_activity(activity, browser.resolvers.rules("activity"))
    if browser.resolvers.has("activity"):
        if len(partial) > 1:
            body = {"activity": {partial["id"]: partial}, "metadata": browser.metadata}
            browser.ask("activity", "save", {**body, "event": "activity.save"})
    else:
        rest = activity
    browser.write("activities.addActivities", createOrganization=True, createDocument=True, activities=[rest])
    return {"id": activity["id"]}


def _get_activities(browser: Browser, given: Given) -> Any:
    rows: List[Document] = browser.write("activities.getActivities")
    own = [row["id"] for row in rows if row.get("isActivityResolverUsed") is True]
    found: Dict[str, Any] = {}
    if own and browser.resolvers.has("activity"):
        found = browser.read("activity", {"organizationId": browser.organization, "activityIds": own})
    return {"activities": [merged(row, found.get(row["id"], {})) for row in rows]}


def _record(browser: Browser, annotation: Document, kind: str) -> Document:
    doc = {"from": browser.user, **checked_record(annotation)}
    if doc.get("annotationId") is None:
        with browser.emulator.state.call():
            doc["annotationId"] = push_id(browser.key, kind, browser.records().next_number(kind))
    need(doc, "annotationId")
    doc["metadata"] = {**(doc.get("metadata") or {}), **browser.metadata}
    return doc


def _save(browser: Browser, provider: str, name: str, partial: Document, event: str) -> None:
    body = {name: {partial["annotationId"]: partial}, "metadata": browser.metadata, "event": event}
    browser.ask(provider, "save", body)


def _forget(browser: Browser, provider: str, name: str, doc: Document, event: str) -> None:
    if browser.resolvers.has(provider):
        body = {name: doc["annotationId"], "metadata": browser.metadata, "event": event}
        browser.ask(provider, "delete", body)


def _stored(browser: Browser, kind: str, name: str) -> Document:
    with browser.emulator.state.call():
        doc = browser.records().get(kind, browser.organization, browser.document, name)
    if doc is None:
        raise missing(f"The {kind} does not exist.")
    return doc


def _read(browser: Browser, kind: str, provider: str, ids: str) -> List[Document]:
    with browser.emulator.state.call():
        rows = [row.doc for row in browser.records().under(kind, browser.organization, browser.document)]
    if not rows or not browser.resolvers.has(provider):
        return rows
    body = {"organizationId": browser.organization, ids: [row["annotationId"] for row in rows]}
    found = browser.read(provider, body)
    return [merged(row, found.get(row["annotationId"], {})) for row in rows]


Follow = Optional[Callable[[Call], None]]


def _store(browser: Browser, kind: str, doc: Document, follow: Follow, gone: bool = False) -> None:
    """Keep a record, or delete it, and let follow what follows."""

    def rule(call: Call) -> Answer:
        ids = (browser.organization, browser.document, doc["annotationId"])
        if gone:
            call.records.delete(kind, *ids)
        else:
            call.records.put(kind, *ids, doc={**doc, "lastUpdated": call.now})
        if follow is not None:
            follow(call)
        return success("", {})

    browser.rule(rule, kind, browser.place)


def _reacted(reaction: Document, event: str) -> Follow:
    """What follows from a reaction to a comment: the comment names it, and people hear of it."""
    thread_id, number = reaction.get("commentAnnotationId"), reaction.get("commentId")

    def follow(call: Call) -> None:
        ids = (call.text("organizationId"), call.text("documentId"), str(thread_id))
        thread = call.records.get("annotation", *ids)
        comments = [each for each in (thread or {"comments": []})["comments"] if each["commentId"] == number]
        if thread is None or not comments:
            return
        names = [each for each in comments[0]["reactionAnnotationIds"] if each != reaction["annotationId"]]
        added = [reaction["annotationId"]] if event.endswith("_add") else []
        comments[0]["reactionAnnotationIds"] = [*names, *added]
        call.records.put("annotation", *ids, doc=thread)
        announce(call, Happening(event, ids[0], ids[1], call.actor, thread, comments[0]))

    return follow if isinstance(thread_id, str) else None


def _recorded(recording: Document) -> Follow:
    def follow(call: Call) -> None:
        more = {"recorderId": recording["annotationId"], "from": recording.get("from")}
        announce(
            call,
            Happening(
                "recorder.done",
                call.text("organizationId"),
                call.text("documentId"),
                actor=call.actor,
                more=more,
                target=recording["annotationId"],
            ),
        )

    return follow


def _without(doc: Document, name: str) -> Document:
    return {key: value for key, value in doc.items() if key != name}


PLAYERS: Mapping[Tuple[str, str], Play] = {
    ("reaction", "reaction.add"): _add_reaction,
    ("reaction", "reaction.delete"): _delete_reaction,
    ("reaction", "get"): _get_reactions,
    ("recorder", "recorder_annotation.add"): _save_recording,
    ("recorder", "recorder_annotation.update"): _save_recording,
    ("recorder", "recorder_annotation.delete"): _delete_recording,
    ("recorder", "get"): _get_recordings,
    ("attachment", "attachment.add"): _add_attachment,
    ("attachment", "attachment.delete"): _delete_attachment,
    ("user", "get"): _get_users,
    ("notification", "get"): _get_notifications,
    ("notification", "notification.delete"): _delete_notification,
    ("activity", "activity.save"): _save_activity,
    ("activity", "get"): _get_activities,
}
"""What is played, by feature and event."""
