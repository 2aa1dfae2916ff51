"""`sdk.api.agents`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.jobs import Job, Pace
from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import EXECUTIONS
from velt_py.models.agents import (
    AddAgentsToGroupRequest,
    CountAgentExecutionsRequest,
    CreateAgentGroupRequest,
    CreateAgentRequest,
    DeleteAgentGroupRequest,
    DeleteAgentRequest,
    EnhancePromptRequest,
    ExtractAgentsRequest,
    GetAgentAnalyticsRequest,
    GetAgentExecutionRequest,
    GetAgentGroupRequest,
    GetAgentRequest,
    ListAgentExecutionsRequest,
    ListAgentGroupsRequest,
    ListAgentVersionsRequest,
    RefinePromptRequest,
    RemoveAgentsFromGroupRequest,
    ResolveConfigRequest,
    RestoreAgentVersionRequest,
    RunAgentExecutionRequest,
    UpdateAgentGroupRequest,
    UpdateAgentRequest,
    UpdateAgentVersionRequest,
    ValidatePromptRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import agents as answers
else:
    answers = untyped

__all__ = ["AgentsService"]

AGENT_EXECUTION = Job(
    ("result", "data", "execution", "status"),
    # `failed` says that the agent found something, not that it broke.
    done=("passed", "failed", "partial"),
    failed=("error", "skipped"),
    pace=Pace(3_600, 2, 30),
)


class AgentsService(Service[T]):
    """Agents, their versions, runs and groups."""

    area = "agents"

    createAgent = Operation(
        "agents/create",
        CreateAgentRequest,
        answers.CreateAgentAnswer,
        repeatable=False,
        docs="v2/agents/create",
    )
    """Create agent.

    The server asks: instructions required unless executionStrategy=service; rest-api strategy needs
    strategyOptions["rest-api"]; mcp-tools needs mcpServers; service and service+ai need serviceId; agent cap
    per workspace (number not given).
    """

    getAgent = Operation(
        "agents/get",
        GetAgentRequest,
        answers.GetAgentAnswer,
        repeatable=True,
        docs="v2/agents/get",
    )
    """Get agent."""

    updateAgent = Operation(
        "agents/update",
        UpdateAgentRequest,
        answers.UpdateAgentAnswer,
        repeatable=True,
        docs="v2/agents/update",
    )
    """Update agent.

    The server asks: built-in agents: enabled only, required.
    """

    updateAgentVersion = Operation(
        "agents/version/update",
        UpdateAgentVersionRequest,
        answers.UpdateAgentVersionAnswer,
        repeatable=False,
        docs="v2/agents/version/update",
    )
    """Update agent version.

    The server asks: one-level merge: nested objects replaced whole; do not send back "__redacted__". When sent
    again: each call makes version N+1.
    """

    deleteAgent = Operation(
        "agents/delete",
        DeleteAgentRequest,
        answers.DeleteAgentAnswer,
        repeatable=False,
        docs="v2/agents/delete",
    )
    """Delete agent."""

    listAgentVersions = Operation(
        "agents/versions/list",
        ListAgentVersionsRequest,
        answers.ListAgentVersionsAnswer,
        repeatable=True,
        docs="v2/agents/versions/list",
    )
    """List agent versions."""

    restoreAgentVersion = Operation(
        "agents/versions/restore",
        RestoreAgentVersionRequest,
        answers.RestoreAgentVersionAnswer,
        repeatable=False,
        docs="v2/agents/versions/restore",
    )
    """Restore agent version.

    When sent again: each call steps one version further back.
    """

    getAgentAnalytics = Operation(
        "agents/analytics/get",
        GetAgentAnalyticsRequest,
        answers.GetAgentAnalyticsAnswer,
        repeatable=True,
        docs="v2/agents/analytics/get",
    )
    """Get agent analytics."""

    runAgentExecution = Operation(
        "agents/execution/run",
        RunAgentExecutionRequest,
        answers.RunAgentExecutionAnswer,
        repeatable=False,
        docs="v2/agents/execution/run",
    )
    """Run agent execution.

    When sent again: ALREADY_EXISTS while one runs for same agent+document.
    """

    getAgentExecution = Operation(
        "agents/execution/get",
        GetAgentExecutionRequest,
        answers.GetAgentExecutionAnswer,
        repeatable=True,
        job=AGENT_EXECUTION,
        docs="v2/agents/execution/get",
    )
    """Get agent execution.

    `failed` is the agent's verdict that there are findings: `.wait()` returns it like `passed` and `partial`. It
    raises for `error` and `skipped`, which leave nothing to read.
    """

    listAgentExecutions = Operation(
        "agents/execution/list",
        ListAgentExecutionsRequest,
        answers.ListAgentExecutionsAnswer,
        repeatable=True,
        paged=EXECUTIONS,
        docs="v2/agents/execution/list",
    )
    """List agent executions.

    The server asks: exactly {agentId} or {organizationId,documentId} or all three.
    """

    countAgentExecutions = Operation(
        "agents/execution/count",
        CountAgentExecutionsRequest,
        answers.CountAgentExecutionsAnswer,
        repeatable=True,
        batched="agentIds",
        docs="v2/agents/execution/count",
    )
    """Count agent executions."""

    enhancePrompt = Operation(
        "agents/prompt/enhance",
        EnhancePromptRequest,
        answers.EnhancePromptAnswer,
        repeatable=True,
        docs="v2/agents/prompt/enhance",
    )
    """Enhance prompt.

    When sent again: model call.
    """

    validatePrompt = Operation(
        "agents/prompt/validate",
        ValidatePromptRequest,
        answers.ValidatePromptAnswer,
        repeatable=True,
        docs="v2/agents/prompt/validate",
    )
    """Validate prompt.

    When sent again: model call.
    """

    refinePrompt = Operation(
        "agents/prompt/refine",
        RefinePromptRequest,
        answers.RefinePromptAnswer,
        repeatable=True,
        docs="v2/agents/prompt/refine",
    )
    """Refine prompt.

    When sent again: model call.
    """

    resolveConfig = Operation(
        "agents/config/resolve",
        ResolveConfigRequest,
        answers.ResolveConfigAnswer,
        repeatable=True,
        docs="v2/agents/config/resolve",
    )
    """Resolve config.

    When sent again: model call.
    """

    extractAgents = Operation(
        "agents/extract",
        ExtractAgentsRequest,
        answers.ExtractAgentsAnswer,
        repeatable=False,
        docs="v2/agents/extract",
    )
    """Extract agents.

    The server asks: decoded file max 5 MB; at most 50 agents returned. When sent again: persists a knowledge
    source per call.
    """

    createAgentGroup = Operation(
        "agents/groups/create",
        CreateAgentGroupRequest,
        answers.CreateAgentGroupAnswer,
        repeatable=False,
        docs="v2/agents/groups/create",
    )
    """Create agent group.

    The server asks: 50 groups per workspace; metadata immutable afterwards.
    """

    getAgentGroup = Operation(
        "agents/groups/get",
        GetAgentGroupRequest,
        answers.GetAgentGroupAnswer,
        repeatable=True,
        docs="v2/agents/groups/get",
    )
    """Get agent group."""

    listAgentGroups = Operation(
        "agents/groups/list",
        ListAgentGroupsRequest,
        answers.ListAgentGroupsAnswer,
        repeatable=True,
        docs="v2/agents/groups/list",
    )
    """List agent groups."""

    updateAgentGroup = Operation(
        "agents/groups/update",
        UpdateAgentGroupRequest,
        answers.UpdateAgentGroupAnswer,
        repeatable=True,
        docs="v2/agents/groups/update",
    )
    """Update agent group.

    The server asks: at least one of name, description.
    """

    deleteAgentGroup = Operation(
        "agents/groups/delete",
        DeleteAgentGroupRequest,
        answers.DeleteAgentGroupAnswer,
        repeatable=False,
        docs="v2/agents/groups/delete",
    )
    """Delete agent group."""

    addAgentsToGroup = Operation(
        "agents/groups/add-agents",
        AddAgentsToGroupRequest,
        answers.AddAgentsToGroupAnswer,
        repeatable=True,
        docs="v2/agents/groups/add-agents",
    )
    """Add agents to group.

    The server asks: group total max 100.
    """

    removeAgentsFromGroup = Operation(
        "agents/groups/remove-agents",
        RemoveAgentsFromGroupRequest,
        answers.RemoveAgentsFromGroupAnswer,
        repeatable=False,
        docs="v2/agents/groups/remove-agents",
    )
    """Remove agents from group."""
