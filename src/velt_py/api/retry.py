"""Whether and when a call is sent again. Pure: time and chance are handed in."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import Callable, Mapping, Optional, Tuple, Union

from velt_py.api.messages import Prepared, Reply
from velt_py.exceptions import VeltNetworkError
from velt_py.settings import HttpSettings

__all__ = ["Decision", "Failure", "RetryPolicy", "retry_after", "worth_repeating"]

logger = logging.getLogger("velt_py.api.retry")

STATUSES = frozenset({429, 502, 503, 504})
WORDS = frozenset({"RESOURCE_EXHAUSTED", "UNAVAILABLE", "DEADLINE_EXCEEDED"})

Outcome = Union[Reply, VeltNetworkError]


def _no_headers() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Failure:
    """An attempt that did not succeed, for the functions of `http.retry_if`.

    Args:
        operation: for example `users.addUsers`.
        repeatable: whether sending it twice does no harm.
        attempt: which one it was, from 1.
        sent: whether something may have reached the server.
        status: the HTTP status, None when there was no answer.
        word: Velt's word for the failure, for example `RESOURCE_EXHAUSTED`.
        headers: of the answer, with names in small letters; out of `repr`.
        error: why there was no answer.
    """

    operation: str
    repeatable: bool
    attempt: int
    sent: bool = True
    status: Optional[int] = None
    word: Optional[str] = None
    headers: Mapping[str, str] = field(default_factory=_no_headers, repr=False)
    error: Optional[VeltNetworkError] = None

    @classmethod
    def of(cls, prepared: Prepared, outcome: Outcome, attempt: int) -> Failure:
        if isinstance(outcome, VeltNetworkError):
            return cls(prepared.name, prepared.repeatable, attempt, outcome.sent, error=outcome)
        word = outcome.status_word()
        return cls(prepared.name, prepared.repeatable, attempt, True, outcome.status, word, outcome.headers)


Decision = Callable[[Failure], Optional[bool]]
"""True sends the call again, also one that is not repeatable; False does not; None leaves it to the next function,
after the last one to the built-in rule. How often and how long stays with the policy."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how patiently a call is repeated.

    Args:
        retries: attempts after the first one; 0 for none.
        max_seconds: seconds after the start of the call at which the retries end.
        base: seconds of the first wait, doubled for each further one; chance takes up to all of it away.
        longest: seconds of the longest wait. A server that asks for more is not asked again: sooner would be refused.
        decisions: functions of the application, asked before the built-in rule.
        attempt: seconds that an attempt has without a timeout of its own.
    """

    retries: int = 2
    max_seconds: float = 60.0
    base: float = 0.5
    longest: float = 20.0
    decisions: Tuple[Decision, ...] = ()
    attempt: float = 35.0

    @classmethod
    def of(cls, settings: HttpSettings) -> RetryPolicy:
        """The policy of a configuration."""
        return cls(
            settings.retries,
            settings.max_retry_seconds,
            decisions=settings.retry_if,
            attempt=settings.connect_timeout + settings.read_timeout,
        )

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
        if attempts > self.retries or not self._repeats(prepared, outcome, attempts):
            return None
        seconds = min(self.longest, self.base * 2 ** min(attempts - 1, 30)) * chance
        if isinstance(outcome, Reply):
            asked = retry_after(outcome.headers, now)
            if asked is not None and asked > self.longest:
                return None
            # Chance is added to what the server asks for, or all its clients come back at the same moment.
            seconds = seconds if asked is None else asked + self.base * chance
        return seconds if elapsed + seconds < self.max_seconds else None

    def _repeats(self, prepared: Prepared, outcome: Outcome, attempts: int) -> bool:
        # A success is final, whatever a function would say: sending it again could do a thing twice.
        if self.decisions and not (isinstance(outcome, Reply) and 200 <= outcome.status < 300):
            failure = Failure.of(prepared, outcome, attempts)
            for decide in self.decisions:
                try:
                    decided = decide(failure)
                except Exception as error:  # noqa: BLE001 - the application's mistake may not cost it the answer
                    facts = {"velt_call": prepared.name, "velt_error": type(error).__name__}
                    logger.error("velt.retry.undecided", extra=facts)
                    continue
                if decided is not None:
                    return decided is True
        return worth_repeating(prepared, outcome)


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
