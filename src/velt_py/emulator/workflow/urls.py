"""Where the workflow engine may call, in the documented words. Pure."""

from __future__ import annotations

from typing import Optional
from urllib.parse import urlsplit

from velt_py.emulator.urls import host_of, is_loopback, is_private

__all__ = ["PRIVATE", "SCHEME", "wrong_url"]

SCHEME = "{name} must use https scheme"
PRIVATE = "{name} host resolves to a private, loopback, or link-local address"


def wrong_url(name: str, url: str, production: bool = False) -> Optional[str]:
    """What is wrong with an address; None when nothing is.

    The documentation says that these addresses are checked when they are written, so they always are here; only this
    machine passes, over http too, because that is where an application is tried.

    Args:
        name: the field, for the message.
        url: the address.
        production: refuse this machine's own addresses too, as Velt does.
    """
    host = host_of(url)
    if host is None:
        return "Invalid url"
    scheme = urlsplit(url).scheme
    if not production and scheme in ("http", "https") and is_loopback(host):
        return None
    if scheme != "https":
        return SCHEME.format(name=name)
    if not host:
        return "Invalid url"
    return PRIVATE.format(name=name) if is_private(host) else None
