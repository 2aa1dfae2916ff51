"""Ending the runs of agents whose time has come: their results, and the threads that they leave behind."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Dict, List

from velt_py.emulator.agents import BUILT_IN, find_agent
from velt_py.emulator.areas.agents.outcomes import SEVERITIES
from velt_py.emulator.call import Call, Document
from velt_py.emulator.identity import push_id
from velt_py.emulator.kinds import AGENT_RUNNING
from velt_py.emulator.threads import is_fresh, make_thread

__all__ = ["PAGE_TIME", "QUEUE_TIME", "REASON", "RESULT", "RUN", "RUNNING", "settle"]

RUN, RUNNING, RESULT = "agentRun", AGENT_RUNNING, "agentResult"
"""The kinds of the records: executions, what those that run will come to, and what was found on each page."""
QUEUE_TIME = 1_000
PAGE_TIME = 2_000
SAMPLE = 50
REASON = (
    *("title", "description", "severity", "issueType", "confidence", "suggestion", "htmlSelector", "source"),
)


def settle(call: Call) -> None:
    """End the runs of the api key that are over by the clock, in the order of their ends.

    It stands before every call: whoever looks at a document sees what its runs have found by then.
    """
    due = [row for row in call.records.under(RUNNING) if row.doc["due"] <= call.now]
    for row in sorted(due, key=lambda row: (row.doc["due"], row.seq)):
        doc = call.records.get(RUN, *row.ids)
        call.records.delete(RUNNING, *row.ids)
        if doc is not None:
            then = replace(call)
            then.now = row.doc["due"]
            call.records.put(RUN, *row.ids, doc=_ended(then, doc, row.doc))


def _ended(call: Call, doc: Document, plan: Document) -> Document:
    pages: List[Document] = plan["pages"]
    place = (doc["metadata"]["organizationId"], doc["metadata"]["documentId"])
    gone = find_agent(call.records, doc["agentId"]) is None
    gone = gone or (any(place) and call.records.get("document", *place) is None)
    ended = {**doc, "completedAt": call.now, "durationMs": call.now - doc["startedAt"]}
    ended["tokenUsage"] = plan["usage"]
    if plan["model"]:
        ended["llmModel"] = plan["model"]
    if plan["status"] == "skipped":
        summary = {**doc["resultsSummary"], "summary": plan["reason"]}
        return {**ended, "status": "skipped", "resultsSummary": summary}
    if plan["status"] == "error" or gone:
        reason = "The document or the agent is gone." if gone else plan["reason"]
        error = _error("POST_PROCESS_ERROR" if gone else "INTERNAL", reason, call.now, not gone)
        summary = {**doc["resultsSummary"], "summary": reason}
        return {**ended, "status": "error", "error": error, "resultsSummary": summary}
    made = _annotate(call, doc, plan, pages)
    for page in pages:
        result = _result(doc, page, call.now)
        call.records.put(RESULT, doc["id"], result["id"], doc=result)
    ended["resultsSummary"] = _summary(pages, made)
    failed = [page for page in pages if page["error"] is not None]
    if failed:
        ended["error"] = _error("CONTEXT_GATHERING_ERROR", failed[0]["error"], call.now, True)
    if doc["config"]["crossPageExecute"]:
        ended["crawlerResults"] = {
            "status": "completed",
            "totalUrlsFound": len(pages),
            "duration": QUEUE_TIME,
            "pagesVisited": len(pages),
        }
    found = any(page["findings"] for page in pages)
    # The first page never fails here, so that a run with failed pages is always a partial one.
    ended["status"] = "partial" if failed else "failed" if found else "passed"
    return ended


def _annotate(call: Call, doc: Document, plan: Document, pages: List[Document]) -> int:
    """Write the threads of a run, in the place of those of an earlier run; how many there are."""
    process: Document = plan["postProcess"]
    wanted: Document = process.get("annotations") or {}
    if wanted.get("enabled") is False or wanted.get("strategy") == "none":
        return 0
    organization, document = doc["metadata"]["organizationId"], doc["metadata"]["documentId"]
    if not document:
        return 0
    renewed = (process.get("deletePreviousSuggestions") or {}).get("enabled") is not False
    read = [page["url"] for page in pages if page["error"] is None]
    for row in call.records.under("annotation", organization, document) if renewed else []:
        agent: Document = row.doc.get("agent") or {}
        if agent.get("agentId") == doc["agentId"] and agent.get("url") in read and is_fresh(row.doc):
            call.records.delete("annotation", *row.ids)
    made = 0
    for page in pages:
        for finding in page["findings"]:
            name = push_id(call.key, "annotation", call.records.next_number("annotation"))
            number = call.records.next_number(f"annotation/{organization}/{document}") - 1
            entry = _entry(doc, finding, page["url"], plan["visibility"])
            thread = make_thread(call, organization, document, name, entry, number)
            call.records.put("annotation", organization, document, name, doc=thread)
            finding["commentId"] = name
            made += 1
    return made


def _entry(doc: Document, finding: Document, url: str, visibility: str) -> Document:
    """A finding as a request for a thread."""
    reason: Document = {name: finding[name] for name in REASON}
    reason["findingId"] = finding["id"]
    reason["findingType"] = "page" if finding["isPageLevel"] else "text"
    shown: Document = {"type": "public"}
    if visibility == "private":
        shown = {"type": "organizationPrivate", "organizationId": doc["metadata"]["organizationId"]}
    return {
        "type": "suggestion",
        "visibility": shown,
        "pageInfo": {"url": url, "deviceInfo": {"deviceType": doc["config"]["deviceType"]}},
        "commentData": [
            {
                "commentText": finding["description"] or finding["title"],
                "from": {"userId": doc["agentId"], "name": doc["agentName"]},
                "agent": {
                    "agentSource": "velt",
                    "agentType": "built-in" if doc["agentId"] in BUILT_IN else "custom",
                    "agentId": doc["agentId"],
                    "agentName": doc["agentName"],
                    "executionId": doc["id"],
                    "url": url,
                    "reason": reason,
                },
            }
        ],
    }


def _result(doc: Document, page: Document, now: int) -> Document:
    # Velt names a page's result by the MD5 of its address.
    name = hashlib.md5(page["url"].encode("utf-8", "surrogatepass")).hexdigest()
    count = len(page["findings"])
    agent = {"agentId": doc["agentId"], "agentName": doc["agentName"]}
    return {
        "id": name,
        "url": page["url"],
        "urlHash": name,
        **agent,
        "agentResult": {
            **agent,
            "status": "completed" if page["error"] is None else "failed",
            "issueCount": count,
            "findingsCount": count,
            "findings": page["findings"],
            "error": page["error"],
        },
        "findingCount": count,
        "processedAt": now,
    }


def _summary(pages: List[Document], made: int) -> Document:
    findings: List[Document] = [finding for page in pages for finding in page["findings"]]
    failed = [page for page in pages if page["error"] is not None]
    count, read = len(findings), len(pages)
    summary: Document = {
        "totalFindings": count,
        "totalAnnotationsCreated": made,
        "urlsProcessed": read,
        "urlsWithFindings": sum(bool(page["findings"]) for page in pages),
        "issuesCreated": count,
        "summary": f"Found {count} issues across {read} pages. {made} annotations created.",
    }
    if failed:
        summary["urlsErrored"] = len(failed)
        sample = [{"url": page["url"], "message": page["error"]} for page in failed]
        summary["erroredUrls"] = sample[:SAMPLE]
    if findings:
        counts: Dict[str, int] = {}
        for each in findings:
            counts[each["severity"]] = counts.get(each["severity"], 0) + 1
        summary["severityCounts"] = counts
        worst = sorted(findings, key=lambda each: SEVERITIES.index(each["severity"]))
        names = ("title", "description", "severity", "sourceUrl", "issueType")
        summary["findings"] = [{name: each[name] for name in names} for each in worst[:SAMPLE]]
    return summary


def _error(code: str, message: str, now: int, retryable: bool) -> Dict[str, Any]:
    return {"code": code, "message": message, "retryable": retryable, "occurredAt": now}
