"""Where the workflow engine may call. Pure: names are not resolved here."""

from __future__ import annotations

import ipaddress
from typing import Optional, Union
from urllib.parse import urlsplit

__all__ = ["PRIVATE", "SCHEME", "wrong_url"]

SCHEME = "{name} must use https scheme"
PRIVATE = "{name} host resolves to a private, loopback, or link-local address"
FORBIDDEN = frozenset(["localhost", "metadata.google.internal", "metadata"])


def wrong_url(name: str, url: str, production: bool = False) -> Optional[str]:
    """What is wrong with an address; None when nothing is.

    Args:
        name: the field, for the message.
        url: the address.
        production: refuse this machine's own addresses too, as Velt does.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return "Invalid url"
    here = _is_loopback(host)
    if here and not production and parts.scheme in ("http", "https"):
        return None
    if parts.scheme != "https":
        return SCHEME.format(name=name)
    if not host:
        return "Invalid url"
    if here or host in FORBIDDEN or host.endswith(".internal") or _is_private(host):
        return PRIVATE.format(name=name)
    return None


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _is_private(host: str) -> bool:
    address = _address(host)
    return address is not None and (
        address.is_private or address.is_link_local or address.is_unspecified or address.is_reserved
    )


def _address(host: str) -> Optional[Union[ipaddress.IPv4Address, ipaddress.IPv6Address]]:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
