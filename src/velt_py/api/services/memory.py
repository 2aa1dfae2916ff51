"""`sdk.api.memory`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.jobs import Job, Pace
from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.memory import (
    BackfillJudgmentsRequest,
    DeleteKnowledgeRequest,
    DismissAlertRequest,
    DownloadCanonicalMarkdownRequest,
    GetAlertConfigRequest,
    GetIngestStatusRequest,
    GetPatternsRequest,
    GetReviewerProfileRequest,
    GetStatsRequest,
    GetUploadUrlRequest,
    IngestKnowledgeRequest,
    ListAlertsRequest,
    ListExtractedRulesRequest,
    ListKnowledgeSourcesRequest,
    MarkAlertActionedRequest,
    MemoryAskRequest,
    MemorySearchRequest,
    MemorySuggestRequest,
    QueryJudgmentsRequest,
    SearchKnowledgeRequest,
    SeedActiveApiKeysRequest,
    TriggerConsolidationRequest,
    UpdateAlertConfigRequest,
    UpdateKnowledgeRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import memory as answers
else:
    answers = untyped

__all__ = ["MemoryService"]

INGESTION = Job(("result", "status"), done=("completed",), failed=("failed",), pace=Pace(1_800, 1, 15))


class MemoryService(Service[T]):
    """Memory: judgments, knowledge, patterns and alerts."""

    area = "memory"

    search = Operation(
        "memory/search",
        MemorySearchRequest,
        answers.SearchAnswer,
        repeatable=True,
        docs="v2/memory/search",
    )
    """Search.

    The server asks: filters.annotationId needs organizationId; documentId ignored without organizationId.
    """

    queryJudgments = Operation(
        "memory/judgments/query",
        QueryJudgmentsRequest,
        answers.QueryJudgmentsAnswer,
        repeatable=True,
        docs="v2/memory/judgments/query",
    )
    """Query judgments.

    The server asks: annotationId needs organizationId; documentId ignored without organizationId.
    """

    suggest = Operation(
        "memory/suggest",
        MemorySuggestRequest,
        answers.SuggestAnswer,
        repeatable=True,
        docs="v2/memory/suggest",
    )
    """Suggest."""

    ask = Operation(
        "memory/ask",
        MemoryAskRequest,
        answers.AskAnswer,
        repeatable=True,
        docs="v2/memory/ask",
    )
    """Ask.

    The server asks: filters.annotationId needs organizationId; documentId ignored without organizationId. When
    sent again: model call, billed.
    """

    getReviewerProfile = Operation(
        "memory/profiles/get",
        GetReviewerProfileRequest,
        answers.GetReviewerProfileAnswer,
        repeatable=True,
        docs="v2/memory/profiles/get",
    )
    """Get reviewer profile."""

    getPatterns = Operation(
        "memory/patterns/get",
        GetPatternsRequest,
        answers.GetPatternsAnswer,
        repeatable=True,
        docs="v2/memory/patterns/get",
    )
    """Get patterns."""

    getStats = Operation(
        "memory/stats/get",
        GetStatsRequest,
        answers.GetStatsAnswer,
        repeatable=True,
        docs="v2/memory/stats/get",
    )
    """Get stats."""

    ingestKnowledge = Operation(
        "memory/knowledge/ingest",
        IngestKnowledgeRequest,
        answers.IngestKnowledgeAnswer,
        repeatable=False,
        docs="v2/memory/knowledge/ingest",
    )
    """Ingest knowledge.

    The server asks: inline needs file; fileRef needs fileRef + mimeType; documentId needs organizationId;
    fileRef object max 31457280 bytes.
    """

    getUploadUrl = Operation(
        "memory/knowledge/upload-url",
        GetUploadUrlRequest,
        answers.GetUploadUrlAnswer,
        repeatable=False,
        docs="v2/memory/knowledge/upload-url",
    )
    """Get upload URL.

    The server asks: documentId needs organizationId; 50 outstanding upload URLs per workspace. When sent again:
    takes one of 50 outstanding slots per call.
    """

    getIngestStatus = Operation(
        "memory/knowledge/ingest-status",
        GetIngestStatusRequest,
        answers.GetIngestStatusAnswer,
        repeatable=True,
        job=INGESTION,
        docs="v2/memory/knowledge/ingest-status",
    )
    """Get ingest status."""

    updateKnowledge = Operation(
        "memory/knowledge/update",
        UpdateKnowledgeRequest,
        answers.UpdateKnowledgeAnswer,
        repeatable=False,
        docs="v2/memory/knowledge/update",
    )
    """Update knowledge.

    When sent again: bumps source version each call.
    """

    deleteKnowledge = Operation(
        "memory/knowledge/delete",
        DeleteKnowledgeRequest,
        answers.DeleteKnowledgeAnswer,
        repeatable=False,
        docs="v2/memory/knowledge/delete",
    )
    """Delete knowledge."""

    searchKnowledge = Operation(
        "memory/knowledge/search",
        SearchKnowledgeRequest,
        answers.SearchKnowledgeAnswer,
        repeatable=True,
        docs="v2/memory/knowledge/search",
    )
    """Search knowledge."""

    listKnowledgeSources = Operation(
        "memory/knowledge/list",
        ListKnowledgeSourcesRequest,
        answers.ListKnowledgeSourcesAnswer,
        repeatable=True,
        docs="v2/memory/knowledge/list",
    )
    """List knowledge sources."""

    downloadCanonicalMarkdown = Operation(
        "memory/knowledge/download",
        DownloadCanonicalMarkdownRequest,
        answers.DownloadCanonicalMarkdownAnswer,
        repeatable=True,
        docs="v2/memory/knowledge/download",
    )
    """Download canonical markdown."""

    listExtractedRules = Operation(
        "memory/knowledge/rules",
        ListExtractedRulesRequest,
        answers.ListExtractedRulesAnswer,
        repeatable=True,
        docs="v2/memory/knowledge/rules",
    )
    """List extracted rules."""

    listAlerts = Operation(
        "memory/alerts/list",
        ListAlertsRequest,
        answers.ListAlertsAnswer,
        repeatable=True,
        docs="v2/memory/alerts/list",
    )
    """List alerts."""

    dismissAlert = Operation(
        "memory/alerts/dismiss",
        DismissAlertRequest,
        answers.DismissAlertAnswer,
        repeatable=True,
        docs="v2/memory/alerts/dismiss",
    )
    """Dismiss alert."""

    markAlertActioned = Operation(
        "memory/alerts/action",
        MarkAlertActionedRequest,
        answers.MarkAlertActionedAnswer,
        repeatable=True,
        docs="v2/memory/alerts/action",
    )
    """Mark alert actioned."""

    updateAlertConfig = Operation(
        "memory/alerts/config/update",
        UpdateAlertConfigRequest,
        answers.UpdateAlertConfigAnswer,
        repeatable=True,
        docs="v2/memory/alerts/config/update",
    )
    """Update alert config."""

    getAlertConfig = Operation(
        "memory/alerts/config/get",
        GetAlertConfigRequest,
        answers.GetAlertConfigAnswer,
        repeatable=True,
        docs="v2/memory/alerts/config/get",
    )
    """Get alert config."""

    triggerConsolidation = Operation(
        "memory/consolidation/trigger",
        TriggerConsolidationRequest,
        answers.TriggerConsolidationAnswer,
        repeatable=False,
    )
    """Trigger consolidation."""

    seedActiveApiKeys = Operation(
        "memory/consolidation/seed-active-api-keys",
        SeedActiveApiKeysRequest,
        answers.SeedActiveApiKeysAnswer,
        repeatable=True,
    )
    """Seed active API keys."""

    backfillJudgments = Operation(
        "memory/backfill/judgments",
        BackfillJudgmentsRequest,
        answers.BackfillJudgmentsAnswer,
        repeatable=False,
    )
    """Backfill judgments.

    The server asks: allApiKeysInStore needs storeDbId.
    """
