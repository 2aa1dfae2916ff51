"""Pooled HTTP: urllib3 for code that blocks, aiohttp for code that awaits. One pool per object, opened at first use.

No rule lives here: a transport sends one prepared call once and hands the answer back.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Dict, Optional

from velt_py.api.messages import Prepared, Reply, host_of
from velt_py.exceptions import VeltDependencyError, VeltNetworkError
from velt_py.net import USER_AGENT
from velt_py.net.proxies import proxy_for
from velt_py.net.reasons import origin_of, reason_of
from velt_py.settings import HttpSettings

if TYPE_CHECKING:
    import asyncio
    import ssl

    import aiohttp

    from velt_py.net.pools import Origin

__all__ = ["AiohttpTransport", "Urllib3Transport"]

OWN_HEADERS = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}
IN_FLIGHT = 256
"""Connections of an `AsyncVeltSDK` at most; a call that finds all of them busy waits for its turn."""


class _Opened:
    """The pools of one process. A forked child gets its own: sockets, TLS states and locks cannot be shared."""

    def __init__(self, inherited: Optional[_Opened] = None) -> None:
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.origins: Dict[str, Origin] = {}
        self.tls: Optional[ssl.SSLContext] = None
        # Kept unused: taking a parent's pool apart would wait for locks that a thread of the parent may have held.
        self.inherited = inherited


class Urllib3Transport:
    """Blocking HTTP over urllib3. Safe under threads and after fork.

    Args:
        settings: timeouts, proxies and certificates.
    """

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._opened = _Opened()

    def _origin(self, url: str) -> Origin:
        opened = self._opened
        if opened.pid != os.getpid():
            opened = self._opened = _Opened(opened)
        key = origin_of(url)
        found = opened.origins.get(key)
        if found is not None:
            return found
        from velt_py.net.pools import Origin

        with opened.lock:
            if key not in opened.origins:
                if opened.tls is None and (url.startswith("https:") or self._settings.proxies):
                    from velt_py.net.tls import tls_context

                    opened.tls = tls_context(self._settings)
                opened.origins[key] = Origin(url, self._settings, opened.tls)
            return opened.origins[key]

    def send(self, prepared: Prepared) -> Reply:
        """Send one call once; any HTTP status is a reply, redirects are not followed.

        Raises:
            VeltNetworkError: there is no answer; names the host and the real reason.
            VeltConfigurationError: certificates or proxy cannot be used.
        """
        origin = self._origin(prepared.url)
        headers = {**OWN_HEADERS, **prepared.headers}
        own = self._settings.connect_timeout + self._settings.read_timeout
        try:
            answer = origin.request(
                prepared.method,
                prepared.url,
                prepared.body,
                headers,
                prepared.timeout or own,
                read_timeout=prepared.timeout,
            )
        except origin.failures as error:
            failure = VeltNetworkError(f"{host_of(prepared)}: {reason_of(error)}", sent=origin.sent)
        else:
            return Reply(
                answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data
            )
        # Raised out here without a cause: the errors below quote what the server sent.
        raise failure

    def close(self) -> None:
        """Close the pools. A later call opens new ones."""
        opened, self._opened = self._opened, _Opened()
        if opened.pid == os.getpid():
            for origin in opened.origins.values():
                origin.close()
        else:
            self._opened.inherited = opened

    def __repr__(self) -> str:
        return "<Urllib3Transport>"


class AiohttpTransport:
    """Awaited HTTP over aiohttp. For one event loop at a time; another loop gets a session of its own.

    Args:
        settings: timeouts, proxies and certificates.
    """

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._session: Optional[aiohttp.ClientSession] = None
        self._tls: Optional[ssl.SSLContext] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._pid = 0
        self._timeout: Optional[aiohttp.ClientTimeout] = None
        # A parent's session is kept unused: its end would say goodbye on connections that the parent still uses.
        self._inherited: Optional[aiohttp.ClientSession] = None

    def _opened(self) -> aiohttp.ClientSession:
        import asyncio

        loop = asyncio.get_running_loop()
        if self._session is not None and self._loop is loop and self._pid == os.getpid():
            return self._session
        try:
            import aiohttp
        except ImportError as error:
            raise VeltDependencyError(
                'calls of an AsyncVeltSDK need aiohttp, which is not installed; run: pip install "velt-py[async]"'
            ) from error
        if self._session is not None and self._pid != os.getpid():
            self._inherited = self._session
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=OWN_HEADERS
        )
        self._loop, self._pid = loop, os.getpid()
        self._timeout = self._limited(
            self._settings.connect_timeout + self._settings.read_timeout, self._settings.read_timeout
        )
        return self._session

    def _limited(self, total: float, read: float) -> aiohttp.ClientTimeout:
        """The timeouts of an attempt that may take so many seconds in all, and between two pieces of its answer."""
        import aiohttp

        return aiohttp.ClientTimeout(total=total, sock_connect=self._settings.connect_timeout, sock_read=read)

    def _context(self, url: str) -> Any:
        """The `ssl` argument of aiohttp; the certificates are read for the first call that needs them."""
        if self._tls is None and (url.startswith("https:") or self._settings.proxies):
            from velt_py.net.tls import tls_context

            self._tls = tls_context(self._settings)
        return True if self._tls is None else self._tls

    async def send(self, prepared: Prepared) -> Reply:
        """As `Urllib3Transport.send`, awaited.

        Raises:
            VeltDependencyError: aiohttp is not installed.
        """
        session = self._opened()
        import asyncio

        import aiohttp

        seconds = prepared.timeout
        timeout = self._timeout if seconds is None else self._limited(seconds, seconds)
        try:
            async with session.request(
                prepared.method,
                prepared.url,
                data=prepared.body,
                headers=prepared.headers,
                timeout=timeout,
                proxy=proxy_for(prepared.url, self._settings),
                allow_redirects=False,
                ssl=self._context(prepared.url),
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, UnicodeError) as error:
            sent = not _before_sending(error)
            failure = VeltNetworkError(f"{host_of(prepared)}: {reason_of(error)}", sent=sent)
        else:
            return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, body)
        # Raised out here without a cause: aiohttp's errors show the request's headers, credentials included.
        raise failure

    async def close(self) -> None:
        """Close the session. A later call opens a new one."""
        import asyncio

        session, self._session = self._session, None
        if session is not None and self._loop is asyncio.get_running_loop() and self._pid == os.getpid():
            await session.close()

    def __repr__(self) -> str:
        return "<AiohttpTransport>"


def _before_sending(error: BaseException) -> bool:
    """Whether the call failed while its connection was made."""
    import aiohttp

    early: Any = (
        aiohttp.ClientConnectorError,
        aiohttp.ClientHttpProxyError,
        aiohttp.InvalidURL,
        UnicodeError,
    )
    # Before 3.10 aiohttp does not tell a timeout of the connection from one of the answer.
    early += tuple(filter(None, [getattr(aiohttp, "ConnectionTimeoutError", None)]))
    return isinstance(error, early)
