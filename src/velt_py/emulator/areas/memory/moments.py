"""Times as requests write them. Pure."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional

__all__ = ["DAY", "day_of", "moment"]

DAY = 24 * 3_600_000
"""Milliseconds."""
FARTHEST = 1e14
"""A little after the year 5000; times beyond it are no times."""


def moment(found: Any) -> Optional[int]:
    """A time that is written in ISO 8601 or as milliseconds, in milliseconds; None when it is neither."""
    if isinstance(found, bool):
        return None
    if isinstance(found, (int, float)):
        return int(found) if 0 <= found < FARTHEST else None
    if not isinstance(found, str):
        return None
    try:
        at = datetime.fromisoformat(found.strip().replace("Z", "+00:00"))
        return int((at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def day_of(milliseconds: int) -> int:
    """The beginning of a time's day in UTC."""
    return milliseconds - milliseconds % DAY
