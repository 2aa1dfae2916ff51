"""Jobs at Velt that go on after the call that began them: when one is over, and when to look again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Mapping, Optional, Tuple, cast

from velt_py.api.options import NAMES, CallOptions, Options, known_only, read_options
from velt_py.exceptions import VeltValidationError

__all__ = ["DONE", "FAILED", "RUNNING", "Job", "Pace", "WaitOptions", "read_wait_options"]

RUNNING, DONE, FAILED = "running", "done", "failed"

LAST_LOOK = 5.0
"""Seconds that a look may take beyond the deadline: the last one begins when the deadline is over."""
LONGEST_LOOK = 86_400.0
"""Seconds of one look at most; more than some systems can count would be an error of theirs."""
GROWTH = 1.5
MOST = 1e9


class WaitOptions(CallOptions, total=False):
    """What `options={...}` of `.wait()` takes: the options of each call, and the patience of all of them.

    deadline: seconds for everything; the reference lists each operation's own.
    first_wait: seconds between the first look and the second, about half as long again from look to look.
    max_wait: seconds between two looks at most.
    """

    deadline: float
    first_wait: float
    max_wait: float


OPTIONS = ("deadline", "first_wait", "max_wait")


@dataclass(frozen=True)
class Pace:
    """How patiently a job is waited for; all in seconds.

    Args:
        deadline: for everything.
        first_wait: between the first look and the second.
        max_wait: between two looks at most.
    """

    deadline: float
    first_wait: float
    max_wait: float

    def pause(self, looks: int, elapsed: float, chance: float) -> Optional[float]:
        """Seconds until the next look, None when the deadline is over. The last look is at the deadline.

        Args:
            looks: looks so far, at least one.
            elapsed: seconds since the wait began.
            chance: from 0 up to 1; it takes up to half of a pause away, so that many waits spread.
        """
        left = self.deadline - elapsed
        if left <= 0:
            return None
        longest = min(self.max_wait, self.first_wait * GROWTH ** min(looks, 100))
        shortest = max(self.first_wait, longest / 2)
        return min(left, shortest + (longest - shortest) * chance)

    def within(self, elapsed: float) -> float:
        """Seconds that a look may take which begins now."""
        return min(LONGEST_LOOK, max(0.0, self.deadline - elapsed) + min(LAST_LOOK, self.deadline))


@dataclass(frozen=True)
class Job:
    """How the answer of an operation tells of a job.

    Args:
        status: where the word for its state stands in the answer.
        done: the words for a job that came to its end.
        failed: the words for one that never will. Any other word, and none at all, means that it runs.
        pace: how patiently it is waited for, unless the caller says otherwise.
    """

    status: Tuple[str, ...]
    done: Tuple[Any, ...]
    failed: Tuple[Any, ...]
    pace: Pace

    def word(self, answer: Any) -> Any:
        """The word for the job's state in an answer, None when there is none."""
        for name in self.status:
            if not isinstance(answer, dict):
                return None
            answer = cast(Dict[str, Any], answer).get(name)
        return answer

    def state(self, answer: Any) -> str:
        """`DONE`, `FAILED` or `RUNNING`."""
        word = self.word(answer)
        if _among(word, self.done):
            return DONE
        return FAILED if _among(word, self.failed) else RUNNING


def _among(word: Any, words: Tuple[Any, ...]) -> bool:
    # In Python 1 is True; in Velt's answers it is another word.
    return any(type(word) is type(each) and word == each for each in words)


def read_wait_options(given: Mapping[str, Any], pace: Pace) -> Tuple[Options, Pace]:
    """Check the options of a wait.

    Args:
        given: as `WaitOptions`.
        pace: the operation's own.

    Raises:
        VeltValidationError: names the option at fault.
    """
    known_only(given, [*NAMES, *OPTIONS])
    own = {name: given[name] for name in OPTIONS if given.get(name) is not None}
    for name, value in own.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not MOST >= value > 0:
            raise VeltValidationError(
                f"options.{name}: a number of seconds above 0 is needed", field=f"options.{name}"
            )
    first, longest = own.get("first_wait"), own.get("max_wait")
    if first is not None and longest is not None and first > longest:
        raise VeltValidationError(
            "options.first_wait: it is longer than options.max_wait", field="options.first_wait"
        )
    pace = replace(pace, **own)
    if pace.first_wait > pace.max_wait:
        # One of them was given: it goes before the operation's own for the other.
        only = pace.first_wait if longest is None else pace.max_wait
        pace = replace(pace, first_wait=only, max_wait=only)
    return read_options({name: value for name, value in given.items() if name not in OPTIONS}), pace
