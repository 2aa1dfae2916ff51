"""Small real servers on the loopback interface: one that answers as told, byte by byte if need be, and a proxy."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Set, Type, Union


@dataclass
class Request:
    """A request as it arrived; `connection` counts from 0."""

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes
    connection: int
    peer: Optional[Dict[str, Any]] = None


class Close:
    """Close the connection here."""


class Reset:
    """Reset the connection here: the other side loses what it has not read."""


Action = Union[bytes, float, Type[Close], Type[Reset]]
"""Send these bytes, sleep these seconds, close or reset."""


def reply(status: int, body: Any = b"", **headers: str) -> List[Action]:
    """A whole answer that keeps the connection; `_` in a header's name stands for `-`."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join([*lines, "", ""]).encode() + data]


class _Listener:
    """Accepts connections in a thread and serves each in one of its own."""

    def __init__(self, tls: Optional[ssl.SSLContext] = None, port: int = 0) -> None:
        self.tls = tls
        self.connections = 0
        self.handshakes_failed = 0
        self._open: Set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            number, self.connections = self.connections, self.connections + 1
            threading.Thread(target=self._run, args=(connection, number), daemon=True).start()

    def _run(self, connection: socket.socket, number: int) -> None:
        self._open.add(connection)
        try:
            if self.tls is not None:
                try:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                except OSError:
                    self.handshakes_failed += 1
                    return
                self._open.add(connection)
            self.serve(connection, number)
        except OSError:
            pass
        finally:
            connection.close()

    def serve(self, connection: socket.socket, number: int) -> None:
        raise AssertionError("no server")

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        # shutdown wakes the thread that waits in accept.
        for each in (self._listener, *list(self._open)):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@dataclass
class _Parts:
    head: List[str]
    headers: Dict[str, str]
    body: bytes = b""


def _read(connection: socket.socket, buffered: bytearray) -> Optional[_Parts]:
    while b"\r\n\r\n" not in buffered:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        buffered += chunk
    end = buffered.index(b"\r\n\r\n") + 4
    lines = bytes(buffered[:end]).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in [line.partition(":") for line in lines[1:] if line]
    }
    length = int(headers.get("content-length", "0"))
    while len(buffered) < end + length:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        buffered += chunk
    body = bytes(buffered[end : end + length])
    del buffered[: end + length]
    return _Parts(lines[0].split(" "), headers, body)


class Loopback(_Listener):
    """A server that answers as `answer` says, and remembers every request.

    Args:
        answer: what to do for a request.
        tls: for https.
        port: where to listen; 0 for any.
    """

    def __init__(
        self,
        answer: Callable[[Request], List[Action]],
        tls: Optional[ssl.SSLContext] = None,
        port: int = 0,
    ) -> None:
        self.answer = answer
        self.requests: List[Request] = []
        super().__init__(tls, port)

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket, number: int) -> None:
        buffered = bytearray()
        while True:
            parts = _read(connection, buffered)
            if parts is None:
                return
            peer = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
            request = Request(parts.head[0], parts.head[1], parts.headers, parts.body, number, peer)
            self.requests.append(request)
            for action in self.answer(request):
                if isinstance(action, bytes):
                    connection.sendall(action)
                elif isinstance(action, float):
                    time.sleep(action)
                else:
                    if action is Reset:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return

    def __enter__(self) -> Loopback:
        return self


@dataclass
class Seen:
    """What a proxy was asked for."""

    method: str
    target: str
    headers: Dict[str, str] = field(repr=False)


class Proxy(_Listener):
    """A forward proxy: tunnels for CONNECT, whole addresses for the rest.

    Args:
        refuse: a status to answer CONNECT with instead.
    """

    def __init__(self, refuse: Optional[int] = None) -> None:
        self.refuse = refuse
        self.seen: List[Seen] = []
        super().__init__()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket, number: int) -> None:
        buffered = bytearray()
        parts = _read(connection, buffered)
        if parts is None:
            return
        method, target = parts.head[0], parts.head[1]
        self.seen.append(Seen(method, target, parts.headers))
        if self.refuse is not None:
            connection.sendall(f"HTTP/1.1 {self.refuse} No\r\nContent-Length: 0\r\n\r\n".encode())
            return
        if method == "CONNECT":
            host, _, port = target.partition(":")
            with socket.create_connection((host, int(port))) as upstream:
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                _pump(connection, upstream)
            return
        host, _, rest = target.partition("://")[2].partition("/")
        name, _, port = host.partition(":")
        kept = [f"{key}: {value}" for key, value in parts.headers.items() if not key.startswith("proxy-")]
        head = "\r\n".join([f"{method} /{rest} HTTP/1.1", *kept, "Connection: close", "", ""])
        with socket.create_connection((name, int(port or 80))) as upstream:
            upstream.sendall(head.encode("latin-1") + parts.body)
            _pump(connection, upstream)

    def __enter__(self) -> Proxy:
        return self


def _pump(one: socket.socket, other: socket.socket) -> None:
    def copy(source: socket.socket, target: socket.socket) -> None:
        try:
            while True:
                chunk = source.recv(65536)
                if not chunk:
                    break
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    threading.Thread(target=copy, args=(one, other), daemon=True).start()
    back.join()
