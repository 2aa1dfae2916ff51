"""A receiver of webhooks behind a real socket."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from velt_py.webhooks import WebhookEvent, Webhooks


@dataclass
class Receiver:
    """What came in, and what is answered."""

    url: str
    status: int = 200
    headers: Dict[str, str] = field(default_factory=dict)
    got: List[Tuple[Dict[str, str], bytes]] = field(default_factory=list)
    then: Optional[Callable[[], None]] = None
    answer: Any = None

    def bodies(self) -> List[Any]:
        return [json.loads(body) for _, body in self.got]

    def events(self, webhooks: Webhooks) -> List[WebhookEvent]:
        """What came in, verified."""
        return [webhooks.read(headers, body) for headers, body in self.got]


@contextlib.contextmanager
def receiver(**facts: Any) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers.items()), body))
            if found.then is not None:
                found.then()
            given = json.loads(body) if self.headers["Content-Type"] == "application/json" else {}
            answer = found.answer(given) if callable(found.answer) else found.answer
            raw = json.dumps(answer).encode()
            self.send_response(found.status)
            for name, value in {**found.headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hook", **facts)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
