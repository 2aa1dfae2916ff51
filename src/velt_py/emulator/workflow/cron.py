"""Schedules: five fields of cron, in a time zone. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo
from importlib import import_module
from typing import FrozenSet, List, NamedTuple, Optional, Tuple, cast

__all__ = ["Cron", "knows_zones", "last_instant", "parsed", "zone_of"]

RANGES: Tuple[Tuple[int, int], ...] = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LONGEST_LOOK_BACK = 366
ZONES = ("zoneinfo", "backports.zoneinfo")


class Cron(NamedTuple):
    """When to start: the values that each field allows, and which fields of the day were given."""

    minutes: FrozenSet[int]
    hours: FrozenSet[int]
    days: FrozenSet[int]
    months: FrozenSet[int]
    weekdays: FrozenSet[int]
    any_day: bool
    any_weekday: bool


def parsed(text: str) -> Optional[Cron]:
    """A cron expression from its text; None when it is none."""
    words = text.split()
    if len(words) != 5:
        return None
    fields: List[FrozenSet[int]] = []
    for place, word in enumerate(words):
        names = {3: MONTHS, 4: DAYS}.get(place, ())
        found = _field(word, RANGES[place], names, 1 if place == 3 else 0)
        if not found:
            return None
        fields.append(found)
    fields[4] = frozenset(day % 7 for day in fields[4])
    return Cron(fields[0], fields[1], fields[2], fields[3], fields[4], words[2][0] == "*", words[4][0] == "*")


def _field(
    word: str, bounds: Tuple[int, int], names: Tuple[str, ...], first: int
) -> Optional[FrozenSet[int]]:
    found: List[int] = []
    for part in word.split(","):
        span, slash, step = part.partition("/")
        if slash and not _is_number(step):
            return None
        start, dash, end = span.partition("-")
        if span == "*":
            low, high = bounds
        else:
            low = _number(start, names, first)
            high = _number(end, names, first) if dash else (bounds[1] if slash else low)
        if low < bounds[0] or high > bounds[1] or low > high or (slash and int(step) < 1):
            return None
        found.extend(range(low, high + 1, int(step) if slash else 1))
    return frozenset(found)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 5


def _number(word: str, names: Tuple[str, ...], first: int) -> int:
    if word.upper() in names:
        return names.index(word.upper()) + first
    return int(word) if _is_number(word) else -1


def zone_of(name: str) -> Optional[tzinfo]:
    """A time zone by its name; None when there is none of that name, or this machine knows none."""
    if name in ("UTC", "Etc/UTC", "GMT"):
        return timezone.utc
    for module in ZONES:
        try:
            return cast(tzinfo, import_module(module).ZoneInfo(name))
        except ImportError:
            continue
        except (KeyError, ValueError, OSError):
            return None
    return None


def knows_zones() -> bool:
    """Whether this machine knows other time zones than UTC: Python 3.8 needs `backports.zoneinfo`, some systems need
    `tzdata`."""
    return zone_of("Europe/London") is not None


def last_instant(cron: Cron, zone: tzinfo, since: int, until: int) -> Optional[int]:
    """The last time after `since` and not after `until` at which a schedule is due; None without one.

    Args:
        since, until: milliseconds since 1970.
    """
    end = datetime.fromtimestamp(until / 1000, zone)
    for back in range(LONGEST_LOOK_BACK):
        day = end.date() - timedelta(days=back)
        if _day_fits(cron, day):
            for hour in sorted(cron.hours, reverse=True):
                for minute in sorted(cron.minutes, reverse=True):
                    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                    instant = int(moment.timestamp()) * 1000
                    if instant <= since:
                        return None
                    if instant <= until:
                        return instant
        if datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000 <= since:
            return None
    return None


def _day_fits(cron: Cron, day: date) -> bool:
    if day.month not in cron.months:
        return False
    in_month, in_week = day.day in cron.days, (day.weekday() + 1) % 7 in cron.weekdays
    # As in cron: where both are given, either of them is enough.
    if cron.any_day or cron.any_weekday:
        return in_month and in_week
    return in_month or in_week
