"""A TCP proxy on loopback that counts round trips: how often a client speaks and is answered.

It knows no protocol, so it counts the same way for every contender. A round trip is a change of direction on one
connection: bytes from the client after none or after an answer.
"""

from __future__ import annotations

import selectors
import socket
import threading
from types import TracebackType
from typing import Dict, Optional, Set, Tuple, Type

__all__ = ["CountingProxy"]

Address = Tuple[str, int]


class CountingProxy:
    """Carries connections from a free port to `target`; `trips` grows while they talk.

    Args:
        target: host and port of the server.
    """

    def __init__(self, target: Address) -> None:
        self.trips = 0
        self._target = target
        self._selector = selectors.DefaultSelector()
        self._peers: Dict[socket.socket, socket.socket] = {}
        self._clients: Set[socket.socket] = set()
        self._asking: Set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="counting-proxy", daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> CountingProxy:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._ended.set()
        self._thread.join(5)
        for each in [*self._peers, self._listener]:
            each.close()
        self._selector.close()

    def _carry(self) -> None:
        while not self._ended.is_set():
            for key, _ in self._selector.select(timeout=0.2):
                source = key.fileobj
                assert isinstance(source, socket.socket)
                if source is self._listener:
                    self._accept()
                elif source in self._peers:
                    self._pass_on(source)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(self._target)
        for each, peer in ((client, server), (server, client)):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._peers[each] = peer
            self._selector.register(each, selectors.EVENT_READ)
        self._clients.add(client)

    def _pass_on(self, source: socket.socket) -> None:
        peer = self._peers[source]
        try:
            received = source.recv(1 << 20)
            if received:
                self._count(source, peer)
                peer.sendall(received)
        except OSError:
            received = b""
        if not received:
            for each in (source, peer):
                self._selector.unregister(each)
                del self._peers[each]
                self._clients.discard(each)
                self._asking.discard(each)
                each.close()

    def _count(self, source: socket.socket, peer: socket.socket) -> None:
        if source not in self._clients:
            self._asking.discard(peer)
        elif source not in self._asking:
            self._asking.add(source)
            self.trips += 1
