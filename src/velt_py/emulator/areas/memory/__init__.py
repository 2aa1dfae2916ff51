"""The memory: knowledge, judgments, and what is derived from them. No model is asked for any of it."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.areas.memory import (
    advice,
    alerts,
    consolidation,
    insights,
    judgment_search,
    knowledge,
    knowledge_search,
    quotas,
)
from velt_py.emulator.areas.memory.requests import SHAPES, check
from velt_py.emulator.call import Answer, Call, Rule
from velt_py.emulator.refusals import Refused

__all__ = ["RULES"]


def _checked(rule: Rule) -> Rule:
    """A rule behind the memory's own gate: calls are counted, refused ones too, and requests checked."""

    def answer(call: Call) -> Answer:
        quotas.count(call)
        try:
            shape = SHAPES.get(call.operation.partition(".")[2])
            if shape is not None:
                check(shape, call.data)
            return rule(call)
        except Refused as refusal:
            # Rules write only when nothing can be refused any more, so that what is kept is the count.
            refusal.kept = True
            raise

    return answer


PLAIN: Dict[str, Rule] = {
    **knowledge.RULES,
    **knowledge_search.RULES,
    **judgment_search.RULES,
    **advice.RULES,
    **insights.RULES,
    **alerts.RULES,
    **consolidation.RULES,
}
RULES: Dict[str, Rule] = {name: _checked(rule) for name, rule in PLAIN.items()}
