"""The comments inside a thread."""

from __future__ import annotations

from typing import Dict, List, Optional, cast

from velt_py.emulator.access import may_write
from velt_py.emulator.areas.comment_annotations import need_thread
from velt_py.emulator.areas.documents import need_document
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.clock import iso
from velt_py.emulator.effects import comments as effects
from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.state import Row
from velt_py.emulator.threads import author_of, check_lists, next_comment, without_text

__all__ = ["RULES"]

OF_THREADS = ("status", "priority", "assignedTo", "location", "suggestion", "visibility", "targetElement")
"""Fields of the thread, which a comment does not take."""


def add(call: Call) -> Answer:
    organization = need(call)
    document = need_document(call, organization)
    row = need_thread(call)
    numbers: List[int] = []
    entries = call.objects("commentData") or call.objects("comments")
    for entry in entries:
        author = author_of(entry)["userId"]
        if call.flag("verifyUserPermissions") and not may_write(call, organization, document, author):
            raise Refused("PERMISSION_DENIED", "User does not have permission to access this document.")
        numbers.append(next_comment(call, row.doc, entry)["commentId"])
    effects.added(call, row.ids, row.doc, entries, first=False)
    _keep(call, row)
    return success("Comment(s) added successfully.", numbers)


def get(call: Call) -> Answer:
    comments = cast(List[Document], need_thread(call).doc["comments"])
    wanted = cast(List[int], call.data.get("commentIds") or [])
    users = call.texts("userIds")
    if not wanted:
        shown: List[Optional[Document]] = [
            each for each in comments if not users or each["from"]["userId"] in users
        ]
    else:
        by_number = {each["commentId"]: each for each in comments}
        shown = [by_number.get(number) for number in wanted]
    return success("Comments retrieved successfully.", shown)


def update(call: Call) -> Answer:
    changes = call.object("updatedData")
    for name in OF_THREADS:
        if name in changes:
            raise invalid(f"updatedData.{name} is a field of the annotation; update the annotation instead.")
    if "from" in changes:
        author_of(changes)
    check_lists("updatedData", changes)
    row = need_thread(call)
    outcome: Document = {}
    for number in cast(List[int], call.data["commentIds"]):
        found = [each for each in row.doc["comments"] if each["commentId"] == number]
        for comment in found:
            before = dict(comment)
            _change(comment, changes, call.now)
            if call.flag("triggerNotification"):
                effects.changed(call, row.ids, row.doc, before, comment)
        outcome[str(number)] = _entry(number, bool(found), "Updated successfully")
    _keep(call, row)
    return success("Comment updated successfully.", outcome)


def delete(call: Call) -> Answer:
    row = need_thread(call)
    numbers, users = cast(List[int], call.data.get("commentIds") or []), call.texts("userIds")
    leaving = [
        comment
        for comment in row.doc["comments"]
        if (not numbers or comment["commentId"] in numbers)
        and (not users or comment["from"]["userId"] in users)
    ]
    gone = [comment["commentId"] for comment in leaving]
    row.doc["comments"] = [each for each in row.doc["comments"] if each["commentId"] not in gone]
    outcome: Document = {str(number): _entry(number, False, "") for number in numbers}
    outcome.update((str(number), _entry(number, True, "Deleted successfully")) for number in gone)
    _keep(call, row)
    effects.removed(call, row.ids, row.doc, leaving)
    return success("Comments(s) deleted successfully.", outcome)


def _change(comment: Document, changes: Document, now: int) -> None:
    for name, value in without_text(changes).items():
        if name in ("commentId", "createdAt"):
            continue
        if value is None and name != "from":
            comment.pop(name, None)
        elif value is not None:
            comment[name] = value
    if comment.get("isCommentResolverUsed") is True:
        comment.pop("commentText", None)
        comment.pop("commentHtml", None)
    comment["lastUpdated"] = iso(now)


def _keep(call: Call, row: Row) -> None:
    row.doc["lastUpdated"] = call.now
    call.records.put("annotation", *row.ids, doc=row.doc)


def _entry(number: int, done: bool, message: str) -> Document:
    return {"success": done, "id": number, "message": message if done else "Not found"}


RULES: Dict[str, Rule] = {
    "commentAnnotations.addComments": add,
    "commentAnnotations.getComments": get,
    "commentAnnotations.updateComments": update,
    "commentAnnotations.deleteComments": delete,
}
