"""Takes secrets out of exchanges, and what people wrote, before they are written down."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import string
import threading
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, cast
from urllib.parse import urlsplit

from velt_py.emulator.logins import without_login
from velt_py.emulator.recorded import HIDDEN
from velt_py.emulator.recording.names import EMAIL, is_key, is_secret, is_structural, is_url
from velt_py.emulator.tenants import API_KEY, AUTH_TOKEN, WORKSPACE_ID, WORKSPACE_TOKEN

__all__ = ["Redactor"]

SECRET_TEXTS = re.compile(r"whsec_[A-Za-z0-9+/=_-]+|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*")
"""Secrets of webhooks and signed tokens, wherever they stand."""
SHORTEST = 6
"""Signs from which on a key or token is looked for inside other texts."""
LETTERS = string.ascii_lowercase
BASE64, LEAST = re.compile(r"[A-Za-z0-9+/]+={0,2}"), 12


class Redactor:
    """Rewrites exchanges. The same text becomes the same placeholder within one recording, and none outside it.

    Args:
        words: the values that fields of requests take; these stay.
        keep_texts: leave what people wrote as it is; secrets go in any case.
    """

    def __init__(self, words: FrozenSet[str] = frozenset(), keep_texts: bool = False) -> None:
        self._words = words
        self._keep = keep_texts
        self._salt = os.urandom(16)
        self._lock = threading.Lock()
        self._numbered: Dict[str, Dict[str, str]] = {}
        self._said: Dict[str, str] = {}

    def caller(self, headers: Mapping[str, str], data: Any) -> Dict[str, str]:
        """Who makes a call, numbered: api key, workspace and their tokens, where they are named.

        Args:
            headers: their names in small letters.
            data: the fields; paths of the first version name key and token there.
        """
        fields = cast(Dict[str, Any], data) if isinstance(data, dict) else {}
        found = {
            "apiKey": ("key", headers.get(API_KEY) or fields.get("apiKey")),
            "workspaceId": ("workspace", headers.get(WORKSPACE_ID)),
            "token": ("token", headers.get(AUTH_TOKEN) or fields.get("authToken")),
            "workspaceToken": ("token", headers.get(WORKSPACE_TOKEN)),
        }
        return {
            name: self._number(kind, value)
            for name, (kind, value) in found.items()
            if isinstance(value, str) and value
        }

    def request(self, operation: str, data: Any) -> Any:
        """The fields of a request."""
        return self._walked(data, operation, "", frozenset())

    def answer(self, operation: str, answer: Any) -> Any:
        """An answer. Velt's own messages stay, without addresses of mail."""
        return self._walked(answer, operation, "", frozenset(), answered=True)

    def _walked(
        self, value: Any, operation: str, name: str, within: FrozenSet[str], answered: bool = False
    ) -> Any:
        if isinstance(value, dict):
            inside = within | {name}
            return {
                self._name(key, name): self._walked(each, operation, key, inside, answered)
                for key, each in cast(Dict[str, Any], value).items()
            }
        if isinstance(value, list):
            return [self._walked(each, operation, name, within, answered) for each in cast(List[Any], value)]
        return self._text(value, operation, name, within, answered) if isinstance(value, str) else value

    def _text(self, text: str, operation: str, name: str, within: FrozenSet[str], answered: bool) -> str:
        if is_secret(name, within):
            return HIDDEN
        if is_key(name):
            return self._number("workspace" if name.lower() == "workspaceid" else "key", text)
        text = self._without_known(SECRET_TEXTS.sub(HIDDEN, without_login(text)))
        if is_url(text):
            text = text.partition("?")[0]
        if self._keep:
            return text
        if answered and name == "message":
            return EMAIL.sub(lambda found: self._placeholder(found.group()), text)
        structural = "@" not in text and is_structural(operation, name, text, self._words, within)
        return text if structural or HIDDEN in text else self._placeholder(text)

    def _name(self, key: str, of: str) -> str:
        """The name of a field; some are people's addresses, or api keys."""
        if is_key(of) and of.lower() != "workspaceid":
            return self._number("key", key)
        key = self._without_known(key)
        return self._placeholder(key) if "@" in key and not self._keep else key

    def _number(self, kind: str, value: str) -> str:
        with self._lock:
            known = self._numbered.setdefault(kind, {})
            if value in known.values():
                return value  # a recording of a recording
            found = known.setdefault(value, f"{kind}-{len(known) + 1}")
            self._said[value] = HIDDEN if kind == "token" else found
            return found

    def _without_known(self, text: str) -> str:
        """A text without the keys and tokens of callers."""
        with self._lock:
            for value, said in self._said.items():
                if len(value) >= SHORTEST and value in text:
                    text = text.replace(value, said)
        return text

    def _placeholder(self, text: str) -> str:
        """Letters of the same length. What is an address, or base64, stays one, with other letters."""
        if is_url(text):
            parts = urlsplit(text)
            return f"{parts.scheme}://{parts.netloc}{self._letters(parts.path, '/')}"
        inside = _inside(text)
        if inside is not None:
            return base64.b64encode(self._letters(inside, "\n").encode()).decode()
        return self._letters(text, "@." if EMAIL.fullmatch(text) else "")

    def _letters(self, text: str, kept: str) -> str:
        stream = self._stream(text)
        return "".join(sign if sign in kept else stream() for sign in text)

    def _stream(self, text: str) -> Callable[[], str]:
        seed = hmac.new(self._salt, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        block, used = b"", 0

        def letter() -> str:
            nonlocal block, used
            if used % 32 == 0:
                block = hashlib.sha256(seed + used.to_bytes(8, "big")).digest()
            used += 1
            return LETTERS[block[(used - 1) % 32] % 26]

        return letter


def _inside(text: str) -> Optional[str]:
    """What base64 holds, where that is a text; None where it is no base64."""
    if len(text) < LEAST or not BASE64.fullmatch(text):
        return None
    try:
        found = base64.b64decode(text, validate=True).decode("utf-8")
    except ValueError:
        return None
    return found if all(sign.isprintable() or sign.isspace() for sign in found) else None


def words_of(facts: Optional[Mapping[str, Any]]) -> FrozenSet[str]:
    """The values that the fields of a request take."""
    return frozenset(word for fact in (facts or {}).values() for word in fact.one_of or ())
