"""Judgments: searched by words, listed by what they are."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional

from velt_py.emulator.areas.memory.judgments import Scope, judgments_of, passes, shown
from velt_py.emulator.areas.memory.moments import DAY, day_of
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.memory.ranking import likeness, words_of

__all__ = ["RULES", "Found", "found_for", "scope_of"]

RETRIEVED = 3
"""How many times the limit is retrieved before filters are applied."""


class Found(NamedTuple):
    """A judgment, and how like it is to what was asked."""

    likeness: float
    doc: Document


def scope_of(call: Call) -> Scope:
    """Where a request looks."""
    organization = call.text("organizationId") or call.text("orgId")
    document = call.text("documentId") or call.text("docId")
    scope = call.text("scope")
    if scope == "apiKey":
        return Scope("", "")
    return Scope(organization, "" if scope == "organization" else document)


def found_for(call: Call, scope: Scope, question: str, limit: int, content: bool = False) -> List[Found]:
    """The judgments that a request means: those of a thread, those of the last days, or those like a question."""
    filters = call.object("filters")
    thread, days = filters.get("annotationId"), call.data.get("recencyDays")
    kept = judgments_of(call, scope)
    if thread:
        # The thread says where it is.
        organization = call.text("organizationId") or call.text("orgId")
        kept = [doc for doc in judgments_of(call, Scope(organization, "")) if passes(call, doc, filters)]
        return [Found(1.0, doc) for doc in reversed(kept[:limit])]
    if days is not None:
        end = day_of(call.now)
        filters = {**filters, "dateRange": {"start": end - days * DAY, "end": end - 1}}
        return [Found(1.0, doc) for doc in kept if passes(call, doc, filters)][:limit]
    call.guess("memory-ranking")
    asked = words_of(question)
    found = [Found(likeness(asked, _words(doc, content)), doc) for doc in kept]
    nearest = sorted((each for each in found if each.likeness), key=lambda each: -each.likeness)
    return [each for each in nearest[: limit * RETRIEVED] if passes(call, each.doc, filters)][:limit]


def search(call: Call) -> Answer:
    scope = scope_of(call)
    content = call.text("embeddingType") == "content"
    found = found_for(call, scope, call.text("query"), int(call.data.get("limit", 10)), content)
    names = ("recordId", "reasoning", "decision", "confidence", "actionUser", "createdAt")
    results: List[Document] = [
        {
            **{name: each.doc[name] for name in names},
            "similarity": each.likeness,
            "scope": scope.level,
            "agent": each.doc["agent"],
        }
        for each in found
    ]
    return Answer({"result": {"results": results, "totalInScope": len(results), "searchLatencyMs": 1}})


def query(call: Call) -> Answer:
    thread: Optional[Any] = call.data.get("annotationId")
    scope = Scope(call.text("organizationId"), "" if thread else call.text("documentId"))
    found = [doc for doc in judgments_of(call, scope) if passes(call, doc, call.data)]
    found = found[: int(call.data.get("limit", 20))]
    if thread:
        found.reverse()
    results = [shown(call, doc) for doc in found]
    return Answer({"result": {"results": results, "total": len(results)}})


def _words(doc: Document, content: bool) -> Any:
    return words_of(doc["content"] if content else f"{doc['decision']} {doc['reasoning']}")


RULES: Dict[str, Rule] = {"memory.search": search, "memory.queryJudgments": query}
