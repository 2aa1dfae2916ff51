"""Answers of `sdk.api.workflow`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict, Union

from velt_py.api.answers.shared import Failable

__all__ = [
    "CancelExecutionAnswer",
    "CancelStepAnswer",
    "CreateDefinitionAnswer",
    "DeleteDefinitionAnswer",
    "DispatchExecutionAnswer",
    "GetDefinitionAnswer",
    "GetExecutionAnswer",
    "GetExecutionEventsAnswer",
    "ListDefinitionsAnswer",
    "ListExecutionsAnswer",
    "RecordAgentResolutionAnswer",
    "RecordReviewerDecisionAnswer",
    "ResolveStepAnswer",
    "TriggerInboundWebhookAnswer",
    "UpdateDefinitionAnswer",
]


class DefinitionView(TypedDict):
    definitionId: str
    name: str
    description: Optional[str]
    version: float
    scope: DefinitionViewScope
    nodes: List[Dict[str, Any]]
    edges: List[Dict[str, Any]]
    groups: Optional[List[Dict[str, Any]]]
    compiled: DefinitionViewCompiled
    triggers: Optional[List[Dict[str, Any]]]
    tags: Optional[List[str]]
    custom: Optional[Dict[str, Any]]
    createdAt: float
    updatedAt: float
    status: str


class DefinitionViewScope(TypedDict):
    level: str
    organizationId: Optional[str]
    documentId: Optional[str]


class DefinitionViewCompiled(TypedDict):
    forwardEdges: List[DefinitionViewCompiledForwardEdges]
    loops: List[DefinitionViewCompiledLoops]


DefinitionViewCompiledForwardEdges = TypedDict(
    "DefinitionViewCompiledForwardEdges",
    {
        "from": "str",
        "to": "str",
        "role": "str",
        "when": "Optional[Dict[str, Any]]",
        "fromGroupId": "str",
        "toGroupId": "str",
    },
    total=False,
)


class DefinitionViewCompiledLoops(TypedDict):
    loopId: str
    entryNodeId: str
    bodyNodeIds: List[str]
    maxIterations: float
    onExhausted: Union[DefinitionViewCompiledLoopsOnExhausted, None]


class DefinitionViewCompiledLoopsOnExhausted(TypedDict):
    routeToNodeId: str


class CreateDefinitionAnswer(Failable):
    result: DefinitionView


class UpdateDefinitionAnswer(Failable):
    result: DefinitionView


class DeleteDefinitionResult(TypedDict):
    deleted: bool
    purged: bool
    definitionId: str


class DeleteDefinitionAnswer(Failable):
    result: DeleteDefinitionResult


class GetDefinitionAnswer(Failable):
    result: DefinitionView


class ListDefinitionsResult(TypedDict):
    items: List[DefinitionView]
    nextCursor: Optional[int]


class ListDefinitionsAnswer(Failable):
    result: ListDefinitionsResult


class DispatchExecutionResult(TypedDict):
    executionId: str
    correlationId: str
    deduplicated: bool


class DispatchExecutionAnswer(Failable):
    result: DispatchExecutionResult


class CancelExecutionResult(TypedDict):
    cancelled: bool
    executionId: str


class CancelExecutionAnswer(Failable):
    result: CancelExecutionResult


class ExecutionView(TypedDict):
    executionId: str
    status: str
    startedAt: float
    completedAt: Optional[float]
    cancelledAt: Optional[float]
    definitionId: str
    definitionVersion: float
    correlationId: str
    idempotencyKey: str
    failureReason: Union[ExecutionViewFailureReason, None]
    steps: List[StepView]


class ExecutionViewFailureReason(TypedDict):
    code: str
    message: str


class StepView(TypedDict):
    stepId: str
    nodeId: str
    nodeType: str
    status: str
    groupId: Optional[str]
    startedAt: Optional[float]
    completedAt: Optional[float]
    output: Dict[str, Any]
    error: Union[StepViewError, None]


class StepViewError(TypedDict):
    code: str
    message: str


class GetExecutionAnswer(Failable):
    result: ExecutionView


class GetExecutionEventsResult(TypedDict):
    executionId: str
    events: List[ExecutionEvent]
    nextCursor: int
    hasMore: bool


class _ExecutionEvent(TypedDict, total=False):
    data: Dict[str, Any]


class ExecutionEvent(_ExecutionEvent):
    eventId: str
    seq: float
    type: str
    stepId: Optional[str]
    timestamp: float
    correlationId: str


class GetExecutionEventsAnswer(Failable):
    result: GetExecutionEventsResult


class ListExecutionsResult(TypedDict):
    items: List[ExecutionView]
    nextCursor: Optional[str]


class ListExecutionsAnswer(Failable):
    result: ListExecutionsResult


class CancelStepResult(TypedDict):
    cancelled: bool
    executionId: str
    stepId: str


class CancelStepAnswer(Failable):
    result: CancelStepResult


class ResolveStepResult(TypedDict):
    resolved: bool
    executionId: str
    stepId: str
    action: str


class ResolveStepAnswer(Failable):
    result: ResolveStepResult


class _AggregatorResult(TypedDict, total=False):
    rejectionReason: str


class RecordAgentResolutionResult(_AggregatorResult):
    recorded: bool
    aggregatorStatus: Optional[str]
    resumeScheduled: bool


class RecordAgentResolutionAnswer(Failable):
    result: RecordAgentResolutionResult


class RecordReviewerDecisionResult(_AggregatorResult):
    recorded: bool
    aggregatorStatus: Optional[str]
    resumeScheduled: bool


class RecordReviewerDecisionAnswer(Failable):
    result: RecordReviewerDecisionResult


class _TriggerInboundWebhookAnswer(TypedDict, total=False):
    executionId: str
    deduplicated: bool


class TriggerInboundWebhookAnswer(_TriggerInboundWebhookAnswer):
    ok: bool
    code: str
