"""The public keys of an identity provider, from its JWKS address: fetched over https, kept for a while.

A token's `kid` is the caller's word. So an unknown one leads to a fetch at most every `REFETCH_AFTER` seconds, one
fetch at a time, and the answer's size and time are bounded.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, cast

from velt_py._nesting import check_nesting
from velt_py.exceptions import VeltSDKError
from velt_py.net import USER_AGENT
from velt_py.net.reasons import origin_of, reason_of
from velt_py.settings import HttpSettings

__all__ = ["Jwk", "JwksCache", "JwksError", "keys_in"]

Jwk = Mapping[str, Any]

FRESH_FOR = 300.0
"""Seconds after which keys are fetched anew."""

USED_FOR = 3600.0
"""Seconds for which keys are used while their address cannot be reached."""

REFETCH_AFTER = 10.0
"""Seconds between two fetches from one address, whatever happened."""

FETCH_SECONDS = 10.0
MAX_BYTES = 512 * 1024
MAX_KID = 1024
MAX_ADDRESSES = 64

logger = logging.getLogger("velt_py.selfhosting.jwks")


class JwksError(Exception):
    """The keys cannot be had; the text says why and holds no secret."""


class _Address:
    """What is known of one JWKS address."""

    def __init__(self) -> None:
        self.keys: Dict[str, Jwk] = {}
        self.fetched = float("-inf")
        self.tried = float("-inf")
        self.problem = ""
        self.fetching = threading.Lock()


class JwksCache:
    """Keys by address and `kid`. Safe under threads and after fork.

    Args:
        settings: proxy and certificates.
        clock: seconds, for tests.
    """

    def __init__(self, settings: HttpSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._pid = os.getpid()
        self._addresses: Dict[str, _Address] = {}

    def known(self, url: str, kid: str) -> Optional[Jwk]:
        """The key if it is here and fresh; asks nobody."""
        address = self._address(url)
        return address.keys.get(kid) if self._clock() - address.fetched < FRESH_FOR else None

    def key(self, url: str, kid: str) -> Jwk:
        """The key that the address publishes under `kid`, fetched if need be.

        Raises:
            JwksError: the address is not https, cannot be reached, answers badly, or has no such key.
        """
        found = self.known(url, kid)
        if found is not None:
            return found
        address = self._address(url)
        # Waiting is bounded by the fetch of the thread that has the lock.
        if not address.fetching.acquire(timeout=FETCH_SECONDS + 1):
            raise JwksError("another request is still fetching the keys")
        try:
            if self._clock() - address.tried >= REFETCH_AFTER:
                self._fetch(url, address)
        finally:
            address.fetching.release()
        if self._clock() - address.fetched >= USED_FOR:
            raise JwksError(address.problem)
        found = address.keys.get(kid)
        if found is None:
            raise JwksError("there is no key with the token's kid")
        return found

    def _address(self, url: str) -> _Address:
        if self._pid != os.getpid():
            # A lock may have been held by a thread that the fork did not copy.
            self._addresses, self._pid = {}, os.getpid()
        address = self._addresses.get(url)
        if address is None:
            if len(self._addresses) >= MAX_ADDRESSES:
                self._addresses = {}
            address = self._addresses.setdefault(url, _Address())
        return address

    def _fetch(self, url: str, address: _Address) -> None:
        try:
            keys = keys_in(fetched(url, self._settings))
        except JwksError as error:
            address.problem = str(error)
            logger.warning(
                "velt.jwks.failed", extra={"velt_host": origin_of(url), "velt_reason": address.problem}
            )
        else:
            # A new dict, because other threads read the old one.
            address.keys, address.fetched = keys, self._clock()
        # Counted from the end, or a slow address would be asked without a pause.
        address.tried = self._clock()


def fetched(url: str, settings: HttpSettings) -> bytes:
    """The body that the address answers with.

    Raises:
        JwksError: why there is none.
    """
    if not url.lower().startswith("https://"):
        raise JwksError("jwks_url has to be an https address")
    import http.client

    import urllib3

    from velt_py.net.pools import Origin
    from velt_py.net.tls import tls_context

    headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
    try:
        origin = Origin(url, settings, tls_context(settings), size=1)
        try:
            answer = origin.request("GET", url, None, headers, FETCH_SECONDS, preload=False)
            if answer.status != 200:
                raise JwksError(f"the address of the keys answered with HTTP status {answer.status}")
            body = answer.read(MAX_BYTES + 1, decode_content=False)
            answer.close()
        finally:
            origin.close()
    except VeltSDKError as error:
        raise JwksError(error.message) from error
    except (urllib3.exceptions.HTTPError, OSError, ValueError, http.client.HTTPException) as error:
        raise JwksError(f"the address of the keys cannot be reached: {reason_of(error)}") from error
    if len(body) > MAX_BYTES:
        raise JwksError(f"the keys have more than {MAX_BYTES} bytes")
    return body


def keys_in(body: bytes) -> Dict[str, Jwk]:
    """The keys by `kid` that may check signatures. Pure.

    Raises:
        JwksError: this is no JWKS.
    """
    try:
        text = body.decode("utf-8")
        check_nesting(text)
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JwksError("the address of the keys answered with something that is no JSON") from error
    listed = cast(Dict[str, Any], document).get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise JwksError("the address of the keys answered with JSON that has no list `keys`")
    keys: Dict[str, Jwk] = {}
    entries: List[Any] = cast(Any, listed)
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        jwk = cast(Dict[str, Any], entry)
        kid, use = jwk.get("kid"), jwk.get("use", "sig")
        if isinstance(kid, str) and len(kid) <= MAX_KID and use == "sig" and jwk.get("kty") != "oct":
            keys[kid] = jwk
    return keys
