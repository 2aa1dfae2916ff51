"""Folders of an organization."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set

from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.identity import hex_id
from velt_py.emulator.refusals import Refused, invalid, missing

__all__ = ["ROOT", "RULES", "create"]

ROOT = "root"
ACCESS = ("organizationPrivate", "restricted", "public")


def create(call: Call, organization: str, folder: str, facts: Document) -> Document:
    """Make a folder."""
    parent = id_in(facts, "parentFolderId") if facts.get("parentFolderId") else ROOT
    above = _need(call, organization, parent) if parent != ROOT else None
    doc: Document = {
        "folderId": folder,
        "folderName": facts.get("folderName") or folder,
        "organizationId": organization,
        "parentFolderId": parent,
        "apiKey": call.key,
        "createdAt": call.now,
        "lastUpdated": call.now,
        "ancestors": _ancestors(above),
        "accessType": facts.get("accessType") or (above or {}).get("accessType") or "public",
        "inheritAccessFromParent": not facts.get("accessType"),
    }
    call.records.put("folder", organization, folder, doc=doc)
    return doc


def add(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {}
    for entry in call.objects("folders"):
        folder = id_in(entry, "folderId")
        access = entry.get("accessType")
        if access is not None and access not in ACCESS:
            raise invalid(f"accessType must be one of: {', '.join(ACCESS)}.")
        if folder == ROOT:
            raise invalid("folderId must not be root.")
        if call.records.get("folder", organization, folder) is not None:
            outcome[folder] = _entry(call, organization, folder, False, "Folder already exists.")
            continue
        create(call, organization, folder, entry)
        outcome[folder] = _entry(call, organization, folder, True, "Folder added.")
    return success("Folder created successfully.", outcome)


def get(call: Call) -> Answer:
    organization = need(call)
    rows = call.records.under("folder", organization)
    folder = call.text("folderId")
    if folder:
        if any(call.data.get(name) for name in ("rootFoldersOnly", "pageSize", "pageToken")):
            raise invalid("folderId excludes rootFoldersOnly, pageSize and pageToken.")
        if folder != ROOT:
            _need(call, organization, folder)
        depth = call.data.get("maxDepth") or 1
        docs = [row.doc for row in rows]
        if folder == ROOT:
            found = _below(docs, ROOT, depth)
        else:
            found = [_with_children(next(doc for doc in docs if doc["folderId"] == folder), docs, depth)]
        return success("Folder(s) retrieved successfully.", found)
    if call.flag("rootFoldersOnly"):
        rows = [row for row in rows if row.doc["parentFolderId"] == ROOT]
    call.guess("folder-pages")
    page = call.page(rows)
    return success(
        "Folder(s) retrieved successfully.", [row.doc for row in page.rows], nextPageToken=page.token
    )


def update(call: Call) -> Answer:
    organization = need(call)
    outcome: Document = {}
    for entry in call.objects("folders"):
        folder = id_in(entry, "folderId")
        doc = call.records.get("folder", organization, folder)
        if doc is None:
            outcome[folder] = _entry(call, organization, folder, False, "Folder does not exist.")
            continue
        doc["folderName"] = entry.get("folderName") or doc["folderName"]
        doc["lastUpdated"] = call.now
        call.records.put("folder", organization, folder, doc=doc)
        if entry.get("parentFolderId") and entry["parentFolderId"] != doc["parentFolderId"]:
            _move(call, organization, doc, id_in(entry, "parentFolderId"))
        outcome[folder] = _entry(call, organization, folder, True, "Folder Updated.")
    return success("Folder Updated successfully.", outcome)


def delete(call: Call) -> Answer:
    organization, folder = need(call), call.text("folderId")
    if call.records.get("folder", organization, folder) is None:
        raise Refused("NOT_FOUND", "Folder not found.", code="not-found")
    gone = {folder, *(doc["folderId"] for doc in _descendants(call, organization, folder))}
    for each in gone:
        call.records.delete("folder", organization, each)
        call.records.delete_under("folderUser", organization, each)
        call.records.delete_under("permission", organization, "folder", each)
    from velt_py.emulator.areas.documents import remove

    for row in call.records.under("document", organization):
        if row.doc.get("folderId") in gone:
            remove(call, organization, row.ids[1])
    call.guess("folder-delete")
    return success("Folder deletion initiated successfully.")


def access(call: Call) -> Answer:
    organization = need(call)
    inherit = call.flag("inheritFromParent")
    wanted = call.text("accessType") or "public"
    outcome: Document = {}
    for folder in call.texts("folderIds"):
        doc = call.records.get("folder", organization, folder)
        if doc is None:
            call.guess("message-texts")
            outcome[folder] = {"success": False, "accessType": None, "message": "Folder does not exist."}
            continue
        above = call.records.get("folder", organization, doc["parentFolderId"]) if inherit else None
        doc["accessType"] = above["accessType"] if above else wanted
        doc["inheritAccessFromParent"] = inherit
        call.records.put("folder", organization, folder, doc=doc)
        _pass_on(call, organization, doc)
        outcome[folder] = {
            "success": True,
            "accessType": doc["accessType"],
            "message": "Folder access type updated.",
        }
        if "inheritFromParent" in call.data:
            outcome[folder]["inheritFromParent"] = inherit
    return success("Updated access for folders successfully.", outcome)


def _need(call: Call, organization: str, folder: str) -> Document:
    doc = call.records.get("folder", organization, folder)
    if doc is None:
        raise missing("Folder does not exist.")
    return doc


def _ancestors(above: Optional[Document]) -> List[str]:
    return [] if above is None else [*above["ancestors"], above["folderId"]]


def _below(docs: List[Document], parent: str, depth: float) -> List[Document]:
    return [_with_children(doc, docs, depth - 1) for doc in docs if doc["parentFolderId"] == parent]


def _with_children(doc: Document, docs: List[Document], depth: float) -> Document:
    return {**doc, "subFolders": _below(docs, doc["folderId"], depth)} if depth > 0 else doc


def _descendants(call: Call, organization: str, folder: str) -> List[Document]:
    return [row.doc for row in call.records.under("folder", organization) if folder in row.doc["ancestors"]]


def _move(call: Call, organization: str, doc: Document, parent: str) -> None:
    """Move a folder. Ancestors and inherited access of all that lie in it follow."""
    above = None if parent == ROOT else _need(call, organization, parent)
    if parent == doc["folderId"] or (above and doc["folderId"] in above["ancestors"]):
        raise invalid("A folder cannot be moved into itself.")
    doc["parentFolderId"], doc["ancestors"] = parent, _ancestors(above)
    if above and doc["inheritAccessFromParent"]:
        doc["accessType"] = above["accessType"]
    call.records.put("folder", organization, doc["folderId"], doc=doc)
    _pass_on(call, organization, doc)


def _pass_on(call: Call, organization: str, doc: Document) -> None:
    """Write ancestors and inherited access of all folders below."""
    below = _descendants(call, organization, doc["folderId"])
    done: Set[Any] = {doc["folderId"]}
    parents = {doc["folderId"]: doc}
    while len(done) <= len(below):
        ready = [each for each in below if each["parentFolderId"] in done and each["folderId"] not in done]
        if not ready:
            return
        for each in ready:
            above = parents[each["parentFolderId"]]
            each["ancestors"] = _ancestors(above)
            if each["inheritAccessFromParent"]:
                each["accessType"] = above["accessType"]
            call.records.put("folder", organization, each["folderId"], doc=each)
            parents[each["folderId"]] = each
            done.add(each["folderId"])


def _entry(call: Call, organization: str, folder: str, done: bool, message: str) -> Document:
    if not done:
        call.guess("message-texts")
    return {"success": done, "id": hex_id(call.key, "folder", organization, folder), "message": message}


RULES: Dict[str, Rule] = {
    "folders.addFolder": add,
    "folders.getFolders": get,
    "folders.updateFolder": update,
    "folders.deleteFolder": delete,
    "folders.updateFolderAccess": access,
}
