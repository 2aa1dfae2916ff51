"""The log of operations: one line per call, with facts for the operator and nothing that people wrote or are."""

from __future__ import annotations

import logging
import time
from typing import Any, Dict, Optional, cast

from velt_py.exceptions import VeltSDKError
from velt_py.selfhosting.plans import Save

__all__ = ["Entry"]

logger = logging.getLogger("velt_py.selfhosting.operations")


class Entry:
    """One running operation: the line that is written when it ends.

    The level says who has to act: debug when all went well, info when a record was not there, warning when the
    caller sent something that cannot be accepted, error when the store or the configuration failed.

    Args:
        operation: the operation's name, for example `comments.get`.
    """

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._started = time.perf_counter()
        self._organization: Optional[str] = None
        self._records = 0

    def seen(self, step: Any, outcome: Any) -> None:
        """Note a step that was carried out."""
        scope = getattr(step, "scope", None)
        if scope is not None:
            self._organization = scope.organization
        if isinstance(outcome, list):
            self._records += len(cast("list[Any]", outcome))
        elif isinstance(step, Save):
            self._records += len(step.changes)
        elif isinstance(outcome, int):
            self._records += outcome

    def finished(self, error: Optional[VeltSDKError]) -> None:
        """Write the line."""
        level = logging.DEBUG if error is None else _level(error)
        if not logger.isEnabledFor(level):
            return
        facts: Dict[str, Any] = {
            "velt_operation": self._operation,
            "velt_organization": self._organization,
            "velt_records": self._records,
            "velt_ms": round((time.perf_counter() - self._started) * 1000, 1),
        }
        if error is None:
            logger.debug("velt.operation.done", extra=facts)
            return
        # Of the field's path only the head: below it stand keys that people may have chosen.
        facts["velt_field"] = error.field.partition(".")[0] if error.field else None
        facts["velt_status"] = error.statusCode
        facts["velt_code"] = error.code
        facts["velt_correlation"] = error.correlation
        event = "velt.operation.failed" if level == logging.ERROR else "velt.operation.refused"
        logger.log(level, event, extra=facts)


def _level(error: VeltSDKError) -> int:
    if error.statusCode >= 500:
        return logging.ERROR
    return logging.INFO if error.statusCode == 404 else logging.WARNING
