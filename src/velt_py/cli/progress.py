"""How far long work has come, for a person who looks: one line on stderr, gone at the end."""

from __future__ import annotations

import sys
from typing import Any, Dict

from velt_py.selfhosting.files.plans import FILE_STEPS
from velt_py.selfhosting.migration.terminal import progress_on
from velt_py.selfhosting.migration.walking import Progress
from velt_py.selfhosting.operation import Step
from velt_py.selfhosting.plans import Scan
from velt_py.selfhosting.runners import StoreRunner

__all__ = ["watch"]


def watch(runner: StoreRunner) -> None:
    """Tell of the records and files that a runner's steps come to."""
    seen = progress_on(sys.stderr)
    if seen is None:
        return
    carried_out = runner.run
    counts: Dict[str, int] = {}

    def run(step: Step) -> Any:
        outcome = carried_out(step)
        if isinstance(step, FILE_STEPS):
            counts["files"] = counts.get("files", 0) + 1
            seen(Progress("look at", "files", "", counts["files"]))
        elif isinstance(step, Scan):
            name = step.kind.name
            counts[name] = counts.get(name, 0) + len(outcome)
            seen(Progress("look at", name, step.scope.organization, counts[name]))
        return outcome

    runner.run = run  # type: ignore[method-assign]
