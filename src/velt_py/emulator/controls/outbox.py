"""The outbox: mails that Velt would have sent."""

from __future__ import annotations

from typing import Any, Dict, List, cast

from velt_py.emulator.controls.reading import Given, api_key, optional_text
from velt_py.emulator.effects.holding import release
from velt_py.emulator.effects.mails import outbox
from velt_py.emulator.kinds import MAIL, NOTICE_HELD

__all__ = ["clear", "look"]


def look(emulator: Any, given: Given) -> Any:
    """The mails, the oldest first; those of one api key, or to one address, only."""
    key, to = api_key(given), optional_text(given, "to")
    found: List[Dict[str, Any]] = []
    with emulator.state.call():
        for owner in [key] if key else emulator.state.owners(NOTICE_HELD):
            release(emulator.state.of(owner), emulator.clock.milliseconds())
        for owner in [key] if key else emulator.state.owners(MAIL):
            found.extend(outbox(emulator.state.of(owner)))
    mails = sorted(found, key=lambda mail: mail["at"])
    return {"mails": [mail for mail in mails if to is None or to in _addresses(mail)]}


def clear(emulator: Any, given: Given) -> Any:
    """Forget the mails of an api key, or all."""
    key = api_key(given)
    with emulator.state.call():
        for owner in [key] if key else emulator.state.owners(MAIL):
            emulator.state.of(owner).delete_under(MAIL)
    return {"mails": []}


def _addresses(mail: Dict[str, Any]) -> List[str]:
    """To whom a mail is: to one person, or to the several that a workflow names."""
    found: Any = mail["to"]
    return cast(List[str], found) if isinstance(found, list) else [found]
