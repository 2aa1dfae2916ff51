"""Records are put in: those of a dump, or of a file that somebody wrote. What could not be read again is refused."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, cast

from velt_py.emulator.controls.inside import fault_of
from velt_py.emulator.controls.reading import Given
from velt_py.exceptions import VeltValidationError

__all__ = ["checked", "load"]


LARGEST = 1e14


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": _is_number,
    "flag": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "any": lambda value: True,
}
SAID: Mapping[str, str] = {
    "text": "a text",
    "number": "a number",
    "flag": "true or false",
    "list": "a list",
    "object": "an object",
    "any": "there",
}
WORKFLOW = """
compiled:object createdAt:any custom:any definitionId:text description:any edges:any groups:any nodes:any scope:any
name:any status:any tags:any triggers:any updatedAt:number version:number webhookConfig:object|null
"""
NEEDED: Mapping[str, str] = {
    "activity": "metadata:object",
    "agenda": "due:number",
    "agent": "description:any enabled:flag id:text managedBy:any name:any version:number",
    "agentGroup": "agentIds:list id:text",
    "agentRun": "agentId:text agentName:any config:object id:text metadata:object "
    "resultsSummary:object startedAt:number status:text",
    "agentRunning": "due:number model:text|null output:object pages:list postProcess:object reason:any status:any "
    "usage:any visibility:text",
    "alert": "createdAt:number status:text",
    "annotation": "annotationId:text comments:list lastUpdated:number location?:object metadata?:object status:object "
    "visibilityConfig?:object",
    "apiKey": "tokens:list",
    "config": "activityServiceConfig?:object emailServiceConfig?:object notificationServiceConfig?:object "
    "permissionProviderConfig?:object webhookServiceConfig?:object",
    "counter": "value:number",
    "crdt": "at:number data:any type:text",
    "delivery": "scheme:text url:text secret:text event:text eventId:text endpoint:text body:object attempts:list "
    "failures:number createdAt:number due:number state:text",
    "domainRequest": "status:any",
    "folder": "ancestors:list folderId:text",
    "invite": "status:text type:text",
    "judgment": "actionUser:object agent:object|null confidence:any contentType:any createdAt:number decision:text "
    "document:text judgeType:any organization:text reasoning:any recordId:any",
    "knowledge": "changedAt?:number mimeType:text readyAt:number sha256:text uploadedAt:number version:number",
    "knowledgeText": "markdown:text",
    "mail": "to:any at:number",
    "migration": "done:any start:number",
    "notification": "id:text metadata:object notificationSource:text notifyAll:flag notifyUsersByUserId?:object "
    "readByUserIds:list timestamp:number",
    "noticeHeld": "due:number user:text annotationId:any notice:object|null mail:object|null "
    "person:object|null",
    "recording": "metadata?:object",
    "script": "answer:any match:object operation:text",
    "upload": "expiresAt:number used:any",
    "workflowCall": "attempt:number config:object due:number|null execution:object input:any nodeId:text "
    "nonEmpty:flag secret:any token:any",
    "workflowDefinition": WORKFLOW,
    "workflowDispatch": "at:number correlationId:text executionId:text",
    "workflowEvent": "seq:number",
    "workflowExecution": "definitionId:text definitionVersion:number executionId:text startedAt:number|null "
    "status:text steps:object",
    "workflowLive": "due:number|null",
    "workflowSchedule": "schedule:object since:number",
    "workflowStamp": "value:number",
    "workflowVersion": WORKFLOW,
    "workspace": "authToken:text id:text name:any owner?:object",
    "endpoint": "id:text url:text createdAt:any updatedAt:any",
}
"""The fields that records have, by kind; a question mark stands behind the name of one that may be absent."""
IDS: Mapping[str, int] = {
    **dict.fromkeys(("agenda", "agent", "agentGroup", "agentRun", "agentRunning", "alert", "apiKey"), 1),
    **dict.fromkeys(("config", "counter", "knowledge", "knowledgeText", "workflowDefinition"), 1),
    **dict.fromkeys(("workflowCall", "workflowEvent", "workflowLive", "workflowSchedule"), 2),
    **dict.fromkeys(("delivery", "endpoint", "endpointSecret", "organization", "workspace"), 1),
    **dict.fromkeys(("workflowExecution", "workflowStamp"), 1),
    **dict.fromkeys(("activity", "document", "folder", "group", "mail", "notification", "user"), 2),
    "workflowVersion": 2,
    **dict.fromkeys(("annotation", "crdt", "judgment", "livestate", "presence", "reaction", "recording"), 3),
    **dict.fromkeys(("invite", "noticeHeld", "permission"), 4),
}
"""How many ids records have, by kind."""
SCHEMES = ("basic", "svix", "workflow")


def load(emulator: Any, given: Given) -> Any:
    """Put records in.

    Raises:
        VeltValidationError: one of them is none of the emulator's.
    """
    records = checked(given.get("records"))
    emulator.state.load(records)
    return {"loaded": len(records)}


def checked(records: Any) -> List[Dict[str, Any]]:
    """Records with which the emulator can work.

    Raises:
        VeltValidationError: one of them is none of the emulator's; it and the place inside it are named.
    """
    if not isinstance(records, list):
        raise _wrong(
            "records",
            "must be a list of objects with owner, kind, ids and doc, as GET /__velt/state gives them",
        )
    for number, entry in enumerate(cast(List[Any], records)):
        _check(f"records[{number}]", entry)
    return cast(List[Dict[str, Any]], records)


def _check(place: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise _wrong(place, "must be an object with owner, kind, ids and doc")
    record = cast(Dict[str, Any], entry)
    for name, type in (("owner", "text"), ("kind", "text"), ("ids", "list"), ("doc", "object")):
        if not TYPES[type](record.get(name)):
            raise _wrong(f"{place}.{name}", f"must be {SAID[type]}")
    kind, ids = record["kind"], cast(List[Any], record["ids"])
    if not ids or not all(isinstance(each, str) for each in ids):
        raise _wrong(f"{place}.ids", "must be a list of texts")
    if len(ids) != IDS.get(kind, len(ids)):
        raise _wrong(f"{place}.ids", f"must hold {IDS[kind]} for {kind}")
    _check_doc(f"{place}.doc", kind, cast(Dict[str, Any], record["doc"]))


def _check_doc(place: str, kind: str, doc: Dict[str, Any]) -> None:
    for fact in NEEDED.get(kind, "").split():
        name, _, type = fact.partition(":")
        optional = name.endswith("?")
        name = name.rstrip("?")
        if optional and doc.get(name) is None:
            continue
        type, _, null = type.partition("|")
        if name not in doc or not (TYPES[type](doc[name]) or (null and doc[name] is None)):
            raise _wrong(f"{place}.{name}", f"must be {SAID[type]}{' or null' if null else ''} for {kind}")
    if kind == "delivery" and doc["scheme"] not in SCHEMES:
        raise _wrong(f"{place}.scheme", f"must be one of: {', '.join(SCHEMES)}")
    if kind == "annotation":
        _check_comments(place, cast(List[Any], doc["comments"]))
    fault = fault_of(kind, doc)
    if fault is not None:
        raise VeltValidationError(f"{place}.{fault[0]}: {fault[1]}", field=f"{place}.{fault[0]}")


def _check_comments(place: str, comments: List[Any]) -> None:
    for number, each in enumerate(comments):
        comment = cast(Dict[str, Any], each) if isinstance(each, dict) else {}
        author: Any = comment.get("from")
        named = isinstance(author, dict) and isinstance(cast(Dict[str, Any], author).get("userId"), str)
        if not named or not TYPES["number"](comment.get("commentId")):
            raise _wrong(f"{place}.comments[{number}]", "must have a commentId, and a userId in from")


def _wrong(place: str, said: str) -> VeltValidationError:
    return VeltValidationError(f"{place} {said}", field=place)
