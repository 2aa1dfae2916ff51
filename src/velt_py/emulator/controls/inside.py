"""What must stand deep inside the records that are put in, so that the emulator can work on them. Pure.

A person who was erased is gone from what is kept, so what a person can be, or say, may be absent in a dump.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Set, Tuple, cast

from velt_py.emulator.areas.agents.outcomes import SEVERITIES
from velt_py.emulator.areas.agents.settling import REASON
from velt_py.emulator.shapes import (
    ANYTHING,
    FLAG,
    MISSING,
    Check,
    Issues,
    Path,
    Rule,
    Shape,
    choice,
    integer,
    list_of,
    optional,
    record,
    text,
)
from velt_py.emulator.workflow.run import TERMINAL

__all__ = ["fault_of"]

Fields = Dict[str, Any]


def _or_null(check: Check) -> Check:
    def checked(value: Any, path: Path, issues: Issues) -> None:
        if value is not None:
            check(value, path, issues)

    return checked


def _maybe(check: Check) -> Check:
    """A field that may be absent, or null."""
    return optional(_or_null(check))


def _fields(*rules: Rule, **fields: Check) -> Shape:
    """An object that has these fields, and maybe others."""
    return Shape(fields, *rules, strict=False)


TEXT, NUMBER, OBJECT = text(), integer(), record()


# Definitions


def _end(value: Any, path: Path, issues: Issues) -> None:
    if isinstance(value, dict):
        kind = cast(Fields, value).get("kind")
        (GROUP_END if kind == "group" else NODE_END)(value, path, issues)
    else:
        TEXT(value, path, issues)


NODE_END = _fields(kind=TEXT, nodeId=TEXT)
GROUP_END = _fields(kind=TEXT, groupId=TEXT)


def _addressed(config: Fields, path: Path, issues: Issues) -> None:
    if not config.get("url"):
        TEXT(config.get("urlPath", MISSING), (*path, "urlPath"), issues)


def _received(config: Fields, path: Path, issues: Issues) -> None:
    name, check = ("recipients", list_of(TEXT)) if config["channel"] == "email" else ("slackTarget", TEXT)
    check(config.get(name, MISSING), (*path, name), issues)


CONFIGS: Mapping[str, Check] = {
    "agent": _fields(_addressed, agentId=TEXT, url=_maybe(TEXT), userContextMapping=_maybe(record(TEXT))),
    "human": _fields(
        reviewers=_maybe(list_of(_fields(userId=TEXT, mandatory=FLAG))), reviewerIds=_maybe(list_of(TEXT))
    ),
    "notification": _fields(_received, channel=choice("email", "slack"), bodyTemplate=TEXT),
    "webhook": _fields(url=TEXT),
}


def _configured(node: Fields, path: Path, issues: Issues) -> None:
    CONFIGS[node["type"]](node["config"], (*path, "config"), issues)


def _named(definition: Fields, path: Path, issues: Issues) -> None:
    """That whatever names a node names one that is there."""
    nodes: Set[str] = {node["nodeId"] for node in definition["nodes"]}
    compiled: Fields = definition["compiled"]
    named: Dict[str, Path] = {}
    for place, edge in enumerate(cast(List[Fields], compiled["forwardEdges"])):
        named.update((edge[name], ("compiled", "forwardEdges", place, name)) for name in ("from", "to"))
    for place, loop in enumerate(cast(List[Fields], compiled["loops"])):
        out: Fields = loop["onExhausted"] or {}
        named.update((node, ("compiled", "loops", place, "onExhausted")) for node in out.values())
    for place, group in enumerate(cast(List[Fields], definition.get("groups") or [])):
        named.update((node, ("groups", place, "memberNodeIds")) for node in group["memberNodeIds"])
    for node, where in named.items():
        if node not in nodes:
            issues.rule((*path, *where), "must name nodes of the definition")


DEFINITION = _fields(
    _named,
    nodes=list_of(
        _fields(_configured, nodeId=TEXT, type=choice(*CONFIGS), config=OBJECT, slaMs=_maybe(integer(1)))
    ),
    edges=list_of(
        _fields(
            **{"from": _end, "to": _end},
            on=_maybe(TEXT),
            when=_maybe(TEXT),
            loop=_maybe(_fields(maxIterations=NUMBER)),
        )
    ),
    groups=_maybe(
        list_of(_fields(groupId=TEXT, memberNodeIds=list_of(TEXT), expectedSteps=NUMBER, quorum=NUMBER))
    ),
    triggers=_maybe(list_of(_fields(triggerId=TEXT, inboundWebhook=_maybe(OBJECT), schedule=_maybe(OBJECT)))),
    scope=_fields(level=TEXT, organizationId=_or_null(TEXT), documentId=_or_null(TEXT)),
    webhookConfig=_or_null(_fields(url=TEXT, secret=TEXT, eventTypes=_maybe(list_of(TEXT)))),
    compiled=_fields(
        forwardEdges=list_of(_fields(**{"from": TEXT, "to": TEXT}, when=_or_null(OBJECT))),
        loops=list_of(
            _fields(
                loopId=TEXT,
                bodyNodeIds=list_of(TEXT),
                maxIterations=NUMBER,
                onExhausted=_or_null(_fields(routeToNodeId=TEXT)),
            )
        ),
    ),
)


# Executions

OUTLINE = _fields(stepId=TEXT, nodeId=TEXT, nodeType=TEXT, status=TEXT)
"""A step of an execution that has ended: it is only shown."""
REVIEWED = _fields(reviewers=list_of(_fields(userId=TEXT, mandatory=FLAG)), reviewerIds=list_of(TEXT))
RUN_OF_AGENT = _fields(execution=TEXT, late=FLAG, output=OBJECT)


def _going_on(step: Fields, path: Path, issues: Issues) -> None:
    """What goes on with a step that has not ended."""
    if step["status"] in TERMINAL:
        return
    if step["dueAt"] is not None:
        RUN_OF_AGENT(step.get("agent", MISSING), (*path, "agent"), issues)
    if step["dueAt"] is not None or step["slaAt"] is not None:
        NUMBER(step["startedAt"], (*path, "startedAt"), issues)
    if step["nodeType"] == "human" and step["status"] == "waiting":
        REVIEWED(step["output"], (*path, "output"), issues)


STEP = _fields(
    _going_on,
    **OUTLINE.fields,
    groupId=_or_null(TEXT),
    startedAt=_or_null(NUMBER),
    completedAt=_or_null(NUMBER),
    output=OBJECT,
    error=_or_null(OBJECT),
    input=OBJECT,
    retryCount=NUMBER,
    lap=NUMBER,
    slaAt=_or_null(NUMBER),
    dueAt=_or_null(NUMBER),
    handled=FLAG,
    responses=_maybe(record(_fields(decision=TEXT, reason=_or_null(TEXT), at=NUMBER))),
)
ENDED = _fields(steps=record(OUTLINE))


def _members(execution: Fields, path: Path, issues: Issues) -> None:
    for name, group in cast(Dict[str, Fields], execution["groups"]).items():
        for node, step in cast(Dict[str, str], group["members"]).items():
            if step not in execution["steps"]:
                issues.rule((*path, "groups", name, "members", node), "must name a step of the execution")


GOING = _fields(
    _members,
    steps=record(STEP),
    groups=record(_fields(members=record(TEXT), met=FLAG, closed=FLAG)),
    loops=record(_fields(iteration=NUMBER, previousAttempts=list_of(OBJECT))),
    lap=NUMBER,
    seq=NUMBER,
    triggerContext=OBJECT,
    receiver=_or_null(_fields(url=TEXT, secret=TEXT, eventTypes=_maybe(list_of(TEXT)))),
    correlationId=TEXT,
    organizationId=_or_null(TEXT),
    documentId=_or_null(TEXT),
    failureReason=_or_null(OBJECT),
)


def _execution(value: Any, path: Path, issues: Issues) -> None:
    (GOING if value.get("status") == "running" else ENDED)(value, path, issues)


# Others


FINDING = _fields(
    **{
        **dict.fromkeys((*REASON, "isPageLevel", "sourceUrl"), ANYTHING),
        "id": TEXT,
        "severity": choice(*SEVERITIES),
    }
)
RUNNING = _fields(
    pages=list_of(_fields(url=TEXT, findings=list_of(FINDING), error=_or_null(TEXT))),
    postProcess=_fields(annotations=_maybe(OBJECT), deletePreviousSuggestions=_maybe(OBJECT)),
)


def _of_workspace(doc: Fields, path: Path, issues: Issues) -> None:
    """An api key that belongs to a workspace is listed there; one that was only used is not."""
    for name in ("apiKeyName", "type"):
        if doc.get("workspace") is not None:
            TEXT(doc.get(name, MISSING), (*path, name), issues)


def _contacts(value: Any, path: Path, issues: Issues) -> None:
    if value is not None and not isinstance(value, list):
        issues.rule(path, "must be a list")


INSIDE: Mapping[str, Check] = {
    "agentRun": _fields(
        config=_fields(crossPageExecute=FLAG, deviceType=ANYTHING),
        metadata=_fields(organizationId=TEXT, documentId=TEXT),
    ),
    "agentRunning": RUNNING,
    "annotation": _fields(
        comments=list_of(_fields(taggedUserContacts=optional(_contacts))), status=_fields(id=TEXT)
    ),
    "apiKey": _fields(_of_workspace, tokens=list_of(_fields(token=TEXT))),
    "script": _fields(match=record(TEXT)),
    "workflowCall": _fields(config=CONFIGS["webhook"], execution=_fields(triggerContext=OBJECT)),
    "workflowDefinition": DEFINITION,
    "workflowExecution": _execution,
    "workflowSchedule": _fields(schedule=_fields(cron=TEXT, timezone=TEXT, payloadTemplate=_maybe(OBJECT))),
    "workflowVersion": DEFINITION,
}
"""By the kind of record."""


def fault_of(kind: str, doc: Fields) -> Optional[Tuple[str, str]]:
    """Where inside a record something is wrong, and what; None when nothing is.

    Args:
        kind: of the record.
        doc: what it holds; its own fields are right.
    """
    issues = Issues()
    if kind in INSIDE:
        INSIDE[kind](doc, (), issues)
    if not issues.found:
        return None
    first = issues.found[0]
    return ".".join(map(str, first["path"])), str(first["message"])
