"""Whether and when a call is sent again. Pure: time and chance are handed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Optional, Union

from velt_py.api.messages import Prepared, Reply
from velt_py.exceptions import VeltNetworkError
from velt_py.settings import HttpSettings

__all__ = ["RetryPolicy", "retry_after", "worth_repeating"]

STATUSES = frozenset({429, 502, 503, 504})
WORDS = frozenset({"RESOURCE_EXHAUSTED", "UNAVAILABLE", "DEADLINE_EXCEEDED"})

Outcome = Union[Reply, VeltNetworkError]


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how patiently a call is repeated.

    Args:
        retries: attempts after the first one; 0 for none.
        max_seconds: seconds after the start of the call at which the retries end.
        base: seconds of the first wait, doubled for each further one; chance takes up to all of it away.
        longest: seconds of the longest wait. A server that asks for more is not asked again: sooner would be refused.
    """

    retries: int = 2
    max_seconds: float = 60.0
    base: float = 0.5
    longest: float = 20.0

    @classmethod
    def of(cls, settings: HttpSettings) -> RetryPolicy:
        """The policy of a configuration."""
        return cls(retries=settings.retries, max_seconds=settings.max_retry_seconds)

    def with_retries(self, retries: Optional[int]) -> RetryPolicy:
        """The same patience with another number of retries; None for the same number."""
        return self if retries is None else replace(self, retries=retries)

    def ending_within(self, seconds: Optional[float]) -> RetryPolicy:
        """The same policy with retries that end earlier, if need be; None for no other end."""
        return self if seconds is None else replace(self, max_seconds=min(self.max_seconds, seconds))

    def wait(
        self, prepared: Prepared, outcome: Outcome, attempts: int, elapsed: float, now: float, chance: float
    ) -> Optional[float]:
        """Seconds to wait before the next attempt, or None when the outcome is final.

        Args:
            outcome: what the last attempt ended with.
            attempts: attempts made so far.
            elapsed: seconds since the call began.
            now: seconds since the epoch, to read dates in `Retry-After`.
            chance: from 0 up to 1.
        """
        if attempts > self.retries or not worth_repeating(prepared, outcome):
            return None
        seconds = min(self.longest, self.base * 2 ** min(attempts - 1, 30)) * chance
        if isinstance(outcome, Reply):
            asked = retry_after(outcome.headers, now)
            if asked is not None and asked > self.longest:
                return None
            # Chance is added to what the server asks for, or all its clients come back at the same moment.
            seconds = seconds if asked is None else asked + self.base * chance
        return seconds if elapsed + seconds < self.max_seconds else None


def worth_repeating(prepared: Prepared, outcome: Outcome) -> bool:
    """Whether another attempt may help and does no harm."""
    if isinstance(outcome, VeltNetworkError):
        return prepared.repeatable or not outcome.sent
    return prepared.repeatable and (outcome.status in STATUSES or outcome.status_word() in WORDS)


def retry_after(headers: Mapping[str, str], now: float) -> Optional[float]:
    """The seconds that the server asks to wait: `retry-after-ms`, or `retry-after` as seconds or as an HTTP date.

    None when there is neither, or something that cannot be read.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    from datetime import timezone
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=timezone.utc)
    return max(0.0, date.timestamp() - now)


def _number(text: Optional[str]) -> Optional[float]:
    if text is None:
        return None
    text = text.strip()
    whole, _, fraction = text.partition(".")
    if not whole.isascii() or not whole.isdigit() or len(text) > 20:
        return None
    return float(text) if not fraction or (fraction.isascii() and fraction.isdigit()) else None
