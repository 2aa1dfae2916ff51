"""The tools around prompts, and drafts of agents from files. No model is asked; a script gives the whole `data`."""

from __future__ import annotations

import base64
import binascii
import csv
from typing import Callable, Dict, List

from velt_py.emulator.areas.agents.shapes import PROVIDERS
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.identity import hex_id
from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.scripts import scripted

__all__ = ["RULES"]

FEEDBACK = ("demoId", "demoTitle", "demoHtml", "demoExpected", "feedback")
LARGEST = 5 * 1024 * 1024
MOST = 50
LONGEST_NAME = 60
READ = ("text/plain", "text/csv", "text/markdown")
UNREAD = (
    "application/pdf",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
FALLBACK: Document = {
    "extraction_strategies": ["web-page-text", "web-page-html", "web-page-screenshot"],
    "execution_strategy": "ai",
    "reasoning": "Default configuration applied",
}
"""What Velt itself answers when its model fails."""


def enhance(call: Call) -> Answer:
    return _answered(call, "Prompt enhanced successfully", lambda: {"enhancedPrompt": {"requirement": None}})


def validate(call: Call) -> Answer:
    result: Document = {
        "analysis_prompt": f"## Objective\n{call.text('prompt')}",
        "requires_tool": "NONE",
        "response_descriptions": {},
        "demos": {"detection_dimensions": [], "cases": []},
        "suggested_required_inputs": [],
    }
    return _answered(call, "Prompt validated successfully", lambda: {"validationResult": result})


def refine(call: Call) -> Answer:
    demos = call.objects("demoFeedback")
    if not demos:
        raise invalid("demoFeedback must have at least 1 entry.")
    for name in FEEDBACK:
        if not all(isinstance(each.get(name), str) and each[name] for each in demos):
            raise invalid(f"demoFeedback[].{name} is required.")
    result: Document = {"analysis_prompt": call.text("analysisPrompt"), "response_descriptions": {}}
    return _answered(call, "Prompt refined successfully", lambda: {"refinerResult": result})


def resolve(call: Call) -> Answer:
    # An unknown provider makes the model fail, and that ends in the default as well.
    message = "Config resolved successfully"
    return _answered(call, message, lambda: {"resolvedConfig": FALLBACK}, any_provider=True)


def extract(call: Call) -> Answer:
    kind = call.text("mimeType").split(";")[0].strip().lower()
    if kind not in (*READ, *UNREAD):
        raise invalid(f"mimeType must be one of: {', '.join((*READ, *UNREAD))}.")
    try:
        content = base64.b64decode(call.text("fileBase64").strip(), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("fileBase64 is no Base64.") from None
    if not call.text("fileBase64").strip():
        raise invalid("fileBase64 is required.")
    if len(content) > LARGEST:
        raise invalid("The file must not be larger than 5 MB.")
    source = f"src_{hex_id(call.key, 'extracted', call.records.next_number('extracted'))[:8]}"

    def found() -> Document:
        tasks = _tasks(kind, content) if kind in READ else []
        if kind in READ and not tasks:
            raise Refused("INTERNAL", "The file has no readable content.")
        agents = [_draft(task) for task in tasks[:MOST]]
        result: Document = {
            "agents": agents,
            "summary": f"Extracted {len(agents)} agents",
            "skipped": [],
            "totalTasksParsed": len(tasks),
            "memory": {"sourceId": source},
        }
        return {"extractionResult": result}

    return _answered(call, "Agents parsed successfully", found)


def _tasks(kind: str, content: bytes) -> List[str]:
    """The lines of a text, or the first cells of a table's rows."""
    lines = content.decode("utf-8-sig", "replace").splitlines()
    if kind == "text/csv":
        try:
            lines = [next((cell for cell in row if cell.strip()), "") for row in csv.reader(lines)]
        except csv.Error:
            raise Refused("INTERNAL", "The file is no table.") from None
    return [line.strip() for line in lines if line.strip()]


def _draft(task: str) -> Document:
    return {"name": task[:LONGEST_NAME], "description": task, "prompt": task, "sourceTasks": [task]}


def _answered(
    call: Call, message: str, usual: Callable[[], Document], *, any_provider: bool = False
) -> Answer:
    provider = call.data.get("provider")
    if provider is not None and provider not in PROVIDERS and not any_provider:
        raise Refused("INTERNAL", "The model's provider is not known.")
    call.guess("agent-tools")
    told = scripted(call.records, call.operation, call.data)
    return success(message, usual() if told is None else told)


RULES: Dict[str, Rule] = {
    "agents.enhancePrompt": enhance,
    "agents.validatePrompt": validate,
    "agents.refinePrompt": refine,
    "agents.resolveConfig": resolve,
    "agents.extractAgents": extract,
}
