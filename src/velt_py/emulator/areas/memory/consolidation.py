"""The work that Velt does by itself at night: patterns and alerts from judgments. Here it is done when asked for."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List, Optional, Tuple

from velt_py.emulator.areas.memory.alerts import ALERT
from velt_py.emulator.areas.memory.insights import PATTERN, rate
from velt_py.emulator.areas.memory.judgments import APPROVALS, REJECTIONS, judgments_of, reviewer
from velt_py.emulator.areas.memory.moments import DAY
from velt_py.emulator.areas.memory.requests import needs
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.identity import hex_id

__all__ = ["RULES"]

LEAST, AGREEING = 3, 2 / 3
"""Decisions about one content type that make a pattern, and which part of them must agree."""
ENOUGH, DROP = 5, 0.2
"""Decisions in each window that make an alert, and how far the approval rate must fall."""
ALERTS_A_WEEK = 3
DECIDED = APPROVALS | REJECTIONS
SIDES = (("approved", APPROVALS), ("rejected", REJECTIONS))


def trigger(call: Call) -> Answer:
    call.guess("memory-jobs")
    call.guess("memory-insights")
    judgments = judgments_of(call)
    seen = hex_id(*(f"{doc['recordId']}{doc['decision']}{doc['createdAt']}" for doc in judgments))
    before = call.records.get("consolidation", "last") or {}
    result: Document = {"status": "completed", "judgments": len(judgments), "patterns": 0, "alerts": 0}
    if before.get("seen") == seen and not call.flag("force"):
        return Answer({"result": {**result, "status": "skipped"}})
    decided = [doc for doc in judgments if doc["decision"] in DECIDED]
    result["patterns"] = _find_patterns(call, decided)
    result["alerts"] = _find_alert(call, decided)
    call.records.put("consolidation", "last", doc={"seen": seen})
    return Answer({"result": result})


def seed(call: Call) -> Answer:
    call.guess("memory-jobs")
    return Answer({"result": {"status": "completed", "seeded": 1}})


def backfill(call: Call) -> Answer:
    call.guess("memory-jobs")
    least, most = (call.data.get(f"timestamp{name}BoundMs") for name in ("Lower", "Upper"))
    names = [
        doc["recordId"]
        for doc in reversed(judgments_of(call))
        if (least is None or doc["createdAt"] >= least) and (most is None or doc["createdAt"] <= most)
    ]
    start, last = 0, call.text("resumeFrom")
    if last:
        if last not in names:
            raise needs(("resumeFrom",), "resumeFrom is no record of this backfill")
        start = names.index(last) + 1
    batch = names[start : start + int(call.data.get("batchSize", 1000))]
    more = start + len(batch) < len(names)
    result: Document = {"status": "completed", "processed": len(batch), "hasMore": more}
    if more:
        result["resumeFrom"] = batch[-1]
    return Answer({"result": result})


def _find_patterns(call: Call, decided: List[Document]) -> int:
    """Keep the patterns that there are now; how many."""
    groups: Dict[Tuple[str, str], List[Document]] = {}
    for doc in decided:
        for organization in ("", doc["organization"]):
            groups.setdefault((organization, doc["contentType"]), []).append(doc)
    call.records.delete_under(PATTERN)
    made = 0
    for (organization, topic), docs in groups.items():
        pattern = _pattern(call, organization, topic, docs)
        if pattern is not None:
            call.records.put(PATTERN, hex_id(call.key, organization, topic), doc=pattern)
            made += 1
    return made


def _pattern(call: Call, organization: str, topic: str, docs: List[Document]) -> Optional[Document]:
    word, side = max(
        ((word, [doc for doc in docs if doc["decision"] in names]) for word, names in SIDES),
        key=lambda pair: len(pair[1]),
    )
    share = len(side) / len(docs)
    if not organization and len({doc["organization"] for doc in docs}) < 2:
        return None  # the organization's own pattern says it
    if len(docs) < LEAST or share < AGREEING:
        return None
    flags = Counter(flag for doc in side for flag in doc["flags"]).most_common(1)
    pattern: Document = {
        "scope": "org" if organization else "apiKey",
        "description": f"{topic} is {word} in {len(side)} of {len(docs)} decisions.",
        "confidence": round(share, 2),
        "sourceCount": len(side),
        "contentType": topic,
        "category": flags[0][0] if flags else "review",
        "discoveredAt": call.now,
        "updatedAt": call.now,
        "enforcementRate": round(share, 2),
        "uniqueReviewers": len({reviewer(doc) for doc in side}),
        "topSourceRecordIds": [doc["recordId"] for doc in side[:5]],
    }
    if organization:
        pattern["organizationId"] = hex_id(call.key, "organization", organization)
    return pattern


def _find_alert(call: Call, decided: List[Document]) -> int:
    """Raise an alert when fewer things are approved than before; how many were raised."""
    week = [doc for doc in decided if call.now - doc["createdAt"] <= 7 * DAY]
    month = [doc for doc in decided if call.now - doc["createdAt"] <= 30 * DAY]
    baseline, current = rate(month), rate(week)
    if len(week) < ENOUGH or len(month) - len(week) < ENOUGH or baseline - current < DROP:
        return 0
    key = "anomaly:approvalRate"
    alerts = [row.doc for row in call.records.under(ALERT)]
    recent = sum(call.now - doc["createdAt"] <= 7 * DAY for doc in alerts)
    if recent >= ALERTS_A_WEEK or any(doc["dedupKey"] == key and doc["status"] == "active" for doc in alerts):
        return 0
    old, new, fall = (round(each * 100) for each in (baseline, current, baseline - current))
    name = f"alert_{hex_id(call.key, ALERT, call.records.next_number(ALERT))[:12]}"
    doc: Document = {
        "id": name,
        "apiKey": call.key,
        "alertType": "anomaly",
        "severity": "high" if baseline - current >= 2 * DROP else "medium",
        "title": "Approval rate dropped significantly",
        "description": f"Approval rate fell from {old}% (30-day) to {new}% (7-day), a {fall}% drop.",
        "evidence": {
            "metric": "approvalRate",
            "baseline": baseline,
            "current": current,
            "window": "7d vs 30d",
            "sourceRecordIds": [each["recordId"] for each in week[:5]],
        },
        "suggestedAction": "Look at the latest rejections: a new pattern or a new reviewer may be behind them.",
        "actionUrl": None,
        "status": "active",
        "createdAt": call.now,
        "dismissedAt": None,
        "dismissedBy": None,
        "dedupKey": key,
    }
    call.records.put(ALERT, name, doc=doc)
    return 1


RULES: Dict[str, Rule] = {
    "memory.triggerConsolidation": trigger,
    "memory.seedActiveApiKeys": seed,
    "memory.backfillJudgments": backfill,
}
