"""One text for equal records, whatever store they come from. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Dict, List, cast

from velt_py.selfhosting.plans import Record
from velt_py.selfhosting.records import Kind, value_at

__all__ = ["Tally", "canonical", "document_of"]

SIZE = 16
"""Bytes of a digest."""


def document_of(record: Record, kind: Kind) -> Dict[str, Any]:
    """The document of a stored record, its id spelled as every store keeps it.

    MongoDB's other drivers store integers as doubles; PostgreSQL would take 5.0 for another id than 5.

    Raises:
        ValueError: the record is no JSON object.
    """
    # The standard parser, because it keeps integers of any size: what cannot be stored is refused, not rounded.
    found: Any = json.loads(record.body) if isinstance(record.body, str) else record.body
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    document = cast("Dict[str, Any]", found)
    id = value_at(document, kind.id)
    if isinstance(id, float) and id.is_integer() and len(kind.id) == 1:
        document = {**document, kind.id[0]: int(id)}
    return document


def canonical(document: Any) -> bytes:
    """The document as JSON with sorted keys. 1 and 1.0 stay two things; 0.0 and -0.0, which PostgreSQL does not tell
    apart, are one."""
    try:
        text = json.dumps(
            document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
    except TypeError:
        # Keys that are no texts: equal to nothing that a store of ours gives back.
        text = repr(type(document))  # pyright: ignore[reportUnknownArgumentType]
    if "-0.0" in text:
        text = json.dumps(_unsigned(document), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _unsigned(value: Any) -> Any:
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, dict):
        return {name: _unsigned(entry) for name, entry in cast("Dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_unsigned(entry) for entry in cast("List[Any]", value)]
    return value


class Tally:
    """How many records there are, and a hash of them that does not depend on their order."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, id: str, document: bytes) -> None:
        """Take in one record.

        Args:
            document: canonical.
        """
        digest = hashlib.blake2b(id.encode("utf-8", "surrogatepass") + b"\0" + document, digest_size=SIZE)
        self._take(1, int.from_bytes(digest.digest(), "big"))

    def join(self, other: Tally) -> None:
        """Take in what another has counted."""
        self._take(other.count, other._sum)

    def _take(self, count: int, value: int) -> None:
        self.count += count
        self._sum = (self._sum + value) % (1 << 8 * SIZE)

    @property
    def hash(self) -> str:
        """Hexadecimal; 0 for nothing."""
        return f"{self._sum:0{2 * SIZE}x}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and (self.count, self._sum) == (other.count, other._sum)

    __hash__ = None  # type: ignore[assignment]
