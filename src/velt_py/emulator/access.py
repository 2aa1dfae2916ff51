"""Who may see what: explicit grants, then the access type of document, folder chain and application."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from velt_py.emulator.call import Call, Document

__all__ = ["document_access", "folder_access", "grant_of", "may_read", "may_write"]

DENIED = "permission_denied"
REFUSAL = "User does not have access to"


def grant_of(call: Call, organization: str, kind: str, resource: str, user: str) -> Optional[Document]:
    """The grant of a person for a resource, or their membership in it; None without one, or when it has expired."""
    grant = call.records.get("permission", organization, kind, resource, user)
    if grant is not None:
        expires = grant.get("expiresAt")
        if not isinstance(expires, (int, float)) or expires > call.now / 1000:
            return grant
        call.records.delete("permission", organization, kind, resource, user)
    member = (
        call.records.get("user", organization, user)
        if kind == "organization"
        else call.records.get(f"{kind}User", organization, resource, user)
    )
    return None if member is None else {"accessRole": member.get("accessRole") or "editor"}


def document_access(call: Call, organization: str, document: str, user: str) -> Document:
    """What a person may do in a document, as an entry of the permissions' answer."""
    doc = call.records.get("document", organization, document) or {}
    access, folder = doc.get("accessType") or "public", doc.get("folderId")
    # A document that is open to all still lies behind the doors of its folders.
    inherits = access == "public" and bool(folder)
    grant = grant_of(call, organization, "document", document, user)
    if grant is not None:
        above = call.records.get("folder", organization, str(folder)) if inherits else None
        return _granted(grant, (above or {}).get("accessType") or access)
    found = folder_access(call, organization, str(folder), user) if inherits else None
    if found is None:
        found = _by_type(call, organization, access, user)
    return {**found, "error": f"{REFUSAL} document"} if "error" in found else found


def folder_access(call: Call, organization: str, folder: str, user: str) -> Document:
    """What a person may do in a folder."""
    doc: Dict[str, Any] = call.records.get("folder", organization, folder) or {"ancestors": []}
    for each in (folder, *reversed(doc["ancestors"])):
        grant = grant_of(call, organization, "folder", each, user)
        if grant is not None:
            return _granted(grant, doc.get("accessType") or "public")
    return _by_type(call, organization, doc.get("accessType") or "public", user)


def may_read(call: Call, organization: str, document: str, user: str) -> bool:
    """Whether a person may see a document. Where a permission provider was asked about them, its word is final."""
    if call.decisions is not None and user in call.decisions:
        return call.decisions[user].get("hasAccess") is True
    return document_access(call, organization, document, user).get("errorCode") is None


def may_write(call: Call, organization: str, document: str, user: str) -> bool:
    """Whether a person may write in a document. Where a permission provider was asked, its word is final."""
    if call.decisions is not None:
        decision = call.decisions.get(user) or {}
        return decision.get("hasAccess") is True and decision.get("accessRole") in (None, "editor")
    return document_access(call, organization, document, user).get("accessRole") == "editor"


def _granted(grant: Document, access: str) -> Document:
    entry: Document = {"accessRole": grant.get("accessRole") or "editor", "accessType": access}
    if grant.get("expiresAt") is not None:
        entry["expiresAt"] = grant["expiresAt"]
    return entry


def _by_type(call: Call, organization: str, access: str, user: str) -> Document:
    member = grant_of(call, organization, "organization", organization, user)
    opened: Tuple[str, ...] = ("public", "organizationPrivate") if member is not None else ("public",)
    if access in opened:
        return _granted(member or {}, access)
    return {"error": f"{REFUSAL} folder", "errorCode": DENIED, "accessType": access}
