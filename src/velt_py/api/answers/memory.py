"""Answers of `sdk.api.memory`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict, Union

from velt_py.api.answers.shared import Failable

__all__ = [
    "AskAnswer",
    "BackfillJudgmentsAnswer",
    "DeleteKnowledgeAnswer",
    "DismissAlertAnswer",
    "DownloadCanonicalMarkdownAnswer",
    "GetAlertConfigAnswer",
    "GetIngestStatusAnswer",
    "GetPatternsAnswer",
    "GetReviewerProfileAnswer",
    "GetStatsAnswer",
    "GetUploadUrlAnswer",
    "IngestKnowledgeAnswer",
    "ListAlertsAnswer",
    "ListExtractedRulesAnswer",
    "ListKnowledgeSourcesAnswer",
    "MarkAlertActionedAnswer",
    "QueryJudgmentsAnswer",
    "SearchAnswer",
    "SearchKnowledgeAnswer",
    "SeedActiveApiKeysAnswer",
    "SuggestAnswer",
    "TriggerConsolidationAnswer",
    "UpdateAlertConfigAnswer",
    "UpdateKnowledgeAnswer",
]


class SearchResult(TypedDict):
    results: List[SearchResultResults]
    totalInScope: float
    searchLatencyMs: float


class SearchResultResults(TypedDict):
    recordId: str
    reasoning: str
    decision: str
    confidence: float
    actionUser: Dict[str, Any]
    createdAt: float
    similarity: float
    scope: str
    agent: Optional[Dict[str, Any]]


class SearchAnswer(Failable):
    result: SearchResult


class QueryJudgmentsResult(TypedDict):
    results: List[QueryJudgmentsResultResults]
    total: float


class QueryJudgmentsResultResults(TypedDict):
    recordId: str
    reasoning: str
    decision: str
    confidence: float
    judgeType: str
    contentType: str
    actionUser: QueryJudgmentsResultResultsActionUser
    createdAt: float
    organizationId: str
    documentId: str
    agent: Optional[Dict[str, Any]]


class QueryJudgmentsResultResultsActionUser(TypedDict):
    userId: str
    name: str
    email: str


class QueryJudgmentsAnswer(Failable):
    result: QueryJudgmentsResult


class SuggestResult(TypedDict):
    primary: Optional[Suggestion]
    conflict: Optional[Suggestion]


class Suggestion(TypedDict):
    recommendation: str
    confidence: float
    basedOn: float
    scope: str
    scopeLabel: str
    topReasons: List[str]
    uniqueReviewers: float
    caveats: List[str]


class SuggestAnswer(Failable):
    result: SuggestResult


class AskResult(TypedDict):
    answer: str
    citations: List[AskResultCitations]
    confidence: float
    recordsSearched: float


class AskResultCitations(TypedDict):
    recordId: str
    snippet: str


class AskAnswer(Failable):
    result: AskResult


class _GetReviewerProfileResult(TypedDict, total=False):
    evolvedStandards: List[GetReviewerProfileResultEvolvedStandards]


class GetReviewerProfileResult(_GetReviewerProfileResult):
    userId: str
    name: str
    email: str
    totalJudgments: float
    approvalRate: float
    avgReviewTimeSeconds: float
    topFlags: List[GetReviewerProfileResultTopFlags]
    contentTypes: List[str]
    peakHours: List[float]
    orgBreakdown: Dict[str, GetReviewerProfileResultOrgBreakdownEntry]
    lastActive: float
    twinEligible: bool
    twinAccuracy: Optional[float]


class GetReviewerProfileResultTopFlags(TypedDict):
    issue: str
    count: float


class GetReviewerProfileResultOrgBreakdownEntry(TypedDict):
    organizationId: str
    clientOrganizationId: str
    judgments: float
    approvals: float
    approvalRate: float


class GetReviewerProfileResultEvolvedStandards(TypedDict):
    topic: str
    shiftDate: float
    oldPattern: str
    newPattern: str


class GetReviewerProfileAnswer(Failable):
    result: Union[GetReviewerProfileResult, None]


class _GetPatternsResult(TypedDict, total=False):
    organizationId: str
    enforcementRate: float
    uniqueReviewers: float
    topSourceRecordIds: List[str]


class GetPatternsResult(_GetPatternsResult):
    scope: str
    description: str
    confidence: float
    sourceCount: float
    contentType: str
    category: str
    discoveredAt: float
    updatedAt: float


class GetPatternsAnswer(Failable):
    result: List[GetPatternsResult]


class GetStatsResult(TypedDict):
    totalActivities: float
    totalProfiles: float
    totalPatterns: float
    totalKnowledgeSources: float


class GetStatsAnswer(Failable):
    result: GetStatsResult


class IngestKnowledgeResult(TypedDict):
    status: str
    sourceId: str
    message: str


class IngestKnowledgeAnswer(Failable):
    result: IngestKnowledgeResult


class GetUploadUrlResult(TypedDict):
    uploadUrl: str
    fileRef: str
    expiresAt: float


class GetUploadUrlAnswer(Failable):
    result: GetUploadUrlResult


class _GetIngestStatusResult(TypedDict, total=False):
    startedAt: float
    updatedAt: float
    mimeType: str
    dedupOf: str
    failureReason: str
    extractedRulesCount: float
    chunkCount: float
    originalDownloadUrl: str
    canonicalMdDownloadUrl: str
    metadata: GetIngestStatusResultMetadata


class GetIngestStatusResult(_GetIngestStatusResult):
    status: str
    sourceId: str


class GetIngestStatusResultMetadata(TypedDict, total=False):
    usedRawFallback: bool


class GetIngestStatusAnswer(Failable):
    result: GetIngestStatusResult


class UpdateKnowledgeResult(TypedDict):
    diff: UpdateKnowledgeResultDiff
    newVersion: float


class UpdateKnowledgeResultDiff(TypedDict):
    added: List[str]
    removed: List[str]
    unchanged: float


class UpdateKnowledgeAnswer(Failable):
    result: UpdateKnowledgeResult


class DeleteKnowledgeResult(TypedDict):
    status: str
    sourceId: str
    deletedChunks: float
    deletedRules: float


class DeleteKnowledgeAnswer(Failable):
    result: DeleteKnowledgeResult


class SearchKnowledgeResult(TypedDict):
    results: List[SearchKnowledgeResultResults]
    recordsSearched: float


class _SearchKnowledgeResultResults(TypedDict, total=False):
    sourceId: str
    score: float
    kind: str
    ruleId: str
    category: str


class SearchKnowledgeResultResults(_SearchKnowledgeResultResults):
    text: str


class SearchKnowledgeAnswer(Failable):
    result: SearchKnowledgeResult


class _ListKnowledgeSourcesResult(TypedDict, total=False):
    ruleCount: float
    chunkCount: float
    mimeType: str
    failureReason: str
    dedupOf: str
    sha256: str
    metadata: ListKnowledgeSourcesResultMetadata
    originalDownloadUrl: str
    canonicalMdDownloadUrl: str


class ListKnowledgeSourcesResult(_ListKnowledgeSourcesResult):
    id: str
    sourceType: str
    fileName: str
    uploadedAt: float
    embeddingStatus: str


class ListKnowledgeSourcesResultMetadata(TypedDict, total=False):
    usedRawFallback: bool


class ListKnowledgeSourcesAnswer(Failable):
    result: List[ListKnowledgeSourcesResult]


class DownloadCanonicalMarkdownAnswer(Failable):
    result: Optional[str]


class ListExtractedRulesResult(TypedDict):
    id: str
    content: str
    category: Optional[str]
    index: float


class ListExtractedRulesAnswer(Failable):
    result: List[ListExtractedRulesResult]


class _ListAlertsResult(TypedDict, total=False):
    suggestedAction: str
    actionUrl: Optional[str]
    dedupKey: str


class ListAlertsResult(_ListAlertsResult):
    id: str
    apiKey: str
    alertType: str
    severity: str
    title: str
    description: str
    evidence: ListAlertsResultEvidence
    status: str
    createdAt: float
    dismissedAt: Any
    dismissedBy: Any


class _ListAlertsResultEvidence(TypedDict, total=False):
    baseline: float
    current: float
    window: str
    sourceRecordIds: List[str]
    knowledgeSourceId: str
    ruleRef: Any


class ListAlertsResultEvidence(_ListAlertsResultEvidence):
    metric: str


class ListAlertsAnswer(Failable):
    result: List[ListAlertsResult]


class DismissAlertResult(TypedDict):
    success: bool


class DismissAlertAnswer(Failable):
    result: DismissAlertResult


class MarkAlertActionedResult(TypedDict):
    success: bool


class MarkAlertActionedAnswer(Failable):
    result: MarkAlertActionedResult


class UpdateAlertConfigResult(TypedDict):
    success: bool


class UpdateAlertConfigAnswer(Failable):
    result: UpdateAlertConfigResult


class _GetAlertConfigResult(TypedDict, total=False):
    maxAlertsPerWeek: float
    enabledAlertTypes: List[str]
    severityThreshold: str


class GetAlertConfigResult(_GetAlertConfigResult):
    enabled: bool


class GetAlertConfigAnswer(Failable):
    result: GetAlertConfigResult


class TriggerConsolidationAnswer(Failable):
    result: Any


class SeedActiveApiKeysAnswer(Failable):
    result: Any


class BackfillJudgmentsAnswer(Failable):
    result: Any
