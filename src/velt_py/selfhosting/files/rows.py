"""What a row of the attachments says about its file, and how it is changed. Pure.

Beside the published fields a row of ours has

    fileKey      where the bytes lie; null for an address that the caller gave, whose file is not ours
    size         bytes
    state        "pending" before the bytes are there, "stored", "deleting" before they are removed
    stateAt      when the state was set, milliseconds since 1970
    previousKey  where replaced bytes lay, in case their removal did not come to its end

A row without `state` and `fileKey` was written by the published package, and is finished.
"""

from __future__ import annotations

import time
from typing import Any, Dict, Mapping, Optional, Tuple, Union, cast
from urllib.parse import quote

from velt_py.config import Settings
from velt_py.selfhosting.answers import loads
from velt_py.selfhosting.files.keys import bucket_url, is_own, legacy_key
from velt_py.selfhosting.merge import map_merges
from velt_py.selfhosting.plans import Change, Record, Save
from velt_py.selfhosting.records import ATTACHMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.validation import INTEGER_LIMIT, storable
from velt_py.settings import FileSettings

__all__ = [
    "DELETING",
    "PENDING",
    "SERVER_FIELDS",
    "STORED",
    "change",
    "file_url",
    "finished",
    "keys_of",
    "now",
    "own_key",
    "row_of",
    "same_url",
    "stored_id",
]

PENDING = "pending"
STORED = "stored"
DELETING = "deleting"

SERVER_FIELDS = ("fileKey", "state", "stateAt", "previousKey")
"""Fields of a row that no request can set."""


def now() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


def row_of(record: Record) -> Dict[str, Any]:
    """The row that a store handed on."""
    return cast(Dict[str, Any], loads(record.body)) if isinstance(record.body, str) else record.body


def stored_id(id: str) -> Union[int, str]:
    """An attachment's id as it is stored: an integer where the text spells one, as the published package has it."""
    digits = id[1:] if id.startswith("-") else id
    if digits.isascii() and digits.isdigit() and len(digits) < 20:
        number = int(id)
        if str(number) == id and -INTEGER_LIMIT <= number < INTEGER_LIMIT:
            return number
    return id


def finished(row: Mapping[str, Any]) -> bool:
    """Whether the row stands for an attachment; one that is being made or deleted does not."""
    return row.get("state") not in (PENDING, DELETING)


def own_key(row: Mapping[str, Any], organization: str, files: Optional[FileSettings]) -> Optional[str]:
    """Where the row's file lies in our store, or None when it has none there.

    A row of the published package names an address; it counts in exactly our bucket below `attachments/` only.
    """
    if "fileKey" in row:
        # Never taken from a request. Checked all the same: a key that names another organization's folder must not
        # open or delete anything.
        key = row["fileKey"]
        return key if isinstance(key, str) and is_own(key, organization) else None
    for name in ("file", "url"):
        url = row.get(name)
        if isinstance(url, str) and url and files is not None:
            return legacy_key(url, files)
    return None


def keys_of(row: Mapping[str, Any], organization: str, files: Optional[FileSettings]) -> Tuple[str, ...]:
    """All keys under which the row has or had bytes in our store."""
    current, previous = own_key(row, organization, files), row.get("previousKey")
    keys = [current] if current else []
    if isinstance(previous, str) and previous != current:
        # What the published package stored lies outside of the organization's folder.
        legacy = files is not None and legacy_key(bucket_url(previous, files), files) == previous
        if is_own(previous, organization) or legacy:
            keys.append(previous)
    return tuple(keys)


def change(scope: Scope, id: str, fields: Mapping[str, Any], settings: Settings) -> Save:
    """The plan that changes these fields of a row and leaves the others."""
    own = cast(Mapping[str, Any], fields.get("metadata", {}))
    document = {
        **fields,
        "attachmentId": stored_id(id),
        "metadata": {**own, "organizationId": scope.organization},
    }
    text = storable(document, "attachment", settings.limits)
    return Save(ATTACHMENTS, scope, (Change(id, document, text),), map_merges(ATTACHMENTS))


def file_url(organization: str, id: str, key: str, files: FileSettings) -> str:
    """The address that the frontend keeps: our route, or the bucket's when `files.urls` is `public`."""
    if files.urls == "public":
        return bucket_url(key, files)
    return (files.base_url or "").rstrip("/") + _route(organization, id)


def _route(organization: str, id: str) -> str:
    return f"/files/{quote(id, safe='')}?organizationId={quote(organization, safe='')}"


def same_url(url: str, row: Mapping[str, Any], organization: str, id: str) -> bool:
    """Whether a sent address is the one of the row's own file, so that the file stays."""
    return url == row.get("file") or url.endswith(_route(organization, id))
