"""When a kept token must be renewed, and what the answers that hold one mean. Pure but for a random secret."""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.exceptions import VeltConfigurationError, VeltTokenError, VeltValidationError

__all__ = ["GOOD_FOR", "RENEWAL_PAUSE", "Entry", "Rules", "Shelf", "token_of"]

GOOD_FOR = 48 * 3600.0
"""Seconds that Velt's tokens are good for."""
MARGIN = 30.0
"""Seconds before the end of a permission at which its token is handed out no more: the browser has to use it yet."""
RENEWAL_PAUSE = 60.0
"""Seconds from a failed renewal to the next attempt, while the old token is still good."""
OUR_CODES = frozenset({"CONFIG_ERROR", "INVALID_INPUT", "NO_TOKEN"})
"""Codes whose sentence is ours. Those of Velt may quote what was sent."""


@dataclass
class Entry:
    """A token.

    Args:
        renew_at: the second since the epoch from which on a new one is fetched.
        ends_at: the second from which on this one is not handed out.
    """

    token: str
    renew_at: float
    ends_at: float

    def __repr__(self) -> str:
        return "<Entry>"


class Shelf:
    """The tokens, those used last at the end. Not locked.

    Args:
        max_entries: tokens to keep; the one used longest ago goes first.
    """

    def __init__(self, max_entries: int) -> None:
        self._most = max_entries
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()

    def find(self, key: bytes, now: float) -> Optional[Entry]:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if now >= entry.ends_at:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry

    def keep(self, key: bytes, entry: Entry, now: float) -> None:
        if now >= entry.ends_at:
            return
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def holds(self, key: bytes, entry: Entry) -> bool:
        return self._entries.get(key) is entry

    def drop(self, key: bytes) -> None:
        self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()

    def copy(self) -> Shelf:
        made = Shelf(self._most)
        made._entries.update(self._entries)
        return made

    def __len__(self) -> int:
        return len(self._entries)


class Rules:
    """By what a token is found, and when it must be renewed; the same for both caches.

    Args:
        good_for: seconds that a token is good for.
        renew_before: seconds before its end at which it is renewed.

    Raises:
        VeltConfigurationError: one of them cannot be used.
    """

    def __init__(self, good_for: float, renew_before: float) -> None:
        for name, value in (("good_for", good_for), ("renew_before", renew_before)):
            if (
                isinstance(value, bool)
                or not isinstance(cast(object, value), (int, float))
                or not 0 <= value < 1e9
            ):
                raise VeltConfigurationError(f"{name}: a number of seconds is needed", field=name)
        if renew_before >= good_for:
            raise VeltConfigurationError(
                "renew_before: it must be shorter than good_for, or every token is renewed at once",
                field="renew_before",
            )
        self._good_for = good_for
        self._renew_before = renew_before
        # Without the secret, a key would tell whoever guesses the arguments that this user was here.
        self._secret = os.urandom(32)

    def key(self, arguments: Mapping[str, Any]) -> bytes:
        """A digest of the arguments, whatever their order; one that is None is one that is not given.

        Raises:
            VeltValidationError: they cannot be written as JSON.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            text = json.dumps(given, sort_keys=True, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError) as error:
            raise VeltValidationError(
                "arguments of a token: only texts, numbers, booleans, None, lists and dicts with text keys can be "
                "compared; give the fields as keywords instead of a request object",
                field="arguments",
            ) from error
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=32).digest()

    def entry(self, token: str, arguments: Mapping[str, Any], asked_at: float) -> Entry:
        """The token with its times, counted from before it was asked for."""
        ends_at = min([asked_at + self._good_for, *[end - MARGIN for end in _ends(arguments)]])
        # A permission that ends sooner is not renewed before: the same arguments would give the same end.
        return Entry(token, min(ends_at, asked_at + self._good_for - self._renew_before), ends_at)


def _ends(arguments: Mapping[str, Any]) -> List[float]:
    """The seconds since the epoch at which permissions end."""
    permissions = arguments.get("permissions")
    resources = cast(Dict[str, Any], permissions).get("resources") if isinstance(permissions, dict) else None
    if not isinstance(resources, (list, tuple)):
        return []
    found = [
        cast(Dict[str, Any], each).get("expiresAt")
        for each in cast(List[Any], resources)
        if isinstance(each, dict)
    ]
    return [end for end in found if isinstance(end, (int, float)) and not isinstance(end, bool)]


def token_of(answer: Any) -> str:
    """The token in an answer of `selfHosting.token.getToken` or `api.accessControl.generateToken`.

    Raises:
        VeltTokenError: there is none; its `code` is that of the answer.
    """
    whole = _map(answer)
    token = _map(whole.get("data")).get("token") or _map(_map(whole.get("result")).get("data")).get("token")
    if isinstance(token, str) and token:
        return token
    code = whole.get("errorCode") or _map(whole.get("error")).get("status")
    code = code if isinstance(code, str) else "NO_TOKEN"
    said = whole.get("error")
    reason = said if code in OUR_CODES and isinstance(said, str) else f"the answer has the code {code}"
    raise VeltTokenError(f"no token: {reason}", code=code)


def _map(value: Any) -> Dict[str, Any]:
    return cast(Dict[str, Any], value) if isinstance(value, dict) else {}
