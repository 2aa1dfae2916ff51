"""One table for each kind of record. `data` is the record as the Velt frontend sent it; the other columns name it.

Nothing refers to the user model: the ids of people are the customer's own texts.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from velt_py.contrib.django.fields import IdField, RecordField

__all__ = [
    "Activity",
    "Attachment",
    "CommentAnnotation",
    "Notification",
    "ReactionAnnotation",
    "RecorderAnnotation",
    "User",
    "WebhookEvent",
]


class Record(models.Model):
    """A record of one organization."""

    organization_id: Any = IdField("organization")
    record_id: Any = IdField("id")
    data: Any = RecordField()
    created_at: Any = models.DateTimeField("created", auto_now_add=True)
    updated_at: Any = models.DateTimeField("updated", auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "record_id"], name="velt_%(class)s_id"),
        ]

    def __str__(self) -> str:
        return str(self.record_id)


class DocumentRecord(Record):
    """A record that is asked for by its document."""

    document_id: Any = IdField("document", null=True, blank=True)

    class Meta(Record.Meta):
        abstract = True
        indexes = [models.Index(fields=["organization_id", "document_id"], name="velt_%(class)s_doc")]


class FolderRecord(DocumentRecord):
    """A record that is asked for by its folder as well."""

    folder_id: Any = IdField("folder", null=True, blank=True)

    class Meta(DocumentRecord.Meta):
        abstract = True
        indexes = [
            *DocumentRecord.Meta.indexes,
            models.Index(fields=["organization_id", "folder_id"], name="velt_%(class)s_folder"),
        ]


class CommentAnnotation(FolderRecord):
    """A comment thread."""

    class Meta(FolderRecord.Meta):
        verbose_name = "comment thread"


class ReactionAnnotation(FolderRecord):
    """A reaction."""

    class Meta(FolderRecord.Meta):
        verbose_name = "reaction"


class RecorderAnnotation(DocumentRecord):
    """A recording."""

    class Meta(DocumentRecord.Meta):
        verbose_name = "recording"


class Notification(Record):
    """A notification."""

    class Meta(Record.Meta):
        verbose_name = "notification"


class Activity(DocumentRecord):
    """An activity."""

    class Meta(DocumentRecord.Meta):
        verbose_name = "activity"
        verbose_name_plural = "activities"


class Attachment(DocumentRecord):
    """An attachment; its bytes lie in the file store."""

    class Meta(DocumentRecord.Meta):
        verbose_name = "attachment"


class User(Record):
    """A person, where the users are kept here and not in the application's own user model. A row whose organization
    is empty belongs to no single one; what stands in it says who may see it."""

    class Meta(Record.Meta):
        verbose_name = "user"


class WebhookEvent(DocumentRecord):
    """A received webhook event in the inbox. A queue takes the place of the organization, since an event may belong to
    none, and the state of the work that of the document: `pending`, `failed`, or `done` and the day."""

    organization_id: Any = IdField("queue")
    document_id: Any = IdField("state", null=True, blank=True)

    class Meta(DocumentRecord.Meta):
        verbose_name = "webhook event"
