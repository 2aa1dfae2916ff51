"""Sending the mails about mentions, each once. The rule is a flow; sync and async carry it out.

A mail is marked in the inbox before it is sent, and the mark is taken back when sending fails. So an event that is
handled once more, or comes by another way, sends what was not sent and nothing twice.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Callable, Generator, List, NamedTuple, Optional, Union, cast

from velt_py.selfhosting.plans import Delete, Save
from velt_py.webhooks.events import WebhookEvent
from velt_py.webhooks.handlers import blocking
from velt_py.webhooks.inbox import Inbox
from velt_py.webhooks.mail import Link, Mail, Render, rendered
from velt_py.webhooks.mentions import Call, Json, asked, mails
from velt_py.webhooks.running import call

if TYPE_CHECKING:
    from velt_py.sdk import AsyncVeltSDK, VeltSDK

__all__ = ["Sender", "asend_mentions", "send_mentions"]

Sender = Callable[[Mail], Any]
"""Sends a mail, or raises; plain or to await."""


class Send(NamedTuple):
    """Hand over a mail. An error of the sender is thrown into the flow."""

    mail: Mail


Step = Union[Call, Save, Delete, Send]
Flow = Generator[Step, Any, List[Mail]]


def send_mentions(
    event: Union[WebhookEvent, Json],
    sdk: VeltSDK,
    send: Sender,
    *,
    link: Optional[Link] = None,
    render: Optional[Render] = None,
    contacts: bool = False,
    queue: str = "default",
) -> List[Mail]:
    """Send the mails of `mention_mails` that were not sent yet.

    Args:
        event, sdk, link, render, contacts: as for `mention_mails`.
        send: called with each mail. When it raises, the mail counts as not sent.
        queue: of the inbox that holds what was sent.

    Returns:
        What was sent now. A mail whose sending was cut off by the end of the process is not sent again.

    Raises:
        VeltNotFoundError, VeltDatabaseError: as `mention_mails` does.
        Exception: the first error of `send`, after the other mails were sent.
    """
    flow = sending(mails(event, link, render or rendered, contacts), queue)
    try:
        step = next(flow)
        while True:
            try:
                outcome = done(step, sdk, send)
            except Exception as error:  # noqa: BLE001 - the flow decides what it means
                step = flow.throw(error)
            else:
                step = flow.send(outcome)
    except StopIteration as end:
        return cast(List[Mail], end.value)


async def asend_mentions(
    event: Union[WebhookEvent, Json],
    sdk: AsyncVeltSDK,
    send: Sender,
    *,
    link: Optional[Link] = None,
    render: Optional[Render] = None,
    contacts: bool = False,
    queue: str = "default",
) -> List[Mail]:
    """`send_mentions`, awaited; a plain `send` is called in a thread."""
    flow = sending(mails(event, link, render or rendered, contacts), queue)
    try:
        step = next(flow)
        while True:
            try:
                outcome = await done_async(step, sdk, send)
            except Exception as error:  # noqa: BLE001 - the flow decides what it means
                step = flow.throw(error)
            else:
                step = flow.send(outcome)
    except StopIteration as end:
        return cast(List[Mail], end.value)


def sending(asking: Generator[Call, Any, List[Mail]], queue: str) -> Flow:
    """What is to be done to find and send mails; returns what was sent."""
    marks = Inbox(time.time, queue)
    found: List[Mail] = yield from asking
    sent: List[Mail] = []
    failed: Optional[Exception] = None
    for mail in found:
        if not (yield marks.mark(mail.id)):
            continue
        try:
            yield Send(mail)
        except Exception as error:  # noqa: BLE001 - raised when the others have theirs
            failed = failed or error
            yield marks.unmark(mail.id)
        else:
            sent.append(mail)
    if failed is not None:
        raise failed
    return sent


def done(step: Step, sdk: VeltSDK, send: Sender) -> Any:
    if isinstance(step, Call):
        return asked(sdk, step)
    if isinstance(step, Send):
        return blocking(send)(step.mail)
    return sdk._runner.run(step)


async def done_async(step: Step, sdk: AsyncVeltSDK, send: Sender) -> Any:
    if isinstance(step, Call):
        return await asked(sdk, step)
    if isinstance(step, Send):
        return await call(send, step.mail)
    return await sdk._runner.run(step)
