"""User names and passwords in addresses, `https://name:password@host/`: they authenticate, and are not shown. Pure."""

from __future__ import annotations

import base64
import re
from typing import Dict
from urllib.parse import unquote, urlsplit

__all__ = ["authorization_of", "without_login"]

LOGIN = re.compile(r"://[^/?#\s]*@")


def authorization_of(url: str) -> Dict[str, str]:
    """The header that the name and the password of an address make; none when it has none."""
    try:
        login, at, _ = urlsplit(url).netloc.rpartition("@")
    except ValueError:
        return {}
    if not at:
        return {}
    name, _, password = login.partition(":")
    pair = f"{unquote(name)}:{unquote(password)}".encode("utf-8", "replace")
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def without_login(text: str) -> str:
    """A text whose addresses name no password."""
    return LOGIN.sub("://__redacted__@", text) if "://" in text and "@" in text else text
