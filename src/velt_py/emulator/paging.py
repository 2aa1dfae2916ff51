"""Pages of a list, by opaque tokens. Pure.

A token names the place behind an entry, not a number of entries, so entries that come or go meanwhile move nothing.
Where entries may change their places meanwhile, the order of the first page is kept; see `walk_of`.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple, cast

from velt_py._nesting import check_nesting
from velt_py.emulator.refusals import invalid
from velt_py.emulator.state import Records, Row

__all__ = ["LARGEST", "Page", "page_of", "walk_of"]

LARGEST = 1000
WALK = "walk"
"""The kind of records that keep the order of a list while it is walked."""
WALKS = 50
"""How many walks of an operation are kept."""


class Page(NamedTuple):
    """The rows of a page, and the token of the next one."""

    rows: List[Row]
    token: Optional[str]


def page_of(
    name: str, rows: List[Row], data: Mapping[str, Any], *, size: int = LARGEST, largest: int = LARGEST
) -> Page:
    """The page that a request asks for, in the order of creation.

    Args:
        name: the operation; a token of another one is refused.
        rows: the whole list.
        data: the request, with `pageSize` and `pageToken`.
        size: entries a page, unless the request says.
        largest: entries a page at most.

    Raises:
        Refused: the size is below 1, or the token is none of this list.
    """
    count = _size(data, size, largest)
    ordered = sorted(rows, key=lambda row: row.seq)
    if data.get("pageToken"):
        _, behind = _place_in(name, data["pageToken"])
        ordered = [row for row in ordered if row.seq > behind]
    shown = ordered[:count]
    return Page(shown, _token(name, (0, shown[-1].seq)) if len(ordered) > count else None)


def walk_of(
    records: Records,
    name: str,
    rows: List[Row],
    data: Mapping[str, Any],
    *,
    by: Callable[[Row], float],
    descending: bool,
    size: int = LARGEST,
) -> Page:
    """As `page_of`, for lists whose entries change their places when they are written.

    What the list held when its first page was asked for comes exactly once, in the order of that time, unless it is
    deleted meanwhile; what is added later does not come.

    Args:
        records: where the order is kept; that of the latest walks of each operation.
    """
    count = _size(data, size, LARGEST)
    if data.get("pageToken"):
        return _further(records, name, rows, data["pageToken"], count)
    ordered = sorted(rows, key=lambda row: (by(row), row.seq), reverse=descending)
    if len(ordered) <= count:
        return Page(ordered, None)
    number = records.next_number(f"{WALK} {name}")
    records.delete(WALK, name, str(number - WALKS))
    order_now: Dict[str, Any] = {"order": [row.ids for row in ordered]}
    records.put(WALK, name, str(number), doc=order_now)
    return Page(ordered[:count], _token(name, (number, count)))


def _further(records: Records, name: str, rows: List[Row], token: Any, count: int) -> Page:
    """A page behind the first, in the order that was kept."""
    number, behind = _place_in(name, token)
    kept = records.get(WALK, name, str(number))
    if kept is None or not 0 <= behind <= len(kept["order"]):
        raise invalid("Invalid page token.")
    known = {row.ids: row for row in rows}
    order = [tuple(cast(List[str], ids)) for ids in kept["order"]]
    shown: List[Row] = []
    while behind < len(order) and len(shown) < count:
        row = known.get(order[behind])
        behind += 1
        if row is not None:
            shown.append(row)
    return Page(shown, _token(name, (number, behind)) if behind < len(order) else None)


def _size(data: Mapping[str, Any], size: int, largest: int) -> int:
    """How many entries a page has."""
    wanted = data.get("pageSize")
    if wanted is not None and wanted < 1:
        raise invalid("pageSize must be at least 1.")
    return min(int(wanted or size), largest)


def _token(name: str, place: Tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps([name, *place]).encode()).decode().rstrip("=")


def _place_in(name: str, token: str) -> Tuple[int, int]:
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        check_nesting(text)
        ours, value, seq = json.loads(text)
        if ours == name and isinstance(value, int) and isinstance(seq, int):
            return value, seq
    except (ValueError, TypeError, RecursionError):
        pass
    raise invalid("Invalid page token.")
