"""Reading rows of SQLite carefully: a damaged one must not hide the others."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any, Iterable, List, Optional, Sequence, Tuple

from velt_py.selfhosting.plans import DAMAGED, Record
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.stores.base import readable

__all__ = ["fetched", "records_of", "scanned"]

logger = logging.getLogger("velt_py.selfhosting.stores.sqlite")


def fetched(
    connection: sqlite3.Connection, sql: str, values: Sequence[Any], errors: str = "replace"
) -> List[Tuple[Any, Optional[str]]]:
    """All rows of a statement that answers with a key and a text. A text that is no UTF-8 is None instead of an
    error: it must not hide the other rows.

    Args:
        errors: what becomes of a key that is none either.
    """
    try:
        return connection.execute(sql, values).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    connection.text_factory = bytes
    try:
        rows = connection.execute(sql, values).fetchall()
    finally:
        connection.text_factory = str
    return [(decoded(key, errors), decoded(text, "strict")) for key, text in rows]


def records_of(rows: Iterable[Tuple[Any, Optional[str]]], kind: Kind) -> List[Record]:
    """The rows that can be read; the others are logged by their id, by which an operator finds them."""
    records: List[Record] = []
    for id, body in rows:
        if body is None:
            logger.error("velt.record.unreadable", extra={"velt_kind": kind.name, "velt_record": id})
        else:
            records.append(Record(id, body))
    return records


def scanned(rows: Iterable[Tuple[Any, Optional[str]]], kind: Kind) -> List[Record]:
    """All rows, those that cannot be read as `DAMAGED`.

    Raises:
        VeltDatabaseOperationError: an id cannot be read, so that nobody could ask for what comes after it.
    """
    records: List[Record] = []
    for id, body in rows:
        name = readable(id, kind)
        if body is None:
            logger.error("velt.record.unreadable", extra={"velt_kind": kind.name, "velt_record": name})
        records.append(Record(name, DAMAGED if body is None else body))
    return records


def decoded(value: Any, errors: str) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode(errors=errors)
    except UnicodeDecodeError:
        return None
