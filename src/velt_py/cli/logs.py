"""The log of the command: one line an event on stderr."""

from __future__ import annotations

import logging
import sys
from typing import Any

__all__ = ["log_to_stderr"]


class EventFormatter(logging.Formatter):
    """The event's name, then its facts as `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        facts = [
            f"{name[5:]}={value}"
            for name, value in sorted(vars(record).items())
            if name.startswith("velt_") and value is not None
        ]
        return " ".join([line, *facts])


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send the events of this package to stderr."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter("%(asctime)s %(levelname)s %(message)s"))
    logger: Any = logging.getLogger("velt_py")
    logger.addHandler(handler)
    logger.setLevel(level)
