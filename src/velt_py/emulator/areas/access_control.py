"""Permissions, signatures and user tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any, Dict, List, Tuple

from velt_py.emulator.access import document_access, folder_access, grant_of
from velt_py.emulator.areas.organizations import need
from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, objects, success
from velt_py.emulator.refusals import Refused, invalid

__all__ = ["ALGORITHM", "RULES", "SIGNING_KEY"]

SIGNING_KEY = "velt-emulator-signing-key-for-tests-only"
"""Signs user tokens and signatures. It is public: an emulator's token opens nothing."""
ALGORITHM = "HS256"
TOKEN_LIFE = 48 * 3600
TYPES = ("organization", "document", "folder")
ROLES = ("viewer", "editor")


def add(call: Call) -> Answer:
    user = id_in(call.object("user"), "userId")
    for kind, organization, resource, entry in _resources(call):
        grant: Document = {"accessRole": _role(entry)}
        if entry.get("expiresAt") is not None:
            grant["expiresAt"] = _moment(entry["expiresAt"])
        call.records.put("permission", organization, kind, resource, user, doc=grant)
    return success("Permissions added successfully.")


def remove(call: Call) -> Answer:
    user = call.text("userId")
    for kind, organization, resource, _ in _resources(call):
        call.records.delete("permission", organization, kind, resource, user)
    return success("Permissions removed successfully.")


def get(call: Call) -> Answer:
    organization = need(call)
    if not call.texts("folderIds") and not call.texts("documentIds"):
        raise invalid("folderIds or documentIds is required.")
    outcome: Document = {}
    whole = True
    for user in call.texts("userIds"):
        entry: Document = {}
        for name, kind, rule in (
            ("documents", "document", document_access),
            ("folders", "folder", folder_access),
        ):
            wanted = call.texts(f"{kind}Ids")
            if not wanted:
                continue
            entry[name] = {}
            for resource in wanted:
                there = call.records.get(kind, organization, resource) is not None
                if not there and not call.flag("skipResourceExistenceValidation"):
                    whole = False
                    entry[name][resource] = {
                        "error": f"{kind.capitalize()} does not exist",
                        "errorCode": "does_not_exist",
                    }
                    continue
                entry[name][resource] = rule(call, organization, resource, user)
        member = grant_of(call, organization, "organization", organization, user)
        if member is not None:
            entry["organization"] = {organization: {"accessRole": member.get("accessRole") or "editor"}}
        outcome[user] = entry
    call.guess("effective-access")
    if not whole:
        raise Refused("NOT_FOUND", "Folder or document does not exist", details=outcome)
    return success("User permissions retrieved successfully.", outcome)


def signature(call: Call) -> Answer:
    text = json.dumps(call.objects("permissions"), sort_keys=True, separators=(",", ":"))
    for entry in call.objects("permissions"):
        for name in ("userId", "resourceId"):
            id_in(entry, name)
        if entry.get("type") not in TYPES or not isinstance(entry.get("hasAccess"), bool):
            raise invalid("permissions[] needs type and hasAccess.")
    call.guess("signature")
    made = hmac.new(SIGNING_KEY.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return success("Signature generated successfully.", {"signature": made})


def token(call: Call) -> Answer:
    person = call.object("userProperties")
    for name in ("name", "email"):
        id_in(person, name)
    resources = [
        {**entry, "accessRole": _role(entry), "id": resource, "type": kind, "organizationId": organization}
        for kind, organization, resource, entry in _resources(call)
    ]
    claims: Document = {
        "userId": call.text("userId"),
        "userProperties": person,
        "permissions": {"resources": resources},
    }
    return _signed(call, claims)


def old_token(call: Call) -> Answer:
    return _signed(call, {"userId": call.text("userId"), "userProperties": call.object("userProperties")})


def _signed(call: Call, claims: Document) -> Answer:
    issued = call.now // 1000
    claims = {**claims, "apiKey": call.key, "iat": issued, "exp": issued + TOKEN_LIFE}
    head = ".".join(_part(each) for each in ({"alg": ALGORITHM, "typ": "JWT"}, claims))
    seal = hmac.new(SIGNING_KEY.encode(), head.encode(), hashlib.sha256).digest()
    call.guess("token-claims")
    return success("Token generated successfully.", {"token": f"{head}.{_encoded(seal)}"})


def _part(value: Document) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _resources(call: Call) -> List[Tuple[str, str, str, Document]]:
    """The resources of a request: type, organization, id, and the entry itself."""
    found: List[Tuple[str, str, str, Document]] = []
    resources = objects(call.object("permissions"), "resources")
    if not resources:
        raise invalid("permissions.resources is required.")
    for entry in resources:
        kind, resource = entry.get("type"), id_in(entry, "id")
        if not isinstance(kind, str) or kind not in TYPES:
            raise invalid(f"permissions.resources[].type must be one of: {', '.join(TYPES)}.")
        organization = resource if kind == "organization" else id_in(entry, "organizationId")
        found.append((kind, organization, resource, entry))
    return found


def _role(entry: Document) -> str:
    role = entry.get("accessRole") or "editor"
    if role not in ROLES:
        raise invalid(f"accessRole must be one of: {', '.join(ROLES)}.")
    return str(role)


def _moment(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise invalid("expiresAt must be a number of seconds since 1970.")
    return value


RULES: Dict[str, Rule] = {
    "accessControl.addPermissions": add,
    "accessControl.getPermissions": get,
    "accessControl.removePermissions": remove,
    "accessControl.generateSignature": signature,
    "accessControl.generateToken": token,
    "token.getToken": old_token,
}
