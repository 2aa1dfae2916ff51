"""A person's data: export and deletion."""

from __future__ import annotations

from typing import Any, Dict, List, cast

from velt_py.emulator.areas.users import leave
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.identity import hex_id, job_id
from velt_py.emulator.paging import page_of
from velt_py.emulator.recipients import is_told, without
from velt_py.emulator.refusals import invalid, missing
from velt_py.emulator.state import Row

__all__ = ["RULES"]

TASK_TIME = 5_000
PAGE = 100
FEATURES = ("comments", "reactions", "recordings", "notifications")
DONE = "-"


def get(call: Call) -> Answer:
    organization, user = call.text("organizationId"), call.text("userId")
    rows = _data_of(call, organization, user)
    tokens = call.text("pageToken").split(".") if call.text("pageToken") else [""] * len(FEATURES)
    if len(tokens) != len(FEATURES):
        raise invalid("Invalid page token.")
    data: Document = {}
    following: List[str] = []
    for name, token in zip(FEATURES, tokens):
        if token == DONE:
            data[name], further = [], None
        else:
            page = page_of(f"{call.operation}.{name}", rows[name], {"pageToken": token}, size=PAGE)
            data[name], further = [row.doc for row in page.rows], page.token
        following.append(further or DONE)
    more = any(token != DONE for token in following)
    message = "User data retrieved successfully."
    return success(message, data, nextPageToken=".".join(following) if more else None)


def delete(call: Call) -> Answer:
    users = call.texts("userIds")
    scopes = call.texts("organizationIds") or [row.ids[0] for row in call.records.under("organization")]
    for organization in scopes:
        for user in users:
            leave(call, organization, user)
            _erase(call, organization, user)
    job = job_id(call.key, "gdpr", call.records.next_number("gdpr"))
    tasks = len(scopes)
    call.records.put("gdprJob", job, doc={"start": call.now, "tasks": tasks})
    call.guess("deletion-time")
    return Answer(
        {
            "status": "success",
            "message": "User data deletion started.",
            "data": {"jobId": job, "tasksCount": tasks},
            "statusCode": 202,
        },
        status=202,
    )


def status(call: Call) -> Answer:
    job = call.records.get("gdprJob", call.text("jobId"))
    if job is None:
        raise missing("Job does not exist.")
    done = min(job["tasks"], (call.now - job["start"]) // TASK_TIME)
    data: Document = {"isDeleteCompleted": done >= job["tasks"], "tasksLeft": job["tasks"] - done}
    if done:
        data["lastTaskCompletedTime"] = job["start"] + done * TASK_TIME
    call.guess("deletion-time")
    return success("Delete status retrieved successfully.", data)


def _data_of(call: Call, organization: str, user: str) -> Dict[str, List[Row]]:
    comments: List[Row] = []
    for row in call.records.under("annotation", organization):
        kept = [each for each in row.doc["comments"] if each["from"]["userId"] == user]
        if kept:
            comments.append(Row(row.seq, row.ids, {**row.doc, "comments": kept}))
    notifications = [
        row
        for row in call.records.under("notification", organization)
        if is_told(call.key, row.doc, user) or _is(row.doc.get("actionUser"), user)
    ]
    recordings = [
        row for row in call.records.under("recording", organization) if _is(row.doc.get("from"), user)
    ]
    reactions = [
        row for row in call.records.under("reaction", organization) if _is(row.doc.get("from"), user)
    ]
    return {
        "comments": comments,
        "reactions": reactions,
        "recordings": recordings,
        "notifications": notifications,
    }


def _erase(call: Call, organization: str, user: str) -> None:
    """Delete what a person wrote, got or did, and where others name them."""
    for row in call.records.under("annotation", organization):
        comments = [each for each in row.doc["comments"] if each["from"]["userId"] != user]
        if not comments or row.doc["from"]["userId"] == user:
            call.records.delete("annotation", *row.ids)
            continue
        for comment in comments:
            tagged = cast(List[Any], comment.get("taggedUserContacts") or [])
            comment["taggedUserContacts"] = [each for each in tagged if not _is(each, user)]
        thread = {**row.doc, "comments": comments}
        if _is(thread.get("assignedTo"), user):
            del thread["assignedTo"]
        if thread.get("resolvedByUserId") == user:
            del thread["resolvedByUserId"]
        subscribed: Any = thread.get("subscribedUsers")
        if isinstance(subscribed, dict):
            cast(Document, subscribed).pop(hex_id(call.key, "user", user), None)
        call.records.put("annotation", *row.ids, doc=thread)
    for row in call.records.under("notification", organization):
        if _is(row.doc.get("actionUser"), user):
            call.records.delete("notification", *row.ids)
            continue
        told = without(call.key, row.doc, user)
        readers = [each for each in row.doc["readByUserIds"] if each != user]
        call.records.put("notification", *row.ids, doc={**row.doc, **told, "readByUserIds": readers})
    for row in call.records.under("activity", organization):
        if _is(row.doc.get("actionUser"), user):
            call.records.delete("activity", *row.ids)
    for kind in ("presence", "notificationConfig"):
        for row in call.records.under(kind, organization):
            if row.ids[-1] == user:
                call.records.delete(kind, *row.ids)
    for kind in ("recording", "reaction"):
        for row in call.records.under(kind, organization):
            if _is(row.doc.get("from"), user):
                call.records.delete(kind, *row.ids)
    for row in call.records.under("judgment", organization):
        if _is(row.doc["actionUser"], user):
            call.records.delete("judgment", *row.ids)
    for row in call.records.under("mail", organization):
        if row.doc["userId"] == user:
            call.records.delete("mail", *row.ids)


def _is(person: Any, user: str) -> bool:
    return isinstance(person, dict) and cast(Document, person).get("userId") == user


RULES: Dict[str, Rule] = {
    "gdpr.deleteAllUserData": delete,
    "gdpr.getAllUserData": get,
    "gdpr.getDeleteUserDataStatus": status,
}
