"""Addresses of the emulator that are good for a while and for one file: made, and checked. Pure."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Mapping, Optional
from urllib.parse import parse_qsl, quote, unquote, urlencode

__all__ = ["FILES", "LIFETIME", "Address", "address_of", "opened"]

FILES = "/__velt/files/"
LIFETIME = 15 * 60_000
"""Milliseconds."""
KEY = b"velt-emulator"
"""No secret: whoever reaches an emulator may see what is in it."""
NOWHERE = "emulator.invalid"
"""The host in addresses of an emulator without a port."""


@dataclass(frozen=True)
class Address:
    """What an address is good for.

    Args:
        method: PUT or GET.
        key: the api key.
        kind: what it leads to.
        name: which one.
        expires: milliseconds since 1970.
    """

    method: str
    key: str
    kind: str
    name: str
    expires: int

    @property
    def signature(self) -> str:
        """Whoever has it may use the address."""
        text = "\n".join((self.method, self.key, self.kind, self.name, str(self.expires)))
        return hmac.new(KEY, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def address_of(address: Address, headers: Mapping[str, str]) -> str:
    """The url.

    Args:
        headers: those of the request that asks for it; the host that was called is in them.
    """
    path = "/".join(quote(part, safe="") for part in (address.key, address.kind, address.name))
    query = urlencode({"expires": address.expires, "signature": address.signature})
    return f"http://{headers.get('host') or NOWHERE}{FILES}{path}?{query}"


def opened(method: str, path: str, query: str) -> Optional[Address]:
    """What a requested address is good for; None when it was not made here or was changed.

    Args:
        path: behind `FILES`.
    """
    parts = [unquote(part) for part in path.split("/")]
    given = dict(parse_qsl(query))
    expires = given.get("expires", "")
    if len(parts) != 3 or not expires.isascii() or not expires.isdigit() or len(expires) > 15:
        return None
    address = Address(method, parts[0], parts[1], parts[2], int(expires))
    known = hmac.compare_digest(
        address.signature, given.get("signature", "").encode("ascii", "replace").decode()
    )
    return address if known else None
