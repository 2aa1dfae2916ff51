"""Mail for people who are mentioned, by the project's own mail: whatever backend or provider its settings name."""

from __future__ import annotations

from functools import partial
from typing import Any, List, Mapping, Optional, Union

from django.core.mail import EmailMultiAlternatives

from velt_py.contrib.django.process import get_options, get_sdk
from velt_py.webhooks.events import WebhookEvent
from velt_py.webhooks.mail import Link, Mail, Render
from velt_py.webhooks.sending import send_mentions as sent_once

__all__ = ["send_mail", "send_mentions"]

Message: Any = EmailMultiAlternatives


def send_mail(mail: Mail, from_email: Optional[str] = None) -> None:
    """Send one mail.

    Args:
        mail: of `mention_mails`.
        from_email: the sender; `DEFAULT_FROM_EMAIL` unless given.
    """
    # Away notices answer no mail that says it was written by a machine.
    headers = {"Auto-Submitted": "auto-generated"}
    message = Message(mail.subject, mail.text, from_email, [mail.to], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    message.send()


def send_mentions(
    event: Union[WebhookEvent, Mapping[str, Any]],
    *,
    link: Optional[Link] = None,
    render: Optional[Render] = None,
    contacts: bool = False,
    from_email: Optional[str] = None,
) -> List[Mail]:
    """Mail everybody whom an event mentions, each once; blocks, so call it in a plain function.

    Args:
        event: a webhook event, or the body of a request to save comments.
        link: where the comment is seen.
        render: makes subject, text and HTML instead of the built-in English ones.
        contacts: mail people who are no users of the project too, at the address in the mention, which who may comment
            chooses.
        from_email: the sender; `DEFAULT_FROM_EMAIL` unless given.

    Returns:
        What was sent now; nothing when the event was handled before.

    Raises:
        VeltNotFoundError: when the comment is not saved yet: raise it on, and the event is handled again later.
        VeltDatabaseError: when the store fails.
        Exception: the first error of the mail backend, after the other mails were sent.
    """
    webhooks = get_options().webhooks
    return sent_once(
        event,
        get_sdk(),
        partial(send_mail, from_email=from_email),
        link=link,
        render=render,
        contacts=contacts,
        queue=webhooks.inbox.queue if webhooks is not None else "default",
    )
