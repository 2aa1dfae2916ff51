"""A mail about a mention: what it says, as one line, as text and as HTML. Pure."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Tuple

__all__ = ["Link", "Mail", "Mention", "Render", "is_address", "line", "rendered"]

LONGEST_NAME = 80
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Mention:
    """One person who was mentioned in one comment.

    Args:
        userId: who.
        name: the person's name, empty when it is not known.
        email: where to.
        author: the name of who wrote the comment, `Somebody` when it is not known.
        text: the comment without markup.
        organizationId, documentId, annotationId, commentId: where it stands.
        documentName: the document's name, where the event tells.
    """

    userId: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    author: str = field(repr=False)
    text: str = field(repr=False)
    organizationId: str = ""
    documentId: Optional[str] = None
    annotationId: Optional[str] = None
    commentId: Optional[str] = None
    documentName: Optional[str] = field(default=None, repr=False)


@dataclass(frozen=True)
class Mail:
    """A rendered message.

    Args:
        id: the same when the same event is handled once more, for a sender that can leave repetitions out.
        to: the address.
        subject: one line.
        text: the plain text.
        html: the same as HTML, everything that people wrote escaped.
        mention: what it is about.
    """

    id: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    mention: Mention


Link = Callable[[Mention], Optional[str]]
"""Where the comment is seen: a http or https URL, None for no link."""

Render = Callable[[Mention, Optional[str]], Tuple[str, str, str]]
"""Subject, plain text and HTML of a mention and its link. What goes into the HTML has to be escaped by it."""


def rendered(mention: Mention, url: Optional[str]) -> Tuple[str, str, str]:
    """The built-in subject, plain text and HTML."""
    where = f" in {mention.documentName}" if mention.documentName else ""
    headline = f"{mention.author} mentioned you{where}"
    quoted = "\n".join(f"> {each}" for each in mention.text.splitlines())
    text = f"{headline}:\n\n{quoted}\n" + (f"\n{url}\n" if url else "")
    lines = "<br>".join(html.escape(each) for each in mention.text.splitlines())
    markup = f"<p>{html.escape(headline)}:</p>\n<blockquote>{lines}</blockquote>\n"
    if url:
        markup += f'<p><a href="{html.escape(url)}">Open the comment</a></p>\n'
    return headline, text, markup


def line(value: Any, otherwise: str, longest: int = LONGEST_NAME) -> str:
    """A text of one line: line ends in a subject would be headers of the message."""
    if not isinstance(value, str):
        return otherwise
    plain = " ".join("".join(each if each.isprintable() else " " for each in value).split())
    return (plain if len(plain) <= longest else plain[: longest - 3] + "...") or otherwise


def is_address(value: Any) -> bool:
    return (
        isinstance(value, str)
        and 3 <= len(value) <= 254
        and value.count("@") == 1
        and not value.startswith("@")
        and not value.endswith("@")
        and value.isprintable()
        and not any(each in " ,;<>" for each in value)
    )
