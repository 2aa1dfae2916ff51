"""The other half of `velt demo`: calls of Velt's REST API, answered by an emulator on this machine."""

from __future__ import annotations

import contextlib
from typing import Any, Dict, Generator, Iterator, List, Tuple

from velt_py.cli.conversation import DOCUMENT, ORGANIZATION
from velt_py.cli.emulator import KEY, TOKEN
from velt_py.emulator.core import Emulator
from velt_py.emulator.server import EmulatorServer
from velt_py.sdk import VeltSDK

__all__ = ["emulated", "play_calls"]

PEOPLE = ("ana", "ben", "cleo")


@contextlib.contextmanager
def emulated() -> Generator[str, None, None]:
    """The address of an emulator on a free port, gone when this ends."""
    emulator = Emulator()
    try:
        emulator.tenant(KEY, TOKEN)
        with EmulatorServer(emulator, port=0) as server:
            yield server.url
    finally:
        emulator.close()


def play_calls(url: str) -> Iterator[Tuple[str, Any]]:
    """Call the API of the emulator at this address as an application does.

    Yields:
        Each call, and of its answer what is worth showing.
    """
    config = {"apiKey": KEY, "authToken": TOKEN, "apiBaseUrl": url, "raiseOnError": True}
    with VeltSDK.initialize(config) as sdk:
        for call, shown in calls(sdk.api):
            yield f"sdk.api.{call}", shown


def calls(api: Any) -> Iterator[Tuple[str, Any]]:
    """What is called, and what of the answer is shown."""
    organization: Dict[str, Any] = {"organizationId": ORGANIZATION, "organizationName": "Acme"}
    answer = api.organizations.addOrganizations(organizations=[organization])
    yield "organizations.addOrganizations(...)", answer["result"]["data"][ORGANIZATION]["message"]
    document = {"documentId": DOCUMENT, "documentName": "Spring plan"}
    answer = api.documents.addDocuments(organizationId=ORGANIZATION, documents=[document])
    yield "documents.addDocuments(...)", answer["result"]["message"]
    users: List[Dict[str, Any]] = [{"userId": name, "name": name.title()} for name in PEOPLE]
    answer = api.users.addUsers(organizationId=ORGANIZATION, users=users)
    yield "users.addUsers(...)", answer["result"]["message"]
    named = [user["userId"] for user in api.users.getUsers.items(organizationId=ORGANIZATION, pageSize=2)]
    yield "users.getUsers.items(pageSize=2)  # all pages", named
    thread = {"commentData": [{"commentText": "Who tells the partners?", "from": users[0]}]}
    answer = api.commentAnnotations.addCommentAnnotations(
        organizationId=ORGANIZATION, documentId=DOCUMENT, commentAnnotations=[thread]
    )
    yield "commentAnnotations.addCommentAnnotations(...)", answer["result"]["message"]
    answer = api.commentAnnotations.getCommentAnnotations(organizationId=ORGANIZATION, documentIds=[DOCUMENT])
    texts = [comment["commentText"] for found in answer["result"]["data"] for comment in found["comments"]]
    yield "commentAnnotations.getCommentAnnotations(...)", texts
    answer = api.folders.getFolders.with_options(raise_on_error=False)(organizationId="nowhere")
    yield "folders.getFolders(organizationId='nowhere')", answer["error"]
