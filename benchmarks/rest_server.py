"""A fast server for the REST benchmark: answers every request alike, keeps connections, counts them.

python rest_server.py CERTIFICATE KEY

Says {"plain": PORT, "tls": PORT} when it listens, then takes JSON commands on stdin, one a line:

    {"do": "latency", "seconds": 0.02}    wait so long before every answer from now on
    {"do": "counts"}                      connections, handshakes and requests since the start
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import sys
import threading
from typing import Any, Dict, Optional

__all__ = ["DOCUMENTS"]

DOCUMENTS = 5
"""Documents in the answer; a contender that reads less must not win."""

HEADERS = (
    "content-type: application/json; charset=utf-8",
    "access-control-allow-origin: *",
    "cache-control: private",
    "x-cloud-trace-context: 0123456789abcdef0123456789abcdef/1;o=0",
    "x-powered-by: Express",
    'etag: W/"5f0-0123456789abcdefghijklmnopq"',
    "date: Thu, 01 Jan 2026 00:00:00 GMT",
    "server: Google Frontend",
    "via: 1.1 google",
)


def document(number: int) -> Dict[str, Any]:
    return {
        "documentId": f"document-{number}",
        "documentName": f"The report on quarter {number}",
        "accessType": "public",
        "lastUpdated": 1_767_225_600_000 + number,
        "metadata": {"folderId": "folder", "organizationId": "organization", "locale": "en"},
    }


def room(number: int) -> Dict[str, Any]:
    """What Liveblocks has instead of documents."""
    return {
        "id": f"document-{number}",
        "type": "room",
        "organizationId": "organization",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "defaultAccesses": ["room:write"],
        "usersAccesses": {},
        "groupsAccesses": {},
        "metadata": {"title": f"The report on quarter {number}"},
    }


def spelled(body: Any) -> bytes:
    data = json.dumps(body).encode()
    head = ["HTTP/1.1 200 OK", *HEADERS, f"content-length: {len(data)}", "", ""]
    return "\r\n".join(head).encode() + data


ANSWER = spelled(
    {
        "result": {
            "status": "success",
            "message": "Document(s) retrieved successfully.",
            "data": [document(number) for number in range(DOCUMENTS)],
            "pageToken": "next",
        }
    }
)
ROOMS = spelled({"nextCursor": None, "data": [room(number) for number in range(DOCUMENTS)]})


class Counts:
    """What happened since the start, and how long an answer takes."""

    def __init__(self) -> None:
        self.connections = 0
        self.handshakes = 0
        self.requests = 0
        self.latency = 0.0


class Answering(asyncio.Protocol):
    """One connection."""

    def __init__(self, counts: Counts, loop: asyncio.AbstractEventLoop, tls: bool) -> None:
        self.counts = counts
        self.loop = loop
        self.tls = tls
        self.buffered = b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.counts.handshakes += self.tls  # asyncio calls this after the handshake

    def data_received(self, data: bytes) -> None:
        self.buffered += data
        while True:
            end = self.buffered.find(b"\r\n\r\n") + 4
            if end < 4:
                return
            whole = end + length_of(self.buffered[:end])
            if len(self.buffered) < whole:
                return
            answer = ROOMS if self.buffered.startswith(b"GET") else ANSWER
            self.buffered = self.buffered[whole:]
            self.counts.requests += 1
            if self.counts.latency:
                self.loop.call_later(self.counts.latency, self.transport.write, answer)
            else:
                self.transport.write(answer)


def length_of(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def accept(
    listener: socket.socket, counts: Counts, loop: asyncio.AbstractEventLoop, tls: Optional[ssl.SSLContext]
) -> None:
    while True:
        connection, _ = await loop.sock_accept(listener)
        counts.connections += 1
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = loop.create_task(serve(connection, counts, loop, tls))
        running.add(task)
        task.add_done_callback(ended)


running: Any = set()
"""Tasks that set up a connection; the loop itself does not hold them."""


def ended(task: Any) -> None:
    running.discard(task)
    if not task.cancelled():
        task.exception()  # a contender that ends in the middle of a handshake is no news


async def serve(
    connection: socket.socket,
    counts: Counts,
    loop: asyncio.AbstractEventLoop,
    tls: Optional[ssl.SSLContext],
) -> None:
    await loop.connect_accepted_socket(lambda: Answering(counts, loop, tls is not None), connection, ssl=tls)


def commands(counts: Counts, loop: asyncio.AbstractEventLoop) -> None:
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "latency":
            counts.latency = command["seconds"]
        say({name: getattr(counts, name) for name in ("connections", "handshakes", "requests")})
    loop.call_soon_threadsafe(loop.stop)


def say(facts: Dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    counts, loop = Counts(), asyncio.new_event_loop()
    ports: Dict[str, int] = {}
    accepting = []
    for name, tls in (("plain", None), ("tls", context)):
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        listener.setblocking(False)
        ports[name] = listener.getsockname()[1]
        accepting.append(loop.create_task(accept(listener, counts, loop, tls)))
    say(ports)
    threading.Thread(target=commands, args=(counts, loop), daemon=True).start()
    loop.run_forever()
    for task in accepting:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*accepting, return_exceptions=True))


if __name__ == "__main__":
    main()
