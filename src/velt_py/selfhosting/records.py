"""The kinds of record that the SDK keeps: where they lie, what names them, what is merged by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple

from velt_py.exceptions import VeltConfigurationError

__all__ = [
    "ACTIVITIES",
    "ATTACHMENTS",
    "COMMENTS",
    "KINDS",
    "NOTIFICATIONS",
    "ON_DEMAND",
    "REACTIONS",
    "RECORDINGS",
    "USERS",
    "WEBHOOKS",
    "Kind",
    "Path",
    "collection_of",
    "kinds_of",
    "value_at",
    "with_kind",
]

Path = Tuple[str, ...]
"""Names that lead from the top of a stored document to a value: `("metadata", "organizationId")`."""

METADATA_ORGANIZATION: Path = ("metadata", "organizationId")
METADATA_DOCUMENT: Path = ("metadata", "documentId")
METADATA_FOLDER: Path = ("metadata", "folderId")


def _no_maps() -> Dict[str, bool]:
    return {}


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Args:
        name: the key in the `collections` setting.
        collection: the collection's or table's name unless the setting names another.
        id: where the record's id stands in the stored document.
        organization: where the organization's id stands.
        document, folder: where the ids of document and folder stand, when the kind can be asked for by them.
        maps: fields whose entries are merged by key when a record is saved again; True where an entry that is
            an object on both sides is merged as well instead of being replaced.
        numeric_ids: whether ids are integers in the stored document (they are compared as text and as number).
        shared: whether the collection belongs to the customer: it gets no index, and the columns are mapped.
        on_demand: whether the collection is made only when the kind is used, or named in the `collections` setting.
    """

    name: str
    collection: str
    id: Path
    organization: Path
    document: Optional[Path] = None
    folder: Optional[Path] = None
    maps: Mapping[str, bool] = field(default_factory=_no_maps)
    numeric_ids: bool = False
    shared: bool = False
    on_demand: bool = False


COMMENTS = Kind(
    "comments",
    "comment_annotations",
    ("annotationId",),
    METADATA_ORGANIZATION,
    METADATA_DOCUMENT,
    METADATA_FOLDER,
    {"metadata": False, "comments": True},
)
REACTIONS = Kind(
    "reactions",
    "reaction_annotations",
    ("annotationId",),
    METADATA_ORGANIZATION,
    METADATA_DOCUMENT,
    METADATA_FOLDER,
    {"metadata": False},
)
RECORDINGS = Kind(
    "recorder_annotations",
    "recorder_annotations",
    ("annotationId",),
    METADATA_ORGANIZATION,
    METADATA_DOCUMENT,
    None,
    {"metadata": False, "recordingEditVersions": True, "chunkUrls": False},
)
NOTIFICATIONS = Kind("notifications", "notifications", ("notificationId",), ("organizationId",))
ACTIVITIES = Kind(
    "activities",
    "activities",
    ("id",),
    ("organizationId",),
    METADATA_DOCUMENT,
    None,
    {"metadata": False},
)
ATTACHMENTS = Kind(
    "attachments",
    "attachments",
    ("attachmentId",),
    METADATA_ORGANIZATION,
    METADATA_DOCUMENT,
    None,
    {"metadata": False},
    numeric_ids=True,
)
USERS = Kind("users", "users", ("userId",), ("organizationId",), numeric_ids=True, shared=True)

KINDS: Tuple[Kind, ...] = (
    COMMENTS,
    REACTIONS,
    RECORDINGS,
    NOTIFICATIONS,
    ACTIVITIES,
    ATTACHMENTS,
    USERS,
)

WEBHOOKS = Kind("webhooks", "webhook_events", ("id",), ("queue",), ("state", "shelf"), on_demand=True)
"""Received webhook events. A queue takes the place of the organization: an event may belong to none."""

ON_DEMAND: Tuple[Kind, ...] = (WEBHOOKS,)


def kinds_of(collections: Mapping[str, str]) -> Tuple[Kind, ...]:
    """The kinds that a store with these names keeps."""
    return (*KINDS, *[kind for kind in ON_DEMAND if kind.name in collections])


def collection_of(collections: Mapping[str, str], kind: Kind) -> Optional[str]:
    """Where a store with these names keeps `kind`, in use or not; None where another kind has the name."""
    if kind.name in collections:
        return collections[kind.name]
    return None if kind.collection in collections.values() else kind.collection


def with_kind(collections: Mapping[str, str], kind: Kind) -> Mapping[str, str]:
    """The names of a store that keeps `kind` as well.

    Raises:
        VeltConfigurationError: when the name is taken by another kind.
    """
    if kind.name in collections:
        return collections
    if kind.collection in collections.values():
        raise VeltConfigurationError(
            f"configuration key 'collections.{kind.name}': another kind of record has the name "
            f"{kind.collection}, so one is needed here",
            field=f"collections.{kind.name}",
        )
    return {**collections, kind.name: kind.collection}


def value_at(document: Mapping[str, Any], path: Path) -> Any:
    """The value at `path`, or None where there is none."""
    found: Any = document
    for name in path:
        if not isinstance(found, dict):
            return None
        found = found.get(name)  # pyright: ignore[reportUnknownVariableType]
    return found  # pyright: ignore[reportUnknownVariableType]


def nested(path: Path, value: Any) -> Dict[str, Any]:
    """A document that holds only `value`, at `path`."""
    for name in reversed(path):
        value = {name: value}
    return value  # type: ignore[no-any-return]
