"""Answers: the envelope that the Velt frontend and Python callers get. Pure."""

from __future__ import annotations

import functools
import json
import logging
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, Dict, List, Optional, Sequence, cast

from velt_py._nesting import check_nesting
from velt_py.exceptions import VeltSDKError
from velt_py.selfhosting.plans import Record

__all__ = ["Answer", "Result", "dumps", "dumps_checked", "loads"]

Answer = Dict[str, Any]
"""`{"success": bool, "statusCode": int, "data"?: ..., "error"?: str, "errorCode"?: str, "correlationId"?: str}`"""

logger = logging.getLogger("velt_py.selfhosting.answers")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@functools.lru_cache(maxsize=1)
def _orjson() -> Any:
    """orjson where it is installed. It is asked for at the first use, not by importing this package."""
    try:
        import orjson
    except ImportError:
        return None
    return orjson


def loads(text: str) -> Any:
    """Parse JSON, with orjson where it is installed (which reads integers beyond 64 bits, never stored here, as
    fractions).

    Raises:
        ValueError: when this is no JSON, or nested deeper than Python can go.
    """
    orjson = _orjson()
    if orjson is not None:
        return orjson.loads(text)
    try:
        check_nesting(text)
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def dumps(value: Any) -> str:
    """JSON text without spaces and without escapes beyond the needed ones."""
    return _encode(value)


def dumps_checked(value: Any) -> str:
    """The same for a value that is known to hold nothing but JSON: for others orjson would find a text of its own."""
    orjson = _orjson()
    if orjson is not None:
        try:
            return cast(bytes, orjson.dumps(value)).decode()
        except TypeError:
            pass
    return _encode(value)


@dataclass(frozen=True)
class Result:
    """What an operation ended with. `to_dict` is the answer for Python, `to_json` the one for HTTP.

    Args:
        data: what the answer carries, None for nothing.
        records: instead of `data`, the records that were read; they become a map by id.
        error: instead of both, why the operation failed.
    """

    data: Any = None
    records: Optional[Sequence[Record]] = None
    error: Optional[VeltSDKError] = None

    def to_dict(self) -> Answer:
        """The envelope as Python objects."""
        if self.error is not None:
            return self._failure(self.error)
        answer: Answer = {"success": True, "statusCode": 200}
        if self.records is not None:
            answer["data"] = _parsed(self.records)
        elif self.data is not None:
            answer["data"] = self.data
        return answer

    def to_json(self) -> bytes:
        """The envelope as JSON text in UTF-8; records that are text already are spliced in unparsed."""
        if self.records is None:
            return dumps(self.to_dict()).encode()
        parts: List[str] = []
        for record in self.records:
            text = _spliced(record)
            if text is not None:
                # The records are most of the answer, so their text is copied once, here below.
                parts += ("," if parts else "", encode_basestring(record.id), ":", text)
        return "".join(['{"success":true,"statusCode":200,"data":{', *parts, "}}"]).encode()

    @staticmethod
    def _failure(error: VeltSDKError) -> Answer:
        answer: Answer = {
            "success": False,
            "statusCode": error.statusCode,
            "error": error.message,
            "errorCode": error.code,
        }
        if error.correlation is not None:
            answer["correlationId"] = error.correlation
        return answer


def _spliced(record: Record) -> Optional[str]:
    """The record as JSON text, None when it cannot be read."""
    body = record.body
    if isinstance(body, str):
        if body.startswith("{") or body.lstrip().startswith("{"):
            return body
    else:
        try:
            return dumps(body)
        except (TypeError, ValueError, RecursionError):
            pass
    _report_unreadable(record)
    return None


def _parsed(records: Sequence[Record]) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for record in records:
        body: Any = record.body
        if isinstance(body, str):
            try:
                body = loads(body)
            except ValueError:
                body = None
        if isinstance(body, dict):
            found[record.id] = body
        else:
            _report_unreadable(record)
    return found


def _report_unreadable(record: Record) -> None:
    # One damaged record must not hide the others; its id is enough to find it.
    logger.error("velt.record.unreadable", extra={"velt_record": record.id})
