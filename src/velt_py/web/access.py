"""Who may do what: the two hooks of the application, and what they are told. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Awaitable, Callable, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Union, cast

from velt_py.exceptions import VeltSDKError
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting.answers import Result, loads
from velt_py.selfhosting.operation import Body, Step, Steps
from velt_py.selfhosting.plans import Delete, FindUsers, Read, Record, Save
from velt_py.selfhosting.records import ATTACHMENTS, Path, value_at
from velt_py.selfhosting.requests import metadata_of, scope_of, stamped
from velt_py.selfhosting.validation import identifier, mapping, refuse
from velt_py.settings import Settings
from velt_py.web.messages import Request

__all__ = [
    "Access",
    "Authenticate",
    "Authorize",
    "Touched",
    "bearer",
    "continued",
    "everybody",
    "no_questions",
    "resumed",
    "touched_by",
]


@dataclass(frozen=True)
class Access:
    """What a request would read or write, for the `authorize` hook.

    It is made from what will be carried out, not from what the request claims. An organization is always named, and
    nothing of another one is touched.

    Args:
        operation: for example `comments.save`.
        organizationId: the organization.
        documentIds: the only documents that are touched: those that a read is restricted to; those that saved
            records will belong to and are stored under now; those of the records to delete; that of a file. None
            when the request is not restricted to documents: it may then touch any document of the organization.
        folderId: the only folder that is touched; None when the request is not restricted to one.
        ids: the ids of the records, for users theirs; None when the request does not name any.
        event: what the frontend says has happened to saved records, for example `comment.add`; a claim that nobody
            checked.
    """

    operation: str
    organizationId: str
    documentIds: Optional[Tuple[str, ...]] = None
    folderId: Optional[str] = None
    ids: Optional[Tuple[str, ...]] = None
    event: Optional[str] = field(default=None, compare=False)


Authenticate = Callable[[Request], Union[Any, Awaitable[Any]]]
"""`authenticate(request)` returns who is asking, whatever the application uses for that, or None for a stranger.

It may raise `velt_py.web.messages.Refused` to refuse in its own words; any other error lets nobody in."""

Authorize = Callable[[Any, Access], Union[bool, Awaitable[bool]]]
"""`authorize(principal, access)` returns True when this may happen. Anything but True denies."""


Places = Mapping[str, Mapping[str, Any]]
"""Documents by the id of their record; only where they lie is looked at."""


class Touched(NamedTuple):
    """What an operation touches.

    Args:
        access: as far as it is known without the store.
        stored: the read that tells where the records that are changed lie now; None when nobody has to know.
        saved: the records as they are to be saved, or as a deletion claims that they are.
    """

    access: Access
    stored: Optional[Read] = None
    saved: Places = {}

    def with_stored(self, records: Iterable[Record]) -> Access:
        """The access once the stored records are known: where they lie now is touched too.

        Whoever may write to one document could otherwise save or delete a thread of another one by its id.
        """
        if self.stored is None:
            return self.access
        found = {record.id: parsed(record) for record in records}
        documents = places(self.access.ids or (), self.stored.kind.document, self.saved, found)
        folders = places(self.access.ids or (), self.stored.kind.folder, self.saved, found)
        folder = folders[0] if folders is not None and len(folders) == 1 else None
        return replace(self.access, documentIds=documents, folderId=folder)


def parsed(record: Record) -> Mapping[str, Any]:
    try:
        return cast(Mapping[str, Any], loads(record.body)) if isinstance(record.body, str) else record.body
    except ValueError:
        return {}  # where a damaged record lies is not known


def places(
    ids: Iterable[str], path: Optional[Path], saved: Places, found: Places
) -> Optional[Tuple[str, ...]]:
    """The ids of documents or folders in which records lie or will lie, None when that is not known of one."""
    if path is None:
        return None
    every: List[str] = []
    for id in ids:
        both = [value_at(places[id], path) for places in (found, saved) if id in places]
        # A record that is stored without a place may not be claimed for one.
        if id in found and not is_place(both[0]):
            return None
        named = [cast(str, place) for place in both if is_place(place)]
        if not named:
            return None
        every.extend(named)
    return tuple(dict.fromkeys(every))


def is_place(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def touched_by(operation: str, first: Step, body: Body, settings: Settings) -> Touched:
    """What an operation will touch.

    Args:
        operation: its name.
        first: its first step.
        body: the posted request, which the operation accepted.
        settings: for the limits of ids.
    """
    if operation.startswith("attachments."):
        return touched_by_attachment(operation, body, settings)
    if isinstance(first, Read):
        access = Access(operation, first.scope.organization, first.documents, first.folder, first.ids)
        return Touched(access, first if operation == "files.get" else None)
    if isinstance(first, Save):
        saved = {change.id: change.document for change in first.changes}
        touched = changing(operation, Read(first.kind, first.scope, tuple(saved)), saved)
        return touched._replace(access=replace(touched.access, event=claimed_event(body)))
    if isinstance(first, Delete):
        return changing(
            operation, Read(first.kind, first.scope, first.ids), claimed(body, first.ids, settings)
        )
    if isinstance(first, FindUsers):
        users = first.values if first.by_id else None
        return Touched(Access(operation, first.scope.organization, ids=users))
    raise TypeError(f"{operation}: what a {type(first).__name__} touches is not known here")


def changing(operation: str, stored: Read, saved: Places) -> Touched:
    """What a save or a deletion touches."""
    access = Access(operation, stored.scope.organization, ids=stored.ids)
    return Touched(access, stored if stored.kind.document is not None else None, saved)


def claimed_event(body: Body) -> Optional[str]:
    """What the request says has happened."""
    event = body.get("event")
    event = getattr(event, "value", event)
    return event if isinstance(event, str) and event else None


def claimed(body: Body, ids: Iterable[str], settings: Settings) -> Places:
    """Where a deletion says that its records lie: all there is to go by when they are gone already."""
    document = metadata_of(body).get("documentId")
    if document in (None, ""):
        return {}
    metadata = {"documentId": identifier(document, "metadata.documentId", settings.limits)}
    return {id: {"metadata": metadata} for id in ids}


def touched_by_attachment(operation: str, body: Body, settings: Settings) -> Touched:
    """What an upload or the deletion of a file touches; their first step is no plan that says so."""
    scope = scope_of(body, settings)
    if operation == "attachments.delete":
        id = identifier(body.get("attachmentId"), "attachmentId", settings.limits)
        return changing(operation, Read(ATTACHMENTS, scope, (id,)), claimed(body, (id,), settings))
    if body.get("attachment") is None:
        refuse("attachment", "the attachment to save is needed")
    attachment = mapping(body["attachment"], "attachment")
    id = identifier(attachment.get("attachmentId"), "attachment.attachmentId", settings.limits)
    metadata = stamped(
        attachment.get("metadata"),
        "attachment.metadata",
        scope,
        metadata_of(body),
        ("documentId", "folderId"),
        settings,
    )
    return changing(operation, Read(ATTACHMENTS, scope, (id,)), {id: {"metadata": metadata}})


# Steps of operations, to be interrupted by a question


def continued(steps: Steps, outcome: Any) -> Steps:
    """The steps of an operation after its first one, which was carried out already."""
    try:
        step = steps.send(outcome)
    except StopIteration as end:
        return cast(Result, end.value)
    return (yield from resumed(step, steps))


def resumed(first: Step, steps: Steps) -> Steps:
    """The steps of an operation from its first one on, which was asked for already."""
    step = first
    try:
        while True:
            try:
                outcome = yield step
            except VeltSDKError as error:
                step = steps.throw(error)
            else:
                step = steps.send(outcome)
    except StopIteration as end:
        return cast(Result, end.value)
    finally:
        steps.close()


# Ready hooks

LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])


def everybody(request: Request) -> Optional[str]:
    """An `authenticate` hook for development: lets everybody in who addresses this machine as itself.

    The name in the address is looked at because a page anywhere can have a name that leads to 127.0.0.1.
    """
    host = request.headers.get("host", "").rpartition("@")[2].lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return "everybody" if name in LOOPBACK else None


def no_questions(principal: Any, access: Access) -> bool:
    """An `authorize` hook that allows everything, for development."""
    return True


def bearer(sdk: Union[VeltSDK, AsyncVeltSDK]) -> Authenticate:
    """An `authenticate` hook that checks the request's token as `resolver_auth` of the configuration says.

    Args:
        sdk: a `VeltSDK` or `AsyncVeltSDK`.

    The principal is the dictionary of the token's claims, `{}` where the check gives none. Strangers are answered
    401. A token says who is asking, not what they may: that is for `authorize`.
    """

    def authenticate(request: Request) -> Any:
        return claims_of(cast(Any, sdk.selfHosting).verifyToken(headers=request.headers))

    async def authenticate_awaited(request: Request) -> Any:
        return claims_of(await cast(Any, sdk.selfHosting).verifyToken(headers=request.headers))

    return authenticate_awaited if isinstance(sdk, AsyncVeltSDK) else authenticate


def claims_of(outcome: Any) -> Any:
    if not outcome.verified:
        return None
    return dict(outcome.claims) if outcome.claims is not None else {}
