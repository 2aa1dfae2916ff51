"""Records that a store keeps as JSON text: reading them carefully, and what a save makes of them. Pure."""

from __future__ import annotations

import json
import logging
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple, cast

from velt_py.selfhosting.answers import dumps_checked, loads
from velt_py.selfhosting.merge import merged
from velt_py.selfhosting.plans import Change, MapMerge
from velt_py.selfhosting.records import Kind, Path, value_at
from velt_py.selfhosting.stores.base import failure
from velt_py.selfhosting.users import spelled_id

__all__ = ["NOBODY", "Changed", "changed_rows", "indexed", "stored_document", "user_row"]

logger = logging.getLogger("velt_py.selfhosting.stores")

NOBODY = ""
"""The organization of users' rows that belong to no single one; the rows themselves say who may see them."""


class Changed(NamedTuple):
    """A record to write.

    Args:
        document, text: the same, as objects and as JSON.
    """

    id: str
    document: Mapping[str, Any]
    text: str


def indexed(document: Mapping[str, Any], path: Optional[Path]) -> Optional[str]:
    """The text of an indexed column, None where the document has nothing for it."""
    return (spelled_id(value_at(document, path)) or None) if path is not None else None


def stored_document(text: str, kind: Kind) -> Dict[str, Any]:
    """The stored document, or an error: what cannot be read must not be overwritten either."""
    try:
        stored = loads(text)
        if not isinstance(stored, dict):
            raise ValueError
    except ValueError as error:
        problem = f"{kind.name}: the stored record is damaged and was left as it is; restore or delete it"
        raise failure(error, problem, reason="no JSON object") from None
    return cast("Dict[str, Any]", stored)


def changed_rows(
    changes: Sequence[Change],
    stored: Mapping[str, str],
    merges: Tuple[MapMerge, ...],
    kind: Kind,
    respelled: bool = False,
) -> Iterator[Changed]:
    """What to write: new records as they came, stored ones merged. Browsers repeat requests: what is stored already
    is not written again.

    Args:
        stored: the texts of the stored ones by id.
        respelled: whether the database spells JSON in a way of its own, so that equal records differ as texts.
    """
    for change in changes:
        text = stored.get(change.id)
        if text is None:
            yield Changed(*change)
            continue
        before = stored_document(text, kind)
        document = merged(before, change.document, merges)
        after = dumps_checked(document)
        if not (same(before, document) if respelled else after == text):
            yield Changed(change.id, document, after)


def same(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    """Whether two documents are the same JSON in whatever order; to Python alone 1, 1.0 and true are equal."""
    return one == two and json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)


def user_row(number: int, text: Optional[str]) -> Optional[Dict[str, Any]]:
    """A users' row, None when it cannot be read.

    Args:
        number: the row's own number, for the log: the id would be a person's.
    """
    try:
        found = loads(text) if text is not None else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        logger.error("velt.record.unreadable", extra={"velt_kind": "users", "velt_row": number})
        return None
    return cast("Dict[str, Any]", found)
