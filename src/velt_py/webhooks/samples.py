"""A sample body of every event, in the layout of each scheme. Pure."""

from __future__ import annotations

import copy
from typing import Any, Dict, Mapping, Optional, Tuple

from velt_py.exceptions import VeltConfigurationError
from velt_py.webhooks.names import EVENTS, V1_ACTIONS, WORKFLOW

__all__ = ["sample_body", "scheme_of"]

Json = Dict[str, Any]

ANA: Json = {"userId": "ana", "name": "Ana Ruiz", "email": "ana@acme.example"}
BEN: Json = {"userId": "ben", "name": "Ben Okafor", "email": "ben@acme.example"}
COMMENT: Json = {
    "commentId": 184639,
    "commentText": "@Ben Okafor the launch date moves to May.",
    "commentHtml": "<p>@Ben Okafor the launch date moves to May.</p>",
    "from": ANA,
    "taggedUserContacts": [{"text": "@Ben Okafor", "userId": "ben", "contact": BEN}],
}

MORE: Mapping[str, Json] = {
    "comment_annotation.assign": {"assigned": BEN},
    "comment_annotation.status_change": {
        "oldStatus": {"id": "OPEN", "name": "Open"},
        "newStatus": {"id": "RESOLVED", "name": "Resolved"},
    },
    "comment_annotation.priority_change": {"newPriority": {"id": "P1", "name": "P1"}},
}
"""What single events have beside what their family has."""


def scheme_of(event: str) -> str:
    """The scheme by which an event usually comes."""
    return "workflow" if event in WORKFLOW else "v2"


def sample_body(
    event: str,
    scheme: str,
    id: str,
    organization: str = "acme",
    document: str = "spring-plan",
    data: Optional[Mapping[str, Any]] = None,
) -> Json:
    """A body as Velt posts it.

    Args:
        event: one of `EVENTS`; another one too when `data` is given.
        scheme: `v1`, `v2` or `workflow`.
        id: of the event.
        organization, document: where it happened.
        data: what happened, instead of the sample's.

    Raises:
        VeltConfigurationError: when there is no such event, or not by this scheme.
    """
    if data is None and event not in EVENTS:
        raise VeltConfigurationError(
            "there is no sample of this event; known are " + ", ".join(EVENTS), field="event"
        )
    found: Mapping[str, Any] = data if data is not None else sample_data(event, organization, document)
    if scheme == "workflow":
        if event not in WORKFLOW and data is None:
            raise VeltConfigurationError("the workflow engine sends no such event", field="scheme")
        return {
            "eventId": id,
            "seq": 1,
            "type": event,
            "stepId": "review" if event.startswith("step.") else None,
            "timestamp": 1800000000000,
            "correlationId": document,
            "data": dict(found),
        }
    source, action = source_of(event)
    if scheme == "v2":
        return {
            "event": event,
            "actionType": action,
            "source": source,
            "webhookId": id,
            "platform": "sdk",
            "data": dict(found),
        }
    if event not in V1_ACTIONS:
        raise VeltConfigurationError("basic webhooks (v1) have no such event", field="scheme")
    return {"webhookId": id, "actionType": action, "notificationSource": source, "platform": "sdk", **found}


def source_of(event: str) -> Tuple[str, str]:
    family, _, action = event.partition(".")
    return V1_ACTIONS.get(event, ("comment" if family == "comment_annotation" else family, action))


def sample_data(event: str, organization: str, document: str) -> Json:
    metadata = {"organizationId": organization, "documentId": document}
    family = event.partition(".")[0]
    if event in WORKFLOW:
        found: Json = {"executionId": "execution-1"}
    else:
        found = {"actionUser": ANA, "metadata": metadata}
    if family in ("comment", "comment_annotation"):
        found["commentAnnotation"] = {
            "annotationId": "thread-1",
            "metadata": metadata,
            "from": ANA,
            "comments": [COMMENT],
        }
        if family == "comment" or event == "comment_annotation.add":
            found["targetComment"] = COMMENT
    elif family == "crdt":
        found["crdtData"] = {
            "id": "editor-1",
            "data": {"text": "The launch"},
            "lastUpdate": "2027-01-15T08:00:00.000Z",
            "lastUpdatedBy": "ana",
            "sessionId": "session-1",
        }
    elif family == "recorder":
        found.update(
            recorderId="recording-1",
            **{"from": ANA},
            assets=[{"url": "https://files.example/recording-1.webm", "mimeType": "video/webm"}],
            transcription={"transcribedText": "I call the partners on Monday."},
        )
    found.update(MORE.get(event, {}))
    return copy.deepcopy(found)
