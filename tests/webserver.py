"""The routes behind real sockets: uvicorn for ASGI and wsgiref for WSGI, each in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import socketserver
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer, make_server

import uvicorn

from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.web.asgi import asgi_app
from velt_py.web.wsgi import wsgi_app


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Client:
    """Speaks HTTP to a server on this machine, one connection per request."""

    port: int
    headers: Dict[str, str] = field(default_factory=dict)
    timeout: float = 20

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Optional[Mapping[str, str]] = None,
        skip_host: bool = False,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.putrequest(method, path, skip_host=skip_host)
            sent = {**self.headers, **(headers or {})}
            if isinstance(body, bytes) and "content-length" not in {name.lower() for name in sent}:
                sent["Content-Length"] = str(len(body))
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                if isinstance(body, bytes):
                    connection.send(body)
                elif body is not None:
                    for piece in body:
                        connection.send(piece)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def post(self, path: str, body: Any, headers: Optional[Mapping[str, str]] = None) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request("POST", path, raw, {"Content-Type": "application/json", **(headers or {})})

    def upload(self, path: str, parts: Sequence[Tuple[Any, ...]]) -> Answer:
        kind, body = form(parts)
        return self.request("POST", path, body, {"Content-Type": kind})

    def raw(self) -> socket.socket:
        """A connection to send anything through."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)


def form(parts: Sequence[Tuple[Any, ...]]) -> Tuple[str, bytes]:
    """A multipart body of (name, file name or None, content, type); returns its content type too."""
    boundary = uuid.uuid4().hex
    pieces: List[bytes] = []
    for name, filename, content, *type in parts:
        kind = type[0] if type else "image/png"
        named = f'; filename="{filename}"\r\nContent-Type: {kind}' if filename is not None else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        pieces += [head.encode(), content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(pieces)


class PromptServer(uvicorn.Server):
    """uvicorn that ends when it is told to. As it comes it looks ten times a second whether it should end, and sleeps
    as long again before it does: most of the time of a test with a server of its own."""

    def __init__(self, app: Any, **config: Any) -> None:
        super().__init__(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=2, **config))
        self.begun = threading.Event()
        self._end: Any = None

    async def main_loop(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        await self.on_tick(0)
        self.begun.set()
        await self._end.wait()

    def end(self) -> None:
        """From another thread: end."""
        self._loop.call_soon_threadsafe(self._end.set)

    async def shutdown(self, sockets: Optional[List[socket.socket]] = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        deadline = time.monotonic() + 2
        while self.server_state.connections or self.server_state.tasks:
            if time.monotonic() > deadline:
                for task in self.server_state.tasks:
                    task.cancel()
                break
            await asyncio.sleep(0.002)
        await self.lifespan.shutdown()


@contextlib.contextmanager
def uvicorn_server(app: Any, **config: Any) -> Iterator[int]:
    """An ASGI application behind uvicorn; gives the port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = PromptServer(app, **config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.begun.wait(0.1):
        assert thread.is_alive(), "uvicorn ended at its start"
        assert time.monotonic() < deadline, "uvicorn did not start"
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.end()
        thread.join(20)
        listener.close()


class ThreadingServer(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def wsgi_server(app: Any) -> Iterator[int]:
    """A WSGI application behind wsgiref, a thread per request; gives the port."""
    ServerHandler.error_output = lambda self, environ, start_response: []  # type: ignore[method-assign,assignment]
    with make_server("127.0.0.1", 0, app, ThreadingServer, QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join(10)


@contextlib.contextmanager
def velt_server(kind: str, config: Mapping[str, Any], **hooks: Any) -> Iterator[Client]:
    """The routes over a configuration, behind `asgi` or `wsgi`, or in a Django project behind one of these."""
    if kind.startswith("django"):
        from tests.django.served import django_application

        serve = uvicorn_server if kind == "django_asgi" else wsgi_server
        with django_application(kind, config, hooks) as app, serve(app) as port:
            yield Client(port)
    elif kind == "asgi":
        with uvicorn_server(asgi_app(AsyncVeltSDK.initialize(config), close_sdk=True, **hooks)) as port:
            yield Client(port)
    else:
        with VeltSDK.initialize(config) as sdk, wsgi_server(wsgi_app(sdk, **hooks)) as port:
            yield Client(port)
