"""The one way out of the emulator: posts to the addresses that an application configured."""

from __future__ import annotations

import os
from typing import Mapping

from velt_py.api.messages import Prepared, Reply
from velt_py.api.transport import Urllib3Transport
from velt_py.config import http_settings

__all__ = ["Outgoing"]


class Outgoing:
    """Pooled connections to the application. Never used while the state is locked: it may call back."""

    def __init__(self) -> None:
        self._transport = Urllib3Transport(http_settings(None, os.environ))

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
            VeltConfigurationError: certificates or proxy cannot be used.
        """
        return self.send(name, "POST", url, body, headers, seconds)

    def send(
        self, name: str, method: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Reply:
        """As `post`, with any method."""
        return self._transport.send(Prepared(name, url, headers, body, timeout=seconds, method=method))

    def close(self) -> None:
        """Close the connections. A later post opens new ones."""
        self._transport.close()
