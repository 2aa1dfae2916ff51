"""Requests of `sdk.api.workflow`."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "CancelExecutionRequest",
    "CancelStepRequest",
    "CreateWorkflowDefinitionRequest",
    "DeleteWorkflowDefinitionRequest",
    "DispatchExecutionRequest",
    "GetExecutionEventsRequest",
    "GetExecutionRequest",
    "GetWorkflowDefinitionRequest",
    "ListExecutionsRequest",
    "ListWorkflowDefinitionsRequest",
    "RecordAgentResolutionRequest",
    "RecordReviewerDecisionRequest",
    "ResolveStepRequest",
    "TriggerInboundWebhookRequest",
    "UpdateWorkflowDefinitionRequest",
]


class _Definition(ApiRequest):
    """What both requests with a whole definition share."""

    loops: Optional[List[Dict[str, Any]]]

    def __post_init__(self) -> None:
        if self.loops is not None:
            warnings.warn(
                "Velt's definitions of workflows have no `loops` any more, so they are not sent; a loop is an edge "
                "that leads back, with on='reject' and a `loop` object",
                DeprecationWarning,
                stacklevel=3,
            )


@dataclass
class CreateWorkflowDefinitionRequest(_Definition):
    """Fields of `workflow.createDefinition`."""

    definitionId: Optional[str] = fact("string", required=True)
    name: Optional[str] = fact("string", required=True)
    nodes: Optional[List[Dict[str, Any]]] = fact("object[]", required=True, most=100)
    edges: Optional[List[Dict[str, Any]]] = fact("object[]", required=True, most=500)
    description: Optional[str] = fact("string")
    scope: Optional[Dict[str, Any]] = fact("object")
    groups: Optional[List[Dict[str, Any]]] = fact("object[]", most=100)
    loops: Optional[List[Dict[str, Any]]] = fact("object[]", sent=False)
    triggers: Optional[List[Dict[str, Any]]] = fact("object[]", most=50)
    tags: Optional[List[str]] = fact("string[]", most=20)
    custom: Optional[Dict[str, Any]] = fact("object")
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    webhookConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class UpdateWorkflowDefinitionRequest(_Definition):
    """Fields of `workflow.updateDefinition`."""

    definitionId: Optional[str] = fact("string", required=True)
    name: Optional[str] = fact("string", required=True)
    nodes: Optional[List[Dict[str, Any]]] = fact("object[]", required=True, most=100)
    edges: Optional[List[Dict[str, Any]]] = fact("object[]", required=True, most=500)
    ifVersion: Optional[int] = fact("integer", required=True)
    description: Optional[str] = fact("string")
    scope: Optional[Dict[str, Any]] = fact("object")
    groups: Optional[List[Dict[str, Any]]] = fact("object[]", most=100)
    loops: Optional[List[Dict[str, Any]]] = fact("object[]", sent=False)
    triggers: Optional[List[Dict[str, Any]]] = fact("object[]", most=50)
    tags: Optional[List[str]] = fact("string[]", most=20)
    custom: Optional[Dict[str, Any]] = fact("object")
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    webhookConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class DeleteWorkflowDefinitionRequest(ApiRequest):
    """Fields of `workflow.deleteDefinition`."""

    definitionId: Optional[str] = fact("string", required=True)
    purge: Optional[bool] = fact("boolean")
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")


@dataclass
class GetWorkflowDefinitionRequest(ApiRequest):
    """Fields of `workflow.getDefinition`."""

    definitionId: Optional[str] = fact("string", required=True)
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")


@dataclass
class ListWorkflowDefinitionsRequest(ApiRequest):
    """Fields of `workflow.listDefinitions`."""

    pageSize: Optional[int] = fact("integer")
    cursor: Optional[int] = fact("integer")
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")


@dataclass
class DispatchExecutionRequest(ApiRequest):
    """Fields of `workflow.dispatchExecution`."""

    definitionId: Optional[str] = fact("string", required=True)
    idempotencyKey: Optional[str] = fact("string")
    triggerContext: Optional[Dict[str, Any]] = fact("object")
    correlationId: Optional[str] = fact("string")
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    folderId: Optional[str] = fact("string")
    webhookUrl: Optional[str] = fact("string")
    webhookSecret: Optional[str] = fact("string")


@dataclass
class CancelExecutionRequest(ApiRequest):
    """Fields of `workflow.cancelExecution`."""

    executionId: Optional[str] = fact("string", required=True)
    reason: Optional[str] = fact("string")


@dataclass
class GetExecutionRequest(ApiRequest):
    """Fields of `workflow.getExecution`."""

    executionId: Optional[str] = fact("string", required=True)


@dataclass
class GetExecutionEventsRequest(ApiRequest):
    """Fields of `workflow.getExecutionEvents`."""

    executionId: Optional[str] = fact("string", required=True)
    sinceSeq: Optional[int] = fact("integer")
    pageSize: Optional[int] = fact("integer")


@dataclass
class ListExecutionsRequest(ApiRequest):
    """Fields of `workflow.listExecutions`."""

    definitionId: Optional[str] = fact("string")
    status: Optional[str] = fact("string", one_of=("pending", "running", "completed", "failed", "cancelled"))
    pageSize: Optional[int] = fact("integer")
    cursor: Optional[str] = fact("string")


@dataclass
class CancelStepRequest(ApiRequest):
    """Fields of `workflow.cancelStep`."""

    executionId: Optional[str] = fact("string", required=True)
    stepId: Optional[str] = fact("string", required=True)
    actorId: Optional[str] = fact("string", required=True)
    reason: Optional[str] = fact("string")


@dataclass
class ResolveStepRequest(ApiRequest):
    """Fields of `workflow.resolveStep`."""

    executionId: Optional[str] = fact("string", required=True)
    stepId: Optional[str] = fact("string", required=True)
    action: Optional[str] = fact(
        "string",
        required=True,
        one_of=(
            "force-approve",
            "force-reject",
            "force-complete",
            "force-fail",
            "reviewer-approve",
            "reviewer-reject",
        ),
    )
    actorId: Optional[str] = fact("string", required=True)
    output: Optional[Dict[str, Any]] = fact("object")
    reason: Optional[str] = fact("string")


@dataclass
class RecordAgentResolutionRequest(ApiRequest):
    """Fields of `workflow.recordAgentResolution`."""

    executionId: Optional[str] = fact("string", required=True)
    stepId: Optional[str] = fact("string", required=True)
    responseId: Optional[str] = fact("string", required=True)
    resolution: Optional[str] = fact("string", required=True, one_of=("resolved", "rejected"))
    actorId: Optional[str] = fact("string", required=True)
    reason: Optional[str] = fact("string")


@dataclass
class RecordReviewerDecisionRequest(ApiRequest):
    """Fields of `workflow.recordReviewerDecision`."""

    executionId: Optional[str] = fact("string", required=True)
    stepId: Optional[str] = fact("string", required=True)
    reviewerId: Optional[str] = fact("string", required=True)
    decision: Optional[str] = fact("string", required=True, one_of=("approve", "reject"))
    reason: Optional[str] = fact("string")


@dataclass
class TriggerInboundWebhookRequest(ApiRequest):
    """Fields of `workflow.triggerInboundWebhook`."""

    definitionId: Optional[str] = fact("string", required=True)
    triggerId: Optional[str] = fact("string", required=True)
    payload: Optional[Dict[str, Any]] = fact("object")
