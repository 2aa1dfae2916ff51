"""Comment threads."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple, cast

from velt_py.emulator.access import may_write
from velt_py.emulator.areas.documents import need_document
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, objects, success
from velt_py.emulator.effects import comments as effects
from velt_py.emulator.identity import digest, push_id
from velt_py.emulator.refusals import Refused, invalid, missing
from velt_py.emulator.state import Row
from velt_py.emulator.threads import (
    author_of,
    check_shapes,
    check_status,
    check_visibility,
    finding_of,
    is_fresh,
    make_thread,
    people_in,
)

__all__ = ["RULES", "need_thread"]

UNFILTERED = ("annotationIds", "locationIds", "userIds", "agentId", "agentSuggestions", "agentUrls")
AGENT_FILTERS = ("agentId", "executionId", "agentType", "agentSource", "agentSuggestions", "agentComments")
CAUTIOUS = 25
"""How many documents the published package counts at a time; the page says thirty."""
FIXED = (
    "annotationId",
    "visibility",
    "visibilityConfig",
    "comments",
    "createdAt",
    "annotationNumber",
    "annotationIndex",
)


def add(call: Call) -> Answer:
    organization = need(call)
    document = need_document(call, organization)
    outcome: Document = {}
    denied = False
    for index, entry in enumerate(call.objects("commentAnnotations")):
        name: Any = entry.get("annotationId")
        if name is not None and (not isinstance(name, str) or not name or ":" in name):
            raise invalid("annotationId must be a text without a colon.")
        comments = objects(entry, "commentData")
        author = author_of(comments[0])["userId"] if comments else ""
        if call.flag("verifyUserPermissions") and not may_write(call, organization, document, author):
            denied = True
            outcome[name or f"__velt_denied:{index}"] = {
                "success": False,
                "message": "User does not have permission to access this document.",
            }
            continue
        name = name or push_id(call.key, "annotation", call.records.next_number("annotation"))
        outcome[name] = _added(call, (organization, document, name), entry, comments)
    call.guess("annotation-numbers")
    # The documentation promises no order, so nobody shall get used to one.
    mixed = dict(sorted(outcome.items(), key=lambda item: digest(call.seed, item[0])))
    if all(entry["success"] for entry in mixed.values()):
        return success("Comment Annotation(s) added successfully.", mixed)
    word = "PERMISSION_DENIED" if denied else "INTERNAL"
    raise Refused(word, "Some annotations could not be added.", details=mixed, kept=True)


def _added(call: Call, place: Tuple[str, str, str], entry: Document, comments: List[Document]) -> Document:
    """Write a thread; what is said of it."""
    organization, document, name = place
    if call.records.get("annotation", *place) is not None:
        call.guess("annotations-again")
        return {"success": False, "annotationId": name, "message": "Annotation already exists."}
    number = call.records.next_number(f"annotation/{organization}/{document}") - 1
    thread = make_thread(call, organization, document, name, entry, number)
    effects.added(call, place, thread, comments, first=True)
    call.records.put("annotation", *place, doc=thread)
    done: Document = {
        "success": True,
        "annotationId": name,
        "commentIds": [comment["commentId"] for comment in thread["comments"]],
        "message": "Added Successfully",
    }
    finding = finding_of(comments[0])
    return done if finding is None else {**done, "findingId": finding}


def get(call: Call) -> Answer:
    organization = need(call)
    if sum(call.data.get(name) is not None for name in AGENT_FILTERS) > 1:
        raise invalid(f"At most one of {', '.join(AGENT_FILTERS)} can be given.")
    rows = [row for row in call.records.under("annotation", organization) if _passes(call, row)]
    page = call.page(rows, by=lambda row: row.doc["lastUpdated"], descending=call.text("order") != "asc")
    if call.flag("groupByDocumentId"):
        grouped: Dict[str, List[Document]] = {}
        for row in page.rows:
            grouped.setdefault(row.ids[1], []).append(row.doc)
        return success("Annotations fetched successfully.", grouped, nextPageToken=page.token)
    shown: List[Optional[Document]] = [row.doc for row in page.rows]
    if call.texts("annotationIds") and page.token is None and not call.text("pageToken"):
        known = {row.ids[2] for row in call.records.under("annotation", organization)}
        shown.extend(None for name in call.texts("annotationIds") if name not in known)
    return success("Annotation(s) fetched successfully.", shown, nextPageToken=page.token)


def count(call: Call) -> Answer:
    organization, user = need(call), call.text("userId")
    statuses = call.texts("statusIds")
    outcome: Document = {}
    if len(call.texts("documentIds")) > CAUTIOUS:
        call.guess("counted-documents")
    for document in call.texts("documentIds"):
        threads = [row.doc for row in call.records.under("annotation", organization, document)]
        threads = [doc for doc in threads if not statuses or doc["status"]["id"] in statuses]
        unread = [doc for doc in threads if user not in people_in(doc)]
        outcome[document] = {"total": len(threads), "unread": len(unread)}
    call.guess("unread")
    return success("Comment count retrieved successfully.", outcome)


def update(call: Call) -> Answer:
    organization, document = need(call), call.text("documentId")
    changes = call.object("updatedData")
    check_status(changes.get("status"))
    check_shapes(changes)
    outcome: Document = {
        name: {"success": False, "id": name, "message": "Not found"} for name in call.texts("annotationIds")
    }
    if "from" in changes:
        author_of(changes)
    for row in _filtered(call, organization, document):
        thread = _changed(row.doc, changes, call.now)
        for pair in call.objects("updateUsers"):
            _replace_user(thread, pair)
        call.records.put("annotation", *row.ids, doc=thread)
        effects.thread_changed(call, row.ids, row.doc, thread)
        outcome[row.ids[2]] = {
            "success": True,
            "id": row.ids[2],
            "message": "Annotations updated successfully",
        }
    return success("Annotations updated successfully.", outcome)


def delete(call: Call) -> Answer:
    organization, document = call.text("organizationId"), call.text("documentId")
    scopes = [organization] if organization else [row.ids[0] for row in call.records.under("organization")]
    if not any(call.data.get(name) for name in UNFILTERED):
        call.guess("unfiltered-delete")
    urls = [url.strip() for url in call.texts("agentUrls")]
    if call.data.get("agentId") == "":
        raise invalid("agentId must not be empty.")
    if call.data.get("agentUrls") is not None and not any(url.split("#")[0] for url in urls):
        raise invalid("No url of agentUrls is that of a page.")
    outcome: Document = {
        name: {"success": False, "id": name, "message": "Annotation not found."}
        for name in call.texts("annotationIds")
    }
    for each in scopes:
        for row in _filtered(call, each, document):
            agent: Document = row.doc.get("agent") or {}
            if call.text("agentId") and agent.get("agentId") != call.text("agentId"):
                continue
            if call.flag("agentSuggestions") and not is_fresh(row.doc):
                continue
            if urls and agent.get("url") not in urls:
                continue
            call.records.delete("annotation", *row.ids)
            effects.removed(call, row.ids, row.doc, row.doc["comments"])
            outcome[row.ids[2]] = {"success": True, "id": row.ids[2], "message": "Deleted Successfully"}
    return success("Annotations deleted successfully.", outcome)


def need_thread(call: Call) -> Row:
    """The thread of a request.

    Raises:
        Refused: there is none of that id.
    """
    ids = (call.text("organizationId"), call.text("documentId"), call.text("annotationId"))
    doc = call.records.get("annotation", *ids)
    if doc is None:
        raise missing("Comment annotation does not exist.")
    return Row(0, ids, doc)


def _filtered(call: Call, organization: str, document: str) -> List[Row]:
    names, locations, users = (call.texts(name) for name in ("annotationIds", "locationIds", "userIds"))
    return [
        row
        for row in call.records.under("annotation", organization, document)
        if (not names or row.ids[2] in names)
        and (not locations or (row.doc.get("location") or {}).get("id") in locations)
        and (not users or row.doc["from"]["userId"] in users)
    ]


def _passes(call: Call, row: Row) -> bool:
    """Whether a thread is one that a request asks for."""
    documents = [*call.texts("documentIds"), *([call.text("documentId")] if call.text("documentId") else [])]
    if not (_among(documents, row.ids[1]) and _among(call.texts("annotationIds"), row.ids[2])):
        return False  # before what it holds is read
    doc = row.doc
    statuses = [*call.texts("statusIds"), *([call.text("statusId")] if call.text("statusId") else [])]
    folder, resolver = call.text("folderId"), call.text("resolvedBy")
    return (
        (not folder or (call.records.get("document", *row.ids[:2]) or {}).get("folderId") == folder)
        and _among(call.texts("locationIds"), (doc.get("location") or {}).get("id"))
        and _among(statuses, doc["status"]["id"])
        and _any_among(call.texts("userIds"), people_in(doc))
        and _any_among(call.texts("mentionedUserIds"), _mentioned(doc))
        and (not resolver or doc.get("resolvedByUserId") == resolver)
        and _in_time(call, doc)
        and _of_agent(call, doc)
    )


def _among(wanted: List[str], found: Any) -> bool:
    return not wanted or found in wanted


def _any_among(wanted: List[str], found: List[str]) -> bool:
    return not wanted or any(each in wanted for each in found)


def _mentioned(doc: Document) -> List[str]:
    return [
        contact["userId"]
        for comment in doc["comments"]
        for contact in cast(List[Any], comment.get("taggedUserContacts") or [])
        if isinstance(contact, dict) and isinstance(cast(Document, contact).get("userId"), str)
    ]


def _in_time(call: Call, doc: Document) -> bool:
    for name, field in (("updated", "lastUpdated"), ("created", "createdAt")):
        after, before = call.data.get(f"{name}After"), call.data.get(f"{name}Before")
        if (after is not None and doc[field] <= after) or (before is not None and doc[field] >= before):
            return False
    return True


def _of_agent(call: Call, doc: Document) -> bool:
    agent: Document = doc.get("agent") or {}
    for name in ("agentId", "executionId", "agentType", "agentSource"):
        if call.text(name) and agent.get(name) != call.text(name):
            return False
    if call.flag("agentSuggestions") and not is_fresh(doc):
        return False
    return not call.flag("agentComments") or bool(agent)


def _changed(doc: Document, changes: Document, now: int) -> Document:
    """A thread with changes: null clears a field, an absent one is kept."""
    thread = dict(doc)
    if changes.get("visibility") is not None:
        thread["visibilityConfig"] = check_visibility(changes)
    for name, value in changes.items():
        if name in FIXED:
            continue
        if value is None and name not in ("status", "from"):
            thread.pop(name, None)
        elif value is not None:
            thread[name] = value
    status = changes.get("status")
    if isinstance(status, dict) and cast(Document, status)["type"] != "terminal":
        thread.pop("resolvedByUserId", None)
    if "metadata" in changes:
        thread["metadata"] = {**(changes["metadata"] or {}), **doc["metadata"]}
    thread["lastUpdated"] = now
    return thread


def _replace_user(thread: Document, pair: Document) -> None:
    """Put one person in the place of another."""
    old, new = pair.get("oldUser"), pair.get("newUser")
    if not isinstance(old, dict) or not isinstance(new, dict):
        raise invalid("updateUsers[] needs oldUser and newUser.")
    user = id_in(cast(Document, old), "userId")
    id_in(cast(Document, new), "userId")
    for place in (thread, *thread["comments"]):
        if place["from"]["userId"] == user:
            place["from"] = new


RULES: Dict[str, Rule] = {
    "commentAnnotations.addCommentAnnotations": add,
    "commentAnnotations.getCommentAnnotations": get,
    "commentAnnotations.getCommentAnnotationsCount": count,
    "commentAnnotations.updateCommentAnnotations": update,
    "commentAnnotations.deleteCommentAnnotations": delete,
}
