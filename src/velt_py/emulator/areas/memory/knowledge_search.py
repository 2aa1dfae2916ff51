"""Search in the texts and the rules of the knowledge base."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, cast

from velt_py.emulator.areas.memory import sources
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.memory.ranking import likeness, words_of

__all__ = ["RULES", "Hit", "hits_of"]

KINDS = ("chunk", "rule")


class Hit(NamedTuple):
    """A part of a source, and how like it is to what was asked."""

    likeness: float
    source: str
    part: str
    doc: Document


def hits_of(call: Call, question: str, names: List[str]) -> List[Hit]:
    """The parts of sources that share words with a question, the likest first."""
    asked = words_of(question)
    hits = [
        Hit(likeness(asked, words_of(row.doc["text"])), name, row.ids[1], row.doc)
        for name in names
        for kind in KINDS
        for row in sources.parts(call, name, kind)
    ]
    return sorted((hit for hit in hits if hit.likeness), key=lambda hit: -hit.likeness)


def search(call: Call) -> Answer:
    call.guess("memory-ranking")
    names = _names(call)
    query = call.text("query")
    found = hits_of(call, query, names) if words_of(query) else _recent(call, names)
    ruled = call.flag("includeRules")
    wanted = [hit for hit in found if ruled or hit.doc["kind"] == "chunk"]
    wanted = wanted[: int(call.data.get("limit", 10))]
    results = [_result(hit, ruled) for hit in wanted]
    return Answer({"result": {"results": results, "recordsSearched": len(results)}})


def _names(call: Call) -> List[str]:
    """The sources that are searched; a duplicate has no content of its own, so nothing is found twice."""
    known = {row.ids[0]: row.doc for row in call.records.under("knowledge")}
    asked: Any = call.data.get("sourceId")
    if asked is None:
        return [name for name, doc in known.items() if not doc.get("dedupOf")]
    names = cast(List[str], asked if isinstance(asked, list) else [asked])
    return list(dict.fromkeys(sources.origin(known[name], name) for name in names if name in known))


def _recent(call: Call, names: List[str]) -> List[Hit]:
    """The parts of sources, the last ones first, where a question holds no word to compare."""
    rows = [
        (row.seq, Hit(0.0, name, row.ids[1], row.doc))
        for name in names
        for kind in KINDS
        for row in sources.parts(call, name, kind)
    ]
    return [hit for _, hit in sorted(rows, key=lambda pair: -pair[0])]


def _result(hit: Hit, ruled: bool) -> Document:
    result: Document = {"sourceId": hit.source, "text": hit.doc["text"]}
    if hit.likeness:
        result["score"] = round(1 - hit.likeness, 4)
    if ruled:
        result["kind"] = hit.doc["kind"]
        if hit.doc["kind"] == "rule":
            result["ruleId"] = hit.part
            if hit.doc["category"] is not None:
                result["category"] = hit.doc["category"]
    return result


RULES: Dict[str, Rule] = {"memory.searchKnowledge": search}
