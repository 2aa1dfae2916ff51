"""From the body that the browser posted to a plan. Pure; the same for comments, reactions, recordings,
notifications and activities, which differ in the names of their fields only."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, cast

from velt_py.config import Settings
from velt_py.exceptions import VeltNotFoundError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.merge import map_merges
from velt_py.selfhosting.operation import Body
from velt_py.selfhosting.plans import Change, Delete, MapMerge, Read, Record, Save
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.validation import (
    boolean,
    identifier,
    identifiers,
    mapping,
    organization,
    refuse,
    storable,
    text,
)

__all__ = [
    "compact",
    "deleting",
    "event_of",
    "found_records",
    "gone",
    "reading",
    "saved",
    "saves",
    "scope_of",
    "stamped",
]


def compact(**fields: Any) -> Dict[str, Any]:
    """A body of the given fields; those that are None were not given."""
    return {name: value for name, value in fields.items() if value is not None}


def metadata_of(body: Body) -> Dict[str, Any]:
    """The request's metadata; it may be missing."""
    given = body.get("metadata")
    return {} if given is None else mapping(given, "metadata")


def scope_of(body: Body, settings: Settings) -> Scope:
    """The organization of a request: at its top or in its metadata, the top one goes first."""
    metadata = metadata_of(body)
    if body.get("organizationId") is not None:
        id = organization(body["organizationId"], "organizationId", settings.limits)
    else:
        field = "metadata.organizationId" if metadata else "organizationId"
        id = organization(metadata.get("organizationId"), field, settings.limits)
    key = settings.apiKey or text(metadata.get("apiKey"), "metadata.apiKey")
    return Scope(id, key or None)


def event_of(body: Body) -> Optional[str]:
    """The request's event as text; unknown ones are fine."""
    event = body.get("event")
    return text(getattr(event, "value", event), "event") or None


def reading(kind: Kind, ids: str) -> Callable[[Body, Settings], Read]:
    """The plan of a `get` operation.

    Args:
        kind: what is read.
        ids: the field that lists ids.
    """

    def plan(body: Body, settings: Settings) -> Read:
        limits = settings.limits
        scope = scope_of(body, settings)
        wanted = identifiers(body.get(ids), ids, limits)
        documents = identifiers(body.get("documentIds"), "documentIds", limits) if kind.document else None
        folder: Optional[str] = None
        if kind.folder and wanted is None and documents is None:
            everything = boolean(body.get("allDocuments"), "allDocuments")
            if everything and body.get("folderId") not in (None, ""):
                folder = identifier(body["folderId"], "folderId", limits)
        return Read(kind, scope, wanted, documents, folder)

    return plan


def deleting(kind: Kind, id: str) -> Callable[[Body, Settings], Delete]:
    """The plan of a `delete` operation; `id` is the field that names the record."""

    def plan(body: Body, settings: Settings) -> Delete:
        if body.get(id) is None:
            refuse(id, "the id of what is to be deleted is needed")
        wanted = identifier(body[id], id, settings.limits)
        return Delete(kind, scope_of(body, settings), (wanted,))

    return plan


def entries_of(body: Body, field: str, settings: Settings) -> Dict[str, Dict[str, Any]]:
    """The saved records by id, as sent."""
    if body.get(field) is None:
        refuse(field, "a map of what is to be saved, by id, is needed")
    given = mapping(body[field], field)
    limits = settings.limits
    if not given:
        refuse(field, "there is nothing to save: the map is empty")
    if len(given) > limits.max_records:
        refuse(field, f"at most {limits.max_records} records per request are saved, {len(given)} were sent")
    entries: Dict[str, Dict[str, Any]] = {}
    for key, entry in given.items():
        id = identifier(key, f"{field}: a key", limits)
        if id in entries:
            refuse(f"{field}.{id}", "the same id stands twice, once as text and once as number")
        entries[id] = wire(entry, f"{field}.{id}")
    return entries


def wire(value: Any, field: str) -> Dict[str, Any]:
    """An object of the request as the browser would post it; models are welcome inside raw bodies."""
    if type(value) is dict:
        return cast("Dict[str, Any]", value).copy()
    to_dict = getattr(value, "to_dict", None)
    return mapping(to_dict() if callable(to_dict) else value, field)


def stamped(
    own: Any,
    field: str,
    scope: Scope,
    request: Mapping[str, Any],
    copied: Tuple[str, ...],
    settings: Settings,
) -> Dict[str, Any]:
    """A record's metadata with what the request says about it.

    Args:
        own: the record's own metadata, or None.
        field: where it stands, for messages.
        scope: whose organization it gets, and whose api key.
        request: the metadata of the request.
        copied: the names taken over from the request when it has them.
    """
    metadata = {} if own is None else wire(own, field)
    for name in ("documentId", "folderId"):
        source = request if name in copied and request.get(name) not in (None, "") else metadata
        if source.get(name) not in (None, ""):
            where = f"metadata.{name}" if source is request else f"{field}.{name}"
            metadata[name] = identifier(source[name], where, settings.limits)
    metadata["organizationId"] = scope.organization
    if scope.apiKey:
        metadata["apiKey"] = scope.apiKey
    return metadata


def saves(
    kind: Kind,
    field: str,
    copied: Tuple[str, ...],
    prepare: Optional[Callable[[str, Dict[str, Any], str], None]] = None,
    merges: Optional[Callable[[Body, List[Dict[str, Any]], Settings], Tuple[MapMerge, ...]]] = None,
) -> Callable[[Body, Settings], Save]:
    """The plan of a `save` operation.

    Args:
        kind: what is saved.
        field: the request's map of records by id.
        copied: names that the request's metadata gives to each record's own.
        prepare: checks and completes one record, given its id, itself and its field.
        merges: how map fields are merged, given the body and the records; by default as the kind says.
    """

    def plan(body: Body, settings: Settings) -> Save:
        scope = scope_of(body, settings)
        request = metadata_of(body)
        documents: List[Tuple[str, Dict[str, Any]]] = []
        for id, document in entries_of(body, field, settings).items():
            where = f"{field}.{id}"
            document[kind.id[0]] = id
            if kind.organization[0] == "metadata" or "metadata" in kind.maps:
                own = document.get("metadata")
                document["metadata"] = stamped(own, f"{where}.metadata", scope, request, copied, settings)
            if kind.organization == ("organizationId",):
                document["organizationId"] = scope.organization
            if prepare is not None:
                prepare(id, document, where)
            documents.append((id, document))
        rules = (
            map_merges(kind)
            if merges is None
            else merges(body, [document for _, document in documents], settings)
        )
        changes = [
            Change(id, document, storable(document, f"{field}.{id}", settings.limits))
            for id, document in documents
        ]
        return Save(kind, scope, tuple(changes), rules)

    return plan


def found_records(plan: Read, records: List[Record]) -> Result:
    """The answer of a `get`: a map by id."""
    return Result(records=records)


def saved(plan: Save, added: int) -> Result:
    """The answer of a `save`: nothing but success."""
    return Result()


def gone(plan: Delete, deleted: int) -> Result:
    """The answer of a `delete`."""
    if deleted:
        return Result()
    return Result(
        error=VeltNotFoundError(
            f"{plan.kind.name}: nothing with this id is stored in this organization, or it is deleted already"
        )
    )
