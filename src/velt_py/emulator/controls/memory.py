"""What only review activity makes: judgments can be put in here. Seeding causes nothing."""

from __future__ import annotations

from typing import Any, List

from velt_py.emulator.areas.memory.judgments import JUDGMENT, seeded
from velt_py.emulator.areas.memory.requests import JUDGMENTS, check
from velt_py.emulator.controls.reading import Given, need_key

__all__ = ["add_judgments"]


def add_judgments(emulator: Any, given: Given) -> Any:
    """Put judgments in.

    Raises:
        Refused: one of them does not look like a judgment.
    """
    key = need_key(given)
    check(JUDGMENTS, given)
    made: List[str] = []
    with emulator.state.call():
        records = emulator.state.of(key)
        for entry in given["judgments"]:
            doc = seeded(key, records.next_number(JUDGMENT), entry, emulator.clock.milliseconds())
            records.put(JUDGMENT, doc["organization"], doc["document"], doc["recordId"], doc=doc)
            made.append(doc["recordId"])
    return {"judgments": made}
