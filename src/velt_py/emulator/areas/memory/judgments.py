"""Judgments: what people and agents decided. Read from threads, and from what a test put in."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.emulator.areas.memory.moments import moment
from velt_py.emulator.call import Call, Document
from velt_py.emulator.identity import decimal_id, hex_id
from velt_py.emulator.state import Row

__all__ = [
    "APPROVALS",
    "JUDGMENT",
    "REJECTIONS",
    "Scope",
    "judgments_of",
    "passes",
    "person_of",
    "reviewer",
    "seeded",
    "shown",
]

JUDGMENT = "judgment"
"""The kind of the records that a test put in."""
APPROVALS = frozenset(["approved", "agree", "endorse", "document_approved"])
REJECTIONS = frozenset(["rejected", "disagree", "document_rejected"])
BY_STATUS = {"terminal": "resolve", "ongoing": "in_progress"}
BY_SUGGESTION = {"accepted": "approved", "rejected": "rejected"}
AGENT = ("agentId", "agentType", "executionId", "agentFields")
COMMENT = "comment"
"""What is reviewed when nothing else is said."""


class Scope:
    """Where judgments are looked for.

    Args:
        organization: its id; empty for all.
        document: its id; empty for all. Without an organization it says nothing.
    """

    def __init__(self, organization: str, document: str) -> None:
        self.organization = organization
        self.document = document if organization else ""

    @property
    def level(self) -> str:
        """What Velt calls it."""
        return "document" if self.document else "organization" if self.organization else "apiKey"

    def holds(self, doc: Mapping[str, Any]) -> bool:
        """Whether a judgment was made in it."""
        return self.organization in ("", doc["organization"]) and self.document in ("", doc["document"])


def judgments_of(call: Call, scope: Optional[Scope] = None) -> List[Document]:
    """The judgments in a scope, the newest first."""
    call.guess("memory-judgments")
    found = [doc for row in call.records.under("annotation") for doc in _in_thread(call, row)]
    found.extend(row.doc for row in call.records.under(JUDGMENT))
    # Of those of one time the later record is the newer one.
    found.reverse()
    found.sort(key=lambda doc: doc["createdAt"], reverse=True)
    return [doc for doc in found if scope is None or scope.holds(doc)]


def passes(call: Call, doc: Document, filters: Mapping[str, Any]) -> bool:
    """Whether a judgment passes what a request filters by."""
    for name in ("decision", "judgeType", "contentType", "annotationId"):
        if filters.get(name) and doc.get(name) != filters[name]:
            return False
    if filters.get("reviewerId") and reviewer(doc) != filters["reviewerId"]:
        return False
    excluded: Any = filters.get("excludeDocumentIds") or []
    if doc["document"] and (doc["document"] in excluded or _document_id(call, doc) in excluded):
        return False
    bounds: Document = filters.get("dateRange") or {}
    start, end = moment(bounds.get("start")), moment(bounds.get("end"))
    return (start is None or doc["createdAt"] >= start) and (end is None or doc["createdAt"] <= end)


def reviewer(doc: Mapping[str, Any]) -> str:
    """Who decided."""
    return str(doc["actionUser"].get("userId") or "")


def person_of(found: Any) -> Document:
    """A person as judgments name them."""
    person = cast(Document, found) if isinstance(found, dict) else {}
    return {name: _text(person.get(name)) for name in ("userId", "name", "email")}


def shown(call: Call, doc: Document) -> Document:
    """A judgment as a query answers it, with Velt's own ids."""
    names = ("recordId", "reasoning", "decision", "confidence", "judgeType", "contentType", "actionUser")
    return {
        **{name: doc[name] for name in names},
        "createdAt": doc["createdAt"],
        "organizationId": hex_id(call.key, "organization", doc["organization"]),
        "documentId": _document_id(call, doc) if doc["document"] else "",
        "agent": doc["agent"],
    }


def _document_id(call: Call, doc: Document) -> str:
    return decimal_id(call.key, "document", doc["organization"], doc["document"])


def _in_thread(call: Call, row: Row) -> List[Document]:
    """The judgments that a thread holds: its comments, what became of it, and of what it suggested."""
    thread = row.doc
    organization, document, annotation = row.ids
    comments: List[Document] = thread["comments"]
    subject = _text(comments[0].get("commentText")) if comments else ""
    changed = moment(thread.get("lastUpdated")) or 0
    base: Document = {
        "organization": organization,
        "document": document,
        "annotationId": annotation,
        "contentType": COMMENT,
        "content": subject,
        "confidence": 1,
        "flags": [],
    }

    def made(name: Any, decision: str, reason: str, person: Any, at: Any, agent: Any) -> Document:
        found = {each: cast(Document, agent).get(each) for each in AGENT} if isinstance(agent, dict) else None
        return {
            **base,
            "recordId": f"act_{hex_id(call.key, organization, document, annotation, name)[:20]}",
            "reasoning": reason,
            "decision": decision,
            "actionUser": person_of(person),
            "createdAt": moment(at) or changed,
            "judgeType": "agent" if found else "human",
            "agent": found,
        }

    judgments = [
        made(
            comment["commentId"],
            "comment",
            _text(comment.get("commentText")),
            comment.get("from"),
            comment.get("createdAt"),
            comment.get("agent"),
        )
        for comment in comments
    ]
    status: Document = thread.get("status") or {}
    suggestion: Document = thread.get("suggestion") or {}
    verdicts = (
        ("status", BY_STATUS.get(str(status.get("type")))),
        ("suggestion", BY_SUGGESTION.get(str(suggestion.get("status")))),
    )
    resolver = thread.get("resolvedByUserId")
    person: Any = {"userId": resolver} if resolver else thread.get("from")
    for name, decision in verdicts:
        if decision is not None:
            judgments.append(made(name, decision, subject, person, changed, None))
    return judgments


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def seeded(key: str, number: int, entry: Mapping[str, Any], now: int) -> Document:
    """A judgment that a test puts in, as it is kept."""
    doc: Dict[str, Any] = {
        "recordId": f"act_{hex_id(key, JUDGMENT, number)[:20]}",
        "reasoning": "",
        "decision": "comment",
        "confidence": 1,
        "contentType": COMMENT,
        "content": "",
        "createdAt": now,
        "flags": [],
        "agent": None,
        "annotationId": "",
        **{name: value for name, value in entry.items() if name not in ("organizationId", "documentId")},
    }
    doc["judgeType"] = entry.get("judgeType") or ("agent" if doc["agent"] else "human")
    doc["actionUser"] = person_of(entry.get("actionUser"))
    doc["organization"] = entry["organizationId"]
    doc["document"] = entry.get("documentId") or ""
    return doc
