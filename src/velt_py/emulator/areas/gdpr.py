"""A person's data: export and deletion."""

from __future__ import annotations

from typing import Dict, List

from velt_py.emulator.areas.erasure import erase
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.erasing import is_of
from velt_py.emulator.identity import job_id
from velt_py.emulator.paging import page_of
from velt_py.emulator.recipients import is_told
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
    message = "Data fetched successfully."
    return success(message, data, nextPageToken=".".join(following) if more else None)


def delete(call: Call) -> Answer:
    tasks = erase(call, call.texts("userIds"), call.texts("organizationIds"))
    job = job_id(call.key, "gdpr", call.records.next_number("gdpr"))
    call.records.put("gdprJob", job, doc={"start": call.now, "tasks": tasks})
    call.guess("deletion-time")
    return Answer(
        {
            "status": "success",
            "message": "Data deletion process has been initiated.",
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
    return success("Data fetched successfully.", data)


def _data_of(call: Call, organization: str, user: str) -> Dict[str, List[Row]]:
    comments: List[Row] = []
    for row in call.records.under("annotation", organization):
        kept = [each for each in row.doc["comments"] if each["from"]["userId"] == user]
        if kept:
            comments.append(Row(row.seq, row.ids, {**row.doc, "comments": kept}))
    notifications = [
        row
        for row in call.records.under("notification", organization)
        if is_told(call.key, row.doc, user) or is_of(row.doc.get("actionUser"), user)
    ]
    recordings = [
        row for row in call.records.under("recording", organization) if is_of(row.doc.get("from"), user)
    ]
    reactions = [
        row for row in call.records.under("reaction", organization) if is_of(row.doc.get("from"), user)
    ]
    return {
        "comments": comments,
        "reactions": reactions,
        "recordings": recordings,
        "notifications": notifications,
    }


RULES: Dict[str, Rule] = {
    "gdpr.deleteAllUserData": delete,
    "gdpr.getAllUserData": get,
    "gdpr.getDeleteUserDataStatus": status,
}
