"""Pages of what was read as a whole: the newest first, with a cursor that survives changes. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

__all__ = ["newest_first", "weight"]

Item = Dict[str, Any]


def newest_first(
    items: Sequence[Item], after: str, most: int, largest: int = 2_000_000
) -> Tuple[List[Item], Optional[str]]:
    """The items behind a cursor, and the next cursor.

    Args:
        items: each with `id` and `at`.
        after: the cursor; empty for the first page.
        most: items of a page.
        largest: characters of a page, roughly; its first item comes whatever its size.
    """
    ordered = sorted(items, key=place, reverse=True)
    if after:
        last = place_of(after)
        ordered = [each for each in ordered if place(each) < last]
    page: List[Item] = []
    size = 0
    for each in ordered[:most]:
        size += weight(each)
        if page and size > largest:
            break
        page.append(each)
    if len(page) == len(ordered):
        return page, None
    at, id = place(page[-1])
    return page, f"{at}:{id}"


def place(item: Mapping[str, Any]) -> Tuple[int, str]:
    return int(item["at"] or 0), str(item["id"])


def place_of(cursor: str) -> Tuple[int, str]:
    at, _, id = cursor.partition(":")
    # A cursor that nobody gave begins at the top.
    return (int(at), id) if at.isascii() and at.isdigit() and len(at) < 19 else (2**62, "")


def weight(value: Any) -> int:
    """Roughly how many characters a value has as JSON."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(weight(each) + 10 for each in value.values())  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return sum(map(weight, value))  # pyright: ignore[reportUnknownArgumentType]
    return 5
