"""Review workflows: definitions, executions, steps, and what starts executions from outside."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.areas.workflow import definitions, executions, steps, triggers
from velt_py.emulator.call import Rule

__all__ = ["RULES"]

RULES: Dict[str, Rule] = {**definitions.RULES, **executions.RULES, **steps.RULES, **triggers.RULES}
