"""Which addresses Velt would send to. Pure."""

from __future__ import annotations

import ipaddress
from typing import Optional
from urllib.parse import urlsplit

__all__ = ["production_fault"]

LOCAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def production_fault(url: str) -> Optional[str]:
    """Why Velt's own servers would not send to an address; None when they would.

    The emulator lets http and this machine pass, because that is where an application is tried; with
    `production_url_rules` it refuses them as Velt does. Names are judged by their letters, they are not looked up.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return "must be a URL."
    if parts.scheme != "https":
        return "must start with https://."
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:
        private = "." not in host or host.endswith(LOCAL)
    return "must not be an address of a private network." if private else None
