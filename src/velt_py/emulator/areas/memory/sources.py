"""Sources of knowledge: how they are kept, and what they are at the clock's time."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Dict, List, Optional

from velt_py.emulator.call import Call, Document
from velt_py.emulator.identity import hex_id
from velt_py.emulator.memory.extraction import chunks_of, is_rule_based, rules_of
from velt_py.emulator.memory.files import read
from velt_py.emulator.refusals import missing
from velt_py.emulator.signed_urls import LIFETIME, Address, address_of
from velt_py.emulator.state import Row

__all__ = [
    "COMPLETED",
    "PROCESSING",
    "add",
    "addresses",
    "dependents",
    "find",
    "held_by",
    "keep_parts",
    "origin",
    "parts",
    "remove",
    "status_of",
]

CONVERSION_TIME = 2_000
"""Milliseconds."""
PROCESSING, COMPLETED, FAILED = "processing", "completed", "failed"
UNKNOWN = "Knowledge source not found."


def add(call: Call, content: bytes, facts: Document) -> str:
    """Keep a file as a source; its id. It is read at once, which shows when the time for that has passed."""
    name = f"src_{hex_id(call.key, 'source', call.records.next_number('source'))[:20]}"
    digest = hashlib.sha256(content).hexdigest()
    source: Document = {
        **facts,
        "sourceType": "upload",
        "sha256": digest,
        "fileSize": len(content),
        "uploadedAt": call.now,
        "readyAt": call.now + CONVERSION_TIME,
        "version": 1,
    }
    winner = _same(call, source)
    if winner is not None:
        source["dedupOf"] = winner
    else:
        reading = read(facts["mimeType"], facts["fileName"], content)
        source.update(usedRawFallback=reading.raw, failureReason=reading.failure)
        source["ruleBased"] = not reading.raw and is_rule_based(reading.markdown)
        call.records.put("knowledgeFile", name, doc={"base64": base64.b64encode(content).decode()})
        if reading.failure is None:
            keep_parts(call, name, reading.markdown, source["ruleBased"])
    call.records.put("knowledge", name, doc=source)
    return name


def keep_parts(call: Call, name: str, markdown: str, ruled: bool) -> None:
    """Keep a source's text, and the rules or the chunks of it, instead of those that there were."""
    call.records.put("knowledgeText", name, doc={"markdown": markdown})
    call.records.delete_under("knowledgePart", name)
    if not ruled:
        for index, chunk in enumerate(chunks_of(markdown)):
            call.records.put("knowledgePart", name, f"chunk_{index}", doc={"kind": "chunk", "text": chunk})
        return
    seen: Dict[str, int] = {}
    for index, rule in enumerate(rules_of(markdown)):
        times = seen[rule.content] = seen.get(rule.content, 0) + 1
        part = f"rule_{hex_id(call.key, name, rule.content, times)[:12]}"
        doc = {"kind": "rule", "text": rule.content, "category": rule.category, "index": index}
        call.records.put("knowledgePart", name, part, doc=doc)


def find(call: Call, name: str) -> Document:
    """A source.

    Raises:
        Refused: there is none of that id.
    """
    source = call.records.get("knowledge", name)
    if source is None:
        raise missing(UNKNOWN)
    return source


def origin(source: Document, name: str) -> str:
    """The source whose content a source shows: its own, or that of the file that was there before it."""
    return str(source.get("dedupOf") or name)


def held_by(call: Call, source: Document) -> Document:
    """The source that holds the content which a source shows."""
    winner = call.records.get("knowledge", source["dedupOf"]) if source.get("dedupOf") else None
    return winner or source


def status_of(call: Call, source: Document) -> Document:
    """The status of a source, and why it failed where it did."""
    held = held_by(call, source)
    if call.now < held["readyAt"]:
        return {"status": PROCESSING}
    if held.get("failureReason"):
        return {"status": FAILED, "failureReason": held["failureReason"]}
    found: Document = {"status": COMPLETED}
    if held.get("usedRawFallback"):
        found["metadata"] = {"usedRawFallback": True}
    return found


def parts(call: Call, name: str, kind: str) -> List[Row]:
    """The rules or the chunks of a source, in their order; nothing while it is not completed."""
    source = call.records.get("knowledge", name)
    if source is None or status_of(call, source)["status"] != COMPLETED:
        return []
    return [
        row for row in call.records.under("knowledgePart", origin(source, name)) if row.doc["kind"] == kind
    ]


def addresses(call: Call, name: str) -> Document:
    """Where the file and the text of a source can be got for a while."""
    expires = call.now + LIFETIME

    def at(kind: str) -> str:
        return address_of(Address("GET", call.key, kind, name, expires), call.received.headers)

    return {"originalDownloadUrl": at("original"), "canonicalMdDownloadUrl": at("markdown")}


def dependents(call: Call, name: str) -> int:
    """How many sources show a source's content."""
    return sum(row.doc.get("dedupOf") == name for row in call.records.under("knowledge"))


def remove(call: Call, name: str) -> None:
    """Delete a source with what was made of it."""
    for kind in ("knowledge", "knowledgeText", "knowledgeFile"):
        call.records.delete(kind, name)
    call.records.delete_under("knowledgePart", name)


def _same(call: Call, source: Document) -> Optional[str]:
    """A source of the same place that holds the same file."""

    def place(doc: Document) -> Any:
        return doc["sha256"], doc.get("organizationId"), doc.get("documentId")

    for row in call.records.under("knowledge"):
        same = row.doc.get("dedupOf") is None and place(row.doc) == place(source)
        if same and status_of(call, row.doc)["status"] != FAILED:
            return row.ids[0]
    return None
