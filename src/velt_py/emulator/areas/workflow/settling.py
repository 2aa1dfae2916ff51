"""What happens by itself as time passes: deadlines, agents, schedules."""

from __future__ import annotations

from typing import Optional, cast

from velt_py.emulator.areas.workflow.definitions import DEFINITION, LIVE, SCHEDULE
from velt_py.emulator.areas.workflow.runs import settled
from velt_py.emulator.areas.workflow.starting import begin, triggered
from velt_py.emulator.state import Records
from velt_py.emulator.workflow.cron import last_instant, parsed, zone_of
from velt_py.emulator.workflow.run import Document

__all__ = ["settle"]


def settle(records: Records, now: int) -> None:
    """Let happen what is due in the workflows of an api key. A courier may call it too, inside a `State.call`.

    Args:
        records: those of the api key.
        now: milliseconds since 1970 by the emulator's clock.
    """
    for row in records.under(SCHEDULE):
        _schedule(records, row.ids[0], row.ids[1], row.doc, now)
    for row in records.under(LIVE):
        due = cast(Optional[int], row.doc["due"])
        if due is not None and due <= now:
            settled(records, row.ids[1], now)


def _schedule(records: Records, name: str, trigger: str, doc: Document, now: int) -> None:
    schedule: Document = doc["schedule"]
    cron, zone = parsed(schedule["cron"]), zone_of(schedule["timezone"])
    definition = records.get(DEFINITION, name)
    if cron is None or zone is None or definition is None or now // 60_000 <= doc["since"] // 60_000:
        return
    instant = last_instant(cron, zone, doc["since"], now)
    records.put(SCHEDULE, name, trigger, doc={**doc, "since": now})
    if instant is None:
        return
    context: Document = {
        "schedule": {
            "triggerId": trigger,
            "scheduledAt": instant,
            "payload": schedule.get("payloadTemplate") or {},
        }
    }
    key = f"trig:{trigger}:{instant}"
    begin(records, instant, definition, key, triggered(definition, context), trigger=True)
