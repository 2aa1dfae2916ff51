"""The application's permission provider: what it is asked before a call, and what its answer means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.emulator.areas.configurations import config_of
from velt_py.emulator.call import Call, Document
from velt_py.emulator.effects.people import tagged_in
from velt_py.emulator.outgoing import Outgoing
from velt_py.exceptions import VeltApiError, VeltConfigurationError, VeltNetworkError

__all__ = ["Inquiry", "ask", "inquiry"]

SECONDS = 10.0


@dataclass(frozen=True)
class Inquiry:
    """A question to the provider: which of these people may see a document?"""

    url: str
    token: str = field(repr=False)
    users: List[str]
    resource: Document


def inquiry(call: Call) -> Optional[Inquiry]:
    """What has to be asked before a call; None when no provider is configured, or nobody is concerned."""
    config = config_of(call.records, "permissionProvider")
    provider = cast(Document, config["permissionProviderConfig"])
    url: Any = provider.get("permissionProviderUrl")
    document, organization = call.text("documentId"), call.text("organizationId")
    users = _users(call)
    if config["usePermissionProvider"] is not True or not url or not document or not users:
        return None
    kind = call.operation.partition(".")[0]
    resource: Document = {
        "id": document,
        "type": "document",
        "source": "setNotifications" if kind == "notifications" else "setDocuments",
        "organizationId": organization,
    }
    folder = (call.records.get("document", organization, document) or {}).get("folderId")
    if folder:
        resource["parentFolderId"] = folder
    return Inquiry(str(url), str(provider.get("authToken") or ""), users, resource)


def ask(outgoing: Outgoing, question: Inquiry) -> Dict[str, Document]:
    """What the provider says of each person; without a proper answer nobody has access.

    Never called while the state is locked: the application may call the emulator before it answers.
    """
    denied: Dict[str, Document] = {user: {"hasAccess": False} for user in question.users}
    requests = [{"userId": user, "resource": question.resource} for user in question.users]
    headers = {"Content-Type": "application/json"}
    if question.token:
        headers["Authorization"] = f"Bearer {question.token}"
    body = json.dumps({"data": {"requests": requests}}).encode()
    try:
        reply = outgoing.post("permissions", question.url, body, headers, SECONDS)
        answer: Any = reply.parsed()
    except (VeltNetworkError, VeltConfigurationError, VeltApiError):
        return denied
    if not 200 <= reply.status < 300 or not isinstance(answer, dict):
        return denied
    return {**denied, **_decisions(cast(Document, answer), question)}


def _decisions(answer: Mapping[str, Any], question: Inquiry) -> Dict[str, Document]:
    entries: Any = answer.get("data")
    if answer.get("success") is not True or answer.get("statusCode") != 200 or not isinstance(entries, list):
        return {}
    wanted = {"resourceId": question.resource["id"], "type": "document"}
    wanted["organizationId"] = question.resource["organizationId"]
    found: Dict[str, Document] = {}
    for entry in cast(List[Any], entries):
        if not isinstance(entry, dict):
            continue
        decision = cast(Document, entry)
        user = decision.get("userId")
        fits = all(decision.get(name) == value for name, value in wanted.items())
        if fits and isinstance(user, str) and user in question.users:
            found[user] = decision
    return found


def _users(call: Call) -> List[str]:
    """Whom a call concerns: who writes or is to be notified, and whoever a comment would be told to."""
    verified = call.flag("verifyUserPermissions")
    people: List[Any] = []
    if call.operation.startswith("notifications."):
        people += call.objects("notifyUsers") if verified else []
        if verified:
            for entry in call.objects("notifications"):
                readers: Any = entry.get("readByUserIds")
                people += (
                    [{"userId": user} for user in cast(List[Any], readers)]
                    if isinstance(readers, list)
                    else []
                )
    for comment in _comments(call):
        people += [comment.get("from")] if verified else []
        if comment.get("triggerNotification") is True:
            people += tagged_in(comment)
    people += _waiting(call)
    users = [cast(Document, each).get("userId") for each in people if isinstance(each, dict)]
    return list(dict.fromkeys(user for user in users if isinstance(user, str) and user))


def _comments(call: Call) -> List[Document]:
    found: List[Any] = [*call.objects("commentData"), *call.objects("comments")]
    for entry in call.objects("commentAnnotations"):
        comments: Any = entry.get("commentData")
        found += cast(List[Any], comments) if isinstance(comments, list) else []
    return [cast(Document, each) for each in found if isinstance(each, dict)]


def _waiting(call: Call) -> List[Any]:
    """Whoever is assigned or subscribed, where a comment is told to people."""
    if not any(comment.get("triggerNotification") is True for comment in _comments(call)):
        return []
    ids = (call.text("organizationId"), call.text("documentId"), call.text("annotationId"))
    thread = call.records.get("annotation", *ids) or {}
    subscribed: Any = thread.get("subscribedUsers")
    values: List[Any] = list(cast(Document, subscribed).values()) if isinstance(subscribed, dict) else []
    people = [cast(Document, each).get("user") for each in values if isinstance(each, dict)]
    assigned = [entry.get("assignedTo") for entry in call.objects("commentAnnotations")]
    return [*people, *assigned, thread.get("assignedTo")]
