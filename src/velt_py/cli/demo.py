"""`velt demo`, both halves: an emulator of Velt's REST API with calls to it; the resolver server on a SQLite file and a
folder, with a conversation posted to it and what is stored after each step; then the consoles to look at both."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Generator, Iterator, List, Sequence, Tuple

from velt_py.cli.conversation import ORGANIZATION, Browser, Conversation
from velt_py.cli.demo_api import emulated, play_calls
from velt_py.cli.serve import listening, require_uvicorn
from velt_py.console.feature import Console
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.settings import COLLECTIONS
from velt_py.web.access import everybody, no_questions
from velt_py.web.asgi import asgi_app
from velt_py.web.frontend import frontend_block
from velt_py.web.multipart import require_multipart

__all__ = ["run_demo"]

CONSOLE = Console()
START_WITHIN = 20.0
"""Seconds."""


def run_demo(folder: str, port: int, once: bool) -> int:
    """Play the conversation.

    Args:
        folder: where the SQLite file and the attachments go; what an earlier run left there is removed.
        port: the port on the loopback interface, 0 for a free one.
        once: end after the conversation instead of serving on.

    Returns:
        The exit code.

    Raises:
        VeltConfigurationError: the port is taken.
        VeltDependencyError: a library to serve with is not installed.
    """
    require_uvicorn()
    require_multipart()
    # What an earlier run left is removed once the port is ours: a demo that still serves there keeps its file.
    with listening("127.0.0.1", port) as (listener, base_url):
        database, files = _fresh(Path(folder))
        config: Dict[str, Any] = {
            "database": {"type": "sqlite", "path": str(database)},
            "files": {"type": "folder", "path": str(files), "base_url": base_url},
        }
        with emulated() as velt, _served(config, listener):
            _say(f"Velt's REST API, emulated: {velt.url}\n")
            play_calls(velt.url, _say)
            _say(f"\nThe resolver server is up: {base_url}")
            _say(f"  records {_shown(database)}   attachments {_shown(files)}{os.sep}")
            _play(config, base_url, database)
            _say("\nPoint a Velt frontend at it:\n")
            _say(frontend_block(base_url))
            if not once:
                _say("\nServing until Ctrl-C. Everybody on this machine is let in.")
            _say(f"\nThe console of the emulator: {velt.console}")
            _say(f"The console of what is stored: {base_url}{CONSOLE.path}/")
            if not once:
                with contextlib.suppress(KeyboardInterrupt):
                    threading.Event().wait()
    return 0


def _play(config: Dict[str, Any], base_url: str, database: Path) -> None:
    with VeltSDK.initialize(config) as sdk:

        def join(user: Dict[str, Any]) -> None:
            sdk.selfHosting.users.saveUser(ORGANIZATION, user)

        conversation = Conversation(lambda user: Browser(base_url, user), join)
        for number, (title, touched) in enumerate(conversation.steps(), 1):
            _say(f"\n{number}. {title}")
            for line in _stored(database, touched):
                _say(f"   {line}")
            _say(f"   stored in all: {_counts(database)}")


def _stored(database: Path, touched: Sequence[Tuple[str, str]]) -> Iterator[str]:
    """What the SQLite file holds of the records, read beside the SDK."""
    with contextlib.closing(
        sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    ) as connection:
        for kind, id in touched:
            table = COLLECTIONS[kind]
            rows: List[Tuple[str]] = connection.execute(
                f'SELECT data FROM "{table}" WHERE organization = ? AND id = ?',  # noqa: S608 - our own names
                (ORGANIZATION, id),
            ).fetchall()
            for (text,) in rows:
                yield f"{table} {id}"
                for line in json.dumps(json.loads(text), indent=2, ensure_ascii=False).splitlines():
                    yield f"  {line}"


def _counts(database: Path) -> str:
    with contextlib.closing(
        sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    ) as connection:
        counts: List[str] = []
        for table in COLLECTIONS.values():
            (count,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - our own names
            if count:
                counts.append(f"{count} {table}")
    return ", ".join(counts)


def _fresh(folder: Path) -> Tuple[Path, Path]:
    database, files = folder / "velt.db", folder / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for left in (database, folder / "velt.db-wal", folder / "velt.db-shm"):
        if left.exists():
            left.unlink()
    if files.exists():
        shutil.rmtree(files)
    files.mkdir()
    return database, files


def _shown(path: Path) -> str:
    return os.path.relpath(str(path))


@contextlib.contextmanager
def _served(config: Dict[str, Any], listener: socket.socket) -> Generator[None, None, None]:
    """The server in a thread of its own, up when this returns and down when it ends."""
    import uvicorn

    app = asgi_app(
        AsyncVeltSDK.initialize(config),
        authenticate=everybody,
        authorize=no_questions,
        features=[CONSOLE],
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_WITHIN
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the resolver server did not start; its reason stands above")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(START_WITHIN)


def _say(text: str) -> None:
    print(text)
    sys.stdout.flush()
