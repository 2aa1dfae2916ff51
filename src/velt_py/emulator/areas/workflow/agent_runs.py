"""The runs of agents that workflows begin: those of the agents' own operations, seen there too."""

from __future__ import annotations

from velt_py.emulator.areas.agents.settling import RUN, RUNNING, settle
from velt_py.emulator.areas.agents.starting import begin
from velt_py.emulator.call import Call
from velt_py.emulator.clock import Clock
from velt_py.emulator.refusals import Refused
from velt_py.emulator.state import Records
from velt_py.emulator.workflow.run import Begun, Document, Found

__all__ = ["AgentRuns"]


class AgentRuns:
    """Runs agents for the executions of an api key.

    Args:
        records: those of the api key, inside a `State.call`.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def begin(self, asked: Document, now: int) -> Begun:
        """Put a run into the queue of the agents, or say why it is not taken."""
        given = {name: value for name, value in asked.items() if value is not None}
        try:
            execution, plan = begin(self._call(given, now), placeless=True)
        except Refused as refusal:
            return Begun(fault=refusal.message)
        return Begun(execution, plan["due"], plan["output"])

    def found(self, execution: str, now: int) -> Found:
        """What a run has found. One that was deleted meanwhile has ended in an error."""
        if self._records.get(RUNNING, execution) is not None:
            settle(self._call({}, now))
        doc = self._records.get(RUN, execution)
        return Found("error", {}) if doc is None else Found(doc["status"], doc["resultsSummary"])

    def _call(self, data: Document, now: int) -> Call:
        """The engine as a caller of the agents, at a time that may have passed."""
        records = self._records
        call = Call(
            "agents.runAgentExecution", records.owner, data, records, records.beside(""), Clock(now / 1000)
        )
        call.now = now
        return call
