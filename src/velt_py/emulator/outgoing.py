"""The one way out of the emulator: posts to the addresses that an application configured."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Mapping, Optional

from velt_py.api.messages import Prepared, Reply
from velt_py.exceptions import VeltConfigurationError

if TYPE_CHECKING:
    from velt_py.api.transport import Urllib3Transport

__all__ = ["Outgoing"]


class Outgoing:
    """Pooled connections to the application. Never used while the state is locked: it may call back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: Optional[Urllib3Transport] = None

    def post(self, name: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Reply:
        """Post once, without following a redirect.

        Args:
            name: what logs call it.
            url: where to.
            body: the bytes.
            headers: all but those of the connection itself.
            seconds: how long everything together may take.

        Raises:
            VeltNetworkError: there is no answer.
            VeltConfigurationError: certificates or proxy cannot be used, or the address or a header cannot be sent.
        """
        return self.send(name, "POST", url, body, headers, seconds)

    def send(
        self, name: str, method: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Reply:
        """As `post`, with any method."""
        try:
            return self._transport().send(Prepared(name, url, headers, body, timeout=seconds, method=method))
        except ValueError:
            # The reason quotes the header, which may be a token.
            message = f"{name}: the address or a header holds what cannot be sent over HTTP"
            raise VeltConfigurationError(message) from None

    def close(self) -> None:
        """Close the connections. A later post opens new ones."""
        if self._made is not None:
            self._made.close()

    def _transport(self) -> Urllib3Transport:
        with self._lock:
            if self._made is None:
                from velt_py.api.transport import Urllib3Transport
                from velt_py.config import http_settings

                self._made = Urllib3Transport(http_settings(None, os.environ))
            return self._made
