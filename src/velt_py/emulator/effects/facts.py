"""What is known about something that happened. Pure on records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, cast

from velt_py.emulator.call import Call, Document
from velt_py.emulator.endpoints import ON_REQUEST

__all__ = ["Happening", "metadata_of", "switched_on"]


@dataclass(frozen=True)
class Happening:
    """Something that happened in a document.

    Args:
        event: its name among the events of advanced webhooks.
        organization, document: where.
        actor: who did it; None when a call does not say.
        thread: the thread, as it is afterwards.
        comment: the comment that it is about.
        changes: what changed, each with `from` and `to`.
        more: what webhooks say beside that, for example `newStatus`.
        target: the id of what it is about, where that is no thread.
        pause: milliseconds for which webhooks wait for another change of the target, and then tell of the last one
            only.
        asked: whether the call, or the browser, asked for what follows; else only configured services act.
    """

    event: str
    organization: str
    document: str
    actor: Optional[Document] = None
    thread: Optional[Document] = None
    comment: Optional[Document] = None
    changes: Document = field(default_factory=lambda: cast(Document, {}))
    more: Document = field(default_factory=lambda: cast(Document, {}))
    target: str = ""
    pause: int = 0
    asked: bool = True

    @property
    def source(self) -> str:
        """The feature: comment, recorder, huddle or crdt."""
        family = self.event.partition(".")[0]
        return "comment" if family == "comment_annotation" else family


def metadata_of(call: Call, happening: Happening) -> Document:
    """Where it happened, as webhooks and activities say it."""
    document = call.records.get("document", happening.organization, happening.document) or {}
    found: Document = {
        "apiKey": call.key,
        "organizationId": happening.organization,
        "clientOrganizationId": happening.organization,
        "documentId": happening.document,
        "clientDocumentId": happening.document,
    }
    if document.get("documentName"):
        found["documentName"] = document["documentName"]
    if document.get("folderId"):
        found["folderId"] = document["folderId"]
    return found


def switched_on(triggers: Any, event: str, usual: Mapping[str, bool]) -> bool:
    """Whether a service is to act on an event.

    Args:
        triggers: those of the service: by event, or by feature as a whole or by event.
        event: the name of the event.
        usual: what holds for a feature as long as nothing is said.
    """
    family = event.partition(".")[0]
    feature = "comment" if family == "comment_annotation" else family
    said = cast(Dict[str, Any], triggers) if isinstance(triggers, dict) else {}
    group = said.get(feature)
    inside = cast(Dict[str, Any], group) if isinstance(group, dict) else {}
    for found in (said.get(event), inside.get(event), inside.get(event.partition(".")[2])):
        if isinstance(found, bool):
            return found
    if event in ON_REQUEST:
        return usual.get(event, False)
    return group if isinstance(group, bool) else usual.get(feature, False)
