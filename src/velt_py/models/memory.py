"""Requests of `sdk.api.memory`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Union

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "BackfillJudgmentsRequest",
    "DeleteKnowledgeRequest",
    "DismissAlertRequest",
    "DownloadCanonicalMarkdownRequest",
    "GetAlertConfigRequest",
    "GetIngestStatusRequest",
    "GetPatternsRequest",
    "GetReviewerProfileRequest",
    "GetStatsRequest",
    "GetUploadUrlRequest",
    "IngestKnowledgeRequest",
    "ListAlertsRequest",
    "ListExtractedRulesRequest",
    "ListKnowledgeSourcesRequest",
    "MarkAlertActionedRequest",
    "MemoryAskRequest",
    "MemorySearchRequest",
    "MemorySuggestRequest",
    "QueryJudgmentsRequest",
    "SearchKnowledgeRequest",
    "SeedActiveApiKeysRequest",
    "TriggerConsolidationRequest",
    "UpdateAlertConfigRequest",
    "UpdateKnowledgeRequest",
]


@dataclass
class MemorySearchRequest(ApiRequest):
    """Fields of `memory.search`."""

    query: Optional[str] = fact("string", required=True)
    embeddingType: Optional[str] = fact("string", one_of=("review", "content"))
    scope: Optional[str] = fact("string", one_of=("document", "organization", "apiKey"))
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    limit: Optional[int] = fact("integer")
    filters: Optional[Dict[str, Any]] = fact("object")
    recencyDays: Optional[int] = fact("integer")


@dataclass
class QueryJudgmentsRequest(ApiRequest):
    """Fields of `memory.queryJudgments`."""

    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    decision: Optional[str] = fact(
        "string",
        one_of=(
            "comment",
            "resolve",
            "approved",
            "rejected",
            "in_progress",
            "agree",
            "disagree",
            "endorse",
            "document_approved",
            "document_rejected",
        ),
    )
    judgeType: Optional[str] = fact("string", one_of=("human", "agent"))
    contentType: Optional[str] = fact("string")
    reviewerId: Optional[str] = fact("string")
    annotationId: Optional[str] = fact("string")
    limit: Optional[int] = fact("integer")


@dataclass
class MemorySuggestRequest(ApiRequest):
    """Fields of `memory.suggest`."""

    query: Optional[str] = fact("string", required=True)
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")


@dataclass
class MemoryAskRequest(ApiRequest):
    """Fields of `memory.ask`."""

    question: Optional[str] = fact("string", required=True)
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    filters: Optional[Dict[str, Any]] = fact("object")
    recencyDays: Optional[int] = fact("integer")


@dataclass
class GetReviewerProfileRequest(ApiRequest):
    """Fields of `memory.getReviewerProfile`."""

    targetUserId: Optional[str] = fact("string")


@dataclass
class GetPatternsRequest(ApiRequest):
    """Fields of `memory.getPatterns`."""


@dataclass
class GetStatsRequest(ApiRequest):
    """Fields of `memory.getStats`."""


@dataclass
class IngestKnowledgeRequest(ApiRequest):
    """Fields of `memory.ingestKnowledge`."""

    source: Optional[str] = fact("string", required=True, one_of=("inline", "fileRef"))
    file: Optional[Dict[str, Any]] = fact("object")
    fileRef: Optional[str] = fact("string")
    mimeType: Optional[str] = fact(
        "string",
        one_of=(
            "application/pdf",
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "text/plain",
        ),
    )
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")


@dataclass
class GetUploadUrlRequest(ApiRequest):
    """Fields of `memory.getUploadUrl`."""

    mimeType: Optional[str] = fact(
        "string",
        required=True,
        one_of=(
            "application/pdf",
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "text/plain",
        ),
    )
    fileSize: Optional[int] = fact("integer", required=True)
    fileName: Optional[str] = fact("string")
    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")


@dataclass
class GetIngestStatusRequest(ApiRequest):
    """Fields of `memory.getIngestStatus`."""

    sourceId: Optional[str] = fact("string", required=True)


@dataclass
class UpdateKnowledgeRequest(ApiRequest):
    """Fields of `memory.updateKnowledge`."""

    sourceId: Optional[str] = fact("string", required=True)
    newContent: Optional[str] = fact("string", required=True)


@dataclass
class DeleteKnowledgeRequest(ApiRequest):
    """Fields of `memory.deleteKnowledge`."""

    sourceId: Optional[str] = fact("string", required=True)


@dataclass
class SearchKnowledgeRequest(ApiRequest):
    """Fields of `memory.searchKnowledge`."""

    query: Optional[str] = fact("string", required=True)
    sourceId: Optional[Union[str, List[str]]] = fact("string|string[]", most=30)
    limit: Optional[int] = fact("integer")
    includeRules: Optional[bool] = fact("boolean")


@dataclass
class ListKnowledgeSourcesRequest(ApiRequest):
    """Fields of `memory.listKnowledgeSources`."""


@dataclass
class DownloadCanonicalMarkdownRequest(ApiRequest):
    """Fields of `memory.downloadCanonicalMarkdown`."""

    sourceId: Optional[str] = fact("string", required=True)


@dataclass
class ListExtractedRulesRequest(ApiRequest):
    """Fields of `memory.listExtractedRules`."""

    sourceId: Optional[str] = fact("string", required=True)


@dataclass
class ListAlertsRequest(ApiRequest):
    """Fields of `memory.listAlerts`."""


@dataclass
class DismissAlertRequest(ApiRequest):
    """Fields of `memory.dismissAlert`."""

    alertId: Optional[str] = fact("string", required=True)
    user: Optional[Dict[str, Any]] = fact("object", docs_only=True)


@dataclass
class MarkAlertActionedRequest(ApiRequest):
    """Fields of `memory.markAlertActioned`."""

    alertId: Optional[str] = fact("string", required=True)


@dataclass
class UpdateAlertConfigRequest(ApiRequest):
    """Fields of `memory.updateAlertConfig`."""

    config: Optional[Dict[str, Any]] = fact("object", required=True)


@dataclass
class GetAlertConfigRequest(ApiRequest):
    """Fields of `memory.getAlertConfig`."""


@dataclass
class TriggerConsolidationRequest(ApiRequest):
    """Fields of `memory.triggerConsolidation`."""

    force: Optional[bool] = fact("boolean")


@dataclass
class SeedActiveApiKeysRequest(ApiRequest):
    """Fields of `memory.seedActiveApiKeys`."""


@dataclass
class BackfillJudgmentsRequest(ApiRequest):
    """Fields of `memory.backfillJudgments`."""

    storeDbId: Optional[str] = fact("string")
    resumeFrom: Optional[str] = fact("string")
    batchSize: Optional[int] = fact("integer")
    timestampLowerBoundMs: Optional[int] = fact("integer")
    timestampUpperBoundMs: Optional[int] = fact("integer")
    force: Optional[bool] = fact("boolean")
    allApiKeysInStore: Optional[bool] = fact("boolean")
    migrateOldSdk: Optional[bool] = fact("boolean")
