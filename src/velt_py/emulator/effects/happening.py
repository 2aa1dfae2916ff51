"""Something that happened, and what follows from it."""

from __future__ import annotations

from velt_py.emulator.call import Call
from velt_py.emulator.effects import activities, mails, notices, webhooks
from velt_py.emulator.effects.facts import Happening
from velt_py.emulator.effects.people import Audience, audience_of

__all__ = ["Happening", "announce"]


def announce(call: Call, happening: Happening, *, notify: bool = True, record: bool = True) -> None:
    """Let follow what follows, committed with the call.

    Args:
        happening: what happened.
        notify: whether webhooks leave and people are notified.
        record: whether an activity is recorded.
    """
    if notify:
        audience: Audience = audience_of(call, happening)
        webhooks.send(call, happening, audience)
        notices.notify(call, happening, audience)
        mails.write(call, happening, audience)
    if record:
        activities.record(call, happening)
