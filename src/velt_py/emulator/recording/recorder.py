"""Passes calls on to Velt's API and writes down what was asked and answered, without secrets."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from typing import Any, Dict, Mapping, Optional, cast

from velt_py._nesting import check_nesting
from velt_py._version import __version__
from velt_py.emulator.clock import Clock
from velt_py.emulator.outgoing import Outgoing
from velt_py.emulator.recording.redacting import Redactor, words_of
from velt_py.emulator.replies import Reply, json_reply
from velt_py.emulator.routes import Route, make_routes, nearest
from velt_py.exceptions import VeltConfigurationError, VeltNetworkError

__all__ = ["FORMAT", "Recorder"]

logger = logging.getLogger("velt_py.emulator")

FORMAT = "velt-recording-1"
SECONDS = 120.0
"""How long Velt may take for an answer: the longest calls ask a model."""
PASSED_ON = ("content-type", "accept", "user-agent")
"""Headers that go on to Velt beside its own, which begin with `x-velt-`."""
NOT_PASSED_BACK = frozenset(
    [
        *("connection", "content-length", "content-encoding", "transfer-encoding", "keep-alive", "date"),
        *("server", "set-cookie", "trailer", "upgrade"),
    ]
)


class Recorder:
    """Stands between an application and Velt's API.

    The file is made for its owner only; one that is there is never written over. An answer is passed back whatever
    happens to the file.

    Args:
        path: the file, one JSON line for each exchange behind a first line about the recording.
        upstream: the address of Velt's API, without a slash at the end.
        keep_texts: write down what people wrote, too.
        clock: the time that is written down.

    Raises:
        VeltConfigurationError: the file is there, or cannot be made.
    """

    def __init__(
        self, path: str, upstream: str, *, keep_texts: bool = False, clock: Optional[Clock] = None
    ) -> None:
        self.upstream = upstream
        self._clock = clock or Clock()
        self._outgoing = Outgoing()
        self._routes = make_routes()
        words = frozenset(word for route in self._routes.values() for word in words_of(route.facts))
        self._redactor = Redactor(words, keep_texts)
        self._lock = threading.Lock()
        self.written = 0
        """How many exchanges are in the file."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise VeltConfigurationError(f"--record {path}: {error.strerror}", field="--record") from None
        self._file = os.fdopen(handle, "w", encoding="utf-8")
        texts = "kept" if keep_texts else "replaced"
        self._line({"format": FORMAT, "texts": texts, "version": __version__, "upstream": upstream})

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Pass a call on; what Velt answers. May be called from many threads.

        Args:
            method: the HTTP method.
            target: the path, with a query or without one.
            headers: their names in any case.
            body: as received.
        """
        path, _, query = target.partition("?")
        lowered = {name.lower(): value for name, value in headers.items()}
        if path == "/__velt/health":
            return json_reply(200, {"ok": True, "version": __version__, "recording": self.written})
        route = self._routes.get(path)
        if route is None or method != "POST":
            hint = nearest(path, self._routes)
            message = f"{method} {path} is no operation that is recorded{hint}. Nothing was sent."
            return json_reply(501, {"error": {"message": message, "status": "UNIMPLEMENTED"}})
        passed = {
            name: value
            for name, value in lowered.items()
            if name.startswith("x-velt-") or name in PASSED_ON or (route.public and _signs(name))
        }
        at, started = self._clock.milliseconds(), time.perf_counter()
        try:
            url = f"{self.upstream}{path}?{query}" if query else f"{self.upstream}{path}"
            reply = self._outgoing.post(f"record.{route.name}", url, body, passed, SECONDS)
        except (VeltNetworkError, VeltConfigurationError) as error:
            message = f"Velt's API did not answer the recorder: {error.message}"
            return json_reply(502, {"error": {"message": message, "status": "UNAVAILABLE"}})
        took = round((time.perf_counter() - started) * 1000, 3)
        self._write(route, lowered, body, (reply.status, reply.body), at, took)
        back = {
            "-".join(part.capitalize() for part in name.split("-")): value
            for name, value in reply.headers.items()
            if name not in NOT_PASSED_BACK
        }
        return reply.status, back, reply.body

    def close(self) -> None:
        """Close the file and the connections."""
        self._outgoing.close()
        with self._lock:
            self._file.close()

    def _write(
        self,
        route: Route,
        headers: Mapping[str, str],
        body: bytes,
        answered: Any,
        at: int,
        took: float,
    ) -> None:
        status, raw = answered
        request = _parsed(body)
        fields: Dict[str, Any] = cast(Dict[str, Any], request) if isinstance(request, dict) else {}
        inner = fields.get("data")
        caller = self._redactor.caller(headers, inner)
        try:
            self._line(
                {
                    "operation": route.name,
                    "path": route.path,
                    "at": at,
                    "milliseconds": took,
                    "caller": caller,
                    "request": self._redactor.request(route.name, request),
                    "status": status,
                    "answer": self._redactor.answer(route.name, _parsed(raw)),
                }
            )
            with self._lock:
                self.written += 1
        except (OSError, ValueError, RecursionError) as error:
            logger.error(
                "velt.emulator.not_recorded",
                extra={"velt_operation": route.name, "velt_error": type(error).__name__},
            )

    def _line(self, entry: Dict[str, Any]) -> None:
        text = json.dumps(entry, separators=(",", ":"))
        with self._lock:
            self._file.write(text + "\n")
            self._file.flush()


def _signs(name: str) -> bool:
    """Whether a header may sign what other services post to an inbound trigger."""
    return name == "authorization" or name.startswith("x-")


def _parsed(body: bytes) -> Any:
    """A body as JSON; None when it is none, which says no more than that."""
    try:
        check_nesting(body)
        return json.loads(body.decode("utf-8")) if body else None
    except (ValueError, RecursionError):
        return None
