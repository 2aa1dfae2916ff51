"""Whoever plays the browser: which page it has, and which feature it uses."""

from __future__ import annotations

import threading
from typing import Any, Dict, Mapping, Optional, cast

from velt_py.emulator.frontend.browser import Browser, need
from velt_py.emulator.frontend.comments import CHANGES, EVENTS, play_comment
from velt_py.emulator.frontend.features import PLAYERS
from velt_py.emulator.frontend.live import LIVE
from velt_py.emulator.frontend.resolvers import Resolvers
from velt_py.emulator.settling import settle
from velt_py.exceptions import VeltValidationError

__all__ = ["Player"]

Given = Dict[str, Any]


class Player:
    """Plays browsers.

    What pages configured stays in this process and is never shown: its headers may hold tokens.

    Args:
        emulator: the `Emulator` that stores what browsers store at Velt.
    """

    def __init__(self, emulator: Any) -> None:
        self._emulator = emulator
        self._lock = threading.Lock()
        self._pages: Dict[str, Given] = {}

    def configure(self, given: Given) -> Any:
        """Remember how the pages of an api key reach the application's resolvers.

        Raises:
            VeltValidationError: names the field at fault.
        """
        key = need(given, "apiKey")
        found = Resolvers.of(given)
        with self._lock:
            self._pages[key] = given
        return {"apiKey": key, "baseUrl": found.base, "providers": list(found.providers)}

    def forget(self, key: Optional[str] = None) -> None:
        """Forget what the pages of an api key, or of all, were configured to."""
        with self._lock:
            self._pages = {} if key is None else {of: each for of, each in self._pages.items() if of != key}

    def play(self, feature: str, given: Given) -> Any:
        """Play what a person does in a browser.

        Args:
            feature: comment, reaction, recorder, attachment, user, notification, activity, huddle or crdt.
            given: who, where, and `event`, what is done; `resolver` over what the page configured.

        Raises:
            Refused: the application's resolver, or the emulator, does not take it.
            VeltValidationError: names the field at fault.
        """
        event = given.get("event")
        browser = self._browser(given)
        with self._emulator.state.call():
            settle(browser.call("", browser.place))
        if feature == "comment":
            known = [*EVENTS, *(f"comment_annotation.{name}" for name in CHANGES)]
            if event in known:
                return play_comment(browser, given)
        else:
            players = {**PLAYERS, **LIVE}
            known = [name for of, name in players if of == feature]
            play = players.get((feature, str(event)))
            if play is not None:
                return play(browser, given)
        raise VeltValidationError(f"event must be one of: {', '.join(known)}", field="event")

    def _browser(self, given: Given) -> Browser:
        key, user = need(given, "apiKey"), need(given, "user", dict)
        need(user, "userId")
        with self._lock:
            page = self._pages.get(key, {})
        own: Any = given.get("resolver", {})
        if not isinstance(own, dict):
            raise VeltValidationError("resolver must be an object", field="resolver")
        resolvers = Resolvers.of({**page, **cast(Mapping[str, Any], own)})
        organization, document = need(given, "organizationId"), need(given, "documentId")
        return Browser(self._emulator, resolvers, key, organization, document, user)
