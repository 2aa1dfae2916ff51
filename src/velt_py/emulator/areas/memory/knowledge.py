"""The knowledge base: files in, their state, their text and their rules out."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import Counter
from typing import Dict, List, Tuple

from velt_py.emulator.areas.memory import sources, uploads
from velt_py.emulator.areas.memory.requests import needs
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.memory.files import INLINE_MOST, fits
from velt_py.emulator.refusals import Refused

__all__ = ["RULES"]

LISTED = 100
NOT_RULES = "Version diff is only supported for rule-based knowledge sources."
SHOWN = ("sourceType", "fileName", "uploadedAt", "mimeType", "fileSize", "sha256", "version", "dedupOf")


def ingest(call: Call) -> Answer:
    call.guess("memory-ingestion")
    content, name = _inline(call) if call.text("source") == "inline" else uploads.taken(call)
    mime = call.object("file").get("mimeType") or call.text("mimeType")
    facts: Document = {"mimeType": mime, "fileName": name}
    facts.update((each, call.text(each)) for each in ("organizationId", "documentId") if call.text(each))
    source = sources.add(call, content, facts)
    message = "Knowledge ingestion task enqueued."
    return Answer({"result": {"status": sources.PROCESSING, "sourceId": source, "message": message}})


def status(call: Call) -> Answer:
    name = call.text("sourceId")
    source = sources.find(call, name)
    call.guess("memory-ingestion")
    found = sources.status_of(call, source)
    result: Document = {
        "status": found["status"],
        "sourceId": name,
        "startedAt": source["uploadedAt"],
        "updatedAt": source["uploadedAt"]
        if found["status"] == sources.PROCESSING
        else _changed(call, source),
        "mimeType": source["mimeType"],
    }
    if source.get("dedupOf"):
        result["dedupOf"] = source["dedupOf"]
    if found["status"] == sources.COMPLETED:
        rules, chunks = _counts(call, name)
        result.update(extractedRulesCount=rules, chunkCount=chunks, **sources.addresses(call, name))
    return Answer({"result": {**result, **found}})


def update(call: Call) -> Answer:
    name = call.text("sourceId")
    source = sources.find(call, name)
    if sources.status_of(call, source)["status"] == sources.PROCESSING:
        call.guess("memory-ingestion")
        raise Refused("ABORTED", "The knowledge source is still processing.")
    if not source.get("ruleBased") or source.get("failureReason"):
        raise Refused("FAILED_PRECONDITION", NOT_RULES)
    before = _rules(call, name)
    sources.keep_parts(call, name, call.text("newContent"), True)
    after = _rules(call, name)
    version = source["version"] + 1
    # Another upload of the first file is no duplicate any more.
    digest = hashlib.sha256(call.text("newContent").encode("utf-8", "surrogatepass")).hexdigest()
    changed = {"version": version, "changedAt": call.now, "sha256": digest}
    call.records.put("knowledge", name, doc={**source, **changed})
    kept = Counter(before) & Counter(after)
    diff = {"added": _beyond(after, kept), "removed": _beyond(before, kept), "unchanged": sum(kept.values())}
    return Answer({"result": {"diff": diff, "newVersion": version}})


def delete(call: Call) -> Answer:
    name = call.text("sourceId")
    source = sources.find(call, name)
    if sources.status_of(call, source)["status"] == sources.PROCESSING:
        raise Refused("ABORTED", "The knowledge source is still processing.")
    count = sources.dependents(call, name)
    if count:
        message = "Other knowledge sources were de-duplicated against this one."
        raise Refused("ABORTED", message, details={"dependentCount": count})
    rules, chunks = (0, 0) if source.get("dedupOf") else _counts(call, name)
    sources.remove(call, name)
    result = {"status": "deleted", "sourceId": name, "deletedChunks": chunks, "deletedRules": rules}
    return Answer({"result": result})


def listed(call: Call) -> Answer:
    call.guess("memory-ingestion")
    rows = call.records.under("knowledge")
    rows.sort(key=lambda row: (row.doc["uploadedAt"], row.seq), reverse=True)
    return Answer({"result": [_item(call, row.ids[0], row.doc) for row in rows[:LISTED]]})


def download(call: Call) -> Answer:
    name = call.text("sourceId")
    source = call.records.get("knowledge", name)
    if source is None or sources.status_of(call, source)["status"] != sources.COMPLETED:
        return Answer({"result": None})
    held = call.records.get("knowledgeText", sources.origin(source, name))
    return Answer({"result": held["markdown"] if held is not None else None})


def rules(call: Call) -> Answer:
    name = call.text("sourceId")
    sources.find(call, name)
    found: List[Document] = [
        {
            "id": row.ids[1],
            "content": row.doc["text"],
            "category": row.doc["category"],
            "index": row.doc["index"],
        }
        for row in sources.parts(call, name, "rule")
    ]
    return Answer({"result": sorted(found, key=lambda rule: rule["index"])})


def _inline(call: Call) -> Tuple[bytes, str]:
    file = call.object("file")
    try:
        content = base64.b64decode(file["base64"], validate=True)
    except (binascii.Error, ValueError):
        raise needs(("file", "base64"), "file.base64 is not valid base64") from None
    if len(content) > INLINE_MOST:
        raise needs(("file", "base64"), f"The decoded file must be at most {INLINE_MOST} bytes")
    if not fits(file["mimeType"], content):
        raise needs(("file", "mimeType"), "file.mimeType does not match the bytes of the file")
    return content, file["fileName"]


def _item(call: Call, name: str, source: Document) -> Document:
    found = sources.status_of(call, source)
    status = found.pop("status")
    shown = {each: source[each] for each in SHOWN if source.get(each) is not None}
    item: Document = {"id": name, **shown, "embeddingStatus": status, **found}
    item.update((each, source[each]) for each in ("organizationId", "documentId") if each in source)
    if status == sources.COMPLETED:
        rules, chunks = _counts(call, name)
        item.update(ruleCount=rules, chunkCount=chunks, **sources.addresses(call, name))
    return item


def _changed(call: Call, source: Document) -> int:
    held = sources.held_by(call, source)
    return int(held.get("changedAt") or max(held["readyAt"], source["uploadedAt"]))


def _counts(call: Call, name: str) -> Tuple[int, int]:
    return len(sources.parts(call, name, "rule")), len(sources.parts(call, name, "chunk"))


def _rules(call: Call, name: str) -> List[str]:
    return [row.doc["text"] for row in sources.parts(call, name, "rule")]


def _beyond(rules: List[str], kept: Counter[str]) -> List[str]:
    """The rules that are not among the kept ones, each as often as it is there more often."""
    left = Counter(kept)
    beyond: List[str] = []
    for rule in rules:
        if left[rule]:
            left[rule] -= 1
        else:
            beyond.append(rule)
    return beyond


RULES: Dict[str, Rule] = {
    "memory.ingestKnowledge": ingest,
    "memory.getUploadUrl": uploads.get_upload_url,
    "memory.getIngestStatus": status,
    "memory.updateKnowledge": update,
    "memory.deleteKnowledge": delete,
    "memory.listKnowledgeSources": listed,
    "memory.downloadCanonicalMarkdown": download,
    "memory.listExtractedRules": rules,
}
