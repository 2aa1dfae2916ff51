"""Pages of a list, by opaque tokens. Pure.

A token names the place behind an entry, not a number of entries, so entries that come or go meanwhile move nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Callable, List, Mapping, NamedTuple, Optional, Tuple

from velt_py.emulator.refusals import invalid
from velt_py.emulator.state import Row

__all__ = ["Page", "page_of"]

LARGEST = 1000


class Page(NamedTuple):
    """The rows of a page, and the token of the next one."""

    rows: List[Row]
    token: Optional[str]


def page_of(
    name: str,
    rows: List[Row],
    data: Mapping[str, Any],
    *,
    size: int = LARGEST,
    largest: int = LARGEST,
    by: Optional[Callable[[Row], float]] = None,
    descending: bool = False,
) -> Page:
    """The page that a request asks for.

    Args:
        name: the operation; a token of another one is refused.
        rows: the whole list.
        data: the request, with `pageSize` and `pageToken`.
        size: entries a page, unless the request says.
        largest: entries a page at most.
        by: what to order by before the order of creation.
        descending: the largest first.

    Raises:
        Refused: the size is below 1, or the token is none of this list.
    """
    wanted = data.get("pageSize")
    if wanted is not None and wanted < 1:
        raise invalid("pageSize must be at least 1.")
    count = min(int(wanted or size), largest)

    def place(row: Row) -> Tuple[float, int]:
        return (by(row) if by else 0, row.seq)

    ordered = sorted(rows, key=place, reverse=descending)
    if data.get("pageToken"):
        behind = _place_in(name, data["pageToken"])
        ordered = [row for row in ordered if (place(row) < behind if descending else place(row) > behind)]
    shown = ordered[:count]
    more = len(ordered) > count
    return Page(shown, _token(name, place(shown[-1])) if more else None)


def _token(name: str, place: Tuple[float, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps([name, *place]).encode()).decode().rstrip("=")


def _place_in(name: str, token: str) -> Tuple[float, int]:
    try:
        said = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        ours, value, seq = said
        if ours == name and isinstance(value, (int, float)) and isinstance(seq, int):
            return value, seq
    except (ValueError, TypeError, binascii.Error):
        pass
    raise invalid("Invalid page token.")
