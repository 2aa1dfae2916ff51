"""`sdk.api.documents`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.jobs import Job, Pace
from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import PAGE_TOKEN
from velt_py.models.document import (
    AddDocumentsRequest,
    DeleteDocumentsRequest,
    GetDocumentsCountRequest,
    GetDocumentsRequest,
    MigrateDocumentsRequest,
    MigrateDocumentsStatusRequest,
    MoveDocumentsRequest,
    UpdateDocumentAccessRequest,
    UpdateDocumentDisableStateRequest,
    UpdateDocumentsRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import documents as answers
else:
    answers = untyped

__all__ = ["DocumentService"]

MIGRATION = Job(
    ("result", "data", "status"), done=("completed",), failed=("failed",), pace=Pace(3_600, 1, 30)
)


class DocumentService(Service[T]):
    """Documents of an organization."""

    area = "documents"

    addDocuments = Operation(
        "organizations/documents/add",
        AddDocumentsRequest,
        answers.AddDocumentsAnswer,
        repeatable=False,
        docs="v2/documents/add-documents",
    )
    """Add documents."""

    getDocuments = Operation(
        "organizations/documents/get",
        GetDocumentsRequest,
        answers.GetDocumentsAnswer,
        repeatable=True,
        paged=PAGE_TOKEN,
        batched="documentIds",
        docs="v2/documents/get-documents-v2",
    )
    """Get documents."""

    getDocumentsCount = Operation(
        "organizations/documents/count/get",
        GetDocumentsCountRequest,
        answers.GetDocumentsCountAnswer,
        repeatable=True,
    )
    """Get documents count.

    The server asks: filters excludes excludeFolderDocs.
    """

    updateDocuments = Operation(
        "organizations/documents/update",
        UpdateDocumentsRequest,
        answers.UpdateDocumentsAnswer,
        repeatable=True,
        docs="v2/documents/update-documents",
    )
    """Update documents."""

    deleteDocuments = Operation(
        "organizations/documents/delete",
        DeleteDocumentsRequest,
        answers.DeleteDocumentsAnswer,
        repeatable=False,
        docs="v2/documents/delete-documents",
    )
    """Delete documents."""

    moveDocuments = Operation(
        "organizations/documents/move",
        MoveDocumentsRequest,
        answers.MoveDocumentsAnswer,
        repeatable=True,
        batched="documentIds",
        docs="v2/documents/move-documents",
    )
    """Move documents."""

    updateDocumentAccess = Operation(
        "organizations/documents/access/update",
        UpdateDocumentAccessRequest,
        answers.UpdateDocumentAccessAnswer,
        repeatable=True,
        docs="v2/documents/update-document-access",
    )
    """Update document access."""

    updateDocumentDisableState = Operation(
        "organizations/documents/access/disablestate/update",
        UpdateDocumentDisableStateRequest,
        answers.UpdateDocumentDisableStateAnswer,
        repeatable=True,
        docs="v2/documents/update-document-disable-state",
    )
    """Update document disable state."""

    migrateDocuments = Operation(
        "organizations/documents/migrate",
        MigrateDocumentsRequest,
        answers.MigrateDocumentsAnswer,
        repeatable=False,
        docs="v2/documents/migrate-documents",
    )
    """Migrate documents.

    When sent again: starts a new async job per call.
    """

    migrateDocumentsStatus = Operation(
        "organizations/documents/migrate/status",
        MigrateDocumentsStatusRequest,
        answers.MigrateDocumentsStatusAnswer,
        repeatable=True,
        job=MIGRATION,
        docs="v2/documents/migrate-documents-status",
    )
    """Migrate documents status."""
