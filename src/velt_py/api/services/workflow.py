"""`sdk.api.workflow`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.jobs import Job, Pace
from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import CURSOR, SINCE_SEQ
from velt_py.models.workflow import (
    CancelExecutionRequest,
    CancelStepRequest,
    CreateWorkflowDefinitionRequest,
    DeleteWorkflowDefinitionRequest,
    DispatchExecutionRequest,
    GetExecutionEventsRequest,
    GetExecutionRequest,
    GetWorkflowDefinitionRequest,
    ListExecutionsRequest,
    ListWorkflowDefinitionsRequest,
    RecordAgentResolutionRequest,
    RecordReviewerDecisionRequest,
    ResolveStepRequest,
    TriggerInboundWebhookRequest,
    UpdateWorkflowDefinitionRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import workflow as answers
else:
    answers = untyped

__all__ = ["WorkflowService"]

WORKFLOW_EXECUTION = Job(
    ("result", "status"), done=("completed",), failed=("failed", "cancelled"), pace=Pace(86_400, 2, 60)
)


class WorkflowService(Service[T]):
    """Workflow definitions, executions and steps."""

    area = "workflow"

    createDefinition = Operation(
        "workflow/definitions/create",
        CreateWorkflowDefinitionRequest,
        answers.CreateDefinitionAnswer,
        repeatable=False,
        docs="v2/approval-engine/definitions/create-definition",
    )
    """Create definition.

    The server asks: scope organization needs organizationId; document needs both; human node needs an on=reject
    edge; agent node needs url or urlPath; when only with on=custom; loop only on a reject back-edge; one
    mechanism per trigger; nulls rejected for absent fields.
    """

    updateDefinition = Operation(
        "workflow/definitions/update",
        UpdateWorkflowDefinitionRequest,
        answers.UpdateDefinitionAnswer,
        repeatable=False,
        docs="v2/approval-engine/definitions/update-definition",
    )
    """Update definition.

    The server asks: full replace: omitted fields are lost; scope omitted resets to apiKey; nulls and server-
    owned fields rejected.
    """

    deleteDefinition = Operation(
        "workflow/definitions/delete",
        DeleteWorkflowDefinitionRequest,
        answers.DeleteDefinitionAnswer,
        repeatable=False,
        docs="v2/approval-engine/definitions/delete-definition",
    )
    """Delete definition."""

    getDefinition = Operation(
        "workflow/definitions/get",
        GetWorkflowDefinitionRequest,
        answers.GetDefinitionAnswer,
        repeatable=True,
        docs="v2/approval-engine/definitions/get-definition",
    )
    """Get definition."""

    listDefinitions = Operation(
        "workflow/definitions/list",
        ListWorkflowDefinitionsRequest,
        answers.ListDefinitionsAnswer,
        repeatable=True,
        paged=CURSOR,
        docs="v2/approval-engine/definitions/list-definitions",
    )
    """List definitions."""

    dispatchExecution = Operation(
        "workflow/executions/dispatch",
        DispatchExecutionRequest,
        answers.DispatchExecutionAnswer,
        repeatable=False,
        docs="v2/approval-engine/executions/dispatch-execution",
    )
    """Dispatch execution.

    The server asks: webhookUrl and webhookSecret together.
    """

    cancelExecution = Operation(
        "workflow/executions/cancel",
        CancelExecutionRequest,
        answers.CancelExecutionAnswer,
        repeatable=True,
        docs="v2/approval-engine/executions/cancel-execution",
    )
    """Cancel execution."""

    getExecution = Operation(
        "workflow/executions/get",
        GetExecutionRequest,
        answers.GetExecutionAnswer,
        repeatable=True,
        job=WORKFLOW_EXECUTION,
        docs="v2/approval-engine/executions/get-execution",
    )
    """Get execution.

    A workflow waits for people, so `.wait()` has a deadline of 24 hours unless another is given.
    """

    getExecutionEvents = Operation(
        "workflow/executions/getEvents",
        GetExecutionEventsRequest,
        answers.GetExecutionEventsAnswer,
        repeatable=True,
        paged=SINCE_SEQ,
        docs="v2/approval-engine/executions/get-execution-events",
    )
    """Get execution events."""

    listExecutions = Operation(
        "workflow/executions/list",
        ListExecutionsRequest,
        answers.ListExecutionsAnswer,
        repeatable=True,
        paged=CURSOR,
        docs="v2/approval-engine/executions/list-executions",
    )
    """List executions."""

    cancelStep = Operation(
        "workflow/steps/cancel",
        CancelStepRequest,
        answers.CancelStepAnswer,
        repeatable=True,
        docs="v2/approval-engine/steps/cancel-step",
    )
    """Cancel step."""

    resolveStep = Operation(
        "workflow/steps/resolve",
        ResolveStepRequest,
        answers.ResolveStepAnswer,
        repeatable=True,
        docs="v2/approval-engine/steps/resolve-step",
    )
    """Resolve step.

    The server asks: reviewer-* needs actorId in the step reviewers.
    """

    recordAgentResolution = Operation(
        "workflow/steps/recordAgentResolution",
        RecordAgentResolutionRequest,
        answers.RecordAgentResolutionAnswer,
        repeatable=True,
        docs="v2/approval-engine/steps/record-agent-resolution",
    )
    """Record agent resolution."""

    recordReviewerDecision = Operation(
        "workflow/steps/recordReviewerDecision",
        RecordReviewerDecisionRequest,
        answers.RecordReviewerDecisionAnswer,
        repeatable=True,
        docs="v2/approval-engine/steps/record-reviewer-decision",
    )
    """Record reviewer decision."""

    triggerInboundWebhook = Operation(
        "workflow/webhook-inbound/trigger",
        TriggerInboundWebhookRequest,
        answers.TriggerInboundWebhookAnswer,
        repeatable=False,
        bare=True,
        docs="ai/approval-engine/customize-behavior",
    )
    """Trigger inbound webhook."""
