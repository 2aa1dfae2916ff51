"""Workspaces, their api keys and the tokens of those."""

from __future__ import annotations

from typing import Dict, List

from velt_py.emulator.areas.configurations import configure, set_metadata
from velt_py.emulator.areas.domains import allow
from velt_py.emulator.areas.regions import REGIONS
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.identity import hex_id, push_id
from velt_py.emulator.kinds import CONFIG, MAIL
from velt_py.emulator.limits import FREE, limits_of
from velt_py.emulator.refusals import Refused, invalid, missing
from velt_py.emulator.state import Records, Row
from velt_py.emulator.urls import host_of, is_web

__all__ = ["RULES"]

PER_OWNER = 5
LONGEST_NAME, LONGEST_ADDRESS = 200, 2000
CONSOLES = ("console.velt.dev", "localhost")
"""Where a login link may lead."""
LOGIN_LINK = "Your login link"
"""The subject of the mail, whose text is the address that the link leads to."""
DISPOSED = "This email domain is not supported."
TOO_MANY = "You have reached the maximum number of workspaces allowed for this email address."
NOT_PAID = "Creating an additional workspace requires your root workspace to be on a paid plan (a production API key)."
DISPOSABLE = ("mailinator.com", "guerrillamail.com", "10minutemail.com", "tempmail.com", "yopmail.com")


def create(call: Call) -> Answer:
    owner = _address(call.text("ownerEmail"))
    if owner.rpartition("@")[2] in DISPOSABLE:
        raise invalid(DISPOSED)
    mine = [
        row for row in call.shared.under("workspace") if (row.doc.get("owner") or {}).get("email") == owner
    ]
    for field in ("name", "workspaceName"):
        if call.data.get(field) is not None and not 1 <= len(call.text(field)) <= LONGEST_NAME:
            raise invalid(f"{field} must have from 1 to {LONGEST_NAME} characters.")
    if len(call.text("avatar")) > LONGEST_ADDRESS:
        raise invalid(f"avatar must have at most {LONGEST_ADDRESS} characters.")
    person = call.text("name") or owner
    name = call.text("workspaceName") or f"{person} workspace"
    if any(row.doc["name"] == name for row in mine):
        raise Refused("ALREADY_EXISTS", "A workspace already exists for this email address")
    if len(mine) >= PER_OWNER:
        raise Refused("RESOURCE_EXHAUSTED", TOO_MANY)
    if mine and limits_of(call.shared, call.shared, mine[0].ids[0]).get("plan") == FREE:
        call.guess("limits")
        raise Refused("PERMISSION_DENIED", NOT_PAID)
    workspace = hex_id("workspace", owner, name)[:20]
    doc: Document = {
        "id": workspace,
        "name": name,
        "owner": {
            "email": owner,
            "id": hex_id("owner", owner),
            "name": person,
            "avatar": call.text("avatar"),
        },
        "authToken": call.secret().hex()[:32],
    }
    call.shared.put("workspace", workspace, doc=doc)
    first = owner.partition("@")[0]
    _make_key(call, workspace, "testing", f"{first[:1].upper()}{first[1:]} Test API Key", True)
    call.guess("workspace-answers")
    return success("Workspace created successfully", _shown(call, doc))


def get(call: Call) -> Answer:
    call.guess("workspace-token")
    return success("Workspace retrieved successfully", _shown(call, _workspace(call)))


def ensure_token(call: Call) -> Answer:
    call.guess("workspace-answers")
    token = str(_workspace(call)["authToken"])
    return success("Workspace auth token retrieved successfully.", {"authToken": token})


def create_key(call: Call) -> Answer:
    _check_regions(call)
    owner = _address(call.text("ownerEmail"))
    if call.text("type") == "production":
        _check_production(call)
    name = call.text("apiKeyName") or f"{call.text('type')} key"
    key = _make_key(
        call, call.workspace, call.text("type"), name, call.data.get("createAuthToken") is not False
    )
    call.shared.put("apiKey", key, doc={**_key(call, key), "ownerEmail": owner})
    local = ["localhost"] if call.flag("addLocalHostToAllowedDomains") else []
    allow(call.shared.beside(key), [*call.texts("allowedDomains"), *local])
    _configure(call, call.shared.beside(key), owner)
    call.guess("workspace-answers")
    return success("API key created successfully.", {"apiKey": key})


def _check_regions(call: Call) -> None:
    region = call.data.get("persistenceDBRegion")
    if region is not None and call.text("type") != "production":
        raise invalid("persistenceDBRegion is for production keys only.")
    for name in ("persistenceDBRegion", "realtimeDBRegion"):
        if call.data.get(name) is not None and call.text(name) not in REGIONS:
            raise invalid(f"{name} must be one of: {', '.join(sorted(REGIONS))}.")


def _check_production(call: Call) -> None:
    """That the workspace may have one more production key, by what was said of it."""
    limits = limits_of(call.shared, call.shared, call.workspace)
    made = [row for row in _keys(call, call.workspace) if row.doc.get("type") == "production"]
    if {"plan", "productionKeys"} & set(limits):
        call.guess("limits")
    most = limits.get("productionKeys", len(made) + 1)
    if most == 0:
        raise Refused("PERMISSION_DENIED", "The workspace is not allowed to create production API keys.")
    if limits.get("plan") == FREE:
        raise Refused("FAILED_PRECONDITION", "The workspace has not been upgraded to a paid plan.")
    if len(made) >= most:
        raise Refused("RESOURCE_EXHAUSTED", "The workspace has reached its maximum of production API keys.")


def _configure(call: Call, records: Records, owner: str) -> None:
    """What the request for an api key says of its services."""
    switches = {name: call.data.get(name) for name in ("enablePrivateComments", "requireAutoOrgUser")}
    given = {name: value for name, value in switches.items() if value is not None}
    set_metadata(records, {"ownerEmail": owner, **given})
    for service in ("email", "webhook", "notification"):
        fields = {
            name: call.data.get(name) for name in (f"use{service.title()}Service", f"{service}ServiceConfig")
        }
        if any(value is not None for value in fields.values()):
            configure(records, service, fields, call.now, call.strict_urls)


def update_key(call: Call) -> Answer:
    key = call.text("apiKey")
    call.shared.put("apiKey", key, doc={**_key(call, key), "apiKeyName": call.text("apiKeyName")})
    return success("API key updated successfully.")


def copy_key(call: Call) -> Answer:
    source, target = (call.text(name) for name in ("sourceApiKey", "targetApiKey"))
    _key(call, source)
    _key(call, target)
    copied = call.shared.beside(target)
    for row in call.shared.beside(source).under(CONFIG):
        copied.put(CONFIG, *row.ids, doc=row.doc)
    call.guess("copied-settings")
    return success("API key copied successfully.", {"sourceApiKey": source, "targetApiKey": target})


def get_keys(call: Call) -> Answer:
    wanted = call.texts("apiKeys")
    rows = [row for row in _keys(call, call.workspace) if not wanted or row.ids[0] in wanted]
    if (call.data.get("pageSize") or 1) > 100:
        raise invalid("pageSize can be at most 100.")
    page = call.page(rows, size=100)
    return success(
        "API keys retrieved successfully.", [_facts(row) for row in page.rows], nextPageToken=page.token
    )


def reset_token(call: Call) -> Answer:
    key = call.text("apiKey")
    doc = _key(call, key)
    token: Document = {"token": call.secret().hex()[:32], "name": "Default Auth Token", "domains": []}
    call.shared.put("apiKey", key, doc={**doc, "tokens": [token]})
    return success("Auth token reset successfully.", {"apiKey": key, "newAuthToken": token})


def get_tokens(call: Call) -> Answer:
    key = call.text("apiKey")
    found = {"apiKey": key, "authTokens": _key(call, key)["tokens"]}
    return success("Auth tokens retrieved successfully.", found)


def email_status(call: Call) -> Answer:
    owner = _address(call.text("ownerEmail"))
    rows = call.shared.under("workspace")
    owners: List[Document] = [row.doc.get("owner") or {} for row in rows]
    if not any(each.get("email") == owner for each in owners):
        raise missing("User not found")
    call.guess("workspace-answers")
    return success("Email verified and workspace reactivated", {"verified": True})


def login_link(call: Call) -> Answer:
    if not is_web(call.text("continueUrl")):
        raise invalid("Invalid url for continueUrl")
    if host_of(call.text("continueUrl")) not in CONSOLES:
        raise invalid("The continueUrl domain is not allowed.")
    if _address(call.text("email")).rpartition("@")[2] in DISPOSABLE:
        raise invalid(DISPOSED)
    _mail(call, _address(call.text("email")), call.text("continueUrl"))
    call.guess("workspace-answers")
    return success("Login link sent successfully")


def _mail(call: Call, to: str, url: str) -> None:
    """Put a login link into the outbox of the api key that asked for it; of none where it is not known here."""
    known = call.shared.get("apiKey", call.key) is not None
    records = call.records if known else call.shared
    name = push_id(records.owner, MAIL, records.next_number(MAIL))
    facts = {"subject": LOGIN_LINK, "text": url, "event": "workspace.login-link", "at": call.now}
    records.put(MAIL, "", name, doc={"id": name, "to": to, "organizationId": "", "documentId": "", **facts})


def _make_key(call: Call, workspace: str, kind: str, name: str, with_token: bool) -> str:
    key = hex_id("apiKey", workspace, call.shared.next_number(f"apiKey/{workspace}"))[:20]
    tokens: List[Document] = []
    if with_token:
        tokens.append({"token": call.secret().hex()[:32], "name": "Default Auth Token", "domains": []})
    doc = {"apiKey": key, "workspace": workspace, "type": kind, "apiKeyName": name, "tokens": tokens}
    call.shared.put("apiKey", key, doc=doc)
    return key


def _workspace(call: Call) -> Document:
    doc = call.shared.get("workspace", call.workspace)
    if doc is None:
        raise missing("Workspace not found.")
    return doc


def _keys(call: Call, workspace: str) -> List[Row]:
    return [row for row in call.shared.under("apiKey") if row.doc.get("workspace") == workspace]


def _key(call: Call, key: str) -> Document:
    """An api key of the workspace that calls; that of another one is not there for it."""
    doc = call.shared.get("apiKey", key)
    if doc is None or doc.get("workspace") != call.workspace:
        raise missing("API key not found.")
    return doc


def _facts(row: Row) -> Document:
    return {"id": row.ids[0], "apiKeyName": row.doc["apiKeyName"], "type": row.doc["type"]}


def _shown(call: Call, doc: Document) -> Document:
    keys = {row.ids[0]: _facts(row) for row in _keys(call, doc["id"])}
    owner = doc.get("owner") or {"email": "", "id": "", "name": "", "avatar": ""}
    return {
        "id": doc["id"],
        "name": doc["name"],
        "owner": owner,
        "authToken": doc["authToken"],
        "apiKeyList": keys,
    }


def _address(text: str) -> str:
    name, at, host = text.rpartition("@")
    if not (name and at and "." in host):
        raise invalid("The email address is not valid.")
    return text.lower()


RULES: Dict[str, Rule] = {
    "workspace.createWorkspace": create,
    "workspace.getWorkspace": get,
    "workspace.ensureWorkspaceAuthToken": ensure_token,
    "workspace.createApiKey": create_key,
    "workspace.updateApiKey": update_key,
    "workspace.copyApiKey": copy_key,
    "workspace.getApiKeys": get_keys,
    "workspace.resetAuthToken": reset_token,
    "workspace.getAuthTokens": get_tokens,
    "workspace.getEmailStatus": email_status,
    "workspace.sendLoginLink": login_link,
}
