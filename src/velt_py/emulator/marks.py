"""Which assumptions an answer rests on whatever its operation is. Pure."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, cast

from velt_py.emulator.checking import RELAXED
from velt_py.emulator.routes import Route

__all__ = ["ERASURE", "mark_of_error", "marks_of", "marks_of_fields"]

ERASURE = "gdpr.deleteAllUserData"
"""The operation that erases people."""
DOCUMENTED = (200, 202, 400, 500)
OWN = (501,)
"""Statuses that Velt never gives: the emulator says that it does not know a path."""
OWN_WORDS = ("workflow.", "memory.", "agents.")
"""Operations whose areas tell by themselves which of their sentences are guessed."""
SENTENCES = """
A workspace already exists for this email address
API key not found.
Advanced webhook provider request failed.
At least one endpoint field besides endpointId must be provided.
At least one field must be provided for update
At least one of isEnabled, encryptData, encodeData, publicKey or enableDataProtection must be provided.
At least one of useNotificationService or notificationServiceConfig must be provided
Auth Token not found in headers.
CRDT data already exists for this editor ID.
Data must be a string for type text.
Domain(s) added successfully to allowed domains. Skipped existing domains.
Domain(s) removed successfully from allowed domains. Skipped non-existing domains.
Editor ID is required.
Error adding document(s).
Error deleting document(s).
Error retrieving document(s).
Error updating document(s).
Folder not found.
Folder or document does not exist
Invalid API key.
Invalid auth token for workspace.
Invalid url for continueUrl
Invalid webhook service configuration.
No CRDT data found for this editor ID.
Organization ID is required
Please enter a valid URL
This email domain is not supported.
User not found
Workspace ID not found in headers.
Workspace not found.
You have reached the maximum number of workspaces allowed for this email address.
ownerEmail is required.
url must be a valid http(s) URL.
"""
SHOWN = frozenset(SENTENCES.strip().split("\n"))
BEGINNINGS = ("Advanced webhooks are ", "Advanced queries are not enabled")
"""What the errors say that the pages show, and how the longer ones begin."""


def mark_of_error(operation: str, message: str) -> Iterator[str]:
    """The assumption behind an error's sentence, where no page shows it."""
    known = message in SHOWN or message.startswith(BEGINNINGS) or operation.startswith(OWN_WORDS)
    if operation and not known:
        yield "error-texts"


def marks_of(status: int, word: str) -> Iterator[str]:
    """The assumptions behind an answer's status.

    Args:
        status: the HTTP status.
        word: Velt's word for the error; empty when there is none.
    """
    if status not in (*DOCUMENTED, *OWN) and (status, word) != (409, "ABORTED"):
        yield "http-status"


def marks_of_fields(route: Route, data: Mapping[str, Any]) -> Iterator[str]:
    """The assumptions by which a request is taken as it is."""
    relaxed = RELAXED.get(route.name, frozenset())
    if any(
        fact.required and name in relaxed and data.get(name) is None for name, fact in route.facts.items()
    ):
        yield "required-fields"
    people, most = data.get("userIds"), route.facts["userIds"].most if route.name == ERASURE else None
    if most is not None and isinstance(people, list) and len(cast("list[Any]", people)) > most:
        yield "erased-at-once"
