"""The rewriter. No model is asked: the answer is the text with a mark, or what a script says."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.call import Answer, Call, Rule
from velt_py.emulator.refusals import invalid
from velt_py.emulator.scripts import scripted

__all__ = ["RULES"]

PREFIXES = ("gpt-", "o1-", "o3-", "o4-", "claude-", "gemini-")
WHOLE = ("o3", "o1")
"""Models that the page names and that have no minus behind the prefix."""


def ask(call: Call) -> Answer:
    model = call.text("model")
    if not (model.startswith(PREFIXES) or model in WHOLE):
        raise invalid(f"model must begin with one of: {', '.join(PREFIXES)}.")
    call.guess("models")
    found = scripted(call.records, call.operation, call.data)
    if found is None:
        found = {"success": True, "text": f"[emulated {model}] {call.text('text')}"}
    return Answer({"result": found})


RULES: Dict[str, Rule] = {"rewriter.askAi": ask}
