"""The log of webhooks, without what signs them."""

from __future__ import annotations

from typing import Any, Dict, List

from velt_py.emulator.controls.reading import Given, api_key, need_key, need_text, optional_text
from velt_py.emulator.deliveries import DELIVERY, resend, shown
from velt_py.emulator.state import AGENDA
from velt_py.exceptions import VeltValidationError

__all__ = ["clear", "log", "run", "send_again"]


def log(emulator: Any, given: Given) -> Any:
    """The deliveries, the oldest first; those of one api key, state or event only."""
    key, state, event = api_key(given), optional_text(given, "state"), optional_text(given, "event")
    found: List[Dict[str, Any]] = []
    with emulator.state.call():
        for owner in [key] if key else emulator.state.owners(DELIVERY):
            found.extend(shown(emulator.state.of(owner)))
    return {
        "webhooks": [
            each
            for each in sorted(found, key=lambda each: each["createdAt"])
            if (state is None or each["state"] == state) and (event is None or each["event"] == event)
        ]
    }


def send_again(emulator: Any, given: Given) -> Any:
    """Make a delivery due again, with the same ids.

    Raises:
        VeltValidationError: there is none of that id.
    """
    key, name = need_key(given), need_text(given, "id")
    with emulator.state.call():
        if not resend(emulator.state.of(key), name, emulator.clock.milliseconds()):
            raise VeltValidationError("id: there is no such delivery", field="id")
    emulator.courier.wake()
    return {"resent": name}


def run(emulator: Any, given: Given) -> Any:
    """Attempt now what is due."""
    return {"attempts": emulator.courier.deliver_due(api_key(given))}


def clear(emulator: Any, given: Given) -> Any:
    """Forget the log, and what was still to be sent."""
    key = api_key(given)
    with emulator.state.call():
        for owner in [key] if key else emulator.state.owners(DELIVERY):
            for kind in (DELIVERY, AGENDA):
                emulator.state.of(owner).delete_under(kind)
    return {"webhooks": []}
