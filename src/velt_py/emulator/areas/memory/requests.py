"""What the requests of the memory must look like. Pure."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from velt_py.emulator.areas.memory.moments import moment
from velt_py.emulator.memory.files import INLINE_MOST, MIME_TYPES, REFERENCE_MOST
from velt_py.emulator.refusals import Refused
from velt_py.emulator.shapes import (
    FLAG,
    MISSING,
    Check,
    Issues,
    Path,
    Shape,
    choice,
    integer,
    list_of,
    optional,
    record,
    refusal_of,
    text,
)

__all__ = ["JUDGMENTS", "SHAPES", "check", "needs"]

DECISIONS = (
    *("comment", "resolve", "approved", "rejected", "in_progress", "agree", "disagree", "endorse"),
    *("document_approved", "document_rejected"),
)
JUDGES = ("human", "agent")
SEVERITIES = ("high", "medium", "low")
MIME = choice(*MIME_TYPES)
NAME = text(1, 255)
OPTIONAL_TEXT = optional(text())
ID = text(1)


def check(shape: Check, data: Mapping[str, Any]) -> None:
    """Check a request.

    Raises:
        Refused: with the first issue as the message and all of them in the details.
    """
    issues = Issues()
    shape(dict(data), (), issues)
    for issue in issues.found:
        if issue["message"] == "Required":
            issue["message"] = f"{'.'.join(map(str, issue['path']))} is required"
    if issues.found:
        raise refusal_of(issues)


def needs(path: Path, message: str) -> Refused:
    """The refusal of a request with one issue that only showed when it was carried out."""
    issues = Issues()
    issues.rule(path, message)
    return refusal_of(issues)


def _moment(value: Any, path: Path, issues: Issues) -> None:
    if moment(value) is None:
        issues.add("invalid_union", path, "must be an ISO-8601 string or epoch milliseconds")


def number(least: float, most: float) -> Check:
    """A number in a range."""

    def check(value: Any, path: Path, issues: Issues) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            issues.add("invalid_type", path, f"must be a number from {least} to {most}")

    return check


def _in_order(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    start, end = moment(value.get("start")), moment(value.get("end"))
    if start is not None and end is not None and start > end:
        issues.rule(path, "dateRange.start must not be after dateRange.end")


FILTERS = Shape(
    {
        "decision": optional(choice(*DECISIONS)),
        "judgeType": optional(choice(*JUDGES)),
        "contentType": OPTIONAL_TEXT,
        "reviewerId": OPTIONAL_TEXT,
        "annotationId": OPTIONAL_TEXT,
        "dateRange": optional(
            Shape({"start": optional(_moment), "end": optional(_moment)}, _in_order, strict=False)
        ),
        "excludeDocumentIds": optional(list_of(ID, 1, 20)),
    },
    strict=False,
)
PLACE: Dict[str, Check] = {"organizationId": OPTIONAL_TEXT, "documentId": OPTIONAL_TEXT}
ALIASES: Dict[str, Check] = {**PLACE, "orgId": OPTIONAL_TEXT, "docId": OPTIONAL_TEXT}


def _organization(value: Mapping[str, Any]) -> bool:
    return bool(value.get("organizationId") or value.get("orgId"))


def _thread_placed(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    filters: Dict[str, Any] = value.get("filters") or value
    if filters.get("annotationId") and not _organization(value):
        name = "filters.annotationId" if value.get("filters") else "annotationId"
        issues.rule((*path, *name.split(".")), f"{name} requires organizationId")


def _scope_placed(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    scope = value.get("scope")
    if scope in ("organization", "document") and not _organization(value):
        issues.rule((*path, "organizationId"), f'scope "{scope}" requires organizationId')
    filters: Dict[str, Any] = value.get("filters") or {}
    thread = filters.get("annotationId")
    if scope == "document" and not (value.get("documentId") or value.get("docId") or thread):
        issues.rule((*path, "documentId"), 'scope "document" requires documentId')


def _document_placed(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    if value.get("documentId") and not value.get("organizationId"):
        issues.rule((*path, "documentId"), "documentId requires organizationId")


FILE = Shape({"base64": text(1), "mimeType": MIME, "fileName": NAME, "fileSize": integer(0, INLINE_MOST)})
INLINE = Shape({"source": choice("inline"), "file": FILE, **PLACE}, _document_placed)
REFERENCE = Shape({"source": choice("fileRef"), "fileRef": ID, "mimeType": MIME, **PLACE}, _document_placed)
SOURCE = choice("inline", "fileRef")


def _ingest(value: Any, path: Path, issues: Issues) -> None:
    source = value.get("source", MISSING)
    if source == "inline":
        INLINE(value, path, issues)
    elif source == "fileRef":
        REFERENCE(value, path, issues)
    else:
        SOURCE(source, (*path, "source"), issues)


def _source_ids(value: Any, path: Path, issues: Issues) -> None:
    (list_of(ID, 2, 30) if isinstance(value, list) else ID)(value, path, issues)


def _backfill(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    if value.get("allApiKeysInStore") and not value.get("storeDbId"):
        issues.rule((*path, "storeDbId"), "allApiKeysInStore requires storeDbId")
    least, most = value.get("timestampLowerBoundMs"), value.get("timestampUpperBoundMs")
    if least is not None and most is not None and least > most:
        issues.rule(
            (*path, "timestampLowerBoundMs"), "timestampLowerBoundMs must not be above timestampUpperBoundMs"
        )


PERSON = Shape(dict.fromkeys(("userId", "name", "email"), OPTIONAL_TEXT), strict=False)
WORDS = ("recordId", "reasoning", "content", "contentType", "documentId", "annotationId")
JUDGMENTS = Shape(
    {
        "judgments": list_of(
            Shape(
                {
                    "decision": optional(choice(*DECISIONS)),
                    "judgeType": optional(choice(*JUDGES)),
                    **dict.fromkeys(WORDS, OPTIONAL_TEXT),
                    "organizationId": ID,
                    "confidence": optional(number(0, 1)),
                    "createdAt": optional(integer(0, 10**14)),
                    "flags": optional(list_of(text(1))),
                    "actionUser": optional(PERSON),
                    "agent": optional(record()),
                }
            ),
            0,
            10_000,
        )
    },
    strict=False,
)
"""What tests put in through the control API."""
CONFIG = Shape(
    {
        "enabled": optional(FLAG),
        "maxAlertsPerWeek": optional(integer(0)),
        "enabledAlertTypes": optional(list_of(text())),
        "severityThreshold": optional(choice(*SEVERITIES)),
    },
    strict=False,
)
ONE_SOURCE = Shape({"sourceId": ID})
SOURCE_AND_MORE = Shape({"sourceId": ID}, strict=False)
RECENT = optional(integer(1, 365))
SHAPES: Dict[str, Check] = {
    "search": Shape(
        {
            "query": text(1),
            "embeddingType": optional(choice("review", "content")),
            "scope": optional(choice("document", "organization", "apiKey")),
            **ALIASES,
            "limit": optional(integer(1, 50)),
            "filters": optional(FILTERS),
            "recencyDays": RECENT,
        },
        _thread_placed,
        _scope_placed,
        strict=False,
    ),
    "ask": Shape(
        {"question": text(1), **ALIASES, "filters": optional(FILTERS), "recencyDays": RECENT},
        _thread_placed,
        strict=False,
    ),
    "suggest": Shape({"query": text(1), **PLACE}, strict=False),
    "queryJudgments": Shape(
        {
            **PLACE,
            "decision": optional(choice(*DECISIONS)),
            "judgeType": optional(choice(*JUDGES)),
            "contentType": OPTIONAL_TEXT,
            "reviewerId": OPTIONAL_TEXT,
            "annotationId": OPTIONAL_TEXT,
            "limit": optional(integer(1, 100)),
        },
        _thread_placed,
        strict=False,
    ),
    "getReviewerProfile": Shape({"targetUserId": OPTIONAL_TEXT}, strict=False),
    "ingestKnowledge": _ingest,
    "getUploadUrl": Shape(
        {"mimeType": MIME, "fileSize": integer(1, REFERENCE_MOST), "fileName": optional(NAME), **PLACE},
        _document_placed,
    ),
    "getIngestStatus": ONE_SOURCE,
    "deleteKnowledge": ONE_SOURCE,
    "updateKnowledge": Shape({"sourceId": ID, "newContent": text(1)}, strict=False),
    "searchKnowledge": Shape(
        {
            "query": text(1),
            "sourceId": optional(_source_ids),
            "limit": optional(integer(1, 50)),
            "includeRules": optional(FLAG),
        }
    ),
    "downloadCanonicalMarkdown": SOURCE_AND_MORE,
    "listExtractedRules": SOURCE_AND_MORE,
    "dismissAlert": Shape(
        {"alertId": ID, "user": optional(Shape({"uid": OPTIONAL_TEXT}, strict=False))}, strict=False
    ),
    "markAlertActioned": Shape({"alertId": ID}, strict=False),
    "updateAlertConfig": Shape({"config": CONFIG}, strict=False),
    "triggerConsolidation": Shape({"force": optional(FLAG)}, strict=False),
    "backfillJudgments": Shape(
        {
            "storeDbId": OPTIONAL_TEXT,
            "resumeFrom": OPTIONAL_TEXT,
            "batchSize": optional(integer(1, 1000)),
            "timestampLowerBoundMs": optional(integer()),
            "timestampUpperBoundMs": optional(integer()),
            **{name: optional(FLAG) for name in ("force", "allApiKeysInStore", "migrateOldSdk")},
        },
        _backfill,
        strict=False,
    ),
}
"""By the names of the operations. The others take nothing and look at nothing."""
