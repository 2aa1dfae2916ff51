"""Events: one class for each family, the same whichever scheme they came by. Pure.

Texts that people wrote, and their names, stay out of `repr`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple, Type, cast

from velt_py.exceptions import VeltWebhookError
from velt_py.webhooks.names import V1_NAMES
from velt_py.webhooks.verify import Verified

__all__ = [
    "CommentAnnotationEvent",
    "CommentEvent",
    "CrdtEvent",
    "HuddleEvent",
    "RecorderEvent",
    "WebhookEvent",
    "WorkflowEvent",
    "event_of",
    "ids_of",
]

Json = Mapping[str, Any]

PREFERENCES = ("usersOrganizationNotificationsConfig", "usersDocumentNotificationsConfig")
LONGEST_ID = 256
LONGEST_NAME = 100
LONGEST_KEY = 300
"""Bytes; with what the inbox adds they fit the indexes of every store."""


@dataclass(frozen=True)
class WebhookEvent:
    """Something happened at Velt. An event of a family that is not known here is exactly this class.

    Args:
        name: for example `comment.add`; basic webhooks' names are translated to these.
        id: the same whenever the event is sent again.
        scheme: `v1`, `v2` or `workflow`: who vouches for it.
        data: what happened; for basic webhooks the whole body, for the others its `data`.
        raw: the whole body, decoded and decrypted.
        timestamp: seconds since 1970 when it was signed; known for the scheme v2.
        attempt: the attempts that Velt made before; known for the scheme workflow.
    """

    name: str
    id: str
    scheme: str
    data: Json = field(repr=False)
    raw: Json = field(repr=False)
    timestamp: Optional[int] = None
    attempt: Optional[int] = None

    @property
    def key(self) -> str:
        """What tells this event from every other one, for who has to notice that it came before."""
        return key_of(self)

    @property
    def actionUser(self) -> Optional[Json]:
        """Who did it."""
        return self._object("actionUser")

    @property
    def metadata(self) -> Optional[Json]:
        """Where it happened, as Velt tells it."""
        found = self._object("metadata")
        if found is None:
            annotation = self._object("commentAnnotation")
            found = as_object(annotation.get("metadata")) if annotation is not None else None
        return found

    @property
    def organizationId(self) -> Optional[str]:
        """Your id of the organization, where the event tells."""
        return self._named("clientOrganizationId", "organizationId")

    @property
    def documentId(self) -> Optional[str]:
        """Your id of the document, where the event tells."""
        return self._named("clientDocumentId", "documentId")

    @property
    def preferences(self) -> Mapping[str, Json]:
        """The notification settings of people by their ids, `{"inbox": ..., "email": "ALL" | "MINE" | "NONE"}`. Those
        for the document go before those for the organization."""
        found: Dict[str, Json] = {}
        for name in PREFERENCES:
            for user, each in (as_object(self.raw.get(name)) or {}).items():
                settings = as_object(each)
                if settings is not None:
                    found[user] = {**found.get(user, {}), **settings}
        return found

    @property
    def platform(self) -> Optional[str]:
        """`sdk` when your application did it through an SDK, else None as a rule."""
        value = self.raw.get("platform")
        return value if isinstance(value, str) else None

    def _object(self, name: str) -> Optional[Json]:
        return as_object(self.data.get(name))

    def _beside(self, name: str) -> Any:
        """What stands in the data or, for some events, beside it."""
        return self.data.get(name, self.raw.get(name))

    def _people(self, name: str) -> Tuple[str, ...]:
        found: Any = self._beside(name)
        people = cast("list[Any]", found) if isinstance(found, list) else []
        return tuple(each for one in people for each in ids_of(one))

    def _text(self, name: str) -> Optional[str]:
        value = self.data.get(name)
        return value if isinstance(value, str) else None

    def _named(self, *names: str) -> Optional[str]:
        for place in (self.metadata or {}, self.data, self.raw):
            for name in names:
                value = place.get(name)
                if isinstance(value, str) and value:
                    return value
        return None


class _Commenting(WebhookEvent):
    """What the events of threads and of comments share."""

    @property
    def commentAnnotation(self) -> Optional[Json]:
        """The thread. It has no texts where a self-hosted store keeps them."""
        return self._object("commentAnnotation")

    @property
    def annotationId(self) -> Optional[str]:
        """The id of the thread."""
        annotation = self.commentAnnotation or {}
        value = annotation.get("annotationId", self.data.get("annotationId"))
        return value if isinstance(value, str) else None

    @property
    def targetComment(self) -> Optional[Json]:
        """The comment that the event is about."""
        return self._object("targetComment")

    @property
    def visibility(self) -> Optional[Json]:
        """Who sees a private thread: `{"type": "public" | "organizationPrivate" | "restricted", ...}`."""
        return as_object(self._beside("visibility"))

    @property
    def accessDeniedUsers(self) -> Tuple[str, ...]:
        """The ids of people who may not see it."""
        return self._people("accessDeniedUsers")

    @property
    def oldStatus(self) -> Any:
        """The status before, where it changed."""
        return self.data.get("oldStatus")

    @property
    def newStatus(self) -> Any:
        """The status now, where it changed."""
        return self.data.get("newStatus")

    @property
    def newPriority(self) -> Any:
        """The priority now, where it changed."""
        return self.data.get("newPriority")

    @property
    def assigned(self) -> Any:
        """To whom the thread was assigned."""
        return self.data.get("assigned")


class CommentAnnotationEvent(_Commenting):
    """`comment_annotation.*`: something happened to a thread."""


class CommentEvent(_Commenting):
    """`comment.*`: something happened to a comment of a thread."""


class HuddleEvent(WebhookEvent):
    """`huddle.*`."""


class CrdtEvent(WebhookEvent):
    """`crdt.*`: the data of a shared editor changed."""

    @property
    def crdtData(self) -> Optional[Json]:
        """`{"id", "data", "lastUpdate", "lastUpdatedBy", "sessionId"}`."""
        return self._object("crdtData")

    @property
    def accessDeniedUsers(self) -> Tuple[str, ...]:
        """The ids of people who may not see it."""
        return self._people("accessDeniedUsers")


class RecorderEvent(WebhookEvent):
    """`recorder.*`: a recording is ready."""

    @property
    def recorderId(self) -> Optional[str]:
        """The id of the recording."""
        return self._text("recorderId")

    @property
    def from_(self) -> Optional[Json]:
        """Who recorded it."""
        return self._object("from")

    @property
    def assets(self) -> Any:
        """Its files, as Velt keeps them."""
        return self.data.get("assets")

    @property
    def assetsAllVersions(self) -> Any:
        """Its files with those of the versions before."""
        return self.data.get("assetsAllVersions")

    @property
    def transcription(self) -> Optional[Json]:
        """What was said."""
        return self._object("transcription")


class WorkflowEvent(WebhookEvent):
    """`execution.*`, `step.*`, `group.*`, `loop.*`: an execution of a workflow went on."""

    @property
    def executionId(self) -> Optional[str]:
        """The execution, where the event tells."""
        return self._named("executionId")

    @property
    def stepId(self) -> Optional[str]:
        """The step, None for the execution as a whole."""
        return self._named("stepId")

    @property
    def correlationId(self) -> Optional[str]:
        """Your id of what the execution is about."""
        return self._named("correlationId")

    @property
    def occurredAt(self) -> Any:
        """When it happened, as the workflow engine tells it."""
        return self._beside("timestamp")

    @property
    def seq(self) -> Optional[int]:
        """The event's number in its execution; numbers may be left out."""
        value = self.raw.get("seq", self.data.get("seq"))
        return value if isinstance(value, int) and not isinstance(value, bool) else None


FAMILIES: Mapping[str, Type[WebhookEvent]] = {
    "comment_annotation": CommentAnnotationEvent,
    "comment": CommentEvent,
    "huddle": HuddleEvent,
    "crdt": CrdtEvent,
    "recorder": RecorderEvent,
    "execution": WorkflowEvent,
    "step": WorkflowEvent,
    "group": WorkflowEvent,
    "loop": WorkflowEvent,
}


def event_of(verified: Verified, payload: Dict[str, Any]) -> WebhookEvent:
    """The event of a verified request.

    Args:
        verified: who vouches for it.
        payload: the body, decoded and decrypted.

    Raises:
        VeltWebhookError: when the body says nothing of what happened, or contradicts the headers.
    """
    basic = verified.scheme == "v1"
    name = name_of_v1(payload) if basic else name_of(payload)
    return FAMILIES.get(name.partition(".")[0], WebhookEvent)(
        name=name,
        id=id_of(verified, payload),
        scheme=verified.scheme,
        data=payload if basic else as_object(payload.get("data")) or {},
        raw=payload,
        timestamp=verified.timestamp,
        attempt=verified.attempt,
    )


def name_of(payload: Json) -> str:
    # How the workflow engine lays its bodies out is not written down, so its event may be an object of its own.
    for place in (payload, as_object(payload.get("event")) or {}):
        for key in ("event", "type", "event_type", "eventType"):
            if isinstance(place.get(key), str):
                return checked(place[key], key, LONGEST_NAME)
    raise VeltWebhookError("event: the body does not say what happened", field="event")


def name_of_v1(payload: Json) -> str:
    source = checked(payload.get("notificationSource"), "notificationSource", LONGEST_NAME)
    action = checked(payload.get("actionType"), "actionType", LONGEST_NAME)
    return V1_NAMES.get((source, action), f"{source}.{action}")


def id_of(verified: Verified, payload: Json) -> str:
    """The event's id: where the signature covers one, that one."""
    if verified.scheme == "v2" and verified.id is not None:
        return verified.id
    field = "webhookId" if verified.scheme == "v1" else "eventId"
    given = payload.get(field)
    if given is None:
        return verified.id if verified.id is not None else digest_of(payload)
    id = checked(given, field, LONGEST_ID)
    if verified.id is not None and verified.id != id:
        # The header is not signed: whoever changes it could otherwise have an event handled once more.
        raise VeltWebhookError("x-velt-event-id: the body has another eventId", field="x-velt-event-id")
    return id


def key_of(event: WebhookEvent) -> str:
    """The key of an event. The scheme is part of it, so that who holds the secret of one cannot occupy the ids of
    another. Where no signed id is known to be this event's own, what it says is part of it too."""
    key = f"{event.scheme}:{event.id}"
    if event.scheme == "v1":
        key += ":" + digest_of(event.raw)[:16]
    elif event.scheme == "workflow" and event.raw.get("eventId") is None:
        key = f"{event.scheme}:{digest_of(event.raw)}"
    if len(key.encode()) > LONGEST_KEY:
        key = f"{event.scheme}:{hashlib.sha256(key.encode()).hexdigest()}"
    return key


def digest_of(payload: Json) -> str:
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def checked(value: Any, field: str, longest: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value:
        raise VeltWebhookError(f"{field}: a text is needed", field=field)
    if len(value) > longest or not value.isprintable():
        raise VeltWebhookError(f"{field}: at most {longest} printable characters are accepted", field=field)
    return value


def ids_of(person: Any) -> Tuple[str, ...]:
    """The id of a person, who may be named by it or be an object; none when there is none."""
    id = cast(Json, person).get("userId") if isinstance(person, dict) else person
    return (str(id),) if isinstance(id, (str, int)) and not isinstance(id, bool) and id != "" else ()


def as_object(value: Any) -> Optional[Json]:
    return cast(Json, value) if isinstance(value, dict) else None
