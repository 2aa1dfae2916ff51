"""Something that happened, and what follows from it."""

from __future__ import annotations

from typing import Any

from velt_py.emulator.call import Call
from velt_py.emulator.effects import activities, holding, mails, notices, webhooks
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
    actor: Any = (happening.actor or {}).get("userId")
    if happening.thread is not None and isinstance(actor, str):
        place = (happening.organization, happening.document)
        holding.see(call.records, *place, actor, [happening.thread["annotationId"]], call.now)
    if notify:
        audience: Audience = audience_of(call, happening)
        webhooks.send(call, happening, audience)
        told = notices.compose(call, happening, audience)
        holding.deliver(call, happening, told, mails.compose(call, happening, audience))
    if record:
        activities.record(call, happening)
