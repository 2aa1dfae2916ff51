"""The emulator behind a port: one thread a connection, connections stay open."""

from __future__ import annotations

import json
import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Dict, Optional, Type
from urllib.parse import urlsplit

from velt_py.emulator.core import Emulator
from velt_py.emulator.faults import Dropped
from velt_py.exceptions import VeltConfigurationError

__all__ = ["DEFAULT_PORT", "EmulatorServer"]

logger = logging.getLogger("velt_py.emulator")

DEFAULT_PORT = 4567
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST_BODY = 32 * 1024 * 1024


class EmulatorServer:
    """An emulator at an address. Use it in a `with` statement, or call `start` and `stop`.

    Args:
        emulator: who answers; it is not closed with the server.
        host: the address to listen on; the loopback interface unless given.
        port: the port, 0 for a free one.

    Raises:
        VeltConfigurationError: the address cannot be listened on.
    """

    def __init__(self, emulator: Emulator, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> None:
        self.emulator = emulator
        try:
            self._server = (_Server6 if ":" in host else _Server)((host, port), _Handler)
        except (OSError, OverflowError) as error:
            raise VeltConfigurationError(
                f"--host {host} --port {port}: {getattr(error, 'strerror', None) or error}", field="--port"
            ) from error
        self._server.emulator = emulator
        self._thread: Optional[threading.Thread] = None
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self._server.server_address[1]}"
        """Where it listens; what VELT_API_BASE_URL should be."""
        emulator.errands.base_url = self.url

    def start(self) -> EmulatorServer:
        """Answer and deliver webhooks in threads of this process until `stop`."""
        self.emulator.courier.start()
        self._thread = threading.Thread(target=self._server.serve_forever, name="velt-emulator", daemon=True)
        self._thread.start()
        return self

    def serve(self) -> None:
        """Answer, and deliver webhooks, until the process is told to end."""
        self.emulator.courier.start()
        self._server.serve_forever()

    def stop(self) -> None:
        """Listen and deliver no more."""
        self.emulator.courier.stop()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> EmulatorServer:
        return self.start()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that keeps its connection open must not hold the end up
    request_queue_size = 128
    emulator: Emulator


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024  # headers and body leave together
    timeout = 120
    server: Any

    def do_POST(self) -> None:
        """Answer a request."""
        body = self._body()
        if body is None:
            return
        if self._foreign():
            self._refuse(403, "Pages of other sites may not call an emulator on this machine.")
            return
        try:
            status, headers, answer = self.server.emulator.handle(
                self.command, self.path, dict(self.headers.items()), body
            )
        except Dropped:
            self.close_connection = True
            return
        except Exception:
            logger.exception("velt.emulator.failed", extra={"velt_path": self.path.partition("?")[0]})
            status, headers, answer = _failed()
        self._send(status, headers, answer)

    do_GET = do_PUT = do_DELETE = do_PATCH = do_POST

    def _body(self) -> Optional[bytes]:
        """The body; None when the request was refused, because its length is not known or too large."""
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding"):
            self._refuse(411, "A Content-Length is needed.")
        elif not length.isascii() or not length.isdigit() or len(length) > 12:
            self._refuse(400, "Content-Length must be a number.")
        elif int(length) > LARGEST_BODY:
            self._refuse(413, "The body is too large.")
        else:
            return self.rfile.read(int(length))
        return None

    def _foreign(self) -> bool:
        """Whether a page of another site asks, or a name that only pretends to be this machine."""
        host = self.headers.get("Host", "")
        origin = self.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != host:
            return True
        listens = str(self.server.server_address[0])
        return listens in LOOPBACK and urlsplit(f"//{host}").hostname not in LOOPBACK

    def _refuse(self, status: int, message: str) -> None:
        self.close_connection = True
        body = {"error": {"message": message, "status": "INVALID_ARGUMENT"}}
        self._send(
            status, {"Content-Type": "application/json", "Connection": "close"}, json.dumps(body).encode()
        )

    def _send(self, status: int, headers: Dict[str, str], answer: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: `recorded` keeps the calls."""


def _failed() -> Any:
    body = {"error": {"message": "The emulator failed; its log says why.", "status": "INTERNAL"}}
    return 500, {"Content-Type": "application/json"}, json.dumps(body).encode()
