"""What is over by the clock, and shows at the next call of its api key.

It stands before every call, and loads nothing where nothing goes on.
"""

from __future__ import annotations

from velt_py.emulator.call import Call
from velt_py.emulator.kinds import AGENT_RUNNING, NOTICE_HELD

__all__ = ["settle"]


def settle(call: Call) -> None:
    """End the agents' runs that are over, and tell people what was held back until now."""
    if call.records.under(AGENT_RUNNING):
        from velt_py.emulator.areas.agents.settling import settle as settle_agents

        settle_agents(call)
    if call.records.under(NOTICE_HELD):
        from velt_py.emulator.effects.holding import release

        release(call.records, call.now)
