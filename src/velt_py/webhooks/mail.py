"""A mail about a mention: what it says, as one line, as text and as HTML. Pure."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Tuple
from urllib.parse import urlsplit

__all__ = ["Link", "Mail", "Mention", "Render", "is_address", "is_link", "line", "plain", "rendered"]

LONGEST_NAME = 80
LONGEST_SUBJECT = 200
LONGEST_TEXT = 10_000
"""Characters of a comment that the built-in mail quotes."""

JOINERS = "\u200c\u200d"
"""Without these, which show nothing themselves, some names and emoji fall apart."""

SPECIAL = frozenset('()<>[]:;,\\" ')
"""With these a text may be several addresses, a group of them, or an address with a name."""


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
        id: the same for the same person in the same comment, whichever event tells of it and however often.
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
    lines = shortened(mention.text).splitlines()
    quoted = "\n".join(f"> {each}" for each in lines)
    text = f"{headline}:\n\n{quoted}\n" + (f"\n{url}\n" if url else "")
    escaped = "<br>".join(html.escape(each) for each in lines)
    markup = f"<p>{html.escape(headline)}:</p>\n<blockquote>{escaped}</blockquote>\n"
    if url:
        markup += f'<p><a href="{html.escape(url)}">Open the comment</a></p>\n'
    return headline, text, markup


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 3] + "..."


def plain(text: str) -> str:
    """A text without what no mail can carry: control characters, and halves of characters."""
    lines = "\n".join(text.splitlines())
    return "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))


def line(value: Any, otherwise: str, longest: int = LONGEST_NAME) -> str:
    """A text of one line: line ends in a subject would be headers of the message."""
    if not isinstance(value, str):
        return otherwise
    plain = " ".join(
        "".join(each if each.isprintable() or each in JOINERS else " " for each in value).split()
    )
    return (plain if len(plain) <= longest else plain[: longest - 3] + "...") or otherwise


def is_address(value: Any) -> bool:
    return (
        isinstance(value, str)
        and 3 <= len(value) <= 254
        and value.count("@") == 1
        and not value.startswith("@")
        and not value.endswith("@")
        and value.isprintable()
        and not SPECIAL.intersection(value)
    )


def is_link(value: Any) -> bool:
    """Whether this is a URL that a mail may link to: others run scripts, or are headers of what comes after them."""
    if not isinstance(value, str) or not value.isprintable():
        return False
    try:
        return urlsplit(value).scheme in ("http", "https")
    except ValueError:
        return False
