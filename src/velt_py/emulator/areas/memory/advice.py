"""Questions and items to decide: answered with what is recorded, never with more, or by a script."""

from __future__ import annotations

from typing import Dict, List, Optional

from velt_py.emulator.areas.memory import sources
from velt_py.emulator.areas.memory.judgment_search import Found, found_for, scope_of
from velt_py.emulator.areas.memory.judgments import APPROVALS, REJECTIONS, Scope, reviewer
from velt_py.emulator.areas.memory.knowledge_search import hits_of
from velt_py.emulator.areas.memory.moments import DAY
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.scripts import scripted

__all__ = ["RULES"]

READ = 20
"""Judgments that an answer is built from at most."""
CITED = 3
LEAST = 2
"""Judgments that must stand behind a recommendation."""
STALE, FRESH = 182 * DAY, 2 * DAY
LABELS = {"document": "This document", "organization": "This organization", "apiKey": "All content"}
STALE_CAVEAT = "Stale pattern: >70% of supporting data is older than 6 months"


def ask(call: Call) -> Answer:
    found = scripted(call.records, call.operation, call.data)
    if found is not None:
        return Answer({"result": found})
    scope, question = scope_of(call), call.text("question")
    call.guess("memory-ranking")
    judgments = found_for(call, scope, question, READ)
    quotes = [(each.likeness, each.doc["recordId"], each.doc["reasoning"]) for each in judgments]
    quotes.extend(
        (hit.likeness, hit.part if hit.doc["kind"] == "rule" else hit.source, hit.doc["text"])
        for hit in hits_of(call, question, _sources(call, scope))
    )
    quotes = [quote for quote in sorted(quotes, key=lambda quote: -quote[0]) if quote[2]][:CITED]
    result: Document = {
        "answer": "\n".join(quote[2] for quote in quotes),
        "citations": [{"recordId": quote[1], "snippet": quote[2]} for quote in quotes],
        "confidence": quotes[0][0] if quotes else 0,
        "recordsSearched": len(judgments),
    }
    return Answer({"result": result})


def suggest(call: Call) -> Answer:
    found = scripted(call.records, call.operation, call.data)
    if found is not None:
        return Answer({"result": found})
    scope = scope_of(call)
    near = found_for(call, scope, call.text("query"), 50)
    sides = {
        "approve": [each for each in near if each.doc["decision"] in APPROVALS],
        "reject": [each for each in near if each.doc["decision"] in REJECTIONS],
    }
    # Where both sides weigh the same, the careful one leads.
    lead, other = sorted(sides, key=lambda side: (-len(sides[side]), side == "approve"))
    if len(sides[lead]) < LEAST:
        return Answer({"result": {"primary": None, "conflict": None}})
    split = len(sides[other]) >= LEAST
    total = len(sides[lead]) + len(sides[other])
    primary = _suggestion(lead, sides[lead], total, scope)
    primary["caveats"] = _caveats(call, sides[lead], sides[other] if split else [], other)
    conflict: Optional[Document] = None
    if split:
        conflict = _suggestion(other, sides[other], total, scope)
        note = f"Minority view: {len(sides[other])} records against {len(sides[lead])}"
        conflict["caveats"] = [note]
    return Answer({"result": {"primary": primary, "conflict": conflict}})


def _suggestion(recommendation: str, side: List[Found], total: int, scope: Scope) -> Document:
    reasons = dict.fromkeys(each.doc["reasoning"] for each in side if each.doc["reasoning"])
    return {
        "recommendation": recommendation,
        "confidence": round(len(side) / total, 2),
        "basedOn": len(side),
        "scope": scope.level,
        "scopeLabel": LABELS[scope.level],
        "topReasons": list(reasons)[:CITED],
        "uniqueReviewers": len({reviewer(each.doc) for each in side}),
        "caveats": [],
    }


def _caveats(call: Call, side: List[Found], against: List[Found], other: str) -> List[str]:
    caveats: List[str] = []
    if against:
        caveats.append(f"Conflict: {len(against)} records say {other}")
    changes = [row.doc.get("changedAt", 0) for row in call.records.under("knowledge")]
    if any(at and call.now - at <= FRESH for at in changes):
        caveats.append("A knowledge source was updated in the last 48 hours")
    if sum(call.now - each.doc["createdAt"] > STALE for each in side) > 0.7 * len(side):
        caveats.append(STALE_CAVEAT)
    return caveats


def _sources(call: Call, scope: Scope) -> List[str]:
    """The sources that may be cited: those of the whole workspace, and those of the scope."""
    names = [
        sources.origin(row.doc, row.ids[0])
        for row in call.records.under("knowledge")
        if (not scope.organization or row.doc.get("organizationId") in (None, scope.organization))
        and (not scope.document or row.doc.get("documentId") in (None, scope.document))
    ]
    return list(dict.fromkeys(names))


RULES: Dict[str, Rule] = {"memory.ask": ask, "memory.suggest": suggest}
