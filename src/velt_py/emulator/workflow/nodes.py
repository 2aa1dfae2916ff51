"""How the steps of each type of node begin. Pure."""

from __future__ import annotations

import html
import json
import re
from typing import Any, Callable, Dict

from velt_py.emulator.workflow import agents
from velt_py.emulator.workflow.predicates import value_at
from velt_py.emulator.workflow.reviewers import waiting_output
from velt_py.emulator.workflow.run import Document, Effect, Run, close, roots_of

__all__ = ["begin", "rendered"]

TOKEN = re.compile(r"\{\{\s*([A-Za-z0-9_.$-]+)\s*\}\}")


def begin(run: Run, step: Document) -> None:
    """Begin a step: it waits, runs, or has ended at once."""
    node = run.graph.nodes[step["nodeId"]]
    step.update(status="running", startedAt=run.now)
    if node.get("slaMs"):
        step["slaAt"] = run.now + node["slaMs"]
    run.emit("step.started", step["stepId"])
    BEGINNINGS[node["type"]](run, step, node["config"])


def _human(run: Run, step: Document, config: Document) -> None:
    output = waiting_output(config)
    step.update(status="waiting", output=output)
    run.emit(
        "step.awaiting-approval",
        step["stepId"],
        {
            "waitingForReviewers": len(output["reviewers"]),
            "mandatoryCount": sum(each["mandatory"] for each in output["reviewers"]),
            "resumeKey": f"human:{step['stepId']}",
        },
    )


def _notification(run: Run, step: Document, config: Document) -> None:
    channel, format = config["channel"], config.get("format", "text")
    roots = {**roots_of(run, step), "input": step["input"]}
    escape = format == "html"
    body = rendered(config["bodyTemplate"], roots, escape)
    if format == "slack-blocks" and not _is_list(body):
        error = {"code": "slack-blocks-invalid", "message": "The rendered body is no JSON array of blocks."}
        close(run, step, "failed", {}, error)
        run.emit("step.failed", step["stepId"], {"reason": error["code"]})
        return
    message: Document = {"channel": channel, "body": body, "format": format}
    if channel == "email":
        message["recipients"] = config["recipients"]
        message["subject"] = rendered(config.get("subjectTemplate", ""), roots)
    else:
        message["slackTarget"] = config["slackTarget"]
    run.effects.append(Effect("mail" if channel == "email" else "slack", step["stepId"], message))
    close(run, step, "completed", {"channel": channel, "delivered": True})
    run.emit("step.completed", step["stepId"], {"channel": channel})


def _is_list(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


def rendered(template: str, roots: Document, escape: bool = False) -> str:
    """A template with what its tokens name; nothing where there is nothing.

    Args:
        template: with `{{dot.path}}` tokens.
        roots: what the first names are.
        escape: write the values as HTML texts.
    """

    def value(found: Any) -> str:
        text = _text(value_at(roots, found.group(1)))
        return html.escape(text) if escape else text

    return TOKEN.sub(value, template)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _webhook(run: Run, step: Document, config: Document) -> None:
    receiver: Document = run.doc["receiver"] or {}
    token = value_at(run.doc["triggerContext"], f"webhookAuth.{step['nodeId']}")
    code = ""
    if config.get("mode") == "async" and not receiver.get("secret"):
        code = "webhook-node-missing-secret"
    elif config.get("authMode") == "token" and not isinstance(token, str):
        code = "webhook-node-missing-token"
    if code:
        close(run, step, "failed", {}, {"code": code, "message": "The node cannot sign its call."})
        run.emit("step.failed", step["stepId"], {"reason": code})
        return
    run.effects.append(
        Effect(
            "call",
            step["stepId"],
            {
                "config": config,
                "secret": receiver.get("secret"),
                "token": token if config.get("authMode") == "token" else None,
                "input": step["input"],
                "execution": roots_of(run, step)["execution"],
                "nodeId": step["nodeId"],
                "nonEmpty": _non_empty(run.graph.nodes[step["nodeId"]]),
            },
        )
    )


def _non_empty(node: Document) -> bool:
    return bool(node.get("requireNonEmptyOutput") or node["config"].get("requireNonEmptyOutput"))


BEGINNINGS: Dict[str, Callable[[Run, Document, Document], None]] = {
    "agent": agents.begin,
    "human": _human,
    "notification": _notification,
    "webhook": _webhook,
}
