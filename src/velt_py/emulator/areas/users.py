"""Users of organizations, folders and documents."""

from __future__ import annotations

from typing import Dict, List, Tuple

from velt_py.emulator.areas import documents, folders
from velt_py.emulator.areas.organizations import create as create_organization
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.identity import hex_id
from velt_py.emulator.refusals import invalid, missing
from velt_py.emulator.state import Row

__all__ = ["RULES"]

LEVELS = ("user", "folderUser", "documentUser")
Level = Tuple[str, Tuple[str, ...]]
"""The kind of the records of a level, and the ids in front of the user's."""


def add(call: Call) -> Answer:
    organization = call.text("organizationId")
    if call.records.get("organization", organization) is None:
        if call.chosen("users-create-organization") == "flag" and not call.flag("createOrganization"):
            raise missing("Organization does not exist.")
        create_organization(call, organization, {})
    kind, ids = _made_level(call, organization)
    outcome: Document = {}
    for entry in call.objects("users"):
        user = id_in(entry, "userId")
        before = call.records.get(kind, *ids, user)
        if before is not None:
            call.guess("users-again")
        doc = _record(call, before or {}, entry, ids[0])
        call.records.put(kind, *ids, user, doc=doc)
        outcome[user] = _done(call, user, "User added." if before is None else "User updated.")
    return success("User(s) processed successfully.", outcome)


def get(call: Call) -> Answer:
    organization = need(call)
    wanted = call.texts("userIds")
    if call.flag("allDocuments"):
        rows = call.records.under("documentUser", organization)
    else:
        kind, ids = _level(call, organization)
        rows = call.records.among(wanted, kind, *ids) if wanted else call.records.under(kind, *ids)
    groups = call.texts("organizationUserGroupIds")
    if groups:
        found = [call.records.get("group", organization, group) or {"userIds": []} for group in groups]
        members = {user for group in found for user in group["userIds"]}
        rows = [row for row in rows if row.ids[-1] in members]
    if wanted:
        rows = [row for row in rows if row.ids[-1] in wanted]
    rows = [row for row in rows if _found(row.doc, call.text("searchKey"))]
    if call.flag("allDocuments") and not call.flag("groupByDocumentId"):
        rows = list({row.ids[-1]: row for row in reversed(rows)}.values())  # each person once
    page = call.page(rows)
    message = "User(s) retrieved successfully."
    if call.flag("groupByDocumentId"):
        grouped: Dict[str, List[Document]] = {}
        for row in page.rows:
            grouped.setdefault(row.ids[1], []).append(row.doc)
        return success(message, grouped, nextPageToken=page.token)
    users = [_with_documents(call, organization, row) for row in page.rows]
    return success(message, users, nextPageToken=page.token)


def count(call: Call) -> Answer:
    organization, document, user = (call.text(name) for name in ("organizationId", "documentId", "userId"))
    if document and call.flag("allDocuments"):
        raise invalid("documentId cannot be used with allDocuments.")
    scope = (organization,) if organization else ()
    if document or call.flag("allDocuments"):
        rows = call.records.under("documentUser", *scope)
        rows = [row for row in rows if not document or row.ids[1] == document]
    else:
        rows = call.records.under("user", *scope)
    people = {row.ids[-1] for row in rows if not user or row.ids[-1] == user}
    return success("Users count retrieved successfully.", {"count": len(people)})


def document_users(call: Call) -> Answer:
    organization = call.text("organizationId")
    wanted = call.texts("userIds")
    involved = call.flag("includeInvolvedDocuments")
    if involved and not 1 <= len(wanted) <= 5:
        raise invalid("includeInvolvedDocuments needs userIds, at most 5.")
    rows = call.records.under("documentUser", *([organization] if organization else []))
    once = {(row.ids[0], row.ids[-1]): row for row in reversed(rows) if not wanted or row.ids[-1] in wanted}
    page = call.page(list(once.values()))
    call.guess("doc-user-pages")
    users: List[Document] = []
    for row in page.rows:
        doc = dict(row.doc)
        if involved:
            doc["involvedDocuments"] = _documents_of(call, row.ids[0], row.ids[-1])
        users.append(doc)
    return success("Document user(s) retrieved successfully.", users, nextPageToken=page.token)


def update(call: Call) -> Answer:
    options = call.object("options")
    everywhere = options.get("all") is True
    if not call.text("organizationId") and not everywhere:
        raise invalid("organizationId is required.")
    outcome: Document = {}
    for entry in call.objects("users"):
        user = id_in(entry, "userId")
        rows = _rows_of(call, user, everywhere, options.get("allDocuments") is True)
        for row, kind in rows:
            call.records.put(kind, *row.ids, doc=_record(call, row.doc, entry, row.ids[0]))
        outcome[user] = _done(call, user, "User updated.") if rows else _unknown(call, user)
    return success("User(s) processed successfully.", outcome)


def delete(call: Call) -> Answer:
    organization = need(call)
    kind, ids = _level(call, organization)
    outcome: Document = {}
    for user in call.texts("userIds"):
        if not call.records.delete(kind, *ids, user):
            outcome[user] = {"success": False, "message": "User does not exist."}
            continue
        if kind == "user":
            leave(call, organization, user)
        outcome[user] = {"success": True, "message": "User removed."}
    return success("User(s) deleted successfully.", outcome)


def leave(call: Call, organization: str, user: str) -> None:
    """Take a person out of an organization: out of its documents, folders, groups and permissions, too."""
    for kind in ("user", "folderUser", "documentUser", "permission"):
        for row in call.records.under(kind, organization):
            if row.ids[-1] == user:
                call.records.delete(kind, *row.ids)
    for row in call.records.under("group", organization):
        if user in row.doc["userIds"]:
            members = [each for each in row.doc["userIds"] if each != user]
            call.records.put("group", *row.ids, doc={**row.doc, "userIds": members})


def _level(call: Call, organization: str) -> Level:
    document, folder = call.text("documentId"), call.text("folderId")
    if document and folder:
        raise invalid("Give either documentId or folderId, not both.")
    if document:
        return "documentUser", (organization, document)
    if folder:
        return "folderUser", (organization, folder)
    return "user", (organization,)


def _made_level(call: Call, organization: str) -> Level:
    """The level of a request whose document or folder is made when the request says so."""
    kind, ids = _level(call, organization)
    if kind == "documentUser":
        documents.need_document(call, organization)
    if kind == "folderUser" and call.records.get("folder", *ids) is None:
        if not call.flag("createFolder"):
            raise missing("Folder does not exist.")
        folders.create(call, organization, ids[1], {"parentFolderId": call.data.get("parentFolderId")})
    return kind, ids


def _record(call: Call, before: Document, entry: Document, organization: str) -> Document:
    """A person as a request leaves them; the initial is that of the name unless one is given."""
    doc = {**before, **entry, "organizationId": organization}
    name = doc.get("name")
    if isinstance(name, str) and name:
        doc["initial"] = entry.get("initial") or name[0].upper()
        doc["name_lowercase"] = name.lower()
    email = doc.get("email")
    if isinstance(email, str) and email:
        doc["email_lowercase"] = email.lower()
    if call.object("context"):
        doc["context"] = call.object("context")
    return doc


def _found(doc: Document, key: str) -> bool:
    return not key or any(key.lower() in str(doc.get(name, "")).lower() for name in ("name", "email"))


def _with_documents(call: Call, organization: str, row: Row) -> Document:
    if not call.flag("includeInvolvedDocuments") and not call.flag("includeInvolvedDocumentsCount"):
        return row.doc
    found = _documents_of(call, organization, row.ids[-1])
    doc = dict(row.doc)
    if call.flag("includeInvolvedDocuments"):
        doc["involvedDocuments"] = found
    if call.flag("includeInvolvedDocumentsCount"):
        doc["involvedDocumentsCount"] = len(found)
    return doc


def _documents_of(call: Call, organization: str, user: str) -> List[str]:
    rows = call.records.under("documentUser", organization)
    return [row.ids[1] for row in rows if row.ids[2] == user]


def _rows_of(call: Call, user: str, everywhere: bool, documents_too: bool) -> List[Tuple[Row, str]]:
    """The records of a person that an update is for."""
    found: List[Tuple[Row, str]] = []
    if everywhere:
        for kind in LEVELS:
            found.extend((row, kind) for row in call.records.under(kind) if row.ids[-1] == user)
        return found
    organization = need(call)
    level, ids = _level(call, organization)
    doc = call.records.get(level, *ids, user)
    if doc is not None:
        found.append((Row(0, (*ids, user), doc), level))
    if documents_too:
        rows = call.records.under("documentUser", organization)
        found.extend((row, "documentUser") for row in rows if row.ids[-1] == user)
    return found


def _done(call: Call, user: str, message: str) -> Document:
    return {"success": True, "id": hex_id(call.key, "user", user), "message": message}


def _unknown(call: Call, user: str) -> Document:
    return {**_done(call, user, "User does not exist."), "success": False}


RULES: Dict[str, Rule] = {
    "users.addUsers": add,
    "users.getUsers": get,
    "users.getUsersCount": count,
    "users.getDocUsers": document_users,
    "users.updateUsers": update,
    "users.deleteUsers": delete,
}
