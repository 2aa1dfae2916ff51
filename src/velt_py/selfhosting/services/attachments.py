"""Attachments in the customer's own store: rows in the database, bytes in the file store.

Row and file are written one after the other, so every order of failures must leave something that a retry or
`velt files reconcile` can bring to its end:

- save: the upload is read to its end; a row "pending" (a finished row stays as it is and keeps being served); the
  bytes; the row "stored" with the address; then the bytes that it replaces are removed;
- delete: the row "deleting"; the bytes; the row.

A row that is pending or deleting is answered as if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Generator, List, Mapping, Optional, Tuple, Type, cast

from velt_py.config import Settings
from velt_py.exceptions import (
    VeltConfigurationError,
    VeltNotFoundError,
    VeltStorageError,
)
from velt_py.models.attachment import DeleteAttachmentResolverRequest, SaveAttachmentResolverRequest
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.files.disposition import content_disposition
from velt_py.selfhosting.files.intake import Intake
from velt_py.selfhosting.files.keys import etag_of, file_key
from velt_py.selfhosting.files.opening import files_of
from velt_py.selfhosting.files.plans import PutFile, ReadUpload, RemoveFile, SignFile, StatFile, Upload
from velt_py.selfhosting.files.rows import (
    DELETING,
    PENDING,
    SERVER_FIELDS,
    STORED,
    change,
    file_url,
    finished,
    keys_of,
    now,
    own_key,
    row_of,
    same_url,
    stored_id,
)
from velt_py.selfhosting.files.rules import UNKNOWN_TYPE, check_type, file_name, normal_type
from velt_py.selfhosting.files.sources import Source, source_of
from velt_py.selfhosting.operation import Body, Resolver, ResolverOperation, S, Step, Steps
from velt_py.selfhosting.plans import Delete, Read, Record
from velt_py.selfhosting.records import ATTACHMENTS
from velt_py.selfhosting.requests import metadata_of, scope_of, stamped, wire
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.services.uploads import UploadOperation, save_keywords
from velt_py.selfhosting.validation import identifier, refuse
from velt_py.settings import FileSettings

__all__ = ["AttachmentService"]

Row = Dict[str, Any]

RAW = cast(Type[Row], dict)
"""The request class of operations that have none of their own: a raw body or keywords."""

BROWSER_NAME = "blob"
"""What browsers call a file that has no name."""


def id_keywords(organizationId: str, attachmentId: Any) -> Body:
    return {"organizationId": organizationId, "attachmentId": attachmentId}


def delete_keywords(organizationId: str, attachmentId: Any) -> Body:
    return {"attachmentId": attachmentId, "metadata": {"organizationId": organizationId}}


def id_of(value: Any, field: str, settings: Settings) -> str:
    if value is None:
        refuse(field, "the id of the attachment is needed")
    return identifier(value, field, settings.limits)


def read_row(scope: Scope, id: str) -> Generator[Step, Any, Optional[Row]]:
    records: List[Record] = yield Read(ATTACHMENTS, scope, (id,))
    return row_of(records[0]) if records else None


def absent() -> VeltNotFoundError:
    return VeltNotFoundError("attachments: nothing with this id is stored in this organization")


# Save


@dataclass(frozen=True)
class Saving:
    """A checked request to save.

    Args:
        fields: what the row gets of the request.
        name, mime_type: of the file.
    """

    scope: Scope
    id: str
    fields: Row
    source: Source
    name: Optional[str]
    mime_type: str


def saving(body: Body, settings: Settings) -> Saving:
    scope = scope_of(body, settings)
    if body.get("attachment") is None:
        refuse("attachment", "the attachment to save is needed")
    attachment = wire(body["attachment"], "attachment")
    id = id_of(attachment.get("attachmentId"), "attachment.attachmentId", settings)
    source = source_of(body, attachment, settings.files.max_bytes if settings.files else None)
    fields = {
        name: value
        for name, value in attachment.items()
        if name not in ("base64Data", "file", "url", *SERVER_FIELDS)
    }
    request = metadata_of(body)
    fields["metadata"] = stamped(
        attachment.get("metadata"),
        "attachment.metadata",
        scope,
        request,
        ("documentId", "folderId"),
        settings,
    )
    name = file_name(attachment.get("name"), "attachment.name")
    mime_type = normal_type(attachment.get("mimeType"), "attachment.mimeType")
    if isinstance(source, Upload):
        name, mime_type = described(source, name, mime_type)
        fields["mimeType"] = mime_type
        if name is not None:
            fields["name"] = name
    return Saving(scope, id, fields, source, name, mime_type)


def described(upload: Upload, name: Optional[str], mime_type: str) -> Tuple[Optional[str], str]:
    """Name and type of an upload: its own go before the attachment's, unless they say nothing."""
    own_name = file_name(upload.name, "file_name")
    own_type = normal_type(upload.mime_type, "mime_type")
    if own_name and (own_name != BROWSER_NAME or not name):
        name = own_name
    if own_type != UNKNOWN_TYPE:
        mime_type = own_type
    return name, mime_type


def save_steps(body: Body, settings: Settings) -> Steps:
    request = saving(body, settings)
    if isinstance(request.source, str):
        yield from save_address(request, request.source, settings)
        return Result(data={"url": request.source})
    files = files_for_uploads(settings)
    check_type(request.mime_type, files)
    intake: Intake = yield ReadUpload(request.source.content, files.max_bytes)
    try:
        url = yield from save_file(request, intake, files, settings)
    finally:
        intake.close()
    return Result(data={"url": url})


def files_for_uploads(settings: Settings) -> FileSettings:
    files = files_of(settings)
    if files.urls == "route" and not files.base_url:
        raise VeltConfigurationError(
            "files.base_url: set the address where this server's routes are reached, for example "
            'https://app.example/velt; attachments get their URLs below it (or set `files.urls` to "public" for S3)',
            field="files.base_url",
        )
    return files


def save_file(
    request: Saving, intake: Intake, files: FileSettings, settings: Settings
) -> Generator[Step, Any, str]:
    scope, id = request.scope, request.id
    key = file_key(scope.organization, id, intake.digest, request.name, settings.apiKey)
    row = yield from read_row(scope, id)
    replaced = replaced_key(row, key, scope.organization, files)
    if row is None or not finished(row):
        pending = {"fileKey": key, "state": PENDING, "stateAt": now(), **replaced}
        yield change(scope, id, {**request.fields, **pending}, settings)
    put = PutFile(key, intake.rewind(), request.name or id, request.mime_type, files.max_bytes)
    yield put
    url = file_url(scope.organization, id, key, files)
    stands = {
        **request.fields,
        "file": url,
        "size": intake.size,
        "fileKey": key,
        "state": STORED,
        "stateAt": now(),
        **replaced,
    }
    yield change(scope, id, stands, settings)
    # A delete of the same attachment may have run between the bytes and the row.
    if (yield StatFile(key)) is None:
        intake.rewind()
        yield put
    yield from remove_replaced(request, files)
    return url


def replaced_key(
    row: Optional[Row], key: Optional[str], organization: str, files: Optional[FileSettings]
) -> Row:
    """The field that remembers the bytes which a save replaces. Those of a pending row are still being written by
    somebody else, and are left to `reconcile`."""
    if row is None or row.get("state") == PENDING:
        return {}
    old = own_key(row, organization, files)
    return {"previousKey": old} if old and old != key else {}


def remove_replaced(request: Saving, files: FileSettings) -> Generator[Step, Any, None]:
    """Remove the bytes that the row does not stand for any more; looked up again, since somebody else may have
    saved meanwhile."""
    row = yield from read_row(request.scope, request.id)
    if row is None or not finished(row):
        return
    current = own_key(row, request.scope.organization, files)
    for key in keys_of(row, request.scope.organization, files):
        if key != current:
            try:
                yield RemoveFile(key)
            except VeltStorageError:
                # Reported by the store. The new file stands, and `previousKey` tells `reconcile` what is left.
                return


def save_address(request: Saving, url: str, settings: Settings) -> Generator[Step, Any, None]:
    """Save a row whose file lies elsewhere. `fileKey` null says that it is never ours to remove, even if the address
    names our bucket."""
    scope, id, files = request.scope, request.id, settings.files
    row = yield from read_row(scope, id)
    key = own_key(row, scope.organization, files) if row is not None and finished(row) else None
    if row is not None and key is not None and same_url(url, row, scope.organization, id):
        unchanged = {name: value for name, value in request.fields.items() if name != "size"}
        yield change(scope, id, unchanged, settings)
        return
    fields = {**request.fields, "file": url, "fileKey": None}
    if row is not None and "state" in row:
        fields.update(state=STORED, stateAt=now())
    replaced = replaced_key(row, None, scope.organization, files)
    yield change(scope, id, {**fields, **replaced}, settings)
    if replaced and files is not None:
        yield from remove_replaced(request, files)


# Get


def finished_row(body: Body, settings: Settings) -> Generator[Step, Any, Tuple[Scope, str, Row]]:
    id = id_of(body.get("attachmentId"), "attachmentId", settings)
    scope = scope_of(body, settings)
    row = yield from read_row(scope, id)
    if row is None or not finished(row):
        raise absent()
    return scope, id, row


def get_steps(body: Body, settings: Settings) -> Steps:
    _, _, row = yield from finished_row(body, settings)
    return Result(data=row)


def file_steps(body: Body, settings: Settings) -> Steps:
    scope, id, row = yield from finished_row(body, settings)
    files = files_of(settings)
    key = own_key(row, scope.organization, files)
    if key is None:
        raise VeltNotFoundError(
            "attachments: the file of this attachment is not kept here; `file` says where it lies"
        )
    given = row.get("mimeType")
    mime_type = given if isinstance(given, str) and given else UNKNOWN_TYPE
    name = str(row.get("name") or id)
    url: Optional[str] = None
    if files.type == "s3":
        url = yield SignFile(key, files.signed_seconds, name, mime_type)
    facts: Mapping[str, Any] = {
        "attachmentId": stored_id(id),
        "key": key,
        "name": name,
        "mimeType": mime_type,
        "size": row.get("size"),
        "disposition": content_disposition(name, mime_type),
        "etag": etag_of(key),
        "url": url,
    }
    return Result(data=dict(facts))


# Delete


def delete_steps(body: Body, settings: Settings) -> Steps:
    id = id_of(body.get("attachmentId"), "attachmentId", settings)
    scope = scope_of(body, settings)
    row = yield from read_row(scope, id)
    if row is None:
        raise VeltNotFoundError(
            "attachments: nothing with this id is stored in this organization, or it is deleted already"
        )
    keys = keys_of(row, scope.organization, settings.files)
    if keys:
        files_of(settings)
        yield change(scope, id, {"state": DELETING, "stateAt": now()}, settings)
        for key in keys:
            yield RemoveFile(key)
    yield Delete(ATTACHMENTS, scope, (id,))
    return Result()


class AttachmentService(Resolver[S]):
    """Attachments, and the files of recordings (`recorder.storage` has the same contract):
    `sdk.selfHosting.attachments`. Ids are integers on the wire; text is accepted.

    Answers are the envelope; with `raiseOnError` errors are raised instead.

    https://docs.velt.dev/self-host-data/attachments
    """

    saveAttachment = UploadOperation(
        "attachments.save", SaveAttachmentResolverRequest, save_keywords, save_steps
    )
    """Save one attachment: its row, and its bytes unless it names an address. Saving the same again changes nothing;
    other bytes under the same id replace the old ones.

    Args:
        organizationId: the organization.
        attachment: `attachmentId`, `name`, `mimeType`, further fields, and the file: `base64Data` (a `data:` prefix is
            fine), or `file` as bytes, as a file object, or as an address (`http://...`).
        documentId, folderId: where it belongs.
        file_data: bytes or a file object, beside either form of the call.
        file_name, mime_type: of `file_data`.

    Returns:
        `data` is `{"url": ...}`, the address which the frontend keeps.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400; 413 too large, 415 type not allowed), `CONFIGURATION_ERROR`,
    `STORAGE_ERROR`, `S3_UPLOAD_ERROR`, `DATABASE_ERROR` (500).
    """

    getAttachment = ResolverOperation("attachments.get", RAW, id_keywords, get_steps)
    """Get one attachment's row.

    Args:
        organizationId: the organization.
        attachmentId: the attachment.

    Returns:
        `data` is the stored row; `file` is its address.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `NOT_FOUND` (404), `DATABASE_ERROR` (500).
    """

    getFile = ResolverOperation("files.get", RAW, id_keywords, file_steps)
    """Find the file of an attachment, to serve it.

    Args:
        organizationId: the organization.
        attachmentId: the attachment.

    Returns:
        `data` has `key`, `name`, `mimeType`, `size` (bytes; null for rows of the published package), `disposition` and
        `etag` (header values), and `url`: where to redirect to, good for `files.signed_seconds` seconds. Without a
        `url` the bytes are streamed: `stored = runner.run(OpenFile(key, start, end))` is a `StoredFile` or None, its
        `size` that of the whole file; `stored.pieces()` yields the bytes and closes it. Awaited:
        `stored = await runner.run(OpenFile(...))` and `async for piece in runner.files.pieces(stored)`.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `NOT_FOUND` (404; also when the file lies at another address),
    `CONFIGURATION_ERROR`, `STORAGE_ERROR`, `DATABASE_ERROR` (500).
    """

    deleteAttachment = ResolverOperation(
        "attachments.delete", DeleteAttachmentResolverRequest, delete_keywords, delete_steps
    )
    """Delete one attachment, its file too when that lies in our store.

    Args:
        organizationId: the organization.
        attachmentId: the attachment.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `NOT_FOUND` (404), `STORAGE_ERROR`, `DATABASE_ERROR` (500). After
    an error of the stores the attachment is not served any more, and a repeated delete goes on where it stopped.
    """
