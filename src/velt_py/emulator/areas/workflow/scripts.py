"""What agents do in workflows, as a test or a person says."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Tuple, cast

from velt_py.emulator.areas.workflow.runs import AGENT
from velt_py.emulator.state import Records
from velt_py.exceptions import VeltValidationError

__all__ = ["write_script"]

STATUSES = ("completed", "failed", "skipped")
FIELDS: Dict[str, type] = {"afterMs": int, "status": str, "decision": str, "summary": dict, "output": dict}


def write_script(records: Records, agent: str, script: Mapping[str, Any]) -> None:
    """Say what an agent does in the workflows of an api key.

    Args:
        records: those of the api key, inside a `State.call`.
        agent: its id.
        script: `afterMs` (milliseconds that it runs), `status` (completed, failed or skipped), `decision`, `summary`
            and `output` (objects that its step shows), and `rules`: a list of such scripts, each with a `match`, a
            pattern for the address, the input and the trigger context; the first that is found counts.

    Raises:
        VeltValidationError: names the field that cannot be used.
    """
    _check(script, "script", (*FIELDS, "rules"))
    rules: Any = script.get("rules", [])
    if not isinstance(rules, list):
        raise VeltValidationError("script.rules must be a list", field="rules")
    for place, rule in enumerate(cast(List[Any], rules)):
        name = f"script.rules[{place}]"
        if not isinstance(rule, dict):
            raise VeltValidationError(f"{name} must be an object", field="rules")
        _check(cast(Dict[str, Any], rule), name, (*FIELDS, "match"))
        try:
            re.compile(cast(Dict[str, Any], rule).get("match", ""))
        except (re.error, TypeError, RecursionError, OverflowError):
            raise VeltValidationError(f"{name}.match is no regular expression", field="match") from None
    records.put(AGENT, agent, doc=dict(script))


def _check(script: Mapping[str, Any], name: str, known: Tuple[str, ...]) -> None:
    for field, value in script.items():
        if field not in known:
            raise VeltValidationError(f"{name} has no {field}; it takes {', '.join(known)}", field=field)
        kind = FIELDS.get(field)
        if kind is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise VeltValidationError(f"{name}.{field} must be of type {kind.__name__}", field=field)
    if script.get("status", "completed") not in STATUSES:
        raise VeltValidationError(f"{name}.status must be one of {', '.join(STATUSES)}", field="status")
    if not 0 <= script.get("afterMs", 0) <= 10**12:
        raise VeltValidationError(f"{name}.afterMs must be between 0 and 10^12", field="afterMs")
