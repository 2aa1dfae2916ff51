"""urllib3 pools whose calls end in bounded time, and that know whether anything was sent.

urllib3's timeouts hold per read of a socket, so an answer that drips byte by byte would never end. Here the deadline
of the calling thread's attempt holds for the whole answer, headers included.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from typing import Any, List, Mapping, Optional, cast
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from velt_py.net.proxies import proxy_for
from velt_py.settings import HttpSettings

__all__ = ["Attempt", "Origin"]

NEVER = urllib3.Retry.from_int(False, redirect=False)
POOL_SIZE = 64
"""Connections to one host. A thread that finds all of them busy waits for its turn, within its own deadline."""


class Attempt(threading.local):
    """One attempt of one thread.

    Args:
        limit: when the attempt ends, by `time.monotonic`.
        read_timeout: seconds from the last byte sent until the whole answer is here.
        sent: whether something of the request may have left, tunnel and handshake not counted.
    """

    limit = 0.0
    read_timeout = 0.0
    deadline = 0.0
    sent = False

    def begin(self, seconds: float, read_timeout: float) -> None:
        self.limit = self.deadline = time.monotonic() + seconds
        self.read_timeout = read_timeout
        self.sent = False

    def remaining(self) -> float:
        """Seconds until the deadline.

        Raises:
            socket.timeout: it is over.
        """
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise socket.timeout("timed out")
        return seconds


current = Attempt()


class _BoundedReads(io.RawIOBase):
    """The bytes of an answer, until the deadline of the attempt."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        super().__init__()
        self._raw = raw
        self._socket = connection
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._socket.settimeout(current.remaining())
        count: Optional[int] = cast(Any, self._raw).readinto(buffer)
        self.ended = count == 0
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _BoundedSocket:
    """What `http.client` sees of a socket when it makes a response: a file, which holds the socket open while it is."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.reads: Optional[_BoundedReads] = None

    def makefile(self, mode: str) -> io.BufferedReader:
        self.reads = _BoundedReads(self._connection.makefile("rb", buffering=0), self._connection)
        return io.BufferedReader(self.reads)


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        self._bounded = _BoundedSocket(sock)
        super().__init__(cast(Any, self._bounded), *args, **kwargs)

    def begin(self) -> None:
        super().begin()
        while 101 < self.status < 200:
            # The real answer is still to come. http.client takes a hint (103) for it, and the next call the rest.
            cast(Any, self).headers = None
            super().begin()
        if self.status == 101:
            raise http.client.BadStatusLine("101")  # nobody asked for another protocol
        reads = self._bounded.reads
        if reads is not None and reads.ended:
            # http.client takes the end of the connection for the end of the headers, and so half an answer for all.
            raise http.client.IncompleteRead(b"")


class _BoundedConnection(HTTPConnection):
    response_class = _BoundedResponse
    _opening = False
    _held: Optional[List[bytes]] = None

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def request(self, *args: Any, **kwargs: Any) -> None:
        # urllib3 sends the headers, then the body. In one piece they are one system call, one packet and one TLS
        # record less: 8 % of the CPU of a call on loopback, by benchmarks/rest.py.
        held = self._held = []
        try:
            super().request(*args, **kwargs)
        finally:
            self._held = None
        self.send(b"".join(held))

    def send(self, data: Any) -> None:
        if self._held is not None:
            self._held.append(data)
        elif self._opening:
            super().send(data)
        else:
            if self.sock is None:
                self.connect()
            current.sent = True
            cast(socket.socket, self.sock).settimeout(current.remaining())
            super().send(data)
            current.deadline = min(current.limit, time.monotonic() + current.read_timeout)


class _BoundedTlsConnection(_BoundedConnection, HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls: Any = _BoundedConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls: Any = _BoundedTlsConnection


class Origin:
    """The connections to one host, shared by threads, through the proxy that its settings name.

    `failures` are the errors of a request that got no answer.

    Args:
        url: an address there; its scheme, host and port count.
        settings: timeouts and proxy.
        tls: for https, the context.
        size: connections at most.
    """

    failures = (urllib3.exceptions.HTTPError, OSError, http.client.HTTPException)

    def __init__(
        self, url: str, settings: HttpSettings, tls: Optional[ssl.SSLContext], size: int = POOL_SIZE
    ) -> None:
        parts = urlsplit(url)
        self._settings = settings
        options: Any = {"num_pools": 1, "maxsize": size, "block": True, "retries": False}
        if tls is not None:
            options["ssl_context"] = tls
        proxy = proxy_for(url, settings)
        manager: Any = urllib3.PoolManager(**options) if proxy is None else _proxied(proxy, options, tls)
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
        self._manager = manager
        self._pool: Any = manager.connection_from_host(parts.hostname or "", parts.port, parts.scheme)
        # A proxy is asked for plain http with the whole address; everything else gets the path.
        self._absolute = proxy is not None and parts.scheme == "http"

    def request(
        self,
        method: str,
        url: str,
        body: Optional[bytes],
        headers: Mapping[str, str],
        seconds: float,
        preload: bool = True,
        read_timeout: Optional[float] = None,
    ) -> urllib3.HTTPResponse:
        """Send one request, never twice, and follow no redirect.

        Args:
            seconds: how long everything together may take, the wait for a free connection included.
            preload: read the whole answer and give the connection back.
            read_timeout: seconds from the last byte sent until the answer is here; by default the configured ones.

        Raises:
            urllib3.exceptions.HTTPError, OSError, http.client.HTTPException: no answer; `sent` tells whether something
                may have reached the server.
        """
        current.begin(seconds, read_timeout or self._settings.read_timeout)
        target = url if self._absolute else _target(url)
        timeout = urllib3.Timeout(connect=min(self._settings.connect_timeout, seconds), read=seconds)
        answer = self._pool.urlopen(
            method,
            target,
            body=body,
            headers=headers,
            retries=NEVER,
            redirect=False,
            assert_same_host=False,
            timeout=timeout,
            pool_timeout=seconds,
            preload_content=preload,
        )
        return cast(urllib3.HTTPResponse, answer)

    @property
    def sent(self) -> bool:
        """Whether something of this thread's last request may have left."""
        return current.sent

    def close(self) -> None:
        """Close the connections that are not in use; the others close when their call ends."""
        self._manager.clear()


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _proxied(proxy: str, options: Any, tls: Optional[ssl.SSLContext]) -> urllib3.ProxyManager:
    parts = urlsplit(proxy)
    headers: Optional[Mapping[str, str]] = None
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = urllib3.make_headers(proxy_basic_auth=login)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    context = tls if parts.scheme == "https" else None
    return urllib3.ProxyManager(address, proxy_headers=headers, proxy_ssl_context=context, **options)
