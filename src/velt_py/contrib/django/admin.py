"""The admin pages: to look at what people wrote, to search it, to redact it. Nothing is edited here.

They show the tables of the app; with another store in `VELT["DATABASE"]` they are hidden.
"""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false
# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Optional, Tuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseRedirect
from django.template.defaultfilters import linebreaksbr
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from velt_py.contrib.django.erasing import erase_people, note_erasure
from velt_py.contrib.django.models import (
    Activity,
    Attachment,
    CommentAnnotation,
    Notification,
    ReactionAnnotation,
    RecorderAnnotation,
    User,
    WebhookEvent,
)
from velt_py.contrib.django.process import get_options, get_sdk
from velt_py.contrib.django.redaction import redact
from velt_py.exceptions import VeltConfigurationError, VeltSDKError

__all__ = ["RecordAdmin"]

Q: Any = models.Q

MOST_CHOICES = 50
"""Organizations, and documents of one, that a filter offers."""
EXCERPT = 80
DAMAGED = "(damaged: this is no record of Velt's)"
BY_DOCUMENT: Tuple[Any, ...] = (
    CommentAnnotation,
    ReactionAnnotation,
    RecorderAnnotation,
    Activity,
    Attachment,
)


def alias() -> Optional[str]:
    """The alias of the database that holds the records; None when another store does, or the setting is wrong."""
    try:
        return get_options().alias
    except VeltConfigurationError:
        return None


class IdFilter(admin.SimpleListFilter):
    """Records by one of their ids: the first ones are offered, any other may stand in the address."""

    column = ""

    def lookups(self, request: Any, model_admin: Any) -> List[Tuple[str, str]]:
        rows = self.rows(request, model_admin)
        if rows is None:
            return []
        ids = rows.order_by(self.column).values_list(self.column, flat=True).distinct()[:MOST_CHOICES]
        return [(id, id) for id in ids if id]

    def rows(self, request: Any, model_admin: Any) -> Any:
        return model_admin.get_queryset(request)

    def has_output(self) -> bool:
        # The choice in the address has to be shown even when it is not among the first ones.
        return len(self.lookup_choices) > 0 or self.value() is not None

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(**{self.column: self.value()})


class OrganizationFilter(IdFilter):
    title = "organization"
    parameter_name = "organization"
    column = "organization_id"


class DocumentFilter(IdFilter):
    """Documents of the chosen organization: ids of documents mean nothing without it."""

    title = "document"
    parameter_name = "document"
    column = "document_id"

    def rows(self, request: Any, model_admin: Any) -> Any:
        organization = request.GET.get(OrganizationFilter.parameter_name)
        if organization is None:
            return None
        return model_admin.get_queryset(request).filter(organization_id=organization)


class RecordAdmin(admin.ModelAdmin):
    """Records of one kind, to look at."""

    ids: Tuple[str, ...] = ("organization_id", "record_id")
    list_display: Any = ("record_id", "organization", "excerpt", "updated_at")
    list_filter: Any = (OrganizationFilter, "updated_at")
    search_fields: Any = ("organization_id", "record_id", "data")
    search_help_text = "An id of an organization, document, record or person, or words of the text"
    ordering = ("-pk",)  # by date would sort the whole table
    list_per_page = 50
    show_full_result_count = False
    actions_selection_counter = True

    # Nobody edits

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: Any) -> bool:
        return alias() is not None and super().has_module_permission(request)

    # What is shown

    def get_queryset(self, request: Any) -> Any:
        queryset = super().get_queryset(request)
        using = alias()
        return queryset.none() if using is None else queryset.using(using)

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Tuple[Any, bool]:
        """Records that have each word in one of their ids or anywhere in what was sent."""
        for word in search_term.split():
            found = Q(data__icontains=json.dumps(word, ensure_ascii=False)[1:-1])
            for column in self.ids:
                found |= Q(**{column: word})
            queryset = queryset.filter(found)
        return queryset, False

    def get_fields(self, request: Any, obj: Any = None) -> Tuple[str, ...]:
        return (*self.ids, "created_at", "updated_at", "related", "record")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Tuple[str, ...]:
        return self.get_fields(request, obj)

    @admin.display(description="organization", ordering="organization_id")
    def organization(self, record: Any) -> Any:
        return self.filtered(record.organization_id, organization=record.organization_id)

    @admin.display(description="document", ordering="document_id")
    def document(self, record: Any) -> Any:
        if not record.document_id:
            return None
        return self.filtered(
            record.document_id, organization=record.organization_id, document=record.document_id
        )

    @admin.display(description="excerpt")
    def excerpt(self, record: Any) -> str:
        if not isinstance(record.data, dict):
            return DAMAGED
        text = printable(" / ".join(texts_of(record.data)))
        return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"

    @admin.display(description="record, as it was sent")
    def record(self, record: Any) -> Any:
        if not isinstance(record.data, dict):
            return DAMAGED
        try:
            text = json.dumps(record.data, ensure_ascii=False, indent=2)
        except RecursionError:
            return DAMAGED  # nested deeper than the store takes anything
        return format_html("<pre>{}</pre>", printable(text))

    @admin.display(description="on the same document")
    def related(self, record: Any) -> Any:
        document = getattr(record, "document_id", None)
        if not document:
            return None
        query = urlencode({"organization": record.organization_id, "document": document})
        links = [(url, query, name) for name, url in self.pages()]
        return format_html_join(" · ", '<a href="{}?{}">{}</a>', links)

    def pages(self) -> Iterator[Tuple[str, str]]:
        """The lists of what belongs to documents."""
        for model in BY_DOCUMENT:
            options: Any = model._meta
            try:
                url = reverse(f"{self.admin_site.name}:{options.app_label}_{options.model_name}_changelist")
            except NoReverseMatch:
                continue  # the project has taken this one out of its admin
            yield str(options.verbose_name_plural), url

    def filtered(self, text: str, **query: str) -> Any:
        return format_html('<a href="?{}">{}</a>', urlencode(query), text)


class DocumentRecordAdmin(RecordAdmin):
    """Records that belong to documents."""

    ids = ("organization_id", "document_id", "record_id")
    list_display = ("record_id", "organization", "document", "excerpt", "updated_at")
    list_filter = (OrganizationFilter, DocumentFilter, "updated_at")
    search_fields = ("organization_id", "document_id", "record_id", "data")


@admin.register(CommentAnnotation)
class CommentAdmin(DocumentRecordAdmin):
    """Comment threads."""

    actions = ("redact_threads",)
    # Ids of threads mean nothing to people: what was written stands first, and leads to the thread.
    list_display: Any = ("excerpt", "organization", "document", "updated_at")

    def get_fields(self, request: Any, obj: Any = None) -> Tuple[str, ...]:
        return ("conversation", *super().get_fields(request, obj))

    @admin.display(description="comments")
    def conversation(self, thread: Any) -> Any:
        """Who wrote what, for people to read; users are named by their ids."""
        return format_html_join("", "<p><strong>{}</strong><br>{}</p>", said_in(thread.data))

    def has_redact_permission(self, request: Any) -> bool:
        """Whether this person may redact: the model's own permission to change."""
        return bool(request.user.has_perm("velt.change_commentannotation"))

    @admin.action(description="Redact the selected comment threads", permissions=["redact"])
    def redact_threads(self, request: Any, queryset: Any) -> Any:
        if request.POST.get("confirmed") != "yes":
            return self.confirmation(request, queryset)
        whole = [row for row in queryset if isinstance(row.data, dict)]
        threads = [(row.organization_id, row.record_id, row.data) for row in whole]
        try:
            count = redact(get_sdk(), threads)
        except VeltSDKError as error:
            self.message_user(request, f"{error.message}; some threads may be redacted", messages.ERROR)
            return None
        for row in whole:
            self.log_change(request, row, "Redacted.")
        self.message_user(request, f"{count} comment threads were redacted.", messages.SUCCESS)
        if len(whole) < len(queryset):
            text = f"{len(queryset) - len(whole)} damaged rows were left as they are."
            self.message_user(request, text, messages.WARNING)
        return None

    def confirmation(self, request: Any, queryset: Any) -> Any:
        """The page that asks whether this is meant."""
        context: Dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Redact comment threads",
            "threads": [(row, self.excerpt(row)) for row in queryset[:MOST_CHOICES]],
            "selected": request.POST.getlist("_selected_action"),
            "count": queryset.count(),
            "across": request.POST.get("select_across", "0"),
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "admin/velt/redact.html", context)


@admin.register(Attachment, ReactionAnnotation, RecorderAnnotation, Activity)
class PlainDocumentRecordAdmin(DocumentRecordAdmin):
    """Reactions, recordings, activities and attachments."""


@admin.register(Notification)
class PlainRecordAdmin(RecordAdmin):
    """Notifications."""


@admin.register(User)
class UserAdmin(RecordAdmin):
    """Users, and the page that erases a person, who may stand in any kind of record."""

    actions = ("erase_people",)
    change_list_template = "admin/velt/users.html"

    def has_erase_permission(self, request: Any) -> bool:
        """Whether this person may erase others: the model's own permission to delete."""
        return bool(request.user.has_perm("velt.delete_user"))

    def get_urls(self) -> List[Any]:
        own = path("erase/", self.admin_site.admin_view(self.erase), name="velt_user_erase")
        return [own, *super().get_urls()]

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        extra = {**(extra_context or {}), "may_erase": self.has_erase_permission(request)}
        return super().changelist_view(request, extra)

    @admin.action(description="Erase the selected people", permissions=["erase"])
    def erase_people(self, request: Any, queryset: Any) -> Any:
        people = queryset.values_list("record_id", flat=True)[:MOST_CHOICES]
        query = urlencode({"people": "\n".join(dict.fromkeys(people))})
        return HttpResponseRedirect(f"{reverse(f'{self.admin_site.name}:velt_user_erase')}?{query}")

    def erase(self, request: Any) -> Any:
        """Looks for people and erases them; shows what would be done before it is done."""
        if not self.has_erase_permission(request):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        people = [line.strip() for line in given.get("people", "").splitlines() if line.strip()]
        organization = given.get("organization", "").strip() or None
        apply = request.POST.get("confirmed") == "yes"
        reports: List[Any] = []
        if request.method == "POST":
            try:
                reports = erase_people(get_sdk(), people, organization, apply)
            except VeltSDKError as error:
                self.message_user(request, error.message, messages.ERROR)
        if apply and reports:
            # Who was erased is nobody's business any more; that somebody did it is.
            note_erasure(request.user, self.model, len(reports))
        context: Dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Erase a person",
            "people": "\n".join(people),
            "organization": organization or "",
            "reports": reports,
            "applied": apply,
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "admin/velt/erase.html", context)


@admin.register(WebhookEvent)
class WebhookEventAdmin(RecordAdmin):
    """The inbox of webhooks, by the state of the work."""

    ids = ("organization_id", "document_id", "record_id")
    list_display = ("record_id", "document_id", "updated_at")
    list_filter = ("document_id", "updated_at")
    search_help_text = "The id of an event, its state, or words of what was sent"

    def get_fields(self, request: Any, obj: Any = None) -> Tuple[str, ...]:
        return (*self.ids, "created_at", "updated_at", "record")


def said_in(data: Any) -> Iterator[Tuple[str, Any]]:
    """The author's id and the text of each comment of a thread, with the names of its attachments."""
    comments: Any = data.get("comments") if isinstance(data, dict) else None
    for comment in comments.values() if isinstance(comments, dict) else ():
        if not isinstance(comment, dict):
            continue
        author = comment.get("from")
        files = comment.get("attachments")
        lines = [comment.get("commentText")]
        named = files.values() if isinstance(files, dict) else ()
        lines += [file.get("name") for file in named if isinstance(file, dict)]
        text = "\n".join(line for line in lines if isinstance(line, str))
        yield (
            str(author.get("userId")) if isinstance(author, dict) else "?",
            linebreaksbr(printable(text), True),
        )


def printable(text: str) -> str:
    """The text without halves of characters, which no page can hold."""
    return text.encode("utf-8", "replace").decode()


def texts_of(data: Any) -> Iterator[str]:
    """What people wrote in a record, in the order in which it stands there."""
    if not isinstance(data, dict):
        return
    comments: Any = data.get("comments")
    if isinstance(comments, dict):
        for comment in comments.values():
            if isinstance(comment, dict) and isinstance(comment.get("commentText"), str):
                yield comment["commentText"]
    for name in ("name", "displayHeadlineMessageTemplate", "icon"):
        if isinstance(data.get(name), str):
            yield data[name]
