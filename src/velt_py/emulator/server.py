"""The emulator behind a port: one thread a connection, connections stay open."""

from __future__ import annotations

import logging
import socket
import threading
import time
from socketserver import StreamRequestHandler, TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, Callable, Mapping, Optional, Type, TypeVar
from urllib.parse import urlsplit

from velt_py.emulator.core import Emulator
from velt_py.emulator.faults import Dropped
from velt_py.emulator.replies import Reply, json_reply
from velt_py.emulator.wire import LONGEST_LINE, Unreadable, answer_head, read_fields, request_line
from velt_py.exceptions import VeltConfigurationError

__all__ = ["DEFAULT_PORT", "EmulatorServer", "HttpServer"]

logger = logging.getLogger("velt_py.emulator")

DEFAULT_PORT = 4567
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST_BODY = 32 * 1024 * 1024
BODILESS = (204, 304)
"""Statuses after which a client reads no body: one would be taken for the beginning of the next answer."""
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
Answering = Callable[[str, str, Mapping[str, str], bytes], Reply]
Started = TypeVar("Started", bound="HttpServer")
STOPS_WITHIN = 0.05
"""Seconds until a server notices that it is to end: tests start and stop many, as threads and as processes."""


class HttpServer:
    """Something that answers requests, at an address. Use it in a `with` statement, or call `start` and `stop`.

    Args:
        answer: from method, target, fields of the head and body to a reply. It may be called from many threads.
        host: the address to listen on; the loopback interface unless given.
        port: the port, 0 for a free one.

    Raises:
        VeltConfigurationError: the address cannot be listened on.
    """

    def __init__(self, answer: Answering, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> None:
        try:
            self._server = (_Server6 if ":" in host else _Server)((host, port), _Handler)
        except (OSError, OverflowError) as error:
            raise VeltConfigurationError(
                f"--host {host} --port {port}: {getattr(error, 'strerror', None) or error}", field="--port"
            ) from error
        self._server.answer = answer
        self._thread: Optional[threading.Thread] = None
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self._server.server_address[1]}"
        """Where it listens; what VELT_API_BASE_URL should be."""

    def start(self: Started) -> Started:
        """Answer in threads of this process until `stop`."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(STOPS_WITHIN,), name="velt-emulator", daemon=True
        )
        self._thread.start()
        return self

    def serve(self) -> None:
        """Answer until the process is told to end."""
        self._server.serve_forever(STOPS_WITHIN)

    def end(self) -> None:
        """Have `serve` return, even when it has not begun yet. A signal handler may call this."""
        threading.Thread(target=self._server.shutdown, name="velt-emulator-end", daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self: Started) -> Started:
        return self.start()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()


class EmulatorServer(HttpServer):
    """An emulator at an address, which also delivers its webhooks.

    Args:
        emulator: who answers; it is not closed with the server.
        host, port: as of `HttpServer`.

    Raises:
        VeltConfigurationError: the address cannot be listened on.
    """

    def __init__(self, emulator: Emulator, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> None:
        super().__init__(emulator.handle, host, port)
        self.emulator = emulator
        emulator.errands.base_url = self.url

    def start(self) -> EmulatorServer:
        """Answer and deliver webhooks in threads of this process until `stop`."""
        self.emulator.courier.start()
        return super().start()

    def serve(self) -> None:
        """Answer, and deliver webhooks, until the process is told to end."""
        self.emulator.courier.start()
        super().serve()

    def stop(self) -> None:
        """Listen and deliver no more."""
        self.emulator.courier.stop()
        super().stop()


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False  # a client that keeps its connection open must not hold the end up
    request_queue_size = 128
    answer: Answering


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(StreamRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True
    wbufsize = 64 * 1024  # headers and body leave together
    timeout = 120
    server: Any

    def handle(self) -> None:
        """Answer the requests of a connection, one after the other."""
        try:
            while self._answer_one():
                self.wfile.flush()
            self.wfile.flush()
        except (OSError, ValueError):  # the client is gone, or says nothing any more
            pass

    def _answer_one(self) -> bool:
        """Answer a request; False when the connection ends with it."""
        line = self.rfile.readline(LONGEST_LINE + 1)
        if not line:
            return False
        try:
            method, target, version = request_line(line)
            fields = read_fields(self.rfile)
            if method not in METHODS:
                raise Unreadable(501, f"{method} is not spoken here.")
            if self._foreign(fields):
                raise Unreadable(403, "Pages of other sites may not call an emulator on this machine.")
            body = self._body(fields, version)
        except Unreadable as error:
            refusal = {"error": {"message": error.message, "status": "INVALID_ARGUMENT"}}
            self._send(*json_reply(error.status, refusal, {"Connection": "close"}))
            return False
        try:
            status, headers, answer = self.server.answer(method, target, fields, body)
        except Dropped:
            return False
        except Exception:
            logger.exception("velt.emulator.failed", extra={"velt_path": target.partition("?")[0]})
            status, headers, answer = _failed()
        more = version == "HTTP/1.1" and "close" not in fields.get("connection", "").lower()
        self._send(status, headers if more else {**headers, "Connection": "close"}, answer)
        return more

    def _body(self, fields: Mapping[str, str], version: str) -> bytes:
        """The body.

        Raises:
            Unreadable: its length is not known, or too large.
        """
        length = fields.get("content-length", "0")
        if fields.get("transfer-encoding"):
            raise Unreadable(411, "A Content-Length is needed.")
        if not length.isascii() or not length.isdigit() or len(length) > 12:
            raise Unreadable(400, "Content-Length must be a number.")
        if int(length) > LARGEST_BODY:
            raise Unreadable(413, "The body is too large.")
        if fields.get("expect", "").lower() == "100-continue" and version == "HTTP/1.1":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        return self.rfile.read(int(length))

    def _foreign(self, fields: Mapping[str, str]) -> bool:
        """Whether a page of another site asks, or a name that only pretends to be this machine."""
        host = fields.get("host", "")
        origin = fields.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return True
        listens = str(self.server.server_address[0])
        return listens in LOOPBACK and _name_in(host) not in LOOPBACK

    def _send(self, status: int, headers: Mapping[str, str], answer: bytes) -> None:
        body = b"" if status in BODILESS else answer
        self.wfile.write(answer_head(status, headers, len(body), time.time()) + body)


def _name_in(host: str) -> Optional[str]:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _failed() -> Reply:
    message = "The emulator failed; its log says why."
    return json_reply(500, {"error": {"message": message, "status": "INTERNAL"}})
