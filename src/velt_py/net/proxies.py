"""Which proxy a call goes through. Pure."""

from __future__ import annotations

import ipaddress
from typing import Optional, Sequence
from urllib.parse import urlsplit

from velt_py.exceptions import VeltConfigurationError
from velt_py.settings import HttpSettings

__all__ = ["bypassed", "proxy_for"]


def proxy_for(url: str, settings: HttpSettings) -> Optional[str]:
    """The URL of the proxy for `url`, or None for a direct connection.

    Raises:
        VeltConfigurationError: the environment names a proxy that is no HTTP proxy.
    """
    if not settings.proxies:
        return None
    parts = urlsplit(url)
    proxy = settings.proxies.get(parts.scheme)
    if not proxy or bypassed(parts.hostname or "", parts.port, settings.no_proxy):
        return None
    scheme, found, _ = proxy.partition("://")
    if not found:
        return f"http://{proxy}"
    if scheme.lower() not in ("http", "https"):
        raise VeltConfigurationError(
            f"the proxy for {parts.scheme} has the scheme {scheme!r}, only http and https proxies are supported; "
            "set `http.proxy` in the configuration, or to an empty text for none",
            field="http.proxy",
        )
    return proxy


def bypassed(host: str, port: Optional[int], no_proxy: Sequence[str]) -> bool:
    """Whether `no_proxy` lists the host.

    Args:
        host: a name or an address, without brackets.
        port: as the URL spells it.
        no_proxy: entries in small letters: `example.com` and `.example.com` mean the name and what is below it,
            `10.0.0.0/8` a network, `host:8080` one port, `*` everything.
    """
    host = host.lower().rstrip(".")
    for entry in no_proxy:
        if entry == "*":
            return True
        if _in_network(host, entry):
            return True
        name, found, only = entry.rpartition(":")
        if found and only.isdigit() and "]" not in only and name.count(":") == 0:
            if port is None or int(only) != port:
                continue
            entry = name
        entry = entry.strip("[]").lstrip(".").rstrip(".")
        if entry and (host == entry or host.endswith("." + entry)):
            return True
    return False


def _in_network(host: str, entry: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
