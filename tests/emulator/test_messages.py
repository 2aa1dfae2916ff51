"""The sentences of answers are those that Velt's pages show, wherever a page shows one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Tuple

import pytest

from tests.emulator.tenants import sdk_for
from tests.emulator.walk import samples, walked
from velt_py.emulator import Emulator

FILE = Path(__file__).with_name("documented_messages.json")
DOCUMENTED: Dict[str, List[str]] = json.loads(FILE.read_text(encoding="utf-8"))
"""What the pages of operations show as messages of answers that are no errors, those of entries included."""


def messages_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "message" and isinstance(inner, str):
                yield inner
            else:
                yield from messages_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from messages_in(inner)


def test_every_message_of_a_success_is_one_that_the_page_of_its_operation_shows(emulator: Emulator) -> None:
    kept = {"own": "key", "token": "token-of-key"}
    met: Set[str] = set()
    others: List[Any] = []
    for name, reply in walked(emulator, sdk_for(emulator, "key").api, kept, samples("quokka")):
        if name in DOCUMENTED and "error" not in reply.answer:
            said = set(messages_in(reply.answer))
            met.update([name] if said else [])
            others += [(name, each) for each in said - set(DOCUMENTED[name])]
    assert others == []
    assert len(met) > 80


def test_entries_that_are_not_there_are_told_as_the_pages_show_it(emulator: Emulator) -> None:
    api: Any = sdk_for(emulator, "key").api
    api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    place = {"organizationId": "o"}
    activity = api.activities.updateActivities(**place, activities=[{"id": "x"}])
    assert activity["result"]["data"]["x"]["message"] == "Failed to update activity."
    gone = api.activities.deleteActivities(**place, activityIds=["x"])
    assert gone["result"]["data"]["x"]["message"] == "Failed to delete activity."
    notice = api.notifications.updateNotifications(**place, notifications=[{"id": "x"}])
    assert notice["result"]["data"]["x"]["message"] == "Failed to update notification."
    gone = api.notifications.deleteNotifications(**place, notificationIds=["x"])
    assert gone["result"]["data"]["x"]["message"] == "Failed to delete notification."
    thread = api.commentAnnotations.deleteCommentAnnotations(**place, documentId="d", annotationIds=["x"])
    assert thread["result"]["data"]["x"]["message"] == "Annotation not found."
    user = api.users.deleteUsers(**place, userIds=["x"])
    assert user["result"]["data"]["x"]["message"] == "User does not exist."
    folder = api.folders.deleteFolder(**place, folderId="x")
    assert folder["error"] == {"message": "Folder not found.", "code": "not-found"}


PLACE = {"organizationId": "o", "documentId": "d"}


@pytest.mark.parametrize(
    ("operation", "fields", "said"),
    [
        (
            "documents.addDocuments",
            {"organizationId": "o", "documents": [{"documentId": "d"}]},
            ("Error adding document(s).", "Document already exists"),
        ),
        (
            "documents.updateDocuments",
            {"organizationId": "o", "documents": [{"documentId": "x"}]},
            ("Error updating document(s).", "Document does not exist"),
        ),
        (
            "documents.deleteDocuments",
            {"organizationId": "o", "documentIds": ["x"]},
            ("Error deleting document(s).", "Document does not exist"),
        ),
        (
            "documents.getDocuments",
            {"organizationId": "o", "documentIds": ["x"]},
            ("Error retrieving document(s).", "Document does not exist"),
        ),
        (
            "accessControl.getPermissions",
            {"organizationId": "o", "userIds": ["u"], "documentIds": ["x"]},
            ("Folder or document does not exist",),
        ),
        (
            "crdt.updateCrdtData",
            {**PLACE, "editorId": "e", "type": "text", "data": "x"},
            ("No CRDT data found for this editor ID.",),
        ),
        (
            "crdt.addCrdtData",
            {**PLACE, "editorId": "e", "type": "text", "data": {}},
            ("Data must be a string for type text.",),
        ),
        ("crdt.addCrdtData", {**PLACE, "type": "text", "data": "x"}, ("Editor ID is required.",)),
        (
            "workspace.updatePermissionProviderConfig",
            {"permissionProviderConfig": {"permissionProviderUrl": "x"}},
            ("Please enter a valid URL",),
        ),
        (
            "workspace.updateWebhookConfig",
            {"webhookServiceConfig": {"rawNotificationUrl": "x"}},
            ("Invalid webhook service configuration.",),
        ),
        (
            "workspace.sendLoginLink",
            {"email": "a@b.example", "continueUrl": "x"},
            ("Invalid url for continueUrl",),
        ),
        ("workspace.getEmailStatus", {"ownerEmail": "a@b.example"}, ("User not found",)),
        ("workspace.resetAuthToken", {"apiKey": "x"}, ("API key not found.",)),
    ],
    ids=str,
)
def test_an_error_says_what_its_page_says_and_is_not_marked_as_a_guess(
    emulator: Emulator, operation: str, fields: Dict[str, Any], said: Tuple[str, ...]
) -> None:
    made = {"organizationId": "o", "createOrganization": True, "documents": [{"documentId": "d"}]}
    assert asked(emulator, "documents.addDocuments", made)[0] == 200
    status, answer, marks = asked(emulator, operation, fields)
    assert status >= 400
    assert tuple(messages_in(answer)) == said
    assert "error-texts" not in marks


def test_an_error_of_which_no_page_shows_a_sentence_is_marked(emulator: Emulator) -> None:
    for operation, fields in (
        ("organizations.getOrganizations", {"organizationIds": 1}),
        ("folders.getFolders", {"organizationId": "x"}),
        (
            "commentAnnotations.getCommentAnnotations",
            {"organizationId": "x", "agentId": "a", "agentType": "b"},
        ),
    ):
        assert "error-texts" in asked(emulator, operation, fields)[2]


def asked(emulator: Emulator, operation: str, fields: Dict[str, Any]) -> Tuple[int, Any, str]:
    """Status, answer and marks of a request that the SDK may not send."""
    headers = {"x-velt-api-key": "key", "x-velt-auth-token": "token", "x-velt-workspace-id": "w"}
    path = emulator.routes.named(operation).path
    body = json.dumps({"data": fields}).encode()
    status, answered, answer = emulator.handle("POST", path, headers, body)
    return status, json.loads(answer), answered.get("x-velt-emulator-assumptions", "")
