"""The emulator's clock stands where every operation works, and nowhere else."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.emulator.controlling import asked
from tests.emulator.tenants import sdk_for
from tests.emulator.walk import samples, walked
from velt_py.emulator import Clock, Emulator
from velt_py.emulator.clock import LATEST
from velt_py.exceptions import VeltValidationError

HOUR = 3600.0


def moved(emulator: Emulator, **given: Any) -> Any:
    return asked(emulator, "POST", "clock", **given)


@pytest.mark.parametrize(
    "given",
    [
        {"set": -1},
        {"set": LATEST},
        {"set": 1e300},
        {"set": float("nan")},
        {"set": 10**400},
        {"set": LATEST - 1, "tick": 1},
        {"set": 1, "tick": -2},
        {"tick": LATEST},
        {"tick": -1_900_000_000},
        {"tick": float("-inf")},
        {"tick": True},
    ],
    ids=str,
)
def test_a_time_in_which_calls_would_fail_is_refused_and_the_clock_stays(
    emulator: Emulator, given: Dict[str, Any]
) -> None:
    before = emulator.clock.seconds()
    status, answer = moved(emulator, **given)
    assert status == 400
    assert "seconds" in answer["error"]["message"]
    assert emulator.clock.seconds() == before
    assert moved(emulator, set=HOUR, tick=1) == (200, {"seconds": HOUR + 1})


def test_a_clock_in_python_is_held_to_the_same() -> None:
    clock = Clock(HOUR)
    for move in (lambda: Clock(-1), lambda: clock.stop_at(LATEST), lambda: clock.tick(-2 * HOUR)):
        with pytest.raises(VeltValidationError, match="between 1970 and 2999"):
            move()
    assert clock.seconds() == HOUR


def refused_at(start: float) -> Dict[str, str]:
    """What the walk over all operations is refused that begins at a time, and with which of Velt's words."""
    emulator = Emulator(clock=Clock(start))
    kept = {"own": "key", "token": "token-of-key"}
    replies = walked(emulator, sdk_for(emulator, "key").api, kept, samples("quokka"))
    refused = {name: reply.answer["error"]["status"] for name, reply in replies if "error" in reply.answer}
    emulator.close()
    return refused


@pytest.mark.parametrize("start", [0.0, LATEST - 5 * HOUR], ids=["first", "last"])
def test_every_operation_works_at_the_first_and_at_the_last_moment_as_at_any_other(start: float) -> None:
    assert refused_at(start) == refused_at(1_800_000_000.0)
