"""Agents: their definitions, versions, groups and runs, and the tools around their prompts."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.areas.agents import analytics, definitions, executions, groups, tools, versions
from velt_py.emulator.call import Rule

__all__ = ["RULES"]

RULES: Dict[str, Rule] = {
    **definitions.RULES,
    **versions.RULES,
    **groups.RULES,
    **executions.RULES,
    **analytics.RULES,
    **tools.RULES,
}
