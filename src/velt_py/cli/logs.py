"""The log of the command: one line an event on stderr."""

from __future__ import annotations

import logging
import sys

from velt_py.selfhosting.migration.terminal import clear_line

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


class StderrHandler(logging.Handler):
    """Writes to what is stderr at the time of the event."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            clear_line(sys.stderr)
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            self.handleError(record)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send the events of this package to stderr, once however often this is called."""
    logger = logging.getLogger("velt_py")
    logger.setLevel(level)
    if not any(isinstance(handler, StderrHandler) for handler in logger.handlers):
        handler = StderrHandler()
        handler.setFormatter(EventFormatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
    # PostgreSQL's pool tells every attempt to connect, where nobody listens on stderr; the error tells it once.
    pool = logging.getLogger("psycopg.pool")
    if not pool.handlers:
        pool.addHandler(logging.NullHandler())
