"""A server in a process of its own that answers every call with what it was asked, for tests of many calls at once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Any, Dict, Optional, Type


class Echo:
    """The running server.

    Args:
        delay: seconds until a call is answered.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(delay)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def seen(self) -> Dict[str, int]:
        """How many calls and connections there were, and how many calls at the same time; this question excluded."""
        with urllib.request.urlopen(f"{self.url}/seen", timeout=20) as answer:
            found: Dict[str, int] = json.load(answer)
        return found

    def __enter__(self) -> Echo:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._process.communicate(timeout=20)  # it ends with its standard input


class _Seen:
    calls = connections = now = most = 0


class _Connection(asyncio.Protocol):
    """One connection, which is asked one thing after the other."""

    def __init__(self, seen: _Seen, delay: float) -> None:
        self._seen, self._delay, self._buffered = seen, delay, b""
        self._number = -1

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffered += data
        head, end, body = self._buffered.partition(b"\r\n\r\n")
        if not end:
            return
        if head.startswith(b"GET"):
            seen = self._seen
            self._answer({"calls": seen.calls, "connections": seen.connections, "most": seen.most})
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self._buffered = b""
        if self._number < 0:
            self._number, self._seen.connections = self._seen.connections, self._seen.connections + 1
        self._seen.calls += 1
        self._seen.now += 1
        self._seen.most = max(self._seen.most, self._seen.now)
        answer = {"asked": json.loads(body)["data"], "connection": self._number}
        asyncio.get_running_loop().call_later(self._delay, self._answered, answer)

    def _answered(self, answer: Any) -> None:
        self._seen.now -= 1
        self._answer(answer)

    def _answer(self, answer: Any) -> None:
        data = json.dumps(answer).encode()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data))


async def serve(delay: float) -> None:
    """Serve until the standard input ends."""
    loop, seen = asyncio.get_running_loop(), _Seen()
    server = await loop.create_server(lambda: _Connection(seen, delay), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
