"""Pages of workflow lists: the newest first, behind the time of the last entry that was seen."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple

from velt_py.emulator.state import Records, Row

__all__ = ["newest", "stamp"]


def stamp(records: Records, now: int) -> int:
    """The time of a change, in milliseconds since 1970; no two changes of an api key have the same."""
    last = records.get("workflowStamp", "last") or {"value": 0}
    value: int = max(now, last["value"] + 1)
    records.put("workflowStamp", "last", doc={"value": value})
    return value


def newest(
    rows: List[Row], by: Callable[[Row], int], before: Optional[int], size: int
) -> Tuple[List[Any], Optional[int]]:
    """A page, and the time of its last entry when the page is full."""
    found = sorted((row for row in rows if before is None or by(row) < before), key=by, reverse=True)
    shown = found[:size]
    return [row.doc for row in shown], by(shown[-1]) if shown and len(shown) == size else None
