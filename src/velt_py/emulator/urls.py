"""Which addresses Velt would send to. Pure: names are judged by their letters, they are not looked up."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, List, Optional, Union
from urllib.parse import urlsplit

__all__ = ["host_of", "is_loopback", "is_private", "is_web", "production_fault"]

LOCAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
"""The last part of a host that is an IPv4 address, however it is written; browsers judge so too."""


def production_fault(url: str) -> Optional[str]:
    """Why Velt's own servers would not send a webhook to an address; None when they would.

    The emulator lets http and private hosts pass, because that is where an application is tried; with
    `production_url_rules` it refuses them as Velt does. What a workflow calls is judged by `workflow.urls`, which has
    the documented words, and lets only this machine pass.
    """
    host = host_of(url)
    if host is None:
        return "must be a URL."
    if urlsplit(url).scheme != "https":
        return "must start with https://."
    return "must not be an address of a private network." if is_private(host) else None


def host_of(url: str) -> Optional[str]:
    """The host of an address, in lower case; empty when it has none, None when it is no address."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return None


def is_web(url: Any) -> bool:
    """Whether something is an address of the web, with a host: what applications configure."""
    return isinstance(url, str) and url.startswith(("http://", "https://")) and bool(host_of(url))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    address = _address(host)
    return host == "localhost" or host.endswith(".localhost") or (address is not None and address.is_loopback)


def is_private(host: str) -> bool:
    """Whether a host is none of the public internet, this machine included."""
    address = _address(host)
    if address is not None:
        return not address.is_global or address.is_multicast
    return "." not in host or host.endswith(LOCAL) or NUMBER.match(host.rpartition(".")[2]) is not None


def _address(host: str) -> Optional[Union[ipaddress.IPv4Address, ipaddress.IPv6Address]]:
    try:
        if ":" in host:
            address = ipaddress.IPv6Address(host)
            return address.ipv4_mapped or address
        return (
            ipaddress.IPv4Address(_number(host.split("."))) if NUMBER.match(host.rpartition(".")[2]) else None
        )
    except ValueError:
        return None


def _number(parts: List[str]) -> int:
    """An IPv4 address of up to four parts, each decimal, octal or hexadecimal; the last one fills what is left.

    Raises:
        ValueError: it is none.
    """
    *first, last = [
        int(part, 16 if part.startswith("0x") else 8 if part.startswith("0") else 10) for part in parts
    ]
    if len(first) > 3 or any(each > 255 for each in first) or last >= 256 ** (4 - len(first)):
        raise ValueError("no address")
    return sum(each << (24 - 8 * place) for place, each in enumerate(first)) + last
