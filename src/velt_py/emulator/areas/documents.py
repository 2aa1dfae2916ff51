"""Documents of an organization."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple, cast

from velt_py.emulator.areas import folders
from velt_py.emulator.areas.configurations import metadata_of
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.filters import matches
from velt_py.emulator.identity import decimal_id, job_id
from velt_py.emulator.kinds import NOTICE_HELD
from velt_py.emulator.refusals import Refused, invalid, missing
from velt_py.emulator.state import Row

__all__ = ["INSIDE", "RULES", "create", "need_document", "remove"]

INSIDE = (
    *("documentUser", "annotation", "presence", "livestate", "crdt", "recording", "reaction", "judgment"),
    "notificationConfig",
    NOTICE_HELD,
)
"""The kinds of records whose second id is that of a document."""
MIGRATION_TIME = 2_000


def create(call: Call, organization: str, document: str, facts: Document) -> Document:
    """Make a document, or write facts over one that is there."""
    before = call.records.get("document", organization, document) or {
        "documentName": document,
        "disabled": False,
        "accessType": metadata_of(call.records)["defaultDocumentAccessType"] or "public",
        "createdAt": call.now,
    }
    doc = {**before, **facts, "id": document}
    doc.pop("documentId", None)
    call.records.put("document", organization, document, doc=doc)
    return doc


def need_document(call: Call, organization: str) -> str:
    """The document of a request, made when the request says so.

    Raises:
        Refused: there is none of that id.
    """
    document = call.text("documentId")
    if call.records.get("document", organization, document) is None:
        if not call.flag("createDocument"):
            raise missing("Document does not exist.")
        create(call, organization, document, {})
    return document


def remove(call: Call, organization: str, document: str) -> bool:
    """Delete a document with what is in it; False when there is none."""
    for kind in INSIDE:
        call.records.delete_under(kind, organization, document)
    for kind in ("notification", "activity"):
        for row in call.records.under(kind, organization):
            if row.doc["metadata"].get("documentId") == document:
                call.records.delete(kind, *row.ids)
    for row in call.records.under("permission", organization, "document", document):
        call.records.delete("permission", *row.ids)
    return call.records.delete("document", organization, document)


def add(call: Call) -> Answer:
    organization = need(call)
    folder = call.text("folderId")
    if folder and call.records.get("folder", organization, folder) is None:
        if not call.flag("createFolder"):
            raise missing("Folder does not exist.")
        folders.create(call, organization, folder, {})
    outcome: Document = {}
    for entry in call.objects("documents"):
        document = id_in(entry, "documentId")
        if call.records.get("document", organization, document) is not None:
            outcome[document] = _failed(
                call, organization, document, "Document already exists", "already-exists"
            )
            continue
        create(call, organization, document, {**entry, "folderId": folder} if folder else entry)
        outcome[document] = _done(call, organization, document, "Added Successfully")
    return _answered("Document(s) added successfully.", outcome, "Error adding document(s).")


def get(call: Call) -> Answer:
    organization = need(call)
    wanted = call.texts("documentIds")
    if wanted:
        return _named(call, organization, wanted)
    rows = _listed(call, organization)
    views = _views(call, organization) if call.flag("orderByCommentViews") else None
    page = call.page(
        rows,
        by=None if views is None else lambda row: views.get(row.ids[1], 0),
        descending=views is not None,
    )
    applied = True if call.objects("filters") else None
    return success(
        "Document(s) retrieved successfully.",
        [row.doc for row in page.rows],
        pageToken=page.token,
        filtersApplied=applied,
    )


def count(call: Call) -> Answer:
    if call.objects("filters") and call.flag("excludeFolderDocs"):
        raise invalid("filters cannot be used with excludeFolderDocs.")
    organization = call.text("organizationId")
    rows = _listed(call, organization) if organization else call.records.under("document")
    if call.flag("excludeFolderDocs"):
        rows = [row for row in rows if not row.doc.get("folderId")]
    data: Document = {"count": len(rows)}
    if call.objects("filters"):
        data["filtersApplied"] = True
    return success("Documents count retrieved successfully.", data)


def update(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {}
    for entry in call.objects("documents"):
        document = id_in(entry, "documentId")
        before = call.records.get("document", organization, document)
        if before is None:
            outcome[document] = _failed(call, organization, document, "Document does not exist", "not-found")
            continue
        facts = dict(entry)
        if call.flag("merge") and isinstance(entry.get("metadata"), dict):
            facts["metadata"] = {**(before.get("metadata") or {}), **entry["metadata"]}
        create(call, organization, document, facts)
        outcome[document] = _done(call, organization, document, "Updated Successfully")
    return _answered("Document(s) updated successfully.", outcome, "Error updating document(s).")


def delete(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {}
    for document in call.texts("documentIds"):
        if remove(call, organization, document):
            outcome[document] = _done(call, organization, document, "Deleted Successfully")
        else:
            outcome[document] = _failed(call, organization, document, "Document does not exist", "not-found")
    return _answered("Document(s) deleted successfully.", outcome, "Error deleting document(s).")


def move(call: Call) -> Answer:
    organization, folder = need(call), call.text("folderId")
    if folder != folders.ROOT and call.records.get("folder", organization, folder) is None:
        raise missing("Folder does not exist.")
    docs = {name: call.records.get("document", organization, name) for name in call.texts("documentIds")}
    if None in docs.values():
        raise missing("Document does not exist.")
    for name, doc in docs.items():
        moved = {key: value for key, value in cast(Document, doc).items() if key != "folderId"}
        if folder != folders.ROOT:
            moved["folderId"] = folder
        call.records.put("document", organization, name, doc=moved)
    return success("Documents moved successfully.")


def access(call: Call) -> Answer:
    return _set(
        call,
        "accessType",
        call.text("accessType"),
        ("Updated access for documents successfully.", "Document access type updated."),
    )


def disable(call: Call) -> Answer:
    return _set(
        call,
        "disabled",
        call.flag("disabled"),
        ("Updated disable state for documents successfully.", "Document disabled state updated."),
    )


def migrate(call: Call) -> Answer:
    organization, document, new = need(call), call.text("documentId"), call.text("newDocumentId")
    migration = job_id(call.key, "migration", organization, call.records.next_number("migration"))
    doc = call.records.get("document", organization, document)
    done = doc is not None and call.records.get("document", organization, new) is None and new != document
    if done:
        _rename(call, organization, document, new)
    call.records.put("migration", organization, migration, doc={"start": call.now, "done": done})
    call.guess("migration-time")
    return success("Document migration started successfully.", {"migrationId": migration})


def migration_status(call: Call) -> Answer:
    migration = call.text("migrationId")
    job = call.records.get("migration", call.text("organizationId"), migration)
    if job is None:
        raise missing("Migration does not exist.")
    over = call.now - job["start"] >= MIGRATION_TIME
    status = ("completed" if job["done"] else "failed") if over else "in_progress"
    call.guess("migration-time")
    return success("Migration status retrieved successfully.", {"migrationId": migration, "status": status})


def _rename(call: Call, organization: str, document: str, new: str) -> None:
    doc = call.records.get("document", organization, document)
    for kind in INSIDE:
        for row in call.records.under(kind, organization, document):
            moved = {**row.doc}
            if isinstance(moved.get("metadata"), dict):
                moved["metadata"] = {**moved["metadata"], "documentId": new}
            call.records.put(kind, organization, new, *row.ids[2:], doc=moved)
    for kind in ("notification", "activity"):
        for row in call.records.under(kind, organization):
            if row.doc["metadata"].get("documentId") == document:
                moved = {**row.doc, "metadata": {**row.doc["metadata"], "documentId": new}}
                call.records.put(kind, *row.ids, doc=moved)
    for row in call.records.under("permission", organization, "document", document):
        call.records.put("permission", organization, "document", new, row.ids[-1], doc=row.doc)
    # Threads go on being numbered behind those that were moved.
    numbers = call.records.get("counter", f"annotation/{organization}/{document}")
    if numbers is not None:
        call.records.put("counter", f"annotation/{organization}/{new}", doc=numbers)
    remove(call, organization, document)
    create(call, organization, new, {**cast(Document, doc), "id": new})


def _set(call: Call, name: str, value: Any, messages: Tuple[str, str]) -> Answer:
    """Write one fact of documents; the messages are those of the answer and of each document."""
    organization = need(call)
    outcome: Document = {}
    for document in call.texts("documentIds"):
        if call.records.get("document", organization, document) is None:
            call.guess("message-texts")
            outcome[document] = {"success": False, name: value, "message": "Document does not exist."}
            continue
        create(call, organization, document, {name: value})
        outcome[document] = {"success": True, name: value, "message": messages[1]}
    return success(messages[0], outcome)


def _listed(call: Call, organization: str) -> List[Row]:
    rows = call.records.under("document", organization)
    folder = call.text("folderId")
    if folder:
        rows = [row for row in rows if (row.doc.get("folderId") or folders.ROOT) == folder]
    filters = call.objects("filters")
    return [row for row in rows if matches(row.doc, filters)]


def _views(call: Call, organization: str) -> Dict[str, float]:
    found: Dict[str, float] = {}
    for row in call.records.under("annotation", organization):
        found[row.ids[1]] = max(found.get(row.ids[1], 0), row.doc["lastUpdated"])
    return found


def _named(call: Call, organization: str, wanted: List[str]) -> Answer:
    entries: List[Document] = []
    whole = True
    for name in wanted:
        doc = call.records.get("document", organization, name)
        whole = whole and doc is not None
        entries.append(
            doc
            if doc is not None
            else {"id": name, "success": False, "message": "Document does not exist", "code": "not-found"}
        )
    if not whole:
        raise Refused("INTERNAL", "Error retrieving document(s).", details=entries)
    return success("Document(s) retrieved successfully.", entries)


def _answered(message: str, outcome: Document, failure: str) -> Answer:
    if all(entry["success"] for entry in outcome.values()):
        return success(message, outcome)
    # Entries that succeeded stay, as the documentation says.
    raise Refused("INTERNAL", failure, details=outcome, kept=True)


def _done(call: Call, organization: str, document: str, message: str) -> Document:
    return {
        "success": True,
        "id": decimal_id(call.key, "document", organization, document),
        "message": message,
    }


def _failed(call: Call, organization: str, document: str, message: str, code: str) -> Document:
    entry = _done(call, organization, document, message)
    return {**entry, "success": False, "code": code}


RULES: Dict[str, Rule] = {
    "documents.addDocuments": add,
    "documents.getDocuments": get,
    "documents.getDocumentsCount": count,
    "documents.updateDocuments": update,
    "documents.deleteDocuments": delete,
    "documents.moveDocuments": move,
    "documents.updateDocumentAccess": access,
    "documents.updateDocumentDisableState": disable,
    "documents.migrateDocuments": migrate,
    "documents.migrateDocumentsStatus": migration_status,
}
