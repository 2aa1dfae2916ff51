"""What an agent's configuration must look like, in the words of Velt's schema library. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, cast

from velt_py.emulator.shapes import (
    ANYTHING,
    FLAG,
    Check,
    Issues,
    Path,
    Shape,
    checked,
    choice,
    integer,
    list_of,
    objects,
    optional,
    record,
    text,
)

__all__ = ["BLOCKS", "PROVIDERS", "VERSIONED", "check_agent"]

Document = Dict[str, Any]

PROVIDERS = ("gemini", "claude", "openai")
BLOCKS = ("contextGathering", "execution", "response", "postProcess", "input", "scope", "setup")
"""What a new version is merged into, one level deep."""
VERSIONED = ("rawInstructions", "instructions", "phaseTimeoutMs", *BLOCKS)
"""What a version holds."""
STRATEGIES = (
    *("web-page-text", "web-page-screenshot", "web-page-html", "web-page-css", "web-page-links"),
    *("web-page-accessibility", "computed-styles", "robots-txt", "sitemap-data", "lighthouse"),
    *("rest-api", "none"),
)
SERVICES = ("broken-links", "crawler", "screenshot", "accessibility-checker", "og-image-checker")
TEXT: Check = optional(text())
NAMED = text(1)
ON = optional(Shape({"enabled": optional(FLAG)}))


def _config(turns: bool) -> Check:
    fields: Dict[str, Check] = {
        "provider": optional(choice(*PROVIDERS)),
        "model": TEXT,
        "responseMimeType": TEXT,
    }
    # Only the execution's block keeps a number of turns; the others take it as Velt's schema does.
    fields["maxToolTurns"] = optional(integer(1, 16) if turns else ANYTHING)
    return optional(Shape(fields))


def _secrets_stand(value: Document, path: Path, issues: Issues) -> None:
    wanted = {"bearer": ("token",), "basic": ("username", "password"), "header": ("headers",)}
    for name in wanted.get(value["type"], ()):
        if not value.get(name):
            issues.add("invalid_type", (*path, name), "Required")


AUTH = optional(
    Shape(
        {
            "type": choice("none", "bearer", "basic", "header"),
            "token": TEXT,
            "username": TEXT,
            "password": TEXT,
            "headers": optional(record(text())),
        },
        _secrets_stand,
    )
)


def _reachable(value: Document, path: Path, issues: Issues) -> None:
    url = value["url"]
    if not url.startswith(("http://", "https://")) and "{{" not in url:
        issues.rule((*path, "url"), "url must start with http(s):// or contain a {{template}}")


SERVER = Shape(
    {
        "id": NAMED,
        "url": text(1),
        "name": TEXT,
        "description": TEXT,
        "transport": optional(choice("http")),
        "auth": AUTH,
        "allowedTools": optional(list_of(text())),
        "timeoutMs": optional(integer(1, 120_000)),
    },
    _reachable,
)
ENDPOINT = Shape(
    {
        "description": text(1),
        "url": text(1),
        "method": optional(choice("GET", "POST", "PUT", "PATCH", "DELETE")),
        "auth": AUTH,
        "cacheTtlSeconds": optional(integer(0, 86_400)),
        "timeoutMs": optional(integer(1, 30_000)),
    },
    strict=False,
)
OPTIONS = Shape(
    {
        "rest-api": optional(
            Shape(
                {
                    "endpoints": list_of(ENDPOINT, 1, 10),
                    "maxResponseBytes": optional(integer(1, 5_000_000)),
                },
                strict=False,
            )
        ),
        "computed-styles": optional(Shape({"selectors": list_of(text())}, strict=False)),
    },
    strict=False,
)


def _options_stand(value: Document, path: Path, issues: Issues) -> None:
    options: Document = value.get("strategyOptions") or {}
    for name in ("rest-api", "computed-styles"):
        if name in value["strategies"] and name not in options:
            issues.add("invalid_type", (*path, "strategyOptions", name), "Required")


GATHERING = Shape(
    {
        "strategies": list_of(choice(*STRATEGIES), 1),
        "strategyOptions": optional(OPTIONS),
        "aiConfig": _config(turns=False),
    },
    _options_stand,
    strict=False,
)
KNOWLEDGE = Shape(
    {
        "useMemory": optional(FLAG),
        "maxChunks": optional(integer(1, 20)),
        "maxPatterns": optional(integer(1, 20)),
        "maxActivities": optional(integer(1, 20)),
    }
)


def _strategy_stands(value: Document, path: Path, issues: Issues) -> None:
    strategy = value.get("executionStrategy")
    if strategy in ("service", "service+ai") and "serviceId" not in value:
        issues.add("invalid_type", (*path, "serviceId"), "Required")
    if strategy == "mcp-tools" and not objects(value.get("mcpServers")):
        issues.add("invalid_type", (*path, "mcpServers"), "Required")


EXECUTION = Shape(
    {
        "executionStrategy": optional(choice("ai", "service", "service+ai", "stagehand-agent", "mcp-tools")),
        "serviceId": optional(choice(*SERVICES)),
        "aiConfig": _config(turns=True),
        "mcpServers": optional(list_of(SERVER, 1, 5)),
        "responseDescriptions": optional(record(text())),
        "strategyOptions": optional(record()),
        "knowledge": optional(KNOWLEDGE),
    },
    _strategy_stands,
    strict=False,
)
RESPONSE = Shape(
    {
        "useAiFormatting": optional(FLAG),
        "formattingPrompt": TEXT,
        "responseAdapter": optional(choice(*(f"{each}-response" for each in SERVICES))),
        "aiConfig": _config(turns=False),
    },
    strict=False,
)
POST_PROCESS = Shape(
    {
        "guardrails": ON,
        "deletePreviousSuggestions": ON,
        "annotations": optional(
            Shape(
                {
                    "enabled": optional(FLAG),
                    "strategy": optional(choice("findings", "word-level", "page-level", "none")),
                }
            )
        ),
        "analytics": ON,
        "matchAndMerge": ON,
        "customProcessors": optional(list_of(text())),
    }
)
USER_FIELD = Shape(
    {
        "id": NAMED,
        "title": NAMED,
        "type": choice("string", "number", "boolean"),
        "required": optional(FLAG),
        "example": TEXT,
        "defaultValue": optional(ANYTHING),
    }
)
INPUT = Shape(
    {
        "variableKeys": optional(list_of(text())),
        "userContextFields": optional(list_of(USER_FIELD)),
        "inputRequirements": optional(
            Shape({"requires": optional(list_of(text())), "requiresOneOf": optional(list_of(text()))})
        ),
    },
    strict=False,
)
SCOPE = Shape(
    {
        "pageScope": optional(list_of(text())),
        "pageScopeExclude": optional(list_of(text())),
        "contentTypes": optional(list_of(text())),
        "crossPage": optional(
            Shape(
                {
                    "enabled": FLAG,
                    "targetProperty": text(),
                    "pageDiscovery": choice("auto", "manual"),
                    "pages": optional(list_of(text())),
                    "sourceOfTruthKnowledgeSourceId": TEXT,
                },
                strict=False,
            )
        ),
    },
    strict=False,
)
FINDING = Shape(
    {"message": text(), "elementSelector": TEXT, "isCorrect": optional(FLAG)},
    strict=False,
)
SAMPLE = Shape(
    {
        "content": text(),
        "source": choice("synthetic", "user-provided"),
        "findings": list_of(FINDING),
        "pmVerdict": optional(choice("correct", "incorrect")),
        "pmNotes": TEXT,
    },
    strict=False,
)
ORIGIN = Shape(
    {
        "checklistId": text(),
        "checklistVersion": integer(0),
        "sectionRefs": list_of(text()),
        "memoryRuleIds": list_of(text()),
        "deduplicatedFrom": optional(integer(0)),
    },
    strict=False,
)
SETUP = Shape({"setupSamples": optional(list_of(SAMPLE)), "checklistOrigin": optional(ORIGIN)}, strict=False)


def _instructed(value: Document, path: Path, issues: Issues) -> None:
    strategy = value["execution"].get("executionStrategy") or "ai"
    if strategy != "service" and not str(value.get("instructions") or "").strip():
        message = f"instructions is required when executionStrategy is '{strategy}'"
        issues.rule((*path, "instructions"), message)


AGENT = Shape(
    {
        "name": NAMED,
        "description": NAMED,
        "enabled": FLAG,
        "rawInstructions": TEXT,
        "instructions": TEXT,
        "phaseTimeoutMs": optional(integer(1)),
        "metadata": optional(record()),
        "contextGathering": GATHERING,
        "execution": EXECUTION,
        "response": optional(RESPONSE),
        "postProcess": optional(POST_PROCESS),
        "input": optional(INPUT),
        "scope": optional(SCOPE),
        "setup": optional(SETUP),
    },
    _instructed,
    strict=False,
)


def check_agent(agent: Document) -> Document:
    """Check an agent's fields; what of them is kept.

    Args:
        agent: as it would be stored. A null stands for an absent field.

    Raises:
        Refused: with the issues in the words of the schema.
    """
    given = {name: value for name, value in agent.items() if value is not None}
    checked(AGENT, given)
    for name in ("contextGathering", "execution", "response"):
        if "aiConfig" in given.get(name, {}):
            given[name] = {**given[name], "aiConfig": _kept(given[name]["aiConfig"], name)}
    if "input" in given:
        given["input"] = _with_variables(given["input"], given["contextGathering"]["strategies"])
    return given


def _kept(config: Document, block: str) -> Document:
    """Velt stores the provider only, and the turns of the execution; the model is chosen at each run."""
    names = ("provider", "maxToolTurns") if block == "execution" else ("provider",)
    return {name: config[name] for name in names if name in config}


def _with_variables(block: Document, strategies: List[str]) -> Document:
    variables = ["{{restApiData}}"] if "rest-api" in strategies else []
    keys = cast(List[str], block.get("variableKeys") or [])
    variables.extend(f"{{{{variables.{key}}}}}" for key in keys)
    kept = {name: value for name, value in block.items() if name != "supportedVariables"}
    return {**kept, "supportedVariables": variables} if variables else kept
