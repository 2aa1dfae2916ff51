"""What reviewers decide together about a step. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, cast

from velt_py.emulator.workflow.run import Document

__all__ = ["Verdict", "decided", "record", "resumed_output", "reviewers_of", "waiting_output"]


class Verdict(NamedTuple):
    """What became of a decision: whether it counts, why not, and where the step stands."""

    recorded: bool
    status: str
    reason: Optional[str] = None


def reviewers_of(config: Document) -> List[Document]:
    """The reviewers of a human node; those of the older form are all mandatory."""
    named = cast(List[Document], config.get("reviewers") or [])
    older = cast(List[str], config.get("reviewerIds") or [])
    return named or [{"userId": each, "mandatory": True} for each in older]


def waiting_output(config: Document) -> Document:
    """The output of a step that waits for its reviewers."""
    reviewers = reviewers_of(config)
    return {
        "reviewers": reviewers,
        "reviewerIds": [each["userId"] for each in reviewers],
        "reviewerEmails": config.get("reviewerEmails") or [],
        "commentBody": config.get("commentBody"),
    }


def record(step: Document, reviewer: str, decision: str, reason: Optional[str], now: int) -> Verdict:
    """Take a reviewer's decision into account. The first of each reviewer counts."""
    responses = cast(Dict[str, Document], step.setdefault("responses", {}))
    before = decided(step)
    if reviewer in responses:
        return Verdict(False, before, "idempotent")
    if before != "pending":
        return Verdict(False, before, "already-terminal")
    if reviewer not in step["output"]["reviewerIds"]:
        return Verdict(False, before, "unknown-responder")
    responses[reviewer] = {"decision": decision, "reason": reason, "at": now}
    return Verdict(True, decided(step))


def decided(step: Document) -> str:
    """Whether the reviewers have approved (`resolved`), `rejected`, or not decided (`pending`)."""
    responses = cast(Dict[str, Document], step.get("responses") or {})
    if any(each["decision"] == "reject" for each in responses.values()):
        return "rejected"
    wanted = _mandatory(step)
    return "resolved" if all(each in responses for each in wanted) else "pending"


def _mandatory(step: Document) -> List[str]:
    return [each["userId"] for each in step["output"]["reviewers"] if each["mandatory"]]


def resumed_output(step: Document, now: int) -> Document:
    """The output of a step that its reviewers have decided."""
    responses = cast(Dict[str, Document], step["responses"])
    mandatory = _mandatory(step)
    approvals = [name for name, each in responses.items() if each["decision"] == "approve"]
    status = decided(step)
    output: Dict[str, Any] = {
        **step["output"],
        "aggregatorStatus": status,
        "approveCount": len(approvals),
        "rejectCount": len(responses) - len(approvals),
        "totalResponses": len(responses),
        "mandatoryCount": len(mandatory),
        "mandatoryApproveCount": sum(name in mandatory for name in approvals),
        "decision": "approve" if status == "resolved" else "reject",
        "approved": status == "resolved",
        "resumedAt": now,
        "resumeKey": f"human:{step['stepId']}",
    }
    for name, each in responses.items():
        if each["decision"] == "reject":
            output.update(
                rejectedBy=name,
                rejectorMandatory=name in mandatory,
                rejectionReason=each["reason"],
                rejectedAt=each["at"],
            )
    return output
