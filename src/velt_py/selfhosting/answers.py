"""Answers: the envelope that the Velt frontend and Python callers get. Pure."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional, Sequence, cast

from velt_py.exceptions import VeltSDKError
from velt_py.selfhosting.plans import Record

__all__ = ["Answer", "Result", "dumps", "loads"]

Answer = Dict[str, Any]
"""`{"success": bool, "statusCode": int, "data"?: ..., "error"?: str, "errorCode"?: str, "correlationId"?: str}`"""

logger = logging.getLogger("velt_py.selfhosting.answers")

_parse: Optional[Callable[[str], Any]] = None


def loads(text: str) -> Any:
    """Parse JSON, with orjson where it is installed."""
    global _parse
    if _parse is None:
        try:
            import orjson
        except ImportError:
            _parse = json.loads
        else:
            _parse = orjson.loads
    return _parse(text)


def dumps(value: Any) -> str:
    """JSON text without spaces and without escapes beyond the needed ones."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


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
        parts = ",".join([part for part in map(_spliced, self.records) if part is not None])
        return f'{{"success":true,"statusCode":200,"data":{{{parts}}}}}'.encode()

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
    if isinstance(record.body, str):
        return f"{dumps(record.id)}:{record.body}"
    try:
        return f"{dumps(record.id)}:{dumps(record.body)}"
    except (TypeError, ValueError):
        _report_unreadable(record)
        return None


def _report_unreadable(record: Record) -> None:
    # One damaged record must not hide the others; its id is enough to find it.
    logger.error("velt.record.unreadable", extra={"velt_record": record.id})


def _parsed(records: Sequence[Record]) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for record in records:
        body = record.body
        if isinstance(body, str):
            try:
                body = cast(Dict[str, Any], loads(body))
            except ValueError:
                _report_unreadable(record)
                continue
        found[record.id] = body
    return found
