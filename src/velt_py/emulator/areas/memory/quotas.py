"""How often a minute the operations of the knowledge base may be called."""

from __future__ import annotations

from velt_py.emulator.call import Call
from velt_py.emulator.refusals import Refused

__all__ = ["PER_MINUTE", "count"]

PER_MINUTE = {
    "memory.ingestKnowledge": 30,
    "memory.deleteKnowledge": 30,
    "memory.getUploadUrl": 100,
    "memory.searchKnowledge": 120,
    "memory.getIngestStatus": 600,
}
MINUTE = 60_000


def count(call: Call) -> None:
    """Count a call.

    Raises:
        Refused: there were too many in this minute of the emulator's clock.
    """
    most = PER_MINUTE.get(call.operation)
    if most is None:
        return
    minute = call.now // MINUTE
    doc = call.records.get("memoryRate", call.operation) or {}
    calls = doc["calls"] if doc.get("minute") == minute else 0
    if calls >= most:
        call.guess("memory-minutes")
        raise Refused("RESOURCE_EXHAUSTED", f"More than {most} calls a minute; try again in the next one.")
    call.records.put("memoryRate", call.operation, doc={"minute": minute, "calls": calls + 1})
