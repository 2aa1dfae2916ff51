"""What the runs of agents used. Only tokens that a script names are counted: no model is asked."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Dict, Iterable

from velt_py.emulator.areas.agents.settling import RUN
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.refusals import invalid

__all__ = ["RULES"]

COUNTS = ("promptTokens", "completionTokens", "thoughtsTokens", "totalTokens")
Table = Dict[str, Dict[str, Document]]


def get(call: Call) -> Answer:
    agent, year, month, model = (call.text(name) for name in ("agentId", "year", "month", "model"))
    for name, pattern in (("year", r"[0-9]{4}"), ("month", r"0[1-9]|1[0-2]")):
        if call.data.get(name) is not None and not re.fullmatch(pattern, call.text(name)):
            raise invalid(f"{name} must match ^({pattern})$.")
    if call.data.get("agentId") == "":
        raise invalid("agentId must have at least 1 character.")
    runs = [row.doc for row in call.records.under(RUN) if agent in ("", row.doc["agentId"])]
    used = [run for run in runs if run.get("llmModel")]
    yearly: Table = {}
    monthly: Table = {}
    by_model: Dict[str, Document] = {}
    for run in used:
        key = re.sub(r"[./]", "_", run["llmModel"])
        when = datetime.fromtimestamp(run["startedAt"] / 1000, timezone.utc)
        _count(by_model, key, run)
        if year in ("", f"{when:%Y}"):
            _count(yearly.setdefault(f"{when:%Y}", {}), key, run)
        if year == f"{when:%Y}" and month in ("", f"{when:%m}"):
            _count(monthly.setdefault(f"{when:%m}", {}), key, run)
    usage: Document = {"allTime": _total(used)}
    if yearly:
        usage["yearly"] = yearly
    if year:
        usage["monthly"] = monthly
    if by_model:
        wanted = re.sub(r"[./]", "_", model)
        usage["byModel"] = {key: each for key, each in by_model.items() if wanted in ("", key)}
    counts: Dict[str, Document] = {}
    for run in runs:
        before = counts.get(run["agentId"], {"executionCount": 0, "lastExecutedAt": 0})
        last = max(before["lastExecutedAt"], run["startedAt"])
        counts[run["agentId"]] = {"executionCount": before["executionCount"] + 1, "lastExecutedAt": last}
    call.guess("agent-runs")
    data = {"analytics": {"tokenUsage": usage, "executionCounts": counts}}
    return success("Analytics fetched successfully", data)


def _count(table: Dict[str, Document], key: str, run: Document) -> None:
    before = table.get(key) or _total([])
    more = _total([run])
    table[key] = {name: before[name] + more[name] for name in before}


def _total(runs: Iterable[Document]) -> Document:
    found = list(runs)
    total = {name: sum(run["tokenUsage"][name] for run in found) for name in COUNTS}
    return {"requestCount": len(found), **total}


RULES: Dict[str, Rule] = {"agents.getAgentAnalytics": get}
