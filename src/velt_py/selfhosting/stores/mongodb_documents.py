"""MongoDB's raw answers as documents that JSON can hold.

Others may have put values there that JSON does not know. They are spelled while they are decoded: a date as ISO 8601
text, an ObjectId, a UUID and a Decimal128 as text, binary data as base64 text, the rest as MongoDB's Extended JSON.
"""

from __future__ import annotations

import base64
import functools
import logging
import math
import re
import uuid
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Iterable, Iterator, List, Tuple, Type, cast

import bson
from bson import json_util
from bson.binary import Binary
from bson.code import Code
from bson.codec_options import CodecOptions, DatetimeConversion, TypeDecoder, TypeRegistry
from bson.datetime_ms import DatetimeMS
from bson.dbref import DBRef
from bson.decimal128 import Decimal128
from bson.errors import BSONError
from bson.int64 import Int64
from bson.max_key import MaxKey
from bson.min_key import MinKey
from bson.objectid import ObjectId
from bson.regex import Regex
from bson.timestamp import Timestamp

from velt_py.selfhosting.plans import DAMAGED, FindUsers, Record
from velt_py.selfhosting.records import Kind, Path, value_at
from velt_py.selfhosting.stores.base import readable
from velt_py.selfhosting.users import found

__all__ = ["pieces", "records", "scanned", "spelled", "user_rows"]

logger = logging.getLogger("velt_py.selfhosting.stores.mongodb")

Document = Dict[str, Any]

UNDECODABLE = (BSONError, ValueError, OverflowError, TypeError)


class _Spelled(TypeDecoder):
    """Spells the values of one type while a document is decoded."""

    def __init__(self, type: Type[Any], spell: Callable[[Any], Any]) -> None:
        self._type = type
        self._spell = spell

    @property
    def bson_type(self) -> Any:
        return self._type

    def transform_bson(self, value: Any) -> Any:
        return self._spell(value)


def _extended(value: Any) -> Any:
    return json_util.default(value, json_util.RELAXED_JSON_OPTIONS)


def _date(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _binary(value: Binary) -> str:
    if value.subtype in (3, 4) and len(value) == 16:
        return str(uuid.UUID(bytes=bytes(value)))
    return base64.b64encode(value).decode()


def _number(value: float) -> Any:
    return value if math.isfinite(value) else _extended(value)


def _reference(value: DBRef) -> Document:
    # A plain object with the keys `$ref` and `$id` looks like a reference; it is given back as it was.
    return dict(value.as_doc())


SPELLINGS: Tuple[Tuple[Type[Any], Callable[[Any], Any]], ...] = (
    (ObjectId, str),
    (datetime, _date),
    (DatetimeMS, int),
    (Int64, int),
    (Decimal128, str),
    (float, _number),
    (Binary, _binary),
    (bytes, lambda value: base64.b64encode(value).decode()),
    (DBRef, _reference),
    (Regex, _extended),
    (Timestamp, _extended),
    (Code, _extended),
    (MinKey, _extended),
    (MaxKey, _extended),
    (re.Pattern, _extended),
)


@functools.lru_cache(maxsize=None)
def _options(errors: str = "strict") -> CodecOptions[Document]:
    return CodecOptions(
        document_class=dict,
        tz_aware=True,
        tzinfo=timezone.utc,
        unicode_decode_error_handler=errors,
        datetime_conversion=DatetimeConversion.DATETIME_AUTO,
        type_registry=TypeRegistry([_Spelled(type, spell) for type, spell in SPELLINGS]),
    )


def documents(batches: Iterable[bytes], id: Path) -> List[Document]:
    """The documents of raw batches. One that cannot be decoded is left out and logged by its id."""
    decoded: List[Document] = []
    for batch in batches:
        try:
            decoded += bson.decode_all(batch, _options())
        except UNDECODABLE:
            decoded += _one_by_one(batch, id)
    return decoded


def pieces(batch: bytes) -> Iterator[bytes]:
    """The documents of a raw batch, each still raw."""
    at = 0
    while at < len(batch):
        size = int.from_bytes(batch[at : at + 4], "little")
        yield batch[at : at + size]
        at += size


def _one_by_one(batch: bytes, id: Path) -> Iterator[Document]:
    for raw in pieces(batch):
        try:
            yield bson.decode(raw, _options())
        except UNDECODABLE:
            _report_unreadable(_id_in(raw, id))


def _id_in(raw: bytes, id: Path, errors: str = "replace") -> str:
    """The id of a document whose other values cannot be decoded, as far as it can be told."""
    try:
        return spelled(value_at(bson.decode(raw, cast(Any, _options(errors))), id))
    except UNDECODABLE:
        return ""


def _report_unreadable(id: str) -> None:
    logger.error("velt.record.unreadable", extra={"velt_record": id})


def spelled(value: Any) -> str:
    """A stored id as text; a double counts as the integer it is, as other drivers store integers so."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def records(batches: Iterable[bytes], kind: Kind) -> List[Record]:
    """The records in raw batches."""
    result: Dict[str, Record] = {}
    name = kind.id[0]  # every kind of ours has its id at the top
    for document in documents(batches, kind.id):
        id = document.get(name)
        if type(id) is not str:
            id = spelled(id)
        if id:
            result[id] = Record(id, document)
        else:
            _report_unreadable("")
    return list(result.values())


def scanned(batches: Iterable[bytes], kind: Kind) -> List[Record]:
    """All records in raw batches in their order, those that cannot be decoded as `DAMAGED`.

    Raises:
        VeltDatabaseOperationError: an id cannot be read, so that nobody could ask for what comes after it.
    """
    result: Dict[str, Record] = {}
    for batch in batches:
        try:
            found = _identified(bson.decode_all(batch, _options()), kind.id[0])
        except UNDECODABLE:
            found = _each(batch, kind)
        result.update((record.id, record) for record in found)
    return list(result.values())


def _identified(found: Iterable[Document], name: str) -> Iterator[Record]:
    for document in found:
        id = spelled(document.get(name))
        if id:
            yield Record(id, document)
        else:
            _report_unreadable("")


def _each(batch: bytes, kind: Kind) -> Iterator[Record]:
    for raw in pieces(batch):
        id = readable(_id_in(raw, kind.id, "surrogateescape"), kind)
        try:
            yield Record(id, bson.decode(raw, _options()))
        except UNDECODABLE:
            _report_unreadable(id)
            yield Record(id, DAMAGED)


def user_rows(batches: Iterable[bytes], plan: FindUsers) -> List[Document]:
    """The rows in raw batches that `plan` selects."""
    rows: List[Document] = []
    for row in documents(batches, plan.columns[0]):
        for column in plan.columns + plan.organization:
            _make_whole(row, column)
        if found(row, plan):
            rows.append(row)
    return rows


def _make_whole(row: Document, column: Path) -> None:
    """Turn doubles that are integers into integers, at a column: other drivers store integers so."""
    value: Any = value_at(row, column)
    if isinstance(value, float) and value.is_integer():
        cast(Document, value_at(row, column[:-1]) if column[1:] else row)[column[-1]] = int(value)
    elif isinstance(value, list):
        entries = cast(Any, value)
        entries[:] = [
            int(each) if isinstance(each, float) and each.is_integer() else each for each in entries
        ]
