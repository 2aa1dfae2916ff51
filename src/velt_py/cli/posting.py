"""Posting to a server of the application, as Velt's servers do: once, and without following a redirect."""

from __future__ import annotations

import os
from typing import Mapping
from urllib.parse import urlsplit

from velt_py.api.messages import Prepared, Reply
from velt_py.api.transport import Urllib3Transport
from velt_py.config import http_settings
from velt_py.exceptions import VeltConfigurationError, VeltNetworkError

__all__ = ["posted"]


def posted(
    url: str, body: bytes, headers: Mapping[str, str], seconds: float, option: str, method: str = "POST"
) -> Reply:
    """The answer, whatever its status.

    Args:
        url: where to.
        seconds: how long everything together may take.
        option: the option that the address was given as, for messages.
        method: OPTIONS asks as a page of another origin does first.

    Raises:
        VeltConfigurationError: this is no address.
        VeltNetworkError: there is no answer.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise VeltConfigurationError(
            f"{option}: an address that starts with http:// or https:// is needed", field=option
        )
    transport = Urllib3Transport(http_settings(None, os.environ))
    try:
        return transport.send(
            Prepared("cli", url, headers, body, repeatable=False, timeout=seconds, method=method)
        )
    except VeltNetworkError as error:
        raise VeltNetworkError(
            f"{option}: the server did not answer: {error.message}", field=option
        ) from None
    finally:
        transport.close()
