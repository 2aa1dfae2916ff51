"""Plans as queries of Django's ORM. A query sees one organization only."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from django.db.models import F, Func, IntegerField, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.answers import dumps_checked
from velt_py.selfhosting.plans import FindUsers, Read, Scan
from velt_py.selfhosting.records import Kind, Path
from velt_py.selfhosting.stores.django_connections import Place
from velt_py.selfhosting.stores.django_untyped import Q
from velt_py.selfhosting.stores.texts import NOBODY, Changed, indexed
from velt_py.settings import Limits

__all__ = ["MODELS", "Rows", "as_text", "fitting"]

MODELS: Mapping[str, str] = {
    "comments": "CommentAnnotation",
    "reactions": "ReactionAnnotation",
    "recorder_annotations": "RecorderAnnotation",
    "notifications": "Notification",
    "activities": "Activity",
    "attachments": "Attachment",
    "users": "User",
    "webhooks": "WebhookEvent",
}
"""The app's model of each kind of record."""

TEXTUAL = ("sqlite", "postgresql", "mysql")
"""Engines whose JSON can be had as text without being parsed on the way, and searched by key."""

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]*\Z")

LONGEST = Limits().max_id_bytes
"""Bytes of an id that the tables take."""

MOST_AT_ONCE = 5000
"""Values of one query at most; some engines take fewer."""


class Rows:
    """The table of one kind.

    Args:
        place: the database.
        kind: the kind of record.
    """

    def __init__(self, place: Place, kind: Kind) -> None:
        self._place = place
        self._kind = kind
        self.model = place.model(MODELS[kind.name])

    @property
    def all(self) -> Any:
        """Every row, of all organizations."""
        return self.model._base_manager.using(self._place.alias)

    def of(self, *organizations: str) -> Any:
        """The rows of organizations."""
        if len(organizations) == 1:
            return self.all.filter(organization_id=organizations[0])
        return self.all.filter(organization_id__in=organizations)

    @property
    def text(self) -> Any:
        """The record as JSON text, or as objects where that is what the engine gives."""
        return Cast("data", TextField()) if self._place.vendor in TEXTUAL else F("data")

    def portions(self, values: Iterable[str]) -> Iterator[List[str]]:
        """Different values, so many at once that the engine takes two such portions in one query."""
        most = self._place.connection.features.max_query_params or MOST_AT_ONCE
        each = max(1, min(MOST_AT_ONCE, most // 2 - 10))
        distinct = list(dict.fromkeys(values))
        for start in range(0, len(distinct), each):
            yield distinct[start : start + each]

    # Reading

    def read(self, plan: Read) -> List[Tuple[str, Any]]:
        """Ids and records."""
        rows = self.of(plan.scope.organization)
        if plan.folder is not None:
            rows = rows.filter(folder_id=plan.folder)
        parts = [rows]
        for name, values in (("record_id__in", plan.ids), ("document_id__in", plan.documents)):
            if values is not None:
                parts = [part.filter(**{name: some}) for part in parts for some in self.portions(values)]
        return [pair for part in parts for pair in self._pairs(part)]

    def _pairs(self, rows: Any) -> List[Tuple[str, Any]]:
        return list(rows.annotate(velt_text=self.text).values_list("record_id", "velt_text"))

    def piece(self, plan: Scan) -> List[Tuple[str, Any]]:
        """Ids and records of one piece."""
        rows = self.of(plan.scope.organization).order_by("record_id")
        if plan.after is not None:
            rows = rows.filter(record_id__gt=plan.after)
        return self._checked_pairs(rows[: plan.limit])

    def _checked_pairs(self, rows: Any) -> List[Tuple[str, Any]]:
        """Ids and records; None where the engine, SQLite, lets a text be stored that is no JSON."""
        if self._place.vendor != "sqlite":
            return self._pairs(rows)
        is_json = Func(F("data"), function="JSON_VALID", output_field=IntegerField())
        found = rows.annotate(velt_text=self.text, velt_json=is_json)
        return [
            (id, text if good else None)
            for id, text, good in found.values_list("record_id", "velt_text", "velt_json")
        ]

    def locked(self, organization: str, ids: Sequence[str]) -> Dict[str, str]:
        """The texts of stored records by id, kept from other writers until the transaction ends."""
        found: Dict[str, str] = {}
        # In order, so that two writers of the same records never wait for each other.
        for some in self.portions(sorted(ids)):
            rows = self.of(organization).filter(record_id__in=some).order_by("record_id").select_for_update()
            found.update((id, as_text(value)) for id, value in self._pairs(rows))
        return found

    def lock_file(self) -> None:
        """Make this transaction the one that writes. SQLite fails at once, and does not wait, when a transaction
        that has read wants to write while another one does; so the first statement of ours is a write, of nothing.
        """
        if self._place.vendor == "sqlite":
            self.all.filter(pk=-1).update(record_id=F("record_id"))

    # Writing

    def insert(self, organization: str, rows: Sequence[Changed]) -> None:
        """Store new records."""
        self.model._base_manager.using(self._place.alias).bulk_create(
            [
                self.model(organization_id=organization, record_id=row.id, **self._columns(row))
                for row in sorted(rows, key=lambda row: row.id)
            ]
        )

    def update(self, organization: str, row: Changed, now: Any) -> None:
        """Write over a stored record."""
        self.of(organization).filter(record_id=row.id).update(updated_at=now, **self._columns(row))

    def _columns(self, row: Changed) -> Dict[str, Any]:
        columns: Dict[str, Any] = {"data": row.document}
        for name, path in (("document_id", self._kind.document), ("folder_id", self._kind.folder)):
            if path is not None:
                columns[name] = fitting(indexed(row.document, path), name)
        return columns

    # Users

    def candidates(self, plan: FindUsers) -> List[Tuple[int, str]]:
        """Rows that may fit, each once; `users.selected` decides."""
        found: Dict[int, str] = {}
        rows = self.of(plan.scope.organization, NOBODY)
        for values in self.portions(plan.values):
            some = rows.filter(record_id__in=values) if plan.by_id else self._holding(rows, plan, values)
            pairs = some.annotate(velt_text=self.text).values_list("pk", "velt_text")
            found.update((number, as_text(value)) for number, value in pairs)
        return list(found.items())

    def _holding(self, rows: Any, plan: FindUsers, values: List[str]) -> Any:
        """Rows that hold one of the values in one of the columns, where the engine can tell; otherwise all."""
        if self._place.vendor not in TEXTUAL or not all(map(searchable, plan.columns)):
            return rows
        wanted: Any = Q()
        for number, column in enumerate(plan.columns):
            name = f"velt_column_{number}"
            rows = rows.annotate(**{name: value_of(column)})
            wanted |= Q(**{f"{name}__in": values})
        return rows.filter(wanted)

    def owned(self, organization: str, id: str) -> List[Tuple[str, str]]:
        """The organizations and texts of a user's rows that a request of this organization may change, locked."""
        rows = self.of(organization, NOBODY).filter(record_id=id).order_by("organization_id")
        pairs = rows.select_for_update().annotate(velt_text=self.text)
        return [(owner, as_text(value)) for owner, value in pairs.values_list("organization_id", "velt_text")]


def searchable(column: Path) -> bool:
    """Whether every engine takes every name for that key: no place in a list, nothing that a path would escape."""
    return all(map(PLAIN_NAME.match, column))


def value_of(column: Path) -> Any:
    """The value in a column, as text."""
    inner: Any = "data"
    for name in column[:-1]:
        inner = KeyTransform(name, inner)
    return Cast(KeyTextTransform(column[-1], inner), TextField())


def as_text(value: Any) -> str:
    """A record as JSON text, whatever the engine gave."""
    return value if isinstance(value, str) else dumps_checked(value)


def fitting(id: Optional[str], name: str) -> Optional[str]:
    """The id, if the tables take it.

    Raises:
        VeltValidationError: it is too long, which `limits.max_id_bytes` allowed.
    """
    if id is not None and len(id) * 4 > LONGEST and len(id.encode()) > LONGEST:
        raise VeltValidationError(
            f"{name}: the tables of the Django app take ids of at most {LONGEST} bytes in UTF-8", field=name
        )
    return id
