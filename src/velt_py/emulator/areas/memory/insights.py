"""What follows from judgments: profiles of reviewers, patterns, and counts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import Dict, List, Tuple

from velt_py.emulator.areas.memory.judgments import APPROVALS, judgments_of, reviewer
from velt_py.emulator.areas.memory.moments import DAY
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.identity import hex_id

__all__ = ["PATTERN", "RULES", "rate"]

PATTERN = "pattern"
"""The kind of the records."""
PATTERNS_MOST, PROFILES_MOST, ACTIVITIES_MOST = 100, 500, 10_000
GROWN_UP = 50
"""Judgments from which on a reviewer's ways are believed."""
SHIFT = 0.25
FLAGS, HOURS = 5, 3


def profile(call: Call) -> Answer:
    call.guess("memory-insights")
    user = call.text("targetUserId")
    mine = [doc for doc in judgments_of(call) if user and reviewer(doc) == user]
    if not mine:
        return Answer({"result": None})
    flags = Counter(flag for doc in mine for flag in doc["flags"]).most_common(FLAGS)
    hours = Counter(datetime.fromtimestamp(doc["createdAt"] // 1000, timezone.utc).hour for doc in mine)
    result: Document = {
        "userId": user,
        **{name: _latest(mine, name) for name in ("name", "email")},
        "totalJudgments": len(mine),
        "approvalRate": rate(mine),
        "avgReviewTimeSeconds": 0,
        "topFlags": [{"issue": flag, "count": count} for flag, count in flags],
        "contentTypes": sorted({doc["contentType"] for doc in mine}),
        "peakHours": sorted(hour for hour, _ in hours.most_common(HOURS)),
        "orgBreakdown": _by_organization(call, mine),
        "lastActive": mine[0]["createdAt"],
        "twinEligible": len(mine) >= GROWN_UP,
        "twinAccuracy": None,
    }
    evolved = _evolved(call, mine) if len(mine) >= GROWN_UP else []
    if evolved:
        result["evolvedStandards"] = evolved
    return Answer({"result": result})


def patterns(call: Call) -> Answer:
    call.guess("memory-insights")
    docs = [row.doc for row in call.records.under(PATTERN)]
    docs.sort(key=lambda doc: doc["updatedAt"], reverse=True)
    return Answer({"result": docs[:PATTERNS_MOST]})


def stats(call: Call) -> Answer:
    found = judgments_of(call)
    result: Document = {
        "totalActivities": min(len(found), ACTIVITIES_MOST),
        "totalProfiles": min(len({reviewer(doc) for doc in found}), PROFILES_MOST),
        "totalPatterns": min(len(call.records.under(PATTERN)), PATTERNS_MOST),
        "totalKnowledgeSources": len(call.records.under("knowledge")),
    }
    return Answer({"result": result})


def rate(docs: List[Document]) -> float:
    """Which part of judgments are approvals."""
    return round(sum(doc["decision"] in APPROVALS for doc in docs) / len(docs), 2) if docs else 0.0


def _latest(docs: List[Document], name: str) -> str:
    """What the latest judgment that says it says of its reviewer."""
    return next((doc["actionUser"][name] for doc in docs if doc["actionUser"].get(name)), "")


def _by_organization(call: Call, docs: List[Document]) -> Document:
    breakdown: Document = {}
    for organization in dict.fromkeys(doc["organization"] for doc in docs):
        there = [doc for doc in docs if doc["organization"] == organization]
        name = hex_id(call.key, "organization", organization)
        breakdown[name] = {
            "organizationId": name,
            "clientOrganizationId": organization,
            "judgments": len(there),
            "approvals": sum(doc["decision"] in APPROVALS for doc in there),
            "approvalRate": rate(there),
        }
    return breakdown


def _evolved(call: Call, docs: List[Document]) -> List[Document]:
    """The content types about which a reviewer judges otherwise than before."""
    shifts: List[Document] = []
    for topic in sorted({doc["contentType"] for doc in docs}):
        old, new = _halves(call, [doc for doc in docs if doc["contentType"] == topic])
        if old and new and abs(rate(new) - rate(old)) >= SHIFT:
            shifts.append(
                {
                    "topic": topic,
                    "shiftDate": call.now - 90 * DAY,
                    "oldPattern": f"Approved in {round(rate(old) * 100)}% of {len(old)} judgments.",
                    "newPattern": f"Approved in {round(rate(new) * 100)}% of {len(new)} judgments.",
                }
            )
    return shifts


def _halves(call: Call, docs: List[Document]) -> Tuple[List[Document], List[Document]]:
    """Those of the 90 to 365 days before, and those of the last 90 days."""
    ages = [(call.now - doc["createdAt"], doc) for doc in docs]
    old = [doc for age, doc in ages if 90 * DAY < age <= 365 * DAY]
    return old, [doc for age, doc in ages if age <= 90 * DAY]


RULES: Dict[str, Rule] = {
    "memory.getReviewerProfile": profile,
    "memory.getPatterns": patterns,
    "memory.getStats": stats,
}
