"""Answers of `sdk.api.agents`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict, Union

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddAgentsToGroupAnswer",
    "CountAgentExecutionsAnswer",
    "CreateAgentAnswer",
    "CreateAgentGroupAnswer",
    "DeleteAgentAnswer",
    "DeleteAgentGroupAnswer",
    "EnhancePromptAnswer",
    "ExtractAgentsAnswer",
    "GetAgentAnalyticsAnswer",
    "GetAgentAnswer",
    "GetAgentExecutionAnswer",
    "GetAgentGroupAnswer",
    "ListAgentExecutionsAnswer",
    "ListAgentGroupsAnswer",
    "ListAgentVersionsAnswer",
    "RefinePromptAnswer",
    "RemoveAgentsFromGroupAnswer",
    "ResolveConfigAnswer",
    "RestoreAgentVersionAnswer",
    "RunAgentExecutionAnswer",
    "UpdateAgentAnswer",
    "UpdateAgentGroupAnswer",
    "UpdateAgentVersionAnswer",
    "ValidatePromptAnswer",
]


class CreateAgentData(TypedDict):
    agentId: str


class CreateAgentResult(TypedDict):
    status: str
    message: str
    data: CreateAgentData


class CreateAgentAnswer(Failable):
    result: CreateAgentResult


class GetAgentData(TypedDict):
    agent: Agent


class _Agent(TypedDict, total=False):
    system: bool
    essentialDefault: bool
    version: float
    rawInstructions: str
    instructions: str
    contextGathering: Dict[str, Any]
    execution: Dict[str, Any]
    response: Dict[str, Any]
    postProcess: Dict[str, Any]
    input: Dict[str, Any]
    scope: Dict[str, Any]
    setup: Dict[str, Any]


class Agent(_Agent):
    id: str
    name: str
    description: str
    enabled: bool
    managedBy: str


class GetAgentDataBy1(TypedDict):
    agents: List[AgentRow]


class _AgentRow(TypedDict, total=False):
    system: bool
    version: float


class AgentRow(_AgentRow):
    id: str
    name: str
    description: str
    enabled: bool
    managedBy: str
    executionCount: float
    lastExecutedAt: Optional[float]


class GetAgentResult(TypedDict):
    status: str
    message: str
    data: Union[GetAgentData, GetAgentDataBy1]


class GetAgentAnswer(Failable):
    result: GetAgentResult


class UpdateAgentData(TypedDict):
    agentId: str


class UpdateAgentResult(TypedDict):
    status: str
    message: str
    data: UpdateAgentData


class UpdateAgentAnswer(Failable):
    result: UpdateAgentResult


class UpdateAgentVersionData(TypedDict):
    version: float


class UpdateAgentVersionResult(TypedDict):
    status: str
    message: str
    data: UpdateAgentVersionData


class UpdateAgentVersionAnswer(Failable):
    result: UpdateAgentVersionResult


class DeleteAgentData(TypedDict):
    agentId: str


class DeleteAgentResult(TypedDict):
    status: str
    message: str
    data: DeleteAgentData


class DeleteAgentAnswer(Failable):
    result: DeleteAgentResult


class ListAgentVersionsData(TypedDict):
    versions: List[ListAgentVersionsDataVersions]


class _ListAgentVersionsDataVersions(TypedDict, total=False):
    rawInstructions: str
    instructions: str
    phaseTimeoutMs: float
    contextGathering: Dict[str, Any]
    execution: Dict[str, Any]
    response: Dict[str, Any]
    postProcess: Dict[str, Any]
    input: Dict[str, Any]
    scope: Dict[str, Any]
    setup: Dict[str, Any]


class ListAgentVersionsDataVersions(_ListAgentVersionsDataVersions):
    id: str
    version: float
    createdAt: float


class ListAgentVersionsResult(TypedDict):
    status: str
    message: str
    data: ListAgentVersionsData


class ListAgentVersionsAnswer(Failable):
    result: ListAgentVersionsResult


class RestoreAgentVersionData(TypedDict):
    version: float


class RestoreAgentVersionResult(TypedDict):
    status: str
    message: str
    data: RestoreAgentVersionData


class RestoreAgentVersionAnswer(Failable):
    result: RestoreAgentVersionResult


class GetAgentAnalyticsData(TypedDict):
    analytics: GetAgentAnalyticsDataAnalytics


class GetAgentAnalyticsDataAnalytics(TypedDict):
    tokenUsage: GetAgentAnalyticsDataAnalyticsTokenUsage
    executionCounts: Dict[str, GetAgentAnalyticsDataAnalyticsExecutionCountsEntry]


class _GetAgentAnalyticsDataAnalyticsTokenUsage(TypedDict, total=False):
    yearly: Dict[str, Dict[str, TokenUsage]]
    monthly: Dict[str, Dict[str, TokenUsage]]
    byModel: Dict[str, TokenUsage]


class GetAgentAnalyticsDataAnalyticsTokenUsage(_GetAgentAnalyticsDataAnalyticsTokenUsage):
    allTime: TokenUsage


class TokenUsage(TypedDict):
    requestCount: float
    promptTokens: float
    completionTokens: float
    thoughtsTokens: float
    totalTokens: float


class GetAgentAnalyticsDataAnalyticsExecutionCountsEntry(TypedDict):
    executionCount: float
    lastExecutedAt: Optional[float]


class GetAgentAnalyticsResult(TypedDict):
    status: str
    message: str
    data: GetAgentAnalyticsData


class GetAgentAnalyticsAnswer(Failable):
    result: GetAgentAnalyticsResult


class RunAgentExecutionData(TypedDict):
    executionId: str


class RunAgentExecutionResult(TypedDict):
    status: str
    message: str
    data: RunAgentExecutionData


class RunAgentExecutionAnswer(Failable):
    result: RunAgentExecutionResult


class _GetAgentExecutionData(TypedDict, total=False):
    results: List[AgentUrlResult]


class GetAgentExecutionData(_GetAgentExecutionData):
    execution: AgentExecution


class _AgentExecution(TypedDict, total=False):
    error: AgentExecutionError
    crawlerResults: AgentExecutionCrawlerResults
    llmModel: str


class AgentExecution(_AgentExecution):
    id: str
    agentId: str
    agentName: str
    agentVersion: float
    metadata: AgentExecutionMetadata
    config: AgentExecutionConfig
    status: str
    startedAt: float
    completedAt: Optional[float]
    durationMs: Optional[float]
    trigger: str
    workflowExecutionId: Optional[str]
    previousExecutionId: Optional[str]
    ranBy: AgentExecutionRanBy
    resultsSummary: AgentExecutionResultsSummary
    tokenUsage: AgentExecutionTokenUsage


class AgentExecutionMetadata(TypedDict):
    organizationId: str
    documentId: str


class _AgentExecutionConfig(TypedDict, total=False):
    deviceType: str
    crawlerConfig: AgentExecutionConfigCrawlerConfig


class AgentExecutionConfig(_AgentExecutionConfig):
    seedUrl: str
    crossPageExecute: bool
    maxUrlsToProcess: float


class AgentExecutionConfigCrawlerConfig(TypedDict):
    maxPages: float
    timeout: float
    maxDepth: float


class _AgentExecutionError(TypedDict, total=False):
    advisoryComment: str


class AgentExecutionError(_AgentExecutionError):
    code: str
    message: str
    retryable: bool
    occurredAt: float


class AgentExecutionRanBy(TypedDict):
    userId: str
    name: str
    email: str


class _AgentExecutionResultsSummary(TypedDict, total=False):
    urlsErrored: float
    erroredUrls: List[AgentExecutionResultsSummaryErroredUrls]
    severityCounts: Dict[str, float]
    findings: List[Dict[str, Any]]
    matchResult: Dict[str, Any]


class AgentExecutionResultsSummary(_AgentExecutionResultsSummary):
    totalFindings: float
    totalAnnotationsCreated: float
    urlsProcessed: float
    urlsWithFindings: float
    issuesCreated: float
    summary: Optional[str]


class AgentExecutionResultsSummaryErroredUrls(TypedDict):
    url: str
    message: str


class AgentExecutionCrawlerResults(TypedDict):
    status: str
    totalUrlsFound: float
    duration: float
    pagesVisited: float


class AgentExecutionTokenUsage(TypedDict):
    promptTokens: float
    completionTokens: float
    thoughtsTokens: float
    totalTokens: float


class AgentUrlResult(TypedDict):
    id: str
    url: str
    urlHash: str
    agentId: str
    agentName: str
    agentResult: AgentUrlResultAgentResult
    findingCount: float
    processedAt: float


class _AgentUrlResultAgentResult(TypedDict, total=False):
    agentId: str
    agentName: str
    summary: str


class AgentUrlResultAgentResult(_AgentUrlResultAgentResult):
    status: str
    issueCount: float
    findingsCount: float
    findings: List[AgentFinding]
    error: Optional[str]


class _AgentFinding(TypedDict, total=False):
    commentId: str
    source: str


class AgentFinding(_AgentFinding):
    id: str
    title: str
    description: str
    severity: str
    targetText: str
    occurrence: float
    sourceUrl: str
    suggestion: str
    htmlSelector: str
    targetElementXpath: str
    isPageLevel: bool
    issueType: str
    confidence: float


class GetAgentExecutionResult(TypedDict):
    status: str
    message: str
    data: GetAgentExecutionData


class GetAgentExecutionAnswer(Failable):
    result: GetAgentExecutionResult


class _ListAgentExecutionsData(TypedDict, total=False):
    nextPageToken: str


class ListAgentExecutionsData(_ListAgentExecutionsData):
    executions: List[AgentExecution]


class ListAgentExecutionsResult(TypedDict):
    status: str
    message: str
    data: ListAgentExecutionsData


class ListAgentExecutionsAnswer(Failable):
    result: ListAgentExecutionsResult


class CountAgentExecutionsData(TypedDict):
    counts: Dict[str, float]


class CountAgentExecutionsDataBy1(TypedDict):
    total: float


class CountAgentExecutionsResult(TypedDict):
    status: str
    message: str
    data: Union[CountAgentExecutionsData, CountAgentExecutionsDataBy1]


class CountAgentExecutionsAnswer(Failable):
    result: CountAgentExecutionsResult


class EnhancePromptData(TypedDict):
    enhancedPrompt: EnhancePromptDataEnhancedPrompt


class _EnhancePromptDataEnhancedPrompt(TypedDict, total=False):
    context: str
    suggestion: List[str]
    suggestion_type: Union[bool, str]


class EnhancePromptDataEnhancedPrompt(_EnhancePromptDataEnhancedPrompt):
    requirement: Optional[str]


class EnhancePromptResult(TypedDict):
    status: str
    message: str
    data: EnhancePromptData


class EnhancePromptAnswer(Failable):
    result: EnhancePromptResult


class ValidatePromptData(TypedDict):
    validationResult: ValidatePromptDataValidationResult


class ValidatePromptDataValidationResult(TypedDict):
    analysis_prompt: str
    requires_tool: str
    response_descriptions: Dict[str, str]
    demos: ValidatePromptDataValidationResultDemos
    suggested_required_inputs: List[ValidatePromptDataValidationResultSuggested_required_inputs]


class ValidatePromptDataValidationResultDemos(TypedDict):
    detection_dimensions: List[str]
    cases: List[ValidatePromptDataValidationResultDemosCases]


class ValidatePromptDataValidationResultDemosCases(TypedDict):
    id: str
    title: str
    tier: str
    dimension_tested: str
    html: str
    expected: str
    reason: str


class ValidatePromptDataValidationResultSuggested_required_inputs(TypedDict):
    name: str
    description: str
    example: str
    reason: str


class ValidatePromptResult(TypedDict):
    status: str
    message: str
    data: ValidatePromptData


class ValidatePromptAnswer(Failable):
    result: ValidatePromptResult


class RefinePromptData(TypedDict):
    refinerResult: RefinePromptDataRefinerResult


class RefinePromptDataRefinerResult(TypedDict):
    analysis_prompt: str
    response_descriptions: Dict[str, str]


class RefinePromptResult(TypedDict):
    status: str
    message: str
    data: RefinePromptData


class RefinePromptAnswer(Failable):
    result: RefinePromptResult


class ResolveConfigData(TypedDict):
    resolvedConfig: ResolveConfigDataResolvedConfig


class _ResolveConfigDataResolvedConfig(TypedDict, total=False):
    strategy_options: Dict[str, Any]


class ResolveConfigDataResolvedConfig(_ResolveConfigDataResolvedConfig):
    extraction_strategies: List[str]
    execution_strategy: str
    reasoning: str


class ResolveConfigResult(TypedDict):
    status: str
    message: str
    data: ResolveConfigData


class ResolveConfigAnswer(Failable):
    result: ResolveConfigResult


class ExtractAgentsData(TypedDict):
    extractionResult: ExtractAgentsDataExtractionResult


class _ExtractAgentsDataExtractionResult(TypedDict, total=False):
    totalTasksParsed: float


class ExtractAgentsDataExtractionResult(_ExtractAgentsDataExtractionResult):
    agents: List[ExtractAgentsDataExtractionResultAgents]
    summary: str
    skipped: List[ExtractAgentsDataExtractionResultSkipped]
    memory: ExtractAgentsDataExtractionResultMemory


class _ExtractAgentsDataExtractionResultAgents(TypedDict, total=False):
    userContextFields: List[ExtractAgentsDataExtractionResultAgentsUserContextFields]


class ExtractAgentsDataExtractionResultAgents(_ExtractAgentsDataExtractionResultAgents):
    name: str
    description: str
    prompt: str
    sourceTasks: List[str]


class _ExtractAgentsDataExtractionResultAgentsUserContextFields(TypedDict, total=False):
    example: str


class ExtractAgentsDataExtractionResultAgentsUserContextFields(
    _ExtractAgentsDataExtractionResultAgentsUserContextFields
):
    id: str
    title: str
    type: str


class ExtractAgentsDataExtractionResultSkipped(TypedDict):
    originalText: str
    reason: str


class ExtractAgentsDataExtractionResultMemory(TypedDict):
    sourceId: str


class ExtractAgentsResult(TypedDict):
    status: str
    message: str
    data: ExtractAgentsData


class ExtractAgentsAnswer(Failable):
    result: ExtractAgentsResult


class CreateAgentGroupData(TypedDict):
    group: AgentGroup


class _AgentGroup(TypedDict, total=False):
    description: str
    system: bool


class AgentGroup(_AgentGroup):
    id: str
    name: str
    agentIds: List[str]
    metadata: Dict[str, Any]
    createdAt: float
    updatedAt: float


class CreateAgentGroupResult(TypedDict):
    status: str
    message: str
    data: CreateAgentGroupData


class CreateAgentGroupAnswer(Failable):
    result: CreateAgentGroupResult


class GetAgentGroupData(TypedDict):
    group: AgentGroup


class GetAgentGroupResult(TypedDict):
    status: str
    message: str
    data: GetAgentGroupData


class GetAgentGroupAnswer(Failable):
    result: GetAgentGroupResult


class ListAgentGroupsData(TypedDict):
    groups: List[AgentGroupRow]


class _AgentGroupRow(TypedDict, total=False):
    description: str
    system: bool


class AgentGroupRow(_AgentGroupRow):
    id: str
    name: str
    agentCount: float
    metadata: Dict[str, Any]
    createdAt: float
    updatedAt: float


class ListAgentGroupsResult(TypedDict):
    status: str
    message: str
    data: ListAgentGroupsData


class ListAgentGroupsAnswer(Failable):
    result: ListAgentGroupsResult


class UpdateAgentGroupData(TypedDict):
    group: AgentGroup


class UpdateAgentGroupResult(TypedDict):
    status: str
    message: str
    data: UpdateAgentGroupData


class UpdateAgentGroupAnswer(Failable):
    result: UpdateAgentGroupResult


class DeleteAgentGroupData(TypedDict):
    groupId: str


class DeleteAgentGroupResult(TypedDict):
    status: str
    message: str
    data: DeleteAgentGroupData


class DeleteAgentGroupAnswer(Failable):
    result: DeleteAgentGroupResult


class AddAgentsToGroupData(TypedDict):
    group: AgentGroup


class AddAgentsToGroupResult(TypedDict):
    status: str
    message: str
    data: AddAgentsToGroupData


class AddAgentsToGroupAnswer(Failable):
    result: AddAgentsToGroupResult


class RemoveAgentsFromGroupData(TypedDict):
    group: AgentGroup


class RemoveAgentsFromGroupResult(TypedDict):
    status: str
    message: str
    data: RemoveAgentsFromGroupData


class RemoveAgentsFromGroupAnswer(Failable):
    result: RemoveAgentsFromGroupResult
