"""Requests of `sdk.api.agents`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Union

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddAgentsToGroupRequest",
    "CountAgentExecutionsRequest",
    "CreateAgentGroupRequest",
    "CreateAgentRequest",
    "DeleteAgentGroupRequest",
    "DeleteAgentRequest",
    "EnhancePromptRequest",
    "ExtractAgentsRequest",
    "GetAgentAnalyticsRequest",
    "GetAgentExecutionRequest",
    "GetAgentGroupRequest",
    "GetAgentRequest",
    "ListAgentExecutionsRequest",
    "ListAgentGroupsRequest",
    "ListAgentVersionsRequest",
    "RefinePromptRequest",
    "RemoveAgentsFromGroupRequest",
    "ResolveConfigRequest",
    "RestoreAgentVersionRequest",
    "RunAgentExecutionRequest",
    "UpdateAgentGroupRequest",
    "UpdateAgentRequest",
    "UpdateAgentVersionRequest",
    "ValidatePromptRequest",
]


@dataclass
class CreateAgentRequest(ApiRequest):
    """Fields of `agents.createAgent`."""

    name: Optional[str] = fact("string", required=True)
    description: Optional[str] = fact("string", required=True)
    rawInstructions: Optional[str] = fact("string")
    instructions: Optional[str] = fact("string")
    enabled: Optional[bool] = fact("boolean", required=True)
    metadata: Optional[Dict[str, Any]] = fact("object")
    contextGathering: Optional[Dict[str, Any]] = fact("object", required=True)
    execution: Optional[Dict[str, Any]] = fact("object", required=True)
    response: Optional[Dict[str, Any]] = fact("object")
    postProcess: Optional[Dict[str, Any]] = fact("object")
    input: Optional[Dict[str, Any]] = fact("object")
    scope: Optional[Dict[str, Any]] = fact("object")
    setup: Optional[Dict[str, Any]] = fact("object")
    phaseTimeoutMs: Optional[float] = fact("number", docs_only=True)


@dataclass
class GetAgentRequest(ApiRequest):
    """Fields of `agents.getAgent`."""

    agentId: Optional[str] = fact("string")
    filter: Optional[str] = fact("string", one_of=("defaultOnly", "customOnly"))
    groupId: Optional[str] = fact("string")


@dataclass
class UpdateAgentRequest(ApiRequest):
    """Fields of `agents.updateAgent`."""

    agentId: Optional[str] = fact("string", required=True)
    name: Optional[str] = fact("string")
    description: Optional[str] = fact("string")
    enabled: Optional[bool] = fact("boolean")


@dataclass
class UpdateAgentVersionRequest(ApiRequest):
    """Fields of `agents.updateAgentVersion`."""

    agentId: Optional[str] = fact("string", required=True)
    rawInstructions: Optional[str] = fact("string")
    instructions: Optional[str] = fact("string")
    phaseTimeoutMs: Optional[int] = fact("number")
    contextGathering: Optional[Dict[str, Any]] = fact("object")
    execution: Optional[Dict[str, Any]] = fact("object")
    response: Optional[Dict[str, Any]] = fact("object")
    postProcess: Optional[Dict[str, Any]] = fact("object")
    input: Optional[Dict[str, Any]] = fact("object")
    scope: Optional[Dict[str, Any]] = fact("object")
    setup: Optional[Dict[str, Any]] = fact("object")
    metadata: Optional[Dict[str, Any]] = fact("object", docs_only=True)


@dataclass
class DeleteAgentRequest(ApiRequest):
    """Fields of `agents.deleteAgent`."""

    agentId: Optional[str] = fact("string", required=True)


@dataclass
class ListAgentVersionsRequest(ApiRequest):
    """Fields of `agents.listAgentVersions`."""

    agentId: Optional[str] = fact("string", required=True)


@dataclass
class RestoreAgentVersionRequest(ApiRequest):
    """Fields of `agents.restoreAgentVersion`."""

    agentId: Optional[str] = fact("string", required=True)


@dataclass
class GetAgentAnalyticsRequest(ApiRequest):
    """Fields of `agents.getAgentAnalytics`."""

    agentId: Optional[str] = fact("string")
    year: Optional[str] = fact("string")
    month: Optional[str] = fact("string")
    model: Optional[str] = fact("string")


@dataclass
class RunAgentExecutionRequest(ApiRequest):
    """Fields of `agents.runAgentExecution`."""

    agentId: Optional[str] = fact("string", required=True)
    url: Optional[str] = fact("string", required=True)
    crossPageExecute: Optional[bool] = fact("boolean")
    maxUrlsToProcess: Optional[int] = fact("number")
    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    trigger: Optional[str] = fact("string", one_of=("standalone", "workflow"))
    workflowExecutionId: Optional[str] = fact("string")
    ranBy: Optional[Dict[str, Any]] = fact("object")
    userContext: Optional[Dict[str, Any]] = fact("object")
    deviceType: Optional[str] = fact("string", one_of=("mobile", "desktop"))
    annotationVisibility: Optional[str] = fact("string", one_of=("public", "private"))
    aiConfig: Optional[Dict[str, Any]] = fact("object")


@dataclass
class GetAgentExecutionRequest(ApiRequest):
    """Fields of `agents.getAgentExecution`."""

    executionId: Optional[str] = fact("string", required=True)
    includeResults: Optional[bool] = fact("boolean")


@dataclass
class ListAgentExecutionsRequest(ApiRequest):
    """Fields of `agents.listAgentExecutions`."""

    agentId: Optional[str] = fact("string")
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")


@dataclass
class CountAgentExecutionsRequest(ApiRequest):
    """Fields of `agents.countAgentExecutions`."""

    agentIds: Optional[Union[str, List[str]]] = fact("string|string[]", most=200)
    status: Optional[str] = fact(
        "string", one_of=("running", "passed", "failed", "partial", "error", "skipped")
    )


@dataclass
class EnhancePromptRequest(ApiRequest):
    """Fields of `agents.enhancePrompt`."""

    prompt: Optional[str] = fact("string", required=True)
    provider: Optional[str] = fact("string", one_of=("gemini", "claude", "openai"))
    userContextFields: Optional[List[Dict[str, Any]]] = fact("object[]")


@dataclass
class ValidatePromptRequest(ApiRequest):
    """Fields of `agents.validatePrompt`."""

    prompt: Optional[str] = fact("string", required=True)
    provider: Optional[str] = fact("string", one_of=("gemini", "claude", "openai"))
    userContextFields: Optional[List[Dict[str, Any]]] = fact("object[]")


@dataclass
class RefinePromptRequest(ApiRequest):
    """Fields of `agents.refinePrompt`."""

    analysisPrompt: Optional[str] = fact("string", required=True)
    demoFeedback: Optional[List[Dict[str, Any]]] = fact("object[]", required=True)
    provider: Optional[str] = fact("string", one_of=("gemini", "claude", "openai"))


@dataclass
class ResolveConfigRequest(ApiRequest):
    """Fields of `agents.resolveConfig`."""

    instructions: Optional[str] = fact("string", required=True)
    rawInstructions: Optional[str] = fact("string")
    provider: Optional[str] = fact("string", one_of=("gemini", "claude", "openai"))


@dataclass
class ExtractAgentsRequest(ApiRequest):
    """Fields of `agents.extractAgents`."""

    fileBase64: Optional[str] = fact("string", required=True)
    mimeType: Optional[str] = fact("string", required=True)
    provider: Optional[str] = fact("string", one_of=("gemini", "claude", "openai"))
    fileName: Optional[str] = fact("string")


@dataclass
class CreateAgentGroupRequest(ApiRequest):
    """Fields of `agents.createAgentGroup`."""

    name: Optional[str] = fact("string", required=True)
    description: Optional[str] = fact("string")
    agentIds: Optional[List[str]] = fact("string[]", most=100)
    metadata: Optional[Dict[str, Any]] = fact("object")


@dataclass
class GetAgentGroupRequest(ApiRequest):
    """Fields of `agents.getAgentGroup`."""

    groupId: Optional[str] = fact("string", required=True)


@dataclass
class ListAgentGroupsRequest(ApiRequest):
    """Fields of `agents.listAgentGroups`."""


@dataclass
class UpdateAgentGroupRequest(ApiRequest):
    """Fields of `agents.updateAgentGroup`."""

    groupId: Optional[str] = fact("string", required=True)
    name: Optional[str] = fact("string")
    description: Optional[str] = fact("string")


@dataclass
class DeleteAgentGroupRequest(ApiRequest):
    """Fields of `agents.deleteAgentGroup`."""

    groupId: Optional[str] = fact("string", required=True)


@dataclass
class AddAgentsToGroupRequest(ApiRequest):
    """Fields of `agents.addAgentsToGroup`."""

    groupId: Optional[str] = fact("string", required=True)
    agentIds: Optional[List[str]] = fact("string[]", required=True)


@dataclass
class RemoveAgentsFromGroupRequest(ApiRequest):
    """Fields of `agents.removeAgentsFromGroup`."""

    groupId: Optional[str] = fact("string", required=True)
    agentIds: Optional[List[str]] = fact("string[]", required=True)
