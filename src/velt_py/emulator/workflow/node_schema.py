"""What a node of a definition must look like, by its type. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, cast

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
from velt_py.emulator.workflow.urls import wrong_url

__all__ = ["LONGEST_SLA", "address", "node_check"]

LONGEST_SLA = 7 * 24 * 3_600_000
DAY = 24 * 3_600_000
RESERVED_HEADERS = frozenset(
    ["host", "content-length", "content-type", "connection", "transfer-encoding", "cookie"]
)


def address(name: str, production: bool) -> Rule:
    """That the address in a field may be called."""

    def rule(value: Dict[str, Any], path: Path, issues: Issues) -> None:
        complaint = wrong_url(name, value[name], production) if isinstance(value.get(name), str) else None
        if complaint:
            issues.rule((*path, name), complaint)

    return rule


def _agent(config: Dict[str, Any], path: Path, issues: Issues) -> None:
    if not config.get("url") and not config.get("urlPath"):
        issues.rule(path, 'agent node requires either a static "url" or a "urlPath"')
    if config.get("blocking") and not config.get("resolutionPolicy"):
        issues.rule((*path, "resolutionPolicy"), "agent node with blocking=true requires resolutionPolicy")


def _human(config: Dict[str, Any], path: Path, issues: Issues) -> None:
    reviewers = cast(List[Dict[str, Any]], config.get("reviewers") or [])
    if not reviewers and not config.get("reviewerIds"):
        issues.rule(path, "at least one of reviewerIds or reviewers must be provided")
    elif reviewers and config.get("reviewerIds"):
        issues.rule(path, "cannot set both reviewerIds and reviewers, use one")
    elif reviewers and len({each["userId"] for each in reviewers}) < len(reviewers):
        issues.rule((*path, "reviewers"), "reviewer userIds must be unique")
    elif reviewers and not any(each["mandatory"] for each in reviewers):
        issues.rule((*path, "reviewers"), "reviewers must include at least one mandatory reviewer")


def _notification(config: Dict[str, Any], path: Path, issues: Issues) -> None:
    if config["channel"] == "email":
        if not config.get("recipients"):
            issues.rule(path, 'notification node with channel="email" requires a non-empty recipients array')
        if config.get("format") == "slack-blocks":
            issues.rule((*path, "format"), 'format="slack-blocks" requires channel="slack"')
    elif not config.get("slackTarget"):
        issues.rule(
            path,
            'notification node with channel="slack" requires a slackTarget (channel id or incoming-webhook URL)',
        )


def _webhook(config: Dict[str, Any], path: Path, issues: Issues) -> None:
    if config.get("authMode") == "token" and not config.get("authTokenHeader"):
        issues.rule(path, 'webhook node with authMode="token" requires authTokenHeader to be set')
    if config.get("bodyTemplate") == "none" and config.get("method") != "GET":
        issues.rule((*path, "bodyTemplate"), 'webhook node with bodyTemplate="none" requires method="GET"')
    for name in cast(Dict[str, str], config.get("requestHeaders") or {}):
        if name.lower().startswith("x-velt-") or name.lower() in RESERVED_HEADERS:
            issues.rule((*path, "requestHeaders", name), f"requestHeaders must not set {name}")


REVIEWER = Shape({"userId": text(1, 256), "mandatory": FLAG})
OUTPUT = {"requireNonEmptyOutput": optional(FLAG)}
AGENT = Shape(
    {
        "agentId": text(1, 200),
        "url": optional(text(1, 2000, url=True)),
        "urlPath": optional(text(1, 500)),
        "crossPageExecute": optional(FLAG),
        "maxUrlsToProcess": optional(integer(1, 500)),
        "userContextMapping": optional(record(text())),
        "promptOverride": optional(text(0, 8000)),
        "inputMapping": optional(record()),
        "pollIntervalMs": optional(integer(5000, 60_000)),
        "agentMaxRuntimeMs": optional(integer(1, DAY)),
        "blocking": optional(FLAG),
        "resolutionPolicy": optional(ANYTHING),
        **OUTPUT,
    },
    _agent,
)
HUMAN = Shape(
    {
        "reviewers": optional(list_of(REVIEWER)),
        "reviewerIds": optional(list_of(text(1, 256))),
        "reviewerEmails": optional(list_of(text(1, 320), most=50)),
        "commentBody": optional(text(0, 8000)),
        **OUTPUT,
    },
    _human,
)
WEBHOOK_FIELDS: Dict[str, Check] = {
    "url": text(1, 2000),
    "mode": optional(choice("sync", "async")),
    "method": optional(choice("GET", "POST")),
    "authMode": optional(choice("hmac", "token", "none")),
    "authTokenHeader": optional(text(1, 200, r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")),
    "timeoutMs": optional(integer(1000, 60_000)),
    "expectedStatusCodes": optional(list_of(integer(100, 599), most=20)),
    "bodyTemplate": optional(choice("envelope", "pass-through", "none")),
    "requestHeaders": optional(record(text(0, 2000, r"[^\r\n]*"))),
    **OUTPUT,
}


def _slack(production: bool) -> Rule:
    reach = address("slackTarget", production)

    def rule(config: Dict[str, Any], path: Path, issues: Issues) -> None:
        target = config.get("slackTarget")
        if isinstance(target, str) and "://" in target:
            reach(config, path, issues)

    return rule


def _configs(production: bool) -> Dict[str, Shape]:
    return {
        "agent": AGENT,
        "human": HUMAN,
        "notification": Shape(
            {
                "channel": choice("email", "slack"),
                "bodyTemplate": text(1, 16_000),
                "recipients": optional(list_of(text(1, 320), most=50)),
                "subjectTemplate": optional(text(0, 2000)),
                "slackTarget": optional(text(1, 2000)),
                "format": optional(choice("text", "html", "slack-blocks")),
                **OUTPUT,
            },
            _notification,
            _slack(production),
        ),
        "webhook": Shape(WEBHOOK_FIELDS, _webhook, address("url", production)),
    }


def node_check(production: bool) -> Check:
    """The check of a node. Whether there is a `config` at all is the linter's to say."""
    configs = _configs(production)
    outline = Shape(
        {
            "nodeId": text(1, 64),
            "type": choice(*configs),
            "config": optional(record()),
            "slaMs": optional(integer(1, LONGEST_SLA)),
            "requireNonEmptyOutput": optional(FLAG),
            "name": optional(text(1, 200)),
            "description": optional(text(0, 2000)),
        }
    )

    def check(value: Any, path: Path, issues: Issues) -> None:
        before = len(issues.found)
        outline(value, path, issues)
        if len(issues.found) == before:
            config = value.get("config", MISSING)
            if config is not MISSING:
                configs[value["type"]](config, (*path, "config"), issues)

    return check
